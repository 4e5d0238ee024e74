(** General position of hyperplanes, decided by elimination. *)

From Coq Require Import QArith Qabs Lqa List Lia Bool.
From Exactpoly Require Import Network Linear Tree TreeSound Certify.
Import ListNotations.
Open Scope Z_scope.

(** The first coordinate below d on which a form depends. *)
Fixpoint pivot_in (i : nat) (gradient : list Z) : option nat :=
  match gradient with [] => None | a :: g => if a =? 0 then pivot_in (S i) g else Some i end.

Definition pivot (d : nat) (a : form) : option nat := pivot_in 0 (firstn d (tl a)).

(** [a_i f - f_i a], which does not depend on coordinate i. *)
Definition eliminate (i : nat) (a f : form) : form :=
  axpy (- nth (S i) f 0) a (map (Z.mul (nth (S i) a 0)) f).

Fixpoint independent_in (n d : nat) (gs : list form) : bool :=
  match n, gs with
  | _, [] => true
  | O, _ => false
  | S n, a :: gs =>
      match pivot d a with None => false | Some i => independent_in n d (map (eliminate i a) gs) end
  end.

Definition independent_b (d : nat) (gs : list form) : bool := independent_in (length gs) d gs.

Fixpoint disjoint_in (n d : nat) (gs : list form) : bool :=
  match n, gs with
  | _, [] | O, _ => false
  | S n, a :: gs =>
      match pivot d a with
      | None => (negb (hd 0 a =? 0) && all_zero (tl a)) || disjoint_in n d gs
      | Some i => disjoint_in n d (map (eliminate i a) gs)
      end
  end.

(** Whether elimination shows that the forms have no common zero. *)
Definition disjoint_b (d : nat) (gs : list form) : bool := disjoint_in (length gs) d gs.

Fixpoint choose {A : Type} (k : nat) (l : list A) : list (list A) :=
  match k, l with
  | O, _ => [[]]
  | S _, [] => []
  | S k', a :: l => map (cons a) (choose k' l) ++ choose k l
  end.

Definition general_position_b (m : nat) (gs : list form) : bool :=
  forallb (fun k => forallb (independent_b m) (choose k gs)) (seq 0 (S m))
  && forallb (disjoint_b m) (choose (S m) gs).

Fixpoint generic_b (inputs : nat) (net : network) : bool :=
  match net with
  | [] => true
  | L :: net =>
      general_position_b inputs (map hyperplane (filter relu (units L)))
      && generic_b (length (units L)) net
  end.

Open Scope Q_scope.

Lemma pivot_sound : forall d a i, pivot d a = Some i -> (i < d)%nat /\ ~ coef a (S i) == 0.
Proof.
  assert (G : forall g k i, pivot_in k g = Some i ->
    (k <= i < k + length g)%nat /\ nth (i - k) g 0%Z <> 0%Z).
  { induction g as [| a g IH]; intros k i H; [discriminate |]. simpl in H.
    destruct (a =? 0)%Z eqn:E.
    - destruct (IH _ _ H) as [B N]. simpl. split; [lia |].
      replace (i - k)%nat with (S (i - S k)) by lia. exact N.
    - injection H as <-. rewrite Nat.sub_diag. simpl. split; [lia |]. apply Z.eqb_neq. exact E. }
  intros d a i H. destruct (G _ _ _ H) as [B N]. rewrite firstn_length in B. split; [lia |].
  rewrite Nat.sub_0_r in N. intros C. apply N.
  assert (F : nth i (firstn d (tl a)) 0%Z = nth i (tl a) 0%Z).
  { assert (Hi : (i < d)%nat) by lia. clear - Hi. generalize (tl a) as l. revert i Hi.
    induction d as [| d IH]; intros i Hi l; [lia |]. destruct l as [| b l]; [destruct i; reflexivity |].
    destruct i as [| i]; simpl; [reflexivity |]. apply IH. lia. }
  rewrite F. unfold coef in C. destruct a as [| b a]; [destruct i; reflexivity |].
  simpl in C |- *. unfold Qeq in C. simpl in C. lia.
Qed.

Lemma value_eliminate : forall i a f x,
  value (eliminate i a f) x == coef a (S i) * value f x - coef f (S i) * value a x.
Proof.
  intros i a f x. unfold eliminate. rewrite value_axpy, inject_opp. unfold value at 1.
  rewrite dot_scale. unfold coef, value. ring.
