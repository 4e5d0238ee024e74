(** Which cells lie in the closure of a region, and the mean number of facets.

    A cell lies in the closure of another iff its key is that of the other with some entries set to
    zero. So pairs (region, facet) are counted on keys. *)

From Coq Require Import QArith Qabs Lqa List Lia Bool FinFun.
From Exactpoly Require Import Network Linear Tree TreeSound Certify.
Import ListNotations.
Open Scope Q_scope.

Definition sign_below (a b : comparison) : Prop := a = Eq \/ a = b.
Definition below (f r : key) : Prop := Forall2 sign_below f r.

(** * If the key is below: points between *)

(** [mix t x y m]: m is [(1 - t) x + t y]. *)
Inductive mix (t : Q) : list Q -> list Q -> list Q -> Prop :=
  | mix_nil : mix t [] [] []
  | mix_cons a b c x y m : c == (1 - t) * a + t * b -> mix t x y m -> mix t (a :: x) (b :: y) (c :: m).

Lemma mix_exists : forall t x y, length x = length y -> exists m, mix t x y m /\ length m = length x.
Proof.
  intros t. induction x as [| a x IH]; intros y H; destruct y as [| b y]; try discriminate.
  - exists []. split; constructor.
  - destruct (IH y) as [m [M L]]; [simpl in H; congruence |].
    exists ((1 - t) * a + t * b :: m). split; [constructor; [reflexivity | assumption] | simpl; congruence].
Qed.

