"""CPU seconds for the region of a random point, with all facets, in networks too large to enumerate.

python benchmarks/region.py [WIDTHS ...]      such as 100-2000-2000-10
"""

from __future__ import annotations

import random
import sys
import time

from exactpoly.domain import Domain
from exactpoly.local.region import region_at
from exactpoly.studies.initialise import initialised


def main() -> None:
    for word in sys.argv[1:] or ["784-256-256-10", "100-2000-2000-10"]:
        widths = [int(n) for n in word.split("-")]
        network = initialised(widths, "torch", "torch", 0)
        draw = random.Random(0)
        point = [draw.randint(-(2**20), 2**20) / 2**20 for _ in range(widths[0])]
        start = time.process_time()
        region = region_at(network, point, Domain.space(widths[0]))
        spent = time.process_time() - start
        print(f"{word}: {len(region.facets):,} facets in {spent:.1f} CPU s")


if __name__ == "__main__":
    main()
