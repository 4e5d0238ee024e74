"""Maxima of many numbers in two hidden layers: identities, networks, a search, and its impossibility."""
