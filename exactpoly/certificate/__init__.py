"""Certificates: a result as a file, and the stand-alone checker that accepts or rejects it.

`write` makes the file from a `Complex`, `check` (standard library only, importing nothing from the
package) decides it, `volume_check` decides it again by another algorithm. The file is described in
FORMAT.md, why acceptance implies truth in proofs/completeness.md.
"""
