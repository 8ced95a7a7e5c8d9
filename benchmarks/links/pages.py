"""Web pages made from a seed, shaped like real ones: sizes, links, scripts, style, traps.

Sizes are log-normal (p10 37 KB, median 103 KB, p90 313 KB, p99 about 1 MB); about 140 links a page.
Of ten pages seven have the link; the others have traps: the address in a comment, a script, another
host that contains it, a longer path.
"""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path

HOSTS = 40
WORDS = (
    "garden tool season plant leaf water soil root branch pruning shear cut clean sharp winter spring summer autumn seed flower "
    "tree grass path fence stone light shade bird bee honey apple pear plum cherry rose lily fern moss bark twig bud stem the a of "
    "and to in is that it for on with as was at by this be are from or an but not have they which one you were all her she there"
).split()


@dataclass(frozen=True)
class Made:
    host: str
    path: str
    target: str
    found: bool
    heavy_css: bool
    file: str

    def as_json(self) -> dict[str, object]:
        return {
            "host": self.host,
            "path": self.path,
            "target": self.target,
            "found": self.found,
            "heavy": self.heavy_css,
        }


def _words(dice: random.Random, count: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(count))


def _paragraph(dice: random.Random) -> str:
    """A piece of a real page's body: markup weighs about as much as words."""
    inner = _words(dice, dice.randint(15, 40))
    number = dice.randint(1, 9_999)
    if dice.random() < 0.22:
        inner += f' <a class="link link--inline" href="https://site{dice.randint(1, 500)}.example/{dice.choice(WORDS)}/{number}" target="_blank" rel="noopener">{_words(dice, 3)}</a> '
        inner += _words(dice, 12)
    shape = dice.random()
    if shape < 0.4:
        return f'<p class="p{number % 9}">{inner} <b>{_words(dice, 2)}</b> <em>{_words(dice, 2)}</em></p>\n'
    if shape < 0.75:
        cells = "".join(
            f'<li class="item item-{n}"><span class="label">{_words(dice, 2)}</span> <i class="icon icon-{n}"></i></li>'
            for n in range(dice.randint(3, 7))
        )
        return f'<div class="block block-{number}" data-id="{number}"><div class="block__inner"><h3 class="block__title">{_words(dice, 4)}</h3><ul class="items">{cells}</ul><p>{inner}</p></div></div>\n'
    return (
        f'<figure class="figure" id="f{number}"><div class="wrap"><img class="lazy" src="/img/{number}.jpg" width="640" height="360" alt="{_words(dice, 4)}"></div>'
        f'<figcaption class="figure__caption"><span>{inner}</span></figcaption></figure>\n'
    )


def _menu(dice: random.Random, count: int) -> str:
    rows = (
        f'<li class="menu-item menu-item-{n}"><a class="menu-link" href="/{dice.choice(WORDS)}/{n}/">{_words(dice, 2)}</a></li>'
        for n in range(count)
    )
    return f'<ul class="menu">{"".join(rows)}</ul>\n'


def _css(dice: random.Random, size: int) -> str:
    rules, length = [], 0
    while length < size:
        rule = f".{dice.choice(WORDS)}-{dice.randint(1, 99)} .{dice.choice(WORDS)}{{margin:{dice.randint(0, 40)}px;color:#{dice.randint(0, 0xFFFFFF):06x};display:{dice.choice(('block', 'flex', 'none'))}}}\n"
        rules.append(rule)
        length += len(rule)
    return f"<style>{''.join(rules)}@media (max-width:600px){{.side{{display:none}}}}</style>\n"


def _script(dice: random.Random, size: int) -> str:
    body = ";".join(
        f'var {dice.choice(WORDS)}{dice.randint(1, 999)}={{"k":"{_words(dice, 4)}","n":{dice.randint(1, 10**9)}}}'
        for _ in range(size // 45)
    )
    return f"<script>{body}</script>\n"


def _traps(target: str) -> str:
    bare = target.removeprefix("https://")
    return (
        f'<!-- <a href="{target}">old</a> --><script>var u="{target}"</script>'
        f'<a href="https://not{bare}">x</a><a href="{target}-more">y</a><a href="https://share.example/?u={target}">z</a>\n'
    )


def page(dice: random.Random, target: str, size: int, *, found: bool, heavy_css: bool) -> str:
    """One page of about `size` bytes."""
    css = _css(dice, 60_000 if heavy_css else dice.choice((0, 500, 3_000, 8_000)))
    script = _script(dice, int(size * 0.25))
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_words(dice, 6)}</title><link rel="canonical" href="">{css}{script}</head>'
    body = [
        f"<body class='page'><header><a href='/'>Home</a></header><nav>{_menu(dice, 40)}</nav><main><article><h1>{_words(dice, 7)}</h1>"
    ]
    aside = f"</article></main><aside class='side'>{_menu(dice, 25)}</aside><footer>{_menu(dice, 25)}</footer></body></html>"
    link = f'<p>{_words(dice, 30)} <a href="{target}" rel="noopener">{_words(dice, 3)}</a> {_words(dice, 30)}</p>'
    spent = len(head) + sum(map(len, body)) + len(aside)
    at = dice.random()
    placed = False
    while spent < size:
        part = _paragraph(dice)
        if not placed and spent / size > at:
            part += link if found else _traps(target)
            placed = True
        body.append(part)
        spent += len(part)
    if not placed:
        body.append(link if found else _traps(target))
    return head + "".join(body) + aside


def make(folder: Path, count: int, seed: int, *, heavy_css: bool = False) -> list[Made]:
    """Write `count` gzipped pages and their list; the same for the same seed."""
    dice = random.Random(seed)
    made = []
    for number in range(count):
        size = max(8_000, min(3_000_000, int(dice.lognormvariate(11.56, 0.867))))
        found, heavy = dice.random() < 0.7, heavy_css
        target = f"https://acme{dice.randint(1, 50)}.example/{dice.choice(WORDS)}/{number}"
        text = page(dice, target, size, found=found, heavy_css=heavy)
        name = f"{number}.gz"
        (folder / name).write_bytes(gzip.compress(text.encode(), 6, mtime=0))
        made.append(Made(f"127.0.0.{2 + number % HOSTS}", f"/{number}", target, found, heavy, name))
    (folder / "list.json").write_text(json.dumps([one.as_json() | {"file": one.file} for one in made]))
    return made
