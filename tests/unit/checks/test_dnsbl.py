import pytest

from gatekeeper.checks.dnsbl import Settings, build
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Absent, Action, Client, Dns, Envelope, Failed, Found, Refused, Stage, TimedOut


def look_up(world, address="8.8.4.4", **settings):
    """The findings, with `world` mapping a zone to its answer (Absent where it is silent)."""
    check = build(Settings(**settings), Tables())[Stage.CONNECT]
    client = None if address is None else Client(address)
    steps = check(Mail(Envelope("id", "test", Client("192.0.2.9"), client)))
    try:
        questions = next(steps)
        steps.send({q: next((a for zone, a in world.items() if q.name.endswith(zone)), Absent()) for q in questions})
    except StopIteration as end:
        return end.value
    raise AssertionError("it asked twice")


def test_listed_scores_by_weight_and_says_where() -> None:
    (finding,) = look_up({"bl.example": Found(("127.0.0.2",))}, zones=["bl.example*2"], score=2.5)
    assert (finding.name, finding.score, finding.certain) == ("dnsbl-listed", 5.0, None)
    assert finding.evidence == "8.8.4.4 listed at bl.example (127.0.0.2)"


def test_not_listed_is_no_finding() -> None:
    assert look_up({}, zones=["bl.example"]) == []


@pytest.mark.parametrize("answer", ["127.0.0.1", "127.255.255.254", "127.255.255.1", "10.0.0.1", "208.91.197.27"])
def test_what_is_no_answer_never_counts(answer: str) -> None:
    (finding,) = look_up({"bl.example": Found((answer,))}, zones=["bl.example*9"])
    assert (finding.name, finding.score) == ("dnsbl-unanswered", 0.0)


@pytest.mark.parametrize("failure", [TimedOut("3 s"), Refused("no"), Failed("SERVFAIL")])
def test_a_failure_is_never_a_listing(failure) -> None:
    (finding,) = look_up({"bl.example": failure}, zones=["bl.example*9"])
    assert (finding.name, finding.score, finding.certain) == ("dnsbl-unanswered", 0.0, None)


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


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "::1", "192.168.1.1", "", "nonsense", None])
def test_private_and_unknown_addresses_are_not_asked_about(address: str | None) -> None:
    assert look_up({"bl.example": Found(("127.0.0.2",))}, address=address, zones=["bl.example"]) == []


def test_private_addresses_when_wanted() -> None:
    assert look_up({"bl.example": Found(("127.0.0.2",))}, address="10.1.2.3", zones=["bl.example"], private=True)


def test_the_question_of_an_address_mapped_into_ipv6() -> None:
    steps = build(Settings(zones=["bl.example"]), Tables())[Stage.CONNECT](
        Mail(Envelope("id", "test", Client(), Client("::ffff:8.8.4.4")))
    )
    assert next(steps) == {Dns("4.4.8.8.bl.example", "A")}


def test_without_zones_there_is_no_check() -> None:
    assert build(Settings(), Tables()) == {}
