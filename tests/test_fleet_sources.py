"""Where a fleet's descriptions come from: files, folders, archives, datasets; in order, whole, however hostile."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from danao.documents import RELATIVE
from danao.errors import UnreadableFile, UsageError
from danao.fleet.sources import Item, items, sources, total_size
from danao.limits import Limits
from tests.fleets import folder_of, project, ran, rows

LIMITS = Limits()
NAMES = ("a", "b", "c")


def read(*paths: Path, limits: Limits = LIMITS) -> list[Item]:
    return list(items([str(path) for path in paths], limits))


def below(folder: Path, found: list[Item]) -> list[str]:
    """Names below a folder."""
    return [item.name.removeprefix(f"{folder}/") for item in found]


# ---- Files and folders ----


def test_a_folder_is_read_in_the_order_of_names_and_only_what_holds_descriptions(tmp_path: Path) -> None:
    names = ["b.ttl", "a/2.nt", "a/1.jsonld", "a.rdf", "README.md", ".hidden.ttl", "c.TTL", ".git/x.ttl"]
    folder_of(tmp_path, dict.fromkeys(names, b"x"))
    (tmp_path / "loop").symlink_to(tmp_path)
    found = read(tmp_path)
    assert below(tmp_path, found) == ["a/1.jsonld", "a/2.nt", "a.rdf", "b.ttl", "c.TTL"]
    assert [item.seq for item in found] == [0, 1, 2, 3, 4]
    assert found[-1].reach == 1


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    folder_of(tmp_path, {"x/1.ttl": b"1", "x/2.ttl": b"2", "y.ttl": b"3"})
    assert below(tmp_path, read(tmp_path / "x" / "2.ttl", tmp_path / "x", tmp_path)) == ["x/2.ttl", "x/1.ttl", "y.ttl"]


def test_a_pattern_names_files_in_their_order(tmp_path: Path) -> None:
    folder_of(tmp_path, {"b1.ttl": b"1", "a1.ttl": b"1", "a2.md": b"", "d/a3.ttl": b""})
    assert below(tmp_path, read(tmp_path / "**" / "a*.ttl")) == ["a1.ttl", "d/a3.ttl"]
    folder_of(tmp_path, {"[1].ttl": b"one"})
    assert [item.data for item in read(tmp_path / "[1].ttl")] == [b"one"]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    for name in ("absent.ttl", "*.ttl"):
        with pytest.raises(UnreadableFile):
            read(tmp_path / name)
    with pytest.raises(UsageError):
        total_size([str(tmp_path)])


def test_a_name_that_a_terminal_would_obey_is_shown_without_it(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J\n.ttl").write_bytes(b"x")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.ttl"))).write_bytes(b"x")
    assert below(tmp_path, read(tmp_path)) == ["a\ufffd[2J\ufffd.ttl", "\ufffd.ttl"]


def test_a_file_that_is_too_large_is_read_one_byte_further_than_it_may_be(tmp_path: Path) -> None:
    folder_of(tmp_path, {"1.ttl": b"12345678"})
    assert [item.data for item in read(tmp_path, limits=replace(LIMITS, max_bytes=4))] == [b"12345"]


def test_the_size_of_all_is_known_before(tmp_path: Path) -> None:
    folder_of(tmp_path, {"1.ttl": b"1234", "a/2.ttl": b"123", "x.md": b"1"})
    assert total_size([str(tmp_path)]) == (2, 7)
    assert [source.size for source in sources([str(tmp_path)])] == [4, 3]


# ---- Containers ----


def as_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in NAMES:
            archive.writestr(f"d/{name}.ttl", project(name))


def as_tar(path: Path) -> None:
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as archive:
        for name in NAMES:
            member = tarfile.TarInfo(f"d/{name}.ttl")
            member.size = len(project(name))
            archive.addfile(member, io.BytesIO(project(name)))


def as_parquet(path: Path) -> None:
    data = [project(name).decode() for name in NAMES]
    pq.write_table(pa.table({"data": data, "format": ["ttl"] * 3, "other": [1, 2, 3]}), path)


def quads(name: str) -> list[Quad]:
    base = f"{RELATIVE}0/"
    graph = NamedNode(f"http://graphs.example/{name}")
    found = parse(project(name), format=RdfFormat.TURTLE, base_iri=base)
    return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found]


def as_quads(path: Path) -> None:
    data = b"".join(serialize(quads(name), format=RdfFormat.N_QUADS) or b"" for name in NAMES)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def as_interleaved_quads(path: Path) -> None:
    lines = [line for name in NAMES for line in (serialize(quads(name), format=RdfFormat.N_QUADS) or b"").splitlines()]
    path.write_bytes(b"\n".join(sorted(lines)))


def as_trig(path: Path) -> None:
    text = project("a").decode()
    head, body = text[: text.index("<brain>")], text[text.index("<brain>") :]
    own = {name: body.replace('"a"', f'"{name}"') for name in NAMES}
    graphs = "".join(f"<http://graphs.example/{name}> {{ {said} }}\n" for name, said in own.items())
    path.write_text(head + graphs, encoding="utf-8")


PACKED: dict[str, Callable[[Path], None]] = {
    "all.zip": as_zip,
    "all.tar": as_tar,
    "all.tar.gz": as_tar,
    "all.parquet": as_parquet,
    "all.nq": as_quads,
    "all.nq.gz": as_quads,
    "mixed.nq": as_interleaved_quads,
    "all.trig": as_trig,
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Identifier and digest of each project, read from files of their own."""
    root = tmp_path_factory.mktemp("unpacked")
    folder_of(root / "in", {f"{name}.ttl": project(name) for name in NAMES})
    return described(root / "in", root / "out")


