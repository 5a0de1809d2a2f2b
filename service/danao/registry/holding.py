"""Knowledge as the record keeps it: a list of files, each an object, from which it can be loaded again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from danao.knowledge import Knowledge, knowledge_of
from danao.registry.record import Record
from danao.sources import schemes


def keep_knowledge(record: Record, knowledge: Knowledge) -> str:
    """Keep all files that a knowledge was loaded from; the digest of their list.

    The list has a line for each file: its name, a null, the digits of its digest.

    :raises RegistryFull: there is no room.
    """
    lines = [f"{name}\0{hashlib.sha256(data).hexdigest()}\n" for name, data in sorted(knowledge.sources.items())]
    listing = "".join(lines).encode()
    digest = f"sha256:{hashlib.sha256(listing).hexdigest()}"
    if not record.has(digest):
        for data in knowledge.sources.values():
            record.put(data)
        record.put(listing)
    return digest


def held_files(record: Record, digest: str) -> dict[str, bytes]:
    """The files of a list, by name.

    :raises DamagedRegistry: one is not there.
    """
    lines = record.get(digest).decode().splitlines()
    return {name: record.get(f"sha256:{digits}") for name, _, digits in (line.partition("\0") for line in lines)}


def held_knowledge(record: Record, digest: str, *, engine: str = "fast", cache: Path | None = None) -> Knowledge:
    """The knowledge of a list of files, with the one scheme that is among them.

    :raises DamagedRegistry: a file is not there.
    :raises KnowledgeError: this version of the software cannot use it.
    """
    files = held_files(record, digest)
    (scheme,) = schemes(files)
    return knowledge_of(files, scheme=scheme, engine=engine, cache=cache)
