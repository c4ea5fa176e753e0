"""results: Authentication-Results (RFC 8601 §2.2), read as others wrote it, and written. Nothing here raises.

What is written may have been chosen by a stranger: a value that is no token and no address is quoted, cut and made
printable, so that it ends where it should.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from gatekeeper.authentication.tokens import Token, tokens
from gatekeeper.values import Authenticated, Finding

FIELD = b"Authentication-Results"
_MOST_TOKENS = 2000
_LONGEST = 16_384  # octets of a field; those of real mail have a tenth of it
_LONGEST_VALUE, _LONGEST_REASON = 255, 100
_FOLD = 76
_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`{|}~")


class Said(NamedTuple):
    """One result that somebody wrote down, all in lower case; `properties` are such as `header.d`."""

    method: str
    result: str
    properties: dict[str, str]


def bears(value: bytes, server: str) -> bool:
    """Whether somebody could take it for the word of `server` (RFC 8601 §5), however oddly the name is written: in
    pieces, quoted, with signs around it, behind an empty result. So it is where the field is too long to be looked at.
    """
    if len(value) > _LONGEST:
        return True
    first: list[Token] = next(filter(None, _clauses(value)), [])
    words = [token.text.lower() for token in takewhile(lambda token: token != Token("="), first)]
    spaced = "".join(letter if letter.isalnum() or letter in ".-_" else " " for letter in " ".join(words))
    return server.lower() in {word.strip(".") for word in ("".join(words), *spaced.split())}


def said(value: bytes) -> list[Said]:
    """Every result in a field; also in an ARC-Authentication-Results."""
    return [found for clause in _clauses(value) if (found := _said(clause)) is not None]


def written(server: str, findings: Iterable[Finding]) -> bytes | None:
    """The value of our field, folded, for what was found; None if nothing was looked at."""
    clauses = list(dict.fromkeys(_clause(finding) for finding in findings if finding.result is not None))
    if not clauses:
        return None
    body = ";\r\n\t".join("\r\n\t\t".join(_packed(clause)) for clause in clauses)
    return f"{_value(server)};\r\n\t{body}".encode("ascii")


def _clauses(value: bytes) -> Iterator[list[Token]]:
    clause: list[Token] = []
    for token in islice(tokens(value, ";="), _MOST_TOKENS):
        if token == Token(";"):
            yield clause
            clause = []
        else:
            clause.append(token)
    yield clause


def _said(clause: Sequence[Token]) -> Said | None:
    pairs = [
        (clause[place - 1].text.lower(), clause[place + 1].text.lower())
        for place in range(1, len(clause) - 1)
        if clause[place] == Token("=")
    ]
    if not pairs:
        return None
    method, result = pairs[0]
    return Said(method.partition("/")[0], result, dict(reversed(pairs[1:])))


def _clause(finding: Finding) -> tuple[str, ...]:
    result = finding.result
    assert result is not None
    words = [f"{result.method}={result.result}"]
    if finding.evidence and not finding.secret and not _plain(result):
        words.append(f"reason={_quoted(finding.evidence, _LONGEST_REASON)}")
    return (*words, *(f"{name}={_value(value)}" for name, value in result.properties))


def _plain(result: Authenticated) -> bool:
    """Whether the word says it all."""
    return result.result in ("pass", "none")


def _packed(words: Sequence[str]) -> Iterator[str]:
    """Lines of at most 76 characters, if the words are not longer."""
    line = ""
    for word in words:
        if line and len(line) + len(word) + 9 > _FOLD:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _value(text: str) -> str:
    """A value as the grammar has it: a token, an address, or else a quoted string."""
    local, at, domain = text.rpartition("@")
    plain = _TOKEN.issuperset(domain) and domain and (not at or _dot_atom(local) or not local)
    return text if plain and len(text) <= _LONGEST_VALUE else _quoted(text, _LONGEST_VALUE)


def _dot_atom(text: str) -> bool:
    return _TOKEN.issuperset(text) and all(text.split("."))


def _quoted(text: str, most: int) -> str:
    safe = "".join(letter if " " <= letter <= "~" else "?" for letter in text[:most])
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'