def described(source: Path, out: Path) -> list[tuple[str, str]]:
    ran(source, out=out)
    assert rows(out, "errors") == []
    return sorted((row["identifier"], row["description_digest"]) for row in rows(out, "projects"))


@pytest.mark.parametrize("name", PACKED)
def test_a_description_is_the_same_whatever_it_comes_in(
    name: str, unpacked: list[tuple[str, str]], tmp_path: Path
) -> None:
    PACKED[name](tmp_path / name)
    assert described(tmp_path / name, tmp_path / "out") == unpacked


def test_pieces_are_called_by_container_and_name(tmp_path: Path) -> None:
    as_zip(tmp_path / "1.zip")
    as_parquet(tmp_path / "2.parquet")
    as_quads(tmp_path / "3.nq")
    assert below(tmp_path, read(tmp_path)) == [
        *(f"1.zip/d/{name}.ttl" for name in NAMES),
        *(f"2.parquet/{number}" for number in (1, 2, 3)),
        *(f"3.nq <http://graphs.example/{name}>" for name in NAMES),
    ]


def test_blank_nodes_of_a_dataset_have_the_same_names_every_time(tmp_path: Path) -> None:
    (tmp_path / "x.trig").write_text("<http://g> { <http://s> <http://p> [ <http://p> [] ] , [] }")
    first, second = (read(tmp_path)[0].data for _ in range(2))
    assert first == second


# ---- Datasets line by line ----


def graph_lines(tmp_path: Path, text: str, limits: Limits = LIMITS) -> Iterator[tuple[str, str]]:
    (tmp_path / "x.nq").write_text(text, encoding="utf-8")
    for item in read(tmp_path / "x.nq", limits=limits):
        assert item.data is not None
        yield item.name.removeprefix(f"{tmp_path}/x.nq"), item.data.decode()


ONE = "<http://s> <http://p> <http://g/1> <http://g/1> .\n"
TEXT = '<http://s> <http://p> "a <b> \\" . <http://g/9> ." <http://g/1> .\n'
TYPED = '_:b <http://p> "1"^^<http://t> <http://g/1>.# said\n'
SPOKEN = '<http://s>\t<http://p>\t"x"@zh-Hans\t<http://g/1>\t.\r\n'
NAMELESS = "<http://s> <http://p> <http://g/1> .\n"
TWO = "<http://s> <http://p> _:x _:g .\n"


def test_a_line_is_in_its_own_graph(tmp_path: Path) -> None:
    found = list(graph_lines(tmp_path, f"# all\n\n{ONE}{TEXT}{TYPED}{SPOKEN}# end\n{TWO}"))
    assert found == [(" <http://g/1>", ONE + TEXT + TYPED + SPOKEN + "# end\n"), (" <_:g>", TWO)]


def test_an_object_is_no_graph(tmp_path: Path) -> None:
    assert list(graph_lines(tmp_path, ONE + NAMELESS)) == [(" <http://g/1>", ONE), ("", NAMELESS)]
    assert list(graph_lines(tmp_path, NAMELESS)) == [("", NAMELESS)]


def test_a_graph_that_goes_on_later_is_one(tmp_path: Path) -> None:
    found = dict(graph_lines(tmp_path, ONE + TWO + TEXT + NAMELESS + TWO))
    assert found == {" <http://g/1>": ONE + TEXT, " <_:g>": TWO + TWO, "": NAMELESS}


