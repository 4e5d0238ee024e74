"""Arrangements of planes in a box: cells, and the boundary of a union of cells."""
