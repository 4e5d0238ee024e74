"""What pyproject.toml cannot say: the compiled kernel, optional, with flags and digest of its own build.

EXACTPOLY_KERNEL=0 leaves it out: what is built then is one wheel for all systems.
"""

import os
import runpy
import shutil
import sys
from pathlib import Path

from setuptools import Extension, setup

# A build copies modules to build/lib and never removes one: those of an older checkout would be installed.
for stale in Path("build").glob("lib*"):
    shutil.rmtree(stale)

build = runpy.run_path("exactpoly/complex/kernel/build.py")
windows = sys.platform == "win32"

kernel = Extension(
    "exactpoly.complex.kernel._kernel",
    [str(path.relative_to(build["FOLDER"].parents[2])) for path in build["sources"]()],
    depends=["exactpoly/complex/kernel/build.py"],
    define_macros=[("SOURCE_DIGEST", f'"{build["digest"]()}"')],
    extra_compile_args=[] if windows else list(build["FLAGS"]),
    libraries=[] if windows else ["m"],
    optional=True,  # Without a compiler everything works, slower.
)
setup(ext_modules=[] if os.environ.get("EXACTPOLY_KERNEL") == "0" else [kernel])
