"""Libraries that come with an extra, looked for before a command needs them."""

from __future__ import annotations

from danao.errors import MissingExtra, Text


def needs(*libraries: str, extra: str) -> None:
    """See that the libraries of an extra are there, before anything imports them.

    :raises MissingExtra: one is not.
    """
    from importlib.util import find_spec

    missing = [library for library in libraries if find_spec(library) is None]
    if missing:
        raise MissingExtra(
            Text(f"没有安装 {'、'.join(missing)}。", f"Not installed: {', '.join(missing)}."),
            fix=Text(f"安装：pip install 'danao[{extra}]'。", f"Install it: pip install 'danao[{extra}]'."),
        )
