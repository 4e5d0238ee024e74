"""Build the kernel where it stands: ``python -m exactpoly.complex.kernel`` calls this.

Standard library only, nothing of the package: ``setup.py`` takes its flags and digest from here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["FLAGS", "build", "compiler", "digest", "sources"]

FOLDER = Path(__file__).parent

FLAGS = ("-std=gnu11", "-O3", "-fno-math-errno", "-fno-trapping-math", "-fvisibility=hidden")
"""No flag here lets the compiler change a value but by fused multiply-adds, which the bounds allow."""


def sources() -> list[Path]:
    """The C files, in order."""
    return sorted(FOLDER.glob("*.c"))


def digest() -> str:
    """Of all sources: a library that was built from others is not used. Empty without sources."""
    files = [*sources(), *sorted(FOLDER.glob("*.h"))]
    joined = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(joined).hexdigest()[:16] if files else ""


def compiler() -> str | None:
    """The C compiler: that of the environment variable CC, or one that is found."""
    names = [os.environ.get("CC", ""), "cc", "gcc", "clang"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


def build(target: Path | None = None, flags: tuple[str, ...] = ()) -> Path:
    """Compile the kernel to ``target`` (in this folder unless given), with more ``flags``.

    Raises `OSError` without a compiler or where the folder cannot be written, and
    `subprocess.CalledProcessError`, with the compiler's words in ``stderr``, where compiling fails.
    """
    command = compiler()
    if command is None:
        raise OSError("no C compiler is found; install gcc or clang, or set CC")
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    target = target or FOLDER / f"_kernel{suffix}"
    # A library in use must not change under a running program: written aside and moved.
    with tempfile.TemporaryDirectory(dir=target.parent) as aside:
        made = Path(aside) / target.name
        subprocess.run(
            [
                command,
                *FLAGS,
                "-fPIC",
                "-shared",
                f'-DSOURCE_DIGEST="{digest()}"',
                *flags,
                *map(str, sources()),
                "-o",
                str(made),
                "-lm",
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        made.replace(target)
    return target
