import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.authentication.spf import evaluate
from gatekeeper.values import Dns, Failed, Refused, Suspended, TimedOut
from tests.unit.authentication.world import World

CLIENT = "192.0.2.1"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket")

    for name in ("socket", "getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)


def ask(record, others=None, client=CLIENT, sender="ann@out.test", helo="mx.out.test"):
    texts = [record] if isinstance(record, str) else record
    world = World({"out.test": {"TXT": texts}, **(others or {})})
    return world.run(evaluate(client, sender, helo)), world


@pytest.mark.parametrize(
    ("record", "result"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "pass"),
        ("v=spf1 ip4:198.51.100.1 -all", "fail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "neutral"),
        ("v=spf1", "neutral"),
        ("v=spf10 -all", "none"),
        ("something else", "none"),
        ("v=spf1 nonsense -all", "permerror"),
        (["v=spf1 -all", "v=spf1 +all"], "permerror"),
    ],
)
def test_results(record, result):
    assert ask(record)[0].result == result


def test_a_client_of_ipv6():
    assert ask("v=spf1 ip6:2001:db8::/32 -all", client="2001:db8::7")[0].result == "pass"


def test_the_null_sender_is_helo():
    world = World({"mx.out.test": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]}})
    found = world.run(evaluate(CLIENT, "", "mx.out.test"))
    assert (found.result, found.domain) == ("pass", "mx.out.test")


@pytest.mark.parametrize(
    "sender", ["postmaster", "ann@localhost", "ann@[192.0.2.9]", "ann@", "a@" + "x" * 300 + ".test"]
)
def test_what_has_no_domain_asks_nothing(sender):
    world = World()
    assert world.run(evaluate(CLIENT, sender, "mx.out.test")).result == "none"
    assert world.rounds == []


def test_a_domain_in_letters_of_its_own():
    world = World({"xn--bcher-kva.test": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]}})
    assert world.run(evaluate(CLIENT, "ann@bücher.test", "x")).result == "pass"


@pytest.mark.parametrize("answer", [TimedOut(), Failed("SERVFAIL"), Refused(), Suspended()])
def test_no_answer_is_temperror(answer):
    assert ask(answer)[0].result == "temperror"
    found = ask("v=spf1 include:down.test -all", {"down.test": {"TXT": answer}})[0]
    assert (found.result, found.domain) == ("temperror", "out.test")


def test_explanations_are_never_asked_for():
    found, world = ask("v=spf1 -all exp=why.out.test")
    assert found.result == "fail"
    assert world.rounds == [{Dns("out.test", "TXT")}]


# round trips


def test_included_records_are_asked_for_together():
    others = {f"i{n}.test": {"TXT": [f"v=spf1 ip4:198.51.100.{n} -all"]} for n in range(8)}
    found, world = ask("v=spf1 " + " ".join(f"include:{name}" for name in others) + " -all", others)
    assert found.result == "fail"
    assert [len(questions) for questions in world.rounds] == [1, 8]


def test_what_matches_at_once_asks_no_further():
    _, world = ask("v=spf1 ip4:192.0.2.1 include:other.test -all")
    assert len(world.rounds) == 1


def test_exchanges_are_asked_for_together():
    others = {f"m{n}.test": {"A": [f"198.51.100.{n}"]} for n in range(5)}
    others["m4.test"] = {"A": [CLIENT]}
    zone = {"out.test": {"TXT": ["v=spf1 mx -all"], "MX": [f"10 m{n}.test." for n in range(5)]}, **others}
    world = World(zone)
    assert world.run(evaluate(CLIENT, "ann@out.test", "x")).result == "pass"
    assert [len(questions) for questions in world.rounds] == [1, 1, 5]


def test_no_question_is_asked_twice():
    others = {f"i{n}.test": {"TXT": ["v=spf1 a:host.test -all"]} for n in range(4)} | {"host.test": {"A": [CLIENT]}}
    _, world = ask("v=spf1 include:i0.test include:i1.test include:i2.test -all", others)
    every = [question for questions in world.rounds for question in questions]
    assert len(every) == len(set(every))


# bounds (RFC 7208 §4.6.4)


def test_fifty_includes():
    others = {f"i{n}.test": {"TXT": ["v=spf1 ?all"]} for n in range(50)}
    found, world = ask("v=spf1 " + " ".join(f"include:{name}" for name in others) + " -all", others)
    assert found.result == "permerror"
    assert sum(map(len, world.rounds)) <= 12


