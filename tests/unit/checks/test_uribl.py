from dataclasses import replace

import pytest

from gatekeeper.checks.uribl import Settings, build, list_zones
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Mailertable, Tables
from gatekeeper.tables.uri_zones import parse_uri_zone
from gatekeeper.values import Client, Dns, Envelope, Failed, Finding, Found, Stage, Suspended, TimedOut
from tests.answers import told

LISTING = Found(("127.0.0.2",))
TABLES = Tables(well_known=frozenset({"known.example"}))


def found(world, body: bytes, zones: list[str], header: bytes = b"", tables: Tables = TABLES, **settings):
    check = build(Settings(zones=zones, **settings), tables)[Stage.BODY]
    message = parse(header + b"\r\n" + body)
    return told(check(Mail(Envelope("id", "test", Client(), None), message=message)), world)


def asked(body: bytes, zones: list[str], header: bytes = b"", tables: Tables = TABLES, **settings) -> list[str]:
    """The names it asks about."""
    check = build(Settings(zones=zones, **settings), tables)[Stage.BODY]
    steps = check(Mail(Envelope("id", "test", Client(), None), message=parse(header + b"\r\n" + body)))
    try:
        return sorted(question.name for question in next(steps))
    except StopIteration:
        return []


def slugs(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings]


def test_a_listed_domain_scores_by_weight_and_says_where() -> None:
    world = {Dns("bad.co.uk.uri.example"): LISTING}
    (finding,) = found(world, b"http://www.a.bad.co.uk/x", ["uri.example*2"], score=1.5)
    assert (finding.name, finding.score, finding.certain) == ("uribl-listed", 3.0, None)
    assert finding.evidence == "bad.co.uk (127.0.0.2) listed at uri.example"


def test_the_key_that_a_list_has_given_us_is_not_told() -> None:
    zone = "abcdefghij0123456789klmnop.uri.example"
    (finding,) = found({Dns(f"bad.example.{zone}"): LISTING}, b"http://bad.example/", [zone])
    assert finding.evidence == "bad.example (127.0.0.2) listed at uri.example"


def test_a_list_of_domains_and_one_of_hosts() -> None:
    body = b"http://www.bad.example/ http://other.bad.example/"
    assert asked(body, ["uri.example"]) == ["bad.example.uri.example"]
    assert asked(body, ["uri.example hosts"]) == ["other.bad.example.uri.example", "www.bad.example.uri.example"]


def test_addresses_in_numbers_are_reversed_for_lists_that_have_them() -> None:
    body = b"http://8.8.4.4/ http://0x08080405/ http://[2001:4860:4860::8888]/ http://10.0.0.1/ http://127.0.0.1/"
    nibbles = "8.8.8.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.8.4.0.6.8.4.1.0.0.2"
    names = sorted((f"{nibbles}.uri.example", "4.4.8.8.uri.example", "5.4.8.8.uri.example"))
    assert asked(body, ["uri.example"]) == asked(body, ["uri.example hosts"]) == names
    assert asked(body, ["uri.example names"]) == asked(body, ["uri.example sha1"]) == []


def test_where_answers_go_is_asked_about() -> None:
    header = b"From: a@news.author.example\r\nReply-To: b@reply.example\r\n"
    assert asked(b"", ["uri.example"], header) == ["author.example.uri.example", "reply.example.uri.example"]


def test_mail_addresses_are_asked_for_by_their_hash() -> None:
    zone = parse_uri_zone("mail.example sha1")
    name = f"{zone.label('fraud@gmail.com')}.mail.example"
    header = b"Reply-To: F.Raud+1@googlemail.com\r\n"
    assert asked(b"", ["mail.example sha1"], header) == [name]
    (finding,) = found({Dns(name): LISTING}, b"", ["mail.example*3 sha1"], header)
    assert (finding.name, finding.score) == ("hashbl-listed", 9.0)
    assert finding.evidence == "f.raud+1@googlemail.com (127.0.0.2) listed at mail.example"


def test_names_of_other_scripts_are_asked_as_dns_has_them() -> None:
    assert asked("http://bücher.example./".encode(), ["uri.example"]) == ["xn--bcher-kva.example.uri.example"]


@pytest.mark.parametrize("answer", ["127.0.0.1", "127.255.255.254", "10.0.0.1", "127.0.1.255", "208.91.197.27"])
def test_what_is_no_answer_never_counts(answer: str) -> None:
    world = {Dns("bad.example.uri.example"): Found((answer,))}
    (finding,) = found(world, b"http://bad.example/", ["uri.example*9"])
    assert (finding.name, finding.score) == ("uribl-unanswered", 0.0)


@pytest.mark.parametrize("failure", [TimedOut("3 s"), Failed("SERVFAIL")])
def test_what_is_not_answered_is_no_evidence(failure) -> None:
    assert found({Dns("bad.example.uri.example"): failure}, b"http://bad.example/", ["uri.example*9"]) == []


def test_a_list_that_is_suspended_is_told_of_once() -> None:
    world = {Dns(f"bad{n}.example.uri.example"): Suspended("it lists everything") for n in range(3)}
    (finding,) = found(world, b"http://bad0.example/ http://bad1.example/ http://bad2.example/", ["uri.example*9"])
    assert (finding.name, finding.score) == ("uribl-unanswered", 0.0)
    assert finding.evidence == "uri.example is suspended: it lists everything"


