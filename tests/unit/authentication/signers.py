"""signers: keys of our own, as their records in DNS have them, and messages signed with them by dkimpy."""

import base64
import time
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from gatekeeper.authentication import dkim as ours
from gatekeeper.message import parse
from tests.unit.authentication.world import World

NOW = 1_750_000_000.0
FORMS = [(a, b) for a in (b"simple", b"relaxed") for b in (b"simple", b"relaxed")]
MESSAGE = (
    b"From: Ann <ann@out.test>\r\nTo: Kim <kim@example.org>\r\nSubject:  Minutes \t of\r\n\t Monday\r\n"
    b"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@out.test>\r\n\r\n"
    b"Dear  Kim,\t\r\n \r\n  two\t\tlines \r\n\r\n\r\n"
)


@cache
def rsa_key(bits=2048):
    """The private key as PEM, and its record."""
    return _rsa(rsa.generate_private_key(65537, bits))


@cache
def ed_key():
    """The private key as dkimpy wants it, and its record."""
    private = ed25519.Ed25519PrivateKey.generate()
    raw = serialization.Encoding.Raw
    secret = private.private_bytes(raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
    public = private.public_key().public_bytes(raw, serialization.PublicFormat.Raw)
    return base64.b64encode(secret), f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}"


def _rsa(private):
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    der = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def record_of_modulus(modulus, exponent=65537):
    """The record of a key whose secret nobody knows."""
    inner = _der(0x30, _integer(modulus) + _integer(exponent))
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    key = _der(0x30, algorithm + _der(0x03, b"\0" + inner))
    return f"v=DKIM1; p={base64.b64encode(key).decode()}"


def _integer(number):
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag, data):
    size = len(data)
    if size < 0x80:
        return bytes([tag, size]) + data
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + data


def signed(message=MESSAGE, domain="out.test", selector="one", key=None, form=(b"relaxed", b"relaxed"), **how):
    """`message` under a DKIM-Signature."""
    key = rsa_key()[0] if key is None else key
    return dkim.sign(message, selector.encode(), domain.encode(), key, canonicalize=form, **how) + message


def zone(record=None, domain="out.test", selector="one"):
    """Where a key is."""
    return {f"{selector}._domainkey.{domain}": {"TXT": [rsa_key()[1] if record is None else record]}}


def verified(raw, zone, authors=("out.test",), now=None, most=8):
    """What becomes of the signatures, how many were not looked at, and the world that was asked."""
    world = World(zone)
    results, more = world.run(ours.verify(parse(raw), authors, time.time() if now is None else now, most))
    return results, more, world


def with_tag(raw, name, value):
    """The message with a tag of its first signature changed; b"" takes it away."""
    field, rest = raw.split(b"\r\nFrom:", 1)
    header, _, body = field.partition(b":")
    tags = [tag for tag in body.split(b";") if tag.strip().partition(b"=")[0].strip() != name]
    if value:
        tags.append(b" " + name + b"=" + value)
    return header + b":" + b";".join(tags) + b"\r\nFrom:" + rest
