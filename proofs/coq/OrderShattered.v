(** Order-shattered sets of a family of 0/1-vectors (sharp_bound.md, section 2).

    A family of vectors of length n is a function [list bool -> bool], read on lists of length n. The
    head of a list is the coordinate that the recursion removes first, the *last* one of the page. The
    letters (a) to (e) are those of the page. *)

From Coq Require Import Arith Lia List Bool.
Import ListNotations.

Definition family := list bool -> bool.
Definition cut (b : bool) (S : family) : family := fun x => S (b :: x).
Definition either (A B : family) : family := fun x => A x || B x.
Definition both (A B : family) : family := fun x => A x && B x.

Fixpoint size (n : nat) (S : family) : nat :=
  match n with
  | 0 => if S [] then 1 else 0
  | S n => size n (cut true S) + size n (cut false S)
  end.

(** Pairs of members that differ in exactly one coordinate. *)
Fixpoint edges (n : nat) (F : family) : nat :=
  match n with
  | 0 => 0
  | S n => edges n (cut true F) + edges n (cut false F) + size n (both (cut true F) (cut false F))
  end.

(** [D n F K]: the set with characteristic vector K is order-shattered by F. *)
Fixpoint D (n : nat) (F : family) (K : list bool) : bool :=
  match n, K with
  | 0, [] => F []
  | S n, b :: K =>
      D n ((if b then both else either) (cut true F) (cut false F)) K
  | _, _ => false
  end.

Fixpoint weight (K : list bool) : nat :=
  match K with [] => 0 | b :: K => (if b then 1 else 0) + weight K end.

(** Sum of g over the order-shattered sets. *)
Fixpoint sum (n : nat) (F : family) (g : list bool -> nat) : nat :=
  match n with
  | 0 => if F [] then g [] else 0
  | S n => sum n (either (cut true F) (cut false F)) (fun K => g (false :: K))
         + sum n (both (cut true F) (cut false F)) (fun K => g (true :: K))
  end.

Fixpoint vectors (n : nat) : list (list bool) :=
  match n with
  | 0 => [[]]
  | S n => map (cons false) (vectors n) ++ map (cons true) (vectors n)
  end.

Fixpoint total {A : Type} (g : A -> nat) (l : list A) : nat :=
  match l with [] => 0 | a :: l => g a + total g l end.

Lemma total_app : forall A (g : A -> nat) l m, total g (l ++ m) = total g l + total g m.
Proof. induction l; intros; simpl; [reflexivity | rewrite IHl; lia]. Qed.

Lemma total_map : forall A B (h : A -> B) (g : B -> nat) l,
  total g (map h l) = total (fun a => g (h a)) l.
Proof. induction l; simpl; congruence. Qed.

(** [sum] is what it is called. *)
Theorem sum_D : forall n F g,
  sum n F g = total (fun K => if D n F K then g K else 0) (vectors n).
Proof.
  induction n as [| n IH]; intros F g; simpl.
  - destruct (F []); lia.
  - rewrite total_app, !total_map, !IH. reflexivity.
Qed.

Definition ext (n : nat) (A B : family) : Prop := forall x, length x = n -> A x = B x.
Definition sub (n : nat) (A B : family) : Prop :=
  forall x, length x = n -> A x = true -> B x = true.

Lemma size_mono4 : forall n (A B P Q : family),
  (forall x, (if A x then 1 else 0) + (if B x then 1 else 0) <=
             (if P x then 1 else 0) + (if Q x then 1 else 0)) ->
  size n A + size n B <= size n P + size n Q.
Proof.
  induction n as [| n IH]; intros A B P Q H; simpl.
  - apply H.
  - assert (H1 := IH (cut true A) (cut true B) (cut true P) (cut true Q) (fun x => H (true :: x))).
    assert (H0 := IH (cut false A) (cut false B) (cut false P) (cut false Q) (fun x => H (false :: x))).
    lia.
Qed.

Lemma size_split : forall n A B, size n A + size n B = size n (either A B) + size n (both A B).
Proof.
  induction n as [| n IH]; intros A B; simpl.
  - unfold either, both. destruct (A []), (B []); reflexivity.
  - specialize (IH (cut true A) (cut true B)) as H1. specialize (IH (cut false A) (cut false B)) as H0.
    change (cut true (either A B)) with (either (cut true A) (cut true B)).
    change (cut false (either A B)) with (either (cut false A) (cut false B)).
    change (cut true (both A B)) with (both (cut true A) (cut true B)).
    change (cut false (both A B)) with (both (cut false A) (cut false B)).
    lia.
Qed.

(** (a) as many order-shattered sets as members *)
Theorem size_D : forall n F, sum n F (fun _ => 1) = size n F.
Proof.
  induction n as [| n IH]; intros F; simpl; [reflexivity |].
  rewrite !IH. symmetry. apply size_split.
Qed.

Lemma edges_super : forall n A B,
  edges n A + edges n B <= edges n (either A B) + edges n (both A B).
