"""Names that look alike: their one form for comparing, and which known names are like one that is not known."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

ALIKE = 0.6  # ratio of matching signs from which two names are alike, as in difflib
MOST = 200  # known names among which a misspelt one is sought
LONGEST = 60  # signs of a name that are compared

# Ideographs for compatibility have forms of their own in print, though Unicode takes them for others.
_COMPOSED = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")


def composed(text: str) -> str:
    """A text whose signs with marks are one sign each (NFC), so that what looks the same is the same.

    >>> composed("カ\\u3099") == "ガ"
    True
    """
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return _COMPOSED.sub(lambda part: unicodedata.normalize("NFC", part.group()), text)


def plain(text: object) -> str:
    """A text with full-width and half-width signs in their usual form and spaces single, as words are compared.

    >>> plain("ｶﾞﾘｳﾑ　９９")
    'ガリウム 99'
    """
    written = str(text)
    return " ".join((written if written.isascii() else unicodedata.normalize("NFKC", written)).split())


def alike(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Known names that are written almost as `name`, the likest first.

    The work is bounded: among very many names only those that differ in the width or the case of their signs are found.
    """
    return list(_alike(name, tuple(known), count))


@lru_cache(maxsize=10_000)
def _alike(name: str, listed: tuple[str, ...], count: int) -> tuple[str, ...]:
    wanted = _key(name)
    same = [other for other in _by_key(listed).get(wanted, ()) if other != name]
    if len(listed) > MOST or len(name) > LONGEST:
        return tuple(same[:count])
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    keys = zip(_keys(listed), listed, strict=True)
    scored = [(ratio, other) for key, other in keys if (ratio := _ratio(matcher, key, len(wanted))) >= ALIKE]
    scored.sort(key=lambda one: one[0], reverse=True)
    return tuple(dict.fromkeys([*same, *(other for _, other in scored)]))[:count]


@lru_cache(maxsize=64)
def _keys(known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_key, known))


@lru_cache(maxsize=64)
def _by_key(known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Names by the form in which they are compared."""
    by_key: dict[str, list[str]] = {}
    for key, name in zip(_keys(known), known, strict=True):
        by_key.setdefault(key, []).append(name)
    return {key: tuple(names) for key, names in by_key.items()}


def _key(name: str) -> str:
    return plain(name[: LONGEST + 1]).casefold()


def _ratio(matcher: SequenceMatcher[str], other: str, length: int) -> float:
    """How alike two names are; 0 where their lengths alone forbid it."""
    if not other or 2 * min(len(other), length) < ALIKE * (len(other) + length):
        return 0.0
    matcher.set_seq1(other)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0
