"""Write coq/Refutation.v and coq/StrongRefutation.v.

The first is about the network of theorems.md, 2.1, in general position, with smaller numbers; the second
about one that meets the strictest reading of "generic" too. Run it from this folder: `python
refutation_in_coq.py`. The files are kept in the repository, so that Coq alone checks them (check.sh).
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


STRONG_HEAD = """\
(** The same for the strictest reading of "generic".

    The network here has widths 3-9-4 and mean 1165/193 as well. Besides what Refutation.v shows of its
    network, on each of the 386 regions the forms of all 13 neurons are in general position (Strong.v).
    Written by refutation_in_coq.py. *)
"""

COMPUTED = """\
Theorem strongly_certified :
  strong_summary 3 3 net (tree_of 14 3 numbers places) =
    Some ([386; 1165; 1152; 372]%Z, 2330%Z, true, true).
Proof. vm_cast_no_check (eq_refl (Some ([386; 1165; 1152; 372]%Z, 2330%Z, true, true))). Qed.
"""

STRONG_TAIL = """
Theorem strongly_generic_is : strongly_generic 3 net.
Proof. exact (proj2 (strong_summary_sound 3 3 net _ _ _ _ strongly_certified)). Qed.

(** As `refutation`, and on each region the forms of all neurons are in general position. *)
Theorem strong_refutation :
  exists net : network,
    widths 3 net [9; 4]%nat /\\ generic 3 net /\\ strongly_generic 3 net /\\ simple 3 [] net /\\
    exists m : Q, mean_facets 3 [] net m /\\ 6 < m.
Proof.
  exists net. split; [exact widths_are |]. split; [exact generic_is |].
  split; [exact strongly_generic_is |]. split; [exact simple_is |].
  exists (1165 # 193). split; [exact mean | reflexivity].
Qed."""


def body(network: ep.Network, imports: str) -> str:
    """The file of `coq_lines` without its head."""
    lines = list(coq_lines(ep.enumerate(network)))
    start = next(i for i, line in enumerate(lines) if line.startswith("From Coq"))
    return "\n".join(lines[start:]).replace("Facets Summary.", f"Facets Summary {imports}.", 1)


def main() -> None:
    folder = Path(__file__).parent
    text = body(zigzag([3] * 3, 4, tilt=2, length=200), "Position")
    (folder / "coq" / "Refutation.v").write_text(HEAD + "\n" + text + "\n" + TAIL + "\n")
    strong = folder.parent / "examples" / "refutations" / "avg-facets-strong-3-9-4.json"
    before, claim, after = body(ep.load(strong), "Position Strong").partition("Theorem certified")
    statement, _, after = after.partition("Proof.")
    after = after.partition("Qed.")[2]
    known = "Proof. exact (proj1 (strong_summary_sound 3 3 net _ _ _ _ strongly_certified)). Qed."
    text = before + COMPUTED + "\n" + claim + statement + known + after
    shared = TAIL.partition("\n(** There is")[0]
    target = folder / "coq" / "StrongRefutation.v"
    target.write_text(STRONG_HEAD + "\n" + text + "\n" + shared + STRONG_TAIL + "\n")


if __name__ == "__main__":
    main()
