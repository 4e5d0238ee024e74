"""Pickles of torch, walked through before torch reads them.

torch's own readers run no code, but the last of two equal keys wins in them, and sizes are believed, of
storages and of tensors in them: what lies behind their end would be read. So the operations are followed
here on a stack of names, numbers and marks: a key that is set twice, a storage that is longer than its
record, a tensor that is larger than its storage, and a stack that does not work out are refused.
"""

from __future__ import annotations

import pickletools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from exactpoly.errors import InputError

__all__ = ["check_pickle"]

_MOST_OPERATIONS = 5_000_000
_BYTES = {
    **dict.fromkeys(("DoubleStorage", "LongStorage", "ComplexFloatStorage"), 8),
    **dict.fromkeys(("FloatStorage", "IntStorage", "QInt32Storage"), 4),
    **dict.fromkeys(("HalfStorage", "BFloat16Storage", "ShortStorage"), 2),
    "ComplexDoubleStorage": 16,
}
"""Bytes of a number of a storage of torch; one for all others."""
_TENSORS = ("_rebuild_tensor", "_rebuild_tensor_v2")
_KEEP = ("APPEND", "APPENDS", "BUILD", "ADDITEMS")
_MARK = object()


@dataclass(frozen=True)
class _Global:
    module: str
    name: str


@dataclass(frozen=True)
class _Storage:
    count: int


class _Keys(set[Any]):
    """The keys set so far of a mapping, or of what may be one."""


def check_pickle(file: IO[bytes], where: str, records: Mapping[str, int] | None = None) -> None:
    """Follow one pickle of ``file``, which then stands behind it.

    ``records``: the sizes of the storages in bytes by name, where they are known.
    Raises `InputError` beginning with ``where``.
    """
    try:
        _Walk(where, records).run(file)
    except InputError:
        raise
    except Exception as error:  # pickletools raises what reading text and numbers raises
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{where}: its pickle is damaged ({line[:200]}); save the file again"
        ) from error


class _Walk:
    def __init__(self, where: str, records: Mapping[str, int] | None) -> None:
        self.where, self.records = where, records
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self, file: IO[bytes]) -> None:
        for count, (operation, argument, _) in enumerate(pickletools.genops(file)):
            if count > _MOST_OPERATIONS:
                raise InputError(
                    f"{self.where}: its pickle has more than {_MOST_OPERATIONS} operations; save tensors"
                )
            self.step(operation.name, argument, operation)

    def step(self, name: str, argument: Any, operation: pickletools.OpcodeInfo) -> None:
        before, after = operation.stack_before, operation.stack_after
        if name in ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"):
            self.memo[len(self.memo) if argument is None else argument] = self.stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self.stack.append(self.memo[argument])
        elif name in ("SETITEM", "SETITEMS"):
            taken = (
                self.to_mark() if name == "SETITEMS" else [self.stack.pop(), self.stack.pop()][::-1]
            )
            self.set_items(self.stack[-1], taken[::2])
        elif name in ("POP", "POP_MARK", "DUP"):
            self.shuffle(name)
        else:
            marked = pickletools.markobject in before
            taken = self.to_mark() if marked else self.pop(len(before) - (name in _KEEP))
            if name not in _KEEP:
                self.stack += [self.made(name, argument, taken) for _ in after]

    def shuffle(self, name: str) -> None:
        if name == "DUP":
            self.stack.append(self.stack[-1])
        elif name == "POP_MARK":
            self.to_mark()
        else:
            self.stack.pop()

    def pop(self, count: int) -> list[Any]:
        if count > len(self.stack):
            raise ValueError("it takes more than there is")
        taken = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return taken

    def to_mark(self) -> list[Any]:
        """What stands above the last mark."""
        place = next(
            (i for i in range(len(self.stack) - 1, -1, -1) if self.stack[i] is _MARK), None
        )
        if place is None:
            raise ValueError("it takes more than there is")
        taken = self.stack[place + 1 :]
        del self.stack[place:]
        return taken

    def set_items(self, target: Any, keys: list[Any]) -> None:
        if not isinstance(target, _Keys):
            return
        for key in keys:
            if not isinstance(key, (str, int)):
                continue
            if key in target:
                raise InputError(
                    f"{self.where}: the key {str(key)[:80]!r} is set twice; keep one of them"
                )
            target.add(key)

    def made(self, name: str, argument: Any, taken: list[Any]) -> Any:
        """What stands for the result of an operation."""
        if name == "MARK":
            return _MARK
        if name == "GLOBAL":
            return _Global(*argument.split(" ", 1))
        if name == "STACK_GLOBAL":
            return _Global(*map(str, taken))
        if name.startswith("TUPLE") or name == "EMPTY_TUPLE":
            return tuple(taken)
        if name == "BINPERSID":
            return self.storage(*taken)
        if name == "REDUCE":
            self.check_tensor(*taken)
        if name == "DICT":
            result = _Keys()
            self.set_items(result, taken[::2])
            return result
        if isinstance(argument, (str, int)):
            return argument
        return _Keys()

    def storage(self, identity: Any) -> Any:
        """The numbers of a storage must be in its record."""
        if self.records is None:
            return _Keys()
        if not isinstance(identity, tuple) or len(identity) != 5 or identity[0] != "storage":
            raise InputError(
                f"{self.where}: a storage is described in an unknown way; save it again"
            )
        _, kind, key, _, count = identity
        if not isinstance(kind, _Global) or type(count) is not int or count < 0:
            raise InputError(
                f"{self.where}: a storage is described in an unknown way; save it again"
            )
        size, held = count * _BYTES.get(kind.name, 1), self.records.get(str(key))
        if held is None or size > held:
            raise InputError(
                f"{self.where}: storage {str(key)[:40]!r} promises {size} bytes and holds"
                f" {held or 0}; is the file cut short?"
            )
        return _Storage(count)

    def check_tensor(self, call: Any, given: Any) -> None:
        """A tensor must lie in its storage."""
        if not isinstance(call, _Global) or call.name not in _TENSORS or self.records is None:
            return
        storage, offset, size, steps = (*given, *[None] * 4)[:4]
        parts = (
            (size, steps) if isinstance(size, tuple) and isinstance(steps, tuple) else ((0,), ())
        )
        numbers = [offset, *parts[0], *parts[1]]
        fits = isinstance(storage, _Storage) and len(parts[0]) == len(parts[1])
        fits = fits and all(type(n) is int and n >= 0 for n in numbers)
        if fits and all(size):
            last = offset + sum((n - 1) * step for n, step in zip(size, steps, strict=True))
            fits = last < storage.count
        if not fits:
            raise InputError(
                f"{self.where}: a tensor of shape {str(size)[:80]} does not lie in its storage; save it"
                " again"
            )