def test_lists_are_watched_each_once_and_need_no_test_entry() -> None:
    settings = Settings(zones=["uri.example*2", "uri.example hosts", "m.example sha1"], exceptions=["M.example clear"])
    assert [(zone.name, len(zone.entries), zone.exempt) for zone in list_zones(settings)] == [
        ("uri.example", 2, {"listed"}),
        ("m.example", 1, {"listed", "clear"}),
    ]
    with pytest.raises(ValueError, match="no exception"):
        Settings(exceptions=["uri.example always"])


def test_the_filter_chooses_answers() -> None:
    world = {Dns("bad.example.uri.example"): Found(("127.0.0.4",))}
    assert found(world, b"http://bad.example/", ["uri.example=127.0.0.[2;8]"]) == []
    assert slugs(found(world, b"http://bad.example/", ["uri.example=127.0.0.[2;4]"])) == ["uribl-listed"]


def test_two_entries_of_one_zone_share_a_question_and_count_apart() -> None:
    zones = ["uri.example=127.0.1.[2..99]*2", "uri.example=127.0.1.[102..199]"]
    world = {Dns("bad.example.uri.example"): Found(("127.0.1.103",))}
    assert asked(b"http://bad.example/", zones) == ["bad.example.uri.example"]
    assert [finding.score for finding in found(world, b"http://bad.example/", zones, score=1.0)] == [1.0]


def test_one_list_counts_once_however_many_places_it_has() -> None:
    body = b" ".join(b"http://bad%d.example/" % n for n in range(9))
    world = {Dns(f"bad{n}.example.{zone}"): LISTING for n in range(9) for zone in ("one.example", "two.example")}
    findings = found(world, body, ["one.example", "two.example"], score=1.0)
    assert [finding.score for finding in findings] == [1.0, 1.0]
    assert findings[0].evidence == (
        "bad0.example (127.0.0.2), bad1.example (127.0.0.2), bad2.example (127.0.0.2) and 6 more listed at one.example"
    )


def test_well_known_ignored_and_own_domains_are_not_asked_about() -> None:
    tables = replace(TABLES, mailertable=Mailertable.parse("own.example esmtp:[10.0.0.1]\n", "m"))
    body = b"http://www.known.example http://docs.known.example http://own.example http://my.example joe@own.example"
    more = {"tables": tables, "ignored": ["My.Example."]}
    assert asked(body, ["uri.example"], **more) == []
    assert asked(body, ["uri.example hosts"], **more) == ["docs.known.example.uri.example"]
    assert asked(body, ["uri.example sha1"], **more) == []


def test_mail_addresses_at_well_known_domains_are_asked_for() -> None:
    assert len(asked(b"fraud@known.example", ["mail.example sha1"])) == 1


def test_so_many_questions_and_no_more_the_first_places_before_the_others() -> None:
    body = b" ".join(b"http://h%d.example/" % n for n in range(1000))
    header = b"Reply-To: " + b", ".join(b"a%d@r.example" % n for n in range(10_000)) + b"\r\n"
    zones = ["one.example", "two.example", "mail.example md5"]
    names = asked(body, zones, header, questions=10)
    assert len(names) == 10
    assert {name for name in names if "mail" not in name} == {
        f"{place}.example.{zone}.example" for place in ("r", "h0") for zone in ("one", "two")
    } | {"h1.example.one.example"}
    findings = found({}, body, zones, header, questions=10, unasked_score=0.7)
    assert [(f.name, f.score) for f in findings] == [("uribl-unasked", 0.7)]
    assert "questions more than 10" in findings[0].evidence
    assert asked(body, zones, header, questions=10) == names


def test_hosts_and_mail_addresses_are_asked_about_by_turns() -> None:
    body = b"http://h0.example/ http://h1.example/ a@x.example b@x.example"
    zones = ["one.example", "mail.example md5"]
    mail = [f"{parse_uri_zone(zones[1]).label(address)}.mail.example" for address in ("a@x.example", "b@x.example")]
    for questions, names in enumerate(
        (["h0.example.one.example"], [mail[0]], ["h1.example.one.example"], [mail[1]]), start=1
    ):
        assert set(names) <= set(asked(body, zones, questions=questions))
        assert len(asked(body, zones, questions=questions)) == questions


@pytest.mark.parametrize(
    "body",
    [
        b"http://" + b"a" * 64 + b".example/",
        b"http://" + b"a." * 120 + b"example.test.example.org/",
        b"http://-a-.example/",
        b"http://a..b.example/",
    ],
)
def test_a_name_that_dns_cannot_have_is_a_finding(body: bytes) -> None:
    findings = found(None, body, ["uri.example hosts"])
    assert slugs(findings) == ["uribl-unasked"]
    assert findings[0].evidence == "1 names that DNS cannot have"


def test_a_name_that_is_too_long_with_the_zone_behind_it() -> None:
    host = ".".join(["a" * 60] * 4)
    assert slugs(found(None, f"http://{host}/".encode(), [f"{'z' * 20}.example hosts"])) == ["uribl-unasked"]


def test_what_is_found_can_be_printed() -> None:
    address = "a\u202eb@evil.example"
    body = b'<a href="mailto:a%E2%80%AEb@evil.example">x</a>'
    name = f"{parse_uri_zone('mail.example md5').label(address)}.mail.example"
    findings = found({Dns(name): LISTING}, body, ["mail.example md5"], b"Content-Type: text/html\r\n")
    assert findings[0].evidence == "a\\u202eb@evil.example (127.0.0.2) listed at mail.example"


def test_without_zones_there_is_no_check_and_without_links_no_question() -> None:
    assert build(Settings(), TABLES) == {}
    assert found(None, b"hello", ["uri.example"]) == []


def test_an_allow_list_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="weight above 0"):
        Settings(zones=["uri.example*-1"])
