"""Colours for `.trial` files, made for each tool from one list of words."""
