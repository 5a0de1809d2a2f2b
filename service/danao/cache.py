"""A cache on disk of what can be computed again: bytes by key.

Whatever is wrong with it, it is as if it were not there: no home, a full disk, a half-written or foreign entry.
What is kept may hold code, as Python's own bytecode does. So only what nobody else could have written is read: the
folder and the entries are the user's own, no symbolic links, and writable by nobody else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.machinery import PathFinder
from pathlib import Path

from danao import __version__

# The head of an entry: what it is, then the digest of its name and of what follows.
_MAGIC = b"danao cache 1\n"
_DIGEST = 32
_ENDING = ".kept"
_HALF = ".half"
# Entries of other versions, and of knowledge that was edited since, are of no use for long.
_NEWEST = 12
_HALF_AN_HOUR = 1800
# A larger entry than any that is made is not read into memory.
_LARGEST = 1 << 28
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
# What answers are made with.
_LIBRARIES = ("owlrl", "pyoxigraph", "pyparsing", "pyshacl", "rdflib", "shacl")


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Where the cache is: ``DANAO_CACHE``, else ``danao`` in ``XDG_CACHE_HOME`` or in ``~/.cache``.

    ``None`` where ``DANAO_CACHE`` is ``off`` or empty, and where there is no home.
    """
    named = environment.get("DANAO_CACHE")
    if named is not None:
        return None if named in {"", "off"} else Path(named)
    for variable, below in (("XDG_CACHE_HOME", "danao"), ("HOME", ".cache/danao")):
        folder = Path(environment.get(variable, ""))
        # The specification of XDG_CACHE_HOME has relative ones ignored.
        if folder.is_absolute():
            return folder / below
    return None


def cached(key: str, make: Callable[[], bytes], folder: Path | None) -> bytes:
    """What ``make`` returned for a key, at an earlier time or now.

    It may depend on the key and the software only: an entry of another version of ``danao``, its sources, Python or the
    libraries never answers. Without a folder, or with one that is not safe, it is made each time. Whatever ``make``
    raises is raised, and nothing is kept.
    """
    # Elsewhere nobody can tell whose a file is.
    place = _opened(folder) if folder and hasattr(os, "geteuid") else None
    if place is None:
        return make()
    try:
        name = _name(key)
        found = _read(name, place)
        if found is None:
            found = make()
            _keep(name, found, place)
        return found
    finally:
        os.close(place)


def is_usable(folder: Path) -> bool:
    """Whether anything can be kept in a folder."""
    place = _opened(folder) if hasattr(os, "geteuid") else None
    if place is None:
        return False
    os.close(place)
    return True


# ---- What an answer depends on ----


def _name(key: str) -> str:
    text = "\0".join((key, *_software()))
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest() + _ENDING


def _software() -> Iterator[str]:
    yield from (sys.version, sys.platform, sys.byteorder, __version__)
    yield from _modules(Path(__file__).parent)
    yield from _libraries()


def _modules(folder: Path) -> Iterator[str]:
    """Size and time of each module of ours, which is how Python tells whether its own bytecode still holds."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.endswith(".py"):
            state = entry.stat()
            yield f"{entry.path} {state.st_size} {state.st_mtime_ns}"
        elif not entry.name.startswith("_") and entry.is_dir():
            yield from _modules(Path(entry))


def _libraries() -> Iterator[str]:
    """The names and versions of what is installed beside the libraries, found without importing any."""
    origins = (spec.origin for spec in map(PathFinder.find_spec, _LIBRARIES) if spec and spec.origin)
    for folder in sorted({Path(origin).parents[1] for origin in origins}):
        yield from sorted(name.name for name in folder.glob("*.dist-info") if name.name.startswith(_LIBRARIES))


# ---- The folder and its entries ----


def _opened(folder: Path) -> int | None:
    """The folder, made where there is none, if it is safe."""
    with contextlib.suppress(OSError):
        # Found first: a disk that may only be read can hold a cache as well.
        if not os.path.lexists(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        if _is_safe(os.fstat(place)):
            return place
        os.close(place)
    return None


def _is_safe(state: os.stat_result) -> bool:
    return state.st_uid == os.geteuid() and not state.st_mode & _OTHERS_WRITE


def _read(name: str, place: int) -> bytes | None:
    """An entry that is safe and whole."""
    with contextlib.suppress(OSError):
        # Opening a pipe would wait for somebody to write.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
        try:
            state = os.fstat(file)
            if stat.S_ISREG(state.st_mode) and _is_safe(state) and state.st_size <= _LARGEST:
                with os.fdopen(file, "rb", buffering=0, closefd=False) as entry:
                    return _payload(name, entry.readall())
        finally:
            os.close(file)
    return None


def _head(name: str, payload: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(name.encode())
    digest.update(payload)
    return _MAGIC + digest.digest()


def _payload(name: str, entry: bytes) -> bytes | None:
    size = len(_MAGIC) + _DIGEST
    payload = entry[size:]
    return payload if entry[:size] == _head(name, payload) else None


def _keep(name: str, payload: bytes, place: int) -> None:
    """Put an entry in its place in one step: nobody ever reads half of it, and of two writers either is right."""
    half = f"{name}.{os.getpid()}.{os.urandom(8).hex()}{_HALF}"
    try:
        file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=place)
    except OSError:
        return
    try:
        with os.fdopen(file, "wb", buffering=0) as entry:
            _write(file, _head(name, payload) + payload)
            os.fsync(entry)
        os.rename(half, name, src_dir_fd=place, dst_dir_fd=place)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(half, dir_fd=place)
        return
    with contextlib.suppress(OSError):
        _tidy(place)


def _write(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def _tidy(place: int) -> None:
    """Remove all but the newest entries, and what a writer that was killed has left."""
    with os.scandir(place) as found:
        times = {entry.name: entry.stat(follow_symlinks=False).st_mtime for entry in found}
    entries = sorted((name for name in times if name.endswith(_ENDING)), key=times.__getitem__, reverse=True)
    left = [name for name, when in times.items() if name.endswith(_HALF) and when < time.time() - _HALF_AN_HOUR]
    for name in (*entries[_NEWEST:], *left):
        # Another process may be tidying as well.
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=place)
