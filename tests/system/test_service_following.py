"""A service whose registry is followed by a real SPARQL server, which is killed and comes back."""

from __future__ import annotations

import re
import time
from pathlib import Path

from danao.registry.record import Record
from danao.store.server import Server
from tests.registering import contents, held, text_of
from tests.serving import Running, running, token
from tests.system.test_store_servers import free_port, oxigraph
from tests.test_web_following import held_there, until

TURTLE = {"Content-Type": "text/turtle"}


def entries(service: Running, name: str) -> int:
    """What a metric of the service says."""
    status, text = service.asked("/metrics")
    found = re.search(rf"^danao_{name}_entries (\d+)", text.decode(), re.MULTILINE)
    assert status == 200
    assert found
    return int(found[1])


def submitted(service: Running, office: dict[str, str], identifier: str) -> None:
    """Submit and publish a project through the service."""
    assert service.asked("/api/projects", text_of(identifier).encode(), office | TURTLE)[0] == 201
    assert service.asked(f"/api/projects/{identifier}/publication", b"", office, "PUT")[0] == 201


def test_a_server_has_what_the_service_registers_also_after_it_was_killed(tmp_path: Path) -> None:
    folder, port = tmp_path / "r", free_port()
    address = f"http://127.0.0.1:{port}"
    (tmp_path / "server").mkdir()
    # It is not there yet: the service answers all the same.
    with running(folder, "--store", address) as service:
        office = token(folder, "office", "--scope", "admin")
        submitted(service, office, "a")
        with oxigraph(tmp_path / "server", port):
            until(lambda: entries(service, "store") == 2)
            submitted(service, office, "b")
            until(lambda: entries(service, "store") == 4)
        began = time.monotonic()
        submitted(service, office, "c")
        assert time.monotonic() - began < 60
        assert (entries(service, "registry"), entries(service, "store")) == (6, 4)
        with oxigraph(tmp_path / "server", port):
            until(lambda: entries(service, "store") == 6, 120)
            record = Record(folder)
            found = held_there(record, Server.at(address))
            with held(folder) as registry:
                assert found == contents(registry)
            assert service.end() == 0
