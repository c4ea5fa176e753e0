import pytest

from gatekeeper.tables import Hop, Mailertable
from gatekeeper.values import Reply

TEXT = """\
# where mail goes
a.b.c        esmtp:[10.0.0.1]
.b.c         smtp:%1.inner.example
.c           relay:[c-hub]
refused.org  error:5.1.1:550 User unknown
.deep.org    smtp:%2.x
"""


@pytest.fixture
def table() -> Mailertable:
    return Mailertable.parse(TEXT, "mailertable")


@pytest.mark.parametrize(
    ("domain", "hop"),
    [
        ("a.b.c", Hop("esmtp", "10.0.0.1")),
        ("A.B.C.", Hop("esmtp", "10.0.0.1")),
        ("x.b.c", Hop("smtp", "x.inner.example", mx=True)),
        ("y.x.b.c", Hop("smtp", "y.x.inner.example", mx=True)),
        ("b.c", Hop("relay", "c-hub")),
        ("z.c", Hop("relay", "c-hub")),
        ("one.two.deep.org", Hop("smtp", "two.x", mx=True)),
        ("refused.org", Reply(550, "5.1.1", ("User unknown",))),
        ("c", None),
        ("deep.org", None),
        ("sub.refused.org", None),
        ("elsewhere.net", None),
    ],
)
def test_the_nearest_entry_is_found(table: Mailertable, domain: str, hop: Hop | Reply | None) -> None:
    assert table.lookup(domain) == hop


def test_a_dotted_key_is_not_for_the_domain_itself() -> None:
    table = Mailertable.parse(".example.org smtp:hub", "m")
    assert table.lookup("example.org") is None
    assert table.lookup("www.example.org") == Hop("smtp", "hub", mx=True)


def test_the_catch_all_takes_everything_but_makes_nothing_ours() -> None:
    table = Mailertable.parse("own.org esmtp:[inner]\n. smtp:%1.outer.example\n", "m")
    assert table.lookup("any.thing.net") == Hop("smtp", "any.thing.net.outer.example", mx=True)
    assert table.lookup("single") == Hop("smtp", "single.outer.example", mx=True)
    assert not table.names("any.thing.net")
    assert table.names("own.org")
    assert not Mailertable.parse(". smtp:hub", "m").names("single")


@pytest.mark.parametrize("domain", ["", ".", "[10.0.0.1]", "[ipv6:2001:db8::1]", "a@b.org", "a:25", "%1", "x" * 256])
def test_what_is_no_domain_has_no_entry(domain: str) -> None:
    assert Mailertable.parse(". smtp:%1", "m").lookup(domain) is None


def test_percent_signs() -> None:
    table = Mailertable.parse("plain.org smtp:%0\n.x.org smtp:%2-%1-%9end\n", "m")
    assert table.lookup("plain.org") == Hop("smtp", "plain.org", mx=True)
    assert table.lookup("a.b.x.org") == Hop("smtp", "b-a.b-end", mx=True)
    assert Mailertable.parse("q.org smtp:a%%b", "m").problems[0].message == "'a%b' is no host"


def test_an_argument_is_not_expanded_again() -> None:
    assert Mailertable.parse(". smtp:%1", "m").lookup("a-1.org") == Hop("smtp", "a-1.org", mx=True)


def test_each_mistake_has_its_line() -> None:
    table = Mailertable.parse("\n[x]\nok.org esmtp:[hub]\nplain.org hub\nok.org smtp:two\nbad.org lmtp:x\n", "m")
    assert [(problem.line, problem.severity) for problem in table.problems] == [
        (2, "error"),
        (4, "error"),
        (5, "error"),
        (6, "error"),
    ]
    assert table.lookup("ok.org") == Hop("esmtp", "hub")
    assert table.lines == {"ok.org": 3}


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("joe@example.org", "write the domain alone"),
        ("example.org.", "write 'example.org'"),
        ("*.example.org", "write '.example.org'"),
        ("*", "write '.'"),
        ("[10.0.0.1]", "name domains"),
    ],
)
def test_a_key_that_never_matches_is_a_mistake(key: str, remedy: str) -> None:
    problems = Mailertable.parse(f"{key} smtp:hub", "m").problems
    assert [problem.remedy for problem in problems] == [remedy]


def test_hops_are_those_that_can_be_asked() -> None:
    text = "a esmtp:[h]\nb esmtp:[h]\nc error:550 x\nd discard:\n.e smtp:%1.x\nf smtp:g:26\n"
    assert Mailertable.parse(text, "m").hops == {Hop("esmtp", "h"), Hop("smtp", "g", 26, mx=True)}


def test_an_empty_table_knows_nothing() -> None:
    assert Mailertable().lookup("example.org") is None
    assert Mailertable.parse("", "m").problems == ()


class Counting(dict[str, Hop | Reply]):
    asked = 0

    def get(self, *key):  # type: ignore[no-untyped-def]
        self.asked += 1
        return super().get(*key)


@pytest.mark.parametrize(("domain", "most"), [("a." * 100_000 + "b", 0), ("a." * 126 + "b", 128)])
def test_many_labels_cost_little(domain: str, most: int) -> None:
    targets = Counting()
    assert Mailertable(targets).lookup(domain) is None
    assert targets.asked <= most
