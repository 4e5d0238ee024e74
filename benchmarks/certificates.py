"""Cost of certificates: `python benchmarks/certificates.py [WIDTHS@DOMAIN ...]`.

For each network (torch's default initialisation in float32, seed 0): seconds to enumerate, to write and to
check, and bytes a region, plain and compressed. The default list takes about a minute.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

import exactpoly as ep
from exactpoly.certificate import check
from exactpoly.certificate.write import write_certificate
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network

DEFAULT = ("2-16-16-1@[-1,1]^d", "3-32-32-1@[-1,1]^d", "3-32-32-1@R^d", "5-8-8-1@R^d")


def network(widths: tuple[int, ...]) -> Network:
    draw = np.random.default_rng(0)
    layers = []
    for index, (inputs, outputs) in enumerate(pairwise(widths)):
        bound = inputs**-0.5
        weight = draw.uniform(-bound, bound, (outputs, inputs)).astype(np.float32)
        bias = draw.uniform(-bound, bound, outputs).astype(np.float32)
        layers.append(Layer.of(weight, bias, relu=index < len(widths) - 2))
    return Network(tuple(layers), "-".join(map(str, widths)))


def main(words: list[str]) -> int:
    print(
        "| network | regions | vertices | enumerate s | write s | check s | check / produce |",
        end="",
    )
    print(" bytes a region | compressed |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for word in words or DEFAULT:
        widths, domain = word.split("@")
        net = network(tuple(map(int, widths.split("-"))))
        started = time.perf_counter()
        complex_ = ep.enumerate(net, domain=domain)
        enumerated = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            plain, packed = Path(folder, "a.cert"), Path(folder, "a.cert.gz")
            write_certificate(complex_, plain)
            written = time.perf_counter()
            write_certificate(complex_, packed)
            sizes = [path.stat().st_size / complex_.n_regions for path in (plain, packed)]
            begun = time.perf_counter()
            code, message = check.check_file(str(packed))
            checked = time.perf_counter() - begun
        if code:
            print(message, file=sys.stderr)
            return 1
        seconds = enumerated - started, written - enumerated
        print(
            f"| {word} | {complex_.n_regions} | {complex_._levels[0].size} |"
            f" {seconds[0]:.2f} | {seconds[1]:.2f} | {checked:.2f} | {checked / sum(seconds):.1f} |"
            f" {sizes[0]:.0f} | {sizes[1]:.0f} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
