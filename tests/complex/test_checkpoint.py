"""A run that is stopped or killed at any moment resumes to the identical result."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import exactpoly as ep
from exactpoly.complex.checkpoint import load_checkpoint, save_checkpoint
from exactpoly.complex.subdivide import Subdivision
from exactpoly.readers.json_format import write_json


def network(widths: tuple[int, ...] = (2, 6, 6, 1), seed: int = 1) -> ep.Network:
    generator = np.random.default_rng(seed)
    layers = [
        ep.Layer.of(
            generator.uniform(-1, 1, (b, a)),
            generator.uniform(-1, 1, b),
            relu=index < len(widths) - 2,
        )
        for index, (a, b) in enumerate(pairwise(widths))
    ]
    return ep.Network(tuple(layers), "random")


def assert_same(one: ep.Complex, other: ep.Complex) -> None:
    assert one.f_vector == other.f_vector
    for k in range(one.dimension + 1):
        assert np.array_equal(one.signs(k), other.signs(k))
        assert np.array_equal(one.sides(k), other.sides(k))
    assert one.statistics == other.statistics


def undisturbed(network: ep.Network) -> ep.Complex:
    """By the engine that writes checkpoints, which lists cells in an order of its own."""
    run = Subdivision(network, ep.Domain.space(network.input_dimension))
    run.run()
    return ep.Complex(run)


@pytest.mark.parametrize("stop", range(13))
def test_resuming_after_any_neuron_gives_the_same_complex(stop: int, tmp_path: Path) -> None:
    net = network()
    path = tmp_path / "run.checkpoint"
    partial = Subdivision(net, ep.Domain.space(2))
    partial.run(should_stop=lambda run: "enough" if run.done == stop else None)
    save_checkpoint(partial, path)
    resumed = load_checkpoint(net, ep.Domain.space(2), path)
    assert resumed.done == stop
    resumed.run()
    assert_same(ep.Complex(resumed), undisturbed(net))


def test_a_limit_leaves_a_checkpoint_and_the_end_removes_it(tmp_path: Path) -> None:
    net = network()
    path = tmp_path / "run.checkpoint"
    partial = ep.enumerate(net, limits=ep.Limits(max_cells=60), checkpoint=path)
    assert not partial.complete
    assert path.exists()
    assert_same(ep.enumerate(net, checkpoint=path), undisturbed(net))
    assert not path.exists()


def test_a_killed_run_resumes(tmp_path: Path) -> None:
    net = network((3, 24, 24, 1))
    file, path = tmp_path / "net.json", tmp_path / "run.checkpoint"
    write_json(net, file)
    script = (
        "import sys, exactpoly as ep\n"
        "ep.enumerate(sys.argv[1], checkpoint=sys.argv[2], checkpoint_seconds=0)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(file), str(path)])
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.005)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert path.exists(), "the run ended before it could be killed"
    assert_same(ep.enumerate(file, checkpoint=path), undisturbed(net))


def test_damage_is_detected(tmp_path: Path) -> None:
    net = network()
    path = tmp_path / "run.checkpoint"
    ep.enumerate(net, limits=ep.Limits(max_cells=60), checkpoint=path)
    good = path.read_bytes()
    generator = np.random.default_rng(0)
    refused = 0
    for position in generator.integers(0, len(good), 60):
        bad = bytearray(good)
        bad[position] ^= 0xFF
        path.write_bytes(bytes(bad))
        # A flipped byte is either refused, or it lies in padding that no reader looks at.
        resumed = None
        with suppress(ep.InputError):
            resumed = load_checkpoint(net, ep.Domain.space(2), path)
        refused += resumed is None
        if resumed is not None:
            resumed.run()
            assert_same(ep.Complex(resumed), undisturbed(net))
    assert refused > 30
    path.write_bytes(good[: len(good) // 2])
    with pytest.raises(ep.InputError, match="checkpoint"):
        load_checkpoint(net, ep.Domain.space(2), path)


def test_another_network_or_domain_is_refused(tmp_path: Path) -> None:
    net = network()
    path = tmp_path / "run.checkpoint"
    ep.enumerate(net, limits=ep.Limits(max_cells=60), checkpoint=path)
    with pytest.raises(ep.InputError, match="network"):
        load_checkpoint(network(seed=2), ep.Domain.space(2), path)
    with pytest.raises(ep.InputError, match="domain"):
        load_checkpoint(net, ep.Domain.box(2, -1, 1), path)
