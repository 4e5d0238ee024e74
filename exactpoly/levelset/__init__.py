"""Level sets and decision boundaries of a network as exact unions of cells (proofs/topology.md)."""
