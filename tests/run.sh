#!/bin/sh
# Set up everything the tests need in .venv-test and run them; arguments go to pytest.
# System packages (a C compiler, Python headers, cddlib, for exact pycddlib) are installed when this
# runs as root or sudo asks for no password; otherwise the one line to run is printed.
# EXACTPOLY_TEST_TORCH=1 installs torch as well (large) and so runs the tests of torch models.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
environment=${EXACTPOLY_TEST_VENV:-.venv-test}

missing=""
"$python" -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
command -v cc >/dev/null 2>&1 || missing="$missing gcc"
# libcdd-dev brings libgmp-dev; the compiler needs a C library to link with as well.
header=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include") + "/Python.h")')
[ -e "$header" ] || missing="$missing python3-dev"
[ -e /usr/include/cddlib/cdd.h ] || [ -e /usr/include/cdd/cdd.h ] || missing="$missing libcdd-dev"
if [ -n "$missing" ]; then
    install="apt-get install -y --no-install-recommends$missing"
    if [ "$(id -u)" = 0 ]; then
        apt-get update -q && $install
    elif sudo -n true 2>/dev/null; then
        sudo apt-get update -q && sudo $install
    else
        echo "system packages are missing; run: sudo $install" >&2
        exit 3
    fi
fi
[ -x "$environment/bin/python" ] || "$python" -m venv "$environment"
pip="$environment/bin/python -m pip install --quiet --disable-pip-version-check"
if [ "${EXACTPOLY_TEST_TORCH:-0}" = 1 ]; then
    $pip "torch==2.13.0"
fi
$pip -e ".[cdd,dev]"
# All processors, unless a number of workers is given.
case " $* " in
    *" -n"*) ;;
    *) "$environment/bin/python" -c 'import xdist' 2>/dev/null && set -- -n auto "$@" ;;
esac
exec "$environment/bin/python" -m pytest "$@"
