"""signature: one DKIM-Signature, ARC-Message-Signature or ARC-Seal, read and verified (RFC 6376 §3.5, RFC 8617 §4).

Its syntax is dkimpy's to judge; the body is not hashed here, because several signatures share its digest.
Fails with `SignatureFault`, whose `result` is a word of RFC 8601 §2.7.1.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from gatekeeper.authentication.domains import ascii_domain
from gatekeeper.authentication.key import Key
from gatekeeper.message import Field
from gatekeeper.values import Dns

LONGEST = 16_384
"""Octets of a signature field that is looked at; those of real mail have a tenth of it."""

ALGORITHMS = ("rsa-sha256", "ed25519-sha256")
_MOST_TAGS = 50  # there are not half as many

_FORMS = {b"simple": False, b"relaxed": True}
_SLACK = 300  # seconds that clocks may differ
_SIGNATURE = [b"v", b"a", b"b", b"bh", b"d", b"h", b"s"]
_MESSAGE_SIGNATURE = [b"i", b"a", b"b", b"bh", b"d", b"h", b"s"]
_SEAL = [b"i", b"a", b"b", b"cv", b"d", b"s"]


class SignatureFault(Exception):  # noqa: N818  # it is the signature that is at fault
    """`result` is a word of RFC 8601 §2.7.1."""

    def __init__(self, result: str, why: str) -> None:
        super().__init__(why)
        self.result = result


@dataclass(frozen=True, slots=True)
class Signature:
    """What the tags say. `identity` is `i=` of a DKIM-Signature, `length` its `l=`; `names` are those of `h=`."""

    field: Field
    algorithm: str
    domain: str
    selector: str
    identity: str
    names: tuple[bytes, ...]
    signed: bytes
    body_hash: bytes
    relaxed_header: bool
    relaxed_body: bool
    length: int | None
    tags: dict[bytes, bytes]

    @property
    def question(self) -> Dns:
        """Where its key is."""
        return Dns(_key_name(self.selector, self.domain), "TXT")

    def check_identity(self, strict: bool) -> None:
        """With a `strict` key, `i=` must be of the domain itself (RFC 6376 §3.6.1)."""
        if strict and ascii_domain(self.identity.rpartition("@")[2]) != self.domain:
            raise SignatureFault("permerror", "i= is not of the domain itself")

    def check_body(self, digest: bytes | None) -> None:
        """Compare the digest of the body, which is None if it has fewer octets than were signed."""
        if digest is None:
            raise SignatureFault("permerror", "the body is shorter than l= says")
        if digest != self.body_hash:
            raise SignatureFault("fail", "the body was changed")

    def check_header(self, canonical: Iterable[bytes], key: Key) -> None:
        """Verify what was signed; `canonical` is the header in its form."""
        if not key.verifies(b"".join(canonical), self.signed):
            raise SignatureFault("fail", "the signature does not fit the header")


def read_signature(field: Field, now: float) -> Signature:
    """A DKIM-Signature; one that has expired by `now` (seconds of the epoch) is at fault."""
    tags = tags_of(field)
    signature = _checked(field, tags, _SIGNATURE)
    _check_times(tags, now)
    if b"from" not in signature.names:
        raise SignatureFault("permerror", "From is not signed")
    return signature


def read_message_signature(field: Field, now: float) -> Signature:
    """An ARC-Message-Signature (RFC 8617 §4.1.2)."""
    tags = tags_of(field)
    signature = _checked(field, tags, _MESSAGE_SIGNATURE)
    _check_times(tags, now)
    if b"from" not in signature.names or b"arc-seal" in signature.names:
        raise SignatureFault("permerror", "it signs what it must not, or not From")
    return signature


def read_seal(field: Field) -> Signature:
    """An ARC-Seal (RFC 8617 §4.1.3)."""
    tags = tags_of(field)
    if b"h" in tags or b"bh" in tags:
        raise SignatureFault("permerror", "a seal has no h= or bh=")
    return _checked(field, {**tags, b"c": b"relaxed/relaxed"}, _SEAL)


def tags_of(field: Field) -> dict[bytes, bytes]:
    """The tags of a field, those of base64 without white space."""
    if len(field.value) > LONGEST:
        raise SignatureFault("permerror", f"a field of {len(field.value)} octets")
    if field.value.count(b";") > _MOST_TAGS:
        raise SignatureFault("permerror", f"more than {_MOST_TAGS} tags")
    try:
        tags: dict[bytes, bytes] = parse_tag_value(b" ".join(field.value.split()))
    except (InvalidTagValueList, IndexError):
        raise SignatureFault("permerror", "its tags cannot be read") from None
    return {name: b"".join(value.split()) if name in (b"b", b"bh", b"h") else value for name, value in tags.items()}


def _checked(field: Field, tags: dict[bytes, bytes], mandatory: list[bytes]) -> Signature:
    arc = b"v" not in mandatory
    if missing := [name.decode() for name in mandatory if name not in tags]:
        raise SignatureFault("permerror", f"it lacks {', '.join(missing)}")
    try:
        timeless = {name: value for name, value in tags.items() if name not in (b"t", b"x")}
        dkim.validate_signature_fields(timeless, mandatory, arc)
        body_hash = base64.b64decode(tags.get(b"bh", b""))
        signed = base64.b64decode(tags[b"b"])
    except (dkim.DKIMException, ValueError) as error:
        raise SignatureFault("permerror", str(error).partition(" (")[0]) from None
    algorithm = tags[b"a"].decode("ascii", "replace")
    if algorithm not in ALGORITHMS:
        raise SignatureFault("permerror", f"{algorithm} is not to be relied on")  # RFC 8301 §3.1
    domain, selector = ascii_domain(_text(tags[b"d"])), _text(tags[b"s"])
    if not domain or not _key_name(selector, domain):
        raise SignatureFault("permerror", "d= or s= is no name")
    header, _, body = tags.get(b"c", b"simple").partition(b"/")
    forms = _FORMS.get(header), _FORMS.get(body or b"simple")
    if forms[0] is None or forms[1] is None:
        raise SignatureFault("permerror", "c= is unknown")
    names = tuple(name.lower() for name in tags.get(b"h", b"").split(b":"))
    identity = "" if arc else _text(tags.get(b"i", b"@" + tags[b"d"]))
    length = int(tags[b"l"]) if tags.get(b"l") else None
    return Signature(
        field, algorithm, domain, selector, identity, names, signed, body_hash, forms[0], forms[1], length, tags
    )


def _key_name(selector: str, domain: str) -> str:
    """In ASCII (RFC 8616 §5); "" if DNS can have no such name."""
    return ascii_domain(f"{selector}._domainkey.{domain}")


def _check_times(tags: dict[bytes, bytes], now: float) -> None:
    """RFC 6376 §3.5: not before it was made, not after it expired."""
    made, expires = _number(tags, b"t"), _number(tags, b"x")
    if made is not None and made > now + _SLACK:
        raise SignatureFault("permerror", "it was made in the future")
    if expires is not None and (expires <= now - _SLACK or (made is not None and expires <= made)):
        raise SignatureFault("permerror", "it has expired")


def _number(tags: dict[bytes, bytes], name: bytes) -> int | None:
    value = tags.get(name)
    if value is None:
        return None
    if not value.isdigit() or len(value) > 12:
        raise SignatureFault("permerror", f"{name.decode()}= is no number")
    return int(value)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
