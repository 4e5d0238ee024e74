#!/bin/sh
# Extract the checker of proofs/coq to OCaml and build it: `sh proofs/verified/build.sh [FOLDER]` writes
# the program FOLDER/exactpoly-verified (default: the current folder). Needs Coq, ocamlfind and zarith;
# Debian: apt-get install coq ocaml-nox ocaml-findlib libzarith-ocaml-dev.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=$(CDPATH='' cd -- "${1:-.}" && pwd)
for tool in coqc ocamlfind; do
    command -v "$tool" >/dev/null 2>&1 || { echo "build.sh: $tool is not installed" >&2; exit 1; }
done
ocamlfind query zarith >/dev/null 2>&1 || { echo "build.sh: OCaml's zarith is not installed" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/../coq/*.v "$here"/Extract.v "$here"/main.ml "$work"
cd "$work"
for file in Network Linear Tree TreeSound Certify Facets Summary Extract; do
    coqc -q -Q . Exactpoly "$file.v"
done
ocamlfind ocamlopt -package zarith -linkpkg -w -a checker.mli checker.ml main.ml -o exactpoly-verified
mv exactpoly-verified "$target/"
echo "built $target/exactpoly-verified"
