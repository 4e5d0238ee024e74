"""Makes bad files and has them read in a child process, batch after batch.

``python -m tests.faults.fuzzing FOLDER SECONDS [SEED]`` goes on for some CPU seconds and keeps in FOLDER
what went wrong.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import IO, Any

from tests.faults.mutations import mutated
from tests.faults.seeds import seeds

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300
"""Seconds of wall time for one file before its reader is ended."""
_PATIENCE_HERE = 20


def bad_files(folder: Path, numbers: Iterable[int], kinds: dict[str, bytes]) -> Iterator[Path]:
    """Bad files, written one after the other; each depends on its number alone."""
    names = sorted(kinds)
    for number in numbers:
        draw = Random(number)
        name = names[number % len(names)]
        kind, _, suffix = name.rpartition(".")
        path = folder / f"{kind}-{number}.{suffix}"
        path.write_bytes(mutated(name, kinds[name], draw))
        yield path


def outcomes(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """What came of each file; one whose reader breaks down or hangs is wrong, and the next goes on.

    All are read in one process first, also those that the program reads in a process of their own. One with
    which anything is wrong then is read again, alone and as the program does; a busy machine is no fault.
    """
    for path, entry in zip(paths, _outcomes(paths, "here"), strict=True):
        if entry["outcome"] == "wrong":
            (entry,) = _outcomes([path])
        yield entry


def _outcomes(paths: list[Path], *words: str) -> Iterator[dict[str, Any]]:
    left = list(paths)
    while left:
        # From a file: both pipes could fill, each side waiting for the other to read.
        with (
            tempfile.TemporaryFile("w+") as names,
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.child", *words],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
                stdin=_written(names, left),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            ) as child,
        ):
            for line in _lines(child, _PATIENCE_HERE if words else PATIENCE):
                left.pop(0)
                yield json.loads(line)
            child.kill()
        if left:
            yield {
                "file": left.pop(0).name,
                "outcome": "wrong",
                "told": f"its reader broke down or hung (exit code {child.returncode})",
                "seconds": 0.0,
            }


def _written(names: IO[str], paths: list[Path]) -> IO[str]:
    names.writelines(f"{path}\n" for path in paths)
    names.seek(0)
    return names


def _lines(child: subprocess.Popen[str], patience: float) -> Iterator[str]:
    """The lines of a child until it ends, or is silent for too long."""
    assert child.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while selector.select(patience):
            line = child.stdout.readline()
            if not line:
                return
            yield line


def main() -> None:
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    number = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    kinds, told, spent = seeds(programs=True), Counter[str](), 0.0
    wrong: Counter[str] = Counter()
    while spent < seconds:
        paths = list(bad_files(folder, range(number, number + 2000), kinds))
        number += 2000
        for entry in outcomes(paths):
            told[entry["outcome"]] += 1
            spent += entry["seconds"]
            path = folder / entry["file"]
            if entry["outcome"] == "wrong":
                reason = entry["told"].strip().splitlines()[-1][:150]
                wrong[reason] += 1
                if wrong[reason] == 1:
                    print(path.name, entry["told"], sep="\n", flush=True)
                    continue
            path.unlink(missing_ok=True)
        print(f"{sum(told.values())} files, {spent:.0f} s, {dict(told)}", flush=True)
    print(wrong)


if __name__ == "__main__":
    main()
