(** Soundness of [walk]: the leaves of an accepted tree are the keys, with their codimensions. *)

From Coq Require Import QArith Qabs Lqa List Lia Bool.
From Exactpoly Require Import Network Linear Tree.
Import ListNotations.
Open Scope Q_scope.

Definition prefix (d : nat) (cs : list constraint) (x : list Q) : Prop :=
  length x = d /\ Forall (holds x) cs.

Definition state_cell d cs prog ins outs (r : key) (x : list Q) : Prop :=
  prefix d cs x /\ rest prog ins outs x = r.

Definition has_codimension (d k : nat) (S : list Q -> Prop) : Prop :=
  exists gs : list form,
    length gs = k /\ independent d gs /\ (forall x, S x -> zeros gs x) /\
    exists x e, S x /\ length x = d /\ 0 < e /\ forall y, near e x y -> zeros gs y -> S y.

(** More than [limit] independent forms vanish on the set. *)
Definition low (d limit : nat) (S : list Q -> Prop) : Prop :=
  exists gs : list form, (limit < length gs)%nat /\ independent d gs /\ forall x, S x -> zeros gs x.

Definition nonneg_sides (prog : list instruction) (x : list Q) : Prop :=
  forall g, In (Side g) prog -> 0 <= value g x.

Lemma has_codimension_iff : forall d k (S T : list Q -> Prop), (forall x, S x <-> T x) ->
  has_codimension d k S -> has_codimension d k T.
Proof.
  intros d k S T H [gs [L [I [Z [x [e [Sx [Hx [He N]]]]]]]]]. exists gs.
  split; [assumption |]. split; [assumption |].
  split; [intros y Hy; apply Z, H, Hy |].
  exists x, e. split; [apply H; assumption |]. split; [assumption |]. split; [assumption |].
  intros y Hy Zy. apply H, N; assumption.
Qed.

Lemma low_iff : forall d l (S T : list Q -> Prop), (forall x, T x -> S x) -> low d l S -> low d l T.
Proof. intros d l S T H [gs [L [I Z]]]. exists gs. auto. Qed.

(** * A leaf is open in the common zeros of its equalities *)

Fixpoint norm (g : form) : Q := match g with [] => 0 | a :: g => Qabs (inject_Z a) + norm g end.

Lemma norm_nonneg : forall g, 0 <= norm g.
Proof. induction g as [| a g IH]; cbn [norm]; [lra |]. assert (H := Qabs_nonneg (inject_Z a)). lra. Qed.

Lemma dot_near : forall g x y e, 0 <= e -> near e x y -> Qabs (dot g x - dot g y) <= norm g * e.
Proof.
  intros g x y e He H. revert g. induction H as [| a b x y E _ IH]; intros g; destruct g as [| w g].
  - cbn. lra.
  - cbn [dot]. setoid_replace (0 - 0) with 0 by ring. cbn [Qabs Z.abs].
    apply Qmult_le_0_compat; [apply norm_nonneg | assumption].
  - cbn. lra.
  - cbn [dot norm]. setoid_replace (inject_Z w * a + dot g x - (inject_Z w * b + dot g y)) with
      (inject_Z w * (a - b) + (dot g x - dot g y)) by ring.
    eapply Qle_trans; [apply Qabs_triangle |].
    assert (I := IH g). assert (M : Qabs (inject_Z w * (a - b)) <= Qabs (inject_Z w) * e).
    { rewrite Qabs_Qmult. assert (P := Qabs_nonneg (inject_Z w)). nra. }
    lra.
Qed.

Lemma value_near : forall g x y e, 0 < e -> near e x y -> Qabs (value g x - value g y) <= norm g * e.
Proof.
  intros g x y e He H. unfold value. apply dot_near; [lra |]. constructor; [| assumption].
  apply Qle_lt_trans with (Qabs 0); [| exact He]. apply Qle_lteq. right. apply Qabs_equal. ring.
Qed.

Lemma near_weaken : forall e e' x y, e <= e' -> near e x y -> near e' x y.
Proof. intros e e' x y H N. induction N; constructor; [lra | assumption]. Qed.

