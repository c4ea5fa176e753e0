import pytest

from gatekeeper.checks.header_checks import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.message.edit import edited
from gatekeeper.message.line_edits import fitted
from gatekeeper.pipeline.examination import Examination, Inspection
from gatekeeper.tables import PatternTable, Tables
from gatekeeper.values import Action, Client, Envelope, Finding, LineEdit, Orders, Reply, Stage

PEER = Client("192.0.2.1")
MESSAGE = b"""\
Subject: hello there
 again
From: a@b.example
Content-Type: multipart/mixed; boundary=x

preamble
--x
Content-Disposition: attachment; filename=a.exe

first line
last line
--x
Content-Type: message/rfc822

Subject: inner

inside
--x--
""".replace(b"\n", b"\r\n")


def table(text: str) -> PatternTable:
    found = PatternTable.parse(text, "table", "pcre")
    assert not [problem for problem in found.problems if problem.severity == "error"]
    return found


def findings(message: bytes = MESSAGE, settings: Settings | None = None, **texts: str) -> list[Finding]:
    line_checks = {place: (table(text),) for place, text in texts.items()}
    checks = build(settings or Settings(), Tables(line_checks=line_checks))
    return checks[Stage.BODY](Mail(Envelope("id", "test", PEER, PEER), message=parse(message)))


def test_without_tables_there_is_no_check() -> None:
    assert build(Settings(), Tables()) == {}
    assert build(Settings(), Tables(line_checks={"header": ()})) == {}


@pytest.mark.parametrize(
    ("rule", "name", "action", "reply"),
    [
        ("REJECT", "rejected", Action.REJECT, Reply(550, "5.7.1", ("message content rejected",))),
        ("REJECT no $1", "rejected", Action.REJECT, Reply(550, "5.7.1", ("no hello",))),
        ("REJECT 4.2.0 later", "deferred", Action.DEFER, Reply(451, "4.2.0", ("later",))),
        ("DISCARD", "discarded", Action.DISCARD, None),
        ("HOLD", "held", Action.QUARANTINE, None),
        ("WARN", "warned", None, None),
        ("INFO", "warned", None, None),
    ],
)
def test_an_action(rule: str, name: str, action: Action | None, reply: Reply | None) -> None:
    (found,) = findings(header=f"/^subject: (hello)/ {rule}\n")
    evidence = "table line 1, header: Subject: hello there? again"
    assert found == Finding(f"header-checks-{name}", evidence=evidence, certain=action, reply=reply)


@pytest.mark.parametrize("rule", ["OK", "DUNNO", "PASS"])
def test_what_says_that_nothing_is_wrong(rule: str) -> None:
    assert findings(header=f"/./ {rule}\n/./ REJECT\n") == []


def test_a_remark_is_kept_with_the_line() -> None:
    (found,) = findings(header="/^subject:/ WARN look at this\n")
    assert found.evidence.endswith(": look at this")


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("header", b"From: a@b.example"),
        ("mime", b"Content-Disposition: attachment; filename=a.exe"),
        ("mime", b"Content-Type: multipart/mixed; boundary=x"),
        ("nested", b"Subject: inner"),
        ("body", b"last line"),
        ("body", b"--x"),
    ],
)
def test_each_table_is_asked_about_its_own_lines(place: str, line: bytes) -> None:
    rule = f"/^{line.decode().replace('/', '.')}$/ HOLD\n"
    places = ("header", "mime", "nested", "body")
    assert [at for at in places if findings(**{at: rule})] == [place]


def test_of_one_line_the_first_rule_and_of_all_lines_the_first_that_refuses() -> None:
    rules = "/inner/ REJECT third\n/^from/ REJECT second\n/again/ INFO\n/hello/ REJECT never\n"
    found = findings(header=rules, nested=rules)
    assert [finding.name for finding in found] == ["header-checks-warned", "header-checks-rejected"]
    assert found[1].reply == Reply(550, "5.7.1", ("second",))


def test_dunno_ends_the_search_for_its_line_only() -> None:
    (found,) = findings(body="/first/ DUNNO\n/line/ REJECT\n")
    assert "last line" in found.evidence


def test_pass_ends_it_for_all_that_follows() -> None:
    assert [f.name for f in findings(header="/^subject/ HOLD\n/^from/ PASS\n", body="/./ REJECT\n")] == [
        "header-checks-held"
    ]


@pytest.mark.parametrize("rule", ["REJECT", "REJECT 4.0.0 later", "DISCARD"])
def test_what_is_held_is_refused_all_the_same(rule: str) -> None:
    (found,) = findings(header=f"/^subject/ HOLD\n/^from/ {rule}\n")
    assert found.certain is not Action.QUARANTINE


