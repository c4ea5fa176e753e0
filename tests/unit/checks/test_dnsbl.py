import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.checks.dnsbl import Settings, build
from gatekeeper.message import Mail
from gatekeeper.tables import Networks, Tables
from gatekeeper.values import Absent, Action, Client, Dns, Envelope, Failed, Found, Refused, Stage, Suspended, TimedOut


def answer_of(world, question):
    return next((answer for zone, answer in world.items() if question.name.endswith(zone)), Absent())


def asking(world, address="8.8.4.4", texts=None, trusted=(), **settings):
    """The findings and all that was asked, with `world` mapping a zone to its answer (Absent where it is silent)."""
    check = build(Settings(**settings), Tables(trusted=Networks.parse(trusted)))[Stage.CONNECT]
    client = None if address is None else Client(address)
    steps = check(Mail(Envelope("id", "test", Client("192.0.2.9"), client)))
    asked, answers = [], None
    try:
        while True:
            questions = steps.send(answers)
            asked += questions
            answers = {q: answer_of(world if q.kind == "A" else texts or {}, q) for q in questions}
    except StopIteration as end:
        return end.value, asked


def look_up(world, address="8.8.4.4", **settings):
    """The findings alone."""
    return asking(world, address, **settings)[0]


def test_our_own_users_are_not_asked_about_wherever_they_are() -> None:
    """They authenticate from lines at home, which are in lists of just those."""
    check = build(Settings(zones=["bl.example"], reject_at=1), Tables())[Stage.CONNECT]
    home = Client("8.8.4.4")
    with pytest.raises(StopIteration) as end:
        next(check(Mail(Envelope("id", "test", home, home, outbound=True))))
    assert end.value.value == []


def test_listed_scores_by_weight_and_says_where() -> None:
    (finding,) = look_up({"bl.example": Found(("127.0.0.2",))}, zones=["bl.example*2"], score=2.5)
    assert (finding.name, finding.score, finding.certain) == ("dnsbl-listed", 5.0, None)
    assert finding.evidence == "8.8.4.4 listed at bl.example (127.0.0.2)"


def test_the_key_that_a_list_has_given_us_is_not_told_to_strangers() -> None:
    zone = "abcdefghij0123456789klmnop.zen.example"
    (finding,) = look_up({zone: Found(("127.0.0.2",))}, zones=[zone])
    assert finding.evidence == "8.8.4.4 listed at zen.example (127.0.0.2)"


def test_not_listed_is_no_finding() -> None:
    assert look_up({}, zones=["bl.example"]) == []


@pytest.mark.parametrize("answer", ["127.0.0.1", "127.255.255.254", "127.255.255.1", "10.0.0.1", "208.91.197.27"])
def test_what_is_no_answer_never_counts(answer: str) -> None:
    (finding,) = look_up({"bl.example": Found((answer,))}, zones=["bl.example*9"])
    assert (finding.name, finding.score) == ("dnsbl-unanswered", 0.0)


@pytest.mark.parametrize("failure", [TimedOut("3 s"), Refused("no"), Failed("SERVFAIL")])
def test_a_failure_is_no_evidence_and_the_table_of_dependencies_tells_of_it(failure) -> None:
    assert look_up({"bl.example": failure}, zones=["bl.example*9"]) == []


def test_a_suspended_list_is_told_of_and_never_counts() -> None:
    (finding,) = look_up({"bl.example": Suspended("it lists everything")}, zones=["bl.example*9"])
    assert (finding.name, finding.score, finding.certain) == ("dnsbl-unanswered", 0.0, None)
    assert finding.evidence == "bl.example is suspended: it lists everything"


@pytest.mark.parametrize(("entry", "counts"), [("list.example*-2", False), ("list.example*2", True)])
def test_what_allow_lists_say_to_who_asks_too_much_is_no_entry_of_theirs(entry: str, counts: bool) -> None:
    (finding,) = look_up({"list.example": Found(("127.0.0.255",))}, zones=[entry])
    assert (finding.name == "dnsbl-listed") is counts
    assert counts or (finding.name, finding.score) == ("dnsbl-unanswered", 0.0)


@pytest.mark.parametrize("answer", ["127.0.0.1", "127.255.255.254", "127.0.0.255", "10.0.0.2"])
def test_a_filter_that_names_what_is_no_answer_changes_nothing(answer: str) -> None:
    (finding,) = look_up({"list.example": Found((answer,))}, zones=[f"list.example={answer}*-9"])
    assert (finding.name, finding.score) == ("dnsbl-unanswered", 0.0)


# what the list says for people


def test_the_text_is_asked_for_only_where_a_block_list_lists() -> None:
    world = {"a.example": Found(("127.0.0.2",)), "w.example": Found(("127.0.0.2",)), "c.example": Found(("127.0.0.9",))}
    zones = ["a.example", "b.example", "c.example=127.0.0.2", "w.example*-1"]
    findings, asked = asking(world, texts={"a.example": Found(("Seen on Monday",))}, zones=zones)
    assert [q.name for q in asked if q.kind == "TXT"] == ["4.4.8.8.a.example"]
    assert findings[0].evidence == "8.8.4.4 listed at a.example (127.0.0.2): Seen on Monday"


