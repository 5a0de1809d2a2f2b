"""What the knowledge of a standard is written in: the framework's files, the standard's own, the triples in them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from danao.errors import KnowledgeError, Place, Text
from danao.resources import FOLDERS, FRAMEWORK, data_root

# What checks our own files decides no assessment, so it is no part of the knowledge and its digest.
_CHECKS = "shapes/self"
_SUFFIXES = {"ttl", "rq"}
_SCHEMES = "ontology/schemes/"
# Shape sets by the folders they are in.
SHAPE_SETS = {"description": ("shapes/description",), "claims": ("shapes/claims", "shapes/indicators")}


def knowledge_files(folder: Path | None) -> dict[str, bytes]:
    """The content of each file by its path below its root, with ``/``, sorted.

    ``folder`` holds another standard's files; the framework's always come from the package.

    :raises KnowledgeError: the folder holds none, one of the framework's, or one that cannot be read.
    """
    root = data_root()
    names = sorted(name for name in _names(root) if folder is None or name.startswith(FRAMEWORK))
    files = {name: _content(root, name) for name in names}
    return files if folder is None else dict(sorted((files | _own(folder)).items()))


def digest_of(files: Mapping[str, bytes]) -> str:
    """A digest of names and contents: the only sign that is trusted of whether a file has changed."""
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode(errors="surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


def _own(folder: Path) -> dict[str, bytes]:
    names = sorted(_names(folder))
    if not names:
        raise KnowledgeError(
            Text("知识目录里没有 ontology、shapes、rules。", "The knowledge folder has no ontology, shapes or rules."),
            place=Place(file=str(folder)),
            fix=Text("指定含有这三个子目录的目录。", "Name a folder that holds these three."),
        )
    for name in names:
        if name.startswith(FRAMEWORK):
            raise KnowledgeError(
                Text("框架的文件总是取自程序包，不能替换。", "The framework's files always come from the package."),
                place=Place(file=str(folder / name)),
                fix=Text("把它移到领域或版本的目录下。", "Move it to the folders of the domain or the edition."),
            )
    return {name: _content(folder, name) for name in names}


def _names(root: Path) -> Iterator[str]:
    for name in FOLDERS:
        yield from _below(f"{root}/{name}", name)


def _below(folder: str, name: str) -> Iterator[str]:
    # Lists of paths are made at each start: the standard library's objects for them take ten times as long.
    if name == _CHECKS or not os.path.isdir(folder):  # noqa: PTH112
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            stem, _, suffix = entry.name.rpartition(".")
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path, f"{name}/{entry.name}")
            elif stem and suffix in _SUFFIXES:
                yield f"{name}/{entry.name}"


def _content(root: Path, name: str) -> bytes:
    try:
        with open(f"{root}/{name}", "rb", buffering=0) as file:  # noqa: PTH123 - as above
            return file.readall()
    except OSError as fault:
        raise KnowledgeError(
            Text(f"知识文件读不了：{fault.strerror}。", f"A knowledge file cannot be read: {fault.strerror}."),
            place=Place(file=f"{root}/{name}"),
            fix=Text("检查路径和权限。", "Check the path and its permissions."),
        ) from fault


# ---- What is in them ----


def schemes(files: Mapping[str, bytes]) -> dict[str, str]:
    """The file of each scoring scheme, by the scheme's name."""
    return {Path(name).stem: name for name in files if name.startswith(_SCHEMES)}


def without_other_schemes(files: Mapping[str, bytes], scheme: str) -> dict[str, bytes]:
    """The files without those of schemes that are not applied."""
    return {name: data for name, data in files.items() if not name.startswith(_SCHEMES) or name == scheme}


def ontology_of(files: Mapping[str, bytes]) -> frozenset[Triple]:
    """All triples of the ontology, the schemes' among them.

    :raises KnowledgeError: a file cannot be parsed.
    """
    return _triples(files, "ontology/")


def shapes_of(files: Mapping[str, bytes]) -> dict[str, frozenset[Triple]]:
    """The triples of each set of shapes.

    :raises KnowledgeError: a file cannot be parsed.
    """
    return {name: _triples(files, *folders) for name, folders in SHAPE_SETS.items()}


def rules_of(files: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    """Query texts by folder below ``rules/``; the framework's and a standard's stand in the folders design names."""
    rules: dict[str, dict[str, str]] = {}
    for path, data in sorted(files.items()):
        if path.endswith(".rq"):
            folder, _, name = path.removeprefix("rules/").rpartition("/")
            rules.setdefault(folder, {})[name.removesuffix(".rq")] = data.decode()
    return rules


def _triples(files: Mapping[str, bytes], *folders: str) -> frozenset[Triple]:
    named = (name for name in files if name.startswith(folders) and name.endswith(".ttl"))
    return frozenset().union(*(parsed(name, files[name]) for name in named))


def parsed(name: str, data: bytes) -> list[Triple]:
    """The triples of one file; its blank nodes are named by the file and their place in it, the same each time.

    :raises KnowledgeError: it cannot be parsed.
    """
    prefix = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:8]
    names: dict[object, BlankNode] = {}

    def own(node: BlankNode) -> BlankNode:
        return names.setdefault(node, BlankNode(f"n{prefix}x{len(names)}"))

    try:
        return [_renamed(quad.triple, own) for quad in parse(data, format=RdfFormat.TURTLE)]
    except SyntaxError as fault:
        raise KnowledgeError(
            Text(f"知识文件有语法错误：{fault.msg}", f"A knowledge file has a syntax error: {fault.msg}"),
            place=Place(file=name, line=fault.lineno, column=fault.offset),
        ) from fault


def _renamed(triple: Triple, own: Callable[[BlankNode], BlankNode]) -> Triple:
    subject, thing = triple.subject, triple.object
    if not isinstance(subject, BlankNode) and not isinstance(thing, BlankNode):
        return triple
    return Triple(
        own(subject) if isinstance(subject, BlankNode) else subject,
        triple.predicate,
        own(thing) if isinstance(thing, BlankNode) else thing,
    )
