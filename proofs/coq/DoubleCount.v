(** The double count and the step from one layer to the next (sharp_bound.md, sections 4 to 6).

    [Ps]: regions of the layers before, with the families F of the last layer's vectors in them; [Ws]:
    walls between two of them, with the families T of the vectors of the facets there. *)

From Coq Require Import Arith Lia List Bool.
From Exactpoly Require Import OrderShattered.
Import ListNotations.


Definition count {A : Type} (f : A -> bool) (l : list A) : nat :=
  total (fun a => if f a then 1 else 0) l.

Lemma total_ext : forall A (g h : A -> nat) l, (forall a, g a = h a) -> total g l = total h l.
Proof. induction l; simpl; intros; [reflexivity | rewrite H, IHl; auto]. Qed.

Lemma total_le : forall A (g h : A -> nat) l, (forall a, In a l -> g a <= h a) ->
  total g l <= total h l.
Proof.
  induction l; simpl; intros H; [lia |]. assert (H1 := H a (or_introl eq_refl)).
  assert (H2 := IHl (fun b Hb => H b (or_intror Hb))). lia.
Qed.

Lemma total_plus : forall A (g h : A -> nat) l,
  total (fun a => g a + h a) l = total g l + total h l.
Proof. induction l; simpl; lia. Qed.

Lemma total_scale : forall A (g : A -> nat) c l, total (fun a => c * g a) l = c * total g l.
Proof. induction l; simpl; lia. Qed.

Lemma total_swap : forall A B (g : A -> B -> nat) l m,
  total (fun a => total (g a) m) l = total (fun b => total (fun a => g a b) l) m.
Proof.
  induction l; intros m; simpl.
  - induction m; simpl; lia.
  - rewrite IHl, <- total_plus. reflexivity.
Qed.

Lemma size_count : forall A n (F : A -> family) l,
  total (fun a => size n (F a)) l = total (fun K => count (fun a => D n (F a) K) l) (vectors n).
Proof.
  intros A n F l. unfold count. rewrite <- total_swap. apply total_ext. intros a.
  rewrite <- size_D, sum_D. reflexivity.
Qed.

Theorem double_count : forall A B n (Ps : list A) (F : A -> family) (Ws : list B) (T : B -> family) c m,
  (forall K, In K (vectors n) ->
     c * weight K * count (fun P => D n (F P) K) Ps + count (fun W => D n (T W) K) Ws
       <= m * count (fun P => D n (F P) K) Ps) ->
  c * total (fun P => edges n (F P)) Ps + total (fun W => size n (T W)) Ws
    <= m * total (fun P => size n (F P)) Ps.
Proof.
  intros A B n Ps F Ws T c m H. rewrite !size_count, <- (total_scale _ _ m).
  assert (E : total (fun P => edges n (F P)) Ps <=
              total (fun K => weight K * count (fun P => D n (F P) K) Ps) (vectors n)).
  { etransitivity.
    - apply total_le. intros P _. apply edges_D.
    - rewrite (total_ext _ _ (fun P => total (fun K => if D n (F P) K then weight K else 0) (vectors n))
        Ps (fun P => sum_D n (F P) weight)), total_swap.
      apply total_le. intros K _. unfold count. rewrite <- total_scale. apply total_le. intros P _.
      destruct (D n (F P) K); lia. }
  etransitivity; [apply Nat.add_le_mono_r, Nat.mul_le_mono_l, E |].
  rewrite <- total_scale, <- total_plus. apply total_le. intros K HK. rewrite Nat.mul_assoc. apply H. exact HK.
Qed.

(** What a wall costs for a set K of k neurons: bounds on walls per region, from M a layer before. *)
Definition per_wall (d M k : nat) : nat :=
  if k + 2 <=? d then M else if k + 1 =? d then Nat.min 1 M else 0.

(** One more layer, with a bound r on the size of shattered sets (the rank): from M per region to the
    largest of [k + per_wall d M k], k <= r. The hypotheses are what geometry gives. *)
Theorem one_more_layer_ranked : forall A B n d r M m (Ps : list A) (F : A -> family) (Ws : list B) (T : B -> family),
  (forall K, 0 < count (fun P => D n (F P) K) Ps -> weight K <= r) ->
  (forall K, count (fun W => D n (T W) K) Ws <= per_wall d M (weight K) * count (fun P => D n (F P) K) Ps) ->
  (forall k, k <= r -> k + per_wall d M k <= m) ->
  total (fun P => edges n (F P)) Ps + total (fun W => size n (T W)) Ws
    <= m * total (fun P => size n (F P)) Ps.
Proof.
  intros A B n d r M m Ps F Ws T Hr Hw Hm.
  rewrite <- (Nat.mul_1_l (total (fun P => edges n (F P)) Ps)). apply double_count. intros K _.
  specialize (Hr K). specialize (Hw K).
  set (u := count (fun P => D n (F P) K) Ps) in *. set (k := weight K) in *.
  destruct (Nat.eq_dec u 0) as [Z | Z]; [rewrite Z in *; lia |].
  specialize (Hm k ltac:(lia)). nia.
Qed.

