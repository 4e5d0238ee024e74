"""Chromium without a window, where it is installed: what a page does, and what it looks like."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
PROBE = """
<script>
window.addEventListener("load", () => setTimeout(() => {
  const results = [];
  for (const root of document.querySelectorAll(".picture")) {
    const canvas = root.querySelector("canvas"), facts = root.querySelector(".facts");
    const pixels = () => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const press = (key) => canvas.dispatchEvent(new KeyboardEvent("keydown", {key, cancelable: true}));
    const colours = new Set();
    const before = pixels();
    for (let i = 0; i < before.length; i += 4) colours.add(before.slice(i, i + 4).join());
    canvas.focus();
    const focused = document.activeElement === canvas;
    press("n");
    const first = facts.textContent;
    press("n");
    const second = facts.textContent;
    press("p");
    const again = facts.textContent;
    press("Escape");
    const hidden = facts.hidden;
    press("ArrowLeft");
    press("+");
    const moved = pixels().some((x, i) => x !== before[i]);
    press("0");
    const back = pixels().every((x, i) => x === before[i]);
    const select = root.querySelector("select");
    const modes = Array.from(select.options, (o) => o.value).map((value) => {
      select.value = value;
      select.dispatchEvent(new Event("change"));
      return root.querySelector(".legend").textContent;
    });
    const show = root.querySelector("[name=show]");
    let parts = [];
    if (show) {
      parts = Array.from(show.options, (o) => o.value).map((value) => {
        show.value = value;
        show.dispatchEvent(new Event("change"));
        const seen = pixels();
        let filled = 0;
        for (let i = 3; i < seen.length; i += 4) filled += seen[i] > 0;
        return filled;
      });
    }
    results.push({parts, ready: root.dataset.ready,
                  colours: colours.size, focused, first, second, again, hidden, moved,
                  back, modes, wide: canvas.clientWidth, tab: canvas.tabIndex,
                  label: canvas.getAttribute("aria-label")});
  }
  const out = document.createElement("pre");
  out.id = "probe";
  out.textContent = JSON.stringify({results, overflow: document.documentElement.scrollWidth > innerWidth});
  document.body.append(out);
}, 100));
</script>
"""


@dataclass(frozen=True)
class Seen:
    """``dom``: the page after its scripts ran; ``complaints``: what stood in the console."""

    dom: str
    complaints: list[str]


def chromium() -> str:
    """The browser, or the test is skipped."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("no Chromium here; apt-get install chromium runs this test")


def look(page: Path, *flags: str, width: int = 1100, dark: bool = False) -> Seen:
    """Open a page. ``flags``: more for the browser."""
    run = subprocess.run(
        [
            chromium(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            f"--user-data-dir={page.parent / 'profile'}",
            "--enable-logging=stderr",
            "--virtual-time-budget=8000",
            f"--window-size={width},1400",
            *(["--blink-settings=preferredColorScheme=0"] if dark else []),
            *(flags or ["--dump-dom"]),
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    complaints = re.findall(r"CONSOLE[^\n]*", run.stderr)
    # That the probe reads pixels often is no fault of the page.
    return Seen(run.stdout, [line for line in complaints if "willReadFrequently" not in line])
