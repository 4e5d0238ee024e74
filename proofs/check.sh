#!/bin/sh
# Compile the machine-checked proofs and make sure that they rest on no axiom.
# Without Coq this succeeds with a message, unless EXACTPOLY_REQUIRE_COQ=1.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/coq
if ! command -v coqc >/dev/null 2>&1; then
    if [ "${EXACTPOLY_REQUIRE_COQ:-0}" = 1 ]; then
        echo "proofs/check.sh: coqc is not installed but EXACTPOLY_REQUIRE_COQ=1; install the package coq" >&2
        exit 1
    fi
    echo "proofs/check.sh: coqc is not installed; machine-checked proofs NOT verified (install the package coq)"
    exit 0
fi
if grep -nwE 'Admitted|admit|Axiom|Axioms|Parameter|Parameters|Conjecture|Hypothesis|Variable|Variables|bypass_check|Unset' "$here"/*.v; then
    echo "proofs/check.sh: a proof is incomplete or assumes something (above)" >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/*.v "$work"
cd "$work"
files='Binomial FVector MeanFacets CubeBound Plane'
for file in $files; do
    coqc -q -Q . Exactpoly "$file.v"
    echo "compiled $file.v"
done
modules=$(cd "$here" && ls ./*.v | wc -l)
compiled=$(ls ./*.vo | wc -l)
[ "$modules" -eq "$compiled" ] || { echo "proofs/check.sh: a .v file is not in the list" >&2; exit 1; }
# Every theorem, by name, with the axioms it depends on.
theorems=$(sed -nE 's/^(Theorem|Lemma|Corollary) +([A-Za-z0-9_]+).*/\2/p' ./*.v)
{
    echo "From Exactpoly Require Import $files."
    for name in $theorems; do echo "Print Assumptions $name."; done
} > Assumptions.v
coqc -q -Q . Exactpoly Assumptions.v > assumptions.txt
count=$(echo "$theorems" | wc -l)
closed=$(grep -c '^Closed under the global context$' assumptions.txt || true)
lines=$(wc -l < assumptions.txt)
if [ "$count" -ne "$closed" ] || [ "$lines" -ne "$closed" ]; then
    cat assumptions.txt >&2
    echo "proofs/check.sh: only $closed of $count statements are free of axioms" >&2
    exit 1
fi
echo "$count statements, each: Closed under the global context"
