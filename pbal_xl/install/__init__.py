"""Puts the add-ins in and takes them out, and tells what is missing."""
