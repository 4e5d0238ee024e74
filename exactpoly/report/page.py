"""A report as one HTML file that needs nothing else: styles, the viewer and all data stand in it.

A content security policy in the page forbids it to load anything, so it shows the same by mail, offline
and years later.
"""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from typing import Any

from exactpoly.report import page_parts as parts
from exactpoly.report.findings import Findings, View
from exactpoly.report.scene import TIE
from exactpoly.report.text import printable, widths_text

__all__ = ["report_html"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def report_html(findings: Findings) -> str:
    """The whole page."""
    network = findings.complex.full_network
    name = escape(printable(network.name))
    sections = [
        *(section(findings) for section in parts.FIRST),
        *_pictures(findings),
        *(section(findings) for section in parts.REST),
    ]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="generator" content="exactpoly report">',
            f"<title>{name}: an exact report</title>",
            f"<style>{_asset('report.css')}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#summary">Skip to the numbers</a>',
            "<header>",
            f"<h1>{name}</h1>",
            f"<p>ReLU network {escape(widths_text(network))} on {parts.place(findings)}</p>",
            "</header>",
            "<main>",
            *[section for section in sections if section],
            "</main>",
            f"<footer>{parts.footer(findings)}</footer>",
            f"<script>{_asset('viewer.js')}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _asset(name: str) -> str:
    return (files("exactpoly.report") / "assets" / name).read_text(encoding="utf-8")


def _pictures(findings: Findings) -> list[str]:
    views = findings.views
    if not views:
        reason = (
            "With one input there is no map; <code>Network.surface_plot</code> draws the graph."
            if findings.complex.dimension == 1
            else "A partial complex is not drawn."
            if not findings.complex.complete
            else "There are too many regions to draw here; <code>exactpoly plot</code> draws a part."
        )
        return [parts.section("pictures", "Pictures", f"<p>{reason}</p>")]
    return [_picture(place, view) for place, view in enumerate(views)]


def _picture(place: int, view: View) -> str:
    data: dict[str, Any] = view.data
    solid = data["kind"] == "solid"
    # A "<" in the data could end the script element.
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    options = [("class", "class"), ("facets", "number of facets"), ("bounded", "bounded or not")]
    if not solid:
        options.append(("row", "neighbours differ"))
    several = len({k for k in data["pieces"]["classes"] if k != TIE}) > 1
    first = "class" if several else "facets"
    choices = "".join(
        f'<option value="{value}"{" selected" if value == first else ""}>{word}</option>'
        for value, word in options
    )
    explode = (
        '<label>pull apart <input type="range" name="explode" min="0" max="200" value="35"'
        ' aria-label="pull regions apart, per cent"></label>'
        if solid
        else ""
    )
    if solid:
        present = sorted(set(data["pieces"]["classes"]))
        shown = "".join(
            f'<option value="{k}">{escape(data["classes"][str(k)])}</option>' for k in present
        )
        explode += (
            f'<label>show <select name="show"><option value="">everything</option>{shown}</select>'
            "</label>"
        )
    buttons = "".join(
        f'<button type="button" data-key="{key}" aria-label="{word}" title="{word}">{sign}</button>'
        for key, word, sign in (
            ("+", "zoom in", "+"),
            ("-", "zoom out", "&minus;"),
            ("0", "back to the start", "&#8634;"),
            ("p", "previous region", "&lsaquo;"),
            ("n", "next region", "&rsaquo;"),
        )
    )
    label = f"{view.title}. {view.note}"
    body = (
        f'<p>{escape(view.note)}</p><div class="picture">'
        f'<div class="controls"><label>colour <select name="colour">{choices}</select></label>'
        f"{explode}<span>{buttons}</span></div>"
        f'<canvas tabindex="0" role="application" aria-label="{escape(label, quote=True)}"'
        f' aria-describedby="keys-{place}"></canvas>'
        '<div class="legend" aria-hidden="true"></div>'
        '<div class="facts" role="status" aria-live="polite" hidden></div>'
        f'<p class="keys" id="keys-{place}">Keys: arrows {"turn" if solid else "move"}, + and &minus; zoom,'
        " n and p choose the next and the previous region, 0 starts again.</p>"
        "<noscript><p>The picture needs JavaScript; all numbers stand below.</p></noscript>"
        f'<script type="application/json">{text}</script></div>'
    )
    return parts.section(f"picture-{place}", view.title, body)
