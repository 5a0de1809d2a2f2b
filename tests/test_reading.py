"""Reading: six syntaxes, every fault by its name and place, and nothing that could harm."""

from __future__ import annotations

import socket
import time

import pytest
from pyoxigraph import RdfFormat, Triple, parse, serialize

from danao.describe import read_descriptions
from danao.errors import (
    EmptyInput,
    InputError,
    RefusedContent,
    SyntaxFault,
    TooLarge,
    UnknownFormat,
    WrongEncoding,
)
from danao.knowledge import Knowledge
from danao.limits import Limits
from danao.reading import FORMATS, Input, read_triples
from tests.case import AROUND
from tests.given import FULL, HOME

XML_HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.example/">\n'
XML = XML_HEAD + '<rdf:Description rdf:about="a">\n<e:p>中文</e:p>\n</rdf:Description>\n</rdf:RDF>\n'


def read(text: str | bytes, ending: str = "ttl", limits: Limits | None = None) -> frozenset[Triple]:
    data = text.encode() if isinstance(text, str) else text
    return read_triples(Input(f"数据.{ending}", data), "http://b.example/", limits or Limits()).triples


def place(error: InputError) -> tuple[str | None, int | None, int | None]:
    return error.place.file, error.place.line, error.place.column


# ---- Syntax errors ----

# By ending: the text, and line and column of its fault, counted in characters.
BROKEN = {
    "ttl": ('<a> <b> "中文" ;\n <c> "中文" x .', 2, 11),
    "jsonld": ('{"@id": "a",\n "http://e.example/p": "中文" x}', 2, 29),
    "rdf": (XML.replace("</e:p>", "</e:q>"), 3, 10),
    "nt": ('<http://a.example/> <http://e.example/p> "中文" .\n<http://a.example/> x .\n', 2, 21),
    "nq": ('<http://a.example/> <http://e.example/p> "中文" .\n<http://a.example/> x .\n', 2, 21),
    "trig": ('GRAPH <g> {\n <a> <b> "中文" x }', 2, 15),
}


@pytest.mark.parametrize("ending", BROKEN)
def test_a_syntax_error_is_told_with_its_file_line_and_column(ending: str) -> None:
    text, line, column = BROKEN[ending]
    with pytest.raises(SyntaxFault) as caught:
        read(text, ending)
    assert place(caught.value) == (f"数据.{ending}", line, column)


@pytest.mark.parametrize("ending", ["ttl", "jsonld", "rdf", "trig"])
def test_a_file_that_was_cut_off_is_not_taken_for_a_whole_one(ending: str) -> None:
    whole = {
        "ttl": "<a> <b> <c> .",
        "jsonld": '{"@id": "a", "http://e.example/p": "x"}',
        "rdf": XML.rstrip(),
        "trig": "<g> { <a> <b> <c> }",
    }
    assert len(read(whole[ending], ending)) == 1
    with pytest.raises(SyntaxFault) as caught:
        read(whole[ending][: -len("</rdf:RDF>") if ending == "rdf" else -1], ending)
    assert caught.value.place.line is not None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(end: str) -> None:
    with pytest.raises(SyntaxFault) as caught:
        read(end.join(["{", '"http://e.example/p": "中"', "x"]), "jsonld")
    assert place(caught.value) == ("数据.jsonld", 3, 1)


def test_a_syntax_error_that_speaks_of_contexts_is_no_remote_context() -> None:
    with pytest.raises(SyntaxFault):
        read("<a> <b> loadremotecontexts .")


# ---- Encodings ----

GBK = '@prefix d: <http://d.example/> .\n<a> d:title "产业大脑" .\n'.encode("gbk")


@pytest.mark.parametrize(
    ("data", "line", "column", "guess"),
    [
        (GBK, 2, 14, "GBK"),
        ('<a> <b> "x" .'.encode("utf-16"), 1, 1, "UTF-16"),
        ('<a> <b> "x" .'.encode("utf-16-be"), 1, 1, "UTF-16"),
        ('<a> <b> "x" .'.encode("utf-16-le"), 1, 2, "UTF-16"),
        ('<a> <b> "木业" ,\n  "木业'.encode() + b'\xff" .', 2, 6, ""),
        (b"\xef\xbb\xbf" + "木".encode() + b"\xff", 1, 2, ""),
    ],
    ids=["gbk", "utf-16", "utf-16-be", "utf-16-le", "one-byte", "one-byte-after-a-mark"],
)
def test_a_wrong_encoding_is_told_with_its_line_and_column(data: bytes, line: int, column: int, guess: str) -> None:
    with pytest.raises(WrongEncoding) as caught:
        read(data)
    assert place(caught.value) == ("数据.ttl", line, column)
    assert guess in caught.value.what.en
    assert guess in caught.value.what.zh


