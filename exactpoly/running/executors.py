"""Where independent parts run: processes here, a Dask cluster, or MPI ranks.

Signals are for the process that was started: workers here do not see Ctrl-C, and are ended, in the middle
of a task too, when the executor is left. All are `concurrent.futures.Executor`s; there is no scheduler of
our own, and results do not depend on which one is taken. Dask and MPI are imported only when asked for.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from exactpoly.errors import InputError, MissingDependency

__all__ = ["open_executor", "result_of", "results_of"]

T = TypeVar("T")

_LOOK = 0.1
"""Seconds between two looks at what there is to stop for."""


@contextmanager
def open_executor(kind: str, workers: int, *, apart: bool = False) -> Iterator[Executor | None]:
    """The executor that a word on the command line names, shut down at the end.

    ``kind``: ``"processes"``, which gives None (this process alone) for one worker unless ``apart``;
    ``"dask"``, a cluster of ``workers`` processes on this machine; ``"dask:ADDRESS"``, one that is running,
    such as ``dask:tcp://10.0.0.1:8786``; ``"mpi"``, the ranks of ``mpiexec -n N python -m mpi4py.futures
    -m exactpoly ..``. Raises `InputError` for another word, `MissingDependency` for a missing package.
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
            f"executor: {kind!r} is none of processes, dask, dask:ADDRESS (such as"
            " dask:tcp://10.0.0.1:8786) and mpi"
        )
    elif workers == 1 and not apart:
        yield None
    else:
        # Spawned ones: forking after torch or BLAS threads have started can hang.
        context = multiprocessing.get_context("spawn")
        theirs, ours = context.Pipe(duplex=False)
        pool = _Pool(workers, mp_context=context, initializer=_start_worker, initargs=(theirs,))
        try:
            yield pool
        finally:
            # A task that is being handed over to a worker that ends would be waited for at exit.
            reader = getattr(getattr(pool, "_call_queue", None), "_reader", None)
            manager = getattr(pool, "_executor_manager_thread", None)
            pool.shutdown(wait=False, cancel_futures=True)
            ours.close()
            theirs.close()
            if reader is not None:
                reader.close()
            # It drops tasks that were cancelled, for which it needs the pool, before it finds the workers
            # gone: a cancelled task cannot be told that they are.
            if manager is not None:
                manager.join(_LOOK)


class _Pool(ProcessPoolExecutor):
    """Starts its processes, which it does when a task is submitted, with signals held back.

    A signal that reaches a process before it has said what it does with signals would end it, and the run.
    """

    def submit(self, *arguments: Any, **named: Any) -> Future[Any]:
        with _signals_held():
            return super().submit(*arguments, **named)


@contextmanager
def _signals_held() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def result_of(future: Future[T], mend: str) -> T:
    """The result of a task; `InputError` with ``mend`` where the system ended the worker."""
    try:
        return future.result()
    except BrokenExecutor as error:
        raise InputError(
            f"a worker was ended from outside, most likely because memory ran out; {mend}"
        ) from error


def results_of(
    futures: Sequence[Future[T]], stop: Callable[[], str | None], mend: str
) -> tuple[list[T], str | None]:
    """The results of tasks, in their order, and why the waiting for others was given up, or None.

    ``stop`` is asked several times a second. Raises `InputError` with ``mend`` where the system ended a
    worker.
    """
    waiting = set(futures)
    reason = None
    while waiting and reason is None:
        finished, waiting = wait(waiting, timeout=_LOOK, return_when=FIRST_COMPLETED)
        broken = any(isinstance(future.exception(), BrokenExecutor) for future in finished)
        # What ended a worker from outside has told this process, too, to stop.
        reason = stop() if waiting or broken else None
    for future in waiting:
        future.cancel()
    if reason is None:
        return [result_of(future, mend) for future in futures], None
    ended = (f for f in futures if f.done() and not f.cancelled())
    return [f.result() for f in ended if f.exception() is None], reason


def _start_worker(parent: Connection) -> None:
    """Leave Ctrl-C to the parent process, and end when that closes its end of the pipe or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Connection) -> None:
    with suppress(EOFError, OSError):
        parent.recv_bytes()
    os._exit(1)


@contextmanager
def _dask(address: str, workers: int) -> Iterator[Executor]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise MissingDependency("executor dask needs Dask", "distributed") from error
    if address:
        try:
            client = Client(address, timeout="10s")
        except (OSError, ValueError) as error:
            raise InputError(f"executor: no Dask scheduler answers at {address}") from error
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
        raise MissingDependency("executor mpi needs an MPI library and mpi4py", "mpi4py") from error
    with MPIPoolExecutor(max_workers=workers if workers > 1 else None) as executor:
        yield executor
