"""The documentation site: Sphinx over the Markdown pages of the repository, which read well alone too.

The source folder is the repository itself, so that a page links to a proof or to an example by the path
that also works where the repository is browsed. `sh docs/build.sh` builds it; nothing is fetched from
anywhere when it is built or read.
"""

from __future__ import annotations

import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "extensions")]

project = "exactpoly"
author = "exactpoly contributors"
copyright = author
html_title = "exactpoly"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx_click",
    "sphinxcontrib.katex",
    "myst_nb",
    "docstrings",
    "json_schemas",
    "formulas",
    "other_names",
    "places",
]
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "proofs/*.md",
    "proofs/coq/README.md",
    "exactpoly/certificate/FORMAT.md",
    "exactpoly/crosscheck/CLAIMS.md",
    "examples/**/README.md",
    "examples/judge/reports/*/REPORT.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
]
exclude_patterns = ["docs/_build", "docs/extensions", "**/.*", "**/.ipynb_checkpoints"]
nitpicky = False

# Markdown as the pages use it: formulas in dollars and in ```math fences, links to headings.
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_fence_as_directive = ["math"]
myst_dmath_double_inline = True
myst_heading_anchors = 4
myst_links_external_new_tab = False
suppress_warnings = ["myst.header"]  # a page may step from # to ### where its text asks for it

# Notebooks are run when the site is built, and an error in one stops the build.
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE / "_build" / "notebooks")
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_show_tb = True

# Docstrings write `name` for code.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_display_short_literal_types = True
python_maximum_signature_line_length = 88
maximum_signature_line_length = 88

# Formulas become MathML, which browsers draw by themselves: no style sheet and no fonts of KaTeX.
katex_css_path = "math.css"
katex_options = "output: 'mathml', throwOnError: false"

html_theme = "furo"
html_static_path = ["_static"]
html_extra_path = ["_extra"]
html_css_files = ["site.css"]
html_js_files = ["letters.js"]
html_show_sphinx = False
html_copy_source = False
html_theme_options: dict[str, Any] = {
    "navigation_with_keys": True,
    "light_css_variables": {"color-brand-primary": "#0b5c8a", "color-brand-content": "#0b5c8a"},
    "dark_css_variables": {"color-brand-primary": "#7cc4ec", "color-brand-content": "#7cc4ec"},
}
pygments_style = "friendly"


def _copy_math_font(app: Any) -> None:
    """STIX Two Math, which ziamath ships, beside the pages: not every system has a font for formulas."""
    target = Path(app.outdir) / "_static" / "STIXTwoMath-Regular.ttf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with as_file(files("ziamath.fonts") / target.name) as source:
        target.write_bytes(source.read_bytes())


def setup(app: Any) -> None:
    app.connect("builder-inited", _copy_math_font)