@pytest.mark.parametrize("ending", ["ttl", "jsonld", "rdf", "nt"])
def test_a_byte_order_mark_before_utf_8_changes_nothing(ending: str) -> None:
    whole = {
        "ttl": "<a> <b> <c> .",
        "jsonld": '{"@id": "a", "http://e.example/p": "x"}',
        "rdf": XML,
        "nt": "<http://a.example/> <http://e.example/p> 'x' .".replace("'", '"'),
    }
    assert read(b"\xef\xbb\xbf" + whole[ending].encode(), ending) == read(whole[ending], ending)


# ---- Empty input ----

EMPTY = {
    "nothing": ("ttl", ""),
    "white-space": ("nt", " \n\n"),
    "white-space-in-json": ("jsonld", "\n"),
    "white-space-in-xml": ("rdf", "\n"),
    "turtle-comment": ("ttl", "# nothing\n"),
    "turtle-prefix": ("ttl", "@prefix e: <http://e.example/> ."),
    "n-triples-comment": ("nt", "# nothing\n"),
    "n-quads-comment": ("nq", "# nothing\n"),
    "trig-comment": ("trig", "# nothing\n"),
    "json-object": ("jsonld", "{}"),
    "json-array": ("jsonld", "[]"),
    "xml-comment": ("rdf", "<!-- nothing -->"),
    "xml-root": ("rdf", XML_HEAD + "</rdf:RDF>"),
}


@pytest.mark.parametrize("name", EMPTY)
def test_input_without_a_triple_is_empty(name: str) -> None:
    ending, text = EMPTY[name]
    with pytest.raises(EmptyInput) as caught:
        read(text, ending)
    assert place(caught.value) == (f"数据.{ending}", None, None)


# ---- Formats ----


@pytest.mark.parametrize("name", ["描述.docx", "描述", "描述.ttl.bak", "-"])
def test_an_unknown_ending_is_told_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        read_triples(Input(name, b"<a> <b> <c> ."), "http://b.example/", Limits())
    assert caught.value.place.file == name
    assert caught.value.fix is not None
    assert "ttl jsonld rdf nt nq trig" in caught.value.fix.en


def test_an_unknown_format_is_no_format_whatever_the_ending_is() -> None:
    with pytest.raises(UnknownFormat):
        read_triples(Input("a.ttl", b"<a> <b> <c> .", "docx"), "http://b.example/", Limits())


def test_the_ending_counts_in_any_case_and_a_named_format_overrules_it() -> None:
    expected = read("<a> <b> <c> .")
    assert read("<a> <b> <c> .", "TTL") == expected
    named = Input("a.json", b"<a> <b> <c> .", "turtle")
    assert read_triples(named, "http://b.example/", Limits()).triples == expected


def in_every_format(turtle: str) -> dict[str, bytes]:
    """A description by ending: quads stand in a named graph, which is dropped on reading."""
    triples = [quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE, base_iri=HOME)]
    found = {name: serialize(triples, format=syntax) or b"" for name, syntax in FORMATS.items()}
    named = b"<https://w3id.org/danao/ns#KnowledgeGraph>"
    quads = found["nt"].replace(b" .\n", b" " + named + b" .\n")
    return found | {"ttl": turtle.encode(), "nq": quads, "trig": named + b" {\n" + found["nt"] + b"}\n"}


def test_one_description_has_one_digest_in_every_format(knowledge: Knowledge) -> None:
    text = FULL.replace(
        "dcat:distribution <rules-file>", "dcat:distribution [ dcat:downloadURL <https://example.org/a> ]"
    )
    text += '<mill> dcterms:extent 1.50 , 007 , "多行\\n文字"@zh , true .\n'
    files = in_every_format(text)
    read = {
        name: read_descriptions([Input(f"a.{name}", data)], knowledge, AROUND)[0].digest for name, data in files.items()
    }
    assert set(read) == set(FORMATS)
    assert len(set(read.values())) == 1


