(** Definitions: a ReLU network with rational weights, its cells, regions and facets.

    Everything that the other files prove about networks is stated with the words of this page, and
    with nothing else. Points are lists of rational numbers. *)

From Coq Require Import QArith Qabs List.
Import ListNotations.
Open Scope Q_scope.

(** * Networks *)

(** [weights . h], over the coordinates that both have. *)
Fixpoint dot (weights : list Z) (h : list Q) : Q :=
  match weights, h with
  | w :: weights, x :: h => inject_Z w * x + dot weights h
  | _, _ => 0
  end.

(** A unit is a ReLU unit (a neuron) or passes its value on as it is. *)
Record Unit := { relu : bool; bias : Z; weights : list Z }.

(** The numbers of a layer are integers over one common denominator. *)
Record Layer := { denominator : positive; units : list Unit }.

Definition network := list Layer.

Definition preactivation (D : positive) (u : Unit) (h : list Q) : Q :=
  (inject_Z (bias u) + dot (weights u) h) / inject_Z (Zpos D).

Definition positive_part (z : Q) : Q := if Qlt_le_dec 0 z then z else 0.

Definition output (D : positive) (u : Unit) (h : list Q) : Q :=
  let z := preactivation D u h in if relu u then positive_part z else z.

(** The pre-activations of all neurons at [h], layer by layer. *)
Fixpoint preactivations (net : network) (h : list Q) : list Q :=
  match net with
  | [] => []
  | L :: net =>
      map (fun u => preactivation (denominator L) u h) (filter relu (units L))
      ++ preactivations net (map (fun u => output (denominator L) u h) (units L))
  end.

(** * Domains

    A box is the list of its bounds [(lower, upper)], one pair an axis; [[]] is the whole space. *)

Definition bounds := list (Q * Q).

(** [x_i - lower_i] and [upper_i - x_i] for each axis: nonnegative in the box, 0 on a side. *)
Fixpoint sides (box : bounds) (x : list Q) : list Q :=
  match box, x with
  | (lower, upper) :: box, a :: x => (a - lower) :: (upper - a) :: sides box x
  | _, _ => []
  end.

Definition inside (d : nat) (box : bounds) (x : list Q) : Prop :=
  length x = d /\ Forall (fun s => 0 <= s) (sides box x).

(** * Cells

    A sign is [Lt], [Eq] or [Gt]: negative, zero, positive. The key of a point is the list of the
    signs of its sides and of the pre-activations of all neurons. A cell is the set of all points of
    the domain that have one key. *)

Definition sign (z : Q) : comparison := z ?= 0.
Definition key := list comparison.

Definition key_of (box : bounds) (net : network) (x : list Q) : key :=
  map sign (sides box x ++ preactivations net x).

Definition cell (d : nat) (box : bounds) (net : network) (k : key) (x : list Q) : Prop :=
  inside d box x /\ key_of box net x = k.

(** * Dimension

    An affine form is a list of integers: its constant, then its coefficients. *)

Definition form := list Z.
Definition value (g : form) (x : list Q) : Q := dot g (1 :: x).

Fixpoint combination (cs : list Q) (gs : list form) (x : list Q) : Q :=
  match cs, gs with
  | c :: cs, g :: gs => c * value g x + combination cs gs x
  | _, _ => 0
  end.

(** Affine forms on [Q^d] are independent if no combination of them, but for the trivial one, is
    constant. (That is, if their gradients are linearly independent.) *)
Definition independent (d : nat) (gs : list form) : Prop :=
  forall (cs : list Q) (constant : Q), length cs = length gs ->
    (forall x, length x = d -> combination cs gs x == constant) ->
    Forall (fun c => c == 0) cs.

Definition zeros (gs : list form) (x : list Q) : Prop := Forall (fun g => value g x == 0) gs.

(** [near e x y]: every coordinate of y differs from that of x by less than e. *)
Definition near (e : Q) (x y : list Q) : Prop := Forall2 (fun a b => Qabs (a - b) < e) x y.

