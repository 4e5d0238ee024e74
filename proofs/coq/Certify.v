(** From a checked tree to the counts of cells of a network.

    [check] runs [walk] on a network and a box. By [check_sound] its leaves are the cells, and
    [counts_cells] draws the numbers of cells of each dimension from it. *)

From Coq Require Import QArith Qabs Lqa List Lia Bool FinFun.
From Exactpoly Require Import Network Linear Tree TreeSound.
Import ListNotations.
Open Scope Q_scope.

(** * The network as a program

    The units of a layer are multiplied by the product of all denominators so far, which changes no
    sign: weights stay as they are, biases take the factor of the layers before. *)

Definition instruction_of (scale : Z) (u : Unit) : instruction :=
  let row := (bias u * scale)%Z :: weights u in if relu u then Neuron row else Linear row.

Fixpoint program (scale : Z) (net : network) : list instruction :=
  match net with
  | [] => []
  | L :: net => map (instruction_of scale) (units L) ++ Next :: program (scale * Zpos (denominator L)) net
  end.

Fixpoint side_forms (i : nat) (box : bounds) : list form :=
  match box with
  | [] => []
  | (lower, upper) :: box =>
      ((- Qnum lower)%Z :: repeat 0%Z i ++ [Zpos (Qden lower)])
      :: (Qnum upper :: repeat 0%Z i ++ [(- Zpos (Qden upper))%Z])
      :: side_forms (S i) box
  end.

Definition coordinate (i : nat) : form := repeat 0%Z (S i) ++ [1%Z].

Definition full_program (box : bounds) (net : network) : list instruction :=
  map Side (side_forms 0 box) ++ program 1 net.

Definition check (d limit : nat) (box : bounds) (net : network) (t : tree) : option (list (key * nat)) :=
  if (length box <=? d)%nat
  then walk d limit (full_program box net) t [] 0 (map coordinate (seq 0 d)) [] [] []
  else None.

Lemma sign_scale : forall s z, 0 < s -> sign (s * z) = sign z.
Proof.
  intros s z H. destruct (sign z) eqn:E.
  - apply (proj1 (sign_Eq _)) in E. apply sign_Eq. rewrite E. ring.
  - apply (proj1 (sign_Lt _)) in E. apply sign_Lt. nra.
  - apply (proj1 (sign_Gt _)) in E. apply sign_Gt. nra.
Qed.

Lemma positive_part_scale : forall s z, 0 < s -> positive_part (s * z) == s * positive_part z.
Proof. intros s z H. unfold positive_part. destruct (Qlt_le_dec 0 (s * z)), (Qlt_le_dec 0 z); nra. Qed.

Lemma dot_times : forall w s h, dot w (map (Qmult s) h) == s * dot w h.
Proof.
  induction w as [| a w IH]; intros s h; destruct h as [| x h]; simpl; try ring. rewrite IH. ring.
Qed.

