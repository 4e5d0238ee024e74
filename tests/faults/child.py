"""Reads files, named on stdin, each by its reader, and says on stdout what came of it.

A process of its own: a reader that breaks down takes nobody along, and its memory is limited. With the
argument ``here``, what is otherwise read in yet another process is read in this one, which is quicker.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
import warnings
from importlib import import_module
from pathlib import Path

from exactpoly.errors import InputError
from exactpoly.readers.reading import Reading
from exactpoly.running.limits import peak_memory

MEMORY = 6 * 2**30
"""Address space; torch alone takes more than two."""


def read(path: Path) -> None:
    """Read one file by the reader that its name begins with."""
    kind = path.name.split("-")[0]
    if kind == "net":
        import exactpoly as ep

        assert ep.load(path).digest
    elif kind == "claims":
        from exactpoly.crosscheck.claims_files import read_claims

        read_claims(path)
    elif kind == "study":
        from exactpoly.studies.description import read_study

        read_study(path)
    elif kind == "property":
        from exactpoly.readers.vnnlib import read_vnnlib

        read_vnnlib(path)
    elif kind == "planes":
        from exactpoly.pointsets.planes import read_planes

        read_planes(path)
    elif kind == "table":
        from exactpoly.pointsets.points import read_table

        read_table(path)
    elif kind == "witness":
        from exactpoly.readers.witness import read_witness

        read_witness(path, 2)
    elif kind == "identity":
        from exactpoly.depth.identity import read_identity

        read_identity(path)
    elif kind == "domain":
        from exactpoly.domain import Domain

        try:
            Domain.parse(path.read_text(errors="replace"), 2)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error
    else:
        from exactpoly.certificate.check import check_file

        code, message = check_file(str(path))
        if code:
            raise InputError(f"{path}: {message}")


def read_here() -> None:
    """Let readers that use a process of their own do their work in this one."""
    from exactpoly.network import Network
    from exactpoly.readers import keras_file, torch_file

    def here(module: str, function: str, path: Path, reading: Reading) -> Network:
        network: Network = getattr(import_module(f"exactpoly.readers.{module}"), function)(
            path, reading
        )
        return network

    keras_file.read_elsewhere = torch_file.read_elsewhere = here


def judged(path: Path) -> dict[str, object]:
    """What came of a file: it ``loads``, is ``refused``, or something is ``wrong``."""
    started, before = time.process_time(), peak_memory()
    told, outcome = "", "loads"
    try:
        read(path)
    except InputError as error:
        outcome, told = "refused", str(error)
        if str(path) not in told:
            outcome, told = "wrong", f"the file is not named: {told}"
    except BaseException as error:
        outcome, told = "wrong", "".join(traceback.format_exception(error)[-3:])
    seconds, memory = time.process_time() - started, peak_memory()
    if seconds > 5:
        outcome, told = "wrong", f"{seconds:.1f} s; {told}"
    if memory > 2**30 and memory > before:
        outcome, told = "wrong", f"{memory >> 20} MiB; {told}"
    return {"file": path.name, "outcome": outcome, "told": told[:2000], "seconds": seconds}


def main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except ImportError:
        pass
    warnings.simplefilter("ignore")
    if "here" in sys.argv:
        read_here()
    for line in sys.stdin:
        print(json.dumps(judged(Path(line.rstrip("\n")))), flush=True)


if __name__ == "__main__":
    main()