Qed.

Lemma combination_eliminate : forall i a gs cs x, length cs = length gs ->
  combination cs (map (eliminate i a) gs) x ==
  coef a (S i) * combination cs gs x
  - sumq (length gs) (fun j => nth j cs 0 * coef (nth j gs []) (S i)) * value a x.
Proof.
  intros i a. induction gs as [| g gs IH]; intros cs x H; destruct cs as [| c cs]; try discriminate.
  - simpl. ring.
  - change (length (g :: gs)) with (S (length gs)). rewrite sumq_shift. simpl map. simpl combination.
    rewrite IH by (simpl in H; congruence). rewrite value_eliminate. simpl nth. ring.
Qed.

(** The coefficient of a coordinate in a combination that is constant. *)
Lemma constant_coefficient : forall d gs cs k i, length cs = length gs -> (i < d)%nat ->
  (forall x, length x = d -> combination cs gs x == k) ->
  sumq (length gs) (fun j => nth j cs 0 * coef (nth j gs []) (S i)) == 0.
Proof.
  intros d gs cs k i L Hi H.
  set (o := repeat 0 d). assert (Lo : length o = d) by apply repeat_length.
  set (u := fun j => if (j =? i)%nat then 1 else 0).
  assert (U : forall g, sumq d (fun j => coef g (S j) * u j) == coef g (S i)).
  { intros g. clear - Hi. subst u. induction d as [| d IH]; [lia |]. simpl.
    destruct (Nat.eq_dec d i) as [-> | N].
    - rewrite Nat.eqb_refl. rewrite (sumq_ext i _ (fun _ => 0)); [rewrite sumq_zero; ring |].
      intros j Hj. replace (j =? i)%nat with false by (symmetry; apply Nat.eqb_neq; lia). ring.
    - rewrite IH by lia. replace (d =? i)%nat with false by (symmetry; apply Nat.eqb_neq; assumption). ring. }
  assert (M := H (moved d o 1 u) (moved_length _ _ _ _)). assert (O := H o Lo).
  rewrite combination_sumq in M, O by assumption.
  rewrite (sumq_ext _ _ (fun j => nth j cs 0 * value (nth j gs []) o + nth j cs 0 * coef (nth j gs []) (S i))) in M.
  - rewrite sumq_add in M. lra.
  - intros j _. rewrite value_moved, U by assumption. ring.
Qed.

Lemma independent_in_sound : forall n d gs, independent_in n d gs = true -> independent d gs.
Proof.
  induction n as [| n IH]; intros d gs H; destruct gs as [| a gs]; try discriminate;
    try (intros cs k L _; destruct cs; [constructor | discriminate]).
  simpl in H. destruct (pivot d a) as [i |] eqn:P; [| discriminate].
  destruct (pivot_sound _ _ _ P) as [Hi Np]. specialize (IH _ _ H).
  intros cs k L E. destruct cs as [| c cs]; [discriminate |]. simpl in L. injection L as L.
  assert (Z0 := constant_coefficient d (a :: gs) (c :: cs) k i ltac:(simpl; congruence) Hi E).
  change (length (a :: gs)) with (S (length gs)) in Z0. rewrite sumq_shift in Z0. simpl nth in Z0.
  set (s := sumq (length gs) (fun j => nth j cs 0 * coef (nth j gs []) (S i))) in *.
  set (p := coef a (S i)) in *.
  assert (R : Forall (fun c => c == 0) cs).
  { apply (IH cs (p * k)); [rewrite map_length; assumption |]. intros x Hx.
    rewrite combination_eliminate by assumption. fold p s. rewrite <- (E x Hx). simpl combination.
    setoid_replace s with (- (c * p)) by lra. ring. }
  constructor; [| assumption].
  assert (S0 : s == 0).
  { unfold s. rewrite (sumq_ext _ _ (fun _ => 0)); [apply sumq_zero |]. intros j Hj.
    rewrite Forall_forall in R. rewrite (R (nth j cs 0)); [ring |]. apply nth_In. lia. }
  assert (C : c * p == 0) by lra. apply Qmult_integral in C. destruct C; [assumption | contradiction].
Qed.

