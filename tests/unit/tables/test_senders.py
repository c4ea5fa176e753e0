import pytest

from gatekeeper.tables.senders import Deed, SenderList

TEXT = """\
# who is wanted
allow news@shop.example dkim
allow shop.example spf
Deny  Pest.Example
allow pest.example dkim for=anna@own.example
hold  pest.example for=Own.example,other.example
deny  sub.pest.example for=own.example
"""


@pytest.fixture
def senders() -> SenderList:
    read = SenderList.parse(TEXT, "senders")
    assert read.problems == ()
    return read


@pytest.mark.parametrize(
    ("recipient", "sender", "lines"),
    [
        ("joe@third.example", "news@shop.example", [2, 3]),
        ("joe@third.example", "NEWS@Shop.Example.", [2, 3]),
        ("joe@third.example", "other@mail.shop.example", [3]),
        ("joe@third.example", "x@notshop.example", []),
        ("joe@third.example", "shop.example", []),
        ("joe@third.example", "", []),
        ("anna@own.example", "x@pest.example", [5, 6, 4]),
        ("Anna@OWN.example", "x@pest.example", [5, 6, 4]),
        ("bob@own.example", "x@sub.pest.example", [7, 6, 4]),
        ("bob@mail.own.example", "x@pest.example", [6, 4]),
        ("bob@other.example", "x@pest.example", [6, 4]),
    ],
)
def test_the_nearest_recipient_and_the_nearest_sender_go_first(
    senders: SenderList, recipient: str, sender: str, lines: list[int]
) -> None:
    assert [entry.line for entry in senders.about(recipient, [sender])] == lines


def test_an_address_goes_before_a_domain_whichever_of_two_senders_it_is(senders: SenderList) -> None:
    found = senders.about("joe@third.example", ["x@pest.example", "news@shop.example"])
    assert [entry.line for entry in found] == [2, 4, 3]


def test_the_longer_domain_goes_first_whichever_of_two_senders_it_is(senders: SenderList) -> None:
    found = senders.about("bob@own.example", ["x@pest.example", "y@sub.pest.example"])
    assert [entry.line for entry in found] == [7, 6, 4]


def test_what_vouches_is_read_word_by_word() -> None:
    text = (
        "allow a@b.example spf dkim=Mailer.Example client=192.0.2.0/24 client=2001:db8::/32 for=u@own.example dmarc\n"
    )
    (entry,) = SenderList.parse(text, "senders").entries.values()
    assert entry.deed is Deed.ALLOW
    assert entry.vouchers.methods == {"spf", "dmarc"}
    assert entry.vouchers.signers == {"mailer.example"}
    assert "192.0.2.77" in entry.vouchers.clients
    assert "2001:db8::1" in entry.vouchers.clients
    assert "192.0.3.1" not in entry.vouchers.clients


@pytest.mark.parametrize(
    ("line", "severity", "said"),
    [
        ("permit a@b.example", "error", "'permit' is no deed"),
        ("allow", "error", "'nobody' is no sender"),
        ("allow @b.example", "error", "'@b.example' is no sender"),
        ("allow a@", "error", "'a@' is no sender"),
        ("deny *@b.example", "error", "'*@b.example' is no sender"),
        ("deny *.b.example", "error", "'*.b.example' is no sender"),
        ("deny *", "error", "'*' is no sender"),
        ("deny b.example for=*@own.example", "error", "'*@own.example' is no recipient"),
        ("allow a..b dkim", "error", "'a..b' is no sender"),
        ("allow b.example spf=x.example", "error", "'spf=x.example' vouches for nobody"),
        ("allow b.example dkim=", "error", "'dkim=' vouches for nobody"),
        ("allow b.example client=192.0.2.1/24", "error", "'client=192.0.2.1/24' vouches for nobody"),
        ("allow b.example trust", "error", "'trust' vouches for nobody"),
        ("deny b.example for=", "error", "'' is no recipient"),
        ("deny b.example for=a@own.example,", "error", "'' is no recipient"),
        ("allow b.example", "warning", "anybody can write as b.example"),
        ("allow b.example for=a@own.example", "warning", "anybody can write as b.example"),
    ],
)
def test_mistakes_are_told_with_their_line(line: str, severity: str, said: str) -> None:
    read = SenderList.parse(f"# first\n{line}\n", "/etc/senders")
    (problem,) = read.problems
    assert (problem.source, problem.line, problem.severity) == ("/etc/senders", 2, severity)
    assert said in problem.message
    assert bool(read.entries) == (severity == "warning")


