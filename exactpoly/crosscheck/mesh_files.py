"""Mesh files as claims: OBJ, PLY, STL, OFF and whatever else trimesh reads."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from exactpoly.crosscheck.claims import Claims
from exactpoly.crosscheck.further_claims import ClaimedMesh, Level
from exactpoly.crosscheck.numbers import FORMATS
from exactpoly.errors import InputError, MissingDependency
from exactpoly.running.files import check_input

__all__ = ["read_mesh"]


def read_mesh(
    path: str | Path, level: Level | None = None, *, tolerance: Fraction | None = None
) -> Claims:
    """The claims of a mesh file, that it is the surface `{f = c}`; ``level``: `{f = 0}` by default.

    Coordinates are the floats that the file holds, in STL float32. ``tolerance``: as ``vertex_tolerance``
    of a claims file. Raises `InputError` for a file that is no mesh, `MissingDependency` without trimesh.
    """
    try:
        import trimesh
    except ImportError as error:
        raise MissingDependency("meshes need trimesh", "trimesh") from error
    path = Path(path)
    check_input(path)
    try:
        found = trimesh.load(path, force="mesh", process=False)
        vertices, faces = found.vertices.tolist(), found.faces.tolist()
    except Exception as error:  # whatever its many readers raise for a bad file
        raise InputError(
            f"{path}: cannot be read as a mesh ({type(error).__name__}); give an OBJ, PLY or STL file"
        ) from error
    if not faces:
        raise InputError(f"{path}: has no faces, so it is not a mesh")
    if not all(abs(x) < float("inf") for point in vertices for x in point):
        raise InputError(f"{path}: a coordinate is not finite")
    points = tuple(tuple(Fraction(x) for x in point) for point in vertices)
    mesh = ClaimedMesh(level or Level(), points, tuple(tuple(face) for face in faces))
    numbers = FORMATS["float32" if path.suffix.lower() == ".stl" else "float64"]
    return Claims(path.name, numbers=numbers, meshes=(mesh,), vertex_tolerance=tolerance)
