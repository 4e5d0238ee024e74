"""`exactpoly prove`: a VNN-LIB property, proved or refuted exactly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactpoly.commands.arguments import json_option, load_network, network_argument
from exactpoly.commands.questions import answer_options, deliver, float32_option, put

if TYPE_CHECKING:
    import numpy as np

    from exactpoly.network.network import Network
    from exactpoly.properties.answer import Answer
    from exactpoly.readers.reading import Reading
    from exactpoly.readers.vnnlib import VnnlibProperty
    from exactpoly.running.run import Run

__all__ = ["prove"]


@click.command(short_help="Prove or refute a VNN-LIB property, exactly.")
@network_argument
@click.argument("property_file", metavar="PROPERTY.vnnlib")
@answer_options
@click.option(
    "--network",
    "network_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the exact network to FILE, and only its digest into the certificate.",
)
@click.option(
    "--witness",
    "witness_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the witness in the competition's format, as a float32 point inside the box.",
)
@float32_option
@json_option
def prove(
    net: str,
    read_as: Reading,
    property_file: str,
    output: Path | None,
    run: Run,
    network_file: Path | None,
    witness_file: Path | None,
    float32: bool,
    as_json: bool,
) -> int:
    """Decide whether any point satisfies all assertions of PROPERTY.vnnlib, for the exact network in NET.

    unsat (exit code 0): there is none, and the certificate proves it. sat (exit code 4): there is one, and
    it is printed as fractions. partial (exit code 2): a limit ended the run. --witness FILE also writes the
    point rounded, with the outputs of ONNX Runtime if that is installed and NET is an ONNX file.
    """
    import exactpoly.front as front
    from exactpoly.readers.vnnlib import read_vnnlib
    from exactpoly.running.interruption import ending

    network = load_network(net, read_as)
    with ending(run):
        asked = read_vnnlib(property_file)
    answer = put(
        lambda **flags: front.prove(network, asked, float32=float32, **flags),
        run,
    )
    if witness_file is not None and answer.witness is not None:
        _write_witness(net, network, asked, answer, witness_file)
    return deliver(answer, output, network_file, as_json=as_json, bad=("sat",))


def _write_witness(
    net: str, network: Network, asked: VnnlibProperty, answer: Answer, path: Path
) -> None:
    """Round the witness into its box, replay it, and tell whether it still is one."""
    from fractions import Fraction

    from exactpoly.readers.witness import rounded_into, witness_text
    from exactpoly.running.files import write_whole

    witness = answer.witness or ()
    output = network.evaluate(witness)
    one = next(c for c in asked.conjunctions if c.holds(witness, output))
    near = rounded_into(witness, one.bounds)
    exact = [Fraction(float(x)) for x in near]
    holds = asked.holds(exact, network.evaluate(exact))
    answer.details["float32_point_is_exact_witness"] = "yes" if holds else "no"
    outputs = _replayed(net, near)
    if outputs is None:
        outputs = [float(y) for y in network.evaluate(exact)]
    else:
        told = asked.holds(exact, [Fraction(y) for y in outputs])
        answer.details["onnx_runtime_agrees"] = "yes" if told else "no"
    write_whole(path, witness_text(near, outputs))


def _replayed(net: str, point: np.ndarray) -> list[float] | None:
    """What ONNX Runtime puts out at a point; None where it is not installed or NET is no ONNX file."""
    if not net.endswith(".onnx"):
        return None
    try:
        import onnxruntime
    except ImportError:
        return None
    session = onnxruntime.InferenceSession(net, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0]
    shape = [n if isinstance(n, int) else 1 for n in entry.shape]
    (found, *_) = session.run(None, {entry.name: point.reshape(shape)})
    return [float(y) for y in found.ravel()]
