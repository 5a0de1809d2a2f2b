"""The only importers of SHACL and OWL libraries and of SPARQL over what is assessed. One interface, two engines."""

from __future__ import annotations

from danao.engine.interface import Engine, Source
from danao.errors import Text, UsageError

__all__ = ["ENGINES", "Engine", "Source", "check_engine", "check_shapes", "make_engine"]

ENGINES = ("fast", "reference")


def check_engine(name: str) -> None:
    """Refuse an engine that does not exist, before anything is compiled for it.

    :raises UsageError: there is none of that name.
    """
    if name not in ENGINES:
        raise UsageError(
            Text(f"没有名为“{name}”的引擎。", f"There is no engine named '{name}'."),
            fix=Text(f"可用的引擎：{'、'.join(ENGINES)}。", f"Engines: {', '.join(ENGINES)}."),
        )


def check_shapes(text: str) -> None:
    """Refuse shapes, given as N-Triples, that cannot be applied, before anything is assessed by them.

    :raises KnowledgeError: they are not checked here, and the SHACL engine in use takes them for wrong.
    """
    from danao.engine.checks import links_or_none
    from danao.engine.footprint import lean
    from danao.engine.shapes import compile_shapes

    plain = lean(text)
    if links_or_none(plain) is None:
        compile_shapes(plain)


def make_engine(name: str, source: Source) -> Engine:
    """Compile a source for an engine; each engine's libraries are imported only when it is asked for.

    :raises UsageError: an engine of that name does not exist.
    """
    check_engine(name)
    if name == "reference":
        from danao.engine.reference import ReferenceEngine

        return ReferenceEngine(source)
    from danao.engine.fast import FastEngine

    return FastEngine(source)
