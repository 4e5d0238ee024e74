"""``python -m exactpoly`` is the command line."""

from exactpoly.cli import main

if __name__ == "__main__":
    main(prog_name="exactpoly")
