import socket
import time
from pathlib import Path

import dkim
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gatekeeper.authentication import body, header
from gatekeeper.fronts.pipe import network
from gatekeeper.values import Failed, TimedOut
from tests.unit.authentication.signers import (
    FORMS,
    MESSAGE,
    ed_key,
    record_of_modulus,
    rsa_key,
    signed,
    verified,
    with_tag,
    zone,
)

DATA = Path(__file__).parent / "data"


def one(raw, where, **how):
    """The only signature of the message."""
    results, more, _ = verified(raw, where, **how)
    assert more == 0
    (found,) = results
    return found


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


# what is good


@pytest.mark.parametrize("form", FORMS)
def test_a_signature_by_rsa(form):
    found = one(signed(form=form), zone())
    assert (found.result, found.domain, found.selector, found.identity) == ("pass", "out.test", "one", "@out.test")


@pytest.mark.parametrize("form", FORMS)
def test_a_signature_by_ed25519(form):
    secret, record = ed_key()
    assert one(signed(key=secret, form=form, signature_algorithm=b"ed25519-sha256"), zone(record)).result == "pass"


def test_the_example_of_rfc_8463():
    """RFC 8463 appendix A, with both of its signatures; the key of the second has fewer bits than are relied on now."""
    raw = network((DATA / "rfc6376.signed.msg").read_bytes())
    keys = {
        "brisbane._domainkey.football.example.com": {
            "TXT": ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]
        },
        "test._domainkey.football.example.com": {
            "TXT": [
                "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3id"
                "Y6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj"
                "+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
            ]
        },
    }
    results, _, _ = verified(raw, keys, authors=["football.example.com"])
    assert [found.result for found in results] == ["pass", "pass"]


def test_what_exim_has_signed():
    raw = network((DATA / "ed25519test2.msg").read_bytes())
    key = "v=DKIM1; k=ed25519; p=sPs07Vu29FpHT/80UXUcYHFOHifD4o2ZlP2+XUh9g6E="
    assert one(raw, zone(key, "test.ex", "sed"), authors=["test.ex"]).result == "pass"


@pytest.mark.parametrize("bits", [1024, 4096])
def test_keys_that_are_relied_on(bits):
    secret, record = rsa_key(bits)
    assert one(signed(key=secret), zone(record)).result == "pass"


def test_an_unsigned_message_asks_nothing():
    results, more, world = verified(MESSAGE, zone())
    assert (results, more, world.rounds) == ([], 0, [])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"\r\n\r\n", b".", b"\xff"]), max_size=30),
    st.sampled_from(FORMS),
)
def test_whatever_the_body_is_dkimpy_and_we_hash_the_same(pieces, form):
    assert one(signed(MESSAGE + b"".join(pieces) + b"\r\n", form=form), zone()).result == "pass"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_changed_dkimpy_and_we_say_the_same(data):
    raw = signed(form=data.draw(st.sampled_from(FORMS)))
    start = raw.index(b"\r\nFrom: Ann") + 2
    place = data.draw(st.integers(start, len(raw) - 1))
    letter = data.draw(st.sampled_from([b" ", b"\t", b"x", b"\r\n", b"\r\n "]))
    assume(raw[place - 1 : place + 1] != b"\r\n" and raw[place : place + 1] != b":")  # RFC 6376 §3.4.2; dkimpy does not
    raw = raw[:place] + letter + raw[place:]
    try:
        oracle = dkim.verify(raw, dnsfunc=lambda *_, **__: rsa_key()[1])
    except dkim.MessageFormatError:  # it reads no header that ends without an empty line
        assume(False)
    ours = [found.result for found in verified(raw, zone())[0]]
    assert (ours == ["pass"]) == oracle


# what is not


def test_a_changed_body():
    found = one(signed() + b"more", zone())
    assert (found.result, found.why) == ("fail", "the body was changed")


def test_a_changed_field():
    found = one(signed().replace(b"Kim <kim", b"Jim <kim"), zone())
    assert (found.result, found.why) == ("fail", "the signature does not fit the header")


def test_another_key():
    assert one(signed(), zone(rsa_key(1024)[1])).result == "fail"


