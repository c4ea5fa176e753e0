import re
import socket
import time

import dkim
import pytest

from gatekeeper.authentication import arc, signing
from gatekeeper.authentication.body import canonical
from gatekeeper.authentication.signing_key import SigningKey
from gatekeeper.message import parse
from gatekeeper.values import Failed
from tests.unit.authentication.signers import MESSAGE, record_of_modulus, rsa_key, signed
from tests.unit.authentication.world import World

ZONE = {f"s._domainkey.{name}.test": {"TXT": [rsa_key()[1]]} for name in ("one", "two", "three", "evil")}
PASSED = b"dmarc=pass header.from=out.test"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket")

    monkeypatch.setattr(socket, "socket", refuse)


def sealed(raw, domain, results=PASSED, arrived=None):
    """`raw` with one more set by `domain`, as dkimpy seals; it `arrived` otherwise if the sealer has changed it."""
    held = b"Authentication-Results: mx.%b.test; %b\r\n" % (domain.encode(), results)
    verified = dkim.arc_verify(arrived or raw, dnsfunc=lambda *_, **__: rsa_key()[1])[0]
    if verified != b"none":
        held = held[:-2] + b"; arc=" + verified + b"\r\n"
    server = b"mx.%b.test" % domain.encode()
    lines = dkim.arc_sign(held + raw, b"s", f"{domain}.test".encode(), rsa_key()[0], server)
    return b"".join(lines) + raw


def chain(raw, zone=ZONE, now=None):
    world = World(zone)
    return world.run(arc.verify(parse(raw), time.time() if now is None else now)), world


def vouched(raw, trusted, author="out.test"):
    found, _ = chain(raw)
    return arc.vouched(found, trusted, author)


def test_no_chain():
    found, world = chain(MESSAGE)
    assert (found.result, world.rounds) == ("none", [])


def test_chains_that_hold():
    raw = sealed(MESSAGE, "one")
    found, world = chain(raw)
    assert (found.result, found.sealers) == ("pass", ("one.test",)), found.why
    assert len(world.rounds) == 1
    raw = sealed(sealed(raw, "two"), "three")
    found, world = chain(raw)
    assert (found.result, found.sealers) == ("pass", ("one.test", "two.test", "three.test")), found.why
    assert len(world.rounds) == 1
    assert dkim.arc_verify(raw, dnsfunc=lambda *_, **__: rsa_key()[1])[0] == b"pass"


def test_a_list_may_change_the_message_and_seal_it_anew():
    raw = sealed(MESSAGE, "one")
    changed = sealed(raw.replace(b"Dear", b"[list] Dear"), "two", arrived=raw)
    assert chain(changed)[0].result == "pass"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"Dear", b"Deer", "the body was changed"),
        (b"kim@", b"jim@", "does not fit"),
        (b"dmarc=pass", b"dmarc=fail", "does not fit"),
        (b"cv=none", b"cv=pass", "cannot know"),
        (b"cv=none", b"cv=fail", "found the chain broken"),
        (b"cv=none", b"cv=maybe", "cv="),
        (b"cv=none;", b"cv=none; h=from;", "no h= or bh="),
        (b"; h=from", b"; h=arc-seal : from", "it signs what it must not"),
        (b"from", b"form", "or not From"),
    ],
)
def test_a_chain_that_was_tampered_with(old, new, why):
    raw = sealed(MESSAGE, "one")
    assert old in raw
    found, _ = chain(raw.replace(old, new))
    assert found.result == "fail"
    assert why in found.why


def without(raw, name, instance=1):
    return re.sub(rb"(?mi)^%b:[ \t]*i=%d;(?:[^\n]|\n[ \t])*\n" % (name, instance), b"", raw)