(** A set has dimension [k] if [d - k] independent affine forms vanish on it, and it contains all
    common zeros of these forms near one of its points. Proved in Linear.v: a set has at most one
    dimension. *)
Definition has_dimension (d k : nat) (S : list Q -> Prop) : Prop :=
  exists gs : list form,
    (length gs + k = d)%nat /\ independent d gs /\
    (forall x, S x -> zeros gs x) /\
    exists x e, S x /\ length x = d /\ 0 < e /\ forall y, near e x y -> zeros gs y -> S y.

(** * Regions and facets *)

Definition cell_of_dimension d box net (k : nat) (c : key) : Prop :=
  has_dimension d k (cell d box net c).

(** The regions are the cells of dimension [d]: those that contain a ball. *)
Definition region d box net (r : key) : Prop := cell_of_dimension d box net d r.

Definition in_closure (S : list Q -> Prop) (x : list Q) : Prop :=
  forall e, 0 < e -> exists y, S y /\ near e x y.

(** A facet of a region is a [(d-1)]-cell in its closure. In a box this includes facets on sides. *)
Definition facet d box net (r f : key) : Prop :=
  exists k, d = S k /\ cell_of_dimension d box net k f /\
  forall x, cell d box net f x -> in_closure (cell d box net r) x.

(** * Counting *)

(** [l] lists everything that satisfies [P], each once. *)
Definition lists {A : Type} (l : list A) (P : A -> Prop) : Prop :=
  NoDup l /\ forall a, In a l <-> P a.

Definition number {A : Type} (P : A -> Prop) (n : Z) : Prop :=
  exists l, lists l P /\ Z.of_nat (length l) = n.

(** [f_k = n]: the number of cells of dimension [k]. *)
Definition cells d box net (k : nat) (n : Z) : Prop := number (cell_of_dimension d box net k) n.

(** The mean number of facets of a region: pairs (region, facet of it) over regions. *)
Definition mean_facets d box net (m : Q) : Prop :=
  exists regions pairs : Z,
    number (region d box net) regions /\
    number (fun p => region d box net (fst p) /\ facet d box net (fst p) (snd p)) pairs /\
    (0 < regions)%Z /\ m == inject_Z pairs / inject_Z regions.

(** * Genericity *)

(** Every cell of dimension [k] has exactly [d - k] zeros. *)
Fixpoint count_zeros (c : key) : nat :=
  match c with [] => 0 | Eq :: c => S (count_zeros c) | _ :: c => count_zeros c end.

Definition simple d box net : Prop :=
  forall k c, cell_of_dimension d box net k c -> (count_zeros c + k = d)%nat.

(** [sub gs hs]: gs is hs with some members left out. *)
Inductive sub {A : Type} : list A -> list A -> Prop :=
  | sub_nil : sub [] []
  | sub_skip a gs hs : sub gs hs -> sub gs (a :: hs)
  | sub_take a gs hs : sub gs hs -> sub (a :: gs) (a :: hs).

(** Hyperplanes of [Q^m] in general position: any [m] or fewer are independent, more than [m] have
    no common point. *)
Definition general_position (m : nat) (gs : list form) : Prop :=
  forall hs, sub hs gs ->
    ((length hs <= m)%nat -> independent m hs) /\
    ((m < length hs)%nat -> forall x, length x = m -> ~ zeros hs x).

(** The hyperplanes of each layer are in general position in the space of the layer's inputs. *)
Definition hyperplane (u : Unit) : form := bias u :: weights u.

Fixpoint generic (inputs : nat) (net : network) : Prop :=
  match net with
  | [] => True
  | L :: net =>
      general_position inputs (map hyperplane (filter relu (units L)))
      /\ generic (length (units L)) net
  end.

(** * Shape *)

(** Layers of ReLU units alone, each with as many weights as the layer before has units. *)
Fixpoint widths (inputs : nat) (net : network) (ns : list nat) : Prop :=
  match net, ns with
  | [], [] => True
  | L :: net, n :: ns =>
      length (units L) = n /\
      Forall (fun u => relu u = true /\ length (weights u) = inputs) (units L) /\
      widths n net ns
  | _, _ => False
  end.