@pytest.mark.parametrize("line", [b"Subject: Urgent\r\n", b"content-type: text/html\r\n"])
def test_a_second_of_what_readers_go_by_that_is_not_signed(line):
    """Readers show the first, signatures count from the last (RFC 6376 §8.15): so it would say what nobody signed."""
    raw = MESSAGE.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain\r\n\r\n", 1)
    raw = signed(raw, include_headers=["from", "subject", "content-type"])
    assert one(raw, zone()).result == "pass"
    found = one(line + raw, zone())
    assert (found.result, found.why) == ("policy", f"a {line.partition(b':')[0].decode().lower()} field is not signed")


def test_a_second_of_what_is_signed_twice():
    raw = signed(b"Subject: one\r\n" + MESSAGE, include_headers=["from", "subject", "subject"])
    assert one(raw, zone()).result == "pass"


def test_what_is_not_signed_at_all_may_be_there_twice():
    raw = signed(include_headers=["from", "to"])
    assert one(b"Subject: Urgent\r\n" + raw, zone()).result == "pass"


def test_a_second_from_that_is_not_signed():
    raw = signed(include_headers=["from", "to", "subject"])
    assert one(raw, zone()).result == "pass"
    found = one(raw.replace(b"\r\nTo:", b"\r\nFrom: boss@bank.test\r\nTo:"), zone())
    assert (found.result, found.why) == ("policy", "a from field is not signed")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        (b"v", b"2", "v="),
        (b"a", b"rsa-sha1", "rsa-sha1 is not to be relied on"),
        (b"a", b"rsa-md5", "unknown signature algorithm"),
        (b"bh", b"", "it lacks bh"),
        (b"b", b"", "it lacks b"),
        (b"d", b"", "it lacks d"),
        (b"d", b"legitimate.test(.out.test", "d="),
        (b"d", b"\xff.test", "i="),
        (b"s", b"../..", "d= or s= is no name"),
        (b"h", b"to:subject", "From is not signed"),
        (b"c", b"canonical/simple", "c= is unknown"),
        (b"c", b"relaxed/x/y", "c= is unknown"),
        (b"q", b"dns/other", "q="),
        (b"i", b"@elsewhere.test", "i="),
        (b"l", b"many", "l="),
        (b"t", b"yesterday", "t= is no number"),
        (b"x", b"9" * 5000, "x= is no number"),
        (b"b", b"%%%", "b="),
    ],
)
def test_a_signature_that_cannot_be_verified_is_a_permerror_and_asks_nothing(name, value, why):
    results, _, world = verified(with_tag(signed(), name, value), zone())
    (found,) = results
    assert found.result == "permerror"
    assert why in found.why
    assert world.rounds == []


def test_one_that_has_expired():
    raw = signed()
    made = int(raw.partition(b" t=")[2].partition(b";")[0])
    assert one(with_tag(raw, b"x", b"%d" % (made - 10)), zone()).why == "it has expired"
    late = one(with_tag(raw, b"x", b"%d" % (made + 100)), zone(), now=made + 1000.0)
    assert (late.result, late.why) == ("permerror", "it has expired")
    assert one(with_tag(raw, b"x", b"%d" % (made + 100)), zone(), now=made + 50.0).why != "it has expired"


def test_one_from_the_future():
    assert one(signed(), zone(), now=time.time() - 86_400).why == "it was made in the future"


@pytest.mark.parametrize("answer", [TimedOut(), Failed("SERVFAIL")])
def test_a_key_that_dns_does_not_give(answer):
    found = one(signed(), {"one._domainkey.out.test": {"TXT": answer}})
    assert found.result == "temperror"


def test_a_key_that_is_not_there():
    found = one(signed(), {})
    assert (found.result, found.why) == ("permerror", "no key record")


LONG = b".".join([b"a" * 60] * 3 + [b"b" * 57])  # with it and `._domainkey` the name is too long for DNS


@pytest.mark.parametrize("selector", [LONG, b"a..b", "\u2603\u200d".encode()])
def test_whoever_signs_cannot_make_a_key_that_nobody_can_look_up(selector):
    """Else it were a `temperror` for the domain that is named, and its DMARC policy would not be followed."""
    results, _, world = verified(with_tag(signed(), b"s", selector), zone())
    assert [found.result for found in results] == ["permerror"]
    assert world.rounds == []


