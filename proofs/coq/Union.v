(** Points between two points whose keys have no opposite signs (complex.md, Lemma 3, and F3).

    Such keys are conformal. Every point strictly between two points of conformal cells has the union
    of their keys: the sign that is not zero, where there is one. (That a bounded cell is the hull of
    its vertices, so that its key is the union of theirs, is not proved here.) *)

From Coq Require Import QArith Lqa List Lia.
From Exactpoly Require Import Network Linear Tree TreeSound Certify Facets.
Import ListNotations.
Open Scope Q_scope.

Definition sign_conformal (a b : comparison) : Prop := a = Eq \/ b = Eq \/ a = b.
Definition conformal (f g : key) : Prop := Forall2 sign_conformal f g.

Definition sign_union (a b : comparison) : comparison := match a with Eq => b | _ => a end.

Fixpoint union (f g : key) : key :=
  match f, g with a :: f, b :: g => sign_union a b :: union f g | _, _ => [] end.

(** * Both keys are below their union *)

Theorem below_union : forall f g, conformal f g -> below f (union f g) /\ below g (union f g).
Proof.
  intros f g H. induction H as [| a b f g S _ [IHf IHg]]; [split; constructor |]. simpl. split.
  - constructor; [| exact IHf]. destruct a; simpl; [left | right | right]; reflexivity.
  - constructor; [| exact IHg]. destruct S as [-> | [-> | ->]]; simpl.
    + right. reflexivity.
    + left. reflexivity.
    + destruct b; right; reflexivity.
Qed.