Proof.
  induction n as [| n IH]; intros A B; simpl; [lia |].
  assert (H1 := IH (cut true A) (cut true B)). assert (H0 := IH (cut false A) (cut false B)).
  change (cut true (either A B)) with (either (cut true A) (cut true B)).
  change (cut false (either A B)) with (either (cut false A) (cut false B)).
  change (cut true (both A B)) with (both (cut true A) (cut true B)).
  change (cut false (both A B)) with (both (cut false A) (cut false B)).
  assert (H2 := size_mono4 n (both (cut true A) (cut false A)) (both (cut true B) (cut false B))
    (both (either (cut true A) (cut true B)) (either (cut false A) (cut false B)))
    (both (both (cut true A) (cut true B)) (both (cut false A) (cut false B)))).
  specialize (H2 ltac:(intro x; unfold both, either, cut;
    destruct (A (true :: x)), (A (false :: x)), (B (true :: x)), (B (false :: x)); simpl; lia)).
  lia.
Qed.

Lemma sum_plus : forall n F g h, sum n F (fun K => g K + h K) = sum n F g + sum n F h.
Proof.
  induction n as [| n IH]; intros F g h; simpl.
  - destruct (F []); lia.
  - rewrite (IH _ (fun K => g (false :: K)) (fun K => h (false :: K))),
            (IH _ (fun K => g (true :: K)) (fun K => h (true :: K))). lia.
Qed.

(** (e) pairs at distance one are at most the sum of the sizes of the order-shattered sets *)
Theorem edges_D : forall n F, edges n F <= sum n F weight.
Proof.
  induction n as [| n IH]; intros F; simpl; [lia |].
  change (sum n (either (cut true F) (cut false F)) (fun K => weight K)) with
    (sum n (either (cut true F) (cut false F)) weight).
  assert (H := edges_super n (cut true F) (cut false F)).
  assert (H1 := IH (either (cut true F) (cut false F))).
  assert (H2 := IH (both (cut true F) (cut false F))).
  assert (H3 := sum_plus n (both (cut true F) (cut false F)) (fun _ => 1) weight).
  simpl in H3. rewrite size_D in H3.
  simpl in *. rewrite H3.
  lia.
Qed.

(** (b) monotone *)
Theorem D_mono : forall n A B K, sub n A B -> D n A K = true -> D n B K = true.
Proof.
  induction n as [| n IH]; intros A B K H HK; destruct K as [| b K]; simpl in *; try discriminate.
  - apply H; [reflexivity | assumption].
  - revert HK. apply IH. intros x Hx. destruct b; unfold both, either, cut;
      rewrite ?andb_true_iff, ?orb_true_iff; intros HA;
      assert (Ht := H (true :: x) ltac:(simpl; lia)); assert (Hf := H (false :: x) ltac:(simpl; lia));
      tauto.
Qed.

(** [agree K p x]: x takes the values of p on the coordinates in K. *)
Fixpoint agree (K p x : list bool) : Prop :=
  match K, p, x with
  | [], [], [] => True
  | b :: K, a :: p, c :: x => (b = true -> c = a) /\ agree K p x
  | _, _, _ => False
  end.

(** (c) order-shattered sets are shattered *)
Theorem D_shattered : forall n F K p, D n F K = true -> length p = n ->
  exists x, length x = n /\ F x = true /\ agree K p x.
Proof.
  induction n as [| n IH]; intros F K p H Hp; destruct K as [| b K]; simpl in H; try discriminate;
    destruct p as [| a p]; simpl in Hp; try discriminate.
  - exists []. simpl. auto.
  - destruct (IH _ K p H ltac:(lia)) as [x [Hx [HF HA]]]. destruct b.
    + exists (a :: x). unfold both, cut in HF. apply andb_true_iff in HF.
      simpl. split; [lia |]. destruct a; tauto.
    + unfold either, cut in HF. apply orb_true_iff in HF. destruct HF as [HF | HF].
      * exists (true :: x). simpl. split; [lia |]. split; [assumption |]. split; [discriminate | assumption].
      * exists (false :: x). simpl. split; [lia |]. split; [assumption |]. split; [discriminate | assumption].
Qed.

(** (d) negating coordinates changes nothing: [flip m x] negates where m is true *)
Fixpoint flip (m x : list bool) : list bool :=
  match m, x with b :: m, c :: x => xorb b c :: flip m x | _, _ => [] end.

Lemma D_ext : forall n A B K, ext n A B -> D n A K = D n B K.
Proof.
  intros n A B K H. apply eq_true_iff_eq. split; apply D_mono; intros x Hx; rewrite (H x Hx); auto.
Qed.

Theorem D_flip : forall n F m K, length m = n -> D n (fun x => F (flip m x)) K = D n F K.
Proof.
  induction n as [| n IH]; intros F m K Hm; destruct m as [| b m]; simpl in Hm; try discriminate;
    destruct K as [| a K]; simpl; try reflexivity.
  set (G := (if a then both else either) (cut true F) (cut false F)).
  rewrite <- (IH G m K ltac:(lia)). apply D_ext. intros x _.
  unfold G. destruct a; unfold both, either, cut; simpl; destruct b; simpl;
    auto using andb_comm, orb_comm.
