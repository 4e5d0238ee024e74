"""Print the documentation page of all theorems: ``python -m exactpoly.theory > docs/theorems.md``."""

from exactpoly.theory.registry import markdown

if __name__ == "__main__":
    print(markdown(), end="")
