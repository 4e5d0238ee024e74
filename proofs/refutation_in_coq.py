"""Write coq/Refutation.v: the network of theorems.md, 2.1, in general position, with smaller numbers.

Run it from this folder: `python refutation_in_coq.py`. The file is kept in the repository, so that
Coq alone checks it (check.sh).
"""

from __future__ import annotations

from pathlib import Path

from counterexamples import zigzag

import exactpoly as ep
from exactpoly.certificate.coq import coq_lines

HEAD = """\
(** The published bound on the mean number of facets is false.

    Gaines and Bi (ICLR 2026, Theorem 3.4) state that the regions of a generic and supertransversal
    ReLU network on R^d have at most 2d facets on average. Here is a network with two hidden layers of
    9 and 4 neurons on R^3, each layer in general position and the complex simple (which is more than
    supertransversal, theorems_deep.md, Theorem 1), whose 386 regions have 2330 facets: 1165/193 > 6.

    What the words mean is defined in Network.v, on one page. The literals below are a certificate;
    nothing in them is believed. Written by refutation_in_coq.py. *)
"""

TAIL = """
Theorem widths_are : widths 3 net [9; 4]%nat.
Proof. apply widths_sound. vm_compute. reflexivity. Qed.

Theorem generic_is : generic 3 net.
Proof. apply generic_sound. vm_compute. reflexivity. Qed.

Theorem simple_is : simple 3 [] net.
Proof. exact (summary_simple 3 [] net _ _ _ certified). Qed.

(** There is a ReLU network on [Q^3] with two hidden layers of 9 and 4 neurons, generic in every layer
    and simple, whose regions have more than 6 facets on average. *)
Theorem refutation :
  exists net : network,
    widths 3 net [9; 4]%nat /\\ generic 3 net /\\ simple 3 [] net /\\
    exists m : Q, mean_facets 3 [] net m /\\ 6 < m.
Proof.
  exists net. split; [exact widths_are |]. split; [exact generic_is |]. split; [exact simple_is |].
  exists (1165 # 193). split; [exact mean | reflexivity].
Qed."""


def main() -> None:
    lines = list(coq_lines(ep.enumerate(zigzag([3] * 3, 4, tilt=2, length=200))))
    start = next(i for i, line in enumerate(lines) if line.startswith("From Coq"))
    body = "\n".join(lines[start:]).replace("Facets Summary.", "Facets Summary Position.", 1)
    target = Path(__file__).parent / "coq" / "Refutation.v"
    target.write_text(HEAD + "\n" + body + "\n" + TAIL + "\n")


if __name__ == "__main__":
    main()
