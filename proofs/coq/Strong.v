(** The strictest reading of "generic": on each region the forms of all neurons are in general position.

    A region knows each neuron by an affine form; here it is the form of the checker (Tree.v), which is
    the pre-activation times a positive number. [strong_sound] decides the property from a checked tree. *)

From Coq Require Import QArith Qabs Lqa List Lia Bool.
From Exactpoly Require Import Network Linear Tree TreeSound Certify Facets Summary Position.
Import ListNotations.
Open Scope Q_scope.

(** * The property *)

Fixpoint multiply (cs zs : list Q) : list Q :=
  match cs, zs with c :: cs, z :: zs => c * z :: multiply cs zs | _, _ => [] end.

(** The forms are, on the region, positive multiples of the pre-activations of all neurons. *)
Definition describes (d : nat) (net : network) (r : key) (gs : list form) : Prop :=
  exists cs, Forall (fun c => 0 < c) cs /\ length cs = length gs /\
  forall x, cell d [] net r x ->
    length (preactivations net x) = length gs /\
    Forall2 Qeq (map (fun g => value g x) gs) (multiply cs (preactivations net x)).

Definition strongly_generic (d : nat) (net : network) : Prop :=
  forall r, region d [] net r -> exists gs, describes d net r gs /\ general_position d gs.

Lemma equal_length : forall x y : list Q, Forall2 Qeq x y -> length x = length y.
Proof. intros x y H. induction H; simpl; congruence. Qed.

(** * The forms of a key *)

Fixpoint forms (prog : list instruction) (ins outs : list form) (k : key) : list form :=
  match prog with
  | [] => []
  | Next :: prog => forms prog (rev outs) [] k
  | Linear row :: prog => forms prog ins (form_of (Linear row) ins :: outs) k
  | i :: prog =>
      match k with
      | [] => []
      | s :: k => form_of i ins :: forms prog ins (outs_of i s (form_of i ins) outs) k
      end
  end.

Lemma equal_trans : forall x y z, equal x y -> equal y z -> equal x z.
Proof.
  intros x y z H. revert z. induction H as [| a b x y E _ IH]; intros z K; inversion K; subst; constructor.
  - rewrite E. assumption.
  - apply IH. assumption.
Qed.

Lemma forms_values : forall prog ins outs x,
  equal (values prog (ev ins x) (ev outs x) x) (ev (forms prog ins outs (rest prog ins outs x)) x).
Proof.
  induction prog as [| i prog IH]; intros ins outs x; [constructor |].
  destruct i as [g | row | row |].
  - rewrite rest_step by exact I. simpl. constructor; [reflexivity |]. apply IH.
  - rewrite rest_step by exact I. cbn [forms values]. set (g := form_of (Neuron row) ins).
    set (s := sign (value g x)). assert (E := value_form_of row ins x). change (compose row ([1%Z] :: ins)) with g in E.
    simpl ev. constructor; [symmetry; exact E |].
    eapply equal_trans; [| apply IH]. apply values_equal; [apply equal_refl |].
    unfold outs_of, ev. simpl. constructor; [| apply equal_refl].
    rewrite (positive_part_equal _ _ (Qeq_sym _ _ E)). unfold positive_part.
    assert (Z0 : value [] x == 0) by reflexivity.
    destruct (Qlt_le_dec 0 (value g x)) as [H | H].
    + replace s with Gt by (symmetry; apply sign_Gt; exact H). reflexivity.
    + assert (N : s <> Gt) by (intros G; apply (proj1 (sign_Gt _)) in G; lra).
      destruct s; try (rewrite Z0; reflexivity). contradiction.
  - rewrite rest_linear. cbn [forms values]. eapply equal_trans; [| apply IH].
    apply values_equal; [apply equal_refl |]. simpl ev. constructor; [| apply equal_refl].
    symmetry. apply value_form_of.
  - rewrite rest_next. cbn [forms values]. eapply equal_trans; [| apply IH].
    unfold ev. rewrite map_rev. apply equal_refl.
Qed.

(** * Forms and pre-activations *)

Fixpoint factors (s : Z) (net : network) : list Q :=
  match net with
  | [] => []
  | L :: net =>
      map (fun _ => inject_Z s * inject_Z (Zpos (denominator L))) (filter relu (units L))
      ++ factors (s * Zpos (denominator L)) net
  end.

