"""A gallery as a JSON file, from which a run is resumed and pages are made again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from exactpoly.crosscheck.gallery import Entry, Gallery
from exactpoly.crosscheck.verdict import Verdict
from exactpoly.errors import InputError
from exactpoly.running.files import written_whole

__all__ = ["STATE", "read_gallery", "write_state"]

STATE = "gallery.json"
_FORMAT = "exactpoly-gallery-2"
_TEXT, _COUNT, _TIME = (str,), (int,), (int, float)
_NOTHING = (type(None),)
Types = dict[str, tuple[type, ...]]
"""By name: which types a field may have, exactly; the file may have been altered."""

_FIELDS: Types = {
    **dict.fromkeys(("folder", "network", "digest", "domain"), _TEXT),
    "regions": _COUNT,
    "simple": (bool,),
    "seconds": _TIME,
}
_WHOLE: Types = {
    **{"tools": (list,), "command": _TEXT, "limit": _TIME, "reading": _TEXT, "planned": _COUNT},
    **{"entries": (list,), "sources": (dict,)},
}
_VERDICT: Types = {
    **dict.fromkeys(("tool", "version", "network", "domain", "reading", "message"), _TEXT),
    **dict.fromkeys(("exact_regions", "claimed_regions"), _COUNT + _NOTHING),
    **dict.fromkeys(("seconds", "cpu_seconds"), _TIME + _NOTHING),
    "promise": _TEXT,
    "promised": (bool, *_NOTHING),
    "rounding": _TEXT + _NOTHING,
}


def write_state(gallery: Gallery, folder: Path) -> Path:
    """Write everything that is known, whole or not at all."""
    data = {
        "format": _FORMAT,
        "tools": list(gallery.tools),
        "command": gallery.command,
        "limit": gallery.limit,
        "reading": gallery.reading,
        "planned": gallery.planned,
        "sources": gallery.sources,
        "entries": [_entry(entry) for entry in gallery.entries],
    }
    path = folder / STATE
    with written_whole(path) as file:
        file.write((json.dumps(data) + "\n").encode())
    return path


def _entry(entry: Entry) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in _FIELDS}
    return told | {"verdicts": [verdict.to_json() for verdict in entry.verdicts]}


def read_gallery(folder: Path) -> Gallery:
    """The gallery that a folder holds. Raises `InputError` where there is none, or another file."""
    path = folder / STATE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != _FORMAT:
            raise InputError(f"{path}: format is {data['format']!r}, not {_FORMAT}")
        _check(data, _WHOLE)
        if not all(isinstance(x, str) for x in (*data["tools"], *data["sources"].values())):
            raise TypeError("tools and sources are texts")
        return Gallery(
            tuple(data["tools"]),
            data["command"],
            data["limit"],
            data["reading"],
            data["planned"],
            [_read(entry, len(data["tools"])) for entry in data["entries"]],
            data["sources"],
        )
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); nothing to resume") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path}: is not a gallery; leave --resume out") from error


def _read(entry: dict[str, Any], tools: int) -> Entry:
    _check(entry, _FIELDS)
    if len(entry["verdicts"]) != tools:
        raise ValueError("a verdict for each tool")
    for told in entry["verdicts"]:
        _check(told, _VERDICT)
    plain = {name: entry[name] for name in _FIELDS}
    return Entry(**plain, verdicts=tuple(Verdict.from_json(told) for told in entry["verdicts"]))


def _check(data: dict[str, Any], fields: Types) -> None:
    for name, types in fields.items():
        if type(data[name]) not in types:
            raise TypeError(name)