def test_what_is_held_is_held_once() -> None:
    assert len(findings(header="/./ HOLD\n")) == 1


def test_remarks_without_end_are_few_findings() -> None:
    message = b"A: b\n\n" + b"x\n" * 5000
    assert len(findings(message, body="/x/ WARN\n")) == 10


def test_evidence_is_one_printable_line() -> None:
    (found,) = findings(b"A: \xff\x01" + b"x" * 500 + b"\n\n", header="/(.*)/ HOLD $1\n")
    assert found.evidence.isascii()
    assert found.evidence.isprintable()
    assert len(found.evidence) < 500


def test_the_limit_of_what_is_looked_at() -> None:
    message = b"A: b\n\n" + b"y" * 99 + b"\nneedle\n"
    assert findings(message, body="/needle/ HOLD\n")
    assert not findings(message, Settings(body_checks_size_limit=100), body="/needle/ HOLD\n")
    assert findings(message, Settings(body_checks_size_limit=0), body="/needle/ HOLD\n")


@pytest.mark.parametrize(
    ("exhausted", "action"), [("hold", Action.QUARANTINE), ("defer", Action.DEFER), ("tag", Action.TAG)]
)
def test_a_message_that_uses_up_its_budget_does_not_pass(exhausted: str, action: Action) -> None:
    message = b"Subject: " + b"a" * 60 + b"\n\nworm\n"
    settings = Settings(seconds=0.05, exhausted=exhausted)
    texts = {"header": r"/^subject: (?:(?:a|aa)+)+(?<!a)$/ OK", "body": "/(?!x)worm/ OK\n/worm/ INFO\n"}
    found = findings(message, settings, **texts)
    assert [finding.name for finding in found] == ["header-checks-warned", "header-checks-unfinished"]
    assert found[1].certain is action


def test_a_message_without_end_is_not_looked_at_without_end() -> None:
    message = b"A: b\n\n" + b"x\n" * 20_000 + b"worm\n"
    (found,) = findings(message, Settings(longest=1e-9), body="/worm/ REJECT\n")
    assert (found.name, found.certain) == ("header-checks-unfinished", Action.QUARANTINE)
    (found,) = findings(message, body="/worm/ REJECT\n")
    assert found.certain is Action.REJECT


def test_two_tables_are_asked_in_turn() -> None:
    first, second = table("/hello/ OK\n"), table("/./ HOLD\n")
    checks = build(Settings(), Tables(line_checks={"header": (first, second)}))
    (found,) = checks[Stage.BODY](Mail(Envelope("id", "test", PEER, PEER), message=parse(MESSAGE)))
    assert "From" in found.evidence


@pytest.mark.parametrize(
    ("rule", "action"),
    [
        ("REJECT", Action.REJECT),
        ("REJECT 4.0.0 x", Action.DEFER),
        ("HOLD", Action.QUARANTINE),
        ("DISCARD", Action.DISCARD),
    ],
)
def test_the_verdict_is_what_the_rule_says_but_not_for_postmaster(rule: str, action: Action) -> None:
    tables = Tables(line_checks={"header": (table(f"/^subject/ {rule}\n"),)})
    inspection = Inspection({Stage.BODY: {"header_checks": build(Settings(), tables)[Stage.BODY]}})
    for recipient, expected in (("joe@own.example", action), ("postmaster@own.example", Action.ACCEPT)):
        examination = Examination(inspection, Envelope("id", "test", PEER, PEER, recipients=(recipient,)))
        with pytest.raises(StopIteration) as end:
            next(examination.message(MESSAGE))
        assert end.value.value[recipient].action is expected


def orders(message: bytes = MESSAGE, **texts: str) -> Orders:
    (found,) = (finding for finding in findings(message, **texts) if finding.orders)
    assert found.orders is not None
    assert found.score == 0
    assert found.certain is None
    return found.orders


def changed(message: bytes = MESSAGE, **texts: str) -> bytes:
    lines = fitted(message, orders(message, **texts).lines)
    return b"".join(edited(message, insert=lines.top, body=lines.body, fields=lines.fields).segments)


