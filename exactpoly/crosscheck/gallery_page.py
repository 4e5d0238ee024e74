"""A gallery as one HTML page: sorted, filtered and opened by a small script, with pictures in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape

from exactpoly.crosscheck.gallery import Entry, Gallery
from exactpoly.crosscheck.pictures import STYLE
from exactpoly.crosscheck.text import verdict_text
from exactpoly.crosscheck.verdict import Outcome, Verdict

__all__ = ["Pictures", "gallery_page"]

Pictures = Mapping[tuple[str, str, str], str]
"""By digest, domain and tool: the SVG of a disagreement."""

_LARGEST = 3_500_000
"""Characters of pictures that a page holds; it is to be light enough to mail."""

_MARKS = {
    Outcome.RIGHT: ("\u2713", "ok"),
    Outcome.WRONG: ("\u2717", "bad"),
    Outcome.CRASHED: ("\u26a0", "bad"),
    Outcome.TIMED_OUT: ("\u29d6", "late"),
    Outcome.STOPPED: ("\u29d6", "late"),
    Outcome.REFUSED: ("\u25cb", "late"),
    Outcome.NOT_OFFERED: ("\u2013", "none"),
    Outcome.ABSENT: ("\u2013", "none"),
}
"""A sign and a colour for each outcome; the sign alone tells it."""

_COLUMNS = (
    "set",
    "network",
    "domain",
    "regions",
    "simple",
    "tool",
    "outcome",
    "promised",
    "CPU seconds",
)

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#f3f5f7;--line:#ccd3da;
--ok:#00684a;--bad:#b3261e;--late:#7a5200;--none:#667}
@media(prefers-color-scheme:dark){:root{--ink:#e4e6e8;--paper:#14171a;--soft:#1e2328;--line:#3a424a;
--ok:#5fd3a5;--bad:#ff8a7a;--late:#f0c05a;--none:#99a}}
*{box-sizing:border-box}
body{margin:0;padding:1rem;background:var(--paper);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
main{max-width:75rem;margin:auto}h1{font-size:1.5rem;margin:.2rem 0}p{max-width:60rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);padding:.6rem;font-size:.8rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .55rem;border-bottom:1px solid var(--line);vertical-align:top}
th{background:var(--soft)}#rows th{position:sticky;top:0}
th button{all:unset;cursor:pointer;font-weight:600}th button:focus-visible,td button:focus-visible{
outline:2px solid currentColor}
th[aria-sort=ascending] button::after{content:" \\25b2"}
th[aria-sort=descending] button::after{content:" \\25bc"}
#rows td:nth-child(2),#tools td:nth-child(-n+4){white-space:nowrap}
td button{all:unset;cursor:pointer;text-decoration:underline dotted}
.ok{color:var(--ok)}.bad{color:var(--bad)}.late{color:var(--late)}.none{color:var(--none)}
.out{font-style:italic;color:var(--none)}
form{display:flex;flex-wrap:wrap;gap:.6rem 1rem;margin:1rem 0;align-items:end}
label{display:flex;flex-direction:column;font-size:.8rem}label.row{flex-direction:row;gap:.4rem}
select,input[type=search]{font:inherit;padding:.2rem;background:var(--paper);color:var(--ink);
border:1px solid var(--line)}
.detail pre{margin:.3rem 0}
.detail svg{max-width:100%;height:auto}
@media(max-width:60rem){body{padding:.5rem}#tools thead{display:none}
#tools,#tools tbody,#rows,#rows tbody{display:block}
#rows thead tr,tbody tr{display:flex;flex-wrap:wrap;gap:0 .8rem;padding:.4rem .2rem}
tbody tr{border-bottom:1px solid var(--line)}tbody tr[hidden]{display:none}
#rows th{position:static;border:0;padding:.1rem}tbody td{border:0;padding:0}tbody td:empty{display:none}
#rows td:nth-child(7),#tools td:nth-child(5),.detail td{flex-basis:100%;min-width:0}
#rows td:nth-child(4)::before{content:"regions: "}#rows td:nth-child(5)::before{content:"simple: "}
#rows td:nth-child(8)::before{content:"promised: "}#rows td:nth-child(9)::after{content:" s"}
#tools td:nth-child(1),#rows td:nth-child(2){font-weight:600}
#tools td:nth-child(3)::before{content:"right, within its promise: "}
#tools td:nth-child(4)::before{content:"right, outside: "}}
"""

