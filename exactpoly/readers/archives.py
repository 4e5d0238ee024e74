"""Zip archives, read only once it is known what they hold and what they would expand to.

A few bytes may stand for gigabytes, one name for two contents, and a header may promise more than there
is. So an archive is judged by its directory: each name once, stored or deflated, nothing encrypted, and no
more in it than `most_entries` allows for a file of its size; an array only if its header and its length
agree.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path

import numpy as np

from exactpoly.errors import InputError
from exactpoly.readers.exact_array import MAX_ENTRIES

__all__ = ["archive_of", "arrays_of", "check_entries", "content", "is_archive", "most_entries"]

_FREE_ENTRIES = 8_000_000
_WIDEST = 8
"""Bytes of the widest number."""
_LONGEST_NAME = 1_000
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
    IndexError,
    OSError,
    OverflowError,
)


def most_entries(path: Path) -> int:
    """How many numbers a file may stand for: as many as it has bytes, or eight million.

    Every format writes at least a byte for a number, unless it packs them or repeats one.
    """
    return min(MAX_ENTRIES, max(_FREE_ENTRIES, path.stat().st_size))


def check_entries(path: Path, entries: int) -> None:
    """Refuse a file that stands for more numbers than `most_entries` allows."""
    if entries > most_entries(path):
        raise InputError(
            f"{path}: would expand to {entries} numbers; at most {most_entries(path)} are read from a file"
            f" of {path.stat().st_size} bytes, so save it without compression and repetition"
        )


@contextmanager
def archive_of(path: Path, mend: str) -> Iterator[zipfile.ZipFile]:
    """The archive, its directory checked. ``mend``: how such a file is written, for the refusal.

    Raises `InputError` for what is no archive, for one that is damaged, also while it is read, and for what
    the module names.
    """
    if not is_archive(path):
        raise InputError(f"{path}: not an archive, or cut short; {mend}")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(path, archive, mend)
            yield archive
    except _DAMAGED as error:
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path}: the archive is damaged ({line[:200]}); {mend}") from error


def is_archive(path: Path) -> bool:
    """Whether the file ends as a zip archive does."""
    try:
        return zipfile.is_zipfile(path)
    except _DAMAGED as error:  # it does, with nonsense in it
        raise InputError(f"{path}: the archive is damaged ({error}); write it again") from error


def _check_directory(path: Path, archive: zipfile.ZipFile, mend: str) -> None:
    entries = archive.infolist()
    for name, count in Counter(_plain(entry.filename) for entry in entries).items():
        if count > 1:
            raise InputError(f"{path}: {name[:80]!r} is in the archive {count} times; {mend}")
        if len(name) > _LONGEST_NAME:
            raise InputError(f"{path}: a name has {len(name)} characters; {mend}")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise InputError(f"{path}: {entry.filename[:80]!r} is encrypted; {mend}")
        if entry.compress_type not in _WAYS:
            raise InputError(
                f"{path}: {entry.filename[:80]!r} is packed in another way than deflate; {mend}"
            )
    total, most = sum(entry.file_size for entry in entries), _WIDEST * most_entries(path)
    if total > most:
        raise InputError(
            f"{path}: unpacks to {total} bytes; at most {most} are read from a file of"
            f" {path.stat().st_size} bytes; {mend} without compression"
        )


def _plain(name: str) -> str:
    """NumPy takes ``W1`` and ``W1.npy`` for one name."""
    return name.removesuffix(".npy")


def content(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A short text in an archive."""
    size = archive.getinfo(name).file_size
    if size > most:
        raise InputError(f"{name} has {size} bytes; at most {most} are read")
    return archive.read(name)


def arrays_of(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file by name; pickled objects are refused.

    Raises `InputError` naming the file, and the member that is no array of numbers.
    """
    with archive_of(path, "write it with numpy.savez") as archive:
        return {
            _plain(entry.filename): _array(path, archive, entry) for entry in archive.infolist()
        }


def _array(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> np.ndarray:
    where = f"{path}: {entry.filename[:80]}"
    mend = "write the file with numpy.savez"
    with archive.open(entry) as file:
        try:
            version = np.lib.format.read_magic(file)
            if version not in ((1, 0), (2, 0)):
                raise ValueError(f"format {version} is for names of fields")
            read = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[version]
            shape, by_columns, dtype = read(file)
        # The header is a Python literal, of which NumPy's reader raises many kinds.
        except Exception as error:
            line = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError(f"{where} is not an array ({line[:200]}); {mend}") from error
        if dtype.hasobject or dtype.itemsize == 0:
            raise InputError(f"{where} holds {dtype}, not numbers; give integers or floats")
        if any(type(n) is not int or n < 0 for n in shape):
            raise InputError(f"{where} has the shape {str(shape)[:80]}; {mend}")
        promised, found = prod(shape) * dtype.itemsize, entry.file_size - file.tell()
        if promised != found:
            raise InputError(
                f"{where} promises {promised} bytes of numbers and holds {found}; is it cut short?"
            )
        data = file.read(found)
    try:
        flat = np.frombuffer(data, dtype) if data else np.empty(0, dtype)
        return flat.reshape(shape, order="F" if by_columns else "C")
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{where} is not an array of shape {str(shape)[:80]}; {mend}") from error
