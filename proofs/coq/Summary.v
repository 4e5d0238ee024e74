(** The counts of a network from a tree that is written in hexadecimal digits.

    A file that `exactpoly certify --coq` writes states [summary ... = Some ...] and has it computed;
    the theorems here say what follows. *)

From Coq Require Import QArith List Lia Bool FMapPositive.
From Exactpoly Require Import Network Tree Certify Facets.
Import ListNotations.
Open Scope Z_scope.

(** * Reading

    A digit holds three bits of a natural number, most significant first; digits from 8 on say that
    more follow. The first digit of a literal is not read. Nothing is believed of what is read: any
    tree at all may be given to [check]. Large numbers occur many times in a tree, and reading them is
    what takes Coq time and memory: so each is written once, in a table, and the tree in places there. *)

Fixpoint digits (u : Hexadecimal.uint) : list Z :=
  match u with
  | Hexadecimal.Nil => []
  | Hexadecimal.D0 u => 0 :: digits u | Hexadecimal.D1 u => 1 :: digits u
  | Hexadecimal.D2 u => 2 :: digits u | Hexadecimal.D3 u => 3 :: digits u
  | Hexadecimal.D4 u => 4 :: digits u | Hexadecimal.D5 u => 5 :: digits u
  | Hexadecimal.D6 u => 6 :: digits u | Hexadecimal.D7 u => 7 :: digits u
  | Hexadecimal.D8 u => 8 :: digits u | Hexadecimal.D9 u => 9 :: digits u
  | Hexadecimal.Da u => 10 :: digits u | Hexadecimal.Db u => 11 :: digits u
  | Hexadecimal.Dc u => 12 :: digits u | Hexadecimal.Dd u => 13 :: digits u
  | Hexadecimal.De u => 14 :: digits u | Hexadecimal.Df u => 15 :: digits u
  end.

Fixpoint naturals (n : Z) (ds : list Z) : list Z :=
  match ds with
  | [] => []
  | d :: ds => if d <? 8 then 8 * n + d :: naturals 0 ds else naturals (8 * n + (d - 8)) ds
  end.

Definition literal (u : Number.uint) : list Z :=
  match u with Number.UIntHexadecimal u => naturals 0 (tl (digits u)) | _ => [] end.

(** 0, -1, 1, -2, .. as 0, 1, 2, 3, .. *)
Definition signed (n : Z) : Z := if Z.odd n then - Z.div2 (n + 1) else Z.div2 n.

Fixpoint read_multipliers (n : nat) (s : list Z) : multipliers * list Z :=
  match n, s with
  | S n, gap :: y :: s => let (ys, s) := read_multipliers n s in ((Z.to_nat gap, signed y) :: ys, s)
  | _, _ => ([], s)
  end.

Fixpoint read_tree (fuel d : nat) (s : list Z) : tree * list Z :=
  match fuel, s with
  | S fuel, tag :: s =>
      match tag with
      | 0 => (Leaf (map signed (firstn (S d) s)), skipn (S d) s)
      | 1 | 2 | 3 =>
          match s with
          | y :: n :: s =>
              let (ys, s) := read_multipliers (Z.to_nat n) s in
              let (t, s) := read_tree fuel d s in
              (One (match tag with 1 => Lt | 2 => Eq | _ => Gt end) y ys t, s)
          | _ => (Drop, s)
          end
      | 4 =>
          let (a, s) := read_tree fuel d s in
          let (z, s) := read_tree fuel d s in
          let (b, s) := read_tree fuel d s in
          (Cut a z b, s)
      | _ => (Drop, s)
      end
  | _, _ => (Drop, s)
  end.

Definition naturals_of (literals : list Number.uint) : list Z := concat (map literal literals).

Fixpoint entries (place : positive) (ns : list Z) (table : PositiveMap.t Z) : PositiveMap.t Z :=
  match ns with
  | [] => table
  | n :: ns => entries (Pos.succ place) ns (PositiveMap.add place n table)
  end.

(** The numbers at these places of the table, the first of which is 0; 0 where there is none. *)
Definition entries_at (places ns : list Z) : list Z :=
  let table := entries 1 ns (PositiveMap.empty Z) in
  map (fun p => match PositiveMap.find (Z.to_pos (p + 1)) table with Some n => n | None => 0 end) places.

Definition tree_of (depth d : nat) (numbers places : list Number.uint) : tree :=
  fst (read_tree depth d (entries_at (naturals_of places) (naturals_of numbers))).

(** * Counts

    The numbers of cells of codimension 0, 1, .., limit, of pairs (region, facet), and whether every
    cell has as many zeros as its codimension. *)

Definition summary (d limit : nat) (box : bounds) (net : network) (t : tree) : option (list Z * Z * bool) :=
  match check d limit box net t with
  | None => None
  | Some l => Some (map (fun n => count n l) (seq 0 (S limit)), facet_pairs l, simple_leaves l)
  end.

(** The same from the numbers of a tree: what is extracted to OCaml (../verified). *)
Definition summary_of_numbers (depth d limit : nat) (box : bounds) (net : network) (s : list Z) :=
  summary d limit box net (fst (read_tree depth d s)).

Theorem summary_cells : forall d limit box net t fs p s n k m,
  summary d limit box net t = Some (fs, p, s) -> nth_error fs n = Some m -> (n + k = d)%nat ->
  cells d box net k m.
Proof.
  intros d limit box net t fs p s n k m H Hn Hk. unfold summary in H.
  destruct (check d limit box net t) as [l |] eqn:C; [| discriminate].
  assert (E : fs = map (fun n => count n l) (seq 0 (S limit))) by congruence. clear H.
  assert (L : (n < S limit)%nat).
  { rewrite <- (seq_length (S limit) 0), <- (map_length (fun n => count n l)), <- E.
    apply nth_error_Some. rewrite Hn. discriminate. }
  assert (M : m = count n l).
  { apply (nth_error_nth _ _ 0) in Hn. rewrite <- Hn, E.
    rewrite (nth_indep _ 0 (count 0 l)) by (rewrite map_length, seq_length; exact L).
    rewrite (map_nth (fun n => count n l)), seq_nth by exact L. reflexivity. }
  rewrite M. eapply counts_cells; [exact C | lia | exact Hk].
Qed.

Theorem summary_mean : forall d limit box net t fs p s r,
  summary d limit box net t = Some (r :: fs, p, s) -> (1 <= limit)%nat -> (1 <= d)%nat -> 0 < r ->
  mean_facets d box net (inject_Z p / inject_Z r).
Proof.
  intros d limit box net t fs p s r H Hl Hd Hr. unfold summary in H.
  destruct (check d limit box net t) as [l |] eqn:C; [| discriminate].
  cbn [seq map] in H. injection H as Er _ Ep _. subst r p. eapply counts_facets; eassumption.
Qed.

Theorem summary_simple : forall d box net t fs p,
  summary d d box net t = Some (fs, p, true) -> simple d box net.
Proof.
  intros d box net t fs p H. unfold summary in H.
  destruct (check d d box net t) as [l |] eqn:C; [| discriminate].
  injection H as _ _ S. eapply simple_sound; eassumption.
Qed.