Lemma disjoint_in_sound : forall n d gs x, disjoint_in n d gs = true -> ~ zeros gs x.
Proof.
  induction n as [| n IH]; intros d gs x H Z; destruct gs as [| a gs]; try discriminate.
  simpl in H. inversion Z as [| ? ? Za Zg]; subst. destruct (pivot d a) as [i |] eqn:P.
  - apply (IH _ _ x H). unfold zeros in *. rewrite Forall_map. rewrite Forall_forall in *.
    intros g Hg. rewrite value_eliminate, (Zg g Hg), Za. ring.
  - apply orb_true_iff in H. destruct H as [H | H]; [| exact (IH _ _ x H Zg)].
    apply andb_true_iff in H. destruct H as [N A]. destruct a as [| k a]; [discriminate |].
    simpl in N, A. rewrite (all_zero_value k a x A) in Za. unfold Qeq in Za. simpl in Za.
    apply negb_true_iff, Z.eqb_neq in N. lia.
Qed.

Lemma sub_choose : forall A (hs gs : list A), sub hs gs -> In hs (choose (length hs) gs).
Proof.
  intros A hs gs H. induction H as [| a gs hs _ IH | a gs hs _ IH].
  - left. reflexivity.
  - destruct gs as [| b gs]; [left; reflexivity |]. simpl. apply in_or_app. right. exact IH.
  - simpl. apply in_or_app. left. apply in_map. exact IH.
Qed.

Lemma sub_nil_l : forall A (gs : list A), sub [] gs.
Proof. induction gs; constructor; assumption. Qed.

Lemma sub_firstn : forall A k (hs gs : list A), sub hs gs -> sub (firstn k hs) gs.
Proof.
  intros A k hs gs H. revert k. induction H as [| a gs hs _ IH | a gs hs _ IH]; intros k.
  - rewrite firstn_nil. constructor.
  - constructor. apply IH.
  - destruct k as [| k]; [apply sub_nil_l |]. simpl. apply sub_take, IH.
Qed.

Theorem general_position_sound : forall m gs, general_position_b m gs = true -> general_position m gs.
Proof.
  intros m gs H hs S. unfold general_position_b in H. apply andb_true_iff in H. destruct H as [HI HD].
  rewrite forallb_forall in HI, HD. split.
  - intros L. specialize (HI (length hs)). rewrite in_seq, forallb_forall in HI.
    apply (independent_in_sound (length hs)). apply (HI ltac:(lia)). apply sub_choose. assumption.
  - intros L x _ Z. specialize (HD (firstn (Datatypes.S m) hs)).
    assert (Lf : length (firstn (Datatypes.S m) hs) = Datatypes.S m) by (rewrite firstn_length; lia).
    apply (disjoint_in_sound (Datatypes.S m) m (firstn (Datatypes.S m) hs) x).
    + assert (B := sub_choose _ _ _ (sub_firstn _ (Datatypes.S m) hs gs S)). rewrite Lf in B.
      specialize (HD B). unfold disjoint_b in HD. rewrite Lf in HD. exact HD.
    + unfold zeros in *. rewrite <- (firstn_skipn (Datatypes.S m) hs) in Z. apply Forall_app in Z. apply Z.
Qed.

Theorem generic_sound : forall net inputs, generic_b inputs net = true -> generic inputs net.
Proof.
  induction net as [| L net IH]; intros inputs H; simpl in *; [exact I |].
  apply andb_true_iff in H. destruct H as [G N]. split; [apply general_position_sound; exact G | apply IH; exact N].
Qed.

Fixpoint widths_b (inputs : nat) (net : network) (ns : list nat) : bool :=
  match net, ns with
  | [], [] => true
  | L :: net, n :: ns =>
      (length (units L) =? n)%nat
      && forallb (fun u => relu u && (length (weights u) =? inputs)%nat) (units L)
      && widths_b n net ns
  | _, _ => false
  end.

Theorem widths_sound : forall net inputs ns, widths_b inputs net ns = true -> widths inputs net ns.
Proof.
  induction net as [| L net IH]; intros inputs ns H; destruct ns as [| n ns]; simpl in *; try discriminate; [exact I |].
  apply andb_true_iff in H. destruct H as [H N]. apply andb_true_iff in H. destruct H as [L1 U].
  apply Nat.eqb_eq in L1. split; [assumption |]. split; [| apply IH; assumption].
  rewrite forallb_forall in U. apply Forall_forall. intros u Hu. specialize (U u Hu).
  apply andb_true_iff in U. destruct U as [R W]. apply Nat.eqb_eq in W. split; assumption.
Qed.
