(** Simple complexes in a rectangle: the mean number of edges of a region is exactly 4.

    [a] vertices inside (4 edges each), [b] where a neuron meets a side (3 edges), 4 corners (2 edges);
    [e] edges, [r] regions. Sides of the rectangle are cut into [b + 4] edges, each on one region;
    the other edges are on two. Euler: vertices - edges + regions = 1. *)

From Coq Require Import Lia ZArith.
Open Scope Z_scope.

Theorem box_2d : forall a b e r : Z,
  2 * e = 4 * a + 3 * b + 2 * 4 ->
  (a + b + 4) - e + r = 1 ->
  2 * (e - (b + 4)) + (b + 4) = 4 * r.
Proof. intros. lia. Qed.

(** Without the boundary edges the sum is [4 r - (b + 4)]: the mean is below 4. *)
Theorem box_2d_inner : forall a b e r : Z,
  2 * e = 4 * a + 3 * b + 2 * 4 ->
  (a + b + 4) - e + r = 1 ->
  2 * (e - (b + 4)) = 4 * r - (b + 4).
Proof. intros. lia. Qed.
