"""Queries that run for hours, give millions of rows or crash a parser: each is told, and the next one is answered."""

from __future__ import annotations

import re
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from httpx2 import Response

from danao.web.app import create_app
from danao.web.settings import Allowance
from tests.asking import Asker, Registered
from tests.web import listening, serving

QUERY = "application/sparql-query"
ROWS, SIZE, SECONDS = 2_000, 300_000, 2
DIGIT = "0 1 2 3 4 5 6 7 8 9"
DIGITS = f"VALUES ?a {{ {DIGIT} }} VALUES ?b {{ {DIGIT} }} VALUES ?c {{ {DIGIT} }}"


@pytest.fixture(scope="module")
def public(two_projects: Registered) -> Iterator[Asker]:
    bounds = {"query": Allowance(SECONDS, 200 << 20), "rows": ROWS, "answer_size": SIZE, "query_size": 500_000}
    with two_projects.serving(**bounds) as service:
        yield two_projects.asker(service)


def told(answer: Response) -> tuple[int, str]:
    """The status and the name of a problem, which tells what to do in both languages."""
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["fix"]["zh"] and said["fix"]["en"]  # noqa: PT018 - one thing
    assert "--limit" not in str(said["fix"])
    return answer.status_code, said["title"]


def answers(public: Asker) -> bool:
    """Whether the service answers, and not after those that wait."""
    began = time.monotonic()
    return public.post("ASK {}", QUERY).status_code == 200 and time.monotonic() - began < SECONDS


NESTED = {
    "brackets": "ASK { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
    "groups": "ASK " + "{" * 100_000 + "}" * 100_000,
    "lists": "ASK { ?s ?p " + "(" * 100_000 + ")" * 100_000 + " }",
    "blank nodes": "ASK { ?s ?p " + "[ ?p " * 100_000,
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED.keys())
def test_brackets_a_hundred_thousand_deep(text: str, public: Asker) -> None:
    assert told(public.post(text, QUERY)) == (413, "TooLarge")
    assert answers(public)


# What nests without brackets, and what is only long: the parser ends in an error of ours, or the process in a crash.
DEEP = {
    "negations": "ASK { FILTER(" + "!" * 400_000 + "1) }",
    "minuses": "ASK { FILTER(" + "- " * 200_000 + "1) }",
    "inverses": "ASK { ?s " + "^" * 400_000 + "<a:a> ?o }",
    "sums": "ASK { FILTER(1" + "+1" * 200_000 + ") }",
    "alternatives": "ASK { FILTER(1=2" + "||1=2" * 80_000 + ") }",
    "steps of a path": "ASK { ?s <a:a>" + "/<a:a>" * 70_000 + " ?o }",
    "unions": "ASK { {}" + " UNION {}" * 50_000 + " }",
    "optionals": "ASK { " + "OPTIONAL { ?a ?b ?c } " * 20_000 + " }",
    "hidden brackets": "ASK { FILTER(1<'x&&1>' && " + "(" * 200_000 + "'') }",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_what_is_deep_without_brackets(text: str, public: Asker) -> None:
    answer = public.post(text, QUERY)
    if answer.status_code != 200:
        assert told(answer) in {
            (400, "QueryFault"),
            (413, "TooLarge"),
            (422, "WorkerDied"),
            (422, "TimeExceeded"),
            (422, "MemoryExceeded"),
        }
    assert answers(public)


def test_a_list_of_ten_thousand_values_is_no_danger(public: Asker) -> None:
    values = ", ".join(f"<http://x/{number}>" for number in range(10_000))
    answer = public.post(f"ASK {{ BIND(<http://x/9999> AS ?x) FILTER(?x IN ({values})) }}", QUERY)
    assert answer.json()["boolean"] is True


def test_a_query_that_is_too_long_is_refused_unread(public: Asker) -> None:
    assert told(public.post("ASK {} #" + "x" * 500_000, QUERY)) == (413, "TooLarge")


ENDLESS = {
    "cross products": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "cross products without a result": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?d && ?a != ?d) }",
    "paths between everything": "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>|^!<a:a>)* ?b . ?b (!<a:a>|^!<a:a>)* ?c }",
    "expressions over everything": (
        "SELECT (SUM(STRLEN(CONCAT(STR(?a), STR(?d)))) AS ?n) "
        "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER REGEX(STR(?f), '(a+)+b') }"
    ),
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_would_run_for_hours_is_stopped_in_time(text: str, public: Asker) -> None:
    began = time.monotonic()
    assert told(public.post(text, QUERY)) == (422, "TimeExceeded")
    assert SECONDS <= time.monotonic() - began < SECONDS + 3
    assert answers(public)


def doubled(times: int) -> str:
    """A query for the length of a text that is doubled so many times."""
    steps = [f"BIND(CONCAT(?v{step}, ?v{step}) AS ?v{step + 1})" for step in range(times)]
    return f"SELECT (STRLEN(?v{times}) AS ?n) {{ BIND('{'x' * 400_000}' AS ?v0) {' '.join(steps)} }}"


def test_a_text_that_doubles_is_stopped_where_memory_ends(public: Asker) -> None:
    few = public.post(doubled(2), QUERY).json()
    assert few["results"]["bindings"][0]["n"]["value"] == "1600000"
    assert told(public.post(doubled(20), QUERY)) == (422, "MemoryExceeded")
    assert answers(public)


