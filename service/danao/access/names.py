"""Names in place of those that quote what is restricted: salted, so that no guess at it can be confirmed."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from danao.errors import Text, UsageError

# Shorter ones can be tried out.
_LEAST_SALT = 16
_DIGITS = 32
# As names of algorithms are written elsewhere: letters and digits.
_ALGORITHM = "hmacsha256"
# What a name may hold of a digest, such as that of a claim's capability.
_HASH = re.compile("[0-9a-f]{16,}")


class Salt:
    """Salted hashes of a deployment: equal for equal texts, and nothing to guess from without the salt.

    :raises UsageError: the salt has fewer than 16 bytes.
    """

    def __init__(self, salt: bytes) -> None:
        if len(salt) < _LEAST_SALT:
            raise UsageError(
                Text("盐太短，可以逐一试出。", "The salt is so short that it can be tried out."),
                fix=Text(
                    f"用至少 {_LEAST_SALT} 个随机字节，并保密。",
                    f"Take {_LEAST_SALT} random bytes or more; keep them secret.",
                ),
            )
        self._keyed = hmac.new(salt, digestmod=hashlib.sha256)

    def hash(self, purpose: str, text: str) -> str:
        """64 hexadecimal digits; those of one purpose tell nothing of those of another."""
        keyed = self._keyed.copy()
        keyed.update(f"{purpose}\0{text}".encode())
        return keyed.hexdigest()


@dataclass(frozen=True)
class Places:
    """Where things of a deployment live: its base, the address of the project, the assessment's IRI."""

    base: str
    home: str
    assessment: str

    @classmethod
    def of(cls, assessment: str) -> Places:
        """From the IRI of an assessment: ``<base>id/<identifier>/assessment/<hash>``."""
        home = assessment[: assessment.rindex("assessment/")]
        return cls(home.rstrip("/").rsplit("/", 2)[0] + "/", home, assessment)

    @property
    def anonymous(self) -> str:
        """The start of the names of nodes that had none."""
        return f"<{self.home}genid/"


class PublicNames(dict[str, str]):
    """The term that the public sees in place of each: ``renamed`` ones first, then what lives in the assessment.

    Without a ``salt`` nothing but what is renamed changes its name. ``digests`` are those of what is restricted.
    """

    def __init__(self, places: Places, renamed: Mapping[str, str], digests: tuple[str, ...], salt: Salt | None) -> None:
        super().__init__(renamed)
        self._salt = salt
        self._digests = digests if salt else ()
        self._old = f"<{places.assessment}"
        name = salt.hash("assessment", places.assessment)[:_DIGITS] if salt else ""
        self.assessment = f"{places.home}assessment/{name}" if salt else places.assessment
        self._graphs = f"<{places.base}graph/"

    def __missing__(self, term: str) -> str:
        self[term] = name = self._named(term) if self._salt and term[0] == "<" else term
        return name

    def sealed(self, digest: str) -> str:
        """What the public sees in place of the digest of something restricted, both with their algorithm."""
        if self._salt is None or digest.partition(":")[2] not in self._digests:
            return digest
        return f"{_ALGORITHM}:{self._salt.hash('name', digest.partition(':')[2])}"

    def is_graph(self, term: str) -> bool:
        """Whether an IRI is the name of a graph of the deployment."""
        return term.startswith(self._graphs)

    def quotes(self, literal: str) -> bool:
        """Whether a literal holds a digest of what is restricted, or the name that is made of it."""
        if not self._salt or len(literal) <= _DIGITS:
            return False
        return any(digest in literal for digest in self._digests) or self._old[1:] in literal

    def _named(self, term: str) -> str:
        if term.startswith(self._old) and term[len(self._old)] in "/>#?":
            return f"<{self.assessment}{_HASH.sub(self._salted, term[len(self._old) :])}"
        if self.is_graph(term):
            return re.sub("|".join(self._digests), self._salted, term)
        return term

    def _salted(self, match: re.Match[str]) -> str:
        assert self._salt is not None  # noqa: S101 - names change with a salt only
        return self._salt.hash("name", match.group())[: len(match.group())]
