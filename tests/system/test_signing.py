"""Mail that goes out, every way gatekeeper can be hooked in: what arrives is verified by dkimpy and by opendkim.

What comes in and is changed has an ARC seal that holds.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gatekeeper.authentication.signing_key import SigningKey
from tests.messages import attached, ham
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.room import unavailable, wait_until
from tests.servers.worlds import MakeWorld, World

WAYS = [worlds.proxy, worlds.postfix_milter, worlds.sendmail_milter, worlds.postfix_proxy_filter]
SETTINGS = """
[signing]
key_table = "{place}/KeyTable"

[gateway]
own_networks = ["127.0.0.0/8"]
"""


SEALING = """
[signing]
key_table = "{place}/KeyTable"
seal_as = "out.test"

[tables]
attachments = "{place}/attachments.rules"
"""


@dataclass(frozen=True, slots=True)
class Out:
    """A world whose clients are our own, and the key that signs for them."""

    world: World
    sink: Exchange
    key: SigningKey
    place: Path

    def delivered(self, raw: bytes) -> bytes:
        """What arrives of a message."""
        self.sink.messages.clear()
        assert send(self.world.port, raw).startswith("250 2.")
        wait_until(lambda: self.sink.messages, "the message arrives")
        return self.sink.messages[0].content


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: way.__name__)
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Out]:
    make: MakeWorld = request.param
    place = tmp_path_factory.mktemp("keys")
    key = key_in(place)
    with Exchange(connections=1000) as sink, make(sink.port, SETTINGS.format(place=place)) as world:
        yield Out(world, sink, key, place)


def key_in(place: Path) -> SigningKey:
    """A key with the table that names it."""
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = rsa.generate_private_key(65537, 2048).private_bytes(serialization.Encoding.PEM, form, plain)
    (place / "out.pem").write_bytes(pem)
    (place / "out.pem").chmod(0o600)
    (place / "KeyTable").write_text(f"out out.test:s2026:{place}/out.pem\n")
    return SigningKey.read("out.test", "s2026", pem)


def dns_of(key: SigningKey) -> Callable[..., bytes]:
    """The only record that there is."""
    record = {key.name.encode() + b".": key.record.encode()}
    return lambda name, timeout=5: record[name]


def test_what_arrives_is_verified_by_dkimpy(out: Out) -> None:
    arrived = out.delivered(ham())
    assert dkim.verify(arrived, dnsfunc=dns_of(out.key))


def test_and_by_opendkim(out: Out) -> None:
    if not shutil.which("opendkim"):
        unavailable("opendkim is not installed")
    arrived = out.delivered(ham(1))
    (out.place / "message").write_bytes(arrived)
    (out.place / "public").write_text(f"{out.key.name} {out.key.record}\n")
    (out.place / "conf").write_text(f"Mode v\nTestPublicKeys {out.place}/public\nSyslog no\n")
    command = ["opendkim", "-x", out.place / "conf", "-vv", "-t", out.place / "message"]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=60)
    assert "verification (s=s2026, d=out.test, 2048-bit key) succeeded" in done.stdout + done.stderr


@pytest.mark.parametrize("make", WAYS[:3], ids=lambda way: way.__name__)
def test_what_is_changed_is_sealed(make: MakeWorld, tmp_path: Path) -> None:
    key = key_in(tmp_path)
    (tmp_path / "attachments.rules").write_text(
        "strip  ext exe  -- a Windows program\nstrip  kind exe  -- a Windows program\n"
    )
    settings = SEALING.format(place=tmp_path)
    with Exchange(connections=1000) as sink, make(sink.port, settings) as world:
        out = Out(world, sink, key, tmp_path)
        changed = out.delivered(attached("setup.exe", b"MZ" + bytes(300)))
        assert dkim.arc_verify(changed, dnsfunc=dns_of(key))[0] == b"pass"
        assert b"ARC-Authentication-Results: i=1; gateway.test;" in changed
        assert b"ARC-Seal" not in out.delivered(ham(2))