GREEDY = {
    "distinct pairs": "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f } }",
    "pairs in order": "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f LIMIT 1",
    "groups of their own": "SELECT ?c ?f (COUNT(*) AS ?m) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?c ?f ORDER BY ?m LIMIT 1",
    "texts in one": f"SELECT (STRLEN(GROUP_CONCAT(?c; separator='{'x' * 999}')) AS ?n) {{ ?a ?b ?c . ?d ?e ?f }}",
}


@pytest.mark.parametrize("text", GREEDY.values(), ids=GREEDY.keys())
def test_what_keeps_everything_is_stopped_by_memory_or_time(text: str, public: Asker) -> None:
    assert told(public.post(text, QUERY)) in {(422, "MemoryExceeded"), (422, "TimeExceeded")}
    assert answers(public)


PATTERNS = [
    "(a+)+$",
    "(a|a)*b",
    "(.*)*b",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "a{1000}{1000}{1000}",
    "(" * 90 + "a" + ")" * 90,
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_that_backtracks_is_no_danger(pattern: str, public: Asker) -> None:
    answer = public.post(f"SELECT (REGEX('{'a' * 50_000}!', '{pattern}') AS ?x) {{}}", QUERY)
    assert answer.status_code == 200
    assert answers(public)


# ---- Answers that are too long ----


def many(rows: int) -> str:
    """A query that gives so many rows."""
    return f"SELECT ?a {{ {DIGITS} VALUES ?d {{ 0 1 2 3 4 5 6 7 8 9 }} }} LIMIT {rows}"


def test_an_answer_has_so_many_rows_and_not_one_more(public: Asker) -> None:
    assert len(public.post(many(ROWS), QUERY).json()["results"]["bindings"]) == ROWS
    answer = public.post(many(ROWS + 1), QUERY)
    assert told(answer) == (422, "LongAnswer")
    assert str(ROWS) in answer.json()["fix"]["en"]
    triples = "CONSTRUCT { [] <a:a> ?a } " + many(ROWS + 1).removeprefix("SELECT ?a ")
    assert told(public.post(triples, QUERY)) == (422, "LongAnswer")


def test_every_row_is_had_page_by_page(public: Asker) -> None:
    query = f"SELECT ?a ?b ?c {{ {DIGITS} }} ORDER BY ?a ?b ?c LIMIT 400 OFFSET "
    pages = [public.rows(query + str(offset)) for offset in (0, 400, 800, 1200)]
    assert [len(page) for page in pages] == [400, 400, 200, 0]
    found = ["".join([row["a"], row["b"], row["c"]]) for page in pages for row in page]
    assert found == [f"{number:03d}" for number in range(1000)]


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"])
def test_an_answer_has_so_many_bytes_and_not_many_more(accept: str, public: Asker) -> None:
    def long(size: int) -> str:
        return f"SELECT ('{'x' * size}' AS ?x) {{ VALUES ?y {{ 1 2 3 }} }}"

    assert public.post(long(SIZE // 4), QUERY, accept=accept).status_code == 200
    assert told(public.post(long(SIZE // 3 + 1), QUERY, accept=accept)) == (422, "LongAnswer")


def test_triples_have_so_many_bytes(public: Asker) -> None:
    query = f"CONSTRUCT {{ <a:a> <a:b> ?x }} {{ BIND('{'x' * 200_000}' AS ?y) BIND(CONCAT(?y, ?y) AS ?x) }}"
    assert told(public.post(query, QUERY)) == (422, "LongAnswer")


# ---- Many at once ----


def test_those_who_wait_in_vain_are_told_and_the_others_answered(public: Asker) -> None:
    endless = ENDLESS["cross products"]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: told(public.post(endless, QUERY)), range(8)))
    assert set(found) <= {(422, "TimeExceeded"), (503, "Busy")}
    assert (422, "TimeExceeded") in found
    assert answers(public)


def test_a_query_that_nobody_waits_for_any_more_is_ended(tmp_path: Path) -> None:
    bounds = {"query": Allowance(60, 200 << 20), "workers": 1}
    with serving(tmp_path / "registry", **bounds) as service, listening(create_app(service)) as address:
        where = urlsplit(address)
        endless = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'VALUES ?v{one} {{ {DIGIT} }}' for one in range(12))} }}"
        head = f"GET /sparql?{urlencode({'query': endless})} HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n"
        with socket.create_connection((str(where.hostname), where.port)) as leaving:
            leaving.sendall(head.encode())
            time.sleep(2)
        began = time.monotonic()
        with urlopen(f"{address}/sparql?query=ASK%20%7B%7D", timeout=60) as answer:  # noqa: S310 - our own
            assert answer.status == 200
        # Its time would be up in a minute; a worker is waited for 10 seconds.
        assert time.monotonic() - began < 8


@pytest.mark.skipif(sys.platform != "linux", reason="limits of processes are read in /proc")
def test_a_worker_that_crashes_leaves_no_memory_on_the_disk(public: Asker) -> None:
    public.post("ASK {}", QUERY)
    for process, _ in public.service.queries._idle:  # noqa: SLF001
        limits = Path(f"/proc/{process}/limits").read_text(encoding="ascii")
        assert re.search(r"^Max core file size +0 +0 +bytes", limits, re.MULTILINE)


def test_workers_are_kept_from_query_to_query(public: Asker) -> None:
    """A fresh worker opens the copy again, which takes many times as long as a small query."""
    kept = {process for process, _ in public.service.queries._idle}  # noqa: SLF001
    for _ in range(20):
        public.post("ASK {}", QUERY)
    assert {process for process, _ in public.service.queries._idle} & kept  # noqa: SLF001
