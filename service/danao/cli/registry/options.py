"""What the commands of a registry share: where it is, which store it has, who does it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from danao.cli.declared import Argument, Option
from danao.cli.options import DEFAULT_BASE
from danao.errors import Place, Text, UsageError

if TYPE_CHECKING:
    from danao.registry.entries import Written
    from danao.registry.record import Record
    from danao.registry.submit import Registry

Folder = Annotated[Path, Option("--registry", envvar="DANAO_REGISTRY", help="登记库的目录。 Folder of the registry.")]
FOLDER = Path("registry")
StoreAddress = Annotated[
    str | None,
    Option(
        "--store",
        envvar="DANAO_STORE",
        help="SPARQL 服务器的地址，默认用目录里的嵌入式存储。 Address of a SPARQL server; default: the embedded store.",
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

    return Written(now(time_zone), by or _login())


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def found_or_made(folder: Path, base: str) -> Record:
    """The record in a folder, or a new one whose instance data lives under a base.

    :raises UsageError: the one that is there has another base.
    """
    from danao.inputs import base_of
    from danao.registry.record import Record, create_record, is_registry

    if not is_registry(folder):
        return create_record(folder, base_of(base))
    record = Record(folder)
    if base not in {record.base, DEFAULT_BASE}:
        raise UsageError(
            Text(f"登记库的地址前缀是 {record.base}。", f"The base of the registry is {record.base}."),
            place=Place(file=str(folder)),
            fix=Text("不写 --base，或换一个登记库。", "Leave out --base, or use another registry."),
        )
    return record


def cache() -> Path | None:
    """Where compiled knowledge is kept."""
    from danao.cache import cache_folder

    return cache_folder(os.environ)


@contextmanager
def held(folder: Path, store: str | None) -> Iterator[Registry]:
    """The registry of a folder with its store, held while a command works on it."""
    from danao.registry.record import Record
    from danao.registry.submit import opened

    with opened(Record(folder), store, cache()) as registry:
        yield registry
