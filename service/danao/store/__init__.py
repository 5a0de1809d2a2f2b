"""Where graphs are kept to be asked: in a folder, or on a server that speaks SPARQL 1.1. One interface, two stores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from danao.errors import MissingExtra, Text

if TYPE_CHECKING:
    from danao.store.interface import Store
    from danao.store.server import Server

__all__ = ["Location", "open_store"]

# A folder, an address, or a server with settings of its own.
Location: TypeAlias = "str | Path | Server"

_SCHEMES = ("http://", "https://")
_LIBRARY = "httpx2"


def open_store(location: Location, *, within: str = "") -> Store:
    """The store in a folder, or on the server at an address, or with settings of its own.

    Below an address are ``query``, ``update`` and ``store``; a folder is made where there is none. On a server, only
    graphs whose names begin with ``within`` are listed and cleared. Libraries are imported when they are needed.

    :raises StoreFault: the store cannot be opened. A server is first asked when something is asked of the store.
    :raises UsageError: the address is wrong, or the folder holds something else.
    :raises MissingExtra: a server takes the extra ``remote``.
    """
    if isinstance(location, Path) or (isinstance(location, str) and not location.lower().startswith(_SCHEMES)):
        from danao.store.embedded import EmbeddedStore

        return EmbeddedStore(Path(location))
    from danao.store.server import Server

    server = Server.at(location) if isinstance(location, str) else location
    server = replace(server, within=within or server.within)
    try:
        from danao.store.remote import RemoteStore
    except ModuleNotFoundError as fault:
        if fault.name != _LIBRARY:
            raise
        raise MissingExtra(
            Text(f"没有安装 {_LIBRARY}。", f"Not installed: {_LIBRARY}."),
            fix=Text("安装：pip install 'danao[remote]'。", "Install it: pip install 'danao[remote]'."),
        ) from fault
    return RemoteStore(server)
