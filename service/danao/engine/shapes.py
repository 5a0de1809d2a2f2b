"""SHACL of the fast engine: ``shacl``, and ``pyshacl-turbo`` on machines that have no wheel of it. Equal results."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from typing import Any, Protocol

from pyoxigraph import RdfFormat, parse

from danao.engine.interface import ShapeResult, in_order
from danao.errors import KnowledgeError, Text, UsageError
from danao.namespaces import SH

# As deep as ``shacl`` follows shapes into each other, 48 levels; ``pyshacl-turbo`` counts two steps a level.
_DEEPEST = 96


class CompiledShapes(Protocol):
    """A set of shapes, compiled once for any number of graphs. ``name`` is that of the package that does the work."""

    name: str
    version: str

    def validate(self, text: str) -> list[ShapeResult]:
        """The results over a graph in N-Triples, sorted, each once. A focus node that is a literal goes by its text.

        :raises KnowledgeError: the shapes nest deeper than they are followed.
        """


class ShaclShapes:
    """Shapes compiled by ``shacl``."""

    name = "shacl"

    def __init__(self, text: str) -> None:
        from shacl import Shapes

        self.version = version(self.name)
        try:
            self._shapes = Shapes.from_text(text, "ntriples")
        except ValueError as error:
            raise _unusable(self.name, error) from error

    def validate(self, text: str) -> list[ShapeResult]:
        try:
            report = self._shapes.validate_text(text, "ntriples")
        except ValueError as error:
            raise _unusable(self.name, error) from error
        return in_order(
            ShapeResult(
                focus=_plain(result.focus_node),
                shape=_plain(result.source_shape or ""),
                severity=_severity(result.severity_iri),
                value=result.value,
            )
            for result in report.results
        )


class TurboShapes:
    """Shapes compiled by ``pyshacl-turbo``."""

    name = "pyshacl-turbo"

    def __init__(self, text: str) -> None:
        # Its public functions read text and write reports through rdflib, which takes several times as long as
        # validating. What is used here instead may change with any version, so one exact version is required.
        from pyshacl_turbo import _native

        self.version = version(self.name)
        try:
            self._shapes = _native.CompiledShapes(
                source=text, rdf_format="nt", base=None, advanced=False, numeric_booleans=False, namespaces=[]
            )
        except (ValueError, RuntimeError) as error:
            raise _unusable(self.name, error) from error

    def validate(self, text: str) -> list[ShapeResult]:
        try:
            _, report, *_ = self._shapes.validate(
                source=text,
                rdf_format="nt",
                base=None,
                iterate_rules=False,
                max_rule_iterations=1,
                max_validation_depth=_DEEPEST,
                include_data=False,
                allow_infos=False,
                allow_warnings=False,
                abort_on_first=False,
                focus_nodes=[],
                use_shapes=[],
                namespaces=[],
            )
        except (ValueError, RuntimeError) as error:
            raise _unusable(self.name, error) from error
        return in_order(_reported(report))


# By the module that each is imported from, the faster first.
_KINDS: dict[str, type[ShaclShapes | TurboShapes]] = {"shacl": ShaclShapes, "pyshacl_turbo": TurboShapes}


def compile_shapes(text: str) -> CompiledShapes:
    """Shapes in N-Triples, compiled by the package that :func:`shapes_in_use` names.

    :raises KnowledgeError: they are no shapes that can be applied.
    :raises UsageError: no package for them is installed.
    """
    return shapes_in_use()(text)


def shapes_in_use() -> type[ShaclShapes | TurboShapes]:
    """What compiles shapes on this machine: the first that is installed. Never the reference engine.

    :raises UsageError: none is installed.
    """
    for module, kind in _KINDS.items():
        if _imported(module):
            return kind
    names = [kind.name for kind in _KINDS.values()]
    raise UsageError(
        Text(
            f"快速引擎缺少校验形状的程序包：{' 和 '.join(names)} 都没有安装，或不能在这台机器上运行。",
            f"The fast engine lacks a package for SHACL: neither {' nor '.join(names)} is installed and runs here.",
        ),
        fix=Text(
            f"重新安装 danao，或用 pip install 安装 {' 或 '.join(names)}；"
            "要用慢得多的参照引擎，写明 --engine reference。",
            f"Install danao again, or {' or '.join(names)} with pip install; the reference engine, which is much "
            "slower, is used only when asked for by --engine reference.",
        ),
    )


def _imported(module: str) -> bool:
    # Looking for it is not enough: a wheel of another platform is found and fails when it is loaded.
    try:
        import_module(module)
    except ImportError:
        return False
    return True


def _unusable(name: str, error: Exception) -> KnowledgeError:
    return KnowledgeError(
        Text(
            f"知识中的形状不能使用。{name} 的原话：{error}",
            f"The shapes of the knowledge cannot be applied. {name} says: {error}",
        ),
        fix=Text("改正 shapes/ 中的这一处。", "Mend that spot in shapes/."),
    )


def _reported(report: str) -> Iterator[ShapeResult]:
    """The results of a report in N-Triples, without those that hang below others as details."""
    found: list[Any] = []
    stated: dict[tuple[object, str], Any] = {}
    for quad in parse(report, format=RdfFormat.N_TRIPLES):
        stated[quad.subject, quad.predicate.value] = quad.object
        if quad.predicate.value == SH + "result":
            found.append(quad.object)
    for node in found:
        value = stated.get((node, SH + "value"))
        yield ShapeResult(
            focus=stated[node, SH + "focusNode"].value,
            shape=stated[node, SH + "sourceShape"].value,
            severity=_severity(stated[node, SH + "resultSeverity"].value),
            value=None if value is None else str(value),
        )


def _severity(iri: str) -> str:
    return iri.removeprefix(SH).lower()


def _plain(term: str) -> str:
    """The IRI of a node in N-Triples, or the text of a literal."""
    if not term.startswith('"'):
        return term.strip("<>")
    (quad,) = parse(f"<urn:x> <urn:x> {term} .", format=RdfFormat.N_TRIPLES)
    return str(getattr(quad.object, "value", ""))
