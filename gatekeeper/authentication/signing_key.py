"""signing_key: a private key of ours, what it signs, and its record in DNS (RFC 6376 §3.6.1, RFC 8463).

Reading one fails with `ValueError`, whose text says what is wrong and never holds anything of the key.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

FEWEST_BITS, MOST_BITS = 1024, 4096


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Signs for `domain` (lower case) and what is below it."""

    domain: str
    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    @classmethod
    def read(cls, domain: str, selector: str, pem: bytes) -> Self:
        """From a PEM file without a password."""
        try:
            private = serialization.load_pem_private_key(pem, None)
        except TypeError:
            raise ValueError("the key has a password; write it without one, readable by gatekeeper alone") from None
        except Exception:  # whatever a library says of a key, it is not for the log
            raise ValueError("there is no private key in PEM in it") from None
        if isinstance(private, RSAPrivateKey):
            if not FEWEST_BITS <= private.key_size <= MOST_BITS:
                raise ValueError(f"receivers do not accept an RSA key of {private.key_size} bits; make one of 2048")
        elif not isinstance(private, Ed25519PrivateKey):
            raise ValueError("it is neither an RSA key nor an Ed25519 key")  # noqa: TRY004  # of the file, not a type
        return cls(domain, selector, private)

    @property
    def algorithm(self) -> str:
        """As `a=` names it."""
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    def sign(self, signed: bytes) -> bytes:
        """The signature of `signed`."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return self.private.sign(hashlib.sha256(signed).digest())

    @property
    def name(self) -> str:
        """Where receivers look for the public key."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What they shall find there, in a TXT record."""
        public = self.private.public_key()
        if isinstance(self.private, RSAPrivateKey):
            form = serialization.PublicFormat.SubjectPublicKeyInfo
            return f"v=DKIM1; k=rsa; p={_text(public.public_bytes(serialization.Encoding.DER, form))}"
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={_text(raw)}"


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
