"""Where the document of a resource is: ``/doc/…`` for what is at ``<base>id/…``, ``/def/…`` for terms of elsewhere.

Everything else below the base is its own document. A path without a suffix is negotiated, with one it is of one form.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from pyoxigraph import NamedNode

from danao.errors import BadRequest, Text
from danao.knowledge import Knowledge
from danao.namespaces import OWL, PUBLIC

# More than any IRI of a description may have, and less than servers take.
_LONGEST = 4_096
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})+")
_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
# What an IRI has as it is; everything else of ASCII stays escaped.
_PLAIN = re.compile(r"[A-Za-z0-9._~-]|[^\x00-\x9f\ud800-\udfff\ue000-\uf8ff\ufff0-\uffff]")
_HIDDEN = re.compile(r"%[01][0-9A-Fa-f]|%7[Ff]|[\x80-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Characters of IRIs that a path has as well.
_OF_PATHS = "/:@!$&'()*+,;=~%"


@dataclass(frozen=True)
class Addresses:
    """Paths of documents and the IRIs of what they are about, of one base and one knowledge.

    ``spaces`` are namespaces by their prefixes, ``terms`` what the knowledge speaks of, ``versions`` the ontology by
    the IRI of its version.
    """

    base: str
    spaces: Mapping[str, str]
    terms: Container[str]
    versions: Mapping[str, str]

    # ---- From an IRI to a path ----

    def path(self, iri: str) -> str | None:
        """The path of the document of an IRI; none for what is elsewhere and no term of the knowledge."""
        if iri.startswith(self.base):
            inside = iri[len(self.base) :]
            if inside.startswith("id/"):
                return _quoted(f"/doc/{inside[3:]}")
            # What is its own document has its parts in it.
            return "#".join(map(_quoted, f"/{inside}".split("#", 1)))
        if iri in self.terms or iri in self.versions:
            return self._definition(iri)
        return None

    def document(self, iri: str) -> str | None:
        """The IRI of the document of an IRI; none where there is none."""
        path = self.path(iri)
        return None if path is None else self.base + path[1:]

    def _definition(self, iri: str) -> str:
        # An ontology whose namespace is its name and a mark is what the namespace's own path is about.
        marked = next((prefix for space, prefix in self._ordered if space in {f"{iri}#", f"{iri}/"}), None)
        if marked is not None:
            return f"/def/{marked}/"
        for space, prefix in self._ordered:
            if iri.startswith(space):
                return _quoted(f"/def/{prefix}/{iri[len(space) :]}")
        return _quoted(f"/def/{iri.partition('://')[2]}")

    @cached_property
    def _ordered(self) -> list[tuple[str, str]]:
        """Namespaces with their prefixes, the longest first."""
        return sorted(((space, prefix) for prefix, space in self.spaces.items()), key=lambda one: (-len(one[0]), one))

    # ---- From a path to an IRI ----

    def iris(self, path: str) -> list[str]:
        """The IRIs that a path of a document, as it was sent, may mean: the likeliest first; none for a term not known.

        :raises BadRequest: no IRI has such a path.
        """
        plain = _unquoted(_sound(path))
        if plain.startswith("/def/"):
            return [iri for iri in self._defined(plain.removeprefix("/def/")) if iri in self.terms]
        inside = f"id/{plain[5:]}" if plain.startswith("/doc/") else plain[1:]
        # A mark that a path cannot have is escaped in it.
        marked = inside.replace("%23", "#").replace("%3F", "?")
        return [_iri(self.base + one) for one in dict.fromkeys((inside, marked))]

    def version(self, path: str) -> str | None:
        """The ontology of which a path names the version that is here."""
        name = _unquoted(_sound(path)).removeprefix("/def/")
        return next((self.versions[iri] for iri in self._defined(name) if iri in self.versions), None)

    def _defined(self, name: str) -> list[str]:
        """What a name below ``/def/`` may mean: a prefix with a local name, or an address without its scheme."""
        prefix, slash, local = name.replace("%23", "#").partition("/")
        if slash and prefix in self.spaces:
            space = self.spaces[prefix]
            return [space + local] if local else [space, space[:-1]]
        return [f"{scheme}://{prefix}{slash}{local}" for scheme in ("https", "http")]


def addresses_of(base: str, knowledge: Knowledge) -> Addresses:
    """The addresses of a service."""
    versions = {
        version: ontology
        for ontology in knowledge.index.column(OWL + "versionIRI")
        for version in knowledge.values(ontology, OWL + "versionIRI")
    }
    return Addresses(base, {**PUBLIC, **knowledge.prefixes}, knowledge.index, versions)


def _quoted(path: str) -> str:
    # What is escaped in an IRI is escaped in the same way in its path.
    return quote(path, safe=_OF_PATHS)


def _unquoted(path: str) -> str:
    """A path with the characters that stand as they are in IRIs (RFC 3987)."""
    return _ESCAPES.sub(lambda found: _characters(found[0]), path)


def _characters(escapes: str) -> str:
    try:
        text = bytes.fromhex(escapes.replace("%", "")).decode()
    except UnicodeDecodeError:
        raise _unfit() from None
    return "".join(sign if _PLAIN.fullmatch(sign) else quote(sign, safe="") for sign in text)


def _sound(path: str) -> str:
    if len(path) > _LONGEST or _BROKEN_ESCAPE.search(path):
        raise _unfit()
    plain = _unquoted(path)
    if _HIDDEN.search(plain) or {".", ".."} & set(plain.split("/")):
        raise _unfit()
    return path


def _iri(text: str) -> str:
    try:
        return NamedNode(text).value
    except ValueError:
        raise _unfit() from None


def _unfit() -> BadRequest:
    return BadRequest(
        Text("这个路径不是任何 IRI 的路径。", "No IRI has this path."),
        fix=Text(
            f"用 UTF-8 百分号编码，不含 . 和 .. 段，不超过 {_LONGEST} 个字符。",
            f"Escape it as UTF-8, without segments . and .., in at most {_LONGEST} characters.",
        ),
    )
