"""Evidence files: found for the distributions of a description, checked, kept by digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from danao.canonical import canonical_bytes
from danao.describe import Description
from danao.errors import Place, Text, UnfitFile
from danao.namespaces import DANAO, DCAT, SPDX
from danao.registry.record import Record
from danao.statements import Graph, Statement, graph_of, lexical, quoted, statements_of

# No evidence file is larger.
LARGEST = 50_000_000
_ZIP = b"PK\x03\x04"
# Types that are kept, by the ending of their names: how their files begin. Text has no such beginning.
_TYPES: Mapping[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".tif": (b"II*\0", b"MM\0*"),
    ".tiff": (b"II*\0", b"MM\0*"),
    ".docx": (_ZIP,),
    ".xlsx": (_ZIP,),
    ".pptx": (_ZIP,),
    ".ofd": (_ZIP,),
    ".zip": (_ZIP,),
    ".csv": (),
    ".txt": (),
}


_UNKNOWN = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".ofd": "application/ofd",
    ".zip": "application/zip",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


def evidence_files(description: Description, folders: Iterable[Path]) -> dict[str, bytes]:
    """The files for the distributions of a description that lie in folders, by the IRI of the distribution.

    A file belongs to a distribution whose address ends in its name.

    :raises UnfitFile: one is too large, not of the type that its name says, or not of the checksum that is stated.
    """
    wanted = _wanted(description)
    found: dict[str, bytes] = {}
    for folder in folders:
        for name, distributions in wanted.items():
            path = folder / name
            if path.is_file():
                data = _checked(path)
                for distribution in distributions:
                    _refuse_other(data, path, _checksums(distribution, description))
                    found[distribution] = data
    return found


def evidence_sent(description: Description, sent: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files for the distributions of a description that were sent by their names, by the IRI of the distribution.

    :raises UnfitFile: as :func:`evidence_files`, or because no distribution's address ends in the name of one.
    """
    wanted = _wanted(description)
    found: dict[str, bytes] = {}
    for name, data in sent.items():
        _refuse_unfit(data, Path(name))
        if name not in wanted:
            raise _unwanted(Path(name))
        for distribution in wanted[name]:
            _refuse_other(data, Path(name), _checksums(distribution, description))
            found[distribution] = data
    return found


def files_still_there(description: Description, before: Graph) -> dict[str, str]:
    """The digests of files that an earlier version had, by the distributions that a description still has.

    Where it states another checksum now, the file is no longer the distribution's.
    """
    wanted = {iri for distributions in _wanted(description).values() for iri in distributions}
    found = {one[0][1:-1]: lexical(one[2]) for one in before.statements}
    return {
        iri: digest
        for iri, digest in found.items()
        if iri in wanted and all(f"sha256:{stated}" == digest for stated in _checksums(iri, description))
    }


# A file, or the digest of one that the record has.
File = bytes | str


def keep_files(record: Record, files: Mapping[str, File]) -> str:
    """Keep files; the digest of the statements that say which file is which distribution's."""
    for data in files.values():
        if isinstance(data, bytes):
            record.put_file(data)
    return record.put(canonical_bytes(stated_files(files)))


def stated_files(files: Mapping[str, File]) -> Graph:
    """Statements that say which file is which distribution's."""
    digests = {iri: _digest_of(data) for iri, data in files.items()}
    return graph_of([(f"<{iri}>", f"<{DANAO}fileDigest>", quoted(digest)) for iri, digest in digests.items()])


def _digest_of(file: File) -> str:
    return file if isinstance(file, str) else f"sha256:{hashlib.sha256(file).hexdigest()}"


def file_digests(stated: Graph) -> list[str]:
    """The digests of the files that statements name, sorted."""
    return sorted({lexical(one[2]) for one in stated.statements})


def file_type(name: str) -> str:
    """The media type of an evidence file, by the ending of its name."""
    return _MEDIA_TYPES.get(Path(name).suffix.lower(), _UNKNOWN)


