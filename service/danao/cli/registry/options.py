"""What the commands of a registry share: where it is, which store it has, who does it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from danao.cli.declared import Argument, Option
from danao.cli.options import DEFAULT_BASE
from danao.errors import Place, Text, UsageError

if TYPE_CHECKING:
    from danao.registry.entries import Written
    from danao.registry.submit import Registry
    from danao.store import Location

Folder = Annotated[Path, Option("--registry", envvar="DANAO_REGISTRY", help="登记库的目录。 Folder of the registry.")]
FOLDER = Path("registry")
StoreAddress = Annotated[
    str | None,
    Option(
        "--store",
        envvar="DANAO_STORE",
        help="SPARQL 服务器的地址，默认用目录里的嵌入式存储。用户名、密码、令牌只从环境变量读取。"
        " Address of a SPARQL server; default: the embedded store. Credentials are read from the environment only.",
    ),
]
By = Annotated[
    str | None,
    Option("--by", envvar="DANAO_USER", help="由谁登记，默认是登录名。 Who does it; default: your login name."),
]
Identifier = Annotated[str, Argument(help="项目标识。 Identifier of a project.")]


def written_by(by: str | None, time_zone: str) -> Written:
    """The time now, and the name given or that of the login.

    :raises UsageError: there is no such time zone.
    """
    from danao.inputs import now
    from danao.registry.entries import Written

    return Written(now(time_zone), by or login())


def login() -> str:
    """The name of the user, or their number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def base_in(folder: Path, base: str) -> str:
    """The base that instance data of the registry in a folder lives under, or would if it were made now.

    :raises UsageError: the one that is there has another base.
    :raises OccupiedFolder: the folder holds something else.
    """
    from danao.inputs import base_of
    from danao.registry.record import Record, is_registry, refuse_occupied

    if not is_registry(folder):
        refuse_occupied(folder)
        return base_of(base)
    record = Record(folder)
    if base not in {record.base, DEFAULT_BASE}:
        raise UsageError(
            Text(f"登记库的地址前缀是 {record.base}。", f"The base of the registry is {record.base}."),
            place=Place(file=str(folder)),
            fix=Text("不写 --base，或换一个登记库。", "Leave out --base, or use another registry."),
        )
    return record.base


def cache() -> Path | None:
    """Where compiled knowledge is kept."""
    from danao.cache import cache_folder

    return cache_folder(os.environ)


@contextmanager
def held(folder: Path, store: str | None) -> Iterator[Registry]:
    """The registry of a folder with its store, held while a command works on it."""
    from danao.registry.record import Record
    from danao.registry.submit import opened

    record = Record(folder)
    with opened(record, located(record.base, store, os.environ), cache()) as registry:
        yield registry


# How a server is asked. Not options: other users of a machine see the options of commands.
_CREDENTIALS = {"user": "DANAO_STORE_USER", "password": "DANAO_STORE_PASSWORD", "token": "DANAO_STORE_TOKEN"}
# Where updates and graphs are, on servers that have them elsewhere than below one address.
_ADDRESSES = {"update": "DANAO_STORE_UPDATE", "graphs": "DANAO_STORE_GRAPHS"}


def located(base: str, store: str | None, environment: Mapping[str, str]) -> Location | None:
    """Where the store of a registry with such a base is; none for the embedded one in its folder.

    :raises UsageError: the address is wrong, or credentials and addresses do not go together.
    """
    from danao.store.server import Server

    if not store:
        return None
    if "://" not in store:
        return Path(store)
    given: dict[str, Any] = {
        name: environment[variable] for name, variable in _CREDENTIALS.items() if environment.get(variable)
    }
    apart: dict[str, Any] = {
        name: environment[variable] for name, variable in _ADDRESSES.items() if environment.get(variable)
    }
    if apart and len(apart) < len(_ADDRESSES):
        raise UsageError(
            Text(
                f"{' 和 '.join(_ADDRESSES.values())} 要一起给出。", f"{' and '.join(_ADDRESSES.values())} go together."
            ),
            fix=Text("两个都设置；--store 是查询的地址。", "Set both; --store is then the address of queries."),
        )
    # What else is on the server is neither listed nor cleared.
    return Server(query=store, **apart, **given, within=base) if apart else Server.at(store, **given, within=base)
