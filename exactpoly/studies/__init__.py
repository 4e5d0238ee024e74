"""Experiments over many networks: described in TOML, run in parallel, kept as Parquet.

`description` reads a study, `runner` runs its jobs and can go on where it was stopped, `jobs` is what
happens to one network, `store` keeps the rows, `figures` and `tables` show them.
"""
