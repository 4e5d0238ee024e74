#!/bin/sh
# Build the documentation site into docs/_build/html, warnings as errors, and check every link in it.
# Python: $PYTHON, else the one of .venv-docs, which is made with what the site needs.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv-docs/bin/python}
if [ -z "${PYTHON:-}" ] && [ ! -x "$python" ]; then
    python3 -m venv .venv-docs
    "$python" -m pip install --quiet --disable-pip-version-check -e ".[docs]"
fi
"$python" -m sphinx -W --keep-going -q -b html -c docs . docs/_build/html
"$python" docs/check_site.py docs/_build/html
echo "docs/_build/html/index.html"
