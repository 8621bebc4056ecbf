"""Text and files made from the tables of functions and settings, the VBA sources and the vocabulary."""
