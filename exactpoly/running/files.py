"""Files that are read whole or not at all, and files that are written whole or not at all.

A file is written beside its target, under a name that says which process does so, and renamed over it
at the end; so an old file survives a full disk and a killed run. What a killed run leaves is removed when
the same target is written again.
"""

from __future__ import annotations

import os
import re
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from exactpoly.errors import InputError

__all__ = [
    "check_input",
    "check_output",
    "file_bytes",
    "file_text",
    "remove_orphans",
    "write_whole",
    "written_whole",
]

_SUFFIX = ".part"
_LONGEST_NAME = 255
"""Bytes that file systems take."""
_numbers = count()


def check_input(path: str | Path) -> None:
    """Raise `InputError` unless ``path`` is a file: a device or a pipe may never end."""
    path = Path(path)
    with _named(path, "read"):
        if path.is_dir():
            raise InputError(f"{path}: is a directory; give a file")
        if not path.exists():
            raise InputError(f"{path}: there is no such file; check the path")
        if not path.is_file():
            raise InputError(f"{path}: is a pipe or a device; give a file")


def file_bytes(path: str | Path) -> bytes:
    """What a file holds. Raises `InputError` where it cannot be read, and for devices and pipes."""
    try:
        check_input(path)
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read ({reason})") from error


def file_text(path: str | Path) -> str:
    """The text of a file in UTF-8, with or without a mark of the byte order; see `file_bytes`."""
    try:
        return file_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: cannot be read (not a text file in UTF-8)") from error


def check_output(path: str | Path, *inputs: str | Path) -> None:
    """Raise `InputError` where ``path`` could not be written, or is one of the ``inputs``.

    Links are followed: an input reached by another name is an input. Removes orphans, see the module.
    """
    path = Path(path)
    with _named(path, "written"):
        if not path.parent.is_dir():
            raise InputError(f"{path}: there is no folder {path.parent}; make it first")
        if path.is_dir():
            raise InputError(f"{path}: is a directory; give a file name")
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: is a pipe or a device; give a file")
        if len(os.fsencode(_draft(path))) > _LONGEST_NAME:
            raise InputError(f"{path}: the name is too long; give a shorter one")
        for given in inputs:
            if _same(path, given):
                raise InputError(f"{path}: is the input itself; give another file to write")
    remove_orphans(path)


@contextmanager
def _named(path: Path, what: str) -> Iterator[None]:
    """A name that the system refuses, as one sentence that says so."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be {what} ({reason})") from error


def _draft(target: Path) -> str:
    """The name of the next file that is written beside ``target``."""
    return f".{target.name}.{_host()}.{os.getpid()}.{next(_numbers)}{_SUFFIX}"


def _same(path: Path, other: str | Path) -> bool:
    """Whether both name one file, which need not be there yet."""
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        return os.path.realpath(path) == os.path.realpath(other)


@contextmanager
def written_whole(path: str | Path) -> Iterator[BinaryIO]:
    """A binary file to write; it takes the place of ``path`` at the end, unless an error is raised.

    A link keeps pointing where it does, and what it points to is replaced. Raises `InputError` where the
    file cannot be written; what stood there before then still does.
    """
    shown, target = Path(path), Path(os.path.realpath(path))
    draft = target.with_name(_draft(target))
    try:
        remove_orphans(target)
        with open(draft, "x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):
            os.chmod(draft, stat.S_IMODE(target.stat().st_mode))
        os.replace(draft, target)
    except OSError as error:
        raise InputError(f"{shown}: cannot be written ({error.strerror or error})") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def write_whole(path: str | Path, content: bytes | str) -> None:
    """Write a file at once, text as UTF-8; as `written_whole`."""
    with written_whole(path) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def remove_orphans(path: str | Path) -> None:
    """Remove what killed runs on this machine have left beside ``path``."""
    target = Path(os.path.realpath(path))
    pattern = re.compile(
        re.escape(f".{target.name}.{_host()}.") + r"([0-9]+)\.[0-9]+" + re.escape(_SUFFIX)
    )
    with suppress(OSError):
        for other in target.parent.iterdir():
            match = pattern.fullmatch(other.name)
            if match and not _runs(int(match[1])):
                with suppress(OSError):
                    other.unlink()


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:40]


def _runs(process: int) -> bool:
    """Whether there may be such a process here."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