Qed.

(** Haussler, Littlestone and Warmuth: at most v pairs a member if no order-shattered set is larger
    than v. *)
Lemma sum_le : forall n F g h, (forall K, D n F K = true -> g K <= h K) -> sum n F g <= sum n F h.
Proof.
  intros n F g h H. rewrite !sum_D. induction (vectors n) as [| K l IH]; simpl; [lia |].
  specialize (H K). destruct (D n F K); [specialize (H eq_refl) |]; lia.
Qed.

Lemma sum_const : forall n F v, sum n F (fun _ => v) = v * size n F.
Proof.
  intros n F v. rewrite <- size_D, !sum_D. induction (vectors n) as [| K l IH]; simpl; [lia |].
  rewrite IH. destruct (D n F K); lia.
Qed.

Theorem edges_le : forall n F v, (forall K, D n F K = true -> weight K <= v) ->
  edges n F <= v * size n F.
Proof.
  intros n F v H. rewrite <- sum_const. etransitivity; [apply edges_D |]. apply sum_le. exact H.
Qed.

(** (d) redundant coordinates: whose value is determined by the earlier ones (those behind it in the
    list), for instance constant, or equal to an earlier one or to its negation. They are in no
    order-shattered set, and may be deleted. *)
Definition redundant (j : nat) (F : family) : Prop :=
  exists g : list bool -> bool, forall u b v, length u = j -> F (u ++ b :: v) = true -> b = g v.

Definition delete (j : nat) (F : family) : family :=
  fun y => F (firstn j y ++ true :: skipn j y) || F (firstn j y ++ false :: skipn j y).

Lemma D_empty : forall n F K, (forall x, length x = n -> F x = false) -> D n F K = false.
Proof.
  intros n F K H. destruct (D n F K) eqn:E; [| reflexivity]. exfalso.
  destruct (D_shattered n F K (repeat false n) E (repeat_length _ _)) as [x [Hx [HF _]]].
  rewrite (H x Hx) in HF. discriminate.
Qed.

Theorem D_redundant : forall j n F k b K, redundant j F -> length k = j ->
  (length k + length K = n)%nat ->
  D (S n) F (k ++ b :: K) = negb b && D n (delete j F) (k ++ K).
Proof.
  induction j as [| j IH]; intros n F k b K [g R] Hk Hn; destruct k as [| c k]; try discriminate.
  - simpl app. simpl D. destruct b; simpl.
    + apply D_empty. intros x _. unfold both, cut. destruct (F (true :: x)) eqn:T; [| reflexivity].
      destruct (F (false :: x)) eqn:E; [| reflexivity].
      assert (A := R [] true x eq_refl T). assert (B := R [] false x eq_refl E). congruence.
    + apply D_ext. intros x _. reflexivity.
  - simpl in Hk. injection Hk as Hk. simpl app. simpl D at 1.
    set (G := (if c then both else either) (cut true F) (cut false F)).
    destruct n as [| n]; [discriminate |]. simpl in Hn. injection Hn as Hn.
    assert (RG : redundant j G).
    { exists g. intros u e v Hu HG. unfold G in HG. destruct c; unfold both, either, cut in HG.
        - apply andb_true_iff in HG. destruct HG as [HG _]. apply (R (true :: u)); [simpl; congruence | exact HG].
        - apply orb_true_iff in HG. destruct HG as [HG | HG].
          + apply (R (true :: u)); [simpl; congruence | exact HG].
          + apply (R (false :: u)); [simpl; congruence | exact HG]. }
      rewrite (IH n G k b K RG Hk Hn). f_equal. simpl D. apply D_ext. intros y Hy.
      unfold delete. unfold G. destruct c; unfold both, either, cut; cbn [firstn skipn app].
    + assert (T := R (true :: firstn j y)). assert (E := R (false :: firstn j y)).
        assert (Lf : length (firstn j y) = j) by (apply firstn_length_le; lia).
        assert (T1 := T true (skipn j y) ltac:(simpl; congruence)). assert (T0 := T false (skipn j y) ltac:(simpl; congruence)).
        assert (E1 := E true (skipn j y) ltac:(simpl; congruence)). assert (E0 := E false (skipn j y) ltac:(simpl; congruence)).
        cbn [app] in *.
        destruct (F (true :: firstn j y ++ true :: skipn j y)), (F (true :: firstn j y ++ false :: skipn j y)),
          (F (false :: firstn j y ++ true :: skipn j y)), (F (false :: firstn j y ++ false :: skipn j y)); simpl;
          try reflexivity; exfalso;
          repeat match goal with H : true = true -> _ |- _ => specialize (H eq_refl) end; congruence.
    + destruct (F (true :: firstn j y ++ true :: skipn j y)), (F (true :: firstn j y ++ false :: skipn j y)),
          (F (false :: firstn j y ++ true :: skipn j y)), (F (false :: firstn j y ++ false :: skipn j y)); reflexivity.
Qed.
