"""Run the jobs of a study in a pool of processes; what is finished is kept and not done again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

from exactpoly.errors import InputError
from exactpoly.studies.description import Job, Study
from exactpoly.studies.jobs import Row, run_job
from exactpoly.studies.store import Store

__all__ = ["run_study"]


def run_study(
    study: Study,
    folder: str | Path,
    *,
    workers: int | None = None,
    interrupted: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Path, bool]:
    """Run what is not finished yet; returns the Parquet file and whether all jobs are in it.

    ``workers``: number of processes (default: one a processor; 1 runs in this process);
    ``interrupted``: asked now and then, True ends the run after the jobs under way; ``progress``:
    called with jobs done and jobs in all. An error in a job ends the run and is raised here, and so
    is `InputError` where the system ended a worker.
    """
    store = Store(Path(folder))
    waiting = [job for job in study.jobs if not store.has(job)]
    total = len(study.jobs)
    progress(total - len(waiting), total)
    count = workers or os.cpu_count() or 1
    if count == 1:
        for place, job in enumerate(waiting, 1):
            if interrupted():
                break
            store.save(job, run_job(job))
            progress(total - len(waiting) + place, total)
    else:
        _in_pool(
            waiting, store, count, interrupted, lambda n: progress(total - len(waiting) + n, total)
        )
    return store.combine(study), all(store.has(job) for job in study.jobs)


def _in_pool(
    waiting: list[Job],
    store: Store,
    count: int,
    interrupted: Callable[[], bool],
    finished: Callable[[int], None],
) -> None:
    # Spawned processes: forking after torch or BLAS threads have started can hang.
    context = multiprocessing.get_context("spawn")
    queue = list(reversed(waiting))
    done = 0
    with ProcessPoolExecutor(count, mp_context=context, initializer=_start_worker) as pool:
        running: dict[Future[list[Row]], Job] = {}
        while running or (queue and not interrupted()):
            while queue and len(running) < count and not interrupted():
                job = queue.pop()
                running[pool.submit(run_job, job)] = job
            for future in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                store.save(running.pop(future), _result(future))
                done += 1
                finished(done)


def _result(future: Future[list[Row]]) -> list[Row]:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise InputError(
            "study: a worker was ended from outside, most likely for want of memory; finished jobs are"
            " kept: go on with fewer --workers, or with a smaller max_cells in [measure]"
        ) from error


def _start_worker() -> None:
    """Let a worker finish its job at the first Ctrl-C, and end when its parent process is gone."""
    signal.signal(signal.SIGINT, _at_first_interrupt)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _at_first_interrupt(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