def test_a_chain_of_fifty_includes():
    others = {f"i{n}.test": {"TXT": [f"v=spf1 include:i{n + 1}.test -all"]} for n in range(50)}
    found, world = ask("v=spf1 include:i0.test -all", others)
    assert found.result == "permerror"
    assert sum(map(len, world.rounds)) <= 12


def test_a_loop():
    assert ask("v=spf1 include:b.test", {"b.test": {"TXT": ["v=spf1 include:out.test"]}})[0].result == "permerror"
    assert ask("v=spf1 redirect=out.test")[0].result == "permerror"


def test_look_ups_that_find_nothing():
    assert ask("v=spf1 a:no1.test a:no2.test ~all")[0].result == "softfail"
    assert ask("v=spf1 a:no1.test a:no2.test a:no3.test ~all")[0].result == "permerror"


def test_eleven_exchanges():
    zone = {"out.test": {"TXT": ["v=spf1 mx -all"], "MX": [f"10 m{n}.test." for n in range(11)]}}
    assert World(zone).run(evaluate(CLIENT, "ann@out.test", "x")).result == "permerror"


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 " + "a " * 3000,
        "v=spf1 a:" + "a" * 60_000 + " -all",
        "v=spf1 exists:" + "%{s}" * 60 + ".test -all",
        "v=spf1 exists:" + "%{l99999999999999999999}" * 9 + ".test -all",
        "v=spf1 exists:%{" + "l" * 200 + "}.test -all",
        "v=spf1 a:" + ".".join(["%{d}"] * 60) + " -all",
        "v=spf1 ip4:" + "1" * 250 + " ip6:" + ":" * 250,
        "v=spf1 ip4:192.0.2.1/" + "9" * 240,
        "v=spf1 \u00fc -all",
        "v=spf1 " + "a:" + "x-" * 120 + ".test -all",
    ],
)
def test_hostile_records_end_as_a_result(record):
    found, world = ask(record, sender="%{s}" * 100 + "@out.test")
    assert found.result in ("permerror", "fail", "softfail", "neutral", "temperror")
    assert sum(map(len, world.rounds)) < 30


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "mx",
                "ptr",
                "exists:",
                "include:",
                "redirect=",
                "%{",
                "}",
                "ir",
                "d2",
                "%",
                ":",
                "/",
                "33",
                "-",
                "all",
            ]
        ),
        max_size=20,
    ),
    st.booleans(),
)
def test_whatever_the_record_is_it_never_raises(words, spaced):
    found, _ = ask("v=spf1 " + (" " if spaced else "").join(words))
    assert found.result in ("pass", "fail", "softfail", "neutral", "none", "permerror", "temperror")


def test_macros_have_what_they_should():
    others = {"1.2.0.192.in-addr.ann.mx.out.test.spf.test": {"A": ["127.0.0.2"]}}
    found, _ = ask("v=spf1 exists:%{ir}.%{v}.%{l}.%{h}.spf.test -all", others)
    assert found.result == "pass"


def test_what_is_too_long_is_said():
    assert ask("v=spf1 a:" + "a." * 130 + "test -all")[0].why.startswith("a term is too long")
    assert ask("v=spf1 exists:" + "x" * 64 + ".test -all")[0].why.startswith("a term is too long")
    assert ask("v=spf1 " + "ip4:192.0.2.9 " * 300 + "-all")[0].why == "a record of more than 4096 octets"
    found, world = ask("v=spf1 -all", sender="a" * 600 + "@out.test")
    assert (found.result, found.why, world.rounds) == ("permerror", "the sender is too long", [])


def test_large_records_are_read_and_too_many_of_them_are_not():
    ranges = " ".join(["ip4:198.51.100.0/24"] * 190)
    few = {f"i{n}.test": {"TXT": [f"v=spf1 {ranges} ~all"]} for n in range(8)}
    included = " ".join(f"include:{name}" for name in few)
    assert ask(f"v=spf1 {included} ip4:{CLIENT} -all", few)[0].result == "pass"
    deep = {f"i{n}.test": {"TXT": [f"v=spf1 {ranges} include:i{n + 1}.test ~all"]} for n in range(9)}
    found, _ = ask("v=spf1 include:i0.test -all", deep)
    assert (found.result, found.why) == ("permerror", "it takes too much work")


@pytest.mark.parametrize("local", [r"a\999", r"a\\", "a\\"])
def test_a_sender_cannot_make_a_name_that_nobody_can_look_up(local):
    """To DNS libraries a backslash is the beginning of something; what it cannot be would end as `temperror`."""
    found, world = ask("v=spf1 exists:%{l}.out.test -all", sender=f"{local}@out.test")
    assert found.result == "fail"
    assert not any("\\" in question.name for questions in world.rounds for question in questions)
