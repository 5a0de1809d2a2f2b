"""Queries of the fleet: SQL files whose heads say what they ask, which parameters they take, what columns they give.

A head is made of lines like these; a blank line ends it::

    -- Title: 中文 | English
    -- Answers: 中文 | English
    -- Parameter $name (kind, required): 中文 | English
    -- Parameter $name (kind, default: value): 中文 | English
    -- Column name (kind): 中文 | English

Kinds of a parameter: ``term`` (an element, by its code), ``project`` (by its identifier), ``integer``, ``decimal``,
``text``. Kinds of a column: ``element``, ``project`` (its seq), ``value`` (of a facet), ``term`` (what the fleet's
elements may have a label of), ``integer``, ``decimal``, ``date``, ``string``.
"""

from __future__ import annotations

from pathlib import Path

from danao.errors import Text
from danao.heads import Form, Question, read

_ENDING = ".sql"
_QUESTIONS = "questions"
_FORM = Form(
    comment="--",
    parameter="$",
    column="",
    kinds=("term", "project", "integer", "decimal", "text"),
    column_kinds=("element", "project", "value", "term", "integer", "decimal", "date", "string"),
    classes=False,
    unread=Text("SQL 文件的开头写得不对。", "The head of an SQL file cannot be read."),
)


def query_named(name: str) -> Question:
    """The query in a file below ``fleet/sql/``, by its path without the ending.

    :raises KnowledgeError: its head cannot be read.
    """
    file = f"{name}{_ENDING}"
    return read_query(name.rpartition("/")[2], file, (folder() / file).read_text(encoding="utf-8"))


def questions() -> list[Question]:
    """The questions that can be asked of a fleet's results, by name.

    :raises KnowledgeError: a head cannot be read.
    """
    names = sorted(path.stem for path in (folder() / _QUESTIONS).glob(f"*{_ENDING}"))
    return [query_named(f"{_QUESTIONS}/{name}") for name in names]


def folder() -> Path:
    """Where the SQL files are."""
    return Path(__file__).parents[1] / "sql"


def read_query(name: str, file: str, text: str) -> Question:
    """The query that a text states.

    :raises KnowledgeError: its head cannot be read; the line is told.
    """
    return read(name, file, text, _FORM)