def test_without_a_listing_or_when_it_is_not_wanted_no_text_is_asked_for() -> None:
    assert {q.kind for q in asking({}, zones=["a.example"])[1]} == {"A"}
    assert {q.kind for q in asking({"a.example": Found(("127.0.0.2",))}, zones=["a.example"], text=False)[1]} == {"A"}


@pytest.mark.parametrize("answer", [TimedOut("3 s"), Absent(), Found(()), Failed("SERVFAIL")])
def test_a_listing_without_a_text_is_a_listing(answer) -> None:
    findings, _ = asking({"a.example": Found(("127.0.0.2",))}, texts={"a.example": answer}, zones=["a.example*3"])
    assert [(f.evidence, f.certain) for f in findings] == [("8.8.4.4 listed at a.example (127.0.0.2)", Action.REJECT)]


@given(st.text(max_size=400))
def test_no_text_of_a_list_can_break_out_of_a_reply(text: str) -> None:
    (finding,), _ = asking(
        {"a.example": Found(("127.0.0.2",))}, texts={"a.example": Found((text,))}, zones=["a.example"]
    )
    assert all(" " <= c <= "~" for c in finding.evidence)
    assert len(finding.evidence) < 200


def test_a_text_with_line_ends_becomes_one_line() -> None:
    text = Found(("blocked\r\n250 2.0.0 OK\x1b[2J\t see  http://a.example",))
    (finding,), _ = asking({"a.example": Found(("127.0.0.2",))}, texts={"a.example": text}, zones=["a.example"])
    assert finding.evidence.endswith(": blocked 250 2.0.0 OK?[2J see http://a.example")


# which answers count


def test_the_filter_chooses_answers() -> None:
    zones = ["bl.example=127.0.[0;3].[2..11]"]
    assert look_up({"bl.example": Found(("127.0.3.11",))}, zones=zones)[0].name == "dnsbl-listed"
    assert look_up({"bl.example": Found(("127.0.0.12",))}, zones=zones) == []
    assert look_up({"bl.example": Found(("127.0.1.2",))}, zones=zones) == []


def test_one_entry_counts_once_however_many_answers() -> None:
    (finding,) = look_up({"bl.example": Found(("127.0.0.2", "127.0.0.3"))}, zones=["bl.example"], score=1.0)
    assert finding.score == 1.0


def test_enough_weight_settles_it_and_an_allow_list_takes_away() -> None:
    world = {"a.example": Found(("127.0.0.2",)), "b.example": Found(("127.0.0.2",))}
    zones = ["a.example*2", "b.example*1"]
    assert {f.certain for f in look_up(world, zones=zones, reject_at=3)} == {Action.REJECT}
    with_allow = look_up(world | {"w.example": Found(("127.0.0.2",))}, zones=[*zones, "w.example*-2"], reject_at=3)
    assert {f.certain for f in with_allow} == {None}
    assert [f.name for f in with_allow] == ["dnsbl-listed", "dnsbl-listed", "dnswl-listed"]
    assert {f.certain for f in look_up(world, zones=zones, reject_at=0)} == {None}


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "127.0.0.1",
        "169.254.1.1",
        "100.64.0.1",
        "192.168.1.1",
        "192.0.2.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "",
        "nonsense",
        None,
    ],
)
def test_private_and_unknown_addresses_are_not_asked_about(address: str | None) -> None:
    assert look_up({"bl.example": Found(("127.0.0.2",))}, address=address, zones=["bl.example"]) == []


def test_private_addresses_when_wanted() -> None:
    assert look_up({"bl.example": Found(("127.0.0.2",))}, address="10.1.2.3", zones=["bl.example"], private=True)


@pytest.mark.parametrize("address", ["8.8.4.4", "::ffff:8.8.4.4", "2a00:1450::7"])
def test_trusted_networks_are_not_asked_about(address: str) -> None:
    trusted = ["8.8.4.0/24", "2a00:1450::/32"]
    world = {"bl.example": Found(("127.0.0.2",))}
    for private in (False, True):
        assert asking(world, address, zones=["bl.example"], trusted=trusted, private=private) == ([], [])
    assert look_up(world, "8.8.8.8", zones=["bl.example"], trusted=trusted)


def test_an_address_of_ipv6_is_asked_about_by_its_nibbles() -> None:
    _, asked = asking({}, "2a00:1450::7", zones=["bl.example"])
    assert asked == [Dns("7." + "0." * 23 + "0.5.4.1.0.0.a.2.bl.example")]


def test_the_question_of_an_address_mapped_into_ipv6() -> None:
    steps = build(Settings(zones=["bl.example"]), Tables())[Stage.CONNECT](
        Mail(Envelope("id", "test", Client(), Client("::ffff:8.8.4.4")))
    )
    assert next(steps) == {Dns("4.4.8.8.bl.example", "A")}


def test_without_zones_there_is_no_check() -> None:
    assert build(Settings(), Tables()) == {}
