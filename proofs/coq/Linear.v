(** Linear algebra over the rationals: more unknowns than equations, and that a set has one dimension. *)

From Coq Require Import QArith Qabs Lqa List Lia.
From Exactpoly Require Import Network.
Import ListNotations.
Open Scope Q_scope.

(** * Sums *)

Fixpoint sumq (n : nat) (f : nat -> Q) : Q :=
  match n with 0%nat => 0 | S n => sumq n f + f n end.

Lemma sumq_ext : forall n f g, (forall i, (i < n)%nat -> f i == g i) -> sumq n f == sumq n g.
Proof.
  induction n as [| n IH]; intros f g H; simpl; [reflexivity |].
  rewrite (IH f g); [| intros; apply H; lia]. rewrite (H n); [reflexivity | lia].
Qed.

Lemma sumq_zero : forall n, sumq n (fun _ => 0) == 0.
Proof. induction n as [| n IH]; simpl; [reflexivity | rewrite IH; ring]. Qed.

Lemma sumq_add : forall n f g, sumq n (fun i => f i + g i) == sumq n f + sumq n g.
Proof. induction n as [| n IH]; intros f g; simpl; [ring | rewrite IH; ring]. Qed.

Lemma sumq_scale : forall n c f, sumq n (fun i => c * f i) == c * sumq n f.
Proof. induction n as [| n IH]; intros c f; simpl; [ring | rewrite IH; ring]. Qed.

Lemma sumq_swap : forall n m (f : nat -> nat -> Q),
  sumq n (fun i => sumq m (fun j => f i j)) == sumq m (fun j => sumq n (fun i => f i j)).
Proof.
  induction n as [| n IH]; intros m f; simpl.
  - rewrite sumq_zero. reflexivity.
  - rewrite IH, sumq_add. reflexivity.
Qed.

Lemma sumq_shift : forall n f, sumq (S n) f == f 0%nat + sumq n (fun i => f (S i)).
Proof.
  induction n as [| n IH]; intros f; [simpl; ring |].
  change (sumq (S (S n)) f) with (sumq (S n) f + f (S n)). rewrite IH. simpl. ring.
Qed.

