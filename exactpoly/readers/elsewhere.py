"""A file read in a process of its own: libraries that read some formats break down over damaged ones.

torch's reader of TorchScript ends its process over brackets that are nested too deeply, and HDF5 runs in
circles or fills the memory over a byte that was changed. No exception tells of that, so such a file is read
by a child whose memory and computing time are limited by the size of the file; a single call into such a
library, which makes nothing of what it reads, has much less time (`one_call`). What comes back is the
network, or the sentence that refuses the file.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from importlib import import_module
from pathlib import Path
from typing import Any

from exactpoly.errors import ExactpolyError, InputError, InternalError, MissingDependency
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.readers.reading import Reading

__all__ = ["answer", "one_call", "read_elsewhere"]

_MEMORY, _MEMORY_A_BYTE = 2**30, 100
_SECONDS, _BYTES_A_SECOND = 20, 500_000
_CALL_SECONDS, _BYTES_A_CALL_SECOND = 2, 20_000_000
_CODE = "from exactpoly.readers.elsewhere import answer; answer()"
_KINDS: dict[str, type[ExactpolyError]] = {
    kind.__name__: kind for kind in (InputError, MissingDependency, InternalError)
}
_OF_A_LAYER = ("inputs", "denominator", "relu")
_NETWORK = {(kind.__module__, kind.__qualname__): kind for kind in (Network, Layer)}
"""All that an answer is made of, besides numbers, words and tuples."""


def read_elsewhere(module: str, function: str, path: Path, reading: Reading) -> Network:
    """What ``function`` of a ``module`` of the readers makes of the file, called in another process.

    Raises what it raises, and `InputError` where it breaks down or takes more than a file of its size may.
    """
    if not sys.executable:  # an interpreter inside of another program
        network: Network = _reader(module, function)(path, reading)
        return network
    limits = _memory_for(path), _seconds_for(path), _call_seconds_for(path)
    asked = pickle.dumps((module, function, path, reading, *limits))
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", _CODE],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with child:
        try:
            told, _ = child.communicate(asked)
        finally:  # Ctrl-C or a limit may come at any time
            child.kill()
    if not told:
        raise InputError(f"{path}: {_why(child.returncode, path)}")
    what, content = _Answer(io.BytesIO(told)).load()
    if what != "network":
        raise _KINDS[what](content)
    found: Network = content
    return found


def _seconds_for(path: Path) -> int:
    """Seconds of computing that reading a file of this size may take."""
    return _SECONDS + path.stat().st_size // _BYTES_A_SECOND


def _call_seconds_for(path: Path) -> int:
    """Seconds of computing that one call of a library may take over a file of this size."""
    return _CALL_SECONDS + path.stat().st_size // _BYTES_A_CALL_SECOND


def _memory_for(path: Path) -> int:
    """Bytes that reading a file of this size may take."""
    return _MEMORY + _MEMORY_A_BYTE * path.stat().st_size


def _why(code: int, path: Path) -> str:
    """Why there is no answer."""
    for ended, seconds in (("SIGXCPU", _seconds_for(path)), ("SIGPROF", _call_seconds_for(path))):
        if code == -getattr(signal, ended, 0):
            return (
                f"its reader was stopped after {seconds} s of computing; the file is damaged, so write"
                " it again"
            )
    return (
        "its reader broke down, or took more memory than a file of its size may; the file is damaged, so"
        " write it again"
    )


def _reader(module: str, function: str) -> Any:
    return getattr(import_module(f"exactpoly.readers.{module}"), function)


class _Answer(pickle.Unpickler):
    """Reads an answer, of which a reader that broke down may have written anything."""

    def find_class(self, module: str, name: str) -> Any:
        """Networks and layers alone."""
        return _NETWORK[module, name]


_call_limit: int | None = None
"""Seconds for each `one_call`, in the child alone."""


@contextmanager
def one_call() -> Iterator[None]:
    """A call that may run in circles inside of a library, where no exception reaches it.

    In the child it ends the process after a short time of computing; elsewhere it has no limit.
    """
    if _call_limit is None or not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, _call_limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def answer() -> None:
    """Read the file that stdin asks for, and write to stdout what came of it; for the child."""
    global _call_limit
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the parent, who then ends this one
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries may print
    module, function, path, reading, memory, seconds, _call_limit = pickle.load(sys.stdin.buffer)
    _set_limits(memory, seconds)
    try:
        told: tuple[str, object] = ("network", _bare(_reader(module, function)(path, reading)))
    except ExactpolyError as error:
        kind = next(kind for kind in type(error).__mro__ if kind.__name__ in _KINDS)
        told = (kind.__name__, str(error))
    except MemoryError:
        told = ("InputError", f"{path}: what it holds does not fit into memory")
    except OSError as error:
        told = ("InputError", f"{path}: cannot be read ({error.strerror or error})")
    except Exception as error:
        told = ("InternalError", f"{path}: {type(error).__name__}: {error}")
    with out:
        pickle.dump(told, out, pickle.HIGHEST_PROTOCOL)
    # Threads and destructors of a library have nothing to say any more.
    os._exit(0)


def _set_limits(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # the system allows less already
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def _bare(network: Network) -> Network:
    """The network without what was worked out while it was compared."""
    return Network(tuple(map(_bare_layer, network.layers)), network.name, network.notes)


def _bare_layer(layer: Layer) -> Layer:
    bare = copy(layer)
    entries = "rows" if "numerators" not in bare.__dict__ else "numerators"
    for name in bare.__dict__.keys() - {*_OF_A_LAYER, entries}:
        del bare.__dict__[name]
    return bare
