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
    listing, digest = _listing(knowledge)
    if not record.has(digest):
        for data in knowledge.sources.values():
            record.put(data)
        record.put(listing)
    return digest


def _listing(knowledge: Knowledge) -> tuple[bytes, str]:
    """The list of the files of a knowledge, and its digest."""
    lines = [f"{name}\0{hashlib.sha256(data).hexdigest()}\n" for name, data in sorted(knowledge.sources.items())]
    listing = "".join(lines).encode()
    return listing, f"sha256:{hashlib.sha256(listing).hexdigest()}"


class Shelf:
    """A record with the knowledge that its entries were made with, each loaded once; ``loaded`` was loaded before."""

    def __init__(self, record: Record, cache: Path | None = None, loaded: Knowledge | None = None) -> None:
        self.record = record
        self._cache = cache
        self._loaded = {_listing(loaded)[1]: loaded} if loaded else {}

    def knowledge(self, listing: str) -> Knowledge:
        """The knowledge of a list of files, with the one scheme that is among them.

        :raises DamagedRegistry: a file is not there.
        :raises KnowledgeError: this version of the software cannot use it.
        """
        if listing not in self._loaded:
            files = held_files(self.record, listing)
            (scheme,) = schemes(files)
            self._loaded[listing] = knowledge_of(files, scheme=scheme, cache=self._cache)
        return self._loaded[listing]

    def remember(self, listing: str, knowledge: Knowledge) -> None:
        """Take a knowledge that is at hand for that of the list of its files, so that it need not be loaded."""
        self._loaded.setdefault(listing, knowledge)


def held_files(record: Record, digest: str) -> dict[str, bytes]:
    """The files of a list, by name.

    :raises DamagedRegistry: one is not there.
    """
    lines = record.get(digest).decode().splitlines()
    return {name: record.get(f"sha256:{digits}") for name, _, digits in (line.partition("\0") for line in lines)}
