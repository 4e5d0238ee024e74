(** One hidden layer: the mean number of facets and its bounds; central arrangements. *)

From Coq Require Import Arith Lia.
From Exactpoly Require Import Binomial FVector.

(** [sum_{i<=d} i C(n,i)]. *)
Definition W (n d : nat) : nat := sum (fun i => i * C n i) d.

(** [n sum_{i<d} C(n-1,i) = sum_{i<=d} i C(n,i)], for [n+1] and [d+1]. *)
Lemma W_facets : forall n d, S n * B n d = W (S n) (S d).
Proof.
  intros n d. unfold W, B. rewrite sum_shift. rewrite <- sum_scale.
  simpl (0 * _). rewrite Nat.add_0_l.
  apply sum_ext. intros i _. symmetry. apply C_absorb.
Qed.

Lemma W_le : forall n d, W n d <= d * B n d.
Proof.
  intros n d. unfold W, B. rewrite <- sum_scale. apply sum_le.
  intros i H. apply Nat.mul_le_mono_r. exact H.
Qed.

(** avg-facets for one layer: [2 n sum_{i<d} C(n-1,i) <= 2 d sum_{i<=d} C(n,i)], [d >= 1].
    With [d+1] for [d]; the left side is [2 f_{d-1}], the right [2 d f_d]. *)
Theorem shallow_mean_le : forall n d, 2 * (n * B (n - 1) d) <= 2 * S d * B n (S d).
Proof.
  intros [| n] d; [lia |].
  simpl (S n - 1). rewrite Nat.sub_0_r, W_facets.
  pose proof (W_le (S n) (S d)). nia.
Qed.

(** avg-faces for one layer, every [k]: the [(k-1)]-cells of [d = k-1+j], each on [2j] k-cells:
    [2 j f_{k-1} <= 2 k f_k]. *)
Theorem shallow_avg_faces : forall n k j,
  2 * S j * F n k (S j) <= 2 * S k * F n (S k) j.
Proof.
  intros n k j. unfold F.
  pose proof (C_step n j) as E. pose proof (shallow_mean_le (n - j) k) as H.
  replace (n - j - 1) with (n - S j) in H by lia.
  replace (2 * S j * (C n (S j) * B (n - S j) k)) with (2 * (S j * C n (S j)) * B (n - S j) k) by lia.
  rewrite E.
  replace (2 * ((n - j) * C n j) * B (n - S j) k)
    with (C n j * (2 * ((n - j) * B (n - S j) k))) by lia.
  replace (2 * S k * (C n j * B (n - j) (S k))) with (C n j * (2 * S k * B (n - j) (S k))) by lia.
  apply Nat.mul_le_mono_l. exact H.
Qed.

(** The mean grows with [n]: [W(n,d) / B(n,d) <= W(n+1,d) / B(n+1,d)].
    The weights [C(n+1,i) / C(n,i) = (n+1) / (n+1-i)] grow with [i]. *)
Lemma C_log : forall n i j, i <= j -> C (S n) i * C n j <= C (S n) j * C n i.
Proof.
  intros n i j H. destruct (le_lt_dec j n) as [Hn | Hn].
  - pose proof (C_up n i ltac:(lia)) as Ei. pose proof (C_up n j ltac:(lia)) as Ej.
    assert (P : (S n - j) * (C (S n) i * C n j) <= (S n - j) * (C (S n) j * C n i)).
    { replace ((S n - j) * (C (S n) j * C n i)) with (S n * C n j * C n i) by nia.
      apply Nat.le_trans with ((S n - i) * C (S n) i * C n j); [nia |].
      rewrite Ei. nia. }
    apply Nat.mul_le_mono_pos_l with (p := S n - j); [lia | exact P].
  - rewrite (C_large n j) by lia. lia.
Qed.

Theorem shallow_mean_grows : forall n d, W n d * B (S n) d <= W (S n) d * B n d.
Proof.
  intros n. unfold W, B.
  assert (T : forall i j, i <= j -> C (S n) i * C n j <= C (S n) j * C n i) by (apply C_log).
  generalize dependent (C (S n)). generalize (C n). intros b a T.
  (* Weights b_i, and a_i that grow faster. Two terms against each other, then new ones against old: *)
  assert (G : forall i j, i <= j ->
    j * b j * a i + a j * (i * b i) <= j * a j * b i + b j * (i * a i)).
  { intros i j H. pose proof (T i j H) as L. revert L.
    generalize (a i) (b i) (a j) (b j). intros p q x y L.
    replace j with (i + (j - i)) by lia. generalize (j - i). intros e.
    pose proof (Nat.mul_le_mono_l _ _ e L). nia. }
  assert (K : forall j m, m <= j ->
    j * b j * sum a m + a j * sum (fun i => i * b i) m
    <= j * a j * sum b m + b j * sum (fun i => i * a i) m).
  { intros j. induction m as [| m IHm]; intros Hm; cbn [sum].
    - pose proof (G 0 j Hm). lia.
    - specialize (IHm ltac:(lia)). pose proof (G (S m) j Hm). lia. }
  induction d as [| d IH]; cbn [sum]; [lia |].
  specialize (K (S d) d ltac:(lia)). nia.
Qed.

(** A bias-free layer in general linear position: [f_d = 2 B(n-1,d-1)], [f_{d-1} = n 2 B(n-2,d-2)].
    Its mean [2 n B(n-2,d-2) / B(n-1,d-1)] is at most [2(d-1)]; here [n+2] for [n], [d+2] for [d]. *)
Lemma B_below : forall m D, B m D <= sum (fun i => (S D - i) * C m i) D.
Proof.
  intros. unfold B. apply sum_le. intros i H.
  replace (S D - i) with (S (D - i)) by lia. nia.
Qed.

Theorem central_mean_le : forall n d,
  S (S n) * B n d <= S d * B (S n) (S d).
Proof.
  intros n d.
  assert (E : S d * B (S n) (S d) = W (S n) (S d) + sum (fun i => (S d - i) * C (S n) i) (S d)).
  { unfold W, B. rewrite <- sum_plus, <- sum_scale. apply sum_ext. intros i H.
    rewrite <- Nat.mul_add_distr_r. f_equal. lia. }
  rewrite E, <- W_facets. cbn [sum]. rewrite Nat.sub_diag.
  pose proof (B_below (S n) d). pose proof (B_mono_l n d). lia.
Qed.
