"""Our reading of DNS messages against dnspython's."""

import random
import string

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.protocols.dns_wire import absent_for, is_truncated, query

SOA = "ns.example. root.example. 1 2 3 4"


def reply(name: str = "a.example", rcode=dns.rcode.NXDOMAIN, ttl=3600, minimum: int | None = 60, *answers, **flags):
    made = dns.message.make_response(dns.message.from_wire(query(name, "A").wire(7)))
    made.set_rcode(rcode)
    for kind, text in answers:
        made.answer.append(dns.rrset.from_text(f"{name}.", ttl, "IN", kind, text))
    if minimum is not None:
        made.authority.append(dns.rrset.from_text("example.", 9, "IN", "NS", "ns.example."))
        made.authority.append(dns.rrset.from_text("example.", ttl, "IN", "SOA", f"{SOA} {minimum}"))
    return made.to_wire()


@pytest.mark.parametrize("kind", ["A", "AAAA", "TXT", "MX", "PTR", "NS", "CNAME"])
@pytest.mark.parametrize(
    "name", ["a.example", "2.0.0.127.list.example.", ".", "_dmarc.Example.ORG", "x" * 63 + ".example"]
)
def test_a_question_is_what_dnspython_makes_of_it(name: str, kind: str) -> None:
    asked = query(name, kind)
    ours = dns.message.from_wire(asked.wire(4711))
    theirs = dns.message.make_query(name.rstrip(".") + ".", kind, use_edns=0, payload=1232, id=4711)
    assert ours.to_wire() == theirs.to_wire() == asked.wire(4711)


@pytest.mark.parametrize("name", ["bücher.example", "a\\.b.example", "a\\000.example"])
def test_odd_names_are_asked_as_dnspython_asks_them(name: str) -> None:
    theirs = dns.message.make_query(f"{name}.", "A", use_edns=0, payload=1232, id=1)
    assert query(f"{name}.", "A").wire(1) == theirs.to_wire()


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".example", ".".join(["x" * 60] * 5), ".a", "é" * 300])
def test_what_is_no_name_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match=r"no name|Label|Name|Empty|IDNA"):
        query(name, "A")


def test_what_is_no_type_is_an_error() -> None:
    with pytest.raises(ValueError, match="NONSENSE is no type"):
        query("a.example", "NONSENSE")


@pytest.mark.parametrize("rcode", [dns.rcode.NXDOMAIN, dns.rcode.NOERROR])
@pytest.mark.parametrize(
    ("ttl", "minimum", "seconds"), [(3600, 60, 60.0), (30, 60, 30.0), (0, 60, 0.0), (5, None, 60.0)]
)
def test_how_long_nothing_is_there(rcode, ttl: int, minimum: int | None, seconds: float) -> None:
    assert absent_for(reply(rcode=rcode, ttl=ttl, minimum=minimum), query("a.example", "A")) == seconds


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.FORMERR])
def test_a_server_that_fails_does_not_say_that_nothing_is_there(rcode) -> None:
    assert absent_for(reply(rcode=rcode), query("a.example", "A")) is None


def test_what_is_there_is_left_to_the_library() -> None:
    wire = reply("a.example", dns.rcode.NOERROR, 60, None, ("A", "127.0.0.2"))
    assert absent_for(wire, query("a.example", "A")) is None


def test_only_a_response_to_the_question_answers_it() -> None:
    asked = query("a.example", "A")
    good = reply()
    assert asked.answered_by(good)
    assert asked.answered_by(reply("A.eXample"))
    for wrong in (asked.wire(7), reply("b.example"), good[:20], b"", b"\xff" * 7):
        assert not asked.answered_by(wrong)
    assert not query("a.example", "AAAA").answered_by(good)


def test_the_truncation_flag() -> None:
    made = dns.message.from_wire(reply())
    assert not is_truncated(made.to_wire())
    made.flags |= dns.flags.TC
    assert is_truncated(made.to_wire())


@given(st.binary(max_size=200), st.integers(0, 60))
def test_broken_replies_end_as_an_error_or_a_number_and_never_otherwise(noise: bytes, at: int) -> None:
    asked, wire = query("a.example", "A"), bytearray(reply())
    wire[27 + at : 27 + at + len(noise)] = noise
    try:
        seconds = absent_for(bytes(wire), asked)
    except ValueError:
        return
    assert seconds is None or 0 <= seconds < 1 << 32


def test_random_names_are_read_as_dnspython_reads_them() -> None:
    chance = random.Random(3)
    for _ in range(300):
        labels = ["".join(chance.choices(string.ascii_letters + "-_09", k=chance.randint(1, 20))) for _ in range(4)]
        ttl, minimum = chance.randrange(1000), chance.randrange(1000)
        name = ".".join(labels) + ".example"
        wire = reply(name, ttl=ttl, minimum=minimum)
        chain = dns.message.from_wire(wire).resolve_chaining()
        assert absent_for(wire, query(name, "A")) == chain.minimum_ttl
