(** From "a k-cell has on average at most 2k facets" to "no cell is on average more than a cube".

    In a simple complex on [R^d] a k-cell lies in [2^(j-k) C(d-k,j-k)] j-cells (complex.md, Theorem
    5), so there are [2^(j-i) C(d-i,j-i) f_i] pairs (i-face, j-cell). *)

From Coq Require Import Arith Lia.
From Exactpoly Require Import Binomial.

(** [avg_faces f d]: the mean number of (k-1)-faces of a k-cell is at most 2k, [1 <= k <= d]. *)
Definition avg_faces (f : nat -> nat) (d : nat) : Prop :=
  forall k, k < d -> 2 * (d - k) * f k <= 2 * S k * f (S k).

Lemma chain : forall f d, avg_faces f d ->
  forall i e, i + e <= d -> C (d - i) e * f i <= C (i + e) i * f (i + e).
Proof.
  intros f d H i. induction e as [| e IH]; intros Hd.
  - rewrite Nat.add_0_r, C_diag, C_0_r. lia.
  - specialize (IH ltac:(lia)). specialize (H (i + e) ltac:(lia)).
    replace (i + S e) with (S (i + e)) by lia.
    pose proof (C_step (d - i) e) as E1.
    pose proof (C_up (i + e) i ltac:(lia)) as E2.
    replace (S (i + e) - i) with (S e) in E2 by lia.
    replace (d - i - e) with (d - (i + e)) in E1 by lia.
    apply Nat.mul_le_mono_pos_l with (p := S e); [lia |].
    replace (S e * (C (d - i) (S e) * f i)) with (S e * C (d - i) (S e) * f i) by lia.
    rewrite E1.
    replace (S e * (C (S (i + e)) i * f (S (i + e)))) with (S e * C (S (i + e)) i * f (S (i + e)))
      by lia.
    rewrite E2.
    apply Nat.le_trans with ((d - (i + e)) * (C (i + e) i * f (i + e))); [nia |].
    replace (S (i + e) * C (i + e) i * f (S (i + e)))
      with (C (i + e) i * (S (i + e) * f (S (i + e)))) by lia.
    replace ((d - (i + e)) * (C (i + e) i * f (i + e)))
      with (C (i + e) i * ((d - (i + e)) * f (i + e))) by lia.
    apply Nat.mul_le_mono_l. lia.
Qed.

(** cube: pairs (i-face, j-cell) number at most [2^(j-i) C(j,i)] times the j-cells, [i <= j <= d]. *)
Theorem cube : forall f d, avg_faces f d -> forall i j, i <= j -> j <= d ->
  2 ^ (j - i) * C (d - i) (j - i) * f i <= 2 ^ (j - i) * C j i * f j.
Proof.
  intros f d H i j Hij Hj.
  pose proof (chain f d H i (j - i) ltac:(lia)) as K.
  replace (i + (j - i)) with j in K by lia.
  rewrite <- !Nat.mul_assoc. apply Nat.mul_le_mono_l. exact K.
Qed.

(** The f-vector of one layer satisfies the hypothesis, hence the conclusion, for every [n], [d]. *)
From Exactpoly Require Import FVector MeanFacets.

Theorem shallow_cube : forall n d i j, i <= j -> j <= d ->
  2 ^ (j - i) * C (d - i) (j - i) * F n i (d - i) <= 2 ^ (j - i) * C j i * F n j (d - j).
Proof.
  intros n d i j Hij Hj.
  apply (cube (fun k => F n k (d - k)) d); [| exact Hij | exact Hj].
  intros k Hk. cbv beta.
  pose proof (shallow_avg_faces n k (d - S k)) as A.
  replace (d - k) with (S (d - S k)) by lia. exact A.
Qed.
