"""Content negotiation to RFC 9110: examples from its text, and what holds of every header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danao.errors import NotAcceptable
from danao.web.negotiation import language, negotiated, quality

HTML, TURTLE, JSON_LD, NT, XML, TRIG = OFFERED = (
    "text/html",
    "text/turtle",
    'application/ld+json;profile="http://www.w3.org/ns/json-ld#framed http://www.w3.org/ns/json-ld#compacted"',
    "application/n-triples",
    "application/rdf+xml",
    "application/trig",
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDFLIB = "application/rdf+xml,application/xhtml+xml;q=0.5,text/turtle;q=0.7,*/*;q=0.1"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        # Nothing is wanted: the first.
        ("", HTML),
        ("*/*", HTML),
        (BROWSER, HTML),
        (RDFLIB, XML),
        ("text/*", HTML),
        ("application/*", JSON_LD),
        ("text/turtle", TURTLE),
        ("TEXT/Turtle ; Q=1.0", TURTLE),
        ("text/turtle;q=0.5, application/n-triples;q=0.6", NT),
        # Wanted alike: what is named goes before what a wildcard stands for, else the order of the server.
        ("text/turtle, */*", TURTLE),
        ("application/trig, text/turtle", TURTLE),
        # The more precise range has the say, wherever it stands.
        ("text/html;q=0, text/*", TURTLE),
        ("text/*, text/html;q=0.1", TURTLE),
        ("*/*;q=0.1, text/*;q=0.2, application/trig;q=0.3", TRIG),
        # Parameters: a profile that the form has, one that it does not have, one that is refused.
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted", text/turtle;q=0.9', JSON_LD),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded", text/turtle;q=0.1', TURTLE),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded";q=0, application/ld+json', JSON_LD),
        ("text/turtle;charset=UTF-8", TURTLE),
        ('text/turtle;charset="utf-8";q=0.4, text/html;level=1', TURTLE),
        # Quoted separators, and what follows the weight.
        ('text/html;x="a,text/turtle;q=1", application/trig;q=0.2;y=1', "none"),
        ('text/html;x="a,text/turtle;q=1", application/trig;q=0.2', TRIG),
        # Garbage is passed over.
        (";;;,,,", HTML),
        ("text", HTML),
        ("*/turtle", HTML),
        ("text/turtle;q=high, application/trig;q=0.1", TRIG),
        ("text/turtle;q=2, application/trig;q=0.1", TRIG),
        ("text/turtle;q=-1, application/trig;q=0.1", TRIG),
        ("text/turtle;q=nan, application/trig;q=0.1", TRIG),
        ('"text/turtle', HTML),
        # Refused or not there.
        ("image/png", "none"),
        ("text/html;q=0", "none"),
        ("*/*;q=0", "none"),
        ("text/turtle;charset=gbk", "none"),
    ],
)
def test_the_form_that_is_wanted_most_is_chosen(accept: str, chosen: str) -> None:
    if chosen == "none":
        with pytest.raises(NotAcceptable) as caught:
            negotiated(accept, OFFERED)
        assert caught.value.fix is not None
        assert all(one in caught.value.fix.en for one in OFFERED)
    else:
        assert negotiated(accept, OFFERED) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-Hans-CN, en;q=0.9", "zh"),
        ("en;q=0.3, zh;q=0.4", "zh"),
        ("en, zh", "zh"),
        ("de, fr", "zh"),
        ("de, en;q=0.1", "en"),
        ("zh;q=0, *", "en"),
        ("*", "zh"),
        ("en;q=nan", "zh"),
        ("EN", "en"),
    ],
)
def test_the_language_that_is_preferred_is_chosen(accept: str, chosen: str) -> None:
    assert language(accept) == chosen


TYPES = st.sampled_from([*(one.partition(";")[0] for one in OFFERED), "text/*", "application/*", "*/*", "image/png"])
WEIGHTS = st.integers(0, 1000)
RANGES = st.lists(st.tuples(TYPES, WEIGHTS), min_size=1, max_size=6, unique_by=lambda one: one[0])


def written(ranges: list[tuple[str, int]]) -> str:
    return ", ".join(f"{name};q={weight / 1000:.3f}" for name, weight in ranges)


def expected(ranges: list[tuple[str, int]], offer: str) -> int:
    """The weight that the specification gives a media type, in thousandths."""
    told = dict(ranges)
    name = offer.partition(";")[0]
    for one in (name, f"{name.partition('/')[0]}/*", "*/*"):
        if one in told:
            return told[one]
    return 0


@given(RANGES)
def test_no_form_is_wanted_more_than_the_chosen_one(ranges: list[tuple[str, int]]) -> None:
    weights = {offer: expected(ranges, offer) for offer in OFFERED}
    assert {offer: quality(written(ranges), offer) for offer in OFFERED} == weights
    if any(weights.values()):
        assert weights[negotiated(written(ranges), OFFERED)] == max(weights.values())
    else:
        with pytest.raises(NotAcceptable):
            negotiated(written(ranges), OFFERED)


@given(RANGES, st.randoms(use_true_random=False))
def test_the_order_of_ranges_says_nothing(ranges: list[tuple[str, int]], random: object) -> None:
    shuffled = list(ranges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for offer in OFFERED:
        assert quality(written(ranges), offer) == quality(written(shuffled), offer)


@given(st.text(alphabet=st.characters(codec="latin-1")))
def test_whatever_stands_there_is_answered(header: str) -> None:
    assert language(header) in {"zh", "en"}
    if any(quality(header, offer) for offer in OFFERED):
        assert negotiated(header, OFFERED) in OFFERED
    else:
        with pytest.raises(NotAcceptable):
            negotiated(header, OFFERED)


@pytest.mark.parametrize("sign", ['"', ",", ";", "\\", '"\\', "a/b;", "=", '";'])
def test_a_long_header_takes_no_longer_than_its_length(sign: str) -> None:
    # With any backtracking, this would not end.
    assert language(sign * 100_000) == "zh"
