"""One exact polyhedron: faces, redundancy, the exact simplex, interior points, pycddlib."""
