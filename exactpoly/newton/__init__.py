"""Newton polytopes of integral networks: lattice polytopes, parity, how many layers they force."""
