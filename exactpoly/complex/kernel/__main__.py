"""``python -m exactpoly.complex.kernel``: build the kernel of this installation."""

from __future__ import annotations

import subprocess
import sys

from exactpoly.complex.kernel.build import build


def main() -> int:
    """0 when the kernel is built, 1 when it cannot be."""
    try:
        print(f"exactpoly: kernel built: {build().name}")
    except subprocess.CalledProcessError as error:
        print(f"exactpoly: the kernel cannot be compiled:\n{error.stderr}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"exactpoly: the kernel cannot be built: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