Lemma factors_positive : forall net s, (0 < s)%Z -> Forall (fun c => 0 < c) (factors s net).
Proof.
  induction net as [| L net IH]; intros s H; [constructor |]. simpl. apply Forall_app. split.
  - rewrite Forall_map, Forall_forall. intros u _. assert (0 < inject_Z s).
    { change 0 with (inject_Z 0). rewrite <- Zlt_Qlt. assumption. }
    assert (0 < inject_Z (Zpos (denominator L))) by (change 0 with (inject_Z 0); rewrite <- Zlt_Qlt; lia). nra.
  - apply IH. lia.
Qed.

Lemma factors_length : forall net s h, length (factors s net) = length (preactivations net h).
Proof.
  induction net as [| L net IH]; intros s h; [reflexivity |]. simpl. rewrite !app_length, !map_length.
  f_equal. apply IH.
Qed.

Lemma multiply_app : forall cs zs cs' zs', length cs = length zs ->
  multiply (cs ++ cs') (zs ++ zs') = multiply cs zs ++ multiply cs' zs'.
Proof.
  induction cs as [| c cs IH]; intros zs cs' zs' H; destruct zs as [| z zs]; try discriminate; [reflexivity |].
  simpl. rewrite IH by (simpl in H; congruence). reflexivity.
Qed.

Lemma multiply_length : forall cs zs, length cs = length zs -> length (multiply cs zs) = length cs.
Proof.
  induction cs as [| c cs IH]; intros zs H; destruct zs as [| z zs]; try discriminate; [reflexivity |].
  simpl. rewrite IH by (simpl in H; congruence). reflexivity.
Qed.

