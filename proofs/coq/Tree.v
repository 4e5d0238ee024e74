(** A tree of sign rows that accounts for all cells of a network, and the program that checks it.

    The program reads a network as a list of instructions and walks down the tree with the affine
    forms of the units on the cell of the signs so far (the prefix). A node of the tree says either
    that the next form has one sign on the whole prefix, with multipliers that prove it (Farkas), or
    that it takes all three signs; a leaf is a point with the signs of all neurons. The theorem
    [walk_sound] says that the leaves of an accepted tree are exactly the keys of points, each with
    the dimension of its cell. *)

From Coq Require Import QArith Qabs Lqa List Lia Bool.
From Exactpoly Require Import Network Linear.
Import ListNotations.

(** * The program *)

Open Scope Z_scope.

(** [v + y f] for forms. *)
Fixpoint axpy (y : Z) (f v : form) : form :=
  match f, v with
  | a :: f, b :: v => b + y * a :: axpy y f v
  | [], v => v
  | f, [] => map (Z.mul y) f
  end.

(** [sum of ys_i fs_i]; what is zero costs nothing. *)
Fixpoint compose (ys : list Z) (fs : list form) : form :=
  match ys, fs with
  | y :: ys, f :: fs =>
      match y, f with
      | 0, _ | _, [] => compose ys fs
      | _, _ => axpy y f (compose ys fs)
      end
  | _, _ => []
  end.

Fixpoint dotz (f w : list Z) : Z :=
  match f, w with a :: f, b :: w => a * b + dotz f w | _, _ => 0 end.

(** A row of weights begins with the bias. *)
Inductive instruction :=
  | Side (f : form)        (* a form that is nonnegative on the domain *)
  | Neuron (row : form)    (* a ReLU unit *)
  | Linear (row : form)    (* a unit that passes its value on *)
  | Next.                  (* the units since the last one are the inputs of the units to come *)

Definition multipliers := list (nat * Z).

Inductive tree :=
  | Leaf (w : list Z)      (* the point w_1/w_0 .. w_d/w_0 *)
  | One (s : comparison) (y : Z) (ys : multipliers) (t : tree)
  | Cut (negative zero positive : tree)
  | Drop.                  (* cells of a dimension that nobody asks for *)

(** What is known of the points of the prefix, latest first: the sign of a form. *)
Definition constraint : Type := comparison * form.

(** The sum of multiples of constraints, each [>= 0] on the prefix, and whether one is strict.
    Multipliers name a constraint by the number of constraints that lie between. *)
Fixpoint gather (ys : multipliers) (cs : list constraint) : option (form * bool) :=
  match ys with
  | [] => Some ([], false)
  | (n, y) :: ys =>
      match skipn n cs with
      | [] => None
      | (s, f) :: cs =>
          match gather ys cs with
          | None => None
          | Some (v, strict) =>
              match s with
              | Eq => Some (axpy y f v, strict)
              | Gt => if 0 <? y then Some (axpy y f v, true) else None
              | Lt => if 0 <? y then Some (axpy (- y) f v, true) else None
              end
          end
      end
  end.

Definition all_zero (f : form) : bool := forallb (Z.eqb 0) f.

(** Whether the multipliers prove that g has sign s on the prefix: [y g], [-y g] or both are [v]
    and a constant. *)
Definition proves (s : comparison) (y : Z) (ys : multipliers) (cs : list constraint) (g : form) : bool :=
  (0 <? y) &&
  match gather ys cs with
  | None => false
  | Some (v, strict) =>
      match s with
      | Eq => negb strict && all_zero (axpy (- y) g v)
      | _ =>
          match axpy (match s with Gt => - y | _ => y end) g v with
          | [] => strict
          | k :: rest => all_zero rest && ((k <? 0) || ((k =? 0) && strict))
          end
      end
  end.

Definition same (a b : comparison) : bool :=
  match a, b with Lt, Lt | Eq, Eq | Gt, Gt => true | _, _ => false end.

(** Whether w is a point of the prefix. *)
Definition witness (d : nat) (w : list Z) (cs : list constraint) : bool :=
  match w with
  | D :: _ => (0 <? D) && (length w <=? S d)%nat && forallb (fun c => same (dotz (snd c) w ?= 0) (fst c)) cs
  | [] => false
  end.

Definition form_of (i : instruction) (ins : list form) : form :=
  match i with Side g => g | Neuron row | Linear row => compose row ([1] :: ins) | Next => [] end.

