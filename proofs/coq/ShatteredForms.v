(** Affine forms that take all strict sign patterns on a convex set have a common zero there, and no
    nontrivial combination of them is constant (sharp_bound.md, section 3). *)

From Coq Require Import QArith List Lia Lqa.
Import ListNotations.

Section Forms.
Context {X : Type} (mix : Q -> X -> X -> X).

Definition affine (A : X -> Q) : Prop :=
  forall t x y, A (mix t x y) == t * A x + (1 - t) * A y.
Definition convex (W : X -> Prop) : Prop :=
  forall t x y, 0 <= t -> t <= 1 -> W x -> W y -> W (mix t x y).

(** [has x As p]: form i is positive at x where p says true, negative where it says false. *)
Fixpoint has (x : X) (As : list (X -> Q)) (p : list bool) : Prop :=
  match As, p with
  | [], [] => True
  | A :: As, b :: p => (if b then 0 < A x else A x < 0) /\ has x As p
  | _, _ => False
  end.

Definition shattered (W : X -> Prop) (As : list (X -> Q)) : Prop :=
  forall p, length p = length As -> exists x, W x /\ has x As p.

Lemma has_mix : forall As p x y t, Forall affine As -> 0 <= t -> t <= 1 ->
  has x As p -> has y As p -> has (mix t x y) As p.
Proof.
  induction As as [| A As IH]; intros p x y t HA H0 H1 Hx Hy; destruct p as [| b p]; simpl in *;
    try contradiction; [trivial |].
  inversion HA as [| ? ? HA1 HA2]; subst. destruct Hx as [Hx Hx'], Hy as [Hy Hy'].
  split; [| apply IH; assumption].
  specialize (HA1 t x y). destruct b; rewrite HA1; nra.
Qed.

Theorem common_zero : forall As W, convex W -> Forall affine As -> shattered W As ->
  exists x, W x /\ Forall (fun A => A x == 0) As.
Proof.
  induction As as [| A As IH]; intros W HW HA HS.
  - destruct (HS [] eq_refl) as [x [Hx _]]. exists x. split; [assumption | constructor].
  - inversion HA as [| ? ? HA1 HA2]; subst.
    destruct (IH (fun x => W x /\ A x == 0)) as [x [[Hx Hz] HF]]; [| assumption | |].
    + intros t x y H0 H1 [Hx Ax] [Hy Ay]. split; [apply HW; assumption |].
      rewrite (HA1 t x y), Ax, Ay. ring.
    + intros p Hp.
      destruct (HS (true :: p)) as [x [Hx [Ax Px]]]; [simpl; congruence |].
      destruct (HS (false :: p)) as [y [Hy [Ay Py]]]; [simpl; congruence |].
      set (a := A x) in *. set (b := A y) in *.
      assert (Hab : 0 < a - b) by lra.
      assert (Hne : ~ a - b == 0) by lra.
      set (t := - b / (a - b)).
      assert (Ht : t * (a - b) == - b) by (unfold t; field; assumption).
      assert (H0 : 0 <= t) by nra. assert (H1 : t <= 1) by nra.
      exists (mix t x y). split; [split |].
      * apply HW; assumption.
      * rewrite (HA1 t x y). fold a b. lra.
      * apply has_mix; assumption.
    + exists x. split; [assumption |]. constructor; assumption.
Qed.

Fixpoint combination (cs : list Q) (As : list (X -> Q)) (x : X) : Q :=
  match cs, As with c :: cs, A :: As => c * A x + combination cs As x | _, _ => 0 end.

Definition pattern (cs : list Q) : list bool := map (fun c => if Qlt_le_dec 0 c then true else false) cs.

Lemma combination_pos : forall cs As x, has x As (pattern cs) -> length cs = length As ->
  0 <= combination cs As x /\ (Exists (fun c => ~ c == 0) cs -> 0 < combination cs As x).
Proof.
  induction cs as [| c cs IH]; intros As x H HL; destruct As as [| A As]; simpl in *; try discriminate.
  - split; [lra |]. intros E. inversion E.
  - destruct H as [HA H]. destruct (IH As x H ltac:(congruence)) as [I1 I2].
    destruct (Qlt_le_dec 0 c) as [Hc | Hc].
    + split; [nra |]. intros _. nra.
    + split; [nra |]. intros E. inversion E as [? ? E1 | ? ? E1]; subst.
      * assert (c < 0) by lra. nra.
      * specialize (I2 E1). nra.
Qed.

Lemma combination_opp : forall cs As x,
  combination (map Qopp cs) As x == - combination cs As x.
Proof.
  induction cs as [| c cs IH]; intros As x; destruct As as [| A As]; simpl; try lra.
  rewrite IH. ring.
Qed.

Theorem independent : forall As W cs g, shattered W As -> length cs = length As ->
  (forall x, W x -> combination cs As x == g) -> Forall (fun c => c == 0) cs.
Proof.
  intros As W cs g HS HL HC.
  assert (D : Exists (fun c => ~ c == 0) cs \/ Forall (fun c => c == 0) cs).
  { clear HL HC. induction cs as [| c cs IH]; [right; constructor |].
    destruct (Qeq_dec c 0) as [E | E]; [| left; constructor; assumption].
    destruct IH as [I | I]; [left; apply Exists_cons_tl; assumption | right; constructor; assumption]. }
  destruct D as [E | E]; [exfalso | assumption].
  destruct (HS (pattern cs)) as [x [Wx Hx]]; [unfold pattern; rewrite map_length; assumption |].
  destruct (HS (pattern (map Qopp cs))) as [y [Wy Hy]];
    [unfold pattern; rewrite !map_length; assumption |].
  destruct (combination_pos cs As x Hx HL) as [_ P1]. specialize (P1 E).
  destruct (combination_pos (map Qopp cs) As y Hy ltac:(rewrite map_length; assumption)) as [P2 _].
  rewrite combination_opp in P2. rewrite (HC x Wx) in P1. rewrite (HC y Wy) in P2. lra.
Qed.
End Forms.