def test_the_name_of_a_key_is_asked_for_in_ascii():
    _, _, world = verified(with_tag(signed(), b"s", "\u2603".encode()), zone())
    assert [question.name for question in world.rounds[0]] == ["xn--n3h._domainkey.out.test"]


@pytest.mark.parametrize("bits", [16, 512, 1023, 4097, 8192, 16_384])
def test_a_key_too_weak_or_too_large_is_not_used(bits):
    found = one(signed(), zone(record_of_modulus((1 << bits - 1) | 1)))
    assert found.result == "policy"
    assert "bits" in found.why


def test_text_behind_what_is_signed():
    raw = signed(length=True)
    whole = one(raw, zone())
    assert (whole.result, whole.partial) == ("pass", False)
    more = one(raw + b"Buy now\r\n", zone())
    assert (more.result, more.partial) == ("pass", True)
    less = one(raw.replace(b"\r\n  two\t\tlines \r\n", b"\r\n"), zone())
    assert (less.result, less.why) == ("permerror", "the body is shorter than l= says")


def test_a_strict_key_wants_the_domain_itself():
    record = rsa_key()[1].replace("v=DKIM1;", "v=DKIM1; t=s:y;")
    found = one(signed(identity=b"@news.out.test"), zone(record))
    assert (found.result, found.why) == ("permerror", "i= is not of the domain itself")
    fine = one(signed(identity=b"ann@out.test"), zone(record))
    assert (fine.result, fine.testing) == ("pass", True)


# bounds


def test_of_many_signatures_those_of_the_author_are_verified_first():
    many = b"".join(
        b"DKIM-Signature: v=1; a=rsa-sha256; d=d%d.test; s=one; h=from; bh=AAAA; b=AAAA\r\n" % n for n in range(200)
    )
    results, more, world = verified(many + signed(), zone(), most=5)
    assert (results[0].domain, results[0].result) == ("out.test", "pass")
    assert len(results) == 5
    assert more == 196
    assert len(world.rounds) == 1
    assert len(world.rounds[0]) == 5


def test_the_body_is_gone_over_once_for_all_signatures(monkeypatch):
    gone, real = [], body.canonical
    monkeypatch.setattr(body, "canonical", lambda *args: gone.append(args[-1]) or real(*args))
    raw = MESSAGE
    for name in ("a", "b", "c"):
        raw = signed(raw, f"{name}.test", form=(b"relaxed", b"simple"), length=name == "b")
    where = {f"one._domainkey.{name}.test": {"TXT": [rsa_key()[1]]} for name in ("a", "b", "c")}
    results, _, _ = verified(raw, where)
    assert [found.result for found in results] == ["pass"] * 3
    assert gone == [False]


def test_a_signature_field_without_end_is_not_read():
    raw = b"DKIM-Signature: v=1; d=out.test; b=" + b"\r\n " * 20_000 + b"x\r\n" + MESSAGE
    found = one(raw, zone())
    assert (found.result, found.domain) == ("permerror", "")


def test_a_signature_of_many_tags_is_not_read():
    raw = b"DKIM-Signature: " + b"".join(b"t%d=1; " % number for number in range(200)) + b"d=out.test\r\n" + MESSAGE
    found = one(raw, zone())
    assert (found.result, found.why, found.domain) == ("permerror", "more than 50 tags", "")


def test_a_field_is_put_in_form_once_for_all_signatures(monkeypatch):
    raw = MESSAGE
    for name in ("a", "b", "c"):
        raw = signed(raw, f"{name}.test", form=(b"relaxed", b"relaxed"), include_headers=["from", "subject"])
    where = {f"one._domainkey.{name}.test": {"TXT": [rsa_key()[1]]} for name in ("a", "b", "c")}
    gone, real = [], header.relaxed_line
    monkeypatch.setattr(header, "relaxed_line", lambda name, value: gone.append(name.lower()) or real(name, value))
    results, _, _ = verified(raw, where)
    assert [found.result for found in results] == ["pass"] * 3
    assert (gone.count(b"from"), gone.count(b"subject")) == (1, 1)