@pytest.mark.parametrize(
    ("texts", "before", "after"),
    [
        ({"header": "/^subject/ IGNORE\n"}, b"Subject: hello there\r\n again\r\n", b""),
        ({"header": "/^from/ STRIP why\n"}, b"From: a@b.example\r\n", b""),
        ({"header": "/^subject: (.*)/ REPLACE X: $1\n"}, b"Subject: hello there\r\n ag", b"X: hello there\r\n ag"),
        ({"header": "/^from/ PREPEND X: y\n"}, b"From:", b"X: y\r\nFrom:"),
        ({"mime": "/^content-disp.*/ REPLACE X: y\n"}, b"Content-Disposition: attachment; filename=a.exe", b"X: y"),
        ({"nested": "/^subject/ PREPEND X: y\n"}, b"Subject: inner", b"X: y\r\nSubject: inner"),
        ({"body": "/^(first) line/ REPLACE no $1\n"}, b"first line\r\n", b"no first\r\n"),
        ({"body": "/^last/ PREPEND and\n"}, b"last line", b"and\r\nlast line"),
    ],
)
def test_lines_are_changed_where_they_stand(texts: dict[str, str], before: bytes, after: bytes) -> None:
    assert changed(**texts) == MESSAGE.replace(before, after)


def test_a_text_that_is_no_field_after_all_changes_nothing_and_is_told() -> None:
    found = orders(header="/^from: (.*)/ PREPEND $1\n")
    assert found.lines == ()
    assert found.told == (
        "no PREPEND, its text is no header field, by table line 1, header: From: a@b.example",
    )  # fmt: skip


def test_a_redirection_ends_the_search_and_the_last_of_each_counts() -> None:
    header = "/^subject/ FILTER smtp:[a]\n/^from/ FILTER smtp:[b]\n"
    texts = {"header": header, "body": "/^pre/ REDIRECT a@b.example\n/./ REJECT\n"}
    found = orders(**texts)
    assert (found.next_hop, found.redirect, found.copies) == ("smtp:[b]", "a@b.example", ())
    assert found.told[2] == "REDIRECT a@b.example by table line 1, body: preamble"
    assert not any(finding.certain for finding in findings(**texts))
    header = "/^subject/ BCC a@b.example\n/^from/ BCC c@b.example\n"
    copies = orders(header=header, nested="/^subject/ BCC a@b.example\n")
    assert copies.copies == ("a@b.example", "c@b.example")


def test_what_is_refused_or_held_is_so_whatever_was_ordered() -> None:
    refused = findings(header="/^subject/ IGNORE\n/^from/ REJECT\n")
    assert [finding.name for finding in refused] == ["header-checks-rejected"]
    held = findings(header="/^subject/ IGNORE\n/^from/ HOLD\n")
    assert [finding.name for finding in held] == ["header-checks-held", "header-checks-changed"]


def test_thousands_of_lines_are_few_orders() -> None:
    message = b"A: b\r\n\r\n" + b"gone\r\n" * 5000 + b"stays\r\n" + b"gone\r\n" * 5000
    found = orders(message, body="/^gone/ IGNORE\n")
    assert len(found.lines) == 2
    assert len(found.told) == 11
    assert found.told[-1] == "and 9990 more"
    assert changed(message, body="/^gone/ IGNORE\n") == b"A: b\r\n\r\nstays\r\n"


ENCODED = b"""\
Subject: =?utf-8?b?ZnJlZSBtb25leQ==?=
From: a@b.example
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

YSB3b3JtIGlzIGhlcmUKYW5kIG1vcmUK
""".replace(b"\n", b"\r\n")
DECODED = Settings(decoded=True)


def test_what_is_encoded_is_looked_up_decoded_if_that_is_wished() -> None:
    texts = {"header": "/free money/ HOLD\n", "body": "/^a worm/ REJECT\n"}
    assert findings(ENCODED, **texts) == []
    (found,) = findings(ENCODED, DECODED, **texts)
    assert found.evidence == "table line 1, body: a worm is here"
    (found,) = findings(ENCODED, DECODED, header=texts["header"])
    assert found.evidence == "table line 1, header: Subject: free money"


def test_a_rule_for_the_raw_field_comes_first() -> None:
    (found,) = findings(ENCODED, DECODED, header="/free money/ REJECT\n/=\\?utf-8/ HOLD\n")
    assert found.name == "header-checks-held"


def test_an_encoded_field_can_be_changed_and_an_encoded_line_cannot() -> None:
    rules = {"header": "/^Subject: (.*money)/ REPLACE Subject: [$1]\n", "body": "/worm/ IGNORE\n"}
    (found,) = findings(ENCODED, DECODED, **rules)
    assert found.orders is not None
    assert found.orders.lines == (LineEdit(0, 39, b"Subject: [free money]\r\n"),)
    assert found.orders.told[1] == "no IGNORE, the line is encoded, by table line 1, body: a worm is here"