Lemma values_of_units : forall us s D h h' p o x, (0 < s)%Z -> equal h' (map (Qmult (inject_Z s)) h) ->
  equal (values (map (instruction_of s) us ++ p) h' o x)
    (multiply (map (fun _ => inject_Z s * inject_Z (Zpos D)) (filter relu us))
       (map (fun u => preactivation D u h) (filter relu us)) ++
     values p h' (rev (map (fun u => inject_Z s * inject_Z (Zpos D) * output D u h) us) ++ o) x).
Proof.
  induction us as [| u us IH]; intros s D h h' p o x Hs Hh; [apply equal_refl |].
  assert (Hs' : 0 < inject_Z s) by (change 0 with (inject_Z 0); rewrite <- Zlt_Qlt; assumption).
  assert (HD : 0 < inject_Z (Zpos D)) by (change 0 with (inject_Z 0); rewrite <- Zlt_Qlt; lia).
  assert (Hp : 0 < inject_Z s * inject_Z (Zpos D)) by nra.
  set (row := (bias u * s)%Z :: weights u).
  assert (V : value row h' == inject_Z s * inject_Z (Zpos D) * preactivation D u h).
  { unfold row, value. cbn [dot]. rewrite (dot_equal _ _ _ Hh), dot_times, inject_Z_mult.
    unfold preactivation. field. lra. }
  assert (O : (if relu u then positive_part (value row h') else value row h') ==
    inject_Z s * inject_Z (Zpos D) * output D u h).
  { unfold output. destruct (relu u); [| assumption].
    rewrite (positive_part_equal _ _ V). apply positive_part_scale. assumption. }
  assert (App : forall o', equal o' (inject_Z s * inject_Z (Zpos D) * output D u h :: o) ->
    equal (values p h' (rev (map (fun u => inject_Z s * inject_Z (Zpos D) * output D u h) us) ++ o') x)
      (values p h' (rev (map (fun u => inject_Z s * inject_Z (Zpos D) * output D u h) (u :: us)) ++ o) x)).
  { intros o' Ho. apply values_equal; [apply equal_refl |]. simpl. rewrite <- app_assoc. simpl.
    apply Forall2_app; [apply equal_refl | assumption]. }
  change (map (instruction_of s) (u :: us)) with (instruction_of s u :: map (instruction_of s) us).
  unfold instruction_of at 1. fold row. simpl filter. destruct (relu u) eqn:R.
  - cbn [app values map multiply]. constructor; [exact V |].
    eapply equal_trans; [apply (IH s D h h' p); assumption |].
    apply Forall2_app; [apply equal_refl |]. apply App.
    constructor; [assumption | apply equal_refl].
  - cbn [app values]. eapply equal_trans; [apply (IH s D h h' p); assumption |].
    apply Forall2_app; [apply equal_refl |]. apply App.
    constructor; [assumption | apply equal_refl].
Qed.

Lemma values_of_program : forall net s h h' x, (0 < s)%Z -> equal h' (map (Qmult (inject_Z s)) h) ->
  equal (values (program s net) h' [] x) (multiply (factors s net) (preactivations net h)).
Proof.
  induction net as [| L net IH]; intros s h h' x Hs Hh; [constructor |].
  simpl program. eapply equal_trans; [apply (values_of_units _ s (denominator L) h h'); assumption |].
  simpl factors. simpl preactivations. rewrite multiply_app by (rewrite !map_length; reflexivity).
  apply Forall2_app; [apply equal_refl |]. simpl values. rewrite app_nil_r, rev_involutive.
  apply IH; [lia |]. rewrite map_map. rewrite inject_Z_mult. apply equal_refl.
Qed.

Definition forms_of (d : nat) (net : network) (r : key) : list form := forms (program 1 net) (inputs d) [] r.

Theorem forms_describe : forall d net r, (exists x, cell d [] net r x) -> describes d net r (forms_of d net r).
Proof.
  intros d net r E0.
  assert (G : forall x, cell d [] net r x ->
    Forall2 Qeq (map (fun g => value g x) (forms_of d net r)) (multiply (factors 1 net) (preactivations net x))).
  { intros x [Ix Kx]. assert (Hx : length x = d) by apply Ix.
    assert (R := rest_key d [] net x Hx ltac:(simpl; lia)). unfold full_program in R. simpl app in R.
    rewrite Kx in R. unfold forms_of. rewrite <- R.
    apply equal_trans with (values (program 1 net) (ev (inputs d) x) [] x).
    - apply equal_sym. apply (forms_values (program 1 net) (inputs d) [] x).
    - apply values_of_program; [lia |]. unfold inputs. assert (E := coordinates_equal d x Hx).
      clear - E. unfold equal in *. induction E; constructor.
      + rewrite H. change (inject_Z 1) with 1. ring.
      + assumption. }
  assert (L : forall x, cell d [] net r x -> length (forms_of d net r) = length (factors 1 net)).
  { intros x Hx. assert (F := equal_length _ _ (G x Hx)). rewrite map_length in F.
    rewrite multiply_length in F by apply factors_length. assumption. }
  exists (factors 1 net). split; [apply factors_positive; lia |]. split.
  - destruct E0 as [x Hx]. symmetry. exact (L x Hx).
  - intros x Hx. split; [| exact (G x Hx)]. rewrite (L x Hx). symmetry. apply factors_length.
Qed.

(** * General position, decided once for all subsets with a common beginning *)

Fixpoint position_in (k d : nat) (gs : list form) : bool :=
  (fix each (gs : list form) : bool :=
     match gs with
     | [] => true
     | a :: gs =>
         match k, pivot d a with
         | O, None => negb (hd 0 a =? 0)%Z && all_zero (tl a)
         | S k, Some i => position_in k d (map (eliminate i a) gs)
         | _, _ => false
         end && each gs
     end) gs.

Lemma sub_map : forall A B (f : A -> B) hs gs, sub hs gs -> sub (map f hs) (map f gs).
Proof. intros A B f hs gs H. induction H; simpl; constructor; assumption. Qed.

Lemma position_in_sound : forall k d gs hs, position_in k d gs = true -> sub hs gs ->
  ((length hs <= k)%nat -> independent_in (length hs) d hs = true) /\
  ((k < length hs)%nat -> disjoint_in (S k) d (firstn (S k) hs) = true).
Proof.
  induction k as [| k IH]; intros d gs hs H S; revert H; induction S as [| a hs gs _ IS | a hs gs S IS]; intros H.
  - split; intros L; [reflexivity | simpl in L; lia].
  - simpl in H. apply andb_true_iff in H. apply IS, H.
  - simpl in H. apply andb_true_iff in H. destruct H as [H _]. split; intros L; [simpl in L; lia |].
    destruct (pivot d a) eqn:P; [discriminate |]. cbn [firstn disjoint_in]. rewrite P, H. reflexivity.
  - split; intros L; [reflexivity | simpl in L; lia].
  - cbn in H. apply andb_true_iff in H. apply IS, H.
  - cbn in H. apply andb_true_iff in H. destruct H as [H _].
    destruct (pivot d a) as [i |] eqn:P; [| discriminate].
    destruct (IH d _ (map (eliminate i a) hs) H (sub_map _ _ _ _ _ S)) as [I D]. rewrite map_length in I, D.
    split; intros L; simpl in L.
    + cbn [length independent_in]. rewrite P. apply I. lia.
    + change (firstn (Datatypes.S (Datatypes.S k)) (a :: hs)) with (a :: firstn (Datatypes.S k) hs).
      cbn [disjoint_in]. rewrite P. rewrite firstn_map in D. apply D. lia.
Qed.

Theorem position_sound : forall d gs, position_in d d gs = true -> general_position d gs.
Proof.
  intros d gs H hs S. destruct (position_in_sound d d gs hs H S) as [I D]. split; intros L.
  - apply (independent_in_sound (length hs)). apply I. assumption.
  - intros x _ Z. apply (disjoint_in_sound (Datatypes.S d) d (firstn (Datatypes.S d) hs) x); [apply D; assumption |].
    unfold zeros in *. rewrite <- (firstn_skipn (Datatypes.S d) hs) in Z. apply Forall_app in Z. apply Z.
Qed.

(** * All regions; neighbours in the list often have the same forms *)

Fixpoint same_form (f g : form) : bool :=
  match f, g with
  | [], [] => true
  | a :: f, b :: g => (a =? b)%Z && same_form f g
  | _, _ => false
  end.

Fixpoint same_forms (fs gs : list form) : bool :=
  match fs, gs with
  | [], [] => true
  | f :: fs, g :: gs => same_form f g && same_forms fs gs
  | _, _ => false
  end.

Lemma same_form_eq : forall f g, same_form f g = true -> f = g.
Proof.
  induction f as [| a f IH]; intros g H; destruct g as [| b g]; try discriminate; [reflexivity |].
  simpl in H. apply andb_true_iff in H. destruct H as [E H]. apply Z.eqb_eq in E. rewrite E, (IH g H). reflexivity.
Qed.

Lemma same_forms_eq : forall f g, same_forms f g = true -> f = g.
Proof.
  induction f as [| a f IH]; intros g H; destruct g as [| b g]; try discriminate; [reflexivity |].
  simpl in H. apply andb_true_iff in H. destruct H as [E H]. apply same_form_eq in E. rewrite E, (IH g H). reflexivity.
Qed.

Fixpoint all_in_position (d : nat) (known : list form) (l : list (list form)) : bool :=
  match l with
  | [] => true
  | gs :: l => (same_forms known gs || position_in d d gs) && all_in_position d gs l
  end.

Lemma all_in_position_sound : forall d l known, position_in d d known = true ->
  all_in_position d known l = true -> Forall (fun gs => position_in d d gs = true) l.
Proof.
  intros d. induction l as [| gs l IH]; intros known K H; [constructor |]. simpl in H.
  apply andb_true_iff in H. destruct H as [G H].
  assert (P : position_in d d gs = true).
  { apply orb_true_iff in G. destruct G as [G | G]; [apply same_forms_eq in G; subst; assumption | assumption]. }
  constructor; [assumption |]. apply (IH gs); assumption.
Qed.

Definition strong_b (d : nat) (net : network) (l : list (key * nat)) : bool :=
  all_in_position d [] (map (fun leaf => forms_of d net (leaf_key leaf)) (filter (fun leaf => (snd leaf =? 0)%nat) l)).

Theorem strong_sound : forall d limit net t l, check d limit [] net t = Some l -> strong_b d net l = true ->
  strongly_generic d net.
Proof.
  intros d limit net t l C H r R. exists (forms_of d net r).
  assert (P : position_in d d [] = true) by (destruct d; reflexivity).
  apply (all_in_position_sound _ _ _ P) in H. rewrite Forall_map, Forall_forall in H.
  split.
  - apply forms_describe. apply (has_dimension_inhabited _ _ _ R).
  - apply (leaves_are_cells _ _ _ _ _ _ d r C ltac:(lia)) in R. destruct R as [leaf [Hl [E S]]].
    rewrite <- E. apply position_sound, H. apply filter_In. split; [assumption |]. apply Nat.eqb_eq. lia.
Qed.

(** The counts and the property from one tree. *)
Definition strong_summary (d limit : nat) (net : network) (t : tree) : option (list Z * Z * bool * bool) :=
  match check d limit [] net t with
  | None => None
  | Some l =>
      Some (map (fun n => count n l) (seq 0 (S limit)), facet_pairs l, simple_leaves l, strong_b d net l)
  end.

Theorem strong_summary_sound : forall d limit net t fs p s,
  strong_summary d limit net t = Some (fs, p, s, true) ->
  summary d limit [] net t = Some (fs, p, s) /\ strongly_generic d net.
Proof.
  intros d limit net t fs p s H. unfold strong_summary in H. unfold summary.
  destruct (check d limit [] net t) as [l |] eqn:C; [| discriminate].
  assert (St : strong_b d net l = true) by congruence.
  split; [congruence |]. exact (strong_sound d limit net t l C St).
Qed.
