"""Access codes as people read and type them: `K7QF-2MXD-9HTR-C`.

Twelve random symbols out of 29 (58 bits) and a check symbol. 29 is prime, so a weighted sum catches what hands do
wrong: any one wrong symbol, and any two symbols exchanged, neighbours or not. The symbols leave out what eyes
confuse (0 O, 1 I L, 5 S, U V): of each such pair at most one is left, and the other is read as it where one is.
"""

import hmac
import re
import secrets
import unicodedata
from uuid import UUID

from django.conf import settings

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
_PRIME = len(ALPHABET)
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_RANDOM_SYMBOLS = 12
LENGTH = _RANDOM_SYMBOLS + 1
_GROUP = 4
_LOOK_ALIKES = str.maketrans({"S": "5", "U": "V"})
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−_.·]+")
_LONGEST = 100  # characters looked at: a code with every separator imaginable is far shorter

SEED_BYTES = 32

# By the value of two neighbours: how they are written, and what they weigh at each of the six places of a pair.
_PAIRS = [ALPHABET[value % _PRIME] + ALPHABET[value // _PRIME] for value in range(_PRIME**2)]
_PAIR_WEIGHTS = [
    [weight * (value % _PRIME) + (weight - 1) * (value // _PRIME) for value in range(_PRIME**2)]
    for weight in range(LENGTH, 1, -2)
]


def read(text: str) -> str | None:
    """The code's 13 symbols, however it was typed, or None where it is no code or has a typing error."""
    if len(text) > _LONGEST:
        return None
    symbols = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_LOOK_ALIKES)
    if len(symbols) != LENGTH or any(symbol not in _VALUE for symbol in symbols):
        return None
    return symbols if _weighed(symbols) == 0 else None


def write(symbols: str) -> str:
    """In groups, as codes are shown: `XXXX-XXXX-XXXX-X`."""
    return "-".join(symbols[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def hint(symbols: str) -> str:
    """What tells codes apart in a list without giving them away: the first group. The other 39 bits stay unknown."""
    return symbols[:_GROUP]


def new_seed() -> bytes:
    """What a batch's codes come from. Whoever holds it can show them again; nothing else can."""
    return secrets.token_bytes(SEED_BYTES)


def code(seed: bytes, number: int) -> str:
    """The symbols of code `number` (from 0) of a seed. HMAC is a random function: codes tell nothing of each other."""
    digest = hmac.digest(seed, number.to_bytes(4), "sha256")
    value = int.from_bytes(digest[:16]) % _PRIME**_RANDOM_SYMBOLS  # 128 bits into 58: the bias is below 2**-69
    symbols, weighed = "", 0
    for pair_weights in _PAIR_WEIGHTS:  # two symbols at a time: a batch has 100,000 codes
        value, pair = divmod(value, _PRIME**2)
        symbols += _PAIRS[pair]
        weighed += pair_weights[pair]
    return symbols + ALPHABET[-weighed % _PRIME]


def with_check(symbols: str) -> str:
    """Twelve symbols and the one that brings their weighted sum to zero."""
    return symbols + ALPHABET[-_weighed(symbols + ALPHABET[0]) % _PRIME]


def school_keys(tenant_id: UUID) -> list[bytes]:
    """The keys of a school's hashes, so that a stolen table cannot be searched for codes and no two schools' hashes
    meet. The first is today's; those of former secrets find the codes handed out under them.
    """
    secrets_known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    purpose = b"access codes of " + tenant_id.bytes
    return [hmac.digest(secret.encode(), purpose, "sha256") for secret in secrets_known]


def hash_of(symbols: str, key: bytes) -> bytes:
    """What is kept of a code."""
    return hmac.digest(key, symbols.encode(), "sha256")


def _weighed(symbols: str) -> int:
    """Σ weight · value mod 29, weights 13 … 1. All differ and none is 0 mod 29: that is why it catches what it does."""
    return sum(weight * _VALUE[symbol] for weight, symbol in zip(range(LENGTH, 0, -1), symbols, strict=True)) % _PRIME
