(** Two hidden layers compute the maximum of five and of six numbers.

    The literals are the networks of examples/max5_two_layers.json and max6_two_layers.json, and that of
    the identity examples/depth/max6_39_terms.json. That two hidden layers are enough was shown by Bakaev,
    Brunck, Hertrich, Stade and Yehudayoff for five numbers (arXiv 2505.14338) and by Sun for six (June
    2026). Written by maxima_in_coq.py. *)

From Coq Require Import QArith List.
From Exactpoly Require Import Network Maximum.
Import ListNotations.

Definition net5 : network := [
  {| denominator := 1; units := [
    {| relu := true; bias := 0%Z; weights := [1%Z; (-1)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; 0%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; 0%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 1%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [(-1)%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; (-1)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 1%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 1%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; (-1)%Z] |}] |};
  {| denominator := 1; units := [
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-1)%Z; 0%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; 0%Z; 0%Z; 0%Z; (-1)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 1%Z; (-1)%Z; (-1)%Z; 1%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 1%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 1%Z; (-1)%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; (-1)%Z; 1%Z; 0%Z; 0%Z; 0%Z; (-1)%Z; 0%Z; 1%Z; (-1)%Z; (-1)%Z; 1%Z; 1%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; (-1)%Z; 0%Z; 0%Z; 0%Z; 1%Z; 0%Z; 0%Z; 0%Z; (-1)%Z; (-1)%Z; 1%Z; 1%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 1%Z; 0%Z; 0%Z; (-1)%Z; (-1)%Z; 0%Z; 1%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 1%Z; 0%Z] |}] |};
  {| denominator := 2; units := [
    {| relu := false; bias := 0%Z; weights := [1%Z; 1%Z; 2%Z; 1%Z; (-1)%Z; (-1)%Z; 2%Z] |}] |}].

Theorem maximum_of_five : computes_maximum 4 net5.
Proof. apply is_maximum_sound. vm_compute. reflexivity. Qed.

Definition net6 : network := [
  {| denominator := 1; units := [
    {| relu := true; bias := 0%Z; weights := [1%Z; (-1)%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; (-1)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; 0%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; 0%Z; 0%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; (-1)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; 0%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; 0%Z; 0%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 1%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 1%Z; 0%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 1%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [(-1)%Z; 0%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; (-1)%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 1%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; (-1)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 1%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 1%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; (-1)%Z] |}] |};
  {| denominator := 6; units := [
    {| relu := true; bias := 0%Z; weights := [12%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 0%Z; 0%Z; 0%Z; 12%Z; (-12)%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 12%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 12%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 12%Z; (-12)%Z; 0%Z; 0%Z; (-12)%Z; 12%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 12%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 0%Z; 0%Z; 0%Z; 12%Z; (-12)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 12%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 12%Z; (-12)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 12%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 0%Z; 0%Z; 0%Z; 12%Z; (-12)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 0%Z; 0%Z; 12%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 12%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 12%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 12%Z; (-12)%Z; 0%Z; 0%Z; (-12)%Z; 12%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 12%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 12%Z; (-12)%Z; (-12)%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 12%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 0%Z; 12%Z; (-12)%Z] |};
    {| relu := true; bias := 0%Z; weights := [6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 12%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 12%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 6%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-12)%Z; 12%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-12)%Z; 12%Z] |};
    {| relu := true; bias := 0%Z; weights := [6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; (-6)%Z; 0%Z; 6%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 1%Z; 0%Z; 3%Z; 0%Z; 0%Z; 2%Z; 0%Z; 1%Z; 0%Z; 1%Z; 0%Z; 2%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 1%Z; 1%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 2%Z] |}] |};
  {| denominator := 12; units := [
    {| relu := false; bias := 0%Z; weights := [1%Z; 1%Z; 1%Z; 2%Z; 1%Z; 2%Z; 2%Z; 1%Z; 1%Z; 2%Z; 2%Z; 2%Z; 2%Z; 2%Z; 2%Z; 2%Z; 2%Z; 2%Z; 2%Z; 2%Z; 2%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; (-2)%Z; 2%Z; (-2)%Z; 2%Z; (-2)%Z; 12%Z; (-12)%Z] |}] |}].

