"""The record of a registry: objects by digest, an append-only log, dumps and backups; whatever is damaged is named."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import time
import zlib
from pathlib import Path

import pytest

from danao.errors import (
    DamagedRegistry,
    DivergedRegistry,
    NewerRegistry,
    NoRegistry,
    OccupiedFolder,
    RegistryBusy,
    RegistryFull,
    UnfitDump,
)
from danao.registry.archive import back_up, export_to, import_dump, restore
from danao.registry.migrate import migrate_record
from danao.registry.record import Line, Record, create_record

BASE = "https://example.org/"
# SHA-256 of "abc", as FIPS 180-4 gives it.
ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return create_record(tmp_path / "registry", BASE)


def entered(record: Record, *texts: str) -> list[Line]:
    return [record.append(record.put(text.encode())) for text in texts]


def object_path(record: Record, digest: str) -> Path:
    digits = digest.removeprefix("sha256:")
    return record.folder / "objects" / digits[:2] / digits[2:]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the record in a folder, but the lock."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


# ---- Objects ----


def test_an_object_is_named_by_its_digest_and_comes_back(record: Record) -> None:
    assert record.put(b"abc") == ABC
    assert record.get(ABC) == b"abc"
    assert record.has(ABC)
    assert list(record.objects()) == [ABC]


def test_the_same_object_is_written_once(record: Record) -> None:
    record.put(b"abc")
    before = object_path(record, ABC).stat()
    record.put(b"abc")
    assert object_path(record, ABC).stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize(
    "damage",
    [b"", b"abc", zlib.compress(b"abd"), zlib.compress(b"abc")[:-1], zlib.compress(b"abc") + b"more"],
    ids=["empty", "not compressed", "other content", "cut off", "longer"],
)
def test_an_object_that_was_tampered_with_is_named(record: Record, damage: bytes) -> None:
    record.put(b"abc")
    object_path(record, ABC).write_bytes(damage)
    with pytest.raises(DamagedRegistry) as caught:
        record.get(ABC)
    assert caught.value.place.file == str(object_path(record, ABC))


def test_an_object_that_unpacks_without_end_is_damaged(record: Record) -> None:
    record.put(b"abc")
    bomb = zlib.compressobj(9)
    zeros = b"\0" * (1 << 20)
    data = b"".join(bomb.compress(zeros) for _ in range(300)) + bomb.flush()
    object_path(record, ABC).write_bytes(data)
    with pytest.raises(DamagedRegistry):
        record.get(ABC)


def test_an_object_that_is_gone_is_named(record: Record) -> None:
    record.put(b"abc")
    object_path(record, ABC).unlink()
    with pytest.raises(DamagedRegistry, match="missing"):
        record.get(ABC)


def test_an_evidence_file_is_kept_as_it_came(record: Record) -> None:
    assert record.put_file(b"abc") == ABC
    path = record.folder / "files" / ABC[7:9] / ABC[9:]
    assert path.read_bytes() == record.file(ABC) == b"abc"
    path.write_bytes(b"abd")
    with pytest.raises(DamagedRegistry):
        record.file(ABC)


# ---- The log ----


def test_lines_are_numbered_from_one(record: Record) -> None:
    lines = entered(record, "a", "b", "c")
    assert [line.number for line in lines] == [1, 2, 3]
    assert list(record.lines()) == lines
    assert list(record.lines(3)) == lines[2:]
    assert record.line(2) == lines[1]
    assert record.length == 3


def test_a_line_is_a_number_and_a_digest(record: Record) -> None:
    entered(record, "abc")
    assert (record.folder / "log").read_text() == f"000000000001 {ABC[7:]}\n"


@pytest.mark.parametrize("cut", [1, 40, 77])
def test_a_line_that_was_cut_off_never_counted(record: Record, cut: int) -> None:
    entered(record, "a", "b")
    log = record.folder / "log"
    log.write_bytes(log.read_bytes()[:-cut])
    assert record.length == 1
    (line,) = entered(record, "c")
    assert (line.number, record.length) == (2, 2)
    assert record.get(record.line(2).digest) == b"c"


@pytest.mark.parametrize("damage", [b"x", b"9", b"\n"])
def test_a_line_that_is_none_is_named(record: Record, damage: bytes) -> None:
    entered(record, "a", "b")
    log = record.folder / "log"
    data = bytearray(log.read_bytes())
    data[80:81] = damage
    log.write_bytes(data)
    with pytest.raises(DamagedRegistry, match="Line 2"):
        list(record.lines())


def test_without_room_the_log_is_what_it_was(record: Record) -> None:
    entered(record, "a")
    digest = record.put(b"b")
    program = (
        "import resource, signal, sys; from pathlib import Path; from danao.registry.record import Record;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100));"
        "Record(Path(sys.argv[1])).append(sys.argv[2])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(record.folder), digest], capture_output=True, text=True, check=False
    )
    assert "RegistryFull" in done.stderr
    assert record.length == 1
    assert (record.folder / "log").stat().st_size == 78
    assert record.append(digest).number == 2


def test_without_room_no_object_counts(record: Record) -> None:
    program = (
        "import os, resource, signal, sys; from pathlib import Path; from danao.registry.record import Record;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100));"
        "Record(Path(sys.argv[1])).put(os.urandom(1000))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(record.folder)], capture_output=True, text=True, check=False
    )
    assert "RegistryFull" in done.stderr
    assert list(record.objects()) == []
    assert not [path for path in (record.folder / "objects").rglob("*") if path.is_file()]


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RegistryFull):
        create_record(tmp_path / "file" / "registry", BASE)


# ---- The folder ----


def test_there_is_a_registry_or_none(tmp_path: Path, record: Record) -> None:
    with pytest.raises(NoRegistry):
        Record(tmp_path / "nothing")
    with pytest.raises(OccupiedFolder):
        create_record(record.folder, BASE)
    assert Record(record.folder).base == BASE


@pytest.mark.parametrize("settings", ["", "[]", "{}", '{"format": "1", "base": "x"}', '{"format": 1}'])
def test_settings_that_are_none_are_damage(record: Record, settings: str) -> None:
    (record.folder / "registry.json").write_text(settings)
    with pytest.raises(DamagedRegistry):
        Record(record.folder)


def test_a_later_format_is_refused(record: Record) -> None:
    (record.folder / "registry.json").write_text(json.dumps({"format": 2, "base": BASE}))
    with pytest.raises(NewerRegistry):
        Record(record.folder)


def test_only_its_owner_may_read_the_salt(record: Record) -> None:
    path = record.folder / "salt"
    assert path.stat().st_mode & 0o077 == 0
    assert len(record.salt) == 32
    path.unlink()
    with pytest.raises(DamagedRegistry):
        _ = record.salt


def test_one_process_at_a_time_holds_a_registry(record: Record) -> None:
    program = (
        "import sys, time; from pathlib import Path; from danao.registry.record import Record\n"
        "with Record(Path(sys.argv[1])).locked(): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(record.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"held\n"
        start = time.monotonic()
        with pytest.raises(RegistryBusy), record.locked(wait=0.3):
            pass
        assert time.monotonic() - start >= 0.3
        holder.kill()
    with record.locked(wait=10):
        pass


# ---- Formats ----


def test_a_format_is_followed_step_by_step(record: Record) -> None:
    assert migrate_record(record.folder) == (1, 1)
    taken = []

    def step(number: int) -> None:
        taken.append((number, json.loads((record.folder / "registry.json").read_text())["format"]))

    steps = {1: lambda _folder: step(1), 2: lambda _folder: step(2)}
    assert migrate_record(record.folder, steps, 3) == (1, 3)
    assert taken == [(1, 1), (2, 2)]
    assert json.loads((record.folder / "registry.json").read_text()) == {"format": 3, "base": BASE}


# ---- Dumps ----


def test_a_dump_is_the_same_registry_elsewhere(record: Record, tmp_path: Path) -> None:
    entered(record, "a", "b")
    record.put_file(b"%PDF-1.7")
    dump, again = tmp_path / "a.tar", tmp_path / "b.tar"
    assert export_to(record, dump) == 2
    assert import_dump(dump, tmp_path / "other") == (2, 2)
    assert contents(tmp_path / "other") == contents(record.folder)
    export_to(Record(tmp_path / "other"), again)
    assert dump.read_bytes() == again.read_bytes()


def test_a_dump_brings_what_is_new_and_nothing_twice(record: Record, tmp_path: Path) -> None:
    entered(record, "a")
    export_to(record, tmp_path / "1.tar")
    import_dump(tmp_path / "1.tar", tmp_path / "other")
    entered(record, "b", "c")
    export_to(record, tmp_path / "2.tar")
    assert import_dump(tmp_path / "2.tar", tmp_path / "other") == (2, 3)
    assert import_dump(tmp_path / "2.tar", tmp_path / "other") == (0, 3)
    assert import_dump(tmp_path / "1.tar", tmp_path / "other") == (0, 3)
    assert contents(tmp_path / "other") == contents(record.folder)


def test_registries_that_went_apart_are_not_put_together(record: Record, tmp_path: Path) -> None:
    entered(record, "a")
    export_to(record, tmp_path / "1.tar")
    import_dump(tmp_path / "1.tar", tmp_path / "other")
    entered(record, "b")
    other = Record(tmp_path / "other")
    entered(other, "c")
    before = contents(other.folder)
    export_to(record, tmp_path / "2.tar")
    with pytest.raises(DivergedRegistry):
        import_dump(tmp_path / "2.tar", other.folder)
    assert contents(other.folder) == before


def test_a_dump_that_was_cut_off_brings_nothing(record: Record, tmp_path: Path) -> None:
    entered(record, "a", "b")
    export_to(record, tmp_path / "whole.tar")
    data = (tmp_path / "whole.tar").read_bytes()
    for size in range(0, len(data), 512):
        (tmp_path / "cut.tar").write_bytes(data[:size])
        # What follows the log is padding only.
        if b"000000000002" not in data[:size]:
            with pytest.raises(UnfitDump):
                import_dump(tmp_path / "cut.tar", tmp_path / "other")
            assert not (tmp_path / "other").exists()


def tampered(source: Path, target: Path, change: str) -> None:
    """A dump with a member changed, renamed or added."""
    with tarfile.open(source) as old, tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as new:
        for member in old:
            file = old.extractfile(member)
            assert file
            data = file.read()
            if change == "content" and member.name.startswith("objects/"):
                data = zlib.compress(b"other")
            if change == "file" and member.name.startswith("files/"):
                data = b"%PDF-other"
            if change == "log" and member.name == "log":
                data = data.replace(data[-2:-1], b"0" if data[-2:-1] != b"0" else b"1")
            if change == "no salt" and member.name == "salt":
                continue
            if change == "no log" and member.name == "log":
                continue
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
        for name, kind in {"../out": tarfile.REGTYPE, "/out": tarfile.REGTYPE, "objects/aa/x": tarfile.SYMTYPE}.items():
            if change == name:
                extra = tarfile.TarInfo(name)
                extra.type = kind
                extra.linkname = "/etc/passwd"
                new.addfile(extra)


@pytest.mark.parametrize("change", ["content", "file", "log", "no salt", "no log", "../out", "/out", "objects/aa/x"])
def test_a_dump_that_was_tampered_with_brings_nothing(record: Record, tmp_path: Path, change: str) -> None:
    entered(record, "a")
    record.put_file(b"%PDF-1.7")
    export_to(record, tmp_path / "whole.tar")
    tampered(tmp_path / "whole.tar", tmp_path / "bad.tar", change)
    with pytest.raises((UnfitDump, DamagedRegistry)):
        import_dump(tmp_path / "bad.tar", tmp_path / "other")
    assert not (tmp_path / "other").exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("data", [b"", b"no tar", b"\0" * 10_240], ids=["empty", "text", "zeros"])
def test_a_file_that_is_no_dump_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.tar").write_bytes(data)
    with pytest.raises(UnfitDump):
        import_dump(tmp_path / "a.tar", tmp_path / "other")


def test_a_dump_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnfitDump):
        import_dump(tmp_path / "none.tar", tmp_path / "other")


# ---- Backups ----


def test_a_backup_is_renewed_by_what_is_new_and_restores(record: Record, tmp_path: Path) -> None:
    entered(record, "a")
    backup = tmp_path / "backup"
    assert back_up(record, backup) == 1
    first = {path: path.stat().st_mtime_ns for path in (backup / "objects").rglob("*") if path.is_file()}
    entered(record, "b")
    assert back_up(record, backup) == 2
    assert {path: path.stat().st_mtime_ns for path in first} == first
    restored = restore(backup, tmp_path / "restored")
    assert contents(restored.folder) == contents(record.folder)


def test_damage_of_the_registry_is_none_of_its_backup(record: Record, tmp_path: Path) -> None:
    (line,) = entered(record, "a")
    back_up(record, tmp_path / "backup")
    with object_path(record, line.digest).open("r+b") as file:
        file.write(b"xxxx")
    assert restore(tmp_path / "backup", tmp_path / "restored").get(line.digest) == b"a"


def test_a_damaged_backup_is_not_restored(record: Record, tmp_path: Path) -> None:
    (line,) = entered(record, "a")
    back_up(record, tmp_path / "backup")
    object_path(Record(tmp_path / "backup"), line.digest).write_bytes(zlib.compress(b"b"))
    with pytest.raises(DamagedRegistry):
        restore(tmp_path / "backup", tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_a_backup_is_of_one_registry(record: Record, tmp_path: Path) -> None:
    entered(record, "a")
    back_up(record, tmp_path / "backup")
    other = create_record(tmp_path / "other", BASE)
    entered(other, "b")
    with pytest.raises(OccupiedFolder):
        back_up(other, tmp_path / "backup")
    with pytest.raises(OccupiedFolder):
        restore(tmp_path / "backup", record.folder)


def test_digests_are_those_of_another_tool(record: Record) -> None:
    data = os.urandom(100_000)
    assert record.put(data) == f"sha256:{hashlib.sha256(data).hexdigest()}"
    (record.folder / "copy").write_bytes(data)
    told = subprocess.run(["sha256sum", record.folder / "copy"], capture_output=True, text=True, check=True).stdout
    assert record.put(data) == f"sha256:{told.split()[0]}"
