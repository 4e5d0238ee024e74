#!/bin/sh
# Install exactpoly into .venv and run its main job on the shipped network (or on the one given).
# Needs Python 3.11 or newer; on Debian and Ubuntu the venv module is a package of its own, which this
# script installs when it runs as root or sudo asks for no password, and names otherwise.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "exactpoly needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2
    exit 3
}
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    install="apt-get install -y --no-install-recommends python3-venv"
    if [ "$(id -u)" = 0 ]; then
        apt-get update -q && $install
    elif sudo -n true 2>/dev/null; then
        sudo apt-get update -q && sudo $install
    else
        echo "Python's venv module is missing; run: sudo $install" >&2
        exit 3
    fi
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check .
exec .venv/bin/exactpoly certify "${@:-examples/iris.npz}"
