"""Exact homology of unions of cells: incidence, matching, Morse complex, Smith form."""
