"""Build the two-layer networks of the maximum of five and six numbers, and their certificates.

    python examples/build_maxima.py

Each identity is decided exactly, made into a network, and the network is proved to be the maximum by its
complex; the certificate is that of the complex on all of R^d.
"""

from pathlib import Path

import exactpoly as ep
from exactpoly.certificate.write import write_certificate
from exactpoly.depth.hinges import decide
from exactpoly.depth.identity import read_identity
from exactpoly.depth.networks import maximum_network, prove_maximum

HERE = Path(__file__).parent

for n in (5, 6):
    identity = read_identity(HERE / "depth" / f"max{n}_identity.json")
    verdict = decide(identity)
    network = maximum_network(identity)
    proof = prove_maximum(network)
    if not (verdict.holds and proof.holds):
        raise SystemExit(f"max{n}: not the maximum")
    ep.write_json(network, HERE / f"max{n}_two_layers.json")
    complex_ = ep.enumerate(network)
    write_certificate(complex_, HERE / f"max{n}_two_layers.cert.gz")
    print(
        f"max{n}_two_layers: widths {network.widths}, {complex_.n_regions} regions, f-vector"
        f" {complex_.f_vector}; equal to the maximum at {proof.vertices} vertices of the cube"
    )
