"""Turtle and SPARQL as HTML in which the parts of speech have classes; the style sheet colours them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup


def highlighted(text: str, language: str) -> Markup:
    """A text in ``turtle`` or ``sparql``, escaped, as ``div.highlight > pre``."""
    # Slow to import, and only pages need them.
    from markupsafe import Markup
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers.rdf import SparqlLexer, TurtleLexer

    lexer = SparqlLexer() if language == "sparql" else TurtleLexer()
    return Markup(highlight(text, lexer, HtmlFormatter()))  # noqa: S704 - Pygments escapes what it is given
