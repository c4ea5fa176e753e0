"""key: the public key of a signer as its record in DNS has it (RFC 6376 §3.6.1, RFC 8463), and what it verifies.

Fails with `KeyFault`: `permerror` for a record that is none, `policy` for a key that is too weak to mean anything
(RFC 8301 §3.2) or so large that it is not worth our time.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from dkim.crypto import parse_public_key
from dkim.util import InvalidTagValueList, parse_tag_value

FEWEST_BITS, MOST_BITS = 1024, 4096
_LONGEST = 1200  # octets of a key in DER: one of 8,192 bits has 1,062
_MOST_EXPONENT = 1 << 32


class KeyFault(Exception):  # noqa: N818  # it is the key that is at fault
    """`result` is a word of RFC 8601 §2.7.1."""

    def __init__(self, result: str, why: str) -> None:
        super().__init__(why)
        self.result = result


@dataclass(frozen=True, slots=True)
class RsaKey:
    """Modulus and exponent."""

    modulus: int
    exponent: int

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether `signature` is that of `signed` (RFC 8017 §8.2.2, SHA-256)."""
        octets = signature.rjust((self.modulus.bit_length() + 7) // 8, b"\0")  # there are signers that leave zeros out
        try:
            key = RSAPublicNumbers(self.exponent, self.modulus).public_key()
            key.verify(octets, signed, PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class EdKey:
    """An Ed25519 key; it signs the digest (RFC 8463 §3)."""

    key: Ed25519PublicKey

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether `signature` is that of `signed`."""
        try:
            self.key.verify(signature, hashlib.sha256(signed).digest())
        except InvalidSignature:
            return False
        return True


Key = RsaKey | EdKey


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """`strict`: the domain of `i=` must be that of `d=` (t=s). `testing`: its owner is trying things out (t=y)."""

    key: Key
    strict: bool = False
    testing: bool = False


def key_record(texts: tuple[str, ...], algorithm: str) -> KeyRecord:
    """The key in the TXT records of a selector, for a signature by `algorithm` (`rsa-sha256`, `ed25519-sha256`)."""
    records = [text for text in texts if "p=" in text.replace(" ", "")]
    if not records:
        raise KeyFault("permerror", "no key record")
    if len(records) > 1:
        raise KeyFault("permerror", "more than one key record")
    tags = _tags(records[0])
    kind = tags.get("k", "rsa")
    if tags.get("v", "DKIM1") != "DKIM1":
        raise KeyFault("permerror", "key of an unknown version")
    if kind != algorithm.partition("-")[0]:
        raise KeyFault("permerror", "the key is for another algorithm")
    if "h" in tags and "sha256" not in _words(tags["h"]):
        raise KeyFault("permerror", "the key is not for SHA-256")
    if not {"*", "email"} & _words(tags.get("s", "*")):
        raise KeyFault("permerror", "the key is not for mail")
    flags = _words(tags.get("t", ""))
    return KeyRecord(_key(kind, tags.get("p", "")), "s" in flags, "y" in flags)


def _tags(record: str) -> dict[str, str]:
    try:
        tags = parse_tag_value(record.encode())
        return {name.decode(): value.decode() for name, value in tags.items()}
    except (InvalidTagValueList, UnicodeError, IndexError):
        raise KeyFault("permerror", "the key record cannot be read") from None


def _words(text: str) -> set[str]:
    return {word.strip().lower() for word in text.split(":")}


def _key(kind: str, text: str) -> Key:
    encoded = "".join(text.split())
    if not encoded:
        raise KeyFault("permerror", "the key was revoked")
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise KeyFault("permerror", "the key cannot be read") from None
    return _ed_key(data) if kind == "ed25519" else _rsa_key(data)


def _rsa_key(data: bytes) -> RsaKey:
    if len(data) > _LONGEST:
        raise KeyFault("policy", f"key of more than {MOST_BITS} bits")
    try:
        found = parse_public_key(data)
    except Exception:  # it is a stranger's, and so is the parser
        raise KeyFault("permerror", "the key cannot be read") from None
    modulus, exponent = found["modulus"], found["publicExponent"]
    bits = modulus.bit_length()
    if bits < FEWEST_BITS:
        raise KeyFault("policy", f"key of {bits} bits")
    if bits > MOST_BITS:
        raise KeyFault("policy", f"key of {bits} bits")
    if not 3 <= exponent < _MOST_EXPONENT or exponent % 2 == 0:
        raise KeyFault("policy", "key with an exponent that nobody uses")
    return RsaKey(modulus, exponent)


def _ed_key(data: bytes) -> EdKey:
    try:
        return EdKey(Ed25519PublicKey.from_public_bytes(data))
    except ValueError:
        raise KeyFault("permerror", "the key cannot be read") from None
