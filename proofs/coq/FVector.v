(** The f-vector of [n] hyperplanes in general position in [R^d] (Schlaefli; Buck 1943).

    [F n k j = C(n,j) B(n-j,k)] is the number of [k]-cells for [d = k + j]: [j] of the hyperplanes
    meet in a flat of dimension [k], which the [n-j] others cut into [B(n-j,k)] cells. *)

From Coq Require Import Arith Lia ZArith.
From Exactpoly Require Import Binomial.

Definition F (n k j : nat) : nat := C n j * B (n - j) k.

(** The formula at [k = d] is the number of regions. *)
Theorem F_regions : forall n d, F n d 0 = B n d.
Proof. intros. unfold F. rewrite C_0_r, Nat.sub_0_r. lia. Qed.

(** The number of facets, [f_{d-1} = n B(n-1,d-1)]. *)
Theorem F_facets : forall n d, F n d 1 = n * B (n - 1) d.
Proof. intros. unfold F. rewrite C_1. reflexivity. Qed.

(** The number of vertices, [C(n,d)]. *)
Theorem F_vertices : forall n d, F n 0 d = C n d.
Proof. intros. unfold F. rewrite B_0_r. lia. Qed.

(** The recursion of a new hyperplane [H], which determines all counts from [n = 0]:
    old k-cells, one more for each that [H] cuts (a (k-1)-cell of the arrangement in [H]), and
    the k-cells in [H]. *)
Theorem F_rec : forall n k j,
  F (S n) (S k) (S j) = F n (S k) (S j) + F n k (S j) + F n (S k) j.
Proof.
  intros n k j. unfold F. rewrite C_pascal. simpl (S n - S j).
  destruct (le_lt_dec (S j) n) as [H | H].
  - replace (n - j) with (S (n - S j)) by lia. rewrite B_rec. nia.
  - rewrite (C_large n (S j)) by lia. lia.
Qed.

Theorem F_rec_regions : forall n k, F (S n) (S k) 0 = F n (S k) 0 + F n k 0.
Proof. intros. rewrite !F_regions. apply B_rec. Qed.

Theorem F_rec_vertices : forall n j, F (S n) 0 (S j) = F n 0 (S j) + F n 0 j.
Proof. intros. rewrite !F_vertices. rewrite C_pascal. lia. Qed.

(** Euler: [sum_k (-1)^k f_k = (-1)^d]. *)
Open Scope Z_scope.

Definition sign (k : nat) : Z := if Nat.even k then 1 else -1.

Lemma sign_S : forall k, sign (S k) = - sign k.
Proof.
  intros k. unfold sign. rewrite Nat.even_succ, <- Nat.negb_even. destruct (Nat.even k); reflexivity.
Qed.

(** [chi n k d] sums the terms of dimensions [0..k] in dimension [d]. *)
Fixpoint chi (n k d : nat) : Z :=
  match k with
  | O => sign 0 * Z.of_nat (F n 0 d)
  | S k' => chi n k' d + sign k * Z.of_nat (F n k (d - k))
  end.

Definition euler (n d : nat) : Z := chi n d d.

Lemma chi_0 : forall n d, chi n 0 d = Z.of_nat (F n 0 d).
Proof. intros. unfold chi, sign. cbn [Nat.even]. lia. Qed.

Lemma chi_S : forall n k d,
  chi n (S k) d = chi n k d + sign (S k) * Z.of_nat (F n (S k) (d - S k)).
Proof. reflexivity. Qed.

(** Partial sums telescope: adding a hyperplane changes them only by the top term. *)
Lemma chi_step : forall n d k, (k <= d)%nat ->
  chi (S n) k (S d) = chi n k (S d) + sign k * Z.of_nat (F n k (d - k)).
Proof.
  intros n d. induction k as [| k IH]; intros H.
  - rewrite !chi_0, F_rec_vertices, Nat.sub_0_r. change (sign 0) with 1. lia.
  - rewrite !chi_S, IH by lia.
    replace (S d - S k)%nat with (S (d - S k)) by lia.
    replace (d - k)%nat with (S (d - S k)) by lia.
    rewrite F_rec, sign_S, !Nat2Z.inj_add. ring.
Qed.

Lemma chi_no_hyperplane : forall k d, (k < d)%nat -> chi 0 k d = 0.
Proof.
  induction k as [| k IH]; intros d H.
  - rewrite chi_0, F_vertices, C_large by lia. reflexivity.
  - rewrite chi_S, IH by lia. unfold F. rewrite C_large by lia. rewrite Nat.mul_0_l. lia.
Qed.

Lemma euler_0 : forall d, euler 0 d = sign d.
Proof.
  intros [| d]; [reflexivity |]. unfold euler.
  rewrite chi_S, chi_no_hyperplane by lia. rewrite Nat.sub_diag, F_regions, B_0_l. lia.
Qed.

Theorem euler_relation : forall n d, euler n d = sign d.
Proof.
  induction n as [| n IH]; intros d; [apply euler_0 |].
  destruct d as [| d].
  - unfold euler. rewrite chi_0, F_vertices, C_0_r. reflexivity.
  - rewrite <- (IH (S d)). unfold euler. rewrite !chi_S, chi_step by lia.
    rewrite !Nat.sub_diag, F_rec_regions, sign_S, Nat2Z.inj_add. ring.
Qed.
