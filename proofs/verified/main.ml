(* Reads a problem, has the extracted checker count the cells, compares with what is claimed.

   Not verified, and to be trusted: this file. The numbers of a problem, in decimal, separated by
   white space (exactpoly/certificate/verified.py writes them):

     d limit depth
     axes, then for each: lower upper, each as numerator denominator; 0 axes is the whole space
     layers, then for each: denominator units inputs, then for each unit: relu (0 or 1) bias weights
     claims: limit + 1 counts of cells by codimension, pairs (region, facet), simple (0 or 1)
     length of the tree, and its numbers

   Exit code: 0 all claims are true, 1 they are not, or the tree does not show it, 3 not readable. *)

(* Zarith's integers; the checker has a module Z of its own. *)
module Integer = Z

open Checker

exception Unreadable of string

let integer () =
  try Scanf.scanf " %[-0-9]" (fun word -> if word = "" then failwith "nothing" else Integer.of_string word)
  with _ -> raise (Unreadable "a number is missing or has other characters than digits")

let small () =
  let n = integer () in
  if Integer.sign n < 0 || not (Integer.fits_int n) then raise (Unreadable "a length is negative or too large");
  Integer.to_int n

let positive () =
  let n = integer () in
  if Integer.sign n <= 0 then raise (Unreadable "a denominator is not positive");
  n

let natural n = let rec go n acc = if n = 0 then acc else go (n - 1) (S acc) in go n O

(* In the order of the file, also where it is long. *)
let times n read =
  let rec go n acc = if n = 0 then List.rev acc else let x = read () in go (n - 1) (x :: acc) in
  go n []

let rational () = let num = integer () in let den = positive () in { qnum = num; qden = den }

let unit inputs () =
  let relu =
    match small () with
    | 0 -> false | 1 -> true | _ -> raise (Unreadable "relu is neither 0 nor 1")
  in
  let bias = integer () in
  { relu; bias; weights = times inputs integer }

let layer () =
  let denominator = positive () in
  let count = small () in
  let inputs = small () in
  { denominator; units = times count (unit inputs) }

let main () =
  let d = small () in
  let limit = small () in
  let depth = small () in
  let box = times (small ()) (fun () -> let lower = rational () in (lower, rational ())) in
  let net = times (small ()) layer in
  let counts = times (limit + 1) integer in
  let pairs = integer () in
  let simple = small () = 1 in
  let tree = times (small ()) integer in
  match summary_of_numbers (natural depth) (natural d) (natural limit) box net tree with
  | None -> print_endline "REFUSED: the tree does not account for the cells"; 1
  | Some ((found, found_pairs), found_simple) ->
    if List.equal Integer.equal found counts && Integer.equal found_pairs pairs && found_simple = simple then begin
      let total = List.fold_left Integer.add Integer.zero counts in
      Printf.printf "VERIFIED: %s cells, %s pairs of a region and a facet\n" (Integer.to_string total) (Integer.to_string pairs);
      0
    end else begin
      let text = String.concat " " (List.map Integer.to_string found) in
      Printf.printf "REFUSED: by codimension there are %s cells, %s pairs of a region and a facet, simple: %b\n"
        text (Integer.to_string found_pairs) found_simple;
      1
    end

let () =
  let code =
    try main () with
    | Unreadable reason -> print_endline ("UNREADABLE: " ^ reason); 3
    | Stack_overflow | Out_of_memory -> print_endline "UNREADABLE: too large for this machine's limits"; 3
  in
  exit code
