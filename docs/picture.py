"""docs/model.svg from docs/model.toml, with words from the ontology: ``python docs/picture.py`` writes it."""
# ruff: noqa: INP001 - docs/ holds pages, it is no package

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import CCCEV, DANAO, EARL, SH, local_name

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "model.svg"
SOURCE = ROOT / "docs" / "model.toml"

_SPACES = {"danao": DANAO, "cccev": CCCEV, "earl": EARL, "sh": SH}
_STYLE = """
  text { font: 13px system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; fill: #1b1f24; }
  .name { font-size: 12px; fill: #3d444d; }
  .zh { font-weight: 600; }
  .inside { font-size: 11px; fill: #57606a; }
  .paper { fill: #ffffff; }
  .box { fill: #ffffff; stroke: #57606a; stroke-width: 1.2; }
  .arrow { fill: none; stroke: #57606a; stroke-width: 1.4; }
  .head { fill: #57606a; }
  .KnowledgeGraph { fill: #e8f1fb; stroke: #e8f1fb; }
  .DescriptionGraph { fill: #eaf6ec; stroke: #eaf6ec; }
  .ExaminationGraph { fill: #fdf3e1; stroke: #fdf3e1; }
  .DerivedGraph { fill: #f3ecfa; stroke: #f3ecfa; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f3f6; }
    .name { fill: #c9d1d9; }
    .inside { fill: #9ea7b3; }
    .paper { fill: #0d1117; }
    .box { fill: #161b22; stroke: #9ea7b3; }
    .arrow { stroke: #9ea7b3; }
    .head { fill: #9ea7b3; }
    .KnowledgeGraph { fill: #12263f; stroke: #12263f; }
    .DescriptionGraph { fill: #12301c; stroke: #12301c; }
    .ExaminationGraph { fill: #3a2a0c; stroke: #3a2a0c; }
    .DerivedGraph { fill: #2a1d3d; stroke: #2a1d3d; }
  }
"""


@dataclass(frozen=True)
class Arrow:
    """A property from one class to another, each as an IRI."""

    start: str
    term: str
    end: str


def layout() -> dict[str, Any]:
    """What stands where."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def full(term: str) -> str:
    """The IRI of a term as the layout writes it."""
    prefix, _, name = term.rpartition(":")
    return _SPACES[prefix or "danao"] + name


def arrows() -> list[Arrow]:
    """The arrows of the picture."""
    return [Arrow(*(full(term) for term in arrow["of"])) for arrow in layout()["arrow"]]


def picture(knowledge: Knowledge) -> str:
    """The whole drawing."""
    plan = layout()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plan["width"]} {plan["height"]}" role="img" '
        'aria-labelledby="title">'
    )
    parts = [
        head,
        '<title id="title">danao: classes of the model and the properties between them, by who states them</title>',
        f"<style>{_STYLE}</style>",
        _rectangle((0, 0, plan["width"], plan["height"]), "paper"),
        *(line for panel in plan["panel"] for line in _panel(panel)),
        *(line for arrow in plan["arrow"] for line in _arrow(arrow)),
        *(line for term, box in plan["box"].items() for line in _box(term, box, knowledge)),
        *(_name(arrow) for arrow in plan["arrow"]),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _panel(panel: dict[str, Any]) -> Iterator[str]:
    left, top, *_ = panel["place"]
    yield _rectangle(panel["place"], panel["side"], 10)
    yield _text(left + 12, top + 22, f"{panel['zh']} {panel['en']}", "zh", "start")


def _arrow(arrow: dict[str, Any]) -> Iterator[str]:
    """The line, with its head drawn out so that every viewer shows it."""
    *_, (before_x, before_y), (x, y) = arrow["path"]
    points = " ".join(f"{left},{top}" for left, top in arrow["path"])
    yield f'<polyline class="arrow" points="{points}"/>'
    across, down = _sign(x - before_x), _sign(y - before_y)
    back_x, back_y = x - 9 * across, y - 9 * down
    corners = [(x, y), (back_x + 4 * down, back_y + 4 * across), (back_x - 4 * down, back_y - 4 * across)]
    yield f'<polygon class="head" points="{" ".join(f"{left},{top}" for left, top in corners)}"/>'


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _name(arrow: dict[str, Any]) -> str:
    left, baseline, anchor = arrow["name"]
    return _text(left, baseline, _shown(arrow["of"][1]), "name", anchor)


def _box(term: str, box: dict[str, Any], knowledge: Knowledge) -> Iterator[str]:
    left, top, width, height = box["place"]
    lines = [(box.get("zh") or knowledge.label(full(term)).zh, "zh"), (_shown(term), "name")]
    inside = box.get("inside", [])
    # As many names side by side as fit; a wide box has room for all.
    rows = [", ".join(_shown(name) for name in inside)] if _fits(inside, width) else [_shown(name) for name in inside]
    lines += [(row, "inside") for row in rows if row]
    yield _rectangle(box["place"], "box", 6)
    first = top + (height - 16 * len(lines)) // 2 + 12
    for number, (words, kind) in enumerate(lines):
        yield _text(left + width // 2, first + 16 * number, words, kind, "middle")


def _fits(names: list[str], width: int) -> bool:
    return len(", ".join(names)) * 6 <= width


def _shown(term: str) -> str:
    return term if ":" in term else local_name(full(term))


def _rectangle(place: tuple[int, int, int, int] | list[int], kind: str, radius: int = 0) -> str:
    left, top, width, height = place
    return f'<rect class="{kind}" x="{left}" y="{top}" width="{width}" height="{height}" rx="{radius}"/>'


def _text(left: int, baseline: int, words: str, kind: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{left}" y="{baseline}" text-anchor="{anchor}">{escape(words)}</text>'


if __name__ == "__main__":
    PICTURE.write_text(picture(load_knowledge()), encoding="utf-8", newline="\n")
