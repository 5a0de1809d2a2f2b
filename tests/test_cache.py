"""The cache on disk: it answers what was made, only what the user's own danao wrote whole, and it is never missed."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import danao
from danao import cache
from danao.cache import cache_folder, cached

SERVICE = Path(danao.__file__).parents[1]


class Maker:
    """Makes one payload, and counts how often it was asked to."""

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self.times = 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.payload


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / ".cache" / "danao"


def only(folder: Path) -> Path:
    (entry,) = folder.iterdir()
    return entry


def unasked() -> bytes:
    pytest.fail("it was made although it was kept")


# ---- What is kept ----


def test_what_was_made_is_answered_and_not_made_again(folder: Path) -> None:
    assert cached("a", Maker(b"made"), folder) == b"made"
    assert cached("a", unasked, folder) == b"made"


@pytest.mark.parametrize("payload", [b"", b"\0" * 100, bytes(range(256)) * 40_000], ids=["none", "zeros", "10 MB"])
def test_any_bytes_come_back_as_they_were(folder: Path, payload: bytes) -> None:
    assert cached("a", Maker(payload), folder) == payload
    assert cached("a", unasked, folder) == payload


def test_each_key_has_an_answer_of_its_own(folder: Path) -> None:
    for key in ("a", "b", "a\0b", "知识", "../../a", "\udcff"):
        assert cached(key, Maker(key.encode(errors="surrogateescape")), folder) != b""
    assert cached("a", unasked, folder) == b"a"
    assert cached("../../a", unasked, folder) == b"../../a"
    assert len(list(folder.iterdir())) == 6


def test_folder_and_entry_are_for_the_user_alone(folder: Path) -> None:
    cached("a", Maker(b"made"), folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert only(folder).stat().st_mode & 0o777 == 0o600


def test_what_making_raises_is_raised_and_nothing_is_kept(folder: Path) -> None:
    def fail() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cached("a", fail, folder)
    assert list(folder.iterdir()) == []
    assert cached("a", Maker(b"made"), folder) == b"made"


def test_without_a_folder_it_is_made_each_time() -> None:
    make = Maker(b"made")
    assert [cached("a", make, None), cached("a", make, None)] == [b"made", b"made"]
    assert make.times == 2


def test_where_nobody_can_tell_whose_a_file_is_nothing_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "geteuid")
    assert cached("a", Maker(b"made"), folder) == b"made"
    assert not folder.exists()


# ---- Other software ----


def of_another_version(monkeypatch: pytest.MonkeyPatch, _: Path) -> None:
    monkeypatch.setattr(cache, "__version__", "999.0")


def of_another_python(monkeypatch: pytest.MonkeyPatch, _: Path) -> None:
    monkeypatch.setattr(sys, "version", "3.99.0 (another build)")


def of_other_libraries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "site" / "rdflib").mkdir(parents=True)
    (tmp_path / "site" / "rdflib" / "__init__.py").touch()
    (tmp_path / "site" / "rdflib-999.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path / "site")


def of_other_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "package" / "engine").mkdir(parents=True)
    (tmp_path / "package" / "engine" / "fast.py").touch()
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "package" / "cache.py"))


@pytest.mark.parametrize(
    "another",
    [of_another_version, of_another_python, of_other_libraries, of_other_sources],
    ids=lambda one: one.__name__,
)
def test_what_other_software_made_does_not_answer(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, another: Callable[[pytest.MonkeyPatch, Path], None]
) -> None:
    cached("a", Maker(b"theirs"), folder)
    with monkeypatch.context() as changed:
        another(changed, tmp_path)
        assert cached("a", Maker(b"ours"), folder) == b"ours"
        assert cached("a", unasked, folder) == b"ours"
    assert cached("a", unasked, folder) == b"theirs"


@pytest.mark.parametrize("name", ["module.py", "below/module.py"])
def test_an_edited_module_of_ours_is_other_software(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    module = tmp_path / "package" / name
    module.parent.mkdir(parents=True)
    module.write_text("ONE = 1\n", encoding="utf-8")
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "package" / "cache.py"))
    cached("a", Maker(b"by one"), folder)
    assert cached("a", unasked, folder) == b"by one"
    module.write_text("ONE = 2\n", encoding="utf-8")
    os.utime(module, ns=(0, 1))
    assert cached("a", Maker(b"by two"), folder) == b"by two"


# ---- Damage ----


def shortened(entry: bytes) -> bytes:
    return entry[:-1]


def beheaded(entry: bytes) -> bytes:
    return entry[:20]


def emptied(_: bytes) -> bytes:
    return b""


def lengthened(entry: bytes) -> bytes:
    return entry + b"\0"


def flipped_at_its_end(entry: bytes) -> bytes:
    return entry[:-1] + bytes([entry[-1] ^ 1])


def flipped_in_its_digest(entry: bytes) -> bytes:
    return entry[:20] + bytes([entry[20] ^ 128]) + entry[21:]


def of_a_later_format(entry: bytes) -> bytes:
    return entry.replace(b"danao cache 1\n", b"danao cache 2\n")


@pytest.mark.parametrize(
    "damage",
    [
        *(shortened, beheaded, emptied, lengthened),
        *(flipped_at_its_end, flipped_in_its_digest, of_a_later_format),
    ],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_entry_is_made_again_and_replaced(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    cached("a", Maker(b"made" * 100), folder)
    entry = only(folder)
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    assert entry.read_bytes() != whole
    assert cached("a", Maker(b"made" * 100), folder) == b"made" * 100
    assert cached("a", unasked, folder) == b"made" * 100
    assert only(folder).read_bytes() == whole


def test_an_entry_under_the_name_of_another_does_not_answer(folder: Path) -> None:
    cached("a", Maker(b"of a"), folder)
    entry = only(folder)
    cached("b", Maker(b"of b"), folder)
    (other,) = set(folder.iterdir()) - {entry}
    entry.replace(other)
    assert cached("b", Maker(b"of b again"), folder) == b"of b again"


def test_an_entry_larger_than_any_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached("a", Maker(bytes(1000)), folder)
    monkeypatch.setattr(cache, "_LARGEST", 1000)
    assert cached("a", Maker(b"again"), folder) == b"again"


# ---- What somebody else could have written ----


@pytest.fixture
def planted(folder: Path) -> Path:
    """A whole entry of the right name whose content somebody else chose."""
    cached("a", Maker(b"hostile"), folder)
    return only(folder)


def test_an_entry_that_others_may_write_to_does_not_answer(folder: Path, planted: Path) -> None:
    for mode in (0o666, 0o620, 0o602):
        planted.chmod(mode)
        assert cached("a", Maker(b"made"), folder) == b"made"
        assert planted.stat().st_mode & 0o777 == 0o600
        assert cached("a", unasked, folder) == b"made"


def test_a_symbolic_link_does_not_answer_and_what_it_points_to_stays(
    folder: Path, planted: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    planted.rename(elsewhere)
    before = elsewhere.read_bytes()
    planted.symlink_to(elsewhere)
    assert cached("a", Maker(b"made"), folder) == b"made"
    assert not planted.is_symlink()
    assert elsewhere.read_bytes() == before


def test_a_pipe_in_the_place_of_an_entry_keeps_nobody_waiting(folder: Path, planted: Path) -> None:
    planted.unlink()
    os.mkfifo(planted)
    assert cached("a", Maker(b"made"), folder) == b"made"
    assert cached("a", unasked, folder) == b"made"


def test_a_folder_in_the_place_of_an_entry_stays(folder: Path, planted: Path) -> None:
    planted.unlink()
    planted.mkdir()
    assert cached("a", Maker(b"made"), folder) == b"made"
    assert [entry.is_dir() for entry in folder.iterdir()] == [True]


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_nothing_is_read_from_a_folder_that_others_may_write_to(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert cached("a", Maker(b"made"), folder) == b"made"
    folder.chmod(0o700)
    assert cached("a", unasked, folder) == b"hostile"


@pytest.mark.usefixtures("planted")
def test_nothing_is_read_from_a_folder_of_another_user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    assert cached("a", Maker(b"made"), folder) == b"made"


@pytest.mark.usefixtures("planted")
def test_nothing_is_read_over_a_symbolic_link_to_a_folder(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert cached("a", Maker(b"made"), link) == b"made"


# ---- Where nothing can be kept ----


@pytest.mark.parametrize("place", ["/proc/danao", "a-file/danao", "a-file"])
def test_a_folder_that_cannot_be_is_as_none(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").write_bytes(b"mine")
    assert cached("a", Maker(b"made"), tmp_path / place) == b"made"
    assert (tmp_path / "a-file").read_bytes() == b"mine"


def test_a_disk_that_may_only_be_read_answers_what_it_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached("a", Maker(b"made"), folder)
    opened = os.open

    def refuse(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    assert cached("a", unasked, folder) == b"made"
    assert cached("b", Maker(b"too"), folder) == b"too"
    assert len(list(folder.iterdir())) == 1


def test_a_full_disk_leaves_the_answer_and_no_half_entry(folder: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        found = cached("a", Maker(bytes(2000)), folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert found == bytes(2000)
    assert list(folder.iterdir()) == []


# ---- Several at once, and housekeeping ----

WRITER = """
import sys
from pathlib import Path
from danao.cache import cached
folder = Path(sys.argv[1])
for turn in range(60):
    key = f"key {turn % 3}"
    answer = cached(key, lambda: key.encode() * 30_000, folder)
    assert answer == key.encode() * 30_000, (key, len(answer))
    for entry in list(folder.glob("*.kept"))[: turn % 2]:
        entry.unlink(missing_ok=True)