(** Nothing smaller has both below it. *)
Theorem union_least : forall f g u, below f u -> below g u -> below (union f g) u.
Proof.
  intros f g u F. revert g. induction F as [| a c f u S _ IH]; intros g G; inversion G as [| b ? g' ? T G']; subst;
    [constructor |].
  simpl. constructor; [| apply IH; exact G']. destruct a; simpl; [exact T | exact S | exact S].
Qed.

(** Keys below one key are conformal. *)
Theorem below_conformal : forall f g u, below f u -> below g u -> conformal f g.
Proof.
  intros f g u F. revert g. induction F as [| a c f u S _ IH]; intros g G; inversion G as [| b ? g' ? T G']; subst;
    [constructor |].
  constructor; [| apply IH; exact G']. unfold sign_conformal. destruct S as [-> | ->]; [left; reflexivity |].
  destruct T as [-> | ->]; [right; left | right; right]; reflexivity.
Qed.

(** * Between two points *)

Lemma one_side : forall a b, sign_conformal (sign a) (sign b) -> (0 <= a /\ 0 <= b) \/ (a <= 0 /\ b <= 0).
Proof.
  intros a b S. destruct (sign a) eqn:A, (sign b) eqn:B;
    try (exfalso; destruct S as [S | [S | S]]; discriminate);
    repeat match goal with
    | H : sign _ = Eq |- _ => apply (proj1 (sign_Eq _)) in H
    | H : sign _ = Lt |- _ => apply (proj1 (sign_Lt _)) in H
    | H : sign _ = Gt |- _ => apply (proj1 (sign_Gt _)) in H
    end; first [left; split; lra | right; split; lra].
Qed.

Lemma positive_part_between : forall t a b c, 0 < t -> t < 1 -> sign_conformal (sign a) (sign b) ->
  c == (1 - t) * a + t * b -> positive_part c == (1 - t) * positive_part a + t * positive_part b.
Proof.
  intros t a b c H0 H1 S E. unfold positive_part. destruct (one_side a b S) as [[A B] | [A B]].
  - assert (0 <= c) by nra. destruct (Qlt_le_dec 0 a), (Qlt_le_dec 0 b), (Qlt_le_dec 0 c); nra.
  - assert (c <= 0) by nra. destruct (Qlt_le_dec 0 a), (Qlt_le_dec 0 b), (Qlt_le_dec 0 c); nra.
Qed.

Lemma values_between : forall t, 0 < t -> t < 1 -> forall prog hx hy hm ox oy om x y m,
  mix t hx hy hm -> mix t ox oy om -> mix t x y m ->
  conformal (map sign (values prog hx ox x)) (map sign (values prog hy oy y)) ->
  mix t (values prog hx ox x) (values prog hy oy y) (values prog hm om m).
Proof.
  intros t H0 H1. induction prog as [| i prog IH]; intros hx hy hm ox oy om x y m H O X B; [constructor |].
  destruct i as [g | row | row |]; simpl in *.
  - inversion B; subst. constructor; [apply value_mix; assumption | apply IH; assumption].
  - inversion B as [| ? ? ? ? S B']; subst. assert (V := value_mix t row _ _ _ H).
    constructor; [assumption |]. apply IH; try assumption. constructor; [| assumption].
    apply positive_part_between; assumption.
  - apply IH; try assumption. constructor; [apply value_mix; assumption | assumption].
  - apply IH; try assumption; [apply mix_rev; assumption | constructor].
Qed.

Lemma sign_between : forall t a b c, 0 < t -> t < 1 -> sign_conformal (sign a) (sign b) ->
  c == (1 - t) * a + t * b -> sign c = sign_union (sign a) (sign b).
Proof.
  intros t a b c H0 H1 S E. destruct (sign a) eqn:A, (sign b) eqn:B; simpl;
    try (exfalso; destruct S as [S | [S | S]]; discriminate);
    repeat match goal with
    | H : sign _ = Eq |- _ => apply (proj1 (sign_Eq _)) in H
    | H : sign _ = Lt |- _ => apply (proj1 (sign_Lt _)) in H
    | H : sign _ = Gt |- _ => apply (proj1 (sign_Gt _)) in H
    end; first [apply sign_Eq; nra | apply sign_Lt; nra | apply sign_Gt; nra].
Qed.

Lemma signs_between : forall t x y m, 0 < t -> t < 1 -> mix t x y m ->
  conformal (map sign x) (map sign y) -> map sign m = union (map sign x) (map sign y).
Proof.
  intros t x y m H0 H1 M. induction M as [| a b c x y m E _ IH]; intros B; [reflexivity |].
  simpl in *. inversion B as [| ? ? ? ? S B']; subst. f_equal; [| apply IH; assumption].
  apply (sign_between t); assumption.
Qed.

Lemma mix_length : forall t x y m, mix t x y m -> length m = length x.
Proof. intros t x y m M. induction M; simpl; congruence. Qed.

Lemma inside_between : forall t d box x y m, 0 < t -> t < 1 -> (length box <= d)%nat -> mix t x y m ->
  inside d box x -> inside d box y -> inside d box m.
Proof.
  intros t d box x y m H0 H1 Hb M [Lx Sx] [Ly Sy]. assert (Lm := mix_length _ _ _ _ M). rewrite Lx in Lm.
  assert (Sides : forall z, length z = d -> (Forall (fun s => 0 <= s) (sides box z) <->
    Forall (fun s => 0 <= s) (ev (side_forms 0 box) z))).
  { intros z Lz. destruct (side_values box 0 z ltac:(lia)) as [_ S]. symmetry. exact S. }
  split; [exact Lm |]. apply Sides; [exact Lm |]. apply (Sides x Lx) in Sx. apply (Sides y Ly) in Sy.
  unfold ev in *. rewrite Forall_map in *. rewrite Forall_forall in *. intros g Hg.
  rewrite (value_mix t g x y m M). specialize (Sx g Hg). specialize (Sy g Hg). simpl in Sx, Sy. nra.
Qed.

(** Points between a point of one cell and a point of a conformal one have the union of the keys. *)
Theorem union_cell : forall d box net f g t x y m, (length box <= d)%nat -> 0 < t -> t < 1 -> mix t x y m ->
  cell d box net f x -> cell d box net g y -> conformal f g -> cell d box net (union f g) m.
Proof.
  intros d box net f g t x y m Hb H0 H1 M [Ix Kx] [Iy Ky] B.
  split; [eapply inside_between; eassumption |].
  assert (Lx : length x = d) by apply Ix. assert (Ly : length y = d) by apply Iy.
  assert (Lm := mix_length _ _ _ _ M). rewrite Lx in Lm. subst f g.
  rewrite !(key_values d) in B by assumption. rewrite !(key_values d) by assumption.
  apply (signs_between t); [assumption | assumption | | assumption].
  apply values_between; try assumption; [| constructor].
  eapply mix_equal; [apply equal_sym, coordinates_equal | apply equal_sym, coordinates_equal
    | apply equal_sym, coordinates_equal | exact M]; assumption.
Qed.

(** F3: of two cells in the closure of one, the union is a cell in that closure too. *)
Theorem union_in_closure : forall d box net f g u, (length box <= d)%nat ->
  (exists x, cell d box net f x) -> (exists y, cell d box net g y) -> (exists z, cell d box net u z) ->
  below f u -> below g u ->
  (exists m, cell d box net (union f g) m) /\
  forall m, cell d box net (union f g) m -> in_closure (cell d box net u) m.
Proof.
  intros d box net f g u Hb [x Hx] [y Hy] Hu F G.
  assert (E : exists m, cell d box net (union f g) m).
  { assert (Lx : length x = d) by apply Hx. assert (Ly : length y = d) by apply Hy.
    destruct (mix_exists (1 # 2) x y) as [m [M _]]; [congruence |]. exists m.
    eapply (union_cell d box net f g (1 # 2) x y m); try eassumption; try reflexivity.
    eapply below_conformal; eassumption. }
  split; [exact E |]. apply closure_iff; try assumption. apply union_least; assumption.
Qed.
