"""What we sign, dkimpy verifies."""

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ed25519, rsa

from gatekeeper.authentication.signer import Signer
from gatekeeper.authentication.signing import MOST_SETS, sealed, signature
from gatekeeper.authentication.signing_key import SigningKey
from gatekeeper.message import parse
from gatekeeper.values import Authenticated, Client, Envelope

NOW = 1_700_000_000.0
RAW = (
    b"From: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: a  folded\r\n\tsubject\r\nDate: today\r\n"
    b"Content-Type: text/plain\r\n\r\nSome  text \r\nof two lines.\r\n\r\n\r\n"
)


def pem(private, password=None) -> bytes:
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


@pytest.fixture(scope="module")
def private():
    return rsa.generate_private_key(65537, 1024)


@pytest.fixture(scope="module")
def key(private):
    return SigningKey.read("example.org", "s1", pem(private))


def topped(raw, lines):
    return b"".join(b"%b: %b\r\n" % line for line in lines) + raw


def dns_of(key):
    def dns(name, timeout=5):
        return key.record.encode() if name == key.name.encode() + b"." else None

    return dns


def verified(raw, key):
    return dkim.verify(raw, dnsfunc=dns_of(key))


def chain(raw, key):
    return dkim.arc_verify(raw, dnsfunc=dns_of(key))[0]


# DKIM


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_what_we_sign_is_verified(kind, key):
    if kind == "ed25519":
        key = SigningKey.read("example.org", "s1", pem(ed25519.Ed25519PrivateKey.generate()))
    signed = topped(RAW, [signature(parse(RAW), key, NOW)])
    assert verified(signed, key)
    assert not verified(signed.replace(b"two lines", b"too lines"), key)
    assert not verified(signed.replace(b"subject\r\n", b"sabject\r\n"), key)


def test_nobody_can_add_a_second_of_what_readers_go_by(key):
    signed = topped(RAW, [signature(parse(RAW), key, NOW)])
    for name in (b"From: eve@example.com", b"Subject: other", b"To: eve@example.com", b"Content-Type: text/html"):
        assert not verified(name + b"\r\n" + signed, key)
    assert verified(b"Received: from elsewhere\r\nX-Any: thing\r\n" + signed, key)


def test_white_space_that_relays_change_does_not_matter(key):
    signed = topped(RAW, [signature(parse(RAW), key, NOW)])
    assert verified(
        signed.replace(b"Some  text \r\n", b"Some text\r\n").replace(b"folded\r\n\tsub", b"folded sub"), key
    )


@pytest.mark.parametrize("body", [b"", b"\r\n", b"\r\n\r\n", b"no end", b"a \t b\r\n \r\n"])
def test_odd_bodies(body, key):
    raw = b"From: a@example.org\r\n\r\n" + body
    assert verified(topped(raw, [signature(parse(raw), key, NOW)]), key)


def test_lines_are_short_enough_to_travel(key):
    raw = b"".join(b"List-Id: <%d>\r\n" % n for n in range(50)) + RAW
    name, value = signature(parse(raw), key, NOW)
    assert max(map(len, (name + b": " + value).split(b"\r\n"))) <= 78
    assert verified(topped(raw, [(name, value)]), key)


# ARC


