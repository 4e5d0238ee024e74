(** Networks that compute the maximum, decided on sorted cones.

    [is_maximum] runs through all orders of the inputs and 0. Where the numbers are in one order, a unit
    whose inputs are linear forms is a form or one hinge, the positive part of a form. The output is the
    largest number if all hinges cancel and what is left is the first one (tropical.md, Theorem 5, one
    direction). Two hidden layers are enough for that method: hinges may go into linear units alone. *)

From Coq Require Import QArith Lqa List Lia Bool.
From Exactpoly Require Import Network Tree.
Import ListNotations.
Open Scope Q_scope.

(** * What is stated *)

(** The outputs of a network at [h]. *)
Fixpoint outputs (net : network) (h : list Q) : list Q :=
  match net with
  | [] => h
  | L :: net => outputs net (map (fun u => output (denominator L) u h) (units L))
  end.

Definition largest (m : Q) (x : list Q) : Prop :=
  Exists (fun a => m == a) x /\ Forall (fun a => a <= m) x.

(** [net] has one output, and it is [max(x_0, .., x_(d-1), 0)] on all of [Q^d]. *)
Definition computes_maximum (d : nat) (net : network) : Prop :=
  forall x, length x = d -> exists m, outputs net x = [m] /\ largest m (x ++ [0]).

(** * Orders *)

(** [a] put in at each place of [w]. *)
Fixpoint inserted (a : nat) (w : list nat) : list (list nat) :=
  (a :: w) :: match w with [] => [] | b :: w => map (cons b) (inserted a w) end.

(** All orders of 0, .., n-1. *)
Fixpoint orders (n : nat) : list (list nat) :=
  match n with
  | O => [[]]
  | S n => flat_map (inserted n) (orders n)
  end.

(** The values are in descending order. *)
Fixpoint descending (x : list Q) : Prop :=
  match x with
  | [] => True
  | a :: x => Forall (fun b => b <= a) x /\ descending x
  end.

