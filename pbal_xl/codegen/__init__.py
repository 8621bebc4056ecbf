"""Text and files generated from the function table."""