"""


def test_processes_that_write_at_once_all_get_whole_answers(folder: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(SERVICE)}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], env=environment, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [(writer.communicate(timeout=60)[1], writer.returncode) for writer in writers] == [(b"", 0)] * 4
    assert {entry.suffix for entry in folder.iterdir()} <= {".kept"}
    for turn in range(3):
        assert cached(f"key {turn}", Maker(f"key {turn}".encode() * 30_000), folder) == f"key {turn}".encode() * 30_000


def test_the_newest_twelve_entries_are_kept(folder: Path) -> None:
    for number in range(12):
        cached(str(number), Maker(b"made"), folder)
    for age, entry in enumerate(sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime_ns)):
        os.utime(entry, (age + 1, age + 1))
    cached("one more", Maker(b"made"), folder)
    assert sorted(entry.stat().st_mtime for entry in folder.iterdir())[:-1] == [*range(2, 13)]
    assert cached("one more", unasked, folder) == b"made"


def test_what_a_killed_writer_left_goes_once_it_is_old_and_nothing_else_does(folder: Path) -> None:
    cached("a", Maker(b"made"), folder)
    hour_ago = time.time() - 3600
    for name, when in (("old.half", hour_ago), ("new.half", time.time()), ("notes.txt", hour_ago)):
        (folder / name).touch()
        os.utime(folder / name, (when, when))
    cached("b", Maker(b"made"), folder)
    assert {entry.name for entry in folder.iterdir() if entry.suffix != ".kept"} == {"new.half", "notes.txt"}


# ---- Where it is ----


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"HOME": "/home/li"}, "/home/li/.cache/danao"),
        ({"HOME": "/home/li", "XDG_CACHE_HOME": "/srv/li"}, "/srv/li/danao"),
        ({"HOME": "/home/li", "XDG_CACHE_HOME": "relative"}, "/home/li/.cache/danao"),
        ({"HOME": "/home/li", "XDG_CACHE_HOME": ""}, "/home/li/.cache/danao"),
        ({"HOME": "/home/li", "DANAO_CACHE": "/srv/cache"}, "/srv/cache"),
        ({"HOME": "/home/li", "DANAO_CACHE": "off"}, None),
        ({"HOME": "/home/li", "DANAO_CACHE": ""}, None),
        ({"HOME": "relative"}, None),
        ({}, None),
    ],
)
def test_the_folder_is_the_one_named_or_the_user_s(environment: dict[str, str], folder: str | None) -> None:
    assert cache_folder(environment) == (None if folder is None else Path(folder))
