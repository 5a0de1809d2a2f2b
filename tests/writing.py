"""A service with tokens, for tests of writing. Every answer is one that the OpenAPI describes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient

from danao.inputs import now
from danao.web.app import create_app
from danao.web.readers import Scope
from danao.web.service import Service
from danao.web.tokens import Wanted, make_token
from tests.registering import text_of
from tests.test_web_openapi import check

PROJECTS = "/api/projects"
TURTLE = {"Content-Type": "text/turtle"}
PDF = b"%PDF-1.7 of the covenant"
# The title of the mill in the small example, and others for it.
TITLE = '"示例板材厂"@zh'


def version(number: int, identifier: str = "small") -> bytes:
    """A version of the small example that differs from others by a title."""
    return text_of(identifier, (TITLE, f'"第 {number} 版"@zh')).encode()


EXAMINATION = """
@prefix danao: <https://w3id.org/danao/ns#> .
@prefix req:   <https://w3id.org/danao/reading/2025/> .
@prefix xsd:   <http://www.w3.org/2001/XMLSchema#> .

<examination> a danao:Examination ;
    danao:examines "small" ;
    danao:asOf "2026-03-01"^^xsd:date ;
    danao:verdict <covenant-verdict> .

<covenant-verdict> a danao:Verdict ;
    danao:onEvidence <covenant> ;
    danao:decision danao:Accepted ;
    danao:requirement req:6-1-5-consensus-rules , req:6-1-5-cluster-enterprises .
"""


@dataclass
class Office:
    """The tokens of a service, by whose they are, and a client."""

    service: Service
    heads: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = TestClient(create_app(self.service))
        self.described = self.client.get("/openapi.json").json()
        self.give("unit", Scope.submit, "small", "other")
        self.give("stranger", Scope.submit, "stranger")
        self.give("panel", Scope.assess)
        self.give("narrow panel", Scope.assess, "other")
        self.give("office", Scope.admin)

    def give(self, name: str, scope: Scope, *projects: str) -> None:
        """Make a token."""
        wanted = Wanted(name, frozenset({scope}), frozenset(projects) or None)
        secret = make_token(self.service.state, wanted, now("Asia/Shanghai"))[1]
        self.heads[name] = {"Authorization": f"Bearer {secret}"}

    def asked(self, method: str, path: str, who: str = "", **sent: Any) -> Any:  # noqa: ANN401 - an answer
        """The answer to a request of somebody, of the public where nobody is named."""
        headers = {**self.heads.get(who, {}), **sent.pop("headers", {})}
        answer = self.client.request(method, path, headers=headers, **sent)
        check(self.described, self._operation(method, path), answer)
        return answer

    def _operation(self, method: str, path: str) -> str:
        """The operation that the OpenAPI describes of a request."""
        (found,) = [
            item[method.lower()]["operationId"]
            for template, item in self.described["paths"].items()
            if method.lower() in item and re.fullmatch(re.sub(r"{[^}]*}", "[^/]+", template), path.partition("?")[0])
        ]
        return str(found)

    def submitted(self, data: bytes, who: str = "unit", **headers: str) -> Any:  # noqa: ANN401 - an answer
        """The answer to a description that somebody submits."""
        return self.asked("POST", PROJECTS, who, content=data, headers=TURTLE | headers)

    def sent(self, who: str = "unit", **parts: list[tuple[str, bytes]]) -> Any:  # noqa: ANN401 - an answer
        """The answer to a form of files."""
        files = [(name, one) for name, many in parts.items() for one in many]
        return self.asked("POST", PROJECTS, who, files=files)

    def examined(self, entry: int, who: str = "panel", text: str = EXAMINATION, identifier: str = "small") -> Any:  # noqa: ANN401
        """The answer to an examination of a version."""
        path = f"{PROJECTS}/{identifier}/examinations?entry={entry}"
        return self.asked("POST", path, who, content=text.encode(), headers=TURTLE)
