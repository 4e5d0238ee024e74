"""Adapters: each runs one tool on one network and hands back claims, in a process of its own.

They run in the interpreter that has the tool, which need not be the one that has exactpoly's own
dependencies: an adapter imports the standard library, NumPy and its tool, and nothing of exactpoly but
`task`.
"""