def test_a_broken_line_stays_with_the_graph_before_it(tmp_path: Path) -> None:
    found = list(graph_lines(tmp_path, ONE + "<http://s oops\n" + TWO))
    assert found == [(" <http://g/1>", ONE + "<http://s oops\n"), (" <_:g>", TWO)]


def test_a_graph_or_line_that_is_too_long_ends_after_the_limit(tmp_path: Path) -> None:
    most = replace(LIMITS, max_bytes=60)
    long = f'<http://s> <http://p> "{"x" * 500}" <http://g/1> .\n'
    found = list(graph_lines(tmp_path, ONE * 9 + TWO + long, limits=most))
    assert [len(data) for _, data in found] == [61, 61]
    assert found[1][1].startswith(TWO)


# ---- Hostile containers ----


def test_what_leads_out_of_an_archive_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    names = ("../up.ttl", "/abs.ttl", "a/../../b.ttl", "C:\\x.ttl", "good.ttl", "inner.zip")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    with tarfile.open(tmp_path / "y.tar", "w") as tar:
        for name in names:
            tar.addfile(tarfile.TarInfo(name))
        link = tarfile.TarInfo("link.ttl")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    found = read(tmp_path)
    refused = ["RefusedContent"] * 4 + [None]
    assert [item.error.name if item.error else None for item in found] == refused + refused
    assert [item.data for item in found if item.error is None] == [b"x", b""]


def test_a_member_that_unpacks_to_very_much_is_read_up_to_the_limit(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.ttl", b"0" * 50_000_000)
        archive.writestr("good.ttl", b"x")
    with tarfile.open(tmp_path / "y.tar.gz", "w:gz") as tar:
        for name, size in (("bomb.ttl", 50_000_000), ("good.ttl", 1)):
            member = tarfile.TarInfo(name)
            member.size = size
            tar.addfile(member, io.BytesIO(b"0" * size))
    most = replace(LIMITS, max_bytes=1000)
    assert [len(item.data or b"") for item in read(tmp_path, limits=most)] == [1001, 1, 1001, 1]


def test_a_header_that_claims_to_be_very_long_takes_no_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    with gzip.open(tmp_path / "x.tar.gz", "wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT) + b"\0" * 1024)
    (item,) = read(tmp_path)
    assert item.error is not None
    assert item.error.name == "UnreadableFile"


def test_a_list_of_contents_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.ttl", b"x")
    data = bytearray((tmp_path / "x.zip").read_bytes())
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = (1 << 30).to_bytes(4, "little")
    (tmp_path / "x.zip").write_bytes(data)
    (item,) = read(tmp_path)
    assert item.error is not None
    assert item.error.name == "TooLarge"


def encrypted(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.ttl", b"x")
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    data[data.find(b"PK\x03\x04") + 6] |= 1
    path.write_bytes(data)


DAMAGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "no.zip": (lambda path: path.write_bytes(b"PK\x03\x04nothing"), "UnreadableFile"),
    "no.tar": (lambda path: path.write_bytes(b"nothing" * 200), "UnreadableFile"),
    "no.tgz": (lambda path: path.write_bytes(gzip.compress(b"nothing")[:-9]), "UnreadableFile"),
    "no.parquet": (lambda path: path.write_bytes(b"PAR1nothingPAR1"), "UnreadableFile"),
    "columns.parquet": (lambda path: pq.write_table(pa.table({"text": ["x"]}), path), "RefusedContent"),
    "no.nq.gz": (lambda path: path.write_bytes(gzip.compress(ONE.encode() * 99)[:-20]), "UnreadableFile"),
    "no.trig": (lambda path: path.write_text("<http://g> { <http://s> <http://p> "), "SyntaxFault"),
    "locked.zip": (encrypted, "UnreadableFile"),
}


def test_a_container_that_takes_too_long_to_read_is_one_error(tmp_path: Path) -> None:
    folder_of(tmp_path, {"deep.trig": b"{ <http://s> <http://p> " + b"(" * 500_000, "z.ttl": b"x"})
    found = read(tmp_path, limits=replace(LIMITS, max_seconds=1))
    assert [item.error.name if item.error else None for item in found] == ["TimeExceeded", None]


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_container_is_one_error_and_the_next_file_is_read(name: str, tmp_path: Path) -> None:
    make, error = DAMAGED[name]
    make(tmp_path / name)
    folder_of(tmp_path, {"z.ttl": b"x"})
    found = read(tmp_path)
    assert [item.error.name if item.error else None for item in found] == [error, None]
    assert found[0].name.startswith(f"{tmp_path}/{name}")
    assert found[0].data is None
