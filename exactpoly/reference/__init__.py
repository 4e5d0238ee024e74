"""The pycddlib engine, single exact polyhedra, and the one region around a point."""
