"""``python -m exactpoly`` is the command line."""

import sys

if __name__ == "__main__":
    try:
        from exactpoly.cli import main

        main(prog_name="exactpoly")
    except KeyboardInterrupt:  # before the command line takes over
        print("exactpoly: aborted", file=sys.stderr)
        sys.exit(130)
