(** The checker of proofs/coq as OCaml, with Zarith's integers for Z. *)

From Coq Require Import ExtrOcamlBasic ExtrOcamlZBigInt.
From Exactpoly Require Import Network Summary.

Extraction "checker.ml" summary_of_numbers.
