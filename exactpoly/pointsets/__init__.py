"""Exact answers about finite point sets: separability, convex hulls, covers by polytopes, planes."""
