"""Pages that show all that pages are made of, served as the application serves its own: same files, same policy."""

from __future__ import annotations

import json
import mimetypes
import random
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from danao.exchange.environment import environment
from tests.servers import Handler, Listening, Seen, listening

PAGES = Path(__file__).parent
WEB = Path(str(files("danao"))) / "web"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# For the one page whose editor writes styles of its own.
RELAXED = STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
KINDS = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"}


@contextmanager
def serving() -> Iterator[Listening]:
    """The pages on a free port of this machine."""
    with listening(_answer) as server:
        yield server


def _answer(seen: Seen, handler: Handler) -> None:
    path = urlsplit(seen.path).path
    if path == "/heat.json":
        handler.reply(200, heat(), "application/json")
    elif path == "/sparql":
        handler.reply(200, RESULT, "application/sparql-results+json")
    elif path == "/fragment":
        handler.reply(200, FRAGMENT, "text/html; charset=utf-8")
    elif path.startswith("/static/"):
        _file(WEB / path[1:], handler)
    else:
        _page(PAGES / (path[1:] or "index.html"), handler)


def _file(path: Path, handler: Handler) -> None:
    if not path.is_file() or not path.resolve().is_relative_to(WEB.resolve()):
        handler.reply(404)
        return
    kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    handler.reply(200, path.read_bytes(), kind, {"X-Content-Type-Options": "nosniff"})


def _page(path: Path, handler: Handler) -> None:
    if path not in PAGES.glob("*.html"):
        handler.reply(404)
        return
    signs = environment(WEB / "templates", "zh").get_template("signs.html").render()
    body = path.read_text(encoding="utf-8").replace("<!-- signs -->", signs)
    policy = RELAXED if path.name == "sparql.html" else STRICT
    handler.reply(200, body.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": policy})


def heat(rows: int = 2000, columns: int = 22) -> bytes:
    """A heat map's data, the same every time; one cell in forty does not apply."""
    chance = random.Random(7)  # noqa: S311 - it has to be the same, not secret

    def value(strength: int) -> int | None:
        return None if chance.random() < 0.025 else max(0, min(100, strength + chance.randint(-25, 25)))

    heads = [{"code": f"{1 + n // 6}.{1 + n % 6}", "name": f"第 {n + 1} 项"} for n in range(columns)]
    strengths = [90 - 75 * row // rows for row in range(rows)]
    body = [
        {"name": f"示例项目 {n + 1}", "href": f"#p{n + 1}", "values": [value(strength) for _ in range(columns)]}
        for n, strength in enumerate(strengths)
    ]
    return json.dumps({"columns": heads, "rows": body}, ensure_ascii=False).encode()


RESULT = json.dumps(
    {
        "head": {"vars": ["project", "points"]},
        "results": {
            "bindings": [
                {
                    "project": {"type": "uri", "value": "https://danao.example/id/wood"},
                    "points": {"type": "literal", "value": "71.25"},
                }
            ]
        },
    }
).encode()
FRAGMENT = "<p id='fetched'>已读取</p>".encode()
