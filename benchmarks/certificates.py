"""Cost of certificates: `python benchmarks/certificates.py [WIDTHS@DOMAIN ...]`.

For each network (torch's default initialisation in float32, seed 0): CPU seconds to enumerate, to write and
to check, as a whole and in its two parts, the points of all vertices and the rest; vertices checked a
minute; bytes a region, plain and compressed. CPU seconds, so that other work on the machine does not
count; on an idle machine they are the seconds one waits. The default list takes two minutes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

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


COLUMNS = (
    "network, regions, vertices, enumerate s, write s, check s, points s, rest s, check / produce,"
    " vertices a minute, bytes a region, compressed"
)


def seconds(action: Callable[[], Any]) -> tuple[float, Any]:
    started = time.process_time()
    result = action()
    return time.process_time() - started, result


def main(words: list[str]) -> int:
    names = COLUMNS.split(", ")
    print(f"| {' | '.join(names)} |\n|---|{'--:|' * (len(names) - 1)}")
    for word in words or DEFAULT:
        widths, domain = word.split("@")
        net = network(tuple(map(int, widths.split("-"))))
        made, complex_ = seconds(partial(ep.enumerate, net, domain=domain))
        vertices, regions = complex_.cells.sizes[0], complex_.n_regions
        with tempfile.TemporaryDirectory() as folder:
            plain, packed = Path(folder, "a.cert"), Path(folder, "a.cert.gz")
            written, _ = seconds(partial(write_certificate, complex_, plain))
            write_certificate(complex_, packed)
            sizes = [path.stat().st_size / regions for path in (plain, packed)]
            checked, (code, message) = seconds(partial(check.check_file, str(packed)))
            parts = [
                seconds(partial(check.check_file, str(packed), 1, part))
                for part in (range(vertices), range(0))
            ]
        if code or any(result[0] != check.PART for _, result in parts):
            print(message, file=sys.stderr)
            return 1
        costs = [made, written, checked, *(cost for cost, _ in parts)]
        print(
            f"| {word} | {regions:,} | {vertices:,} | {' | '.join(f'{x:.2f}' for x in costs)} |"
            f" {checked / (made + written):.1f} | {60 * vertices / checked:,.0f} |"
            f" {sizes[0]:.0f} | {sizes[1]:.0f} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
