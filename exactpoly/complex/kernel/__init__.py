"""The compiled engine: C sources, how they are built and called. `exactpoly.complex.compiled` drives it."""
