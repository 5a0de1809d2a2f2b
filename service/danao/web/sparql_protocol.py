"""What a request asks of the SPARQL endpoint, as the SPARQL 1.1 Protocol says it: the part on queries."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from danao.errors import BadRequest, ReadOnly, Text, TooLarge, WrongEncoding, WrongMediaType

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_DEFAULT, _NAMED = "default-graph-uri", "named-graph-uri"
_NAMES = ("query", "update", _DEFAULT, _NAMED)
_MOST_FIELDS = 10_000

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Operation:
    """A query as bytes of UTF-8, and the graphs that the request names for it: as default graph, and by name."""

    query: bytes
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def names_graphs(self) -> bool:
        """Whether the request says which graphs it is about; then what the query itself says of it does not count."""
        return bool(self.default or self.named)


@dataclass(frozen=True)
class Sent:
    """The parts of a request that the protocol knows: method, what follows ``?``, content type and body."""

    method: str
    address: bytes
    media_type: str
    body: bytes


def operation_of(sent: Sent, most: int) -> Operation | None:
    """The query of a request, of so many bytes at most; none where a reader asks for what the service is.

    :raises BadRequest: there is no query, or more than one.
    :raises WrongEncoding: it is no UTF-8.
    :raises WrongMediaType: what is sent is neither a form nor a query.
    :raises ReadOnly: it is an update.
    :raises TooLarge: the query is too long.
    """
    fields = _fields(sent.address)
    if sent.method == "POST":
        fields += _body(sent)
    if sent.method != "POST" and not any(name in _NAMES for name, _ in fields):
        return None
    operation = Operation(_query(fields), _all(_DEFAULT, fields), _all(_NAMED, fields))
    if len(operation.query) > most:
        raise _too_long(len(operation.query), most)
    return operation


def _body(sent: Sent) -> Fields:
    kind, *parameters = (part.strip().lower() for part in sent.media_type.split(";"))
    if kind == UPDATE:
        raise _read_only()
    other = [one for one in parameters if one.startswith("charset=") and one[8:].strip('"') != "utf-8"]
    if other or kind not in (FORM, QUERY):
        raise _wrong_media_type(sent.media_type)
    return _fields(sent.body) if kind == FORM else [("query", _decoded(sent.body))]


def _fields(text: bytes) -> Fields:
    try:
        return parse_qsl(
            text.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS, separator="&"
        )
    except UnicodeDecodeError as fault:
        raise _no_text() from fault
    except ValueError as fault:
        raise BadRequest(
            Text(f"参数多于 {_MOST_FIELDS} 个。", f"There are more than {_MOST_FIELDS} parameters."),
            fix=Text("少写一些。", "Give fewer."),
        ) from fault


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _no_text() from fault


def _all(name: str, fields: Fields) -> tuple[str, ...]:
    return tuple(value for key, value in fields if key == name)


def _query(fields: Fields) -> bytes:
    if _all("update", fields):
        raise _read_only()
    queries = _all("query", fields)
    if len(queries) != 1:
        raise BadRequest(
            Text(f"请求中有 {len(queries)} 个查询。", f"The request has {len(queries)} queries."),
            fix=Text("参数 query 写一次，且只写一次。", "Give the parameter 'query' once, and only once."),
        )
    return queries[0].encode()


def _read_only() -> ReadOnly:
    return ReadOnly(
        Text("这里只能查询，不能更新。", "Nothing can be updated here, only queried."),
        fix=Text(
            "写入通过提交新版本进行，不用 SPARQL 更新。",
            "Writing goes through submissions, not through SPARQL updates.",
        ),
    )


def _wrong_media_type(kind: str) -> WrongMediaType:
    named = f"“{kind}”" if kind else "（没有写）"
    return WrongMediaType(
        Text(f"请求内容的类型{named}不能用。", f"A request of the type '{kind}' is not taken here."),
        fix=Text(
            f"用 {QUERY}（查询本身）或 {FORM}（参数 query），UTF-8。",
            f"Send {QUERY}, the query itself, or {FORM} with the parameter 'query', in UTF-8.",
        ),
    )


def _no_text() -> WrongEncoding:
    return WrongEncoding(
        Text("请求不是 UTF-8。", "The request is not UTF-8."),
        fix=Text("把查询按 UTF-8 编码后发送。", "Send the query as UTF-8."),
    )


def _too_long(size: int, most: int) -> TooLarge:
    return TooLarge(
        Text(f"查询有 {size} 字节，超过上限 {most}。", f"The query has {size} bytes, more than {most}."),
        fix=Text("把查询写短，或拆成几个。", "Write it shorter, or split it."),
    )
