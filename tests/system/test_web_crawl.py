"""A visitor who follows every link of a service: nothing is broken, and nothing shows that is not published."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from danao.knowledge import Knowledge, load_knowledge
from danao.registry.submit import publish, submit
from tests.killing import KIOSK, KIOSKS
from tests.linked import client
from tests.registering import CACHE, added, assessed, at, held, text_of
from tests.test_web_linked import crawl
from tests.web import serving

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_every_link_of_the_smallest_registry_in_every_form_and_language_leads_somewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "registry"
    with held(folder) as registry:
        submit(registry, assessed(load_knowledge(KIOSKS, cache=CACHE), KIOSK), at(1))
        publish(registry, "kiosk", at(2))
    with serving(folder, knowledge=KIOSKS) as service:
        found = crawl(client(service), languages=True)
    with capsys.disabled():
        print(f"\n{len(found)} addresses visited in every form and language")
    assert {address: status for address, status in found.items() if status not in {200, 303}} == {}
    assert len(found) > 5_000


def test_every_link_of_a_larger_registry_leads_somewhere(
    tmp_path: Path, knowledge: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "registry"
    texts = [(EXAMPLES / f"half-built{name}.ttl").read_text(encoding="utf-8") for name in ("", "-examination")]
    with held(folder) as registry:
        added(registry, knowledge, text_of("open"), 1)
        publish(registry, "open", at(2))
        added(registry, knowledge, text_of("draft"), 3)
        entry = submit(registry, assessed(knowledge, *texts), at(20)).entry
        publish(registry, entry.one("identifier"), at(21))
    with serving(folder) as service:
        began = time.monotonic()
        found = crawl(client(service), forms=50)
        seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{len(found)} addresses visited in {seconds:.0f} s")
    assert {address: status for address, status in found.items() if status not in {200, 303}} == {}
    assert len(found) > 5_000
    assert not [address for address in found if "draft" in address]
