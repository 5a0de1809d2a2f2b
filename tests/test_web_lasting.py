"""What is kept because it never changes: as much as there is room for, and the same for whom it is the same."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from starlette.testclient import TestClient

from danao.inputs import now
from danao.knowledge import Knowledge
from danao.registry.entries import Written
from danao.registry.submit import publish, submit
from danao.web.documents import Library
from danao.web.kept import Unchanging
from danao.web.lasting import Lasting
from danao.web.pool import Pool
from danao.web.readers import PUBLIC, Reader
from danao.web.service import Service
from tests.asking import OFFICE
from tests.registering import BASE, SMALL, added, assessed, at, held
from tests.web import app_for, serving

QUESTION, PROJECT = "/questions/ranking.json", "/id/small/brain"
OTHER = "/id/small/cluster"
TURTLE = {"Accept": "text/turtle"}


def kept(room: int) -> tuple[Lasting[str], list[str]]:
    """Texts by their length, and what was made of them so far."""
    return Lasting(room, len), []


def of(lasting: Lasting[str], made: list[str], text: str) -> str:
    def make() -> str:
        made.append(text)
        return text

    return lasting.of(text, make)


def test_a_value_is_made_once() -> None:
    lasting, made = kept(80)
    assert [of(lasting, made, "ten") for _ in range(3)] == ["ten"] * 3
    assert made == ["ten"]


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    lasting, made = kept(32)
    for text in ("aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg", "hhhh", "aaaa", "iiii", "aaaa", "bbbb"):
        of(lasting, made, text)
    # Eight have room: the ninth takes that of b, since a was asked for again.
    assert made == ["aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg", "hhhh", "iiii", "bbbb"]


def test_what_would_push_out_too_many_others_is_not_kept() -> None:
    lasting, made = kept(32)
    for text in ("aaaa", "bbbbb", "bbbbb", "aaaa"):
        of(lasting, made, text)
    assert made == ["aaaa", "bbbbb", "bbbbb"]


def test_what_never_changes_is_made_once_so_many_at_a_time() -> None:
    unchanging: Unchanging[int, str] = Unchanging(2)
    made: list[list[int]] = []

    def make(some: Sequence[int]) -> list[str]:
        made.append(list(some))
        return [f"{one}" for one in some]

    assert unchanging.values("office", [3, 1, 2], make) == ["3", "1", "2"]
    assert unchanging.values("office", [1, 4, 2], make) == ["1", "4", "2"]
    assert unchanging.values("public", [1], make) == ["1"]
    # Of what was left out meanwhile nothing is kept.
    assert unchanging.values("office", [3, 1], make) == ["3", "1"]
    assert made == [[3, 1], [2], [4], [1], [3]]


def test_what_was_made_before_making_fails_is_kept() -> None:
    unchanging: Unchanging[int, int] = Unchanging(1)
    made: list[int] = []

    def make(some: Sequence[int]) -> list[int]:
        if some[0] == 2 and 2 not in made:
            made.append(2)
            raise TimeoutError
        made.append(some[0])
        return [some[0]]

    with pytest.raises(TimeoutError):
        unchanging.values("office", [1, 2], make)
    assert unchanging.values("office", [1, 2], make) == [1, 2]
    assert made == [1, 2, 2]


# ---- In the service ----


@pytest.fixture(scope="module")
def registry(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lasting") / "registry"
    with held(folder) as registry:
        added(registry, knowledge, SMALL)
        publish(registry, "small", at(1))
    return folder


@pytest.fixture(scope="module")
def service(registry: Path) -> Iterator[Service]:
    with serving(registry) as service:
        yield service


@pytest.fixture
def everyone(service: Service) -> TestClient:
    return TestClient(app_for(service, PUBLIC), base_url=BASE[:-1])


@pytest.fixture
def office(service: Service) -> TestClient:
    return TestClient(app_for(service, OFFICE), base_url=BASE[:-1])


def test_what_everyone_is_told_is_computed_once(everyone: TestClient, office: TestClient) -> None:
    first = everyone.get(QUESTION).raise_for_status()
    with patch.object(Pool, "run", side_effect=LookupError("computed again")):
        assert everyone.get(QUESTION).raise_for_status().content == first.content
        assert office.get(QUESTION).status_code == 500
        assert everyone.get(f"{QUESTION}?result=Verified").status_code == 500


@pytest.mark.parametrize("path", ["/questions", "/api", "/errors"])
def test_pages_that_are_for_everyone_name_nobody_else(service: Service, everyone: TestClient, path: str) -> None:
    page = {"Accept": "text/html"}
    for name in ("Li Na", "Wang Wei"):
        client = TestClient(app_for(service, Reader(name, OFFICE.scopes)), base_url=BASE[:-1])
        text = client.get(path, headers=page).raise_for_status().text
        assert [one for one in ("Li Na", "Wang Wei") if one in text] == [name]
    assert "Wang Wei" not in everyone.get(path, headers=page).text


def test_documents_are_looked_up_once_for_those_who_see_the_same(everyone: TestClient, office: TestClient) -> None:
    first = {client: client.get(PROJECT, headers=TURTLE).raise_for_status().content for client in (everyone, office)}
    with patch.object(Library, "_document", side_effect=LookupError("looked up again")):
        for client in (everyone, office):
            assert client.get(PROJECT, headers=TURTLE).raise_for_status().content == first[client]
            # In another form as well.
            assert client.get(PROJECT, headers={"Accept": "text/html"}).status_code == 200
            assert client.get(OTHER, headers=TURTLE).status_code == 500
    assert first[everyone] != first[office]


def test_a_new_version_is_shown_at_once(
    registry: Path, knowledge: Knowledge, everyone: TestClient, office: TestClient
) -> None:
    before = [
        client.get(path).raise_for_status().content for client in (everyone, office) for path in (QUESTION, PROJECT)
    ]
    with held(registry) as opened:
        added(opened, knowledge, SMALL.replace('dcterms:title "', 'dcterms:title "新', 1), 2)
        publish(opened, "small", at(3))
    after = [
        client.get(path).raise_for_status().content for client in (everyone, office) for path in (QUESTION, PROJECT)
    ]
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_what_changed_since_the_service_started_is_dated_by_its_own_change(
    registry: Path, knowledge: Knowledge, everyone: TestClient, office: TestClient
) -> None:
    # Entries have the time of the registry's own time zone, which headers have none of; in whole seconds, so that one
    # of the second in which the service started is none since.
    time.sleep(1)
    changed = now("Asia/Shanghai")
    with held(registry) as opened:
        submission = assessed(knowledge, SMALL.replace('dcterms:title "', 'dcterms:title "最新', 1))
        submit(opened, submission, Written(changed, "lead unit"))
        publish(opened, "small", Written(changed, "office"))
    for client in (everyone, office):
        for path in (QUESTION, PROJECT, "/questions"):
            answer = client.get(path).raise_for_status()
            assert answer.headers["last-modified"].endswith(" GMT")
            assert parsedate_to_datetime(answer.headers["last-modified"]) == datetime.fromisoformat(changed)


def test_pages_are_those_of_the_address_that_was_asked_for(everyone: TestClient) -> None:
    page = {"Accept": "text/html"}
    one, two = (everyone.get(f"{PROJECT}?lang=en{more}", headers=page).text for more in ("", "&junk=nobody-asked"))
    assert "nobody-asked" not in one
    assert everyone.get(f"{PROJECT}?lang=en", headers=page).text == one
    assert two
