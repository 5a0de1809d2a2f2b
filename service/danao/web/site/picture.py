"""The picture of the model: classes in boxes, properties as arrows, by who states them; drawn from ``model.toml``.

What stands where is laid down there, words come from the knowledge in use.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import CCCEV, DANAO, EARL, SH, local_name
from danao.view import both

SOURCE = Path(__file__).parent / "model.toml"
TITLE = Text(
    "模型中的类与它们之间的属性，按由谁陈述分组",
    "danao: classes of the model and the properties between them, by who states them",
)

_SPACES = {"danao": DANAO, "cccev": CCCEV, "earl": EARL, "sh": SH}


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


def drawing(knowledge: Knowledge, lang: str, path: Callable[[str], str | None]) -> dict[str, Any]:
    """The picture for a page: ``svg`` as HTML, in which boxes link to the ``path`` of their class, and its ``arrows``.

    The style sheet of pages colours it by its classes.
    """
    from markupsafe import Markup

    return {
        "svg": Markup("\n".join(Picture(knowledge, lang, path).lines())),  # noqa: S704 - every text in it is escaped
        "arrows": [
            {
                "start": both(knowledge.label(arrow.start)),
                "name": local_name(arrow.term),
                "end": both(knowledge.label(arrow.end)),
            }
            for arrow in arrows()
        ],
    }


@dataclass(frozen=True)
class Picture:
    """Draws the picture in a language; boxes are links where there is a ``path`` of their class."""

    knowledge: Knowledge
    lang: str
    path: Callable[[str], str | None] = lambda _: None

    def lines(self, style: str = "") -> Iterator[str]:
        """The lines of the drawing, with a style of its own if it is to stand alone."""
        plan = layout()
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="model" viewBox="0 0 {plan["width"]} {plan["height"]}" '
            f'role="{"img" if style else "group"}" aria-labelledby="model-title">'
        )
        yield f'<title id="model-title">{escape(TITLE.in_language("en" if style else self.lang))}</title>'
        if style:
            yield f"<style>{style}</style>"
        yield _rectangle((0, 0, plan["width"], plan["height"]), "paper")
        for panel in plan["panel"]:
            yield from _panel(panel)
        for arrow in plan["arrow"]:
            yield from _arrow(arrow)
        for term, box in plan["box"].items():
            yield from self._linked(term, list(self._box(term, box)))
        yield from (_name(arrow) for arrow in plan["arrow"])
        yield "</svg>"

    def _linked(self, term: str, lines: list[str]) -> Iterator[str]:
        path = self.path(full(term))
        yield from lines if path is None else (f'<a href="{escape(path)}">', *lines, "</a>")

    def _box(self, term: str, box: dict[str, Any]) -> Iterator[str]:
        left, top, width, height = box["place"]
        label = self.knowledge.label(full(term))
        first_line = (box.get("zh") or label.zh) if self.lang == "zh" else label.en
        lines = [(first_line, "zh"), (_shown(term), "name")]
        inside = box.get("inside", [])
        # As many names side by side as fit; a wide box has room for all.
        rows = (
            [", ".join(_shown(name) for name in inside)] if _fits(inside, width) else [_shown(name) for name in inside]
        )
        lines += [(row, "inside") for row in rows if row]
        yield _rectangle(box["place"], "box", 6)
        first = top + (height - 16 * len(lines)) // 2 + 12
        for number, (words, kind) in enumerate(lines):
            yield _text(left + width // 2, first + 16 * number, words, kind, "middle")


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


def _fits(names: list[str], width: int) -> bool:
    return len(", ".join(names)) * 6 <= width


def _shown(term: str) -> str:
    return term if ":" in term else local_name(full(term))


def _rectangle(place: tuple[int, int, int, int] | list[int], kind: str, radius: int = 0) -> str:
    left, top, width, height = place
    return f'<rect class="{kind}" x="{left}" y="{top}" width="{width}" height="{height}" rx="{radius}"/>'


def _text(left: int, baseline: int, words: str, kind: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{left}" y="{baseline}" text-anchor="{anchor}">{escape(words)}</text>'
