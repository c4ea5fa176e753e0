import pytest

from gatekeeper.tables import Hop, LookupTable, PatternTable, TransportMap
from gatekeeper.values import Reply


def table(text: str, delimiter: str = "") -> TransportMap:
    return TransportMap.of((LookupTable.parse(text, "t"),), delimiter)


def hop(value: str) -> Hop | Reply | None:
    return table(f"a.test {value}\n").lookup("a.test", "joe")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("smtp:[10.0.0.1]", Hop("esmtp", "10.0.0.1")),
        ("smtp:host.test:26", Hop("esmtp", "host.test", 26, mx=True)),
        ("relay:[mx.test]", Hop("esmtp", "mx.test")),
        (":[mx.test]", Hop("esmtp", "mx.test")),
        ("smtp:", Hop("esmtp", "a.test", mx=True)),
        ("smtp", Hop("esmtp", "a.test", mx=True)),
        (":", Hop("esmtp", "a.test", mx=True)),
        ("smtp:[::1]:25", Hop("esmtp", "::1")),
        ("smtp:[a], [b]:26", Hop("esmtp", "a", others=(Hop("esmtp", "b", 26),))),
        ("discard:whatever", Hop("discard")),
        ("error:5.2.1 full", Reply(550, "5.2.1", ("<joe@a.test>: Recipient address rejected: full",))),
        ("retry:", Reply(450, "4.1.1", ("<joe@a.test>: Recipient address rejected: Address is undeliverable",))),
    ],
)
def test_what_a_value_says(value: str, found: Hop | Reply) -> None:
    assert hop(value) == found


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a.test lmtp:unix:/run/x", "LMTP answers for each recipient apart"),
        ("a.test local:", "local means a mailbox on this machine"),
        ("a.test slow:[x]", "the transport 'slow' is not spoken here"),
        ("a.test [10.0.0.5]", "the transport '[10.0.0.5]' is not spoken here"),
        ("a.test smtp:[x]:smtps", "'smtps' is no port"),
        ("a.test smtp:joe@[x]", "'joe@[x]' is no host"),
        ("@a.test smtp:[x]", "'@a.test' never matches"),
        ("joe@ smtp:[x]", "'joe@' never matches"),
        ("*.a.test smtp:[x]", "'*.a.test' never matches"),
    ],
)
def test_what_cannot_be_done_is_an_error(line: str, message: str) -> None:
    (problem,) = table(f"# transport\n{line}\n").problems
    assert (problem.source, problem.line, problem.severity) == ("t", 2, "error")
    assert problem.message.startswith(message)


def test_which_domains_are_ours() -> None:
    ours = table("a.test smtp:\n.b.test smtp:[x]\njoe@c.test smtp:[y]\n* smtp:[z]\n")
    names = ("a.test", "x.a.test", "b.test", "x.y.b.test", "c.test", "d.test")
    assert [name for name in names if ours.names(name)] == ["a.test", "x.y.b.test"]
    assert Hop("esmtp", "y") in ours.hops


def test_each_key_is_looked_up_in_all_tables_before_the_next() -> None:
    first, second = LookupTable.parse("a.test smtp:[one]\n", "1"), LookupTable.parse("joe@a.test smtp:[two]\n", "2")
    assert str(TransportMap.of((first, second)).lookup("a.test", "joe")) == "esmtp:[two]"


def test_patterns_see_the_address_and_may_not_choose_the_host() -> None:
    patterns = LookupTable.of(PatternTable.parse("/^joe@A\\.test$/ smtp:[x]\n/^(.*)@/ smtp:[$1]\n", "p", "pcre"))
    found = TransportMap.of((patterns,))
    assert str(found.lookup("a.test", "joe")) == "esmtp:[x]"
    assert not found.names("a.test")
    assert [(p.line, p.severity) for p in found.problems] == [(2, "error")]


def test_it_is_written_as_a_list() -> None:
    assert str(hop("smtp:[a], [b]:26, c:27")) == "esmtp:[a], [b]:26, c:27"


def test_a_default_next_hop_is_that_of_each_domain() -> None:
    ours = table(
        "a.test smtp:\nb.test smtp:\n.c.test :\njoe@d.test smtp\ne.test error:gone\nf.test error:gone\n* smtp:\n"
    )
    assert [str(hop) for hop in ours.targets.values() if isinstance(hop, Hop)] == [
        "esmtp:a.test", "esmtp:b.test", "esmtp:c.test", "esmtp:d.test", "esmtp:example.org"
    ]  # fmt: skip
    assert str(ours.lookup("x.c.test", "joe")) == "esmtp:x.c.test"
    assert str(ours.lookup("any.test", "joe")) == "esmtp:any.test"
    assert ours.targets["e.test"] != ours.targets["f.test"]
