"""dkim: are the signatures of a message good (RFC 6376 §6)? All keys are asked for together, once.

A message may carry any number of signatures. Those that speak for the domain in From come first, and of all no more
than a few are verified; the rest is counted. What is costly is done last, and only for what has stood until then.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from gatekeeper.authentication.body import Digests, body_digests
from gatekeeper.authentication.domains import aligned, ascii_domain
from gatekeeper.authentication.header import Header
from gatekeeper.authentication.key import Key, KeyFault, KeyRecord, key_record
from gatekeeper.authentication.signature import Signature, SignatureFault, read_signature, tags_of
from gatekeeper.authentication.steps import Steps, asked
from gatekeeper.message import Field, Message
from gatekeeper.values import Absent, Answer, Found

NAME = b"dkim-signature"
_MOST_READ = 300
_SHOWN = (b"from", b"subject", b"content-type", b"content-transfer-encoding")
"""What readers go by and a message has once: another one put on top would show what nobody signed (RFC 6376 §8.15)."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of one signature: `result` is a word of RFC 8601 §2.7.1, `why` is for people.

    `domain` is that of its `d=`, or "" if that cannot be read. `partial`: text can be put behind what it covers (`l=`).
    `testing`: its owner says that it is a trial. `mark` are the first letters of `b=`, which tell it from others.
    """

    result: str
    why: str = ""
    domain: str = ""
    selector: str = ""
    identity: str = ""
    mark: str = ""
    partial: bool = False
    testing: bool = False


class Signed:
    """A message whose signatures are to be verified; `lengths` are all the `l=` that they have."""

    def __init__(self, message: Message, lengths: Collection[int | None] = ()) -> None:
        self.header = Header(message.raw, message.fields)
        self._message = message
        self._lengths = lengths

    def check(self, signature: Signature, key: Key) -> None:
        """`SignatureFault` unless header and body are as they were signed."""
        names, relaxed = signature.names, signature.relaxed_header
        for name in _SHOWN:
            if name in names and self.header.count(name) > names.count(name):
                raise SignatureFault("policy", f"a {name.decode()} field is not signed")
        lines = [*self.header.signed(names, relaxed), self.header.signing(signature.field, relaxed)]
        signature.check_header(lines, key)
        signature.check_body(self._digests(signature)[signature.length])

    def check_whole(self, signature: Signature, key: Key) -> None:
        """The same, and `SignatureFault` where the body goes on behind what was signed of it (`l=`)."""
        self.check(signature, key)
        if not self.covers(signature):
            raise SignatureFault("fail", "text was put behind what is signed")

    def covers(self, signature: Signature) -> bool:
        """Whether the body ends where what was signed of it does."""
        digests = self._digests(signature)
        return digests[None] == digests[signature.length]

    def _digests(self, signature: Signature) -> Digests:
        return body_digests(self._message, signature.relaxed_body, self._lengths)


def verify(message: Message, authors: Collection[str], now: float, most: int) -> Steps[tuple[list[Verified], int]]:
    """What became of each of at most `most` signatures, and how many there are beside them.

    `authors` are the domains in From; `now` is when the message came, in seconds of the epoch.
    """
    fields = [field for field in message.fields if field.name.lower() == NAME]
    read = [_read(field, now) for field in islice(fields, _MOST_READ)]
    read.sort(key=lambda found: not any(aligned(found.domain, author) for author in authors))
    chosen = read[:most]
    keys = yield from asked(frozenset(found.question for found in chosen if isinstance(found, Signature)))
    signed = Signed(message, {found.length for found in chosen if isinstance(found, Signature)})
    results = [
        _verified(found, keys[found.question], signed) if isinstance(found, Signature) else found for found in chosen
    ]
    return results, len(fields) - len(chosen)


def record_of(answer: Answer, algorithm: str) -> KeyRecord:
    """The key that was found, or `KeyFault`."""
    match answer:
        case Found(texts):
            return key_record(texts, algorithm)
        case Absent():
            raise KeyFault("permerror", "no key record")
        case _:
            raise KeyFault("temperror", "the key could not be looked up")


def _read(field: Field, now: float) -> Signature | Verified:
    try:
        return read_signature(field, now)
    except SignatureFault as fault:
        return _named(field, fault)


def _named(field: Field, fault: SignatureFault) -> Verified:
    """A signature that cannot be verified, by what names it, if that can be read."""
    try:
        tags = {name: value.decode("ascii", "replace") for name, value in tags_of(field).items()}
    except SignatureFault:
        tags = {}
    domain, selector = ascii_domain(tags.get(b"d", "")), tags.get(b"s", "")
    return Verified(fault.result, str(fault), domain, selector, mark=tags.get(b"b", "")[:8])


def _verified(signature: Signature, answer: Answer, signed: Signed) -> Verified:
    result, why, testing, partial = "pass", "", False, False
    try:
        record = record_of(answer, signature.algorithm)
        testing = record.testing
        signature.check_identity(record.strict)
        signed.check(signature, record.key)
        partial = not signed.covers(signature)
    except (KeyFault, SignatureFault) as fault:
        result, why = fault.result, str(fault)
    mark = signature.tags[b"b"][:8].decode("ascii", "replace")
    return Verified(result, why, signature.domain, signature.selector, signature.identity, mark, partial, testing)


def passing(results: Sequence[Verified]) -> tuple[str, ...]:
    """The domains that vouch for the message."""
    return tuple(dict.fromkeys(found.domain for found in results if found.result == "pass"))
