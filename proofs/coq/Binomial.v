(** Binomial coefficients over [nat] and their partial sums [S n d = sum_{i<=d} C(n,i)].

    Everything here is by Pascal's rule; no division, no reals. *)

From Coq Require Import Arith Lia.

Fixpoint C (n k : nat) : nat :=
  match n, k with
  | _, 0 => 1
  | 0, S _ => 0
  | S n', S k' => C n' k' + C n' (S k')
  end.

(** [sum f d = f 0 + .. + f d]. *)
Fixpoint sum (f : nat -> nat) (d : nat) : nat :=
  match d with
  | 0 => f 0
  | S d' => sum f d' + f d
  end.

(** [B n d = sum_{i<=d} C(n,i)]: regions of [n] hyperplanes in general position in [R^d]. *)
Definition B (n d : nat) : nat := sum (C n) d.

Lemma C_0_r : forall n, C n 0 = 1.
Proof. destruct n; reflexivity. Qed.

Lemma C_pascal : forall n k, C (S n) (S k) = C n k + C n (S k).
Proof. reflexivity. Qed.

Lemma C_large : forall n k, n < k -> C n k = 0.
Proof.
  induction n as [| n IH]; intros [| k] H; try lia; [reflexivity |].
  rewrite C_pascal, !IH by lia. reflexivity.
Qed.

Lemma C_diag : forall n, C n n = 1.
Proof.
  induction n as [| n IH]; [reflexivity |].
  rewrite C_pascal, IH, C_large by lia. reflexivity.
Qed.

Lemma C_1 : forall n, C n 1 = n.
Proof. induction n as [| n IH]; [reflexivity |]. rewrite C_pascal, C_0_r, IH. lia. Qed.

(** Absorption: [(k+1) C(n+1,k+1) = (n+1) C(n,k)]. *)
Lemma C_absorb : forall n k, S k * C (S n) (S k) = S n * C n k.
Proof.
  induction n as [| n IH]; intros k.
  - destruct k as [| k]; [reflexivity |]. rewrite C_large by lia. simpl. lia.
  - destruct k as [| k].
    + rewrite C_1, C_0_r. lia.
    + rewrite C_pascal.
      pose proof (IH k) as H1. pose proof (IH (S k)) as H2.
      rewrite (C_pascal n k) in *. nia.
Qed.

(** [(k+1) C(n,k+1) = (n-k) C(n,k)]; the subtraction is truncated, both sides are then 0. *)
Lemma C_step : forall n k, S k * C n (S k) = (n - k) * C n k.
Proof.
  intros n k. destruct (le_lt_dec k n) as [H | H].
  - pose proof (C_absorb n k) as E. rewrite C_pascal in E. nia.
  - rewrite !C_large by lia. lia.
Qed.

(** [(n+1-k) C(n+1,k) = (n+1) C(n,k)]. *)
Lemma C_up : forall n k, k <= S n -> (S n - k) * C (S n) k = S n * C n k.
Proof.
  intros n [| k] H.
  - rewrite !C_0_r. lia.
  - rewrite C_pascal. pose proof (C_step n k) as E. nia.
Qed.

Lemma sum_ext : forall f g d, (forall i, i <= d -> f i = g i) -> sum f d = sum g d.
Proof.
  induction d as [| d IH]; intros H; simpl; [apply H; lia |].
  rewrite IH by (intros i Hi; apply H; lia). rewrite H by lia. reflexivity.
Qed.

Lemma sum_le : forall f g d, (forall i, i <= d -> f i <= g i) -> sum f d <= sum g d.
Proof.
  induction d as [| d IH]; intros H; simpl; [apply H; lia |].
  pose proof (H (S d) (le_n _)). assert (sum f d <= sum g d) by (apply IH; intros; apply H; lia). lia.
Qed.

Lemma sum_plus : forall f g d, sum (fun i => f i + g i) d = sum f d + sum g d.
Proof. induction d as [| d IH]; simpl; lia. Qed.

Lemma sum_scale : forall c f d, sum (fun i => c * f i) d = c * sum f d.
Proof. induction d as [| d IH]; simpl; [lia | rewrite IH; lia]. Qed.

Lemma sum_shift : forall f d, sum f (S d) = f 0 + sum (fun i => f (S i)) d.
Proof.
  induction d as [| d IH]; [reflexivity |].
  change (sum f (S (S d))) with (sum f (S d) + f (S (S d))).
  rewrite IH. simpl. lia.
Qed.

Lemma B_0_r : forall n, B n 0 = 1.
Proof. intros. apply C_0_r. Qed.

Lemma B_pos : forall n d, 1 <= B n d.
Proof. induction d as [| d IH]; [rewrite B_0_r; lia |]. unfold B in *. simpl. lia. Qed.

Lemma B_succ_r : forall n d, B n (S d) = B n d + C n (S d).
Proof. reflexivity. Qed.

Lemma B_0_l : forall d, B 0 d = 1.
Proof. induction d as [| d IH]; [reflexivity |]. rewrite B_succ_r, IH. reflexivity. Qed.

(** A new hyperplane adds as many regions as it is cut into: [B(n+1,d+1) = B(n,d+1) + B(n,d)]. *)
Lemma B_rec : forall n d, B (S n) (S d) = B n (S d) + B n d.
Proof.
  intros n d. unfold B. rewrite sum_shift, (sum_shift (C n)).
  replace (sum (fun i => C (S n) (S i)) d) with (sum (fun i => C n i + C n (S i)) d)
    by (apply sum_ext; intros; symmetry; apply C_pascal).
  rewrite sum_plus, !C_0_r. unfold B. lia.
Qed.

Lemma B_mono_l : forall n d, B n d <= B (S n) d.
Proof. intros n [| d]; [rewrite !B_0_r; lia |]. rewrite B_rec. lia. Qed.

Lemma B_mono_r : forall n d, B n d <= B n (S d).
Proof. intros. rewrite B_succ_r. lia. Qed.

(** With at most [d] hyperplanes every choice of sides occurs. *)
Lemma B_small : forall n d, n <= d -> B n d = 2 ^ n.
Proof.
  induction n as [| n IH]; intros d H; [apply B_0_l |].
  destruct d as [| d]; [lia |].
  rewrite B_rec, !IH by lia. simpl. lia.
Qed.
