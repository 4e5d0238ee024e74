"""Where independent parts run: processes here, a Dask cluster, or MPI ranks.

All are `concurrent.futures.Executor`s; there is no scheduler of our own, and results do not depend on
which one is taken. Dask and MPI are imported only when asked for.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import TypeVar

from exactpoly.errors import InputError, MissingDependency

__all__ = ["open_executor", "result_of"]

T = TypeVar("T")


@contextmanager
def open_executor(kind: str, workers: int) -> Iterator[Executor | None]:
    """The executor that a word on the command line names, shut down at the end.

    ``kind``: ``"processes"``, which gives None (this process alone) for one worker; ``"dask"``, a cluster
    of ``workers`` processes on this machine; ``"dask:ADDRESS"``, one that is running, such as
    ``dask:tcp://10.0.0.1:8786``; ``"mpi"``, the ranks of ``mpiexec -n N python -m mpi4py.futures -m
    exactpoly ..``. Raises `InputError` for another word, `MissingDependency` for a missing package.
    """
    name, _, address = kind.partition(":")
    if name == "dask" and (address or ":" not in kind):
        with _dask(address, workers) as executor:
            yield executor
    elif kind == "mpi":
        with _mpi(workers) as executor:
            yield executor
    elif kind != "processes":
        raise InputError(
            f"--executor: {kind!r} is none of processes, dask, dask:ADDRESS (such as"
            " dask:tcp://10.0.0.1:8786) and mpi"
        )
    elif workers == 1:
        yield None
    else:
        # Spawned ones: forking after torch or BLAS threads have started can hang.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker) as pool:
            yield pool


def result_of(future: Future[T], mend: str) -> T:
    """The result of a task; `InputError` with ``mend`` where the system ended the worker."""
    try:
        return future.result()
    except BrokenExecutor as error:
        raise InputError(
            f"a worker was ended from outside, most likely for want of memory; {mend}"
        ) from error


def _start_worker() -> None:
    """Let a worker finish its task at the first Ctrl-C, and end when its parent process is gone."""
    signal.signal(signal.SIGINT, _at_first_interrupt)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _at_first_interrupt(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def _dask(address: str, workers: int) -> Iterator[Executor]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise MissingDependency(
            "--executor dask needs Dask; install it with: pip install 'exactpoly[dask]'"
        ) from error
    if address:
        try:
            client = Client(address, timeout="10s")
        except (OSError, ValueError) as error:
            raise InputError(f"--executor: no Dask scheduler answers at {address}") from error
        with client, client.get_executor(pure=False) as executor:
            yield executor
        return
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
        client.get_executor(pure=False) as executor,
    ):
        yield executor


@contextmanager
def _mpi(workers: int) -> Iterator[Executor]:
    try:
        from mpi4py.futures import MPIPoolExecutor
    except ImportError as error:
        raise MissingDependency(
            "--executor mpi needs an MPI library and mpi4py; install it with: pip install 'exactpoly[mpi]'"
        ) from error
    with MPIPoolExecutor(max_workers=workers if workers > 1 else None) as executor:
        yield executor