# ---- What is refused wherever it comes from ----

ENTITY = '<?xml version="1.0"?>\n<!DOCTYPE rdf:RDF [\n  <!ENTITY e "http://e.example/">\n]>\n'


def test_an_entity_declaration_is_refused_with_its_place() -> None:
    with pytest.raises(RefusedContent) as caught:
        read(ENTITY + XML, "rdf")
    assert place(caught.value)[:2] == ("数据.rdf", 3)


def test_a_comment_about_entity_declarations_is_none() -> None:
    assert read("<!-- no <!ENTITY here -->" + XML, "rdf") == read(XML, "rdf")


@pytest.mark.parametrize(
    "text",
    [
        '{"@context": "URL", "@id": "a", "http://e.example/p": "x"}',
        '{"@context": [{}, "URL"], "@id": "a", "http://e.example/p": "x"}',
        '{"@context": {"@import": "URL"}, "@id": "a", "http://e.example/p": "x"}',
        '{"@id": "a", "http://e.example/p": {"@context": "URL", "@id": "b", "http://e.example/p": "x"}}',
        '{"@context": {"p": {"@id": "http://e.example/p", "@context": "URL"}}, "@id": "a", "p": {"@id": "b"}}',
    ],
    ids=["context", "second-context", "import", "nested", "scoped"],
)
def test_a_remote_context_is_refused_and_nobody_is_asked_for_it(text: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        with pytest.raises(RefusedContent) as caught:
            read(text.replace("URL", f"http://127.0.0.1:{server.getsockname()[1]}/context.jsonld"), "jsonld")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert caught.value.place.file == "数据.jsonld"


NOVEL = {
    "triple-term": ("ttl", "<a> <b> <<( <c> <d> <e> )>> ."),
    "reified-triple": ("ttl", "<< <c> <d> <e> >> <b> <x> ."),
    "annotation": ("trig", "<a> <b> <c> {| <p> <q> |} ."),
    "n-triples-term": ("nt", "<http://a/> <http://b/> <<( <http://c/> <http://d/> <http://e/> )>> ."),
    "direction": ("ttl", '<a> <b> "x"@en--ltr .'),
}


@pytest.mark.parametrize("name", NOVEL)
def test_what_rdf_1_2_adds_is_refused(name: str) -> None:
    ending, text = NOVEL[name]
    with pytest.raises(RefusedContent):
        read(text, ending)


# ---- Nesting ----


def turtle_nodes(depth: int) -> str:
    return "<a> <p> " + "[ <p> " * depth + "<o>" + " ]" * depth + " ."


def turtle_lists(depth: int) -> str:
    return "<a> <p> " + "( " * depth + "<o>" + " )" * depth + " ."


def trig(depth: int) -> str:
    return "<g> { " + turtle_nodes(depth - 1) + " }"


def json_objects(depth: int) -> str:
    return '{"http://e.example/p": ' * depth + '"x"' + "}" * depth


def json_arrays(depth: int) -> str:
    return '{"http://e.example/p": ' + "[" * (depth - 1) + '"x"' + "]" * (depth - 1) + "}"


def xml(depth: int, attribute: str = "") -> str:
    names = ["rdf:Description", "e:p"] * depth
    opened = [f"<{name}{attribute if name == 'e:p' else ''}>" for name in names[: depth - 1]]
    closed = [f"</{name}>" for name in reversed(names[: depth - 1])]
    return XML_HEAD + "".join(opened) + "".join(closed) + "</rdf:RDF>"


NESTED = {
    "turtle-nodes": ("ttl", turtle_nodes),
    "turtle-lists": ("ttl", turtle_lists),
    "trig": ("trig", trig),
    "json-objects": ("jsonld", json_objects),
    "json-arrays": ("jsonld", json_arrays),
    "xml": ("rdf", xml),
}


@pytest.mark.parametrize("name", NESTED)
def test_a_hundred_deep_is_read_and_one_more_is_refused(name: str) -> None:
    ending, nested = NESTED[name]
    assert read(nested(100), ending)
    with pytest.raises(TooLarge) as caught:
        read(nested(101), ending)
    assert "101" in caught.value.what.en


# Each holds 200 opening brackets that open nothing.
BRACKETS_IN_TEXT = {
    "string": ("ttl", '<a> <b> "' + "[(" * 100 + '" .'),
    "single-quoted": ("ttl", "<a> <b> '" + "[(" * 100 + "' ."),
    "long-string": ("ttl", '<a> <b> """' + '"[ \n""(\\"' * 100 + '""" .'),
    "long-single-quoted": ("ttl", "<a> <b> '''" + "'[ \n''(" * 100 + "''' ."),
    "comment": ("ttl", "# " + "[(" * 100 + "\n<a> <b> <c> ."),
    "iri": ("ttl", "<a> <b> <http://e.example/" + "((" * 100 + "> ."),
    "escaped-name": ("ttl", "@prefix e: <http://e.example/> .\ne:a e:b e:c" + "\\(\\(" * 100 + " ."),
    "json-string": ("jsonld", '{"http://e.example/p": "' + '[{\\"' * 100 + '"}'),
    "json-key": ("jsonld", '{"@context": {"KEY": "http://e.example/p"}, "KEY": "x"}'.replace("KEY", "[{" * 100)),
    "xml-comment": ("rdf", XML.replace("中文", "<!--" + "<e:p>" * 200 + "-->")),
    "xml-cdata": ("rdf", XML.replace("中文", "<![CDATA[" + "<e:p>" * 200 + "]]>")),
    "xml-attribute": ("rdf", XML.replace('rdf:about="a"', 'rdf:about="a" e:q="' + "&lt;e:p>" * 200 + '"')),
    "n-triples": ("nt", '<http://a.example/> <http://e.example/p> "' + "[(" * 100 + '" .'),
}


@pytest.mark.parametrize("name", BRACKETS_IN_TEXT)
def test_brackets_in_text_and_names_do_not_count(name: str) -> None:
    ending, text = BRACKETS_IN_TEXT[name]
    assert len(read(text, ending)) in (1, 2)


# Each is nested 101 deep and says in text that it is not.
HIDDEN = {
    "closed-in-a-string": ("ttl", '<a> <p> [ <s> "]" ; <p> ' + "[ <s> ']' ; <p> " * 100 + "<o>" + " ]" * 101 + " ."),
    "between-escaped-quotes": (
        "ttl",
        "@prefix e: <http://e.example/> .\n<a> e:p\\' " + "[ e:p\\' " * 101 + "<o>" + " ]" * 101 + " .",
    ),
    "closed-in-a-json-string": (
        "jsonld",
        '{"http://e.example/s": "}\\"}", "http://e.example/p": ' * 101 + "1" + "}" * 101,
    ),
    "xml-attribute-ends-like-a-tag": (
        "rdf",
        xml(101, ' rdf:parseType="Resource" e:s="/>"').replace(' rdf:parseType="Resource"', ""),
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_nesting_cannot_be_hidden(name: str) -> None:
    ending, text = HIDDEN[name]
    with pytest.raises(TooLarge):
        read(text, ending)


@pytest.mark.parametrize("ending", ["ttl", "jsonld", "rdf"])
def test_quotes_that_never_end_are_refused_at_once(ending: str) -> None:
    text = {"ttl": '\\"', "jsonld": '\\"', "rdf": "<!--"}[ending] * 200_000
    start = time.monotonic()
    with pytest.raises(SyntaxFault):
        read(text, ending)
    assert time.monotonic() - start < 10


# ---- Limits ----


def test_as_many_bytes_as_allowed_are_read_and_one_more_is_refused() -> None:
    text = "<a> <b> <c> ."
    assert read(text, limits=Limits(max_bytes=len(text)))
    with pytest.raises(TooLarge) as caught:
        read(text, limits=Limits(max_bytes=len(text) - 1))
    assert caught.value.place.file == "数据.ttl"


@pytest.mark.parametrize("ending", ["ttl", "nq"])
def test_as_many_triples_as_allowed_are_read_and_one_more_is_refused(ending: str) -> None:
    text = "".join(f"<http://a.example/{number}> <http://e.example/p> <http://o.example/> .\n" for number in range(5))
    assert len(read(text, ending, Limits(max_triples=5))) == 5
    with pytest.raises(TooLarge) as caught:
        read(text, ending, Limits(max_triples=4))
    assert "4" in caught.value.what.en