Lemma sumq_nonneg : forall n f, (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= sumq n f.
Proof.
  induction n as [| n IH]; intros f H; simpl; [lra |].
  assert (H1 := IH f ltac:(intros; apply H; lia)). assert (H2 := H n ltac:(lia)). lra.
Qed.

Lemma sumq_nonneg_zero : forall n f, (forall i, (i < n)%nat -> 0 <= f i) -> sumq n f == 0 ->
  forall i, (i < n)%nat -> f i == 0.
Proof.
  induction n as [| n IH]; intros f H H0 i Hi; [lia |]. simpl in H0.
  assert (H1 := sumq_nonneg n f ltac:(intros; apply H; lia)). assert (H2 := H n ltac:(lia)).
  destruct (Nat.eq_dec i n) as [-> | N]; [lra |].
  apply IH; [intros; apply H; lia | lra | lia].
Qed.

Lemma sumq_member : forall n f i, (forall i, (i < n)%nat -> 0 <= f i) -> (i < n)%nat -> f i <= sumq n f.
Proof.
  induction n as [| n IH]; intros f i H Hi; [lia |]. simpl.
  assert (H1 := H n ltac:(lia)).
  assert (H2 := sumq_nonneg n f ltac:(intros; apply H; lia)).
  destruct (Nat.eq_dec i n) as [-> | N]; [lra |].
  assert (H3 := IH f i ltac:(intros; apply H; lia) ltac:(lia)). lra.
Qed.

(** * More unknowns than equations *)

Definition skip (p j : nat) : nat := if (j <? p)%nat then j else S j.
Definition unskip (p j : nat) : nat := if (j <? p)%nat then j else (j - 1)%nat.

Lemma sumq_skip : forall m p f, (p <= m)%nat ->
  sumq (S m) f == f p + sumq m (fun j => f (skip p j)).
Proof.
  induction m as [| m IH]; intros p f Hp.
  - replace p with 0%nat by lia. simpl. ring.
  - destruct (Nat.eq_dec p (S m)) as [-> | N].
    + change (sumq (S (S m)) f) with (sumq (S m) f + f (S m)).
      rewrite (sumq_ext (S m) (fun j => f (skip (S m) j)) f); [ring |].
      intros i Hi. unfold skip. replace (i <? S m)%nat with true; [reflexivity |].
      symmetry. apply Nat.ltb_lt. exact Hi.
    + change (sumq (S (S m)) f) with (sumq (S m) f + f (S m)).
      rewrite (IH p f) by lia. simpl.
      unfold skip at 3. replace (m <? p)%nat with false; [ring |].
      symmetry. apply Nat.ltb_ge. lia.
Qed.

Theorem nontrivial_solution : forall n m (M : nat -> nat -> Q), (n < m)%nat ->
  exists c, (exists j, (j < m)%nat /\ ~ c j == 0) /\
    forall i, (i < n)%nat -> sumq m (fun j => M i j * c j) == 0.
Proof.
  induction n as [| n IH]; intros m M Hm.
  - exists (fun _ => 1). split; [exists 0%nat; split; [lia | intro H; discriminate H] | intros; lia].
  - assert (D : (exists p, (p < m)%nat /\ ~ M n p == 0) \/ (forall p, (p < m)%nat -> M n p == 0)).
    { clear. induction m as [| m IHm]; [right; intros; lia |].
      destruct (Qeq_dec (M n m) 0) as [E | E]; [| left; exists m; split; [lia | assumption]].
      destruct IHm as [[p [Hp E1]] | Z]; [left; exists p; split; [lia | assumption] |].
      right. intros p Hp. destruct (Nat.eq_dec p m) as [-> | N]; [assumption | apply Z; lia]. }
    destruct D as [[p [Hp Np]] | Z].
    + destruct m as [| m]; [lia |].
      destruct (IH m (fun i j => M i (skip p j) - M i p / M n p * M n (skip p j))) as [c [[j [Hj Nj]] Hc]];
        [lia |].
      set (cp := - sumq m (fun j => M n (skip p j) * c j) / M n p).
      set (c' := fun j => if (j =? p)%nat then cp else c (unskip p j)).
      assert (Ec : forall j, c' (skip p j) = c j).
      { intros k. unfold c', skip, unskip. destruct (k <? p)%nat eqn:E.
        - apply Nat.ltb_lt in E. replace (k =? p)%nat with false by (symmetry; apply Nat.eqb_neq; lia).
          replace (k <? p)%nat with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity.
        - apply Nat.ltb_ge in E. replace (S k =? p)%nat with false by (symmetry; apply Nat.eqb_neq; lia).
          replace (S k <? p)%nat with false by (symmetry; apply Nat.ltb_ge; lia).
          f_equal. lia. }
      assert (Ep : c' p = cp) by (unfold c'; rewrite Nat.eqb_refl; reflexivity).
      exists c'. split.
      * exists (skip p j). split; [unfold skip; destruct (j <? p)%nat eqn:E; lia |]. rewrite Ec. assumption.
      * intros i Hi. rewrite (sumq_skip m p) by lia. rewrite Ep.
        rewrite (sumq_ext m _ (fun j => M i (skip p j) * c j)) by (intros k _; rewrite Ec; reflexivity).
        destruct (Nat.eq_dec i n) as [-> | N].
        -- unfold cp. field. assumption.
        -- specialize (Hc i ltac:(lia)).
           rewrite (sumq_ext m _ (fun j => M i (skip p j) * c j
             + (- (M i p / M n p)) * (M n (skip p j) * c j))) in Hc by (intros k _; ring).
           rewrite sumq_add, sumq_scale in Hc. unfold cp.
           assert (E : M i p * (- sumq m (fun j => M n (skip p j) * c j) / M n p) ==
             - (M i p / M n p) * sumq m (fun j => M n (skip p j) * c j)) by (field; assumption).
           rewrite E. lra.
    + destruct (IH m M ltac:(lia)) as [c [H Hc]]. exists c. split; [assumption |].
      intros i Hi. destruct (Nat.eq_dec i n) as [-> | N]; [| apply Hc; lia].
      rewrite (sumq_ext m _ (fun _ => 0)); [apply sumq_zero |].
      intros j Hj. rewrite (Z j Hj). ring.
Qed.

(** * Affine forms by coefficients *)

Definition coef (g : form) (i : nat) : Q := inject_Z (nth i g 0%Z).

Lemma dot_sumq : forall x g, dot g x == sumq (length x) (fun i => coef g i * nth i x 0).
Proof.
  induction x as [| a x IH]; intros g.
  - destruct g; reflexivity.
  - change (length (a :: x)) with (S (length x)). rewrite sumq_shift.
    destruct g as [| w g]; simpl.
    + rewrite (sumq_ext _ _ (fun _ => 0)); [rewrite sumq_zero; unfold coef; simpl; ring |].
      intros i _. unfold coef. simpl. ring.
    + rewrite IH. unfold coef. simpl. apply Qplus_comp; [reflexivity |].
      apply sumq_ext. intros i _. reflexivity.
Qed.

Lemma value_sumq : forall g x,
  value g x == coef g 0 + sumq (length x) (fun i => coef g (S i) * nth i x 0).
Proof.
  intros g x. unfold value. rewrite dot_sumq. change (length (1 :: x)) with (S (length x)).
  rewrite sumq_shift. simpl. ring.
Qed.

Lemma combination_sumq : forall gs cs x, length cs = length gs ->
  combination cs gs x == sumq (length gs) (fun j => nth j cs 0 * value (nth j gs []) x).
Proof.
  induction gs as [| g gs IH]; intros cs x H; destruct cs as [| c cs]; try discriminate.
  - reflexivity.
  - change (length (g :: gs)) with (S (length gs)). rewrite sumq_shift. simpl.
    rewrite IH by (simpl in H; congruence). reflexivity.
Qed.

Lemma Qabs_equal : forall a b, a == b -> Qabs a == Qabs b.
Proof. intros a b H. rewrite H. reflexivity. Qed.

Lemma near_length : forall e x y, near e x y -> length x = length y.
Proof. intros e x y H. induction H; simpl; congruence. Qed.

(** The point [x + t u]. *)
Definition moved (d : nat) (x : list Q) (t : Q) (u : nat -> Q) : list Q :=
  map (fun i => nth i x 0 + t * u i) (seq 0 d).

Lemma moved_length : forall d x t u, length (moved d x t u) = d.
Proof. intros. unfold moved. rewrite map_length, seq_length. reflexivity. Qed.

Lemma moved_nth : forall d x t u i, (i < d)%nat -> nth i (moved d x t u) 0 = nth i x 0 + t * u i.
Proof.
  intros d x t u i Hi. unfold moved.
  rewrite (nth_indep _ 0 ((fun i => nth i x 0 + t * u i) 0%nat))
    by (rewrite map_length, seq_length; assumption).
  rewrite (map_nth (fun i => nth i x 0 + t * u i)), seq_nth by assumption. reflexivity.
Qed.

Lemma value_moved : forall d g x t u, length x = d ->
  value g (moved d x t u) == value g x + t * sumq d (fun i => coef g (S i) * u i).
Proof.
  intros d g x t u Hx. rewrite !value_sumq, moved_length, Hx.
  rewrite (sumq_ext d (fun i => coef g (S i) * nth i (moved d x t u) 0)
    (fun i => coef g (S i) * nth i x 0 + t * (coef g (S i) * u i))).
  - rewrite sumq_add, sumq_scale. ring.
  - intros i Hi. rewrite moved_nth by assumption. ring.
Qed.

Lemma near_moved : forall d x e u, length x = d -> 0 < e ->
  exists t, 0 < t /\ near e x (moved d x t u).
Proof.
  intros d x e u Hx He.
  set (s := sumq d (fun i => Qabs (u i))).
  assert (Hs : 0 <= s) by (apply sumq_nonneg; intros; apply Qabs_nonneg).
  assert (Ht : 0 < e / (1 + s)) by (apply Qlt_shift_div_l; lra).
  exists (e / (1 + s)). split; [assumption |].
  assert (Hu : forall i, (i < d)%nat -> Qabs (e / (1 + s) * u i) < e).
  { intros i Hi. rewrite Qabs_Qmult, (Qabs_pos (e / (1 + s))) by lra.
    assert (H := sumq_member d (fun i => Qabs (u i)) i (fun i _ => Qabs_nonneg (u i)) Hi).
    simpl in H. fold s in H.
    assert (E : e / (1 + s) * (1 + s) == e) by (field; lra).
    set (t := e / (1 + s)) in *. nra. }
  revert Hu. generalize (e / (1 + s)) as t. intros t Hu.
  assert (G : forall x k, length x = (d - k)%nat -> (k <= d)%nat ->
    Forall2 (fun a b => Qabs (a - b) < e) x (map (fun i => nth (i - k) x 0 + t * u i) (seq k (d - k)))).
  { intros y. induction y as [| a y IH]; intros k Hy Hk.
    - replace (d - k)%nat with 0%nat by (simpl in Hy; lia). constructor.
    - simpl in Hy. replace (d - k)%nat with (S (d - S k)) by lia. cbn [seq map]. constructor.
      + rewrite Nat.sub_diag. cbn [nth].
        apply Qle_lt_trans with (Qabs (t * u k)); [| apply Hu; lia].
        rewrite <- (Qabs_opp (t * u k)). apply Qle_lteq. right. apply Qabs_equal. ring.
      + rewrite (map_ext_in _ (fun i => nth (i - S k) y 0 + t * u i)).
        * apply IH; lia.
        * intros i Hi. apply in_seq in Hi. replace (i - k)%nat with (S (i - S k)) by lia. reflexivity. }
  unfold near, moved. specialize (G x 0%nat). rewrite Nat.sub_0_r in G.
  rewrite (map_ext _ (fun i => nth (i - 0) x 0 + t * u i)).
  - apply G; [assumption | lia].
  - intros i. rewrite Nat.sub_0_r. reflexivity.
Qed.

Lemma zeros_nth : forall gs x, zeros gs x <-> forall j, (j < length gs)%nat -> value (nth j gs []) x == 0.
Proof.
  intros gs x. unfold zeros. rewrite Forall_forall. split.
  - intros H j Hj. apply H. apply nth_In. assumption.
  - intros H g Hg. destruct (In_nth gs g [] Hg) as [j [Hj E]]. rewrite <- E. apply H. assumption.
Qed.

(** * A set has one dimension *)

(** Where the common zeros of [hs] near a point are zeros of the independent [gs], there are at most as
    many of [gs] as of [hs]. The vector [u] that is orthogonal to all of [hs] and a combination of the
    gradients of [gs] would be orthogonal to itself. *)
Theorem independent_le : forall d gs hs x e, length x = d -> 0 < e -> zeros hs x -> independent d gs ->
  (forall y, near e x y -> zeros hs y -> zeros gs y) -> (length gs <= length hs)%nat.
Proof.
  intros d gs hs x e Hx He Zx I H.
  destruct (Nat.le_gt_cases (length gs) (length hs)) as [C | C]; [assumption | exfalso].
  set (m := length gs) in *. set (n := length hs) in *.
  set (G := fun j k => coef (nth j gs []) (S k)).
  destruct (nontrivial_solution n m
    (fun i j => sumq d (fun k => coef (nth i hs []) (S k) * G j k)) C) as [c [[j0 [Hj0 Nj0]] Hc]].
  set (u := fun k => sumq m (fun j => c j * G j k)).
  destruct (near_moved d x e u Hx He) as [t [Ht Hn]].
  assert (Zh : zeros hs (moved d x t u)).
  { apply zeros_nth. intros i Hi. rewrite (value_moved d _ x) by assumption.
    rewrite (proj1 (zeros_nth hs x) Zx i Hi).
    rewrite (sumq_ext d _ (fun k => sumq m (fun j => coef (nth i hs []) (S k) * G j k * c j))).
    - rewrite sumq_swap.
      rewrite (sumq_ext m _ (fun j => sumq d (fun k => coef (nth i hs []) (S k) * G j k) * c j)).
      + rewrite (Hc i Hi). ring.
      + intros j _. rewrite (Qmult_comm _ (c j)), <- sumq_scale. apply sumq_ext. intros; ring.
    - intros k _. unfold u. rewrite <- sumq_scale. apply sumq_ext. intros; ring. }
  assert (Zg := H _ Hn Zh).
  assert (Zx' : zeros gs x).
  { apply H; [| assumption]. clear - He Hx. unfold near. clear Hx.
    induction x as [| a x IH]; constructor; [| assumption].
    apply Qle_lt_trans with (Qabs 0); [| exact He]. apply Qle_lteq. right. apply Qabs_equal. ring. }
  assert (P : forall j, (j < m)%nat -> sumq d (fun k => G j k * u k) == 0).
  { intros j Hj. assert (V := value_moved d (nth j gs []) x t u Hx).
    rewrite (proj1 (zeros_nth gs _) Zg j Hj), (proj1 (zeros_nth gs x) Zx' j Hj) in V.
    unfold G. set (s := sumq d _) in *. nra. }
  assert (U : sumq d (fun k => u k * u k) == 0).
  { rewrite (sumq_ext d _ (fun k => sumq m (fun j => c j * (G j k * u k)))).
    - rewrite sumq_swap. rewrite (sumq_ext m _ (fun _ => 0)); [apply sumq_zero |].
      intros j Hj. rewrite sumq_scale, (P j Hj). ring.
    - intros k _. unfold u at 1. rewrite (Qmult_comm _ (u k)), <- sumq_scale. apply sumq_ext. intros; ring. }
  assert (Uz : forall k, (k < d)%nat -> u k == 0).
  { intros k Hk. assert (S := sumq_nonneg_zero d (fun k => u k * u k) ltac:(intros; simpl; nra) U k Hk).
    simpl in S. nra. }
  set (cs := map c (seq 0 m)).
  assert (Ncs : forall j, (j < m)%nat -> nth j cs 0 = c j).
  { intros j Hj. unfold cs. rewrite (nth_indep _ 0 (c 0%nat)) by (rewrite map_length, seq_length; assumption).
    rewrite map_nth, seq_nth by assumption. reflexivity. }
  assert (Lcs : length cs = length gs) by (unfold cs; rewrite map_length, seq_length; reflexivity).
  specialize (I cs (sumq m (fun j => c j * coef (nth j gs []) 0)) Lcs).
  assert (A : Forall (fun c => c == 0) cs).
  { apply I. intros y Hy. rewrite combination_sumq by assumption. fold m.
    rewrite (sumq_ext m _ (fun j => c j * coef (nth j gs []) 0
      + sumq d (fun k => c j * G j k * nth k y 0))).
    - rewrite sumq_add, sumq_swap.
      rewrite (sumq_ext d _ (fun _ => 0)); [rewrite sumq_zero; ring |].
      intros k Hk. rewrite (sumq_ext m _ (fun j => nth k y 0 * (c j * G j k))) by (intros; ring).
      rewrite sumq_scale. fold (u k). rewrite (Uz k Hk). ring.
    - intros j Hj. rewrite (Ncs j Hj), value_sumq, Hy.
      rewrite (sumq_ext d (fun k => c j * G j k * nth k y 0)
        (fun k => c j * (coef (nth j gs []) (S k) * nth k y 0))) by (intros; unfold G; ring).
      rewrite sumq_scale. ring. }
  rewrite Forall_forall in A. apply Nj0. apply A. rewrite <- (Ncs j0 Hj0). apply nth_In.
  rewrite Lcs. assumption.
Qed.

Theorem dimension_unique : forall d j k S, has_dimension d j S -> has_dimension d k S -> j = k.
Proof.
  intros d j k S [gs [Lg [Ig [Zg [x [e [Sx [Hx [He Ng]]]]]]]]] [hs [Lh [Ih [Zh [y [e' [Sy [Hy [He' Nh]]]]]]]]].
  assert (length gs <= length hs)%nat.
  { apply (independent_le d gs hs y e'); auto. }
  assert (length hs <= length gs)%nat.
  { apply (independent_le d hs gs x e); auto. }
  lia.
Qed.

Lemma independent_length : forall d gs, independent d gs -> (length gs <= d)%nat.
Proof.
  intros d gs I.
  set (unit_form := fun i => repeat 0%Z (S i) ++ [1%Z]).
  assert (V : forall x i, value (unit_form i) x == nth i x 0).
  { intros x i. unfold value, unit_form. simpl. rewrite Qmult_0_l, Qplus_0_l. revert i.
    induction x as [| a x IH]; intros i; destruct i; simpl; try reflexivity.
    - change (inject_Z 1) with 1. ring.
    - change (inject_Z 0) with 0. rewrite IH. ring. }
  set (hs := map unit_form (seq 0 d)).
  assert (Lh : length hs = d) by (unfold hs; rewrite map_length, seq_length; reflexivity).
  (* Shift the forms so that they vanish at 0, where all coordinates do. *)
  set (gs' := map (fun g => 0%Z :: tl g) gs).
  assert (Vg : forall g x, value g x == coef g 0 + value (0%Z :: tl g) x).
  { intros g x. unfold value, coef. destruct g as [| a g]; cbn [dot nth tl]; change (inject_Z 0) with 0; ring. }
  assert (I' : independent d gs').
  { intros cs k Hcs Hk. unfold gs' in Hcs. rewrite map_length in Hcs.
    apply (I cs (k + sumq (length gs) (fun j => nth j cs 0 * coef (nth j gs []) 0)) Hcs).
    intros x Hx. rewrite <- (Hk x Hx). rewrite combination_sumq by assumption.
    unfold gs'. rewrite combination_sumq by (rewrite map_length; assumption). rewrite map_length.
    rewrite <- sumq_add. apply sumq_ext. intros j Hj.
    rewrite (nth_indep (map _ gs) [] ((fun g => 0%Z :: tl g) [])) by (rewrite map_length; assumption).
    rewrite (map_nth (fun g => 0%Z :: tl g)). rewrite (Vg (nth j gs []) x). rewrite Qmult_plus_distr_r. apply Qplus_comm. }
  rewrite <- Lh. replace (length gs) with (length gs') by (unfold gs'; apply map_length).
  assert (Z0 : forall y, length y = d -> zeros hs y -> zeros gs' y).
  { intros y Hy Zy. assert (Y : forall i, (i < d)%nat -> nth i y 0 == 0).
    { intros i Hi. rewrite <- V. apply (proj1 (Forall_forall _ _) Zy). unfold hs. apply in_map, in_seq. lia. }
    unfold zeros, gs'. rewrite Forall_map. apply Forall_forall. intros g _.
    rewrite value_sumq, Hy. rewrite (sumq_ext d _ (fun _ => 0)).
    - rewrite sumq_zero. unfold coef. simpl. ring.
    - intros i Hi. rewrite (Y i Hi). ring. }
  assert (L0 : length (repeat 0 d) = d) by apply repeat_length.
  apply (independent_le d gs' hs (repeat 0 d) 1); try assumption; try lra.
  - unfold zeros, hs. rewrite Forall_map. apply Forall_forall. intros i _. rewrite V.
    destruct (Nat.lt_ge_cases i d).
    + rewrite nth_repeat. reflexivity.
    + rewrite nth_overflow; [reflexivity | rewrite repeat_length; assumption].
  - intros y Hy Zy. apply Z0; [| assumption]. apply near_length in Hy. congruence.
Qed.
