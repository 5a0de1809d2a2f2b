"""docs/errors.md from docs/errors-head.md and the shapes of descriptions: ``python docs/errors.py`` writes it."""
# ruff: noqa: INP001 - docs/ holds pages, it is no package

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "errors.md"
HEAD = ROOT / "docs" / "errors-head.md"
SHAPES = ROOT / "shapes" / "description"

_SH = "http://www.w3.org/ns/shacl#"
_FIX = "https://w3id.org/danao/ns#fix"
_SEVERITIES = {"Violation": "violation 违例", "Warning": "warning 提醒", "Info": "warning 提醒"}


@dataclass(frozen=True)
class Shape:
    """A shape that gives a problem its name: texts by language."""

    name: str
    severity: str
    label: dict[str, str]
    message: dict[str, str]
    fix: dict[str, str]


def page() -> str:
    """The whole page: names raised in Python, then those of shapes, file by file in reading order."""
    return HEAD.read_text(encoding="utf-8").rstrip("\n") + "\n" + "".join(_sections())


def _sections() -> Iterator[str]:
    # Framework first: what every standard checks, then what this one adds.
    for file in sorted(SHAPES.rglob("*.ttl"), key=lambda path: (path.parent.name != "framework", path.name)):
        shapes = list(shapes_of(file))
        if shapes:
            yield f"\n## {file.stem}\n\n`{file.relative_to(ROOT).as_posix()}`\n"
            yield from (_section(shape) for shape in shapes)


def shapes_of(file: Path) -> Iterator[Shape]:
    """The shapes of a file that have a message, in the order in which they stand."""
    blocks: dict[str, dict[str, list[NamedNode | Literal]]] = {}
    for triple in parse(file.read_bytes(), format=RdfFormat.TURTLE):
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            blocks.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, []).append(triple.object)
    for iri, block in blocks.items():
        if _SH + "message" in block:
            yield Shape(
                name=_local(iri),
                severity=_local(block[_SH + "severity"][0].value),
                label=_texts(block.get(_SH + "name", [])),
                message=_texts(block[_SH + "message"]),
                fix=_texts(block.get(_FIX, [])),
            )


def _texts(values: list[NamedNode | Literal]) -> dict[str, str]:
    return {value.language or "": value.value for value in values if isinstance(value, Literal)}


def _local(iri: str) -> str:
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]


def _section(shape: Shape) -> str:
    label = f" · {shape.label['en']} {shape.label['zh']}" if shape.label else ""
    lines = [f"\n### {shape.name}\n", f"{_SEVERITIES[shape.severity]}{label}\n"]
    lines += [
        f"- **{lang}** {_plain(shape.message[lang])}{_fix(shape.fix.get(lang), word)}"
        for lang, word in (("en", " Fix: "), ("zh", "改法："))
    ]
    return "\n".join(lines) + "\n"


def _fix(text: str | None, word: str) -> str:
    return word + _plain(text) if text else ""


def _plain(text: str) -> str:
    """Text whose angle brackets, stars and underscores Markdown leaves alone."""
    for sign in "\\<*_":
        text = text.replace(sign, "\\" + sign)
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
