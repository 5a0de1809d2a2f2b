"""Elements of the standard and the values of facets, as the results name them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from danao.errors import Text, UsageError
from danao.fleet.analysis.queries import query_named
from danao.fleet.analysis.tables import Tables
from danao.namespaces import DANAO, local_name

SYSTEM, REQUIREMENT = "system", "requirement"
# Terms that have a label among the elements but are none.
_TERMS = frozenset({"band", "reason", "facet"})
_NEAR = 5


@dataclass(frozen=True)
class Element:
    """An element of the standard; ``kind`` is its level, ``weight`` is in points and absent where it has none."""

    iri: str
    notation: str | None
    label: Text
    kind: str
    parent: str | None
    weight: Decimal | None

    def as_json(self) -> dict[str, Any]:
        """The element as a thing of JSON output."""
        return {"iri": self.iri, "label": self.label.as_json(), "notation": self.notation}


class Elements:
    """The elements that a fleet's results are about, in reading order."""

    def __init__(self, tables: Tables) -> None:
        rows = tables.rows(query_named("elements"))
        everything = [_element(row) for row in rows]
        self.all = [element for element in everything if element.kind not in _TERMS]
        self.by_iri: Mapping[str, Element] = {element.iri: element for element in everything}
        self._terms = {local_name(element.iri): element for element in everything if element.kind in _TERMS}

    @property
    def system(self) -> Element:
        """The whole.

        :raises UsageError: the results name none.
        """
        found = next((element for element in self.all if element.kind == SYSTEM), None)
        if found is None:
            raise UsageError(
                Text("结果中没有指标体系。", "The results name no indicator system."),
                fix=Text("检查 elements.parquet，或重新评估。", "Check elements.parquet, or assess again."),
            )
        return found

    def named(self, text: str) -> Element:
        """The element of a code, an IRI, the end of one, or a label.

        :raises UsageError: there is none; those that are near are named.
        """
        wanted = _folded(text)
        for names in (_codes, _labels):
            for element in self.all:
                if wanted in names(element):
                    return element
        raise self._unknown(text)

    def of_level(self, text: str) -> list[Element]:
        """The elements of a level, or the direct parts of the one with such a code.

        :raises UsageError: there is no such level and no such element, or it has no parts.
        """
        found = [element for element in self.all if element.kind == text]
        if found:
            return found
        whole = self.named(text)
        parts = [element for element in self.all if element.parent == whole.iri]
        if not parts:
            raise UsageError(
                Text(f"“{text}”没有下级要素。", f"'{text}' has no parts."),
                fix=Text(f"可用的层次：{'、'.join(self.levels())}。", f"Levels: {', '.join(self.levels())}."),
            )
        return parts

    def at(self, level: str | None, usual: str) -> list[Element]:
        """The elements of a level; where none is named, those of the usual one, if the standard has such elements.

        Where it has not, the direct parts of the whole stand in.

        :raises UsageError: as :meth:`of_level`.
        """
        if level is None and usual not in self.levels():
            return self.of_level(self.system.iri)
        return self.of_level(level or usual)

    def levels(self) -> list[str]:
        """The levels that there are, from the whole down."""
        return list(dict.fromkeys(element.kind for element in self.all))

    def term(self, name: str | None) -> dict[str, Any] | None:
        """A band, a reason or a facet by IRI or local name, as a thing of JSON output with the label it has."""
        if name is None:
            return None
        found = self.by_iri.get(name) or self._terms.get(name)
        label = found.label if found else Text(local_name(name), local_name(name))
        # The tables hold reasons by their local names, which are the framework's.
        iri = found.iri if found else name if ":" in name else DANAO + name
        return {"iri": iri, "label": label.as_json(), "notation": None}

    def facet(self, name: str) -> dict[str, Any]:
        """A facet by its name, with the label it has."""
        found = self._terms.get(name)
        return {"name": name, "label": (found.label if found else Text(name, name)).as_json()}

    def _unknown(self, text: str) -> UsageError:
        codes = [element.notation or local_name(element.iri) for element in self.all]
        near = difflib.get_close_matches(text, codes, n=_NEAR) or codes[:_NEAR]
        levels = self.levels()
        return UsageError(
            Text(f"结果中没有编号为“{text}”的要素。", f"The results know no element '{text}'."),
            fix=Text(
                f"相近的有：{'、'.join(near)}；层次有：{'、'.join(levels)}。",
                f"Near: {', '.join(near)}; levels: {', '.join(levels)}.",
            ),
        )


def _element(row: Mapping[str, Any]) -> Element:
    return Element(
        row["element"],
        row["notation"],
        text_of(row, "label", row["element"]),
        row["kind"] or "",
        row["parent"],
        row["weight"],
    )


def text_of(row: Mapping[str, Any], name: str, otherwise: str | None = None) -> Text:
    """A text of two columns, ``name_zh`` and ``name_en``; where one is empty the other stands for both."""
    zh, en = row[f"{name}_zh"], row[f"{name}_en"]
    fallback = zh or en or local_name(otherwise or "")
    return Text(zh or fallback, en or fallback)


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _codes(element: Element) -> set[str]:
    return {_folded(name) for name in (element.notation or "", element.iri, local_name(element.iri)) if name}


def _labels(element: Element) -> set[str]:
    return {_folded(element.label.zh), _folded(element.label.en)}


@dataclass(frozen=True)
class Value:
    """A value of a facet."""

    facet: str
    iri: str
    notation: str | None
    label: Text

    def as_json(self) -> dict[str, Any]:
        """The value as a thing of JSON output."""
        return {"iri": self.iri, "label": self.label.as_json(), "notation": self.notation}


def value_of(row: Mapping[str, Any]) -> Value:
    """The value in a row."""
    return Value(row["facet"], row["value"], row["notation"], text_of(row, "label", row["value"]))


def chosen_values(conditions: Sequence[tuple[str, str]], tables: Tables) -> list[Value]:
    """The values that conditions such as ``("city", "济南市")`` name, by label, code or IRI.

    :raises UsageError: there is no such facet, or no such value of it; those that are near are named.
    """
    if not conditions:
        return []
    values = [value_of(row) for row in tables.rows(query_named("facet-values"))]
    return [value for facet, text in conditions for value in _matching(facet, text, values)]


def _matching(facet: str, text: str, values: Iterable[Value]) -> list[Value]:
    known = list(values)
    of_facet = [value for value in known if value.facet == facet]
    if not of_facet:
        facets = sorted({value.facet for value in known})
        raise UsageError(
            Text(f"结果中没有分面“{facet}”。", f"The results have no facet '{facet}'."),
            fix=Text(f"现有的分面：{'、'.join(facets) or '无'}。", f"Facets: {', '.join(facets) or 'none'}."),
        )
    found = [value for value in of_facet if _folded(text) in _names(value)]
    if not found:
        labels = [value.label.zh for value in of_facet] + [value.label.en for value in of_facet]
        near = difflib.get_close_matches(text, labels, n=_NEAR) or labels[:_NEAR]
        raise UsageError(
            Text(f"分面“{facet}”没有取值“{text}”。", f"The facet '{facet}' has no value '{text}'."),
            fix=Text(f"相近的有：{'、'.join(near)}。", f"Near: {', '.join(near)}."),
        )
    return found


def _names(value: Value) -> set[str]:
    names = (value.iri, value.notation or "", value.label.zh, value.label.en)
    return {_folded(name) for name in names if name}