Theorem maximum_of_six : computes_maximum 5 net6.
Proof. apply is_maximum_sound. vm_compute. reflexivity. Qed.

Definition net6_39 : network := [
  {| denominator := 1; units := [
    {| relu := true; bias := 0%Z; weights := [1%Z; (-1)%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; (-1)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; 0%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; 0%Z; 0%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; (-1)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; 0%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; 0%Z; 0%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 1%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 1%Z; 0%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 1%Z; (-1)%Z] |};
    {| relu := true; bias := 0%Z; weights := [1%Z; 0%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [(-1)%Z; 0%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 1%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; (-1)%Z; 0%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 1%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; (-1)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 1%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; (-1)%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 1%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; (-1)%Z] |}] |};
  {| denominator := 6; units := [
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [6%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [6%Z; 0%Z; (-6)%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; 0%Z; (-6)%Z; 6%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; 0%Z; (-6)%Z; 6%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; (-6)%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 12%Z; (-12)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-12)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 12%Z; (-12)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 6%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 6%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; (-6)%Z; 6%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; (-6)%Z; 6%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 6%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 12%Z; (-12)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 6%Z; 6%Z; (-12)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 6%Z; 0%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; 0%Z; 6%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 6%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; (-6)%Z; 0%Z; (-6)%Z; 0%Z; 6%Z; 0%Z; 6%Z; (-6)%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 3%Z; 0%Z; 2%Z; 1%Z; 2%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 5%Z; 0%Z; 3%Z; 0%Z] |};
    {| relu := true; bias := 0%Z; weights := [0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 0%Z; 1%Z; 0%Z; 1%Z; 0%Z; 0%Z; 5%Z; 0%Z; 3%Z] |}] |};
  {| denominator := 6; units := [
    {| relu := false; bias := 0%Z; weights := [2%Z; 2%Z; 2%Z; 2%Z; 2%Z; 2%Z; (-1)%Z; 1%Z; 1%Z; (-1)%Z; (-1)%Z; 1%Z; 1%Z; (-1)%Z; (-1)%Z; (-1)%Z; 1%Z; (-1)%Z; 1%Z; 1%Z; (-1)%Z; (-1)%Z; (-1)%Z; (-1)%Z; 1%Z; 1%Z; (-1)%Z; 1%Z; 1%Z; (-1)%Z; (-1)%Z; (-1)%Z; 1%Z; (-1)%Z; 1%Z; 1%Z; (-1)%Z; (-1)%Z; 1%Z; 6%Z; (-6)%Z] |}] |}].

Theorem maximum_of_six_39 : computes_maximum 5 net6_39.
Proof. apply is_maximum_sound. vm_compute. reflexivity. Qed.

(** Two layers of ReLU units alone, and one linear unit behind them. *)
Definition two_hidden_layers (d : nat) (net : network) (n m : nat) : Prop :=
  exists hidden last, net = hidden ++ [last] /\ widths d hidden [n; m] /\
    map relu (units last) = [false].

(** For a network and the theorem that it computes a maximum. *)
Ltac witness net maximum :=
  exists net; split; [| exact maximum];
  exists (removelast net), (last net {| denominator := 1; units := [] |});
  split; [reflexivity |]; split; [repeat (split || constructor) | reflexivity].

Theorem five_numbers : exists net, two_hidden_layers 4 net 14 7 /\ computes_maximum 4 net.
Proof. witness net5 maximum_of_five. Qed.

Theorem six_numbers : exists net, two_hidden_layers 5 net 20 41 /\ computes_maximum 5 net.
Proof. witness net6_39 maximum_of_six_39. Qed.
