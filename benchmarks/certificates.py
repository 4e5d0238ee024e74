"""Cost of certificates: `python benchmarks/certificates.py [WIDTHS@DOMAIN ...]`.

For each network (torch's default initialisation in float32, seed 0), CPU seconds of one core: to enumerate
(counts alone), what a certificate costs besides, plain and compressed, and to check it; peak memory of both
commands, imports included; bytes a region. CPU seconds, so that other work on the machine does not count;
on an idle machine they are the seconds one waits. The default list takes ten minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from exactpoly.certificate import check
from exactpoly.certificate.write_sections import write_streamed
from exactpoly.complex.compiled import count_cells
from exactpoly.domain import Domain
from exactpoly.network.layer import Layer
from exactpoly.network.network import Network
from exactpoly.summary import Summary

DEFAULT = (
    "2-16-16-1@[-1,1]^d",
    "3-32-32-1@[-1,1]^d",
    "3-64-64-1@[-1,1]^d",
    "5-8-8-1@R^d",
    "5-16-16-1@R^d",
)


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
    "network, regions, sections, enumerate s, `-o` besides s, `.gz` besides s, check s,"
    " check a region us, certify MiB, check MiB, bytes a region, compressed"
)


def seconds(action: Callable[[], Any]) -> tuple[float, Any]:
    started = time.process_time()
    result = action()
    return time.process_time() - started, result


def run(*arguments: str) -> tuple[float, int]:
    """CPU seconds and peak MiB of a Python process."""
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(output)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def hidden(net: Network) -> dict[str, Any]:
    """The network as a JSON file of hidden layers and an output layer."""
    layers = [
        {"weight": layer.float_weight.tolist(), "bias": layer.float_bias.tolist()}
        for layer in net.layers
    ]
    return {"hidden_layers": layers[:-1], "output_layer": layers[-1]}


def row(word: str, folder: Path) -> str:
    widths, text = word.split("@")
    net = network(tuple(map(int, widths.split("-"))))
    domain = Domain.parse(text, net.input_dimension)
    made, counts = seconds(partial(count_cells, net, domain))
    bars = counts.facet_histogram, counts.facet_histogram_with_domain_boundary
    simple = not any(counts.not_simple)
    summary = Summary(net, domain, "subdivide", counts.f_vector, *bars, simple)
    plain, packed, file = folder / "a.cert", folder / "a.cert.gz", folder / "net.json"
    costs = [seconds(partial(write_streamed, summary, counts, p))[0] for p in (plain, packed)]
    file.write_text(json.dumps(hidden(net)))
    options = ("--domain", text, "--audit", "none", "-o", str(plain))
    _, writing = run("-m", "exactpoly", "certify", str(file), *options)
    checked, checking = run(check.__file__, str(packed))
    header = check.Lines(plain.open("rb"), 1 << 40).next()
    regions = counts.f_vector[-1]
    sizes = [p.stat().st_size / regions for p in (plain, packed)]
    figures = [f"{regions:,}", str(header.get("sections", 1))]
    figures += [f"{x:.2f}" for x in (made, *costs, checked)]
    figures += [f"{1e6 * checked / regions:.0f}", str(writing), str(checking)]
    return f"| {word} | {' | '.join([*figures, *(f'{x:.0f}' for x in sizes)])} |"


def main(words: list[str]) -> int:
    names = COLUMNS.split(", ")
    print(f"| {' | '.join(names)} |\n|---|{'--:|' * (len(names) - 1)}")
    with tempfile.TemporaryDirectory() as folder:
        for word in words or DEFAULT:
            print(row(word, Path(folder)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
