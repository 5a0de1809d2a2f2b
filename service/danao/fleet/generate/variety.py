"""What varies between projects, and how likely each thing is: ``behaviour.toml`` under a mould's own file."""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, ValidationError

from danao.errors import MouldFault, Place, Text, UnreadableFile
from danao.fleet.generate.draw import Draw
from danao.fleet.generate.turtle import escaped

# Text and the names of words in it, by turns; text comes first and last.
Template = tuple[str, ...]

_WORD = re.compile(r"\{([a-z][a-z0-9.+-]*)\}")
_YEARS = ("year", *(f"year{sign}{step}" for sign in "+-" for step in range(1, 10)))


def template(text: str) -> Template:
    """Text with ``{words}``, taken apart."""
    return tuple(_WORD.split(text))


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=lambda name: name.replace("_", "-"), allow_inf_nan=False
    )


Pair = tuple[float, float]


class Level(_Table):
    """A level of maturity: its share of the projects, and how their maturity is spread."""

    share: NonNegativeFloat
    mean: float
    spread: NonNegativeFloat


class Kinship(_Table):
    """How far capabilities of one branch, and of one element, stray together."""

    branch: NonNegativeFloat
    element: NonNegativeFloat


class Figures(_Table):
    """How the figures of records come out."""

    spread: Annotated[float, Field(ge=0, le=3)]
    ambition: Annotated[float, Field(ge=0, le=3)]
    attained: Pair
    luck: NonNegativeFloat
    setback: Pair
    unsteady: NonNegativeFloat
    tightened: Pair


class Dates(_Table):
    """How the dates of things come out: days from the one day to the other."""

    spread: Annotated[float, Field(ge=0, le=3)]
    expired: tuple[Annotated[int, Field(ge=0, le=3000)], Annotated[int, Field(ge=0, le=3000)]]
    soon: tuple[Annotated[int, Field(ge=0, le=3000)], Annotated[int, Field(ge=0, le=3000)]]
    future: tuple[Annotated[int, Field(ge=0, le=3000)], Annotated[int, Field(ge=0, le=3000)]]


class Bilingual(_Table):
    """Sentences in Chinese, and the same in English."""

    zh: Annotated[list[str], Field(min_length=1)]
    en: Annotated[list[str], Field(min_length=1)]


class Texts(_Table):
    """What is written where a mould has no text of its own."""

    paper: Annotated[list[str], Field(min_length=1)]
    reason: Bilingual
    rejection: Bilingual


class Reason(Bilingual):
    """Why a requirement does not apply."""

    requirement: str


class CreditCode(_Table):
    """Where the place in a credit code comes from."""

    division: str


class Choice(BaseModel):
    """One of a group, such as an industry; what else it holds are words, or numbered lists of words."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)
    __pydantic_extra__: dict[str, str | list[str]]

    key: str = ""
    share: NonNegativeFloat = 1
    strength: float = 0
    favours: dict[str, dict[str, NonNegativeFloat]] = {}

    def words(self, group: str) -> dict[str, str]:
        """Its words by their names."""
        found = {f"{group}.key": self.key}
        for name, value in self.__pydantic_extra__.items():
            if isinstance(value, str):
                found[f"{group}.{name}"] = escaped(value)
            else:
                found |= {f"{group}.{name}.{place}": escaped(text) for place, text in enumerate(value, start=1)}
        return found


class Variety(_Table):
    """Everything that varies. Names of nodes are those of the mould, without its address."""

    identifier: Annotated[str, Field(pattern=r"\{number\}")]
    written_for: dt.date
    mistakes: Annotated[float, Field(ge=0, le=1)]
    level: Annotated[list[Level], Field(min_length=1)]
    kinship: Kinship
    chance: dict[str, Pair]
    figures: Figures
    dates: Dates
    texts: Texts
    stands_for: dict[str, str] = {}
    absent: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    shared: dict[str, Annotated[int, Field(ge=1)]] = {}
    credit_code: CreditCode | None = None
    difficulty: dict[str, float] = {}
    spread: dict[str, Annotated[float, Field(ge=0, le=3)]] = {}
    reason: list[Reason] = []
    titles: dict[str, list[str]] = {}
    words: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    choices: dict[str, Annotated[list[Choice], Field(min_length=1)]] = {}

    @cached_property
    def lists(self) -> Mapping[str, Sequence[str]]:
        """Word → the texts it is drawn from anew wherever it stands."""
        return {name: [escaped(text) for text in texts] for name, texts in self.words.items()}

    @cached_property
    def known_words(self) -> frozenset[str]:
        """The words that every project has, whatever is chosen."""
        chosen = [
            frozenset[str].intersection(*(frozenset(choice.words(group)) for choice in choices))
            for group, choices in self.choices.items()
        ]
        return frozenset().union(*chosen, self.words, _YEARS, ("number", "identifier"))

    def choose(self, draw: Draw) -> tuple[dict[str, str], float]:
        """The words of one choice of each group, and how much these choices add to maturity."""
        words: dict[str, str] = {}
        made: list[Choice] = []
        for group, choices in self.choices.items():
            made.append(choices[draw.weighed([_weight(choice, group, made) for choice in choices])])
            words |= made[-1].words(group)
        return words, sum(choice.strength for choice in made)


def _weight(choice: Choice, group: str, made: Sequence[Choice]) -> float:
    """How likely a choice is after those made: where one of these favours some of the group, no others are chosen."""
    favours = [earlier.favours[group].get(choice.key, 0) for earlier in made if group in earlier.favours]
    return math.prod(favours) if favours else choice.share


def years(year: int) -> dict[str, str]:
    """The year, and those around it, by the words for them."""
    return {name: str(year + int(name.removeprefix("year") or 0)) for name in _YEARS}


def load_variety(file: Path | None) -> Variety:
    """What varies by a mould's own file, on top of what the package says.

    :raises InputError: the file cannot be read, or holds what does not belong there.
    """
    common = tomllib.loads(Path(__file__).with_name("behaviour.toml").read_text(encoding="utf-8"))
    own = {} if file is None else _read(file)
    try:
        return Variety.model_validate(_over(common, own))
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MouldFault(
            Text(f"“{where}”不对：{first['msg']}。", f"'{where}' is wrong: {first['msg']}."),
            place=Place(file=str(file)),
            fix=Text("对照随程序附带的 mould.toml 改正。", "Compare it with the mould.toml that is shipped."),
        ) from fault


def _over(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Tables with the keys of both; what is the mould's own goes first."""
    both = dict(common) | dict(own)
    tables = [key for key in common if isinstance(common[key], dict) and isinstance(own.get(key), dict)]
    return both | {key: _over(common[key], own[key]) for key in tables}


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise UnreadableFile(
            Text(f"无法打开文件：{fault.strerror}。", f"The file cannot be opened: {fault.strerror}."),
            place=Place(file=str(file)),
            fix=Text("检查路径和权限。", "Check the path and its permissions."),
        ) from fault
    except ValueError as fault:
        raise MouldFault(
            Text(f"不是有效的 UTF-8 TOML 文件：{fault}。", f"It is no valid TOML in UTF-8: {fault}."),
            place=Place(file=str(file)),
            fix=Text("改正所示位置。", "Mend the spot shown."),
        ) from fault
