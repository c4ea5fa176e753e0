"""signing: our own signatures: DKIM for what goes out (RFC 6376 §5), an ARC set for what we changed (RFC 8617 §5.1).

A signature is made of the message as it will go on, in relaxed forms, and is put on top; what is below stays as it is.
Fields that readers go by are signed once more than they are there, so that nobody can add another. Nothing here raises.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence

from gatekeeper.authentication.body import body_digests
from gatekeeper.authentication.header import Header, relaxed_line
from gatekeeper.authentication.signing_key import SigningKey
from gatekeeper.message import Field, Message

Line = tuple[bytes, bytes]
"""Name and value of a header field; folded with CRLF and a tab."""

DKIM, SEAL, SIGNATURE, RESULTS = b"DKIM-Signature", b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results"
MOST_SETS = 50
_ORDER = (RESULTS.lower(), SIGNATURE.lower(), SEAL.lower())  # in which a seal covers a set (RFC 8617 §5.1.1)

_ONCE = (b"sender", b"reply-to", b"message-id", b"in-reply-to", b"references", b"mime-version")
_LISTS = (b"list-id", b"list-help", b"list-unsubscribe", b"list-unsubscribe-post", b"list-post")
_CONTENT = (b"content-transfer-encoding", b"content-id", b"content-description")
_SIGNED = frozenset((*_ONCE, *_LISTS, *_CONTENT))
_FROZEN = (b"from", b"to", b"cc", b"subject", b"date", b"content-type")
_MOST_NAMES = 100
_WIDTH = 72


def signature(message: Message, key: SigningKey, now: float) -> Line:
    """A DKIM-Signature of `message`, made at `now`."""
    names = _names(message, DKIM.lower())
    said = f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={key.domain}; s={key.selector};\r\n\tt={int(now)};\r\n\t"
    return _signature(message, key, DKIM, said, names)


def sealed(message: Message, key: SigningKey, results: bytes, validation: str, now: float) -> Sequence[Line]:
    """An ARC set of `message`, the top line first; none if its chain has failed already, is as long as it may be, or
    nobody knows whether it holds: to say so of it would break it for good.

    `results` is the value of our Authentication-Results, `validation` what was found of the chain: none, pass or fail.
    """
    sets = _sets(message)
    chain = {number: _whole(found) for number, found in sets.items() if len(found) == len(_ORDER)}
    instance = max(sets, default=0) + 1
    known = validation in ("pass", "fail") if sets else validation == "none"
    if not known or instance > MOST_SETS or _ended(sets.get(instance - 1, {})):
        return ()
    made = f"d={key.domain}; s={key.selector};\r\n\tt={int(now)};\r\n\t"
    said = f"i={instance}; a={key.algorithm}; c=relaxed/relaxed; {made}"
    aar = (RESULTS, b"i=%d; %b" % (instance, results))
    ams = _signature(message, key, SIGNATURE, said, _names(message, b"arc"))
    tags = f"i={instance}; a={key.algorithm}; cv={validation}; {made}b="
    before = [] if validation == "fail" else [line for number in sorted(chain) for line in chain[number]]
    covered = b"".join(relaxed_line(name, value) for name, value in (*before, aar, ams))
    bare = relaxed_line(SEAL, tags.encode()).removesuffix(b"\r\n")
    return (SEAL, tags.encode() + _folded(key.sign(covered + bare))), ams, aar


def _signature(message: Message, key: SigningKey, name: bytes, said: str, names: Sequence[bytes]) -> Line:
    body = body_digests(message, True, (None,))[None] or b""
    listed = ":\r\n\t ".join(":".join(part) for part in _lines(name.decode() for name in names))
    tags = f"{said}h={listed};\r\n\tbh={_text(body)};\r\n\tb=".encode()
    header = Header(message.raw, message.fields)
    bare = relaxed_line(name, tags).removesuffix(b"\r\n")
    return name, tags + _folded(key.sign(b"".join((*header.signed(names, relaxed=True), bare))))


def _names(message: Message, kind: bytes) -> list[bytes]:
    """What is signed, as often as it is there and, for what readers go by, once more. `kind`: an ARC set covers DKIM
    signatures, too.
    """
    there = [field.name.lower() for field in message.fields]
    covered = _SIGNED | {DKIM.lower()} if kind == b"arc" else _SIGNED
    found = [name for name in there if name in covered][:_MOST_NAMES]
    for name in _FROZEN:
        count = there.count(name)
        found += [name] * (min(count, _MOST_NAMES) + 1 if count or name == b"from" else 0)
    return found


def _sets(message: Message) -> dict[int, dict[bytes, Field]]:
    """The ARC fields by the number of their set and their name in lower case."""
    sets: dict[int, dict[bytes, Field]] = {}
    for field in message.fields:
        if (name := field.name.lower()) in _ORDER and (number := _tag(field.value, b"i")).isdigit() and len(number) < 4:
            sets.setdefault(int(number), {})[name] = field
    return sets


def _whole(found: dict[bytes, Field]) -> list[Line]:
    return [(found[name].name, found[name].value) for name in _ORDER]


def _ended(found: dict[bytes, Field]) -> bool:
    """Whether this set says that the chain had failed: nothing comes after it (RFC 8617 §5.1.2)."""
    seal = found.get(SEAL.lower())
    return seal is not None and _tag(seal.value, b"cv").lower() == b"fail"


def _tag(value: bytes, name: bytes) -> bytes:
    """What a tag says; nothing if it is not there."""
    for tag in value.split(b";")[:30]:
        found, _, said = tag.partition(b"=")
        if found.strip() == name:
            return said.strip()
    return b""


def _lines(names: Iterable[str]) -> Iterator[list[str]]:
    line: list[str] = []
    for name in names:
        if line and sum(map(len, line)) + len(line) + len(name) > _WIDTH - 4:
            yield line
            line = []
        line.append(name)
    yield line


def _folded(octets: bytes) -> bytes:
    text = base64.b64encode(octets)
    return b"\r\n\t ".join(text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH))


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