@pytest.mark.parametrize("name", [b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results"])
def test_an_incomplete_set(name):
    raw = sealed(sealed(MESSAGE, "one"), "two")
    assert chain(raw)[0].result == "pass"
    for instance in (1, 2):
        cut = without(raw, name, instance)
        assert len(cut) < len(raw)
        assert chain(cut)[0].result == "fail"


def test_a_set_twice():
    raw = sealed(MESSAGE, "one")
    seal = raw[: raw.index(b"ARC-Message")]
    assert chain(seal + raw)[0].why == "two of instance 1"


def test_a_later_seal_that_knows_of_no_chain():
    raw = sealed(sealed(MESSAGE, "one"), "two")
    assert raw.index(b"cv=pass") < raw.index(b"cv=none")
    assert chain(raw.replace(b"cv=pass", b"cv=none"))[0].why == "a seal says what it cannot know"


def test_a_missing_instance():
    raw = sealed(sealed(MESSAGE, "one"), "two")
    for name in (b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results"):
        raw = without(raw, name)
    assert chain(raw)[0].result == "fail"


def test_the_wrong_key_or_none():
    raw = sealed(MESSAGE, "one")
    assert chain(raw, {})[0].result == "fail"
    name = "s._domainkey.one.test"
    assert chain(raw, {name: {"TXT": Failed()}})[0].result == "temperror"
    assert chain(raw, {name: {"TXT": [record_of_modulus((1 << 511) | 1)]}})[0].result == "fail"
    assert chain(raw, {name: {"TXT": [rsa_key(1024)[1]]}})[0].result == "fail"


def test_a_thousand_sets_are_not_asked_about():
    fields = (b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results")
    many = b"".join(b"%b: i=%d; d=d%d.test; s=s; cv=pass\r\n" % (name, n, n) for n in range(1, 1000) for name in fields)
    found, world = chain(many + MESSAGE)
    assert (found.result, found.why, world.rounds) == ("fail", "more sets than a chain may have", [])


def test_fifty_sets_of_nonsense_are_not_asked_about():
    fields = (b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results")
    many = b"".join(
        b"%b: i=%d; a=rsa-sha256; b=AAAA; bh=AAAA; h=from; d=d%d.test; s=s; cv=pass\r\n" % (name, n, n)
        for n in range(1, 51)
        for name in fields
    )
    found, world = chain(many + MESSAGE)
    assert (found.result, world.rounds) == ("fail", [])


@pytest.mark.parametrize("number", [b"0", b"51", b"-1", b"1x", b"", b"999999999999"])
def test_numbers_that_are_none(number):
    raw = sealed(MESSAGE, "one").replace(b"i=1;", b"i=" + number + b";")
    assert chain(raw)[0].result == "fail"


# whose word counts


def test_a_trusted_sealer_vouches_for_the_domain_it_saw():
    raw = sealed(MESSAGE, "one")
    assert vouched(raw, {"one.test"}) == "one.test"
    assert vouched(raw, {"test"}) == "one.test"
    assert vouched(raw, {"two.test"}) == ""
    assert vouched(raw, {"ne.test"}) == ""
    assert vouched(raw, set()) == ""
    assert vouched(raw, {"one.test"}, "bank.test") == ""


@pytest.mark.parametrize(
    ("results", "sealer"),
    [
        (b"dkim=pass header.d=out.test", "one.test"),
        (b"dkim=pass header.i=@news.out.test", "one.test"),
        (b"spf=pass smtp.mailfrom=ann@out.test", "one.test"),
        (b"dmarc=fail header.from=out.test", ""),
        (b"dkim=pass header.d=else.test; spf=fail smtp.mailfrom=out.test", ""),
        (b"dmarc=pass header.from=else.test", ""),
        (b"dmarc=pass", ""),
        (b'dkim=fail reason="dmarc=pass header.from=out.test"', ""),
        (b"dkim=pass header.d=out.test; dmarc=fail header.from=out.test", ""),
        (b"dmarc=pass header.from=out.test; spf=pass; dmarc=fail header.from=OUT.test", ""),
        (b"dmarc=fail header.from=else.test; dmarc=pass header.from=out.test", "one.test"),
        (b"dmarc=fail header.from=else.test; dkim=pass header.d=out.test", "one.test"),
    ],
)
def test_what_it_must_have_seen(results, sealer):
    assert vouched(sealed(MESSAGE, "one", results), {"one.test"}) == sealer


def test_a_set_of_a_trusted_sealer_on_another_message_is_worth_nothing():
    """Whoever got hold of one may put any text under it, and seal that: only an unbroken row of trusted ones counts."""
    taken = sealed(MESSAGE, "one")
    text = taken.replace(b"Dear", b"Send money, dear")
    forged = sealed(text, "evil", b"dmarc=fail header.from=out.test", arrived=taken)
    assert chain(forged)[0].result == "pass"
    assert vouched(forged, {"one.test"}) == ""
    again = sealed(forged, "two", b"dmarc=fail header.from=out.test")
    assert vouched(again, {"one.test", "two.test"}) == ""


def test_a_row_of_trusted_sealers():
    raw = sealed(sealed(MESSAGE, "one"), "two", b"dmarc=fail header.from=out.test")
    assert vouched(raw, {"one.test", "two.test"}) == "one.test"
    assert vouched(raw, {"two.test"}) == ""


def test_a_broken_chain_vouches_for_nobody():
    raw = sealed(MESSAGE, "one").replace(b"Dear", b"Deer")
    assert vouched(raw, {"one.test"}) == ""


def test_a_signature_beside_a_chain():
    assert chain(sealed(signed(), "one"))[0].result == "pass"


def test_a_long_chain_is_put_in_order_once_and_not_for_each_of_its_seals(monkeypatch):
    raw = sealed(sealed(sealed(MESSAGE, "one"), "two"), "three")
    gone, real = [], arc.relaxed_line
    monkeypatch.setattr(arc, "relaxed_line", lambda name, value: gone.append(name) or real(name, value))
    assert chain(raw)[0].result == "pass"
    assert len(gone) == 9


def test_text_behind_what_a_chain_signs(monkeypatch):
    """`l=` in its signature: whoever has such a message could have the trusted sealer speak for text of their own."""
    real = signing._signature

    def partial(message, key, name, said, names):
        size = sum(map(len, canonical(message.raw, message.body_start, True)))
        return real(message, key, name, said.replace("c=", f"l={size}; c="), names)

    monkeypatch.setattr(signing, "_signature", partial)
    key = SigningKey.read("one.test", "s", rsa_key()[0])
    lines = signing.sealed(parse(MESSAGE), key, b"mx.one.test; " + PASSED, "none", time.time())
    raw = b"".join(b"%b: %b\r\n" % line for line in lines) + MESSAGE
    assert b"; l=" in raw
    assert chain(raw)[0].result == "pass"
    found, _ = chain(raw + b"Buy now\r\n")
    assert (found.result, found.why) == ("fail", "text was put behind what is signed")