Lemma qabs_bounds : forall a b, Qabs a <= b -> - b <= a /\ a <= b.
Proof. intros a b H. apply Qabs_Qle_condition in H. exact H. Qed.

Lemma open_cell : forall cs x, Forall (holds x) cs ->
  exists e, 0 < e /\ forall y, near e x y -> equalities cs y -> Forall (holds y) cs.
Proof.
  induction cs as [| [s f] cs IH]; intros x H.
  - exists 1. split; [lra |]. constructor.
  - inversion H as [| ? ? Hf Hcs]; subst. destruct (IH x Hcs) as [e [He IHe]].
    unfold holds in Hf. simpl in Hf.
    assert (E : forall y, equalities ((s, f) :: cs) y -> equalities cs y).
    { intros y Hy g Hg. apply Hy. right. exact Hg. }
    assert (N := norm_nonneg f).
    set (v := value f x) in *.
    assert (D : exists t, 0 < t /\ (s = Eq \/ norm f * t < Qabs v)).
    { destruct s.
      - exists 1. split; [lra | left; reflexivity].
      - apply (proj1 (sign_Lt _)) in Hf. exists (Qabs v / (1 + norm f)).
        assert (P : 0 < Qabs v) by (rewrite Qabs_neg; lra).
        split; [apply Qlt_shift_div_l; lra | right].
        assert (T : Qabs v / (1 + norm f) * (1 + norm f) == Qabs v) by (field; lra).
        assert (P' : 0 < Qabs v / (1 + norm f)) by (apply Qlt_shift_div_l; lra).
        set (t := Qabs v / (1 + norm f)) in *. lra.
      - apply (proj1 (sign_Gt _)) in Hf. exists (Qabs v / (1 + norm f)).
        assert (P : 0 < Qabs v) by (rewrite Qabs_pos; lra).
        split; [apply Qlt_shift_div_l; lra | right].
        assert (T : Qabs v / (1 + norm f) * (1 + norm f) == Qabs v) by (field; lra).
        assert (P' : 0 < Qabs v / (1 + norm f)) by (apply Qlt_shift_div_l; lra).
        set (t := Qabs v / (1 + norm f)) in *. lra. }
    destruct D as [t [Ht D]].
    exists (if Qlt_le_dec t e then t else e).
    split; [destruct (Qlt_le_dec t e); assumption |].
    intros y Hn Hy. constructor.
    + unfold holds. simpl. destruct D as [-> | D]; [apply sign_Eq, Hy; left; reflexivity |].
      assert (B : Qabs (v - value f y) <= norm f * t).
      { apply value_near; [assumption |]. eapply near_weaken; [| exact Hn].
        destruct (Qlt_le_dec t e); lra. }
      apply qabs_bounds in B. destruct s.
      * apply sign_Eq, Hy. left. reflexivity.
      * apply (proj1 (sign_Lt _)) in Hf. apply sign_Lt. rewrite Qabs_neg in D by lra. lra.
      * apply (proj1 (sign_Gt _)) in Hf. apply sign_Gt. rewrite Qabs_pos in D by lra. lra.
    + apply IHe; [| apply E; assumption]. eapply near_weaken; [| exact Hn].
      destruct (Qlt_le_dec t e); lra.
Qed.

(** * A form that takes two values on common zeros is independent of the others *)

Lemma combination_zeros : forall gs cs x, zeros gs x -> combination cs gs x == 0.
Proof.
  intros gs. induction gs as [| g gs IH]; intros cs x Z; destruct cs as [| c cs]; simpl; try reflexivity.
  inversion Z as [| ? ? Zg Zgs]; subst. rewrite Zg, IH by assumption. ring.
Qed.

Lemma independent_cons : forall d g gs x y, independent d gs -> length x = d -> length y = d ->
  zeros gs x -> zeros gs y -> ~ value g x == value g y -> independent d (g :: gs).
Proof.
  intros d g gs x y I Hx Hy Zx Zy N cs k L H. destruct cs as [| c cs]; [discriminate |].
  assert (C : c == 0).
  { assert (X := H x Hx). assert (Y := H y Hy). simpl in X, Y.
    rewrite combination_zeros in X, Y by assumption.
    assert (M : c * (value g x - value g y) == 0) by (ring_simplify; lra).
    apply Qmult_integral in M. destruct M as [M | M]; [assumption |]. exfalso. apply N. lra. }
  constructor; [assumption |]. apply (I cs k); [simpl in L; congruence |].
  intros z Hz. rewrite <- (H z Hz). simpl. rewrite C. ring.
Qed.

(** * The induction *)

(** What a list of new leaves says about a state. *)
Definition accounts d limit cs prog ins outs codim (signs : key) (new : list (key * nat)) : Prop :=
  ((codim <= limit)%nat -> new <> []) /\
  (forall k n, In (k, n) new -> exists r, k = rev r ++ signs /\
     has_codimension d n (state_cell d cs prog ins outs r) /\
     forall x, state_cell d cs prog ins outs r x -> nonneg_sides prog x) /\
  NoDup (map fst new) /\
  (forall x, prefix d cs x -> nonneg_sides prog x ->
     In (rev (rest prog ins outs x) ++ signs) (map fst new) \/
     low d limit (state_cell d cs prog ins outs (rest prog ins outs x))).

Definition plain (i : instruction) : Prop := match i with Side _ | Neuron _ => True | _ => False end.

Lemma cell_step : forall d cs i prog ins outs r s x, plain i ->
  state_cell d cs (i :: prog) ins outs (s :: r) x <->
  state_cell d ((s, form_of i ins) :: cs) prog ins (outs_of i s (form_of i ins) outs) r x.
Proof.
  intros d cs i prog ins outs r s x Hi. unfold state_cell, prefix.
  rewrite rest_step by exact Hi. split.
  - intros [[L F] R]. injection R as S R. rewrite S in R.
    repeat split; try assumption. constructor; [exact S | assumption].
  - intros [[L F] R]. inversion F as [| ? ? S F']; subst. unfold holds in S. simpl in S.
    rewrite S. repeat split; assumption.
Qed.

Lemma accounts_member : forall d limit cs prog ins outs codim signs new,
  accounts d limit cs prog ins outs codim signs new -> (codim <= limit)%nat ->
  exists x, prefix d cs x /\ nonneg_sides prog x.
Proof.
  intros d limit cs prog ins outs codim signs new [N [A _]] L. specialize (N L).
  destruct new as [| [k n] new]; [contradiction |].
  destruct (A k n (or_introl eq_refl)) as [r [_ [[gs [_ [_ [_ [x [e [Sx _]]]]]]] V]]].
  exists x. split; [apply Sx | apply V, Sx].
Qed.

(** Leaves of one child as leaves of the node. *)
Lemma child_leaves : forall d cs i prog ins outs (signs : key) s (new : list (key * nat)) k n, plain i ->
  (s = Lt -> is_side i = false) ->
  (forall k n, In (k, n) new -> exists r, k = rev r ++ s :: signs /\
     has_codimension d n (state_cell d ((s, form_of i ins) :: cs) prog ins (outs_of i s (form_of i ins) outs) r) /\
     forall x, state_cell d ((s, form_of i ins) :: cs) prog ins (outs_of i s (form_of i ins) outs) r x ->
       nonneg_sides prog x) ->
  In (k, n) new ->
  exists r, k = rev (s :: r) ++ signs /\ has_codimension d n (state_cell d cs (i :: prog) ins outs (s :: r)) /\
     forall x, state_cell d cs (i :: prog) ins outs (s :: r) x -> nonneg_sides (i :: prog) x.
Proof.
  intros d cs i prog ins outs signs s new k n Hi Hs A Hk. destruct (A k n Hk) as [r [E [C V]]]. exists r.
  split; [simpl; rewrite <- app_assoc; exact E |]. split.
  - revert C. apply has_codimension_iff. intros x. symmetry. apply cell_step. exact Hi.
  - intros x Hx g [Hg | Hg].
    + subst i. unfold state_cell in Hx. destruct Hx as [_ R]. rewrite rest_step in R by exact I.
      injection R as R _. simpl in R. destruct s.
      * apply (proj1 (sign_Eq _)) in R. lra.
      * specialize (Hs eq_refl). discriminate.
      * apply (proj1 (sign_Gt _)) in R. lra.
    + apply (V x); [apply cell_step; assumption | assumption].
Qed.

Lemma child_covers : forall d limit cs i prog ins outs (signs : key) s (new : list (key * nat)) x, plain i ->
  sign (value (form_of i ins) x) = s ->
  (forall y, prefix d ((s, form_of i ins) :: cs) y -> nonneg_sides prog y ->
     In (rev (rest prog ins (outs_of i s (form_of i ins) outs) y) ++ s :: signs) (map fst new) \/
     low d limit (state_cell d ((s, form_of i ins) :: cs) prog ins (outs_of i s (form_of i ins) outs)
       (rest prog ins (outs_of i s (form_of i ins) outs) y))) ->
  prefix d cs x -> nonneg_sides (i :: prog) x ->
  In (rev (rest (i :: prog) ins outs x) ++ signs) (map fst new) \/
  low d limit (state_cell d cs (i :: prog) ins outs (rest (i :: prog) ins outs x)).
Proof.
  intros d limit cs i prog ins outs signs s new x Hi Hs A [Hx F] V.
  rewrite rest_step by exact Hi. rewrite Hs.
  destruct (A x) as [B | B].
  - split; [assumption |]. constructor; assumption.
  - intros g Hg. apply V. right. exact Hg.
  - left. simpl. rewrite <- app_assoc. exact B.
  - right. revert B. apply low_iff. intros y Hy. apply cell_step in Hy; assumption.
Qed.

(** The same for a node that all points leave through one child. *)
Lemma accounts_one : forall d limit cs i prog ins outs codim signs s new, plain i ->
  (s = Lt -> is_side i = false) ->
  (forall x, prefix d cs x -> sign (value (form_of i ins) x) = s) ->
  accounts d limit ((s, form_of i ins) :: cs) prog ins (outs_of i s (form_of i ins) outs) codim (s :: signs) new ->
  accounts d limit cs (i :: prog) ins outs codim signs new.
Proof.
  intros d limit cs i prog ins outs codim signs s new Hi Hs H [N [A [D C]]].
  split; [assumption |]. split; [| split; [assumption |]].
  - intros k n Hk. destruct (child_leaves d cs i prog ins outs signs s new k n Hi Hs A Hk) as [r R].
    exists (s :: r). exact R.
  - intros x Hx V. apply (child_covers d limit cs i prog ins outs signs s new x); auto.
Qed.

(** A list of leaves all of whose keys pass through the sign s. *)
Definition through (s : comparison) (signs : key) (new : list (key * nat)) : Prop :=
  forall k, In k (map fst new) -> exists r, k = rev r ++ s :: signs.

Lemma through_disjoint : forall s s' signs new new' k, s <> s' -> through s signs new -> through s' signs new' ->
  In k (map fst new) -> ~ In k (map fst new').
Proof.
  intros s s' signs new new' k N T T' H H'. destruct (T k H) as [r E], (T' k H') as [r' E'].
  rewrite E in E'. change (s :: signs) with ([s] ++ signs) in E'. change (s' :: signs) with ([s'] ++ signs) in E'.
  rewrite !app_assoc in E'. apply app_inv_tail in E'. apply app_inj_tail in E'. destruct E'. contradiction.
Qed.

Lemma accounts_through : forall d limit cs prog ins outs codim s signs new,
  accounts d limit cs prog ins outs codim (s :: signs) new -> through s signs new.
Proof.
  intros d limit cs prog ins outs codim s signs new [_ [A _]] k Hk.
  apply in_map_iff in Hk. destruct Hk as [[k' n] [E Hk]]. simpl in E. subst k'.
  destruct (A k n Hk) as [r [E _]]. exists r. exact E.
Qed.

Lemma NoDup_app_disjoint : forall A (l m : list A), NoDup l -> NoDup m -> (forall a, In a l -> ~ In a m) ->
  NoDup (l ++ m).
Proof.
  induction l as [| a l IH]; intros m Nl Nm H; [assumption |]. inversion Nl; subst. simpl. constructor.
  - rewrite in_app_iff. intros [C | C]; [contradiction |]. apply (H a); [left; reflexivity | assumption].
  - apply IH; try assumption. intros b Hb. apply H. right. exact Hb.
Qed.

(** A node whose form takes all signs. [na] is empty if the instruction is a side. *)
Lemma accounts_cut : forall d limit cs i prog ins outs codim signs na nz nb, plain i ->
  (codim <= limit)%nat ->
  (if is_side i then na = []
   else accounts d limit ((Lt, form_of i ins) :: cs) prog ins (outs_of i Lt (form_of i ins) outs) codim (Lt :: signs) na) ->
  accounts d limit ((Eq, form_of i ins) :: cs) prog ins (outs_of i Eq (form_of i ins) outs) (S codim) (Eq :: signs) nz ->
  accounts d limit ((Gt, form_of i ins) :: cs) prog ins (outs_of i Gt (form_of i ins) outs) codim (Gt :: signs) nb ->
  accounts d limit cs (i :: prog) ins outs codim signs (nb ++ nz ++ na).
Proof.
  intros d limit cs i prog ins outs codim signs na nz nb Hi L HA HZ HB.
  assert (TA : through Lt signs na).
  { destruct (is_side i); [subst na; intros k [] |]. eapply accounts_through; exact HA. }
  assert (TZ : through Eq signs nz) by (eapply accounts_through; exact HZ).
  assert (TB : through Gt signs nb) by (eapply accounts_through; exact HB).
  assert (DA : NoDup (map fst na)).
  { destruct (is_side i); [subst na; constructor | apply HA]. }
  destruct HZ as [_ [AZ [DZ CZ]]]. destruct HB as [NB [AB [DB CB]]].
  split; [intros H; specialize (NB H); destruct nb; [contradiction | discriminate] |].
  split; [| split].
  - intros k n Hk. apply in_app_or in Hk. destruct Hk as [Hk | Hk]; [| apply in_app_or in Hk; destruct Hk as [Hk | Hk]].
    + destruct (child_leaves d cs i prog ins outs signs Gt nb k n Hi ltac:(discriminate) AB Hk) as [r R]. eexists; exact R.
    + destruct (child_leaves d cs i prog ins outs signs Eq nz k n Hi ltac:(discriminate) AZ Hk) as [r R]. eexists; exact R.
    + destruct (is_side i) eqn:Es; [subst na; contradiction |]. destruct HA as [_ [AA _]].
      destruct (child_leaves d cs i prog ins outs signs Lt na k n Hi (fun _ => Es) AA Hk) as [r R]. eexists; exact R.
  - rewrite !map_app. apply NoDup_app_disjoint; [assumption | apply NoDup_app_disjoint; try assumption |].
    + intros k Hk. apply (through_disjoint Eq Lt signs nz na); auto. discriminate.
    + intros k Hk. rewrite in_app_iff. intros [C | C]; revert C.
      * apply (through_disjoint Gt Eq signs nb nz); auto. discriminate.
      * apply (through_disjoint Gt Lt signs nb na); auto. discriminate.
  - intros x Hx V. rewrite !map_app. rewrite !in_app_iff.
    destruct (sign (value (form_of i ins) x)) eqn:E.
    + destruct (child_covers d limit cs i prog ins outs signs Eq nz x Hi E CZ Hx V) as [H | H]; auto.
    + destruct (is_side i) eqn:Es.
      * exfalso. destruct i as [g | | |]; try discriminate. specialize (V g (or_introl eq_refl)).
        apply (proj1 (sign_Lt _)) in E. simpl in E. lra.
      * destruct HA as [_ [_ [_ CA]]].
        destruct (child_covers d limit cs i prog ins outs signs Lt na x Hi E CA Hx V) as [H | H]; auto.
    + destruct (child_covers d limit cs i prog ins outs signs Gt nb x Hi E CB Hx V) as [H | H]; auto.
Qed.

(** Independent forms [gs] vanish on the prefix, and where they vanish so do all its equalities. *)
Definition spans (d : nat) (cs : list constraint) (codim : nat) (gs : list form) : Prop :=
  independent d gs /\ length gs = codim /\
  (forall x, prefix d cs x -> zeros gs x) /\
  (forall x, length x = d -> zeros gs x -> equalities cs x).

Lemma spans_strict : forall d cs codim gs s g, spans d cs codim gs -> s <> Eq ->
  spans d ((s, g) :: cs) codim gs.
Proof.
  intros d cs codim gs s g [I [L [P E]]] N. repeat split; try assumption.
  - intros x [Hx F]. inversion F; subst. apply P. split; auto.
  - intros x Hx Z f [Hf | Hf]; [injection Hf as -> _; contradiction | apply (E x Hx Z f Hf)].
Qed.

Lemma spans_dependent : forall d cs codim gs g, spans d cs codim gs ->
  (forall x, equalities cs x -> value g x == 0) -> spans d ((Eq, g) :: cs) codim gs.
Proof.
  intros d cs codim gs g [I [L [P E]]] H. repeat split; try assumption.
  - intros x [Hx F]. inversion F; subst. apply P. split; auto.
  - intros x Hx Z f [Hf | Hf]; [injection Hf as <-; apply H, E; assumption | apply (E x Hx Z f Hf)].
Qed.

Lemma spans_cut : forall d cs codim gs g x y, spans d cs codim gs ->
  prefix d ((Lt, g) :: cs) x -> prefix d ((Gt, g) :: cs) y -> spans d ((Eq, g) :: cs) (S codim) (g :: gs).
Proof.
  intros d cs codim gs g x y [I [L [P E]]] [Hx Fx] [Hy Fy].
  assert (Sx := Forall_inv Fx). assert (Fx' := Forall_inv_tail Fx).
  assert (Sy := Forall_inv Fy). assert (Fy' := Forall_inv_tail Fy). unfold holds in Sx, Sy. simpl in Sx, Sy.
  apply (proj1 (sign_Lt _)) in Sx. apply (proj1 (sign_Gt _)) in Sy.
  split; [| split; [simpl; congruence | split]].
  - apply (independent_cons d g gs x y); auto; [apply P; split; auto | apply P; split; auto | lra].
  - intros z [Hz F]. inversion F as [| ? ? Sz F']; subst. constructor; [apply sign_Eq; exact Sz | apply P; split; auto].
  - intros z Hz Z f Hf. inversion Z as [| ? ? Zg Zgs]; subst.
    destruct Hf as [Hf | Hf]; [injection Hf as <-; assumption | apply (E z Hz Zgs f Hf)].
Qed.

Lemma walk_leaf : forall d limit cs codim ins outs signs acc gs w, spans d cs codim gs ->
  witness d w cs = true ->
  exists new, (signs, codim) :: acc = new ++ acc /\ accounts d limit cs [] ins outs codim signs new.
Proof.
  intros d limit cs codim ins outs signs acc gs w [I [L [P E]]] W. exists [(signs, codim)].
  split; [reflexivity |]. destruct (witness_sound d w cs W) as [Hw Fw].
  assert (R : forall x, rest [] ins outs x = []) by reflexivity.
  split; [discriminate |]. split; [| split].
  - intros k n [H | []]. injection H as <- <-. exists []. split; [reflexivity |]. split.
    + exists gs. split; [assumption |]. split; [assumption |]. split; [intros x [Hx _]; apply P, Hx |].
      destruct (open_cell cs (point_of d w) Fw) as [e [He O]].
      exists (point_of d w), e. split; [split; [split; assumption | apply R] |].
      split; [assumption |]. split; [assumption |].
      intros y Hn Zy. assert (Hy : length y = d) by (rewrite <- (near_length _ _ _ Hn); assumption).
      split; [| apply R]. split; [assumption |]. apply O; [assumption |]. apply E; assumption.
    + intros x _ g [].
  - simpl. constructor; [intros [] | constructor].
  - intros x Hx _. left. simpl. left. reflexivity.
Qed.

Lemma walk_drop : forall d limit cs prog codim ins outs signs (acc : list (key * nat)) gs, spans d cs codim gs ->
  (limit < codim)%nat ->
  exists new, acc = new ++ acc /\ accounts d limit cs prog ins outs codim signs new.
Proof.
  intros d limit cs prog codim ins outs signs acc gs [I [L [P _]]] H. exists [].
  split; [reflexivity |]. split; [intros; lia |]. split; [intros k n [] |]. split; [constructor |].
  intros x Hx _. right. exists gs. split; [lia |]. split; [assumption |].
  intros y [Hy _]. apply P, Hy.
Qed.

Theorem walk_sound : forall d limit prog t cs codim ins outs signs acc l gs,
  walk d limit prog t cs codim ins outs signs acc = Some l -> spans d cs codim gs ->
  exists new, l = new ++ acc /\ accounts d limit cs prog ins outs codim signs new.
Proof.
  intros d limit. induction prog as [| i prog IH]; intros t cs codim ins outs signs acc l gs W G.
  { simpl in W. destruct t as [w | | |]; try discriminate.
    - destruct (witness d w cs) eqn:H; [| discriminate]. injection W as <-. eapply walk_leaf; eassumption.
    - destruct (limit <? codim)%nat eqn:H; [| discriminate]. injection W as <-. apply Nat.ltb_lt in H.
      eapply walk_drop; eassumption. }
  assert (Step : plain i ->
    (match t with
      | Leaf _ => None
      | Drop => if (limit <? codim)%nat then Some acc else None
      | One s y ys t =>
          if proves s y ys cs (form_of i ins) && negb (is_side i && same s Lt)
          then walk d limit prog t ((s, form_of i ins) :: cs) codim ins (outs_of i s (form_of i ins) outs) (s :: signs) acc
          else None
      | Cut a z b =>
          if (limit <? codim)%nat then None else
          match
            (if is_side i
             then match a with Leaf w => if witness d w ((Lt, form_of i ins) :: cs) then Some acc else None | _ => None end
             else walk d limit prog a ((Lt, form_of i ins) :: cs) codim ins (outs_of i Lt (form_of i ins) outs) (Lt :: signs) acc)
          with
          | None => None
          | Some acc =>
              match walk d limit prog z ((Eq, form_of i ins) :: cs) (S codim) ins (outs_of i Eq (form_of i ins) outs) (Eq :: signs) acc with
              | None => None
              | Some acc => walk d limit prog b ((Gt, form_of i ins) :: cs) codim ins (outs_of i Gt (form_of i ins) outs) (Gt :: signs) acc
              end
          end
      end) = Some l ->
    exists new, l = new ++ acc /\ accounts d limit cs (i :: prog) ins outs codim signs new).
  { clear W. intros Hi W. set (g := form_of i ins) in *. destruct t as [w | s y ys t | a z b |].
    - discriminate.
    - destruct (proves s y ys cs g) eqn:Pr; [| discriminate].
      destruct (is_side i && same s Lt) eqn:Es; [discriminate |]. simpl in W.
      assert (Gs : spans d ((s, g) :: cs) codim gs).
      { destruct s; [apply spans_dependent | apply spans_strict | apply spans_strict]; auto; try discriminate.
        intros x. eapply proves_equalities. exact Pr. }
      destruct (IH _ _ _ _ _ _ _ _ _ W Gs) as [new [E A]]. exists new. split; [assumption |].
      apply (accounts_one d limit cs i prog ins outs codim signs s new); auto.
      + intros ->. destruct (is_side i); [discriminate | reflexivity].
      + intros x [_ F]. eapply proves_sound; eassumption.
    - destruct (limit <? codim)%nat eqn:Hl; [discriminate |]. apply Nat.ltb_ge in Hl.
      assert (Below : exists na acc', (if is_side i then na = []
          else accounts d limit ((Lt, g) :: cs) prog ins (outs_of i Lt g outs) codim (Lt :: signs) na) /\
        acc' = na ++ acc /\ (exists x, prefix d ((Lt, g) :: cs) x) /\
        match walk d limit prog z ((Eq, g) :: cs) (S codim) ins (outs_of i Eq g outs) (Eq :: signs) acc' with
        | None => None
        | Some acc => walk d limit prog b ((Gt, g) :: cs) codim ins (outs_of i Gt g outs) (Gt :: signs) acc
        end = Some l).
      { destruct (is_side i) eqn:Es.
        - destruct a as [w | | |]; try discriminate.
          destruct (witness d w ((Lt, g) :: cs)) eqn:Hw; [| discriminate].
          exists [], acc. split; [reflexivity |]. split; [reflexivity |]. split; [| assumption].
          exists (point_of d w). exact (witness_sound d w _ Hw).
        - destruct (walk d limit prog a ((Lt, g) :: cs) codim ins (outs_of i Lt g outs) (Lt :: signs) acc) as [acc' |] eqn:Wa;
            [| discriminate].
          destruct (IH _ _ _ _ _ _ _ _ gs Wa) as [na [E A]]; [apply spans_strict; [assumption | discriminate] |].
          exists na, acc'. split; [assumption |]. split; [assumption |]. split; [| assumption].
          destruct (accounts_member _ _ _ _ _ _ _ _ _ A Hl) as [x [Hx _]]. exists x. exact Hx. }
      clear W. destruct Below as [na [acc' [HA [Ea [[x Hx] W]]]]].
      destruct (walk d limit prog z ((Eq, g) :: cs) (S codim) ins (outs_of i Eq g outs) (Eq :: signs) acc') as [acc'' |] eqn:Wz;
        [| discriminate].
      destruct (IH _ _ _ _ _ _ _ _ gs W) as [nb [Eb HB]]; [apply spans_strict; [assumption | discriminate] |].
      destruct (accounts_member _ _ _ _ _ _ _ _ _ HB Hl) as [y [Hy _]].
      destruct (IH _ _ _ _ _ _ _ _ (g :: gs) Wz) as [nz [Ez HZ]]; [eapply spans_cut; eassumption |].
      exists (nb ++ nz ++ na). split.
      + rewrite Eb, Ez, Ea, <- !app_assoc. reflexivity.
      + apply accounts_cut; assumption.
    - destruct (limit <? codim)%nat eqn:Hl; [| discriminate]. injection W as <-. apply Nat.ltb_lt in Hl.
      eapply walk_drop; eassumption. }
  destruct i as [g | row | row |]; cbn [walk] in W.
  - apply Step; [exact I | exact W].
  - apply Step; [exact I | exact W].
  - destruct (IH _ _ _ _ _ _ _ _ _ W G) as [new [E [N [A [D C]]]]]. exists new. split; [assumption |].
    split; [assumption |]. split; [| split; [assumption |]].
    + intros k n Hk. destruct (A k n Hk) as [r [Er [Hc V]]]. exists r. split; [assumption |]. split.
      * revert Hc. apply has_codimension_iff. intros x. unfold state_cell. rewrite rest_linear. tauto.
      * intros x Hx f [Hf | Hf]; [discriminate |]. apply (V x); [| assumption].
        unfold state_cell in *. rewrite rest_linear in Hx. exact Hx.
    + intros x Hx V. unfold state_cell in *. rewrite rest_linear.
      destruct (C x Hx) as [H | H]; [intros f Hf; apply V; right; exact Hf | left; exact H |].
      right. revert H. apply low_iff. intros y. rewrite rest_linear. tauto.
  - destruct (IH _ _ _ _ _ _ _ _ _ W G) as [new [E [N [A [D C]]]]]. exists new. split; [assumption |].
    split; [assumption |]. split; [| split; [assumption |]].
    + intros k n Hk. destruct (A k n Hk) as [r [Er [Hc V]]]. exists r. split; [assumption |]. split.
      * revert Hc. apply has_codimension_iff. intros x. unfold state_cell. rewrite rest_next. tauto.
      * intros x Hx f [Hf | Hf]; [discriminate |]. apply (V x); [| assumption].
        unfold state_cell in *. rewrite rest_next in Hx. exact Hx.
    + intros x Hx V. unfold state_cell in *. rewrite rest_next.
      destruct (C x Hx) as [H | H]; [intros f Hf; apply V; right; exact Hf | left; exact H |].
      right. revert H. apply low_iff. intros y. rewrite rest_next. tauto.
Qed.