@pytest.mark.parametrize("pattern", ["*@b.example", "@b.example", "*.b.example", ".b.example"])
def test_who_writes_a_pattern_is_told_which_domain_it_means(pattern: str) -> None:
    (problem,) = SenderList.parse(f"deny {pattern}\n", "senders").problems
    assert problem.remedy == "write b.example"


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("allow b.example spf", "stands in line 1 already"),
        ("deny b.example", "line 1 says allow of 'b.example'"),
        ("hold B.EXAMPLE", "line 1 says allow of 'b.example'"),
    ],
)
def test_what_is_said_twice_or_contradicts_is_an_error_of_the_second(second: str, said: str) -> None:
    read = SenderList.parse(f"allow b.example dkim\n{second}\n", "senders")
    (problem,) = read.problems
    assert problem.line == 2
    assert said in problem.message
    assert [entry.line for entry in read.entries.values()] == [1]


def test_the_same_sender_for_different_recipients_contradicts_nothing() -> None:
    text = "allow b.example dkim for=a@own.example\ndeny b.example for=b@own.example\ndeny b.example\n"
    assert SenderList.parse(text, "senders").problems == ()


def test_the_methods_it_leans_on_with_their_first_lines() -> None:
    text = "allow a.example client=192.0.2.1\nallow b.example dkim=m.example\nallow c.example spf dkim\n"
    assert SenderList.parse(text, "senders").methods == {"dkim": 2, "spf": 3}


def deeds(own: str, reviewers: str, recipient: str = "ann@own.example") -> list[str]:
    """What is said of a sender by both lists, in order."""
    both = SenderList.parse(own, "senders").followed_by(SenderList.parse(reviewers, "state/senders", reviewed=True))
    return [str(entry) for entry in both.about(recipient, ["news@shop.example"])]


def test_who_reviews_is_heard_beside_the_operator() -> None:
    assert deeds("allow shop.example dkim", "deny news@shop.example dkim for=ann@own.example") == [
        "deny news@shop.example (line 1 of the reviewers' list)",
        "allow shop.example (line 1)",
    ]
    assert deeds("", "allow news@shop.example dkim for=bob@own.example") == []


def test_of_the_same_sender_and_recipient_the_operators_word_holds() -> None:
    assert deeds("allow news@shop.example spf", "deny news@shop.example dkim") == ["allow news@shop.example (line 1)"]


@pytest.mark.parametrize("own", ["deny shop.example", "hold shop.example dkim", "deny example for=own.example"])
def test_nobody_who_reviews_lets_in_whom_the_operator_keeps_out(own: str) -> None:
    (said,) = deeds(own, "allow news@shop.example dkim for=ann@own.example")
    assert said == f"{own.split()[0]} {own.split()[1]} (line 1)"
    assert len(deeds(own, "deny news@shop.example dkim for=ann@own.example")) == 2


def test_what_the_operator_keeps_from_others_is_another_matter() -> None:
    own = "deny shop.example for=bob@own.example"
    assert deeds(own, "allow news@shop.example dkim") == ["allow news@shop.example (line 1 of the reviewers' list)"]


def test_the_mistakes_of_both_are_told() -> None:
    both = SenderList.parse("allow", "senders").followed_by(SenderList.parse("deny *", "state/senders", reviewed=True))
    assert [problem.source for problem in both.problems] == ["senders", "state/senders"]
