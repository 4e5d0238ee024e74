"""Homology of a torus that a 3-15-15-1 network has learned: exactpoly beside relucent, CPU seconds.

python benchmarks/relucent_torus.py [WIDTH] [--ours]        pip install relucent torch

The network is trained here on the distance to a torus (seed 0), the kind of network of relucent's own
example. Both are asked for `{f = 0}` and its Betti numbers. relucent may explore the whole space and cut
the boundary out, or search along the boundary alone; both are timed, on one worker. exactpoly computes the
homology of `{f = 0}`, `{f <= 0}` and `{f >= 0}`, integers included, and checks itself by duality.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any


def cpu() -> float:
    """CPU seconds of this process and of the children it has waited for."""
    import resource

    usages = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in usages)


def trained(width: int) -> Any:
    """A torch module of widths 3-width-width-1, trained on the signed distance to a torus."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    module = torch.nn.Sequential(
        torch.nn.Linear(3, width),
        torch.nn.ReLU(),
        torch.nn.Linear(width, width),
        torch.nn.ReLU(),
        torch.nn.Linear(width, 1),
    )
    optimiser = torch.optim.Adam(module.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.999)
    for _ in range(3000):
        x = 4 * torch.rand(512, 3) - 2
        ring = (x[:, 0] ** 2 + x[:, 1] ** 2).sqrt() - 1.2
        target = (ring**2 + x[:, 2] ** 2).sqrt() - 0.5
        loss = ((module(x)[:, 0] - target) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    print(f"3-{width}-{width}-1, mean squared error {float(loss.detach()):.4f}")
    return module.double()


def timed(name: str, run: Callable[[], Any]) -> float:
    """Run once, print the answer and the CPU seconds, return these."""
    since, wall = cpu(), time.perf_counter()
    try:
        answer = run()
    except Exception as error:  # another tool may raise anything; its words are the result
        answer = f"{type(error).__name__}: {error}"
    spent = cpu() - since
    print(
        f"{name:36} {spent:9.3f} CPU s {time.perf_counter() - wall:9.3f} s   {answer}", flush=True
    )
    return spent


def ours(module: Any) -> tuple[Any, ...]:
    import exactpoly as ep

    sets = ep.level_set(ep.load(module), 0)
    sets.check()
    return tuple((one.betti(), one.f_vector) for one in (sets.zero, sets.sub, sets.super))


def ours_boundary(module: Any) -> tuple[Any, ...]:
    import exactpoly as ep

    zero = ep.level_set(ep.load(module), 0).zero
    return zero.betti(), zero.f_vector


def theirs(module: Any, explore: bool) -> Any:
    import relucent
    import torch

    complex_ = relucent.Complex(torch.nn.Sequential(*module, torch.nn.ReLU()))
    last = complex_.n - 1
    if explore:
        complex_.bfs(nworkers=1, verbose=0)
        boundary = complex_.boundary_complex(last, verbose=0)
    else:
        boundary = complex_.discover_boundary_complex(last, nworkers=1, verbose=0)
    return boundary.betti_numbers(verbose=0), len(boundary)


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    module = trained(numbers[0] if numbers else 15)
    ours(module)  # imports are not what is measured
    mine = min(timed("exactpoly, all sets and duality", lambda: ours(module)) for _ in range(3))
    least = min(timed("exactpoly, {f = 0} alone", lambda: ours_boundary(module)) for _ in range(3))
    if "--ours" in sys.argv:
        return
    for name, explore in (("relucent, whole space", True), ("relucent, boundary alone", False)):
        spent = timed(name, lambda explore=explore: theirs(module, explore))
        print(f"    {spent / mine:.0f} times all our sets, {spent / least:.0f} times our {{f = 0}}")


if __name__ == "__main__":
    main()
