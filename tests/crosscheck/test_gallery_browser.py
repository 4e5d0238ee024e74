"""The gallery page in a real browser: it opens, sorts, filters, and fits a narrow window."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

import exactpoly as ep
from exactpoly.crosscheck.claims_json import parse_claims
from exactpoly.crosscheck.gallery import Entry, Gallery
from exactpoly.crosscheck.gallery_files import gallery_html
from exactpoly.crosscheck.judge import judge
from exactpoly.crosscheck.verdict import Outcome, Verdict
from tests.crosscheck.statements import CASES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

ACTIONS = """
<script>{
const shown=()=>[...document.querySelectorAll('#rows tbody tr[data-n]')].filter(r=>!r.hidden);
const seen={start:shown().length};
shown()[0].querySelector('button').click();
seen.detail=document.querySelector('.detail pre').textContent.split('\\n')[0];
seen.picture=document.querySelectorAll('.detail svg path.m').length;
shown()[0].querySelector('button').click();seen.closed=document.querySelectorAll('.detail').length;
const heads=document.querySelectorAll('#rows th button');heads[3].click();
seen.up=shown().map(r=>r.cells[3].textContent);heads[3].click();
seen.down=shown().map(r=>r.cells[3].textContent);
seen.sort=heads[3].parentNode.getAttribute('aria-sort');
const form=document.forms[0];form.tool.value='two';form.dispatchEvent(new Event('input'));
seen.two=shown().length;form.tool.value='';form.within.checked=true;
form.dispatchEvent(new Event('input'));seen.within=shown().length;
form.within.checked=false;form.search.value='abs_gap';form.dispatchEvent(new Event('input'));
seen.found=shown().length;seen.count=document.getElementById('count').textContent;
seen.wide=document.documentElement.scrollWidth<=window.innerWidth;
seen.ground=getComputedStyle(document.body).backgroundColor;
document.body.setAttribute('data-seen',JSON.stringify(seen));
}</script></body>"""


def page() -> str:
    gallery = Gallery(("one", "two"), "exactpoly crosscheck", 60, "lenient", 2)
    for case, last in (("n03_near_parallel_1e-12", False), ("d15_abs_gap", True)):
        # Such a name makes a browser take the rest of the page for a script, if it stands in one.
        network = replace(ep.load(CASES / f"{case}.json"), name=f"{case}{' <!--<script>' * last}")
        complex_ = ep.enumerate(network, domain="[-1,1]^2")
        rows = [{"row": "".join("0+-"[s] for s in row)} for row in complex_.region_rows.tolist()][
            :1
        ]
        claims = {"format": "exactpoly-claims-1", "tool": "one", "regions": rows}
        wrong = judge(parse_claims(json.dumps(claims)), complex_)
        refused = Verdict(Outcome.REFUSED, "two", message="too thin", promised=True)
        entry = Entry(
            *("cases", network.name, network.digest, "[-1,1]^2", complex_.n_regions, True, 0.1),
            verdicts=(wrong, refused),
        )
        gallery.entries.append(entry)
        gallery.networks[network.digest] = network
    return gallery_html(gallery, pictures=True)


@pytest.mark.skipif(CHROMIUM is None, reason="the page is looked at in chromium")
@pytest.mark.parametrize(("size", "dark"), [("1300,900", False), ("420,900", True)])
def test_in_a_browser(tmp_path, size, dark):
    path = tmp_path / "page.html"
    path.write_text(page().replace("</body>", ACTIONS))
    command = [
        *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={size}"),
        *(f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=2000"),
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        *("--dump-dom", f"file://{path}"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    found = re.search(r'data-seen="([^"]*)"', done.stdout)
    assert found, done.stderr[-500:]
    seen = json.loads(found[1].replace("&quot;", '"'))
    assert seen["start"] == 4
    assert seen["detail"] == "one on n03_near_parallel_1e-12, [-1,1]^2: wrong"
    assert seen["picture"] >= 1
    assert seen["closed"] == 0
    assert seen["up"] == sorted(seen["up"], key=int)
    assert seen["down"] == seen["up"][::-1]
    assert seen["sort"] == "descending"
    assert (seen["two"], seen["within"], seen["found"]) == (2, 2, 2)
    assert seen["count"] == "2 of 4 verdicts"
    assert seen["wide"]
    assert seen["ground"] == ("rgb(20, 23, 26)" if dark else "rgb(255, 255, 255)")
