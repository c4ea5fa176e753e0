"""opendkim: the real one, as verifier and as signer of single messages, with public keys from a file and no network."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

_VERIFIER = """\
Mode v
Syslog no
TestPublicKeys {place}/keys
AlwaysAddARHeader yes
AuthservID opendkim.test
On-KeyNotFound accept
"""
_SIGNER = """\
Mode s
Syslog no
KeyFile {place}/secret
Domain {domain}
Selector {selector}
SignatureAlgorithm rsa-sha256
Canonicalization {form}
"""
_RESULTS = "Authentication-Results"
_ADDED = re.compile(r"### INSHEADER: idx=\d+ hname='([^']+)' hvalue='([^']*)'")


def verified(place: Path, raw: bytes, keys: Mapping[str, str]) -> list[str]:
    """What it says of each signature, from the top: "pass", "fail", "policy", "none" …; nothing if it adds no field.

    `keys` are records by the name where they stand; `place` is a directory that belongs to root.
    """
    (place / "keys").write_text("".join(f"{name} {record}\n" for name, record in keys.items()))
    return re.findall(r"\bdkim=(\w+)", _tested(place, raw, _VERIFIER.format(place=place)).get(_RESULTS, ""))


def signed(place: Path, raw: bytes, key: bytes, domain: str, selector: str, form: str = "relaxed/simple") -> bytes:
    """The message under its signature."""
    (place / "secret").write_bytes(key)
    (place / "secret").chmod(0o600)
    settings = _SIGNER.format(place=place, domain=domain, selector=selector, form=form)
    value = _tested(place, raw, settings)["DKIM-Signature"]
    return b"DKIM-Signature: " + value.replace("\n", "\r\n").encode() + b"\r\n" + raw


def _tested(place: Path, raw: bytes, settings: str) -> dict[str, str]:
    """The fields that it would add. Its test mode wants local line ends, and adds the CR."""
    (place / "opendkim.conf").write_text(settings)
    (place / "message").write_bytes(raw.replace(b"\r\n", b"\n"))
    command = ["opendkim", "-x", place / "opendkim.conf", "-v", "-v", "-t", place / "message"]
    done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    return dict(_ADDED.findall(done.stdout.decode("utf-8", "replace")))
