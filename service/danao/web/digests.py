"""Digests and signatures of the service's own records, by algorithms that are named in what they give.

SHA-256 unless the setting ``digest`` says otherwise. What was written by one algorithm is still checked by it when
another was chosen later. Objects of the registry are named by their SHA-256 whatever is chosen here.
"""

from __future__ import annotations

import hashlib
import hmac

from danao.errors import Text, UsageError

# SM3 is GB/T 32905-2016.
ALGORITHMS = ("sha256", "sm3")
DEFAULT = "sha256"


def available() -> list[str]:
    """The algorithms that this Python has."""
    return [name for name in ALGORITHMS if name in hashlib.algorithms_available]


def algorithm_of(name: str) -> str:
    """An algorithm by its name.

    :raises UsageError: there is none of that name here.
    """
    if name in available():
        return name
    raise UsageError(
        Text(f"这里没有摘要算法“{name}”。", f"There is no digest algorithm '{name}' here."),
        fix=Text(
            f"可用的：{'、'.join(available())}；sm3 需要带有它的 OpenSSL。",
            f"There are: {', '.join(available())}; sm3 takes an OpenSSL that has it.",
        ),
    )


def digest(data: bytes, algorithm: str = DEFAULT) -> str:
    """The digest of bytes: the name of the algorithm, a colon, hexadecimal digits."""
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def is_digest(stated: str, data: bytes) -> bool:
    """Whether a digest, by whichever algorithm it names, is that of some bytes."""
    algorithm = stated.partition(":")[0]
    return algorithm in available() and hmac.compare_digest(stated.encode(), digest(data, algorithm).encode())


def signature(data: bytes, key: bytes, algorithm: str = DEFAULT) -> str:
    """A signature that only who has the key can make or check: an HMAC, named as digests are."""
    return f"hmac-{algorithm}:{hmac.new(key, data, algorithm).hexdigest()}"


def is_signature(stated: str, data: bytes, key: bytes) -> bool:
    """Whether a signature is that of some bytes by a key."""
    algorithm = stated.partition(":")[0].removeprefix("hmac-")
    return algorithm in available() and hmac.compare_digest(stated.encode(), signature(data, key, algorithm).encode())