Lemma mix_app : forall t x y m x' y' m', mix t x y m -> mix t x' y' m' -> mix t (x ++ x') (y ++ y') (m ++ m').
Proof. intros t x y m x' y' m' H H'. induction H; simpl; [assumption | constructor; assumption]. Qed.

Lemma mix_rev : forall t x y m, mix t x y m -> mix t (rev x) (rev y) (rev m).
Proof.
  intros t x y m H. induction H; simpl; [constructor |]. apply mix_app; [assumption |].
  constructor; [assumption | constructor].
Qed.

Lemma dot_mix : forall t g x y m, mix t x y m -> dot g m == (1 - t) * dot g x + t * dot g y.
Proof.
  intros t g x y m H. revert g. induction H as [| a b c x y m E _ IH]; intros g; destruct g as [| w g]; simpl; try ring.
  rewrite E, IH. ring.
Qed.

Lemma value_mix : forall t g x y m, mix t x y m -> value g m == (1 - t) * value g x + t * value g y.
Proof. intros. apply dot_mix. constructor; [ring | assumption]. Qed.

Lemma positive_part_mix : forall t a b c, 0 < t -> t <= 1 -> sign_below (sign a) (sign b) ->
  c == (1 - t) * a + t * b -> positive_part c == (1 - t) * positive_part a + t * positive_part b.
Proof.
  intros t a b c H0 H1 S E. unfold positive_part.
  destruct (sign b) eqn:Sb.
  - apply (proj1 (sign_Eq _)) in Sb. assert (Sa : a == 0) by (apply sign_Eq; destruct S; assumption).
    destruct (Qlt_le_dec 0 a), (Qlt_le_dec 0 b), (Qlt_le_dec 0 c); nra.
  - apply (proj1 (sign_Lt _)) in Sb.
    assert (Sa : a <= 0) by (destruct S as [S | S]; [apply (proj1 (sign_Eq _)) in S | apply (proj1 (sign_Lt _)) in S]; lra).
    assert (c <= 0) by nra.
    destruct (Qlt_le_dec 0 a), (Qlt_le_dec 0 b), (Qlt_le_dec 0 c); nra.
  - apply (proj1 (sign_Gt _)) in Sb.
    assert (Sa : 0 <= a) by (destruct S as [S | S]; [apply (proj1 (sign_Eq _)) in S | apply (proj1 (sign_Gt _)) in S]; lra).
    assert (0 <= c) by nra.
    destruct (Qlt_le_dec 0 a), (Qlt_le_dec 0 b), (Qlt_le_dec 0 c); nra.
Qed.

Lemma values_mix : forall t, 0 < t -> t <= 1 -> forall prog hx hy hm ox oy om x y m,
  mix t hx hy hm -> mix t ox oy om -> mix t x y m ->
  below (map sign (values prog hx ox x)) (map sign (values prog hy oy y)) ->
  mix t (values prog hx ox x) (values prog hy oy y) (values prog hm om m).
Proof.
  intros t H0 H1. induction prog as [| i prog IH]; intros hx hy hm ox oy om x y m H O X B; [constructor |].
  destruct i as [g | row | row |]; simpl in *.
  - inversion B; subst. constructor; [apply value_mix; assumption | apply IH; assumption].
  - inversion B as [| ? ? ? ? S B']; subst. assert (V := value_mix t row _ _ _ H).
    constructor; [assumption |]. apply IH; try assumption. constructor; [| assumption].
    apply positive_part_mix; assumption.
  - apply IH; try assumption. constructor; [apply value_mix; assumption | assumption].
  - apply IH; try assumption; [apply mix_rev; assumption | constructor].
Qed.

Lemma signs_mix : forall t x y m, 0 < t -> t <= 1 -> mix t x y m -> below (map sign x) (map sign y) ->
  map sign m = map sign y.
Proof.
  intros t x y m H0 H1 M. induction M as [| a b c x y m E _ IH]; intros B; [reflexivity |].
  simpl in *. inversion B as [| ? ? ? ? S B']; subst. f_equal; [| apply IH; assumption].
  destruct (sign b) eqn:Sb.
  - apply (proj1 (sign_Eq _)) in Sb. assert (Sa : a == 0) by (apply sign_Eq; destruct S; assumption).
    apply sign_Eq. rewrite E, Sa, Sb. ring.
  - apply (proj1 (sign_Lt _)) in Sb. apply sign_Lt.
    assert (Sa : a <= 0) by (destruct S as [S | S]; [apply (proj1 (sign_Eq _)) in S | apply (proj1 (sign_Lt _)) in S]; lra).
    nra.
  - apply (proj1 (sign_Gt _)) in Sb. apply sign_Gt.
    assert (Sa : 0 <= a) by (destruct S as [S | S]; [apply (proj1 (sign_Eq _)) in S | apply (proj1 (sign_Gt _)) in S]; lra).
    nra.
Qed.

(** * If it is not: continuity *)

Lemma positive_part_near : forall e a b, Qabs (a - b) < e -> Qabs (positive_part a - positive_part b) < e.
Proof.
  intros e a b H. apply Qabs_Qlt_condition in H. apply Qabs_Qlt_condition. unfold positive_part.
  destruct (Qlt_le_dec 0 a), (Qlt_le_dec 0 b); split; lra.
Qed.

Lemma near_rev : forall e x y, near e x y -> near e (rev x) (rev y).
Proof.
  intros e x y H. induction H; simpl; [constructor |]. apply Forall2_app; [assumption |].
  repeat constructor. assumption.
Qed.

Lemma value_near_strict : forall g e x y, 0 < e -> near e x y ->
  Qabs (value g x - value g y) < (1 + norm g) * e.
Proof. intros g e x y He H. assert (V := value_near g x y e He H). lra. Qed.

Lemma values_near : forall prog, exists C, 0 < C /\ forall e h h' o o' x x', 0 < e ->
  near e h h' -> near e o o' -> near e x x' -> near (C * e) (values prog h o x) (values prog h' o' x').
Proof.
  induction prog as [| i prog [C [HC IH]]]; [exists 1; split; [lra | constructor] |].
  destruct i as [g | row | row |]; simpl.
  - assert (N := norm_nonneg g). exists (C + (1 + norm g)). split; [lra |].
    intros e h h' o o' x x' He H O X. constructor.
    + assert (V := value_near_strict g e x x' He X). nra.
    + eapply near_weaken; [| apply (IH e); eassumption]. nra.
  - assert (N := norm_nonneg row). exists ((1 + C) * (1 + norm row)). split; [nra |].
    intros e h h' o o' x x' He H O X.
    assert (V := value_near_strict row e h h' He H).
    assert (E : e <= (1 + norm row) * e) by nra.
    constructor; [nra |].
    eapply near_weaken; [| apply (IH ((1 + norm row) * e)); [nra | | |]].
    + nra.
    + eapply near_weaken; eassumption.
    + constructor; [apply positive_part_near; assumption | eapply near_weaken; eassumption].
    + eapply near_weaken; eassumption.
  - assert (N := norm_nonneg row). exists (C * (1 + norm row)). split; [nra |].
    intros e h h' o o' x x' He H O X.
    assert (V := value_near_strict row e h h' He H).
    assert (E : e <= (1 + norm row) * e) by nra.
    eapply near_weaken; [| apply (IH ((1 + norm row) * e)); [nra | | |]].
    + nra.
    + eapply near_weaken; eassumption.
    + constructor; [assumption | eapply near_weaken; eassumption].
    + eapply near_weaken; eassumption.
  - exists C. split; [assumption |]. intros e h h' o o' x x' He H O X. apply IH; try assumption.
    + apply near_rev. assumption.
    + constructor.
Qed.

Lemma near_below : forall x, exists e, 0 < e /\ forall y, near e x y -> below (map sign x) (map sign y).
Proof.
  induction x as [| a x [e [He IH]]].
  - exists 1. split; [lra |]. intros y H. inversion H. constructor.
  - exists (if Qeq_dec a 0 then e else if Qlt_le_dec e (Qabs a) then e else Qabs a). split.
    + destruct (Qeq_dec a 0) as [Z | Z]; [assumption |]. destruct (Qlt_le_dec e (Qabs a)); [assumption |].
      apply Qabs_case; intros; [| ]; destruct (Q_dec a 0) as [[L | G] | Z']; lra.
    + intros y H. inversion H as [| ? b ? y' Hab Hy]; subst. simpl. constructor.
      * destruct (Qeq_dec a 0) as [Z | Z]; [left; apply sign_Eq; assumption | right].
        assert (B : Qabs (a - b) < Qabs a) by (destruct (Qlt_le_dec e (Qabs a)); lra).
        apply Qabs_Qlt_condition in B. destruct B as [B1 B2].
        destruct (Q_dec a 0) as [[L | G] | Z']; [| | contradiction].
        -- rewrite (proj2 (sign_Lt a) L). symmetry. apply sign_Lt. rewrite Qabs_neg in B1 by lra. lra.
        -- rewrite (proj2 (sign_Gt a) G). symmetry. apply sign_Gt. rewrite Qabs_pos in B2 by lra. lra.
      * apply IH. eapply near_weaken; [| exact Hy].
        destruct (Qeq_dec a 0); [lra |]. destruct (Qlt_le_dec e (Qabs a)); lra.
Qed.

(** * The theorem on closures *)

Lemma key_values : forall d box net x, length x = d -> (length box <= d)%nat ->
  key_of box net x = map sign (values (full_program box net) (ev (inputs d) x) [] x).
Proof. intros. symmetry. apply rest_key; assumption. Qed.

Lemma near_equal : forall e x x' y y', equal x x' -> equal y y' -> near e x y -> near e x' y'.
Proof.
  intros e x x' y y' X Y N. revert x' y' X Y.
  induction N as [| a b x y E N IH]; intros x' y' X Y;
    [inversion X; inversion Y; constructor |].
  inversion X as [| ? a' ? ? E1 X']; inversion Y as [| ? b' ? ? E2 Y']; subst. constructor.
  - apply Qle_lt_trans with (Qabs (a - b)); [| assumption].
    apply Qle_lteq. right. apply Qabs_equal. rewrite E1, E2. reflexivity.
  - apply IH; assumption.
Qed.

Lemma equal_sym : forall x y, equal x y -> equal y x.
Proof. intros x y H. induction H; constructor; [symmetry |]; assumption. Qed.

Lemma mix_equal : forall t x x' y y' m m', equal x x' -> equal y y' -> equal m m' -> mix t x y m -> mix t x' y' m'.
Proof.
  intros t x x' y y' m m' X Y M H. revert x' y' m' X Y M.
  induction H as [| a b c x y m E H IH]; intros x' y' m' X Y M;
    [inversion X; inversion Y; inversion M; constructor |].
  inversion X as [| ? a' ? ? E1 X']; inversion Y as [| ? b' ? ? E2 Y']; inversion M as [| ? c' ? ? E3 M']; subst. constructor.
  - rewrite <- E1, <- E2, <- E3. assumption.
  - apply IH; assumption.
Qed.

Theorem closure_iff : forall d box net f r, (length box <= d)%nat ->
  (exists x, cell d box net f x) -> (exists y, cell d box net r y) ->
  ((forall x, cell d box net f x -> in_closure (cell d box net r) x) <-> below f r).
Proof.
  intros d box net f r Hb [x0 Hx0] [y0 Hy0]. split.
  - intros H. destruct (values_near (full_program box net)) as [C [HC N]].
    destruct Hx0 as [Ix Kx]. assert (Lx : length x0 = d) by apply Ix.
    destruct (near_below (values (full_program box net) (ev (inputs d) x0) [] x0)) as [e [He B]].
    destruct (H x0 (conj Ix Kx) (e / C)) as [y [[Iy Ky] Ny]]; [apply Qlt_shift_div_l; lra |].
    assert (Ly : length y = d) by apply Iy.
    rewrite <- Kx, <- Ky, !(key_values d) by assumption. apply B.
    eapply near_weaken; [| apply (N (e / C))].
    + apply Qle_lteq. right. field. lra.
    + apply Qlt_shift_div_l; lra.
    + eapply near_equal; [apply equal_sym, coordinates_equal | apply equal_sym, coordinates_equal | exact Ny]; assumption.
    + constructor.
    + exact Ny.
  - intros B x [Ix Kx] e He. destruct Hy0 as [Iy Ky].
    assert (Lx : length x = d) by apply Ix. assert (Ly : length y0 = d) by apply Iy.
    assert (T : exists t, 0 < t /\ t <= 1 /\ forall m, mix t x y0 m -> near e x m).
    { assert (S : exists s, 0 < s /\ Forall2 (fun a b => Qabs (b - a) <= s) x y0).
      { assert (Lxy : length x = length y0) by congruence. clear - Lxy. revert y0 Lxy.
        induction x as [| a x IH]; intros y Lxy; destruct y as [| b y]; try discriminate.
        - exists 1. split; [lra | constructor].
        - destruct (IH y) as [s [Hs F]]; [simpl in Lxy; congruence |].
          exists (s + Qabs (b - a)). assert (P := Qabs_nonneg (b - a)). split; [lra |]. constructor; [lra |].
          clear - F P. induction F; constructor; [lra | assumption]. }
      destruct S as [s [Hs F]]. exists (e / (1 + s + e)).
      assert (E : e / (1 + s + e) * (1 + s + e) == e) by (field; lra).
      assert (Ht : 0 < e / (1 + s + e)) by (apply Qlt_shift_div_l; lra).
      set (t := e / (1 + s + e)) in *. split; [assumption |]. split; [nra |].
      intros m M. clear - F M Ht E Hs He. induction M as [| a b c x y m Ec _ IH]; [constructor |].
      inversion F as [| ? ? ? ? Fa F']; subst. constructor; [| apply IH; assumption].
      assert (Eq' : a - c == - (t * (b - a))) by (rewrite Ec; ring).
      apply Qle_lt_trans with (Qabs (t * (b - a))).
      - rewrite <- (Qabs_opp (t * (b - a))). apply Qle_lteq. right. apply Qabs_equal. exact Eq'.
      - rewrite Qabs_Qmult, (Qabs_pos t) by lra. nra. }
    destruct T as [t [T0 [T1 Tn]]].
    destruct (mix_exists t x y0) as [m [M Lm]]; [congruence |].
    exists m. split; [| apply Tn; assumption]. rewrite Lx in Lm.
    assert (Key : key_of box net m = r).
    { rewrite (key_values d) by assumption. rewrite <- Ky, (key_values d box net y0) by assumption.
      apply (signs_mix t (values (full_program box net) (ev (inputs d) x) [] x)); [assumption | assumption | |].
      - apply values_mix; try assumption; [| constructor |].
        + eapply mix_equal; [apply equal_sym, coordinates_equal | apply equal_sym, coordinates_equal
            | apply equal_sym, coordinates_equal | exact M]; assumption.
        + rewrite <- !(key_values d) by assumption. rewrite Kx, Ky. assumption.
      - rewrite <- !(key_values d) by assumption. rewrite Kx, Ky. assumption. }
    split; [| exact Key]. split; [assumption |].
    assert (Sides : forall z, length z = d -> (Forall (fun s => 0 <= s) (sides box z) <->
      Forall (fun s => 0 <= s) (ev (side_forms 0 box) z))).
    { intros z Lz. destruct (side_values box 0 z ltac:(lia)) as [_ S]. symmetry. exact S. }
    apply Sides; [assumption |]. destruct Ix as [_ Sx]. destruct Iy as [_ Sy].
    apply (Sides x Lx) in Sx. apply (Sides y0 Ly) in Sy.
    clear - Sx Sy M T0 T1. unfold ev in *. rewrite Forall_map in *. rewrite Forall_forall in *.
    intros g Hg. rewrite (value_mix t g x y0 m M). specialize (Sx g Hg). specialize (Sy g Hg). simpl in Sx, Sy. nra.
Qed.

(** * Counting pairs *)

Fixpoint below_b (f r : key) : bool :=
  match f, r with
  | [], [] => true
  | a :: f, b :: r => (same a Eq || same a b) && below_b f r
  | _, _ => false
  end.

Lemma same_refl : forall a, same a a = true. Proof. intros []; reflexivity. Qed.

Lemma below_b_iff : forall f r, below_b f r = true <-> below f r.
Proof.
  induction f as [| a f IH]; intros r; destruct r as [| b r]; cbn [below_b].
  - split; [constructor | reflexivity].
  - split; [discriminate | inversion 1].
  - split; [discriminate | inversion 1].
  - rewrite andb_true_iff, orb_true_iff, IH. split.
    + intros [[H | H] B]; apply same_eq in H; (constructor; [| assumption]); [left | right]; assumption.
    + intros H. inversion H as [| ? ? ? ? S B]; subst. split; [| assumption].
      destruct S as [-> | ->]; [left; reflexivity | right; apply same_refl].
Qed.

Lemma below_rev : forall f r, below (rev f) (rev r) <-> below f r.
Proof.
  assert (H : forall f r, below f r -> below (rev f) (rev r)).
  { intros f r H. induction H; simpl; [constructor |]. apply Forall2_app; [assumption |]. constructor; [assumption | constructor]. }
  intros f r. split; [| apply H]. intros B. apply H in B. rewrite !rev_involutive in B. exact B.
Qed.

(** Keys that begin with s, without it; all keys without their first sign. *)
Fixpoint headed (s : comparison) (ks : list key) : list key :=
  match ks with
  | [] => []
  | (a :: k) :: ks => if same a s then k :: headed s ks else headed s ks
  | [] :: ks => headed s ks
  end.

Fixpoint headless (ks : list key) : list key :=
  match ks with [] => [] | (_ :: k) :: ks => k :: headless ks | [] :: ks => headless ks end.

Fixpoint ended (ks : list key) : Z :=
  match ks with [] => 0%Z | [] :: ks => (1 + ended ks)%Z | _ :: ks => ended ks end.

(** The number of pairs of a key below another; n is the length of the longest key. *)
Fixpoint pairs (n : nat) (fs rs : list key) : Z :=
  match fs, rs with
  | [], _ | _, [] => 0%Z
  | _, _ =>
      match n with
      | O => (ended fs * ended rs)%Z
      | S n =>
          (ended fs * ended rs + pairs n (headed Lt fs) (headed Lt rs)
           + pairs n (headed Gt fs) (headed Gt rs) + pairs n (headed Eq fs) (headless rs))%Z
      end
  end.

Definition above (rs : list key) (f : key) : Z := Z.of_nat (length (filter (below_b f) rs)).

Fixpoint total (g : key -> Z) (fs : list key) : Z :=
  match fs with [] => 0%Z | f :: fs => (g f + total g fs)%Z end.

Lemma above_nil : forall rs, above rs [] = ended rs.
Proof.
  induction rs as [| r rs IH]; [reflexivity |]. unfold above in *. destruct r.
  - change (Z.of_nat (S (length (filter (below_b []) rs))) = (1 + ended rs)%Z). lia.
  - change (Z.of_nat (length (filter (below_b []) rs)) = ended rs). exact IH.
Qed.

Lemma above_cons : forall rs a f, above rs (a :: f) =
  above (match a with Eq => headless rs | _ => headed a rs end) f.
Proof.
  induction rs as [| r rs IH]; intros a f; [destruct a; reflexivity |].
  specialize (IH a f). unfold above in *. destruct r as [| b r].
  - destruct a; exact IH.
  - assert (E : below_b (a :: f) (b :: r) = (same a Eq || same a b) && below_b f r) by reflexivity.
    cbn [filter]. rewrite E. destruct a.
    + cbn [same orb andb headless filter]. destruct (below_b f r); cbn [length]; lia.
    + destruct b; cbn [same orb andb headed filter]; [exact IH | | exact IH].
      destruct (below_b f r); cbn [length]; lia.
    + destruct b; cbn [same orb andb headed filter]; [exact IH | exact IH |].
      destruct (below_b f r); cbn [length]; lia.
Qed.

Lemma total_split : forall fs rs, total (above rs) fs =
  (ended fs * ended rs + total (above (headed Lt rs)) (headed Lt fs)
   + total (above (headed Gt rs)) (headed Gt fs) + total (above (headless rs)) (headed Eq fs))%Z.
Proof.
  induction fs as [| f fs IH]; intros rs; [simpl; lia |].
  simpl total. rewrite IH. destruct f as [| a f].
  - rewrite above_nil. cbn [ended headed]. lia.
  - rewrite above_cons. destruct a; cbn [ended headed same total]; lia.
Qed.

Lemma headed_lengths : forall s n ks, Forall (fun k : key => (length k <= S n)%nat) ks ->
  Forall (fun k : key => (length k <= n)%nat) (headed s ks).
Proof.
  intros s n ks H. induction H as [| k ks Hk _ IH]; [constructor |]. destruct k as [| a k]; simpl; [assumption |].
  destruct (same a s); [constructor; [simpl in Hk; lia | assumption] | assumption].
Qed.

Lemma total_above_nil : forall fs, total (above []) fs = 0%Z.
Proof. induction fs as [| f fs IH]; [reflexivity |]. simpl. rewrite IH. reflexivity. Qed.

Lemma total_ended : forall fs rs, Forall (fun k : key => (length k <= 0)%nat) fs ->
  total (above rs) fs = (ended fs * ended rs)%Z.
Proof.
  intros fs rs H. induction H as [| k fs Hk _ IH]; [reflexivity |].
  destruct k; [| simpl in Hk; lia]. cbn [total ended]. rewrite above_nil, IH. lia.
Qed.

Theorem pairs_total : forall n fs rs, Forall (fun k : key => (length k <= n)%nat) fs ->
  pairs n fs rs = total (above rs) fs.
Proof.
  induction n as [| n IH]; intros fs rs H.
  - rewrite total_ended by assumption. destruct fs, rs; simpl; try reflexivity. lia.
  - rewrite total_split, <- !IH by (apply headed_lengths; assumption).
    destruct fs as [| f fs]; [destruct n; reflexivity |]. destruct rs as [| r rs]; [| reflexivity].
    simpl. rewrite !IH by (apply (headed_lengths _ n (f :: fs)); assumption). rewrite !total_above_nil. lia.
Qed.

Lemma total_pairs : forall rs fs, total (above rs) fs =
  Z.of_nat (length (filter (fun p => below_b (snd p) (fst p)) (list_prod rs fs))).
Proof.
  intros rs fs. revert rs. induction fs as [| f fs IH]; intros rs.
  - simpl. induction rs as [| r rs IHr]; [reflexivity | exact IHr].
  - simpl total. rewrite IH. clear IH. unfold above. induction rs as [| r rs IHr]; [reflexivity |].
    change (list_prod (r :: rs) (f :: fs)) with (((r, f) :: map (fun y => (r, y)) fs) ++ list_prod rs (f :: fs)).
    change (list_prod (r :: rs) fs) with (map (fun y => (r, y)) fs ++ list_prod rs fs).
    rewrite !filter_app, !app_length. cbn [filter fst snd].
    destruct (below_b f r); cbn [length]; lia.
Qed.

Definition key_length (l : list key) : nat := fold_right (fun k n => Nat.max (length k) n) 0%nat l.

Lemma key_length_bound : forall l, Forall (fun k : key => (length k <= key_length l)%nat) l.
Proof.
  induction l as [| k l IH]; constructor; [simpl; lia |].
  eapply Forall_impl; [| exact IH]. simpl. intros a Ha. lia.
Qed.

(** The number of pairs (region, facet) among the leaves. *)
Definition facet_pairs (l : list (key * nat)) : Z :=
  let walls := of_codimension 1 l in pairs (key_length walls) walls (of_codimension 0 l).

Lemma NoDup_list_prod : forall A B (l : list A) (m : list B), NoDup l -> NoDup m -> NoDup (list_prod l m).
Proof.
  intros A B l m Hl Hm. induction Hl as [| a l Na _ IH]; [constructor |]. simpl.
  apply NoDup_app_disjoint; [| assumption |].
  - clear - Hm. induction Hm as [| b m Nb _ IH]; [constructor |]. simpl. constructor; [| assumption].
    intros H. apply in_map_iff in H. destruct H as [c [E H]]. injection E as ->. contradiction.
  - intros p H1 H2. apply in_map_iff in H1. destruct H1 as [b [<- _]]. apply in_prod_iff in H2. tauto.
Qed.

Lemma has_dimension_inhabited : forall d k S, has_dimension d k S -> exists x, S x.
Proof. intros d k S [gs [_ [_ [_ [x [e [H _]]]]]]]. exists x. exact H. Qed.

Theorem counts_facets : forall d limit box net t l, check d limit box net t = Some l -> (1 <= limit)%nat ->
  (1 <= d)%nat -> (0 < count 0 l)%Z ->
  mean_facets d box net (inject_Z (facet_pairs l) / inject_Z (count 0 l)).
Proof.
  intros d limit box net t l H Hl Hd Hc.
  assert (Hb : (length box <= d)%nat).
  { unfold check in H. destruct (length box <=? d)%nat eqn:E; [apply Nat.leb_le; assumption | discriminate]. }
  destruct (of_codimension_lists d limit box net t l 0 d H ltac:(lia) ltac:(lia)) as [Dr Ir].
  destruct (of_codimension_lists d limit box net t l 1 (d - 1) H ltac:(lia) ltac:(lia)) as [Df If].
  exists (count 0 l), (facet_pairs l). split; [| split; [| split; [assumption | reflexivity]]].
  - apply counts_cells with (limit := limit) (t := t); [assumption | lia | lia].
  - set (rs := of_codimension 0 l) in *. set (fs := of_codimension 1 l) in *.
    exists (map (fun p => (rev (fst p), rev (snd p))) (filter (fun p => below_b (snd p) (fst p)) (list_prod rs fs))).
    split; [split |].
    + apply Injective_map_NoDup.
      * intros [a b] [a' b'] E. simpl in E. injection E as E1 E2.
        rewrite <- (rev_involutive a), <- (rev_involutive b), E1, E2, !rev_involutive. reflexivity.
      * apply NoDup_filter, NoDup_list_prod; [apply NoDup_map_inv in Dr | apply NoDup_map_inv in Df]; assumption.
    + intros [r f]. simpl fst. simpl snd.
      assert (Split : In (r, f) (map (fun p => (rev (fst p), rev (snd p)))
          (filter (fun p => below_b (snd p) (fst p)) (list_prod rs fs))) <->
        In r (map (@rev comparison) rs) /\ In f (map (@rev comparison) fs) /\ below f r).
      { rewrite in_map_iff. split.
        - intros [[a b] [E B]]. simpl in E. injection E as <- <-. apply filter_In in B.
          destruct B as [B L]. simpl in L. apply below_b_iff, below_rev in L. apply in_prod_iff in B.
          split; [apply in_map; tauto |]. split; [apply in_map; tauto | assumption].
        - intros [R [F L]]. apply in_map_iff in R. destruct R as [a [<- R]]. apply in_map_iff in F.
          destruct F as [b [<- F]]. exists (a, b). split; [reflexivity |]. apply filter_In.
          split; [apply in_prod_iff; split; assumption |]. simpl. apply below_b_iff, below_rev. assumption. }
      rewrite Split, Ir, If. unfold region, facet. split.
      * intros [R [F L]]. split; [assumption |]. exists (d - 1)%nat. split; [lia |]. split; [assumption |].
        apply closure_iff; [assumption | | | assumption]; eapply has_dimension_inhabited; [exact F | exact R].
      * intros [R [k [E [F L]]]]. assert (k = (d - 1)%nat) by lia. subst k.
        split; [assumption |]. split; [assumption |].
        apply (closure_iff d box net f r); [assumption | | | assumption]; eapply has_dimension_inhabited; [exact F | exact R].
    + rewrite map_length, <- total_pairs. unfold facet_pairs. fold rs fs.
      rewrite pairs_total; [reflexivity |]. apply key_length_bound.
Qed.

(** The numbers are what they are: a predicate is satisfied by one number of things. *)
Theorem number_unique : forall A (P : A -> Prop) m n, number P m -> number P n -> m = n.
Proof.
  intros A P m n [l [[Nl Hl] <-]] [k [[Nk Hk] <-]]. f_equal. apply Nat.le_antisymm.
  - apply NoDup_incl_length; [assumption |]. intros a H. apply Hk, Hl, H.
  - apply NoDup_incl_length; [assumption |]. intros a H. apply Hl, Hk, H.
Qed.

Lemma mean_facets_equal : forall d box net m m', m == m' -> mean_facets d box net m -> mean_facets d box net m'.
Proof.
  intros d box net m m' E [regions [pairs [R [P [H M]]]]]. exists regions, pairs.
  split; [assumption |]. split; [assumption |]. split; [assumption |]. rewrite <- E. exact M.
Qed.
