"""The judge: what other tools say about a network, against the exact complex.

What an adapter of another package needs is here: `Adapter`, `Task`, `NotOffered`, `Refused`, `Absent`.
"""

from exactpoly.crosscheck.adapters.task import Absent, Adapter, NotOffered, Refused, Task

__all__ = ["Absent", "Adapter", "NotOffered", "Refused", "Task"]
