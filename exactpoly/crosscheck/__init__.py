"""The judge: what other tools say about a network's complex, against the exact truth."""