def file_types() -> set[str]:
    """The media types of evidence files, without parameters."""
    return {name.partition(";")[0] for name in (*_MEDIA_TYPES.values(), _UNKNOWN)}


def _wanted(description: Description) -> dict[str, list[str]]:
    """Name of a file → distributions whose address ends in it."""
    found: dict[str, list[str]] = {}
    for subject, predicate, thing in statements_of(description.facts):
        if predicate == f"<{DCAT}downloadURL>":
            name = unquote(urlsplit(lexical(thing)).path).rpartition("/")[2]
            # A name that leads elsewhere is none.
            if name and name not in {".", ".."} and "\0" not in name and "/" not in name:
                found.setdefault(name, []).append(subject[1:-1])
    return found


def _checksums(distribution: str, description: Description) -> list[str]:
    """The SHA-256 digits that are stated of a distribution."""
    by_subject: dict[str, list[Statement]] = {}
    for one in statements_of(description.facts):
        by_subject.setdefault(one[0], []).append(one)
    sums = [one[2] for one in by_subject.get(f"<{distribution}>", ()) if one[1] == f"<{SPDX}checksum>"]
    stated = [one for node in sums for one in by_subject.get(node, ())]
    algorithms = {one[0] for one in stated if one[1] == f"<{SPDX}algorithm>" and one[2].lower().endswith("sha256>")}
    return [lexical(one[2]).lower() for one in stated if one[1] == f"<{SPDX}checksumValue>" and one[0] in algorithms]


def _checked(path: Path) -> bytes:
    _refuse_large(path.stat().st_size, path)
    data = path.read_bytes()
    _refuse_unfit(data, path)
    return data


def _refuse_large(size: int, path: Path) -> None:
    if size > LARGEST:
        raise _unfit(
            path,
            Text(f"文件有 {size} 字节，超过上限 {LARGEST}。", f"The file has {size} bytes, more than {LARGEST}."),
            Text("压缩或拆分后再登记。", "Compress or split it."),
        )


def _refuse_unfit(data: bytes, path: Path) -> None:
    _refuse_large(len(data), path)
    beginnings = _TYPES.get(path.suffix.lower())
    if beginnings is None:
        raise _unfit(
            path,
            Text(f"不接受 {path.suffix or '没有扩展名'} 的文件。", f"Files of the type '{path.suffix}' are not kept."),
            Text(f"可用的类型：{' '.join(_TYPES)}。", f"Types: {' '.join(_TYPES)}."),
        )
    if not (data.startswith(beginnings) if beginnings else _is_text(data)):
        raise _unfit(
            path,
            Text(f"内容不是 {path.suffix} 文件。", f"The content is no {path.suffix} file."),
            Text("换成真正的文件，或改正文件名。", "Put the real file there, or correct its name."),
        )


def _unwanted(path: Path) -> UnfitFile:
    return _unfit(
        path,
        Text("没有哪个分发的地址以这个文件名结尾。", "No distribution's address ends in the name of this file."),
        Text(
            "在描述里给证据写 dcat:distribution 和 dcat:downloadURL，或改正文件名。",
            "State dcat:distribution and dcat:downloadURL of the evidence, or correct the name of the file.",
        ),
    )


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False


def _refuse_other(data: bytes, path: Path, checksums: Iterable[str]) -> None:
    digest = hashlib.sha256(data).hexdigest()
    for checksum in checksums:
        if checksum != digest:
            raise _unfit(
                path,
                Text(
                    "文件与描述中的校验值不符。", "The file is not the one of the checksum that the description states."
                ),
                Text(f"换成原来的文件，或把校验值改为 {digest}。", f"Put the original there, or state {digest}."),
            )


def _unfit(path: Path, what: Text, fix: Text) -> UnfitFile:
    return UnfitFile(what, place=Place(file=str(path)), fix=fix)