Lemma inserted_members : forall a w w' b, In w' (inserted a w) -> (In b w' <-> b = a \/ In b w).
Proof.
  intros a. induction w as [| c w IH]; intros w' b H; simpl in H.
  - destruct H as [<- | []]. simpl. intuition congruence.
  - destruct H as [<- | H]; [simpl; intuition congruence |].
    apply in_map_iff in H. destruct H as [v [<- H]]. simpl. rewrite (IH v b H). intuition congruence.
Qed.

Lemma inserted_descending : forall (f : nat -> Q) a w, descending (map f w) ->
  exists w', In w' (inserted a w) /\ descending (map f w').
Proof.
  intros f a. induction w as [| b w IH]; intros H.
  - exists [a]. simpl. auto.
  - simpl in H. destruct H as [Hb Hw]. destruct (Qlt_le_dec (f a) (f b)) as [L | L].
    + destruct (IH Hw) as [w' [I D]]. exists (b :: w'). split; [right; apply in_map; assumption |].
      simpl. split; [| assumption]. rewrite Forall_map, Forall_forall in *. intros c Hc.
      apply (inserted_members _ _ _ _ I) in Hc. destruct Hc as [-> | Hc]; [lra | auto].
    + exists (a :: b :: w). split; [left; reflexivity |]. simpl. split; [| auto].
      constructor; [assumption |]. rewrite Forall_forall in *. intros c Hc. specialize (Hb c Hc).
      simpl in Hb. lra.
Qed.

Lemma orders_complete : forall (f : nat -> Q) n, exists w, In w (orders n) /\
  descending (map f w) /\ forall i, In i w <-> (i < n)%nat.
Proof.
  intros f. induction n as [| n [w [I [D M]]]].
  - exists []. simpl. split; [auto |]. split; [auto |]. intros i. lia.
  - destruct (inserted_descending f n w D) as [w' [I' D']]. exists w'. split; [| split; [assumption |]].
    + simpl. apply in_flat_map. exists w. auto.
    + intros i. rewrite (inserted_members _ _ _ _ I'), M. lia.
Qed.

(** * Units on a cone

    A symbol is a form and hinges with their factors. *)

Definition symbol : Type := form * list (Z * form).

Fixpoint hinge_sum (hs : list (Z * form)) (y : list Q) : Q :=
  match hs with
  | [] => 0
  | (c, g) :: hs => inject_Z c * positive_part (dot g y) + hinge_sum hs y
  end.

Definition meaning (s : symbol) (y : list Q) : Q := dot (fst s) y + hinge_sum (snd s) y.

Definition scaled (c : Z) (hs : list (Z * form)) : list (Z * form) :=
  map (fun h => ((c * fst h)%Z, snd h)) hs.

Fixpoint combined (ws : list Z) (ss : list symbol) : symbol :=
  match ws, ss with
  | w :: ws, s :: ss =>
      let r := combined ws ss in
      if (w =? 0)%Z then r else (axpy w (fst s) (fst r), scaled w (snd s) ++ snd r)
  | _, _ => ([], [])
  end.

Lemma hinge_sum_app : forall a b y, hinge_sum (a ++ b) y == hinge_sum a y + hinge_sum b y.
Proof. induction a as [| [c g] a IH]; intros b y; simpl; [ring | rewrite IH; ring]. Qed.

Lemma hinge_sum_scaled : forall c hs y, hinge_sum (scaled c hs) y == inject_Z c * hinge_sum hs y.
Proof.
  intros c. induction hs as [| [k g] hs IH]; intros y; simpl; [ring |]. rewrite IH, inject_Z_mult. ring.
Qed.

(** [s] stands for [h], up to a factor. *)
Definition stands (t : Q) (y : list Q) (h : Q) (s : symbol) : Prop := t * h == meaning s y.

Lemma combined_stands : forall t y hs ss, Forall2 (stands t y) hs ss ->
  forall ws, stands t y (dot ws hs) (combined ws ss).
Proof.
  intros t y hs ss H. unfold stands in *. induction H as [| h s hs ss H _ IH]; intros ws.
  - destruct ws; unfold meaning; simpl; ring.
  - destruct ws as [| w ws]; [unfold meaning; simpl; ring |]. simpl. specialize (IH ws).
    destruct (Z.eqb_spec w 0) as [-> | _]; [rewrite <- IH; change (inject_Z 0) with 0; ring |].
    unfold meaning in *. simpl. rewrite hinge_sum_app, hinge_sum_scaled, dot_axpy.
    setoid_replace (t * (inject_Z w * h + dot ws hs)) with (inject_Z w * (t * h) + t * dot ws hs) by ring.
    rewrite H, IH. ring.
Qed.

(** No sum of the first entries, [s] added, is negative, and the sum of all is 0. *)
Fixpoint nonnegative (s : Z) (g : form) : bool :=
  match g with
  | [] => (s =? 0)%Z
  | a :: g => (0 <=? s + a)%Z && nonnegative (s + a) g
  end.

Lemma nonnegative_sound : forall y g s u, nonnegative s g = true -> (0 <= s)%Z -> descending (u :: y) ->
  (length g <= length y)%nat -> 0 <= inject_Z s * u + dot g y.
Proof.
  induction y as [| b y IH]; intros g s u H Hs D L.
  - destruct g; [| simpl in L; lia]. simpl in H. apply Z.eqb_eq in H. subst s. simpl.
    change (inject_Z 0) with 0. lra.
  - destruct g as [| a g].
    + simpl in H. apply Z.eqb_eq in H. subst s. simpl. change (inject_Z 0) with 0. lra.
    + simpl in H. apply andb_prop in H. destruct H as [H1 H2]. apply Z.leb_le in H1.
      destruct D as [D1 D2]. assert (R := IH g (s + a)%Z b H2 H1 D2 ltac:(simpl in L; lia)).
      inversion D1 as [| ? ? Hb _]; subst. simpl. rewrite inject_Z_plus in R.
      assert (0 <= inject_Z s) by (change 0 with (inject_Z 0); rewrite <- Zle_Qle; assumption). nra.
Qed.

Definition nonnegative_on (n : nat) (g : form) : bool := (length g <=? n)%nat && nonnegative 0 g.

Lemma nonnegative_on_sound : forall y g, nonnegative_on (length y) g = true -> descending y ->
  0 <= dot g y.
Proof.
  intros y g H D. apply andb_prop in H. destruct H as [L H]. apply Nat.leb_le in L.
  destruct y as [| b y]; [destruct g; [simpl; lra | simpl in L; lia] |].
  destruct g as [| a g]; [simpl; lra |]. simpl in H. apply andb_prop in H. destruct H as [H1 H2].
  apply Z.leb_le in H1. simpl. apply nonnegative_sound; try assumption. simpl in *. lia.
Qed.

Definition negated (g : form) : form := map (Z.mul (-1)) g.

(** The positive part of a form: it, 0, or a hinge, whose form has its first entry positive and is
    divided by a common factor of its entries. *)
Definition divided (g : form) : Z * form :=
  let c := fold_right Z.gcd 0%Z g in
  let h := map (fun a => (a / c)%Z) g in
  if (0 <? c)%Z && (if list_eq_dec Z.eq_dec (map (Z.mul c) h) g then true else false)
  then (c, h) else (1%Z, g).

Fixpoint starts_negative (g : form) : bool :=
  match g with [] => false | a :: g => if (a =? 0)%Z then starts_negative g else (a <? 0)%Z end.

Definition rectified (n : nat) (s : symbol) : option symbol :=
  match s with
  | (g, []) =>
      if nonnegative_on n g then Some (g, [])
      else if nonnegative_on n (negated g) then Some ([], [])
      else if starts_negative g then Some (g, [divided (negated g)])
      else Some ([], [divided g])
  | _ => None
  end.

Lemma positive_part_max : forall z, (0 <= z -> positive_part z == z) /\ (z <= 0 -> positive_part z == 0).
Proof. intros z. unfold positive_part. destruct (Qlt_le_dec 0 z); split; intros; lra. Qed.

Lemma positive_part_times : forall s z, 0 <= s -> positive_part (s * z) == s * positive_part z.
Proof. intros s z H. unfold positive_part. destruct (Qlt_le_dec 0 (s * z)), (Qlt_le_dec 0 z); nra. Qed.

Lemma dot_negated : forall g y, dot (negated g) y == - dot g y.
Proof. intros. unfold negated. rewrite dot_scale. change (inject_Z (-1)) with (-1 # 1). ring. Qed.

Lemma divided_sound : forall g y, hinge_sum [divided g] y == positive_part (dot g y).
Proof.
  intros g y. unfold divided. set (c := fold_right Z.gcd 0%Z g).
  destruct (Z.ltb_spec 0 c) as [P | _]; [| simpl; change (inject_Z 1) with 1; ring].
  destruct (list_eq_dec _ _ _) as [E | _]; simpl; [| change (inject_Z 1) with 1; ring].
  rewrite <- E at 2. rewrite (positive_part_equal _ _ (dot_scale c _ y)), positive_part_times; [ring |].
  change 0 with (inject_Z 0). rewrite <- Zle_Qle. lia.
Qed.

Lemma rectified_sound : forall y s s', rectified (length y) s = Some s' -> descending y ->
  meaning s' y == positive_part (meaning s y).
Proof.
  intros y [g hs] s' H D. destruct hs; [| discriminate]. unfold rectified in H.
  assert (M : meaning (g, []) y == dot g y) by (unfold meaning; simpl; ring).
  rewrite (positive_part_equal _ _ M). destruct (positive_part_max (dot g y)) as [Up Down].
  destruct (nonnegative_on (length y) g) eqn:E1; [| destruct (nonnegative_on _ (negated g)) eqn:E2].
  - injection H as <-. rewrite M, Up; [reflexivity |]. apply nonnegative_on_sound; assumption.
  - injection H as <-. assert (N := nonnegative_on_sound _ _ E2 D). rewrite dot_negated in N.
    rewrite Down by lra. unfold meaning. simpl. ring.
  - destruct (starts_negative g); injection H as <-; unfold meaning; cbn [fst snd]; rewrite divided_sound.
    + rewrite (positive_part_equal _ _ (dot_negated g y)). unfold positive_part.
      destruct (Qlt_le_dec 0 (- dot g y)), (Qlt_le_dec 0 (dot g y)); lra.
    + simpl. ring.
Qed.

(** * The network on a cone *)

Definition unit_symbol (n : nat) (ss : list symbol) (u : Unit) : option symbol :=
  if (bias u =? 0)%Z
  then let s := combined (weights u) ss in if relu u then rectified n s else Some s
  else None.

Fixpoint unit_symbols (n : nat) (ss : list symbol) (us : list Unit) : option (list symbol) :=
  match us with
  | [] => Some []
  | u :: us =>
      match unit_symbol n ss u, unit_symbols n ss us with
      | Some s, Some r => Some (s :: r)
      | _, _ => None
      end
  end.

Fixpoint symbols (n : nat) (scale : positive) (ss : list symbol) (net : network) :
    option (positive * list symbol) :=
  match net with
  | [] => Some (scale, ss)
  | L :: net =>
      match unit_symbols n ss (units L) with
      | Some ss => symbols n (scale * denominator L)%positive ss net
      | None => None
      end
  end.

Lemma positive_number : forall p, 0 < inject_Z (Zpos p).
Proof. intros p. change 0 with (inject_Z 0). rewrite <- Zlt_Qlt. lia. Qed.

Lemma unit_symbol_sound : forall t D y hs ss u s, 0 < t -> descending y -> Forall2 (stands t y) hs ss ->
  unit_symbol (length y) ss u = Some s -> stands (t * inject_Z (Zpos D)) y (output D u hs) s.
Proof.
  intros t D y hs ss u s Ht Hy H E. unfold unit_symbol in E.
  destruct (Z.eqb_spec (bias u) 0) as [B | _]; [| discriminate].
  assert (P := positive_number D). assert (C := combined_stands t y hs ss H (weights u)). unfold stands in *.
  set (D' := inject_Z (Zpos D)) in *.
  assert (V : t * D' * preactivation D u hs == meaning (combined (weights u) ss) y).
  { rewrite <- C. unfold preactivation. rewrite B. fold D'. change (inject_Z 0) with 0. field. lra. }
  unfold output. destruct (relu u).
  - rewrite (rectified_sound y _ s E Hy), <- (positive_part_equal _ _ V).
    symmetry. apply positive_part_times. nra.
  - injection E as <-. exact V.
Qed.

Lemma unit_symbols_sound : forall t D y hs ss, 0 < t -> descending y -> Forall2 (stands t y) hs ss ->
  forall us r, unit_symbols (length y) ss us = Some r ->
  Forall2 (stands (t * inject_Z (Zpos D)) y) (map (fun u => output D u hs) us) r.
Proof.
  intros t D y hs ss Ht Hy H. induction us as [| u us IH]; intros r E; simpl in E.
  - injection E as <-. constructor.
  - destruct (unit_symbol _ ss u) as [s |] eqn:Es; [| discriminate].
    destruct (unit_symbols _ ss us) as [r' |]; [| discriminate]. injection E as <-.
    simpl. constructor; [apply (unit_symbol_sound t D y hs ss); assumption | apply IH; reflexivity].
Qed.

Lemma symbols_sound : forall y net scale hs ss scale' r, descending y ->
  Forall2 (stands (inject_Z (Zpos scale)) y) hs ss ->
  symbols (length y) scale ss net = Some (scale', r) ->
  Forall2 (stands (inject_Z (Zpos scale')) y) (outputs net hs) r.
Proof.
  intros y. induction net as [| L net IH]; intros scale hs ss scale' r Hy H E; simpl in E.
  - injection E as <- <-. exact H.
  - destruct (unit_symbols _ ss (units L)) as [ss' |] eqn:U; [| discriminate]. simpl.
    apply (IH (scale * denominator L)%positive _ ss'); try assumption.
    rewrite Pos2Z.inj_mul. assert (F := unit_symbols_sound _ (denominator L) y hs ss (positive_number scale) Hy H _ _ U).
    clear - F. induction F; constructor; [| assumption]. unfold stands in *. rewrite inject_Z_mult. assumption.
Qed.

(** * Hinges that cancel *)

Fixpoint gathered (c : Z) (g : form) (hs : list (Z * form)) : list (Z * form) :=
  match hs with
  | [] => [(c, g)]
  | (k, h) :: hs =>
      if list_eq_dec Z.eq_dec g h then ((c + k)%Z, h) :: hs else (k, h) :: gathered c g hs
  end.

Definition cancel (hs : list (Z * form)) : bool :=
  forallb (fun h => (fst h =? 0)%Z) (fold_right (fun h => gathered (fst h) (snd h)) [] hs).

Lemma gathered_sum : forall c g y hs,
  hinge_sum (gathered c g hs) y == inject_Z c * positive_part (dot g y) + hinge_sum hs y.
Proof.
  intros c g y. induction hs as [| [k h] hs IH]; simpl; [ring |].
  destruct (list_eq_dec Z.eq_dec g h) as [-> | _]; simpl; [rewrite inject_Z_plus; ring | rewrite IH; ring].
Qed.

Lemma cancel_sound : forall hs y, cancel hs = true -> hinge_sum hs y == 0.
Proof.
  intros hs y. unfold cancel.
  assert (E : hinge_sum (fold_right (fun h => gathered (fst h) (snd h)) [] hs) y == hinge_sum hs y).
  { induction hs as [| [c g] hs IH]; simpl; [reflexivity | rewrite gathered_sum, IH; reflexivity]. }
  rewrite <- E. clear E. induction (fold_right _ [] hs) as [| [c g] l IH]; simpl; intros H; [reflexivity |].
  apply andb_prop in H. destruct H as [Hc Hl]. apply Z.eqb_eq in Hc. rewrite Hc, (IH Hl).
  change (inject_Z 0) with 0. ring.
Qed.

(** * The decision *)

(** The form whose value at the sorted numbers is number [i]. *)
Fixpoint place (i : nat) (w : list nat) : form :=
  match w with
  | [] => []
  | a :: w => if (a =? i)%nat then 1%Z :: map (fun _ => 0%Z) w else 0%Z :: place i w
  end.

Lemma dot_no_place : forall w x, dot (map (fun _ : nat => 0%Z) w) x == 0.
Proof.
  induction w as [| a w IH]; intros [| b x]; simpl; try reflexivity. rewrite IH. change (inject_Z 0) with 0. ring.
Qed.

Lemma dot_place : forall (f : nat -> Q) i w, In i w -> dot (place i w) (map f w) == f i.
Proof.
  intros f i. induction w as [| a w IH]; intros H; [destruct H |]. simpl.
  destruct (Nat.eqb_spec a i) as [-> | N]; simpl.
  - rewrite dot_no_place. change (inject_Z 1) with 1. ring.
  - destruct H as [-> | H]; [contradiction |]. rewrite (IH H). change (inject_Z 0) with 0. ring.
Qed.

(** Number [i] of [d], less number [d], which is 0. *)
Definition number_form (d : nat) (w : list nat) (i : nat) : form := axpy (-1) (place d w) (place i w).

Definition maximum_on (d : nat) (net : network) (w : list nat) : bool :=
  match w, symbols (length w) 1 (map (fun i => (number_form d w i, [])) (seq 0 d)) net with
  | first :: _, Some (scale, [(g, hs)]) =>
      cancel hs && all_zero (axpy (Zneg scale) (number_form d w first) g)
  | _, _ => false
  end.

Definition is_maximum (d : nat) (net : network) : bool := forallb (maximum_on d net) (orders (S d)).

Lemma map_nth_all : forall x z, map (fun i => nth i (x ++ z) 0) (seq 0 (length x)) = x.
Proof.
  intros x z. induction x as [| a x IH]; [reflexivity |]. simpl. f_equal.
  rewrite <- seq_shift, map_map. exact IH.
Qed.

Theorem is_maximum_sound : forall d net, is_maximum d net = true -> computes_maximum d net.
Proof.
  intros d net H x Hx. set (f := fun i => nth i (x ++ [0]) 0).
  destruct (orders_complete f (S d)) as [w [I [D M]]].
  unfold is_maximum in H. rewrite forallb_forall in H. specialize (H w I). unfold maximum_on in H.
  destruct w as [| first w']; [discriminate |]. set (w := first :: w') in *.
  destruct (symbols _ _ _ net) as [[scale r] |] eqn:E; [| discriminate].
  destruct r as [| [g hs] [|]]; try discriminate. apply andb_prop in H. destruct H as [Hc Hz].
  assert (F0 : f d == 0).
  { unfold f. rewrite app_nth2 by lia. rewrite Hx, Nat.sub_diag. reflexivity. }
  assert (N : forall i, In i w -> dot (number_form d w i) (map f w) == f i).
  { intros i Hi. unfold number_form. rewrite dot_axpy, !dot_place; [| apply M; lia | assumption].
    rewrite F0. ring. }
  assert (S : Forall2 (stands (inject_Z 1) (map f w)) x (map (fun i => (number_form d w i, [])) (seq 0 d))).
  { rewrite <- (map_nth_all x [0]) at 1. rewrite Hx. fold f.
    assert (G : forall l, (forall i, In i l -> In i w) -> Forall2 (stands (inject_Z 1) (map f w)) (map f l)
      (map (fun i => (number_form d w i, [])) l)).
    { induction l as [| i l IH]; intros Hl; simpl; constructor; [| apply IH; intros; apply Hl; right; assumption].
      specialize (N i (Hl i (or_introl eq_refl))). unfold stands, meaning. cbn [fst snd hinge_sum].
      change (dot (number_form d w i) (f first :: map f w')) with (dot (number_form d w i) (map f w)).
      rewrite N. change (inject_Z 1) with 1. ring. }
    apply G. intros i Hi. apply M. apply in_seq in Hi. lia. }
  rewrite <- (map_length f w) in E. assert (O := symbols_sound _ net 1%positive x _ scale _ D S E).
  inversion O as [| m ? outs ? Hm Hrest Eq1 Eq2]; subst. inversion Hrest; subst. exists m. split; [reflexivity |].
  unfold stands, meaning in Hm. cbn [fst snd] in Hm. rewrite (cancel_sound hs _ Hc) in Hm.
  assert (Z := all_zero_dot _ (map f w) Hz). rewrite dot_axpy, N in Z by (left; reflexivity).
  assert (P := positive_number scale). change (Zneg scale) with (- Zpos scale)%Z in Z. rewrite inject_opp in Z.
  assert (Em : m == f first) by nra.
  assert (All : forall a, In a (x ++ [0]) <-> exists i, In i w /\ f i = a).
  { intros a. split.
    - intros Ha. apply (In_nth _ _ 0) in Ha. destruct Ha as [i [Hi Ei]]. exists i. split; [| exact Ei].
      apply M. rewrite app_length in Hi. simpl in Hi. lia.
    - intros [i [Hi <-]]. apply nth_In. rewrite app_length. simpl. apply M in Hi. lia. }
  split.
  - apply Exists_exists. exists (f first). split; [| exact Em]. apply All. exists first. split; [left |]; reflexivity.
  - apply Forall_forall. intros a Ha. apply All in Ha. destruct Ha as [i [Hi <-]]. rewrite Em.
    destruct Hi as [<- | Hi]; [lra |]. simpl in D. destruct D as [D _]. rewrite Forall_map, Forall_forall in D.
    apply D. assumption.
Qed.