(** One more layer: from M per region to M + d - 2. *)
Theorem one_more_layer : forall A B n d M (Ps : list A) (F : A -> family) (Ws : list B) (T : B -> family),
  2 <= d -> 2 <= M ->
  (forall K, 0 < count (fun P => D n (F P) K) Ps -> weight K <= d) ->
  (forall K, weight K + 2 <= d ->
     count (fun W => D n (T W) K) Ws <= M * count (fun P => D n (F P) K) Ps) ->
  (forall K, weight K + 1 = d ->
     count (fun W => D n (T W) K) Ws <= count (fun P => D n (F P) K) Ps) ->
  (forall K, d <= weight K -> count (fun W => D n (T W) K) Ws = 0) ->
  total (fun P => edges n (F P)) Ps + total (fun W => size n (T W)) Ws
    <= (M + d - 2) * total (fun P => size n (F P)) Ps.
Proof.
  intros A B n d M Ps F Ws T Hd HM Hk H2 H1 H0.
  apply (one_more_layer_ranked A B n d d M); [assumption | |].
  - intros K. unfold per_wall. destruct (Nat.leb_spec (weight K + 2) d) as [C | C]; [apply H2, C |].
    destruct (Nat.eqb_spec (weight K + 1) d) as [C1 | C1].
    + rewrite Nat.min_l by lia. specialize (H1 K C1). lia.
    + rewrite (H0 K) by lia. lia.
  - intros k Hkd. unfold per_wall. destruct (Nat.leb_spec (k + 2) d); [lia |].
    destruct (Nat.eqb_spec (k + 1) d); lia.
Qed.

(** In a box, walls between two regions count twice and sides once: from B to max (B + 2(d-2)) 2d. *)
Theorem one_more_layer_box : forall A W n d B (Ps : list A) (F : A -> family) (Ws Ss : list W) (T : W -> family),
  2 <= d ->
  (forall K, 0 < count (fun P => D n (F P) K) Ps -> weight K <= d) ->
  (forall K, weight K + 2 <= d ->
     2 * count (fun W => D n (T W) K) Ws + count (fun W => D n (T W) K) Ss
       <= B * count (fun P => D n (F P) K) Ps) ->
  (forall K, weight K + 1 = d ->
     2 * count (fun W => D n (T W) K) Ws + count (fun W => D n (T W) K) Ss
       <= 2 * count (fun P => D n (F P) K) Ps) ->
  (forall K, d <= weight K ->
     2 * count (fun W => D n (T W) K) Ws + count (fun W => D n (T W) K) Ss = 0) ->
  2 * (total (fun P => edges n (F P)) Ps + total (fun W => size n (T W)) Ws)
    + total (fun W => size n (T W)) Ss
    <= Nat.max (B + 2 * (d - 2)) (2 * d) * total (fun P => size n (F P)) Ps.
Proof.
  intros A W n d B Ps F Ws Ss T Hd Hk H2 H1 H0.
  assert (G := double_count A W n Ps F (Ws ++ Ws ++ Ss) T 2 (Nat.max (B + 2 * (d - 2)) (2 * d))).
  rewrite !total_app in G.
  cut (2 * total (fun P => edges n (F P)) Ps
    + (total (fun W => size n (T W)) Ws + (total (fun W => size n (T W)) Ws + total (fun W => size n (T W)) Ss))
    <= Nat.max (B + 2 * (d - 2)) (2 * d) * total (fun P => size n (F P)) Ps); [lia |].
  apply G. intros K _. unfold count at 2. rewrite !total_app.
  fold (count (fun W => D n (T W) K) Ws). fold (count (fun W => D n (T W) K) Ss).
  specialize (Hk K). specialize (H2 K). specialize (H1 K). specialize (H0 K).
  set (u := count (fun P => D n (F P) K) Ps) in *. set (e := count (fun W => D n (T W) K) Ws) in *.
  set (e' := count (fun W => D n (T W) K) Ss) in *. set (k := weight K) in *.
  destruct (Nat.le_gt_cases (k + 2) d) as [C | C].
  - specialize (H2 C). assert (2 * k <= 2 * (d - 2)) by lia. nia.
  - destruct (Nat.eq_dec (k + 1) d) as [C1 | C1].
    + specialize (H1 C1). nia.
    + specialize (H0 ltac:(lia)). destruct (Nat.eq_dec u 0) as [Z | Z]; [rewrite Z; lia |].
      specialize (Hk ltac:(lia)). nia.
Qed.

(** All layers: the recursions that the steps give are solved by [d + (L-1)(d-2)] and, in a box,
    [max m 4 + 2L(d-2)]. *)
Fixpoint space_bound (d L : nat) : nat :=
  match L with 0 => 0 | 1 => d | S L => space_bound d L + d - 2 end.

Theorem space_bound_is : forall d L, 2 <= d -> space_bound d (S L) = d + L * (d - 2).
Proof.
  intros d L Hd. induction L as [| L IH]; [simpl; lia |].
  change (space_bound d (S (S L))) with (space_bound d (S L) + d - 2). rewrite IH. lia.
Qed.

Fixpoint box_bound (d m L : nat) : nat :=
  match L with 0 => Nat.max m 4 | S L => Nat.max (box_bound d m L + 2 * (d - 2)) (2 * d) end.

Theorem box_bound_is : forall d m L, 2 <= d -> box_bound d m L = Nat.max m 4 + 2 * L * (d - 2).
Proof. intros d m L Hd. induction L as [| L IH]; [simpl; lia |]. simpl box_bound. rewrite IH. nia. Qed.
