#!/bin/sh
# Compile the machine-checked proofs and make sure that they rest on no axiom: `sh proofs/check.sh`.
# With files that `exactpoly certify --coq` wrote, compile those against the library instead:
# `sh proofs/check.sh out.v`. Without Coq this succeeds with a message, unless EXACTPOLY_REQUIRE_COQ=1
# or files are given.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/coq
# In the order of their imports. CERTIFY is what a written file needs.
CERTIFY='Network Linear Tree TreeSound Certify Facets Summary Maximum'
FILES="Binomial FVector MeanFacets CubeBound Plane $CERTIFY Union Position Strong Refutation StrongRefutation"
FILES="$FILES OrderShattered DoubleCount ShatteredForms Maxima"

if ! command -v coqc >/dev/null 2>&1; then
    if [ "${EXACTPOLY_REQUIRE_COQ:-0}" = 1 ] || [ $# -gt 0 ]; then
        echo "proofs/check.sh: coqc is not installed; install the package coq" >&2
        exit 1
    fi
    echo "proofs/check.sh: coqc is not installed; machine-checked proofs NOT verified (install the package coq)"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# All statements of the given files, gathered in one term a file, and the axioms that it depends on.
assumptions() {
    for file; do echo "From Exactpoly Require $file."; done > "$work/Assumptions.v"
    statements=0
    for file; do
        names=$(sed -nE 's/^(Theorem|Lemma|Corollary) +([A-Za-z0-9_]+).*/\2/p' "$work/$file.v")
        statements=$((statements + $(echo "$names" | wc -w)))
        {
            echo "Definition all_of_$file := (I"
            for name in $names; do echo ", @Exactpoly.$file.$name"; done
            echo "). Print Assumptions all_of_$file."
        } >> "$work/Assumptions.v"
    done
    coqc -q -Q "$work" Exactpoly "$work/Assumptions.v" > "$work/assumptions.txt"
    closed=$(grep -c '^Closed under the global context$' "$work/assumptions.txt" || true)
    lines=$(wc -l < "$work/assumptions.txt")
    if [ "$closed" -ne $# ] || [ "$lines" -ne $# ]; then
        cat "$work/assumptions.txt" >&2
        echo "proofs/check.sh: a statement depends on an axiom (above)" >&2
        exit 1
    fi
    echo "$statements statements in $# files, each: Closed under the global context"
}

# No proof may be left out, nothing assumed, no check of Coq's switched off.
complete() {
    if grep -nwE 'Admitted|admit|Axiom|Axioms|Parameter|Parameters|Conjecture|Hypothesis|Hypotheses|Variable|Variables|bypass_check|Unset|Declare' "$@"; then
        echo "proofs/check.sh: a proof is incomplete or assumes something (above)" >&2
        exit 1
    fi
}

compile() {
    for file; do
        coqc -q -Q "$work" Exactpoly "$work/$file.v"
        echo "compiled $file.v"
    done
}

complete "$here"/*.v
cp "$here"/*.v "$work"
if [ $# -gt 0 ]; then
    complete "$@"
    for given; do
        name=$(basename "$given" .v)
        case $name in
            '' | [!A-Za-z]* | *[!A-Za-z0-9_]*)
                echo "proofs/check.sh: $given is no file name that Coq takes; use letters, digits and _" >&2
                exit 1 ;;
        esac
        if [ -e "$here/$name.v" ]; then
            echo "proofs/check.sh: $name.v is the name of a file of the library; rename $given" >&2
            exit 1
        fi
    done
    compile $CERTIFY
    for given; do
        name=$(basename "$given" .v)
        cp "$given" "$work/$name.v"
        compile "$name"
        assumptions "$name"
    done
    exit 0
fi
compile $FILES
modules=$(cd "$here" && ls ./*.v | wc -l)
compiled=$(ls "$work"/*.vo | wc -l)
[ "$modules" -eq "$compiled" ] || { echo "proofs/check.sh: a .v file is not in the list" >&2; exit 1; }
assumptions $FILES