def test_a_set_on_a_message_without_one(key):
    lines = sealed(parse(RAW), key, b"mx.example.org; spf=pass smtp.mailfrom=ann@example.org", "none", NOW)
    assert [name for name, _ in lines] == [b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results"]
    assert chain(topped(RAW, lines), key) == b"pass"
    assert chain(topped(RAW, lines).replace(b"spf=pass", b"spf=fail"), key) == b"fail"


def test_sets_of_several_gateways_after_each_other(key):
    raw = RAW
    for hop, validation in enumerate(("none", "pass", "pass", "pass")):
        raw = b"Received: by hop%d\r\n" % hop + topped(raw, sealed(parse(raw), key, b"mx; arc=pass", validation, NOW))
        assert chain(raw, key) == b"pass"
    assert raw.count(b"i=4; a=rsa-sha256; cv=pass") == 1


def test_a_chain_that_failed_is_ended_once_and_for_all(key):
    raw = topped(RAW, sealed(parse(RAW), key, b"mx; arc=none", "none", NOW)).replace(b"two", b"too")
    ended = topped(raw, sealed(parse(raw), key, b"mx; arc=fail", "fail", NOW))
    assert b"i=2; a=rsa-sha256; cv=fail" in ended
    assert sealed(parse(ended), key, b"mx; arc=fail", "fail", NOW) == ()


@pytest.mark.parametrize("validation", ["temperror", "none"])
def test_a_chain_of_which_nobody_knows_whether_it_holds_is_left_as_it_is(validation, key):
    """With `cv=none` in its second seal it would be broken for everybody, and for good."""
    raw = topped(RAW, sealed(parse(RAW), key, b"mx; arc=none", "none", NOW))
    assert sealed(parse(raw), key, b"mx; arc=temperror", validation, NOW) == ()


@pytest.mark.parametrize(("validation", "covers"), [("fail", False), ("pass", True)])
def test_the_seal_on_a_chain_that_failed_covers_its_own_set_alone(validation, covers, key):
    raw = topped(RAW, sealed(parse(RAW), key, b"mx; arc=none", "none", NOW))
    other = raw.replace(b"mx; arc=none", b"my; arc=none")
    seals = [sealed(parse(one), key, b"mx; arc=x", validation, NOW)[0] for one in (raw, other)]
    assert (seals[0] != seals[1]) is covers


def test_a_chain_does_not_grow_without_end(key):
    raw = b"ARC-Seal: i=%d; cv=pass\r\n" % MOST_SETS + RAW
    assert sealed(parse(raw), key, b"mx; arc=pass", "pass", NOW) == ()


# keys


def test_the_record_names_the_key(key):
    assert key.name == "s1._domainkey.example.org"
    assert key.record.startswith("v=DKIM1; k=rsa; p=MI")
    assert "private" not in repr(key)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: pem(rsa.generate_private_key(65537, 1024))[:200], "no private key"),
        (lambda: b"", "no private key"),
        (lambda: pem(ed25519.Ed25519PrivateKey.generate(), b"secret"), "has a password"),
        (lambda: pem(dsa.generate_private_key(1024)), "neither"),
    ],
)
def test_what_is_no_key_is_told(made, why):
    with pytest.raises(ValueError, match=why):
        SigningKey.read("example.org", "s1", made())


# who signs what


def envelope(outbound):
    return Envelope("id", "test", Client(), None, outbound=outbound)


def names(signer, raw, outbound, results=b"mx; spf=pass", found=()):
    return [name for name, _ in signer.lines(envelope(outbound), parse(raw), results, found)]


@pytest.mark.parametrize(
    ("author", "signs"),
    [
        ("ann@example.org", True),
        ("ann@News.Example.ORG", True),
        ("ann@notexample.org", False),
        ("ann@org", False),
        ("ann@example.org, eve@example.com", False),
        ("nobody", False),
    ],
)
def test_the_key_of_the_domain_in_from_or_of_one_above_it_signs(author, signs, key):
    signer = Signer({"example.org": key})
    raw = b"From: " + author.encode() + b"\r\n\r\nText\r\n"
    assert names(signer, raw, outbound=True) == ([b"DKIM-Signature"] if signs else [])


def test_what_strangers_bring_in_our_name_is_not_signed(key):
    signer = Signer({"example.org": key}, key)
    assert not Signer({"example.org": key}).signs(envelope(outbound=False), changed=True)
    assert b"DKIM-Signature" not in names(signer, RAW, outbound=False)


def test_what_was_changed_is_sealed_or_everything(key):
    assert Signer({}, key).signs(envelope(outbound=False), changed=True)
    assert not Signer({}, key).signs(envelope(outbound=False), changed=False)
    assert Signer({}, key, always=True).signs(envelope(outbound=False), changed=False)
    assert not Signer().signs(envelope(outbound=False), changed=True)
    assert names(Signer({}, key), RAW, outbound=False)[:1] == [b"ARC-Seal"]


def test_what_was_found_of_the_chain_stands_in_the_seal(key):
    raw = topped(RAW, sealed(parse(RAW), key, b"mx; arc=none", "none", NOW))
    lines = Signer({}, key).lines(envelope(outbound=False), parse(raw), b"mx; arc=pass", [Authenticated("arc", "pass")])
    assert b"cv=pass" in dict(lines)[b"ARC-Seal"]