Lemma values_units : forall us s D h h' p o x, (0 < s)%Z -> equal h' (map (Qmult (inject_Z s)) h) ->
  map sign (values (map (instruction_of s) us ++ p) h' o x) =
  map sign (map (fun u => preactivation D u h) (filter relu us)) ++
  map sign (values p h' (rev (map (fun u => inject_Z s * inject_Z (Zpos D) * output D u h) us) ++ o) x).
Proof.
  induction us as [| u us IH]; intros s D h h' p o x Hs Hh; [reflexivity |].
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
    map sign (values p h' (rev (map (fun u => inject_Z s * inject_Z (Zpos D) * output D u h) us) ++ o') x) =
    map sign (values p h' (rev (map (fun u => inject_Z s * inject_Z (Zpos D) * output D u h) (u :: us)) ++ o) x)).
  { intros o' Ho. apply signs_equal, values_equal; [apply equal_refl |]. simpl. rewrite <- app_assoc. simpl.
    apply Forall2_app; [apply equal_refl | assumption]. }
  simpl map at 2. simpl app at 1. unfold instruction_of at 1. fold row. simpl filter. destruct (relu u) eqn:R.
  - simpl values. simpl map at 1 3. rewrite (sign_equal _ _ V), (sign_scale _ _ Hp).
    rewrite (IH s D h h' p) by assumption. simpl. f_equal. f_equal. apply App.
    constructor; [assumption | apply equal_refl].
  - simpl values. rewrite (IH s D h h' p) by assumption. f_equal. apply App.
    constructor; [assumption | apply equal_refl].
Qed.

Lemma values_program : forall net s h h' x, (0 < s)%Z -> equal h' (map (Qmult (inject_Z s)) h) ->
  map sign (values (program s net) h' [] x) = map sign (preactivations net h).
Proof.
  induction net as [| L net IH]; intros s h h' x Hs Hh; [reflexivity |].
  simpl program. rewrite (values_units _ s (denominator L) h h') by assumption. simpl preactivations.
  rewrite map_app. f_equal. simpl values. rewrite app_nil_r, rev_involutive.
  apply IH; [lia |]. rewrite map_map. rewrite inject_Z_mult.
  apply equal_refl.
Qed.

Lemma dot_repeat : forall i t x, dot (repeat 0%Z i ++ [t]) x == inject_Z t * nth i x 0.
Proof.
  induction i as [| i IH]; intros t x; destruct x as [| a x]; simpl; try ring.
  rewrite IH. change (inject_Z 0) with 0. ring.
Qed.

Lemma coordinates_equal : forall d x, length x = d -> equal (ev (map coordinate (seq 0 d)) x) x.
Proof.
  intros d x Hx. unfold ev. rewrite map_map.
  assert (G : forall y k, (forall i, nth i y 0 = nth (k + i) x 0) ->
    equal (map (fun i => value (coordinate i) x) (seq k (length y))) y).
  { induction y as [| a y IH]; intros k H; [constructor |]. cbn [length seq map]. constructor.
    - unfold value, coordinate. simpl. rewrite dot_repeat. specialize (H 0%nat). simpl in H.
      rewrite Nat.add_0_r in H. rewrite <- H. change (inject_Z 0) with 0. change (inject_Z 1) with 1. ring.
    - apply IH. intros i. specialize (H (S i)). simpl in H. rewrite H. f_equal. lia. }
  rewrite <- Hx. apply G. reflexivity.
Qed.

Lemma q_split : forall q : Q, inject_Z (Zpos (Qden q)) * q == inject_Z (Qnum q).
Proof. intros [n e]. unfold Qeq, Qmult, inject_Z. cbn [Qnum Qden]. rewrite Z.mul_1_r, Pos.mul_1_l. ring. Qed.

Lemma side_values : forall box i x, (i + length box <= length x)%nat ->
  map sign (ev (side_forms i box) x) = map sign (sides box (skipn i x)) /\
  (Forall (fun s => 0 <= s) (ev (side_forms i box) x) <-> Forall (fun s => 0 <= s) (sides box (skipn i x))).
Proof.
  induction box as [| [lower upper] box IH]; intros i x H; [simpl; split; [reflexivity | split; constructor] |].
  simpl length in H. destruct (IH (S i) x ltac:(lia)) as [I1 I2].
  assert (E : exists a rest, skipn i x = a :: rest /\ skipn (S i) x = rest /\ nth i x 0 = a).
  { clear - H. revert i H. induction x as [| a x IH]; intros i H; [simpl in H; lia |].
    destruct i as [| i]; [exists a, x; auto |]. destruct (IH i ltac:(simpl in H; lia)) as [b [r [E1 [E2 E3]]]].
    exists b, r. simpl. auto. }
  destruct E as [a [r [E1 [E2 E3]]]]. rewrite E1. rewrite E2 in I1, I2. cbn [side_forms sides ev map].
  set (lo := value _ x). set (up := value _ x).
  assert (Dl : 0 < inject_Z (Zpos (Qden lower))) by (change 0 with (inject_Z 0); rewrite <- Zlt_Qlt; lia).
  assert (Du : 0 < inject_Z (Zpos (Qden upper))) by (change 0 with (inject_Z 0); rewrite <- Zlt_Qlt; lia).
  assert (Lo : lo == inject_Z (Zpos (Qden lower)) * (a - lower)).
  { unfold lo, value. cbn [dot]. rewrite dot_repeat, E3, inject_opp. rewrite <- (q_split lower). ring. }
  assert (Up : up == inject_Z (Zpos (Qden upper)) * (upper - a)).
  { unfold up, value. cbn [dot]. rewrite dot_repeat, E3, inject_opp. rewrite <- (q_split upper). ring. }
  split.
  - rewrite (sign_equal _ _ Lo), (sign_equal _ _ Up), !sign_scale by assumption. f_equal. f_equal. exact I1.
  - assert (L' : 0 <= lo <-> 0 <= a - lower) by (rewrite Lo; split; intros; nra).
    assert (U' : 0 <= up <-> 0 <= upper - a) by (rewrite Up; split; intros; nra).
    split; intros F; inversion F as [| ? ? F1 F2]; subst; inversion F2 as [| ? ? F3 F4]; subst;
      repeat constructor; try tauto; apply I2; assumption.
Qed.

Lemma values_sides : forall fs p h o x, values (map Side fs ++ p) h o x = ev fs x ++ values p h o x.
Proof. induction fs as [| f fs IH]; intros; simpl; [reflexivity | rewrite IH; reflexivity]. Qed.

Definition inputs (d : nat) : list form := map coordinate (seq 0 d).

Lemma rest_key : forall d box net x, length x = d -> (length box <= d)%nat ->
  rest (full_program box net) (inputs d) [] x = key_of box net x.
Proof.
  intros d box net x Hx Hb. unfold rest, full_program, key_of. rewrite values_sides, !map_app. f_equal.
  - apply (side_values box 0 x). lia.
  - apply values_program; [lia |]. unfold inputs.
    assert (E := coordinates_equal d x Hx). clear - E. unfold equal in *. induction E; constructor.
    + rewrite H. change (inject_Z 1) with 1. ring.
    + assumption.
Qed.

Lemma nonneg_inside : forall d box net x, length x = d -> (length box <= d)%nat ->
  (nonneg_sides (full_program box net) x <-> inside d box x).
Proof.
  intros d box net x Hx Hb. destruct (side_values box 0 x ltac:(lia)) as [_ S]. simpl skipn in S.
  unfold inside. rewrite <- S. unfold ev, nonneg_sides, full_program. rewrite Forall_map, Forall_forall. split.
  - intros H. split; [assumption |]. intros g Hg. apply H, in_or_app. left. apply in_map. exact Hg.
  - intros [_ H] g Hg. apply in_app_or in Hg. destruct Hg as [Hg | Hg].
    + apply in_map_iff in Hg. destruct Hg as [g' [E Hg]]. injection E as ->. apply H. exact Hg.
    + exfalso. clear - Hg. revert Hg. generalize 1%Z. induction net as [| L net IH]; intros s Hg; [exact Hg |].
      simpl in Hg. apply in_app_or in Hg. destruct Hg as [Hg | [Hg | Hg]]; [| discriminate | exact (IH _ Hg)].
      apply in_map_iff in Hg. destruct Hg as [u [E _]]. unfold instruction_of in E.
      destruct (relu u); discriminate.
Qed.

(** * The leaves are the cells *)

Definition leaf_key (leaf : key * nat) : key := rev (fst leaf).

Theorem check_sound : forall d limit box net t l, check d limit box net t = Some l ->
  NoDup (map leaf_key l) /\
  (forall leaf, In leaf l -> has_codimension d (snd leaf) (cell d box net (leaf_key leaf))) /\
  (forall x, inside d box x ->
     In (key_of box net x) (map leaf_key l) \/ low d limit (cell d box net (key_of box net x))).
Proof.
  intros d limit box net t l H. unfold check in H.
  destruct (length box <=? d)%nat eqn:Hb; [| discriminate]. apply Nat.leb_le in Hb.
  destruct (walk_sound _ _ _ _ _ _ _ _ _ _ _ [] H) as [new [E [_ [A [D C]]]]].
  { repeat split; try constructor.
    - intros cs k L _. destruct cs; [constructor | discriminate].
    - intros x _ _ f []. }
  rewrite app_nil_r in E. subst new.
  assert (Cell : forall r x, state_cell d [] (full_program box net) (inputs d) [] r x /\ inside d box x <->
    cell d box net r x).
  { intros r x. unfold state_cell, prefix, cell. split.
    - intros [[[Hx _] R] I]. split; [assumption |]. rewrite <- R. symmetry. apply rest_key; assumption.
    - intros [I R]. assert (Hx : length x = d) by apply I.
      repeat split; try assumption; try apply I; [constructor |]. rewrite rest_key; assumption. }
  assert (Cell' : forall r x, (forall y, state_cell d [] (full_program box net) (inputs d) [] r y ->
      nonneg_sides (full_program box net) y) ->
    state_cell d [] (full_program box net) (inputs d) [] r x <-> cell d box net r x).
  { intros r x V. split.
    - intros S. apply Cell. split; [assumption |].
      apply (nonneg_inside d box net x); [apply S | assumption | apply V, S].
    - intros S. apply Cell in S. apply S. }
  split; [| split].
  - unfold leaf_key. rewrite <- (map_map fst (@rev comparison)). apply Injective_map_NoDup; [| assumption].
    intros a b E. rewrite <- (rev_involutive a), E. apply rev_involutive.
  - intros [k n] Hk. destruct (A k n Hk) as [r [E [Hc V]]]. rewrite app_nil_r in E. unfold leaf_key. simpl fst.
    rewrite E, rev_involutive. simpl snd. revert Hc. apply has_codimension_iff. intros x. apply Cell'. exact V.
  - intros x Hx. assert (Lx : length x = d) by apply Hx.
    destruct (C x) as [B | B].
    + split; [assumption | constructor].
    + apply nonneg_inside with (d := d); assumption.
    + left. fold (inputs d) in B. rewrite rest_key in B by assumption. rewrite app_nil_r in B.
      apply in_map_iff in B. destruct B as [[k n] [E B]]. apply in_map_iff. exists (k, n).
      split; [| assumption]. unfold leaf_key. simpl in *. rewrite E. apply rev_involutive.
    + right. fold (inputs d) in B. rewrite rest_key in B by assumption. revert B. apply low_iff.
      intros y Hy. apply Cell in Hy. apply Hy.
Qed.

Theorem leaves_are_cells : forall d limit box net t l k c, check d limit box net t = Some l ->
  (d <= k + limit)%nat ->
  (cell_of_dimension d box net k c <-> exists leaf, In leaf l /\ leaf_key leaf = c /\ (snd leaf + k = d)%nat).
Proof.
  intros d limit box net t l k c H Hk. destruct (check_sound _ _ _ _ _ _ H) as [_ [A C]].
  assert (Dim : forall leaf, In leaf l ->
    (snd leaf <= d)%nat /\ has_dimension d (d - snd leaf) (cell d box net (leaf_key leaf))).
  { intros leaf Hl. destruct (A leaf Hl) as [gs [L [I R]]]. assert (Le := independent_length d gs I).
    split; [lia |]. exists gs. split; [lia |]. split; assumption. }
  split.
  - intros [hs [L [I [Z [x [e [[Ix Kx] [Lx [He N]]]]]]]]]. destruct (C x Ix) as [B | B].
    + apply in_map_iff in B. destruct B as [leaf [E B]]. exists leaf. split; [assumption |].
      split; [congruence |]. destruct (Dim leaf B) as [Le D].
      assert (k = d - snd leaf)%nat; [| lia]. rewrite E, Kx in D.
      apply (dimension_unique d k (d - snd leaf) (cell d box net c)); [| assumption].
      exists hs. split; [assumption |]. split; [assumption |]. split; [assumption |]. exists x, e.
      split; [split; assumption |]. split; [assumption |]. split; assumption.
    + exfalso. destruct B as [gs [Lg [Ig Zg]]]. rewrite Kx in Zg.
      assert (length gs <= length hs)%nat; [| lia].
      apply (independent_le d gs hs x e); try assumption.
      * apply Z. split; assumption.
      * intros y Hy Zy. apply Zg, N; assumption.
  - intros [leaf [Hl [E S]]]. destruct (Dim leaf Hl) as [_ D]. rewrite E in D.
    replace k with (d - snd leaf)%nat by lia. exact D.
Qed.

(** * Counting cells *)

Definition of_codimension (n : nat) (l : list (key * nat)) : list key :=
  map fst (filter (fun leaf => (snd leaf =? n)%nat) l).

Definition count (n : nat) (l : list (key * nat)) : Z := Z.of_nat (length (of_codimension n l)).

Lemma of_codimension_lists : forall d limit box net t l n k, check d limit box net t = Some l ->
  (n <= limit)%nat -> (n + k = d)%nat ->
  lists (map (@rev comparison) (of_codimension n l)) (cell_of_dimension d box net k).
Proof.
  intros d limit box net t l n k H Hn Hk. destruct (check_sound _ _ _ _ _ _ H) as [D _]. split.
  - unfold of_codimension. rewrite map_map. change (fun x => rev (fst x)) with leaf_key. clear - D.
    induction l as [| leaf l IH]; [constructor |]. simpl in D. inversion D as [| ? ? N D']; subst.
    simpl. destruct (snd leaf =? n)%nat; [| apply IH; assumption]. simpl. constructor; [| apply IH; assumption].
    intros B. apply N. apply in_map_iff in B. destruct B as [m [E B]]. apply filter_In in B.
    apply in_map_iff. exists m. split; [assumption | apply B].
  - intros c. rewrite (leaves_are_cells d limit box net t l k c H) by lia.
    unfold of_codimension. rewrite map_map. rewrite in_map_iff. split.
    + intros [leaf [E B]]. apply filter_In in B. destruct B as [B F]. apply Nat.eqb_eq in F.
      exists leaf. split; [assumption |]. split; [assumption | lia].
    + intros [leaf [B [E S]]]. exists leaf. split; [assumption |]. apply filter_In. split; [assumption |].
      apply Nat.eqb_eq. lia.
Qed.

Theorem counts_cells : forall d limit box net t l n k, check d limit box net t = Some l ->
  (n <= limit)%nat -> (n + k = d)%nat -> cells d box net k (count n l).
Proof.
  intros d limit box net t l n k H Hn Hk. exists (map (@rev comparison) (of_codimension n l)).
  split; [eapply of_codimension_lists; eassumption |]. rewrite map_length. reflexivity.
Qed.

(** Whether every leaf has as many zeros as its codimension. *)
Definition simple_leaves (l : list (key * nat)) : bool :=
  forallb (fun leaf => (count_zeros (fst leaf) =? snd leaf)%nat) l.

Lemma count_zeros_app : forall a b, count_zeros (a ++ b) = (count_zeros a + count_zeros b)%nat.
Proof. induction a as [| s a IH]; intros b; [reflexivity |]. destruct s; simpl; rewrite IH; reflexivity. Qed.

Lemma count_zeros_rev : forall a, count_zeros (rev a) = count_zeros a.
Proof.
  induction a as [| s a IH]; [reflexivity |]. simpl. rewrite count_zeros_app, IH. destruct s; simpl; lia.
Qed.

Theorem simple_sound : forall d box net t l, check d d box net t = Some l -> simple_leaves l = true ->
  simple d box net.
Proof.
  intros d box net t l H S k c D.
  apply (leaves_are_cells d d box net t l k c H) in D; [| lia]. destruct D as [leaf [Hl [E L]]].
  unfold simple_leaves in S. rewrite forallb_forall in S. specialize (S leaf Hl). apply Nat.eqb_eq in S.
  subst c. unfold leaf_key. rewrite count_zeros_rev. lia.
Qed.
