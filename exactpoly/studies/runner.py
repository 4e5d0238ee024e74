"""Run the jobs of a study on many workers; what is finished is kept and not done again."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from pathlib import Path

from exactpoly.running.executors import open_executor, result_of
from exactpoly.studies.description import Job, Study
from exactpoly.studies.jobs import Row, run_job
from exactpoly.studies.store import Store

__all__ = ["run_study"]


def run_study(
    study: Study,
    folder: str | Path,
    *,
    workers: int | None = None,
    executor_kind: str = "processes",
    apart: bool = False,
    interrupted: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Path, bool]:
    """Run what is not finished yet; returns the Parquet file and whether all jobs are in it.

    ``workers``: how many jobs at a time (default: one a processor); ``executor_kind``: where they run,
    see `open_executor`;
    ``apart``: not in this process, even if one at a time: only then can a job be ended;
    ``interrupted``: asked now and then, True ends the run and drops the jobs under way; ``progress``:
    called with jobs done and jobs in all. An error in a job ends the run and is raised here, and so
    is `InputError` where the system ended a worker.
    """
    store = Store(Path(folder))
    waiting = [job for job in study.jobs if not store.has(job)]
    total = len(study.jobs)
    progress(total - len(waiting), total)
    count = workers or os.cpu_count() or 1
    with open_executor(executor_kind, count, apart=apart) as executor:
        if executor is None:
            for place, job in enumerate(waiting, 1):
                if interrupted():
                    break
                store.save(job, run_job(job))
                progress(total - len(waiting) + place, total)
        else:
            _submit(
                executor,
                waiting,
                store,
                count,
                interrupted,
                lambda n: progress(total - len(waiting) + n, total),
            )
    return store.combine(study), all(store.has(job) for job in study.jobs)


def _submit(
    executor: Executor,
    waiting: list[Job],
    store: Store,
    count: int,
    interrupted: Callable[[], bool],
    finished: Callable[[int], None],
) -> None:
    queue = list(reversed(waiting))
    done = 0
    running: dict[Future[list[Row]], Job] = {}
    while (running or queue) and not interrupted():
        while queue and len(running) < count:
            job = queue.pop()
            running[executor.submit(run_job, job)] = job
        for future in wait(running, timeout=0.2, return_when=FIRST_COMPLETED).done:
            rows = result_of(
                future,
                "finished jobs are kept: go on with fewer workers, or with a smaller max_cells in"
                " [measure]",
            )
            store.save(running.pop(future), rows)
            done += 1
            finished(done)
