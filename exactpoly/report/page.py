"""A report as one HTML file that needs nothing else: styles, the viewer and all data stand in it.

A content security policy in the page forbids it to load anything, so it shows the same by mail, offline
and years later.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Any

from exactpoly.report import page_parts as parts
from exactpoly.report.findings import Findings, View
from exactpoly.report.graph import graph_svg
from exactpoly.report.scene import TIE
from exactpoly.report.text import printable, widths_text

__all__ = ["film_html", "report_html"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def report_html(findings: Findings) -> str:
    """The whole page of a report."""
    network = findings.complex.full_network
    sections = [
        *(section(findings) for section in parts.FIRST),
        *_pictures(findings),
        *(section(findings) for section in parts.REST),
    ]
    lead = f"ReLU network {escape(widths_text(network))} on {parts.place(findings)}"
    return _document(printable(network.name), lead, sections, parts.footer(findings))


def film_html(title: str, lead: str, frames: Sequence[dict[str, Any]], command: str) -> str:
    """A page with one film: plane views of one window, each with a ``caption``."""
    data = {"kind": "film", "frames": list(frames)}
    slider = (
        f'<label>snapshot <input type="range" name="frame" min="0" max="{len(frames) - 1}" value="0">'
        '</label> <button type="button" name="play">play</button>'
        ' <output class="caption" aria-live="polite"></output>'
    )
    note = f"{len(frames)} networks in one window. Page up and page down show the one before and the next."
    body = f"<p>{escape(note)}</p>{_viewer('film', title, data, frames[-1], slider)}{command}"
    footer = (
        "Made by <b>exactpoly film</b>. Regions and boundaries are exact; corners are rounded to seven"
        " digits. This page loads nothing from anywhere."
    )
    return _document(title, escape(lead), [parts.section("film", "Film", body)], footer)


def _document(title: str, lead: str, sections: Sequence[str], footer: str) -> str:
    """A page. ``lead``, ``sections``, ``footer``: HTML."""
    name = escape(title)
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="generator" content="exactpoly">',
            f"<title>{name}: an exact report</title>",
            f"<style>{_asset('report.css')}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#main">Skip to the content</a>',
            "<header>",
            f"<h1>{name}</h1>",
            f"<p>{lead}</p>",
            "</header>",
            '<main id="main">',
            *[section for section in sections if section],
            "</main>",
            f"<footer>{footer}</footer>",
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
            "A partial complex is not drawn: the outputs of its neurons are not those of the network."
            if not findings.complex.complete
            else "There are too many regions to draw here, or they lie too far out for float64;"
            " <code>exactpoly plot --window</code> draws a part."
        )
        return [parts.section("pictures", "Pictures", f"<p>{reason}</p>")]
    return [_picture(place, view) for place, view in enumerate(views)]


def _picture(place: int, view: View) -> str:
    data = view.data
    if data["kind"] == "graph":
        figure = f"<figure>{graph_svg(data)}<figcaption>{escape(view.note)}</figcaption></figure>"
        return parts.section(f"picture-{place}", view.title, figure)
    extra = _solid_controls(data) if data["kind"] == "solid" else ""
    label = f"{view.title}. {view.note}"
    viewer = _viewer(str(place), label, data, data, extra)
    return parts.section(f"picture-{place}", view.title, f"<p>{escape(view.note)}</p>{viewer}")


def _solid_controls(data: dict[str, Any]) -> str:
    """How far bodies are apart, and which are shown."""
    flat = data.get("flat", False)
    present = [] if flat else sorted(set(data["pieces"]["classes"]))
    shown = "".join(
        f'<option value="{k}">{escape(data["classes"][str(k)])}</option>' for k in present
    )
    return (
        '<label>pull apart <input type="range" name="explode" min="0" max="200"'
        f' value="{0 if flat else 35}" aria-label="pull apart, per cent"></label>'
        f'<label{" hidden" if flat else ""}>show <select name="show">'
        f'<option value="">everything</option>{shown}</select></label>'
    )


def _viewer(name: str, label: str, data: dict[str, Any], sample: dict[str, Any], extra: str) -> str:
    """The canvas with its controls and data. ``sample``: the view that says what can be shown."""
    solid = data["kind"] == "solid"
    # A "<" in the data could end the script element.
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    options = [("class", "class"), ("facets", "number of facets"), ("bounded", "bounded or not")]
    flat = data.get("flat", False)
    if flat:
        options = [("class", "all the same")]
    elif not solid:
        options.append(("row", "neighbours differ"))
    several = len({k for k in sample["pieces"]["classes"] if k != TIE}) > 1
    first = "class" if several or flat else "facets"
    choices = "".join(
        f'<option value="{value}"{" selected" if value == first else ""}>{word}</option>'
        for value, word in options
    )
    one = "polygon" if flat else "region"
    buttons = "".join(
        f'<button type="button" data-key="{key}" aria-label="{word}" title="{word}">{sign}</button>'
        for key, word, sign in (
            ("+", "zoom in", "+"),
            ("-", "zoom out", "&minus;"),
            ("0", "back to the start", "&#8634;"),
            ("p", f"previous {one}", "&lsaquo;"),
            ("n", f"next {one}", "&rsaquo;"),
        )
    )
    return (
        f'<div class="picture"><div class="controls"><label>colour <select name="colour">{choices}'
        f"</select></label>{extra}<span>{buttons}</span></div>"
        f'<canvas tabindex="0" role="application" aria-label="{escape(label, quote=True)}"'
        f' aria-describedby="keys-{name}"></canvas>'
        '<div class="legend" aria-hidden="true"></div>'
        '<div class="facts" role="status" aria-live="polite" hidden></div>'
        f'<p class="keys" id="keys-{name}">Keys: arrows {"turn" if solid else "move"}, + and &minus; zoom,'
        f" n and p choose the next and the previous {one}, 0 starts again.</p>"
        "<noscript><p>The picture needs JavaScript; all numbers stand below.</p></noscript>"
        f'<script type="application/json">{text}</script></div>'
    )
