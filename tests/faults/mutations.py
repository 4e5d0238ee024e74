"""From a good file to a bad one, along its structure: members, headers, operations, fields, tokens."""

from __future__ import annotations

import io
import pickletools
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

__all__ = ["mutated"]

NUMBERS = (
    "0", "-0", "-1", "1", "2", "7", "99", "1e9999", "1e-9999", "1e99999", "1e9_9", "0x10", "1_000",
    "9" * 30, "9" * 5000, "1/0", "0/7", "1/" + "3" * 4000, "NaN", "Infinity", "-inf", "true", "null",
    "\u0661\u0662", "\uff11e\uff19\uff19\uff19\uff19\uff19", "1e+", ".", "+.5", "1.", "--1", "2147483648",
    "9223372036854775807", "-9223372036854775808", "18446744073709551616", "4e15", "1" + "0" * 4000,
)  # fmt: skip
WORDS = (
    "", "x", "\x00", "\u2028", "\x1b[31m", '"', "[" * 2000, "{" * 2000, "(" * 3000, "]", "}", ")", ",",
    "a" * 5000, "weight", "0.weight", "W1", "R^d", "[-1,1]^d", "../../etc/passwd", "=", ":", "\n", "//",
)  # fmt: skip
INTEGERS = (
    0, 1, -1, 2, 3, 7, 255, 256, 65535, 10**6, 10**7, 2**31 - 1, 2**31, -(2**31), 2**40, 2**62,
    2**63 - 1, -(2**63),
)  # fmt: skip
_TOKEN = re.compile(rb"[A-Za-z_][A-Za-z_0-9.]*|[-+]?[0-9][0-9./eE+-]*|\s+|.", re.DOTALL)
_LOCAL, _CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def mutated(name: str, data: bytes, draw: Random) -> bytes:
    """A bad file of the same kind, most of the time."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        ways = _ways(name, data)
        data = draw.choice(ways)(data, draw)
    return data


def _ways(name: str, data: bytes) -> list[Callable[[bytes, Random], bytes]]:
    """What can be done to a file; the ways that know its structure more often."""
    if name.endswith(".onnx"):
        return [*[_message] * 8, _bytes]
    if data.startswith(b"PK"):
        return [*[_member] * 6, *[_directory] * 2, _archive, _bytes]
    if name.endswith(".pt"):
        return [*[_pickle] * 4, _bytes]
    if name.endswith(".safetensors"):
        return [*[_header] * 4, _bytes]
    if name.endswith(".h5"):
        return [*[_overwritten] * 4, _bytes]
    if name.endswith(".bvg"):
        return [_bytes, _words]
    return [*[_tokens] * 6, _bytes]


def _bytes(data: bytes, draw: Random) -> bytes:
    place, end = sorted(draw.randrange(len(data) + 1) for _ in range(2))
    return draw.choice(
        (
            lambda: data[:place],
            lambda: data[:place] + data[end:],
            lambda: data[:end] + data[place:],
            lambda: data[:place] + bytes([draw.randrange(256)]) + data[place + 1 :],
            lambda: data[:place] + bytes(draw.choice((1, 8, 1000))) + data[place:],
            lambda: data + data,
        )
    )()


def _words(data: bytes, draw: Random) -> bytes:
    """One integer of four bytes becomes another."""
    place = 4 * draw.randrange(max(1, len(data) // 4))
    return (
        data[:place] + struct.pack("<i", draw.choice((0, 1, -1, 99, 2**31 - 1))) + data[place + 4 :]
    )


def _overwritten(data: bytes, draw: Random) -> bytes:
    """A byte, a size or an address, or a stretch that stands elsewhere."""
    place, other = draw.randrange(len(data)), draw.randrange(len(data))
    new = draw.choice(
        (
            bytes([draw.randrange(256)]),
            (draw.choice(INTEGERS) % 2**64).to_bytes(8, "little"),
            draw.randrange(2 * len(data)).to_bytes(8, "little"),
            b"\xff" * draw.choice((2, 4, 8)),
            data[other : other + 64],
        )
    )
    return data[:place] + new + data[place + len(new) :]


def _tokens(data: bytes, draw: Random) -> bytes:
    tokens = _TOKEN.findall(data)
    if not tokens:
        return b"x"
    place, other = draw.randrange(len(tokens)), draw.randrange(len(tokens))
    new = draw.choice((draw.choice(NUMBERS), draw.choice(NUMBERS), draw.choice(WORDS))).encode()
    way = draw.randrange(7)
    if way < 3:
        numbers = [i for i, token in enumerate(tokens) if token[:1].isdigit()] or [place]
        tokens[draw.choice(numbers)] = new
    elif way == 3:
        tokens[place] = new
    elif way == 4:
        del tokens[min(place, other) : max(place, other)]
    elif way == 5:
        tokens[place:place] = tokens[min(place, other) : max(place, other)] * draw.choice(
            (1, 2, 50)
        )
    else:
        tokens[place], tokens[other] = tokens[other], tokens[place]
    return b"".join(tokens)


def _header(data: bytes, draw: Random) -> bytes:
    """safetensors: the JSON header, with its length right most of the time."""
    length = int.from_bytes(data[:8], "little")
    header = _tokens(data[8 : 8 + length], draw)
    size = len(header) if draw.random() < 0.8 else abs(draw.choice(INTEGERS))
    return size.to_bytes(8, "little", signed=False) + header + data[8 + length :]


def _archive(data: bytes, draw: Random) -> bytes:
    return _written(_read(data) * draw.choice((1, 2)), draw) if draw.random() < 0.7 else data + data


def _read(data: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except Exception:  # an archive that was made bad already
        return [("W1.npy", data[:100])]


def _written(members: list[tuple[str, bytes]], draw: Random) -> bytes:
    stream = io.BytesIO()
    ways = (zipfile.ZIP_STORED,) * 5 + (zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2)
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", draw.choice(ways)) as archive:
        warnings.simplefilter("ignore")  # a name given twice is what is wanted
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, archive.compression)
    return stream.getvalue()


def _member(data: bytes, draw: Random) -> bytes:
    """One member of an archive becomes another, all sums right."""
    members = _read(data)
    place = draw.randrange(len(members))
    name, content = members[place]
    if draw.random() < 0.15:
        name = draw.choice((name + "x", members[0][0], "W1.npy", "../" + name, draw.choice(WORDS)))
    elif name.endswith(".npy"):
        content = _npy(content, draw)
    elif name.endswith(".pkl") and draw.random() < 0.9:
        content = _pickle(content, draw)
    elif content:
        content = draw.choice((_bytes, _tokens))(content, draw)
    members[place] = (name[:60_000] or "x", content)
    if draw.random() < 0.05:
        members.append(("bomb.npy", bytes(10**7)))
    try:
        return _written(members, draw)
    except Exception:  # a name that no archive can have
        return data


def _directory(data: bytes, draw: Random) -> bytes:
    """A field of a header of an archive: flags, way, sums, sizes, place."""
    starts = [m.start() for m in re.finditer(re.escape(draw.choice((_LOCAL, _CENTRAL))), data)]
    if not starts:
        return data
    start, changed = draw.choice(starts), bytearray(data)
    shift = 2 if data[start : start + 4] == _CENTRAL else 0
    offset, size = draw.choice(((6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)))
    value = draw.choice((0, 1, 8, 12, 14, 2 ** (8 * size) - 1, draw.randrange(2 ** (8 * size))))
    changed[start + shift + offset : start + shift + offset + size] = value.to_bytes(size, "little")
    return bytes(changed)


def _npy(data: bytes, draw: Random) -> bytes:
    """The header of an array: its kind, order, shape, version, length."""
    if len(data) < 12 or draw.random() < 0.2:
        return _bytes(data, draw)
    end = 10 + int.from_bytes(data[8:10], "little")
    kind = draw.choice(
        ("'<f4'", "'>f8'", "'|O'", "'|V3'", "'<U3'", "'<c8'", "'<M8[s]'", "'f'", "'<f2'", "'|b1'",
         "'<f16'", "'|V0'", "[('a','<f4')]", "'" + "9" * 5000 + "'", "'<f4,<f4'", "None", "'(2,2)f4'")
    )  # fmt: skip
    shape = draw.choice(
        ("()", "(0,)", "(-1,2)", "(3,2)", "(2,3)", f"({2**40},)", f"({2**63},{2**63})", "(True,2)",
         "('a',)", "(2.0,)", "((2,),)",
         "(" + "9" * 5000 + ",)", "(" * 200 + ")" * 200, "(0," + str(2**62) + ")")
    )  # fmt: skip
    order = draw.choice(("False", "True", "2", "None"))
    text = data[10:end].decode("latin-1")
    if draw.random() < 0.5:
        text = re.sub(r"'descr': '[^']*'", lambda _: f"'descr': {kind}", text)
    if draw.random() < 0.6:
        text = re.sub(r"\([^()]*\)", lambda _: shape, text)
    if draw.random() < 0.2:
        text = re.sub(r"False", order, text)
    header = (
        text.encode("latin-1") if draw.random() < 0.9 else _tokens(text.encode("latin-1"), draw)
    )
    version = bytes((draw.choice((1, 1, 1, 1, 2, 3, 9)), 0))
    size = 4 if version[0] > 1 else 2
    length = min(len(header), 2 ** (8 * size) - 1).to_bytes(size, "little")
    return b"\x93NUMPY" + version + length + header + data[end:]


_GLOBALS = (
    b"collections\nOrderedDict", b"torch\nLongStorage", b"torch\nFloatStorage", b"torch\nQInt8Storage",
    b"torch\nComplexDoubleStorage", b"torch._utils\n_rebuild_tensor_v2",
    b"torch._utils\n_rebuild_parameter", b"torch._utils\n_rebuild_sparse_tensor", b"torch\nSize",
    b"torch._utils\n_rebuild_meta_tensor_no_storage",
    b"torch._utils\n_rebuild_qtensor", b"torch\ndevice", b"torch\nfloat32", b"builtins\nset", b"os\nsystem",
    b"torch.storage\nUntypedStorage", b"torch._utils\n_rebuild_nested_tensor", b"builtins\nbytearray",
    b"torch._utils\n_rebuild_device_tensor_from_numpy", b"torch.nn.parameter\nParameter", b"torch\nTensor",
)  # fmt: skip


def _pickle(data: bytes, draw: Random) -> bytes:
    """Operations of a pickle: left out, repeated, exchanged, with other numbers, names and types."""
    places: list[int] = []
    with suppress(Exception):  # it was bad already, or is followed by tensors
        places += [place for _, _, place in pickletools.genops(data) if place is not None]
    if len(places) < 3:
        return _bytes(data, draw)
    ends = [*places[1:], places[-1] + 1]
    parts = [data[a:b] for a, b in zip(places, ends, strict=True)]
    place, other = draw.randrange(len(parts)), draw.randrange(len(parts))
    way = draw.randrange(7)
    if way == 0:
        del parts[place]
    elif way == 1:
        parts.insert(place, parts[other])
    elif way == 2:
        parts[place], parts[other] = parts[other], parts[place]
    elif way == 3:
        first, last = sorted((place, other))
        parts[place:place] = parts[first:last]
    elif way == 4:
        named = [i for i, part in enumerate(parts) if part[:1] == b"c"] or [place]
        parts[draw.choice(named)] = b"c" + draw.choice(_GLOBALS) + b"\n"
    elif way == 5:
        numbers = [i for i, part in enumerate(parts) if part[:1] in b"KMJ"] or [place]
        parts[draw.choice(numbers)] = _number(draw.choice(INTEGERS))
    else:
        words = [i for i, part in enumerate(parts) if part[:1] == b"X"] or [place]
        text = draw.choice((*WORDS, *NUMBERS, "0", "2.weight", "storage")).encode()
        parts[draw.choice(words)] = b"X" + len(text).to_bytes(4, "little") + text
    return data[: places[0]] + b"".join(parts) + data[ends[-1] :]


def _number(value: int) -> bytes:
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    body = value.to_bytes(10, "little", signed=True)
    return b"\x8a" + bytes((len(body),)) + body


def _message(data: bytes, draw: Random) -> bytes:
    """A field somewhere in a model: another number or text, left out, repeated, or taken from elsewhere."""
    import onnx

    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except Exception:
        return _bytes(data, draw)
    messages = list(_messages(model))
    message = draw.choice(messages)
    fields = message.DESCRIPTOR.fields
    field = draw.choice(fields)
    set_fields = [f for f, _ in message.ListFields()]
    if set_fields and draw.random() < 0.8:
        field = draw.choice(set_fields)
    try:
        _change(message, field, messages, draw)
    except (TypeError, ValueError):  # what this field cannot hold
        return data
    return bytes(model.SerializeToString())


def _messages(message: Any) -> list[Any]:
    found = [message]
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in value if _repeated(field) else [value]:
                found += _messages(part)
    return found


def _repeated(field: Any) -> bool:
    if hasattr(field, "is_repeated"):
        return bool(field.is_repeated)
    return bool(field.label == field.LABEL_REPEATED)


def _change(message: Any, field: Any, messages: list[Any], draw: Random) -> None:
    name = field.name
    # As bytes: a message copied into itself would end the process.
    alike = [m.SerializeToString() for m in messages if m.DESCRIPTOR is field.message_type]
    if draw.random() < 0.15:
        message.ClearField(name)
    elif _repeated(field):
        values = getattr(message, name)
        way = draw.randrange(3)
        if way == 0 and len(values):
            del values[draw.randrange(len(values))]
        elif field.message_type is not None:
            if alike:
                values.add().ParseFromString(draw.choice(alike))
        elif way == 1 and len(values):
            values[draw.randrange(len(values))] = _value(field, draw)
        else:
            values.extend([_value(field, draw)] * draw.choice((1, 1, 3)))
    elif field.message_type is not None:
        if alike:
            getattr(message, name).ParseFromString(draw.choice(alike))
    else:
        setattr(message, name, _value(field, draw))


_OPERATORS = (
    "Relu", "Gemm", "MatMul", "Add", "Mul", "Div", "Conv", "ConvTranspose", "MaxPool", "AveragePool",
    "Tile", "Expand", "Resize", "Pad", "Reshape", "Gather", "Slice", "Split", "Where", "Clip",
    "Softmax", "Range", "ConstantOfShape", "OneHot", "Loop", "If", "Einsum", "CumSum", "TopK", "ReduceMax",
    "BatchNormalization",
)  # fmt: skip


def _value(field: Any, draw: Random) -> Any:
    if field.cpp_type in (field.CPPTYPE_FLOAT, field.CPPTYPE_DOUBLE):
        return draw.choice((0.0, -1.0, 1e30, 1e-40, float("nan"), float("inf"), 0.3))
    if field.cpp_type == field.CPPTYPE_STRING:
        if field.type == field.TYPE_BYTES:
            return draw.choice((b"", b"\xff", bytes(8), bytes(100), b"SAME_UPPER", b"reflect"))
        if field.name == "op_type":
            return draw.choice(_OPERATORS)
        return draw.choice((*WORDS, *"abcdefxy", "0.weight", "shape", "kernel", "ai.onnx.ml"))
    if field.cpp_type == field.CPPTYPE_ENUM:
        return draw.choice([value.number for value in field.enum_type.values])
    bits = 31 if field.cpp_type == field.CPPTYPE_INT32 else 63
    return max(-(2**bits), min(2**bits - 1, draw.choice(INTEGERS)))