_SCRIPT = """
const told=JSON.parse(document.getElementById('told').textContent);
const body=document.querySelector('#rows tbody'),rows=[...body.rows],form=document.forms[0];
const count=document.getElementById('count');
for(const name of ['set','tool','outcome']){
  const all=[...new Set(rows.map(r=>r.dataset[name]))].sort();
  for(const word of all)form[name].add(new Option(word,word));
}
function close(){for(const d of body.querySelectorAll('.detail'))d.remove();
  for(const b of body.querySelectorAll('button'))b.setAttribute('aria-expanded','false');}
function filter(){close();let shown=0;const words=form.search.value.toLowerCase();
  for(const r of rows){
    const ok=['set','tool','outcome'].every(n=>!form[n].value||form[n].value===r.dataset[n])
      &&(!form.within.checked||r.dataset.promised==='yes')
      &&(!form.asked.checked||r.dataset.outcome!=='not offered')
      &&(!words||r.textContent.toLowerCase().includes(words));
    r.hidden=!ok;shown+=ok;}
  count.textContent=shown+' of '+rows.length+' verdicts';}
form.addEventListener('input',filter);form.addEventListener('submit',e=>e.preventDefault());
let order=0;
document.querySelectorAll('#rows th button').forEach((button,i)=>button.addEventListener('click',()=>{
  close();order=order===i+1?-(i+1):i+1;const sign=order>0?1:-1;
  document.querySelectorAll('#rows th').forEach(t=>t.removeAttribute('aria-sort'));
  button.parentNode.setAttribute('aria-sort',sign>0?'ascending':'descending');
  const key=r=>r.cells[i].dataset.v??r.cells[i].textContent;
  rows.sort((a,b)=>sign*String(key(a)).localeCompare(String(key(b)),'en',{numeric:true}));
  body.append(...rows);}));
body.addEventListener('click',e=>{const button=e.target.closest('button');if(!button)return;
  const row=button.closest('tr'),open=button.getAttribute('aria-expanded')==='true';close();if(open)return;
  button.setAttribute('aria-expanded','true');const [text,picture]=told[row.dataset.n];
  const detail=document.createElement('tr');detail.className='detail';
  const cell=detail.insertCell();cell.colSpan=9;
  const pre=document.createElement('pre');pre.textContent=text;cell.append(pre);
  if(picture)cell.insertAdjacentHTML('beforeend',picture);row.after(detail);});
filter();
"""


def gallery_page(
    gallery: Gallery, title: str, introduction: str, conditions: str, pictures: Pictures
) -> str:
    """The page; it needs nothing from elsewhere."""
    told: list[list[str]] = []
    lines = list(_rows(gallery, pictures, told))
    heads = "".join(f'<th><button type="button">{name}</button></th>' for name in _COLUMNS)
    data = json.dumps(told).replace("<", "\\u003c")
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_STYLE}{STYLE}</style></head><body><main>",
            f"<h1>{escape(title)}</h1><p>{escape(introduction)}</p>",
            f"<p>{escape(conditions)}</p><pre>{escape(gallery.command)}</pre>",
            _tools(gallery),
            '<form aria-label="filter"><label>set<select name="set"><option value="">all</option></select>'
            '</label><label>tool<select name="tool"><option value="">all</option></select></label>'
            '<label>outcome<select name="outcome"><option value="">all</option></select></label>'
            '<label>find<input type="search" name="search"></label>'
            '<label class="row"><input type="checkbox" name="within"> within the promise only</label>'
            '<label class="row"><input type="checkbox" name="asked" checked> offered only</label>'
            '<output id="count"></output></form>',
            f'<table id="rows"><thead><tr>{heads}</tr></thead><tbody>',
            *lines,
            f'</tbody></table></main><script type="application/json" id="told">{data}</script>',
            f"<script>{_SCRIPT}</script></body></html>\n",
        ]
    )


def _tools(gallery: Gallery) -> str:
    """What each tool promises, and how often it was right, within its promise and outside."""
    parts = [
        '<table id="tools"><thead><tr><th>tool</th><th>version</th>'
        "<th>right, within its promise</th><th>right, outside</th><th>it promises</th></tr></thead><tbody>"
    ]
    for tool in gallery.tools:
        within, outside = gallery.score(tool, promised=True), gallery.score(tool, promised=False)
        source = gallery.sources.get(tool, "")
        words = escape(gallery.promise(tool)) + (
            f"<br><small>{escape(source)}</small>" if source else ""
        )
        parts.append(
            f"<tr><td>{escape(tool)}</td><td>{escape(gallery.version(tool) or 'unknown')}</td>"
            f"<td>{_share(within)}</td><td>{_share(outside)}</td><td>{words}</td></tr>"
        )
    return "".join([*parts, "</tbody></table>"])


def _share(score: tuple[int, int]) -> str:
    return f"{score[0]} of {score[1]}" if score[1] else ""


def _rows(gallery: Gallery, pictures: Pictures, told: list[list[str]]) -> Iterator[str]:
    room = _LARGEST
    for entry in gallery.entries:
        for tool, verdict in zip(gallery.tools, entry.verdicts, strict=True):
            picture = pictures.get((entry.digest, entry.domain, tool), "")
            picture = picture if len(picture) <= room else ""
            room -= len(picture)
            yield _row(entry, tool, verdict, len(told))
            asked = verdict.outcome not in (Outcome.NOT_OFFERED, Outcome.ABSENT)
            told.append([verdict_text(verdict) if asked else verdict.message, picture])


def _row(entry: Entry, tool: str, verdict: Verdict, number: int) -> str:
    mark, colour = _MARKS[verdict.outcome]
    promised = {True: "yes", False: "no", None: ""}[verdict.promised]
    words = escape(verdict.headline()) if verdict.outcome is Outcome.WRONG else str(verdict.outcome)
    seconds = "" if verdict.cpu_seconds is None else f"{verdict.cpu_seconds:.2f}"
    apart = ' class="out"' if promised == "no" else ""
    return (
        f'<tr data-n="{number}" data-set="{escape(entry.folder)}" data-tool="{escape(tool)}"'
        f' data-outcome="{verdict.outcome}" data-promised="{promised}"><td>{escape(entry.folder)}</td>'
        f"<td>{escape(entry.network)}</td><td>{escape(entry.domain)}</td><td>{entry.regions}</td>"
        f"<td>{'yes' if entry.simple else 'no'}</td><td>{escape(tool)}</td>"
        f'<td class="{colour}"><button type="button" aria-expanded="false">{mark} {words}</button></td>'
        f"<td{apart}>{promised}</td><td>{seconds}</td></tr>"
    )