Definition is_side (i : instruction) : bool := match i with Side _ => true | _ => false end.

(** The outputs of the layer, latest first, once the form g of instruction i has sign s. *)
Definition outs_of (i : instruction) (s : comparison) (g : form) (outs : list form) : list form :=
  if is_side i then outs else (match s with Gt => g | _ => [] end) :: outs.

(** Cells of codimension at most [limit] are asked for. [codim] is the codimension of the prefix,
    [signs] its signs, latest first. The leaves, with their codimensions, are added to [acc]. *)
Fixpoint walk (d limit : nat) (prog : list instruction) (t : tree) (cs : list constraint)
  (codim : nat) (ins outs : list form) (signs : key) (acc : list (key * nat))
  : option (list (key * nat)) :=
  match prog with
  | [] =>
      match t with
      | Leaf w => if witness d w cs then Some ((signs, codim) :: acc) else None
      | Drop => if (limit <? codim)%nat then Some acc else None
      | _ => None
      end
  | Next :: prog => walk d limit prog t cs codim (rev outs) [] signs acc
  | Linear row :: prog => walk d limit prog t cs codim ins (form_of (Linear row) ins :: outs) signs acc
  | i :: prog =>
      let g := form_of i ins in
      match t with
      | Leaf _ => None
      | Drop => if (limit <? codim)%nat then Some acc else None
      | One s y ys t =>
          if proves s y ys cs g && negb (is_side i && same s Lt)
          then walk d limit prog t ((s, g) :: cs) codim ins (outs_of i s g outs) (s :: signs) acc
          else None
      | Cut a z b =>
          if (limit <? codim)%nat then None else
          match
            (if is_side i
             then match a with Leaf w => if witness d w ((Lt, g) :: cs) then Some acc else None | _ => None end
             else walk d limit prog a ((Lt, g) :: cs) codim ins (outs_of i Lt g outs) (Lt :: signs) acc)
          with
          | None => None
          | Some acc =>
              match walk d limit prog z ((Eq, g) :: cs) (S codim) ins (outs_of i Eq g outs) (Eq :: signs) acc with
              | None => None
              | Some acc => walk d limit prog b ((Gt, g) :: cs) codim ins (outs_of i Gt g outs) (Gt :: signs) acc
              end
          end
      end
  end.

(** * What the instructions mean *)

Open Scope Q_scope.

Fixpoint values (prog : list instruction) (h outs x : list Q) : list Q :=
  match prog with
  | [] => []
  | Side g :: prog => value g x :: values prog h outs x
  | Neuron row :: prog => value row h :: values prog h (positive_part (value row h) :: outs) x
  | Linear row :: prog => values prog h (value row h :: outs) x
  | Next :: prog => values prog (rev outs) [] x
  end.

Definition equal := Forall2 Qeq.

Lemma equal_refl : forall x, equal x x.
Proof. induction x; constructor; [reflexivity | assumption]. Qed.

Lemma equal_rev : forall x y, equal x y -> equal (rev x) (rev y).
Proof.
  intros x y H. induction H; simpl; [constructor |].
  apply Forall2_app; [assumption |]. repeat constructor. assumption.
Qed.

Lemma dot_equal : forall g x y, equal x y -> dot g x == dot g y.
Proof.
  intros g x y H. revert g. induction H as [| a b x y E _ IH]; intros g; destruct g; simpl; try reflexivity.
  rewrite E, IH. reflexivity.
Qed.

Lemma value_equal : forall g x y, equal x y -> value g x == value g y.
Proof. intros g x y H. apply dot_equal. constructor; [reflexivity | assumption]. Qed.

Lemma positive_part_equal : forall a b, a == b -> positive_part a == positive_part b.
Proof.
  intros a b H. unfold positive_part. destruct (Qlt_le_dec 0 a), (Qlt_le_dec 0 b); lra.
Qed.

Lemma values_equal : forall prog h h' o o' x, equal h h' -> equal o o' ->
  equal (values prog h o x) (values prog h' o' x).
Proof.
  induction prog as [| i prog IH]; intros h h' o o' x H O; [constructor |].
  assert (V : forall row, value row h == value row h') by (intros; apply value_equal; assumption).
  destruct i; simpl.
  - constructor; [reflexivity | apply IH; assumption].
  - constructor; [apply V |]. apply IH; [assumption |]. constructor; [| assumption].
    apply positive_part_equal, V.
  - apply IH; [assumption |]. constructor; [apply V | assumption].
  - apply IH; [apply equal_rev; assumption | constructor].
Qed.

Lemma sign_equal : forall a b, a == b -> sign a = sign b.
Proof. intros a b H. unfold sign. rewrite H. reflexivity. Qed.

Lemma signs_equal : forall x y, equal x y -> map sign x = map sign y.
Proof.
  intros x y H. induction H; simpl; [reflexivity |]. f_equal; [apply sign_equal |]; assumption.
Qed.

Lemma sign_Lt : forall a, sign a = Lt <-> a < 0. Proof. intros. unfold sign. rewrite Qlt_alt. tauto. Qed.
Lemma sign_Gt : forall a, sign a = Gt <-> 0 < a. Proof. intros. unfold sign. rewrite Qgt_alt. tauto. Qed.
Lemma sign_Eq : forall a, sign a = Eq <-> a == 0. Proof. intros. unfold sign. rewrite Qeq_alt. tauto. Qed.

(** * Forms *)

Lemma inject_opp : forall y, inject_Z (- y) == - inject_Z y.
Proof. intros. rewrite inject_Z_opp. reflexivity. Qed.

Lemma dot_scale : forall y f x, dot (map (Z.mul y) f) x == inject_Z y * dot f x.
Proof.
  intros y f. induction f as [| a f IH]; intros x; destruct x; simpl; try ring.
  rewrite IH, inject_Z_mult. ring.
Qed.

Lemma dot_axpy : forall y f v x, dot (axpy y f v) x == dot v x + inject_Z y * dot f x.
Proof.
  intros y f. induction f as [| a f IH]; intros v x.
  - simpl. destruct x; ring.
  - destruct v as [| b v].
    + simpl axpy. change (map (Z.mul y) (a :: f)) with (map (Z.mul y) (a :: f)).
      assert (E := dot_scale y (a :: f) x). simpl map in E. rewrite E. simpl dot at 2. ring.
    + destruct x as [| t x]; simpl; [ring |].
      rewrite IH, inject_Z_plus, inject_Z_mult. ring.
Qed.

Lemma value_axpy : forall y f v x, value (axpy y f v) x == value v x + inject_Z y * value f x.
Proof. intros. apply dot_axpy. Qed.

Definition ev (fs : list form) (x : list Q) : list Q := map (fun f => value f x) fs.

Lemma value_compose : forall ys fs x, value (compose ys fs) x == dot ys (ev fs x).
Proof.
  induction ys as [| y ys IH]; intros fs x; [reflexivity |].
  destruct fs as [| f fs]; [reflexivity |].
  simpl. destruct y, f; rewrite ?value_axpy, IH; try ring;
    unfold value at 1; simpl; change (inject_Z 0) with 0; ring.
Qed.

Lemma value_form_of : forall row ins x, value (compose row ([1%Z] :: ins)) x == value row (ev ins x).
Proof.
  intros row ins x. rewrite value_compose. simpl ev. unfold value at 2. apply dot_equal.
  constructor; [| apply equal_refl]. unfold value. simpl. change (inject_Z 1) with 1. ring.
Qed.

(** The signs that remain after a prefix. *)
Definition rest (prog : list instruction) (ins outs : list form) (x : list Q) : key :=
  map sign (values prog (ev ins x) (ev outs x) x).

Lemma rest_step : forall i prog ins outs x, match i with Side _ | Neuron _ => True | _ => False end ->
  let s := sign (value (form_of i ins) x) in
  rest (i :: prog) ins outs x = s :: rest prog ins (outs_of i s (form_of i ins) outs) x.
Proof.
  intros i prog ins outs x Hi s. unfold rest. destruct i as [g | row | |]; try contradiction; simpl.
  - reflexivity.
  - assert (E := value_form_of row ins x).
    f_equal; [apply sign_equal; symmetry; exact E |]. apply signs_equal, values_equal; [apply equal_refl |].
    simpl in s. unfold outs_of, ev. simpl. constructor; [| apply equal_refl].
    rewrite (positive_part_equal _ _ (Qeq_sym _ _ E)). unfold positive_part.
    assert (Z0 : value [] x == 0) by reflexivity.
    destruct (Qlt_le_dec 0 (value (compose row ([1%Z] :: ins)) x)) as [H | H]; fold s.
    + replace s with Gt by (symmetry; apply sign_Gt; exact H). reflexivity.
    + assert (N : s <> Gt) by (intros G; apply (proj1 (sign_Gt _)) in G; lra).
      destruct s; try (rewrite Z0; reflexivity). contradiction.
Qed.

Lemma rest_linear : forall row prog ins outs x,
  rest (Linear row :: prog) ins outs x = rest prog ins (form_of (Linear row) ins :: outs) x.
Proof.
  intros. unfold rest. simpl. apply signs_equal, values_equal; [apply equal_refl |].
  constructor; [| apply equal_refl]. symmetry. apply value_form_of.
Qed.

Lemma rest_next : forall prog ins outs x, rest (Next :: prog) ins outs x = rest prog (rev outs) [] x.
Proof. intros. unfold rest, ev. simpl. rewrite map_rev. reflexivity. Qed.

(** * Soundness of one step *)

Definition holds (x : list Q) (c : constraint) : Prop := sign (value (snd c) x) = fst c.

Definition equalities (cs : list constraint) (x : list Q) : Prop :=
  forall f, In (Eq, f) cs -> value f x == 0.

Lemma skipn_In : forall A n (l m : list A) a b, skipn n l = a :: m -> In b (a :: m) -> In b l.
Proof.
  intros A n l m a b H Hb. rewrite <- (firstn_skipn n l), H. apply in_or_app. right. exact Hb.
Qed.

Lemma gather_sound : forall ys cs v strict x, gather ys cs = Some (v, strict) -> Forall (holds x) cs ->
  0 <= value v x /\ (strict = true -> 0 < value v x).
Proof.
  induction ys as [| [n y] ys IH]; intros cs v strict x H F; simpl in H.
  - inversion H; subst. split; [unfold value; simpl; lra | discriminate].
  - destruct (skipn n cs) as [| [s f] cs'] eqn:E; [discriminate |].
    destruct (gather ys cs') as [[v' strict'] |] eqn:G; [| discriminate].
    assert (F' : Forall (holds x) ((s, f) :: cs')).
    { apply Forall_forall. intros c Hc. rewrite Forall_forall in F. apply F. eapply skipn_In; eassumption. }
    inversion F' as [| ? ? Hf Fc]; subst. destruct (IH _ _ _ _ G Fc) as [I1 I2].
    unfold holds in Hf. simpl in Hf. destruct s.
    + inversion H; subst. apply (proj1 (sign_Eq _)) in Hf.
      assert (V := value_axpy y f v' x). rewrite Hf in V. split; [lra |].
      intros S. specialize (I2 S). lra.
    + destruct (0 <? y)%Z eqn:Y; [| discriminate]. inversion H; subst. apply Z.ltb_lt in Y.
      apply (proj1 (sign_Lt _)) in Hf. assert (V := value_axpy (- y) f v' x). rewrite inject_opp in V.
      assert (0 < inject_Z y) by (rewrite Zlt_Qlt in Y; exact Y). split; [| intros _]; nra.
    + destruct (0 <? y)%Z eqn:Y; [| discriminate]. inversion H; subst. apply Z.ltb_lt in Y.
      apply (proj1 (sign_Gt _)) in Hf. assert (V := value_axpy y f v' x).
      assert (0 < inject_Z y) by (rewrite Zlt_Qlt in Y; exact Y). split; [| intros _]; nra.
Qed.

Lemma gather_equalities : forall ys cs v x, gather ys cs = Some (v, false) -> equalities cs x ->
  value v x == 0.
Proof.
  induction ys as [| [n y] ys IH]; intros cs v x H F; simpl in H.
  - inversion H; subst. reflexivity.
  - destruct (skipn n cs) as [| [s f] cs'] eqn:E; [discriminate |].
    destruct (gather ys cs') as [[v' strict'] |] eqn:G; [| discriminate].
    destruct s; [| destruct (0 <? y)%Z; discriminate | destruct (0 <? y)%Z; discriminate].
    inversion H; subst. rewrite value_axpy, (IH _ _ _ G).
    + rewrite (F f); [ring |]. eapply skipn_In; [exact E | left; reflexivity].
    + intros f' Hf'. apply F. eapply skipn_In; [exact E | right; exact Hf'].
Qed.

Lemma all_zero_dot : forall f x, all_zero f = true -> dot f x == 0.
Proof.
  induction f as [| a f IH]; intros x H; simpl in *; [reflexivity |]. destruct x as [| t x]; [reflexivity |].
  apply andb_true_iff in H. destruct H as [Ha Hf]. destruct a; try discriminate.
  rewrite IH by assumption. change (inject_Z 0) with 0. ring.
Qed.

Lemma all_zero_value : forall k rest x, all_zero rest = true -> value (k :: rest) x == inject_Z k.
Proof. intros k rest x H. unfold value. simpl. rewrite all_zero_dot by assumption. ring. Qed.

Theorem proves_equalities : forall y ys cs g x, proves Eq y ys cs g = true -> equalities cs x ->
  value g x == 0.
Proof.
  intros y ys cs g x H F. unfold proves in H. apply andb_true_iff in H. destruct H as [Y H].
  apply Z.ltb_lt in Y. rewrite Zlt_Qlt in Y.
  destruct (gather ys cs) as [[v strict] |] eqn:G; [| discriminate].
  apply andb_true_iff in H. destruct H as [S H]. destruct strict; [discriminate |].
  assert (V := gather_equalities ys cs v x G F). assert (A := value_axpy (- y) g v x).
  assert (Z0 : value (axpy (- y) g v) x == 0) by (apply all_zero_dot; assumption).
  rewrite inject_opp in A. change (inject_Z 0) with 0 in Y. nra.
Qed.

Theorem proves_sound : forall s y ys cs g x, proves s y ys cs g = true -> Forall (holds x) cs ->
  sign (value g x) = s.
Proof.
  intros s y ys cs g x H F. destruct s.
  - apply sign_Eq. eapply proves_equalities; [exact H |].
    intros f Hf. rewrite Forall_forall in F. apply (proj1 (sign_Eq _)). apply (F _ Hf).
  - unfold proves in H. apply andb_true_iff in H. destruct H as [Y H].
    apply Z.ltb_lt in Y. rewrite Zlt_Qlt in Y. change (inject_Z 0) with 0 in Y.
    destruct (gather ys cs) as [[v strict] |] eqn:G; [| discriminate].
    destruct (gather_sound _ _ _ _ _ G F) as [V0 V1]. assert (A := value_axpy y g v x).
    apply sign_Lt. destruct (axpy y g v) as [| k rest] eqn:E.
    + specialize (V1 H). assert (Z0 : value [] x == 0) by reflexivity. rewrite Z0 in A. nra.
    + apply andb_true_iff in H. destruct H as [R K]. rewrite (all_zero_value k rest x R) in A.
      apply orb_true_iff in K. destruct K as [K | K].
      * apply Z.ltb_lt in K. rewrite Zlt_Qlt in K. change (inject_Z 0) with 0 in K. nra.
      * apply andb_true_iff in K. destruct K as [K S]. apply Z.eqb_eq in K. subst k.
        specialize (V1 S). change (inject_Z 0) with 0 in A. nra.
  - unfold proves in H. apply andb_true_iff in H. destruct H as [Y H].
    apply Z.ltb_lt in Y. rewrite Zlt_Qlt in Y. change (inject_Z 0) with 0 in Y.
    destruct (gather ys cs) as [[v strict] |] eqn:G; [| discriminate].
    destruct (gather_sound _ _ _ _ _ G F) as [V0 V1]. assert (A := value_axpy (- y) g v x).
    rewrite inject_opp in A.
    apply sign_Gt. destruct (axpy (- y) g v) as [| k rest] eqn:E.
    + specialize (V1 H). assert (Z0 : value [] x == 0) by reflexivity. rewrite Z0 in A. nra.
    + apply andb_true_iff in H. destruct H as [R K]. rewrite (all_zero_value k rest x R) in A.
      apply orb_true_iff in K. destruct K as [K | K].
      * apply Z.ltb_lt in K. rewrite Zlt_Qlt in K. change (inject_Z 0) with 0 in K. nra.
      * apply andb_true_iff in K. destruct K as [K S]. apply Z.eqb_eq in K. subst k.
        specialize (V1 S). change (inject_Z 0) with 0 in A. nra.
Qed.

Lemma same_eq : forall a b, same a b = true -> a = b.
Proof. intros [] []; simpl; congruence. Qed.

(** The point of a witness, [w_i / w_0]; coordinates that are missing are 0. *)
Definition point_of (d : nat) (w : list Z) : list Q :=
  map (fun i => inject_Z (nth (S i) w 0%Z) / inject_Z (nth 0 w 1%Z)) (seq 0 d).

Lemma dotz_sumq : forall f w, inject_Z (dotz f w) == sumq (length w) (fun i => coef f i * inject_Z (nth i w 0%Z)).
Proof.
  intros f w. revert f. induction w as [| b w IH]; intros f.
  - destruct f; reflexivity.
  - change (length (b :: w)) with (S (length w)). rewrite sumq_shift. destruct f as [| a f]; simpl dotz.
    + rewrite (sumq_ext _ _ (fun _ => 0)).
      * rewrite sumq_zero. unfold coef. simpl. change (inject_Z 0) with 0. ring.
      * intros i _. unfold coef. simpl. change (inject_Z 0) with 0. ring.
    + rewrite inject_Z_plus, inject_Z_mult, IH. unfold coef. simpl. reflexivity.
Qed.

Lemma sumq_longer : forall n m f, (n <= m)%nat -> (forall i, (n <= i)%nat -> f i == 0) ->
  sumq m f == sumq n f.
Proof.
  intros n m f H Z0. induction H as [| m H IH]; [reflexivity |]. simpl. rewrite IH, (Z0 m) by lia. ring.
Qed.

Lemma witness_sound : forall d w cs, witness d w cs = true ->
  length (point_of d w) = d /\ Forall (holds (point_of d w)) cs.
Proof.
  intros d w cs H. split; [unfold point_of; rewrite map_length, seq_length; reflexivity |].
  destruct w as [| D w]; [discriminate |]. unfold witness in H.
  apply andb_true_iff in H. destruct H as [H0 H]. apply andb_true_iff in H0. destruct H0 as [HD L].
  apply Nat.leb_le in L. apply Z.ltb_lt in HD. rewrite Zlt_Qlt in HD. change (inject_Z 0) with 0 in HD.
  rewrite forallb_forall in H. apply Forall_forall. intros [s f] Hc. specialize (H _ Hc). simpl in H.
  apply same_eq in H. unfold holds. simpl. rewrite <- H. clear H Hc cs.
  assert (E : value f (point_of d (D :: w)) * inject_Z D == inject_Z (dotz f (D :: w))).
  { rewrite value_sumq, dotz_sumq. simpl length. rewrite sumq_shift.
    unfold point_of at 1. rewrite map_length, seq_length.
    rewrite (sumq_longer (length w) d (fun i => coef f (S i) * nth i (point_of d (D :: w)) 0)).
    - assert (Sum : sumq (length w) (fun i => coef f (S i) * nth i (point_of d (D :: w)) 0) * inject_Z D
        == sumq (length w) (fun i => coef f (S i) * inject_Z (nth (S i) (D :: w) 0%Z))).
      { rewrite Qmult_comm, <- sumq_scale. apply sumq_ext. intros i Hi. unfold point_of.
        simpl in L. rewrite (nth_indep _ 0 ((fun i => inject_Z (nth (S i) (D :: w) 0%Z) / inject_Z (nth 0 (D :: w) 1%Z)) 0%nat))
          by (rewrite map_length, seq_length; lia).
        rewrite (map_nth (fun i => inject_Z (nth (S i) (D :: w) 0%Z) / inject_Z (nth 0 (D :: w) 1%Z))), seq_nth by lia.
        simpl. field. lra. }
      rewrite Qmult_plus_distr_l, Sum. simpl. ring.
    - simpl in L. lia.
    - intros i Hi. unfold point_of.
      destruct (Nat.lt_ge_cases i d) as [C | C].
      + rewrite (nth_indep _ 0 ((fun i => inject_Z (nth (S i) (D :: w) 0%Z) / inject_Z (nth 0 (D :: w) 1%Z)) 0%nat))
          by (rewrite map_length, seq_length; lia).
        rewrite (map_nth (fun i => inject_Z (nth (S i) (D :: w) 0%Z) / inject_Z (nth 0 (D :: w) 1%Z))), seq_nth by lia.
        simpl. rewrite nth_overflow by lia. change (inject_Z 0) with 0. field. lra.
      + rewrite nth_overflow by (rewrite map_length, seq_length; lia). ring. }
  change (match f with [] => 0%Z | a :: f => (a * D + dotz f w)%Z end) with (dotz f (D :: w)).
  set (z := value f (point_of d (D :: w))) in *.
  destruct (dotz f (D :: w) ?= 0)%Z eqn:C.
  - apply Z.compare_eq in C. rewrite C in E. change (inject_Z 0) with 0 in E. apply sign_Eq. nra.
  - rewrite Z.compare_lt_iff in C. rewrite Zlt_Qlt in C. change (inject_Z 0) with 0 in C. apply sign_Lt. nra.
  - rewrite Z.compare_gt_iff in C. rewrite Zlt_Qlt in C. change (inject_Z 0) with 0 in C. apply sign_Gt. nra.
Qed.
