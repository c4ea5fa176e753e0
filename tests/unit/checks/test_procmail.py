"""The recipes that everybody has, and what a gateway makes of where they put a message."""

from dataclasses import replace

import pytest

from gatekeeper.checks.procmail import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.tables.procmail import Programs, Recipes
from gatekeeper.values import (
    Action,
    Answer,
    Band,
    Client,
    Envelope,
    Exited,
    Failed,
    Finding,
    Judged,
    Orders,
    Program,
    Stage,
    TimedOut,
    Words,
)

WHITE_LISTED = """
MAILDIR=/var/mail/company
LOGFILE=$MAILDIR/log

# friends and lists are not looked at
:0
* ! ^From:.*(@partner\\.example|news@lists\\.example)
* ! ^TO_(postmaster|abuse)@
{
  :0fw: spamc.lock
  * < 512000
  | spamc

  :0
  * ^X-Spam-Level: \\*\\*\\*\\*\\*\\*\\*\\*\\*\\*
  /dev/null

  :0:
  * ^X-Spam-Status: Yes
  probably-spam
}

:0:
* ^TO_lists@
lists
"""

SORTING = """
# SpamAssassin sample procmailrc
DROPPRIVS=yes

:0fw: spamassassin.lock
* < 512000
| spamassassin

# a level of 15 or more is almost certainly spam
:0:
* ^X-Spam-Level: \\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*\\*
almost-certainly-spam

:0:
* ^X-Spam-Status: Yes
probably-spam

# Work around procmail bug: any output on stderr will cause the "F" in "From"
# to be dropped.  This will re-add it.
:0
* ^^rom[ ]
{
  LOG="*** Dropped F off From_ header! Fixing up. "

  :0 fhw
  | sed -e '1s/^/F/'
}
"""

WORMS = """
:0 HB
* ^Content-Type: audio/x-(wav|midi)
/dev/null

:0 B
* name=.*\\.(bat|com|exe|pif|scr|vbs|zip)
/dev/null
"""

BOGOFILTER = """
:0fw
| bogofilter -u -e -p

:0e
{ EXITCODE=75 HOST }

:0:
* ^X-Bogosity: Spam, tests=bogofilter
spam

:0:
* ^X-Bogosity: Unsure
unsure
"""

MESSAGE = b"From: ann@client.example\r\nTo: joe@company.example\r\nSubject: hello\r\n\r\nhello\r\n"
PEER = Client("192.0.2.1")


def recipes(text: str) -> Recipes:
    found = Recipes.parse(text, "/etc/procmailrc", lambda _: "")
    assert [problem for problem in found.problems if problem.severity == "error"] == []
    return found


def mail(message: bytes = MESSAGE, score: float = 0.0, *findings: Finding) -> Mail:
    envelope = Envelope("id", "test", PEER, PEER, sender="ann@client.example", recipients=("joe@company.example",))
    found = (Finding("dnsbl-listed", score), *findings) if score else findings
    return Mail(envelope, message=parse(message), findings=found)


def asked(text: str, given: Mail, settings: Settings | None = None) -> list[Finding]:
    """What is found where nothing has to be asked."""
    checks = build(settings or Settings(), Tables(procmail=recipes(text)))
    with pytest.raises(StopIteration) as end:
        next(checks[Stage.LAST](given))
    return end.value.value


def fate(text: str, given: Mail) -> tuple[str, Action | None, str] | None:
    found = [(f.name.removeprefix("procmail-"), f.certain, f.evidence) for f in asked(text, given)]
    return found[0] if found else None


def test_without_recipes_there_is_no_check() -> None:
    assert build(Settings(), Tables()) == {}


@pytest.mark.parametrize(
    ("score", "line", "deed"),
    [(0.0, None, ""), (4.9, None, ""), (5.0, 18, "folder probably-spam"), (9.9, 18, "folder probably-spam")],
)
def test_white_listed(score: float, line: int | None, deed: str) -> None:
    said = fate(WHITE_LISTED, mail(score=score))
    assert said == (line and ("filed", Action.QUARANTINE, f"/etc/procmailrc line {line}: {deed}"))


def test_white_listed_at_ten_stars() -> None:
    assert fate(WHITE_LISTED, mail(score=10.0)) == (
        "discarded",
        Action.DISCARD,
        "/etc/procmailrc line 14: /dev/null",
    )


@pytest.mark.parametrize(
    ("old", "new"), [(b"client", b"friends.partner"), (b"ann@client", b"news@lists"), (b"joe@", b"Abuse@")]
)
def test_who_is_on_the_white_list_is_not_looked_at(old: bytes, new: bytes) -> None:
    friendly = MESSAGE.replace(old, new).replace(b"friends.partner", b"partner")
    assert fate(WHITE_LISTED, mail(friendly, 20.0)) is None


def test_a_large_message_is_not_looked_at() -> None:
    assert fate(WHITE_LISTED, mail(MESSAGE + b"x" * 600_000, 20.0)) is None


def test_behind_the_block_it_goes_on() -> None:
    lists = MESSAGE.replace(b"joe@", b"lists@")
    assert fate(WHITE_LISTED, mail(lists)) == ("filed", Action.QUARANTINE, "/etc/procmailrc line 23: folder lists")


@pytest.mark.parametrize(
    ("score", "folder"), [(4.0, ""), (5.0, "probably"), (14.9, "probably"), (15.0, "almost-certainly")]
)
def test_sorting_rules_of_spamassassin(score: float, folder: str) -> None:
    said = fate(SORTING, mail(score=score))
    assert (said is None) is not bool(folder)
    assert said is None or said[2].endswith(f"folder {folder}-spam")


def test_what_is_worse_than_its_score_is_spam() -> None:
    held = Finding("header-checks-held", certain=Action.QUARANTINE)
    assert fate(SORTING, mail(MESSAGE, 0.0, held)) is not None
    assert fate(SORTING, mail(MESSAGE, 0.0, Finding("odd", certain=Action.TAG))) is None


def test_what_a_sender_writes_in_our_fields_is_not_believed() -> None:
    forged = b"X-Spam-Level: ****************\r\nX-Spam-Status: Yes, score=99\r\n" + MESSAGE
    assert fate(SORTING, mail(forged)) is None


def test_a_domain_says_what_it_takes_for_spam() -> None:
    tables = Tables(procmail=Recipes("rc", recipes(SORTING).statements, required=lambda a: 8.0 if a else 1.0))
    with pytest.raises(StopIteration) as end:
        next(build(Settings(), tables)[Stage.LAST](mail(score=7.9)))
    assert end.value.value == []


def test_of_several_recipients_the_most_patient_counts() -> None:
    patience = {"joe@company.example": 4.0, "kim@other.example": 9.0}
    tables = Tables(procmail=Recipes("rc", recipes(SORTING).statements, required=lambda a: patience.get(a, 5.0)))
    given = mail(score=8.0)
    both = replace(given, envelope=replace(given.envelope, recipients=tuple(patience)))
    for one, found in ((given, 1), (both, 0)):
        with pytest.raises(StopIteration) as end:
            next(build(Settings(), tables)[Stage.LAST](one))
        assert len(end.value.value) == found


@pytest.mark.parametrize(
    ("line", "dropped"),
    [
        (b"Content-Type: audio/x-wav", True),
        (b"Content-Type: audio/X-MIDI; x=y", True),
        (b"Content-Type: audio/midi", False),
        (b'Content-Disposition: attachment; filename="a.PIF"', True),
        (b"Content-Disposition: attachment; filename=a.txt", False),
    ],
)
def test_worms(line: bytes, dropped: bool) -> None:
    worm = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n%b\r\n\r\nx\r\n--b--\r\n" % line
    )
    said = fate(WORMS, mail(worm))
    assert (said is not None and said[:2] == ("discarded", Action.DISCARD)) is dropped


@pytest.mark.parametrize(
    ("band", "folder"),
    [(Band.SPAM, "folder spam"), (Band.UNSURE, "folder unsure"), (Band.HAM, None), (None, "folder unsure")],
)
def test_bogofilter_says_what_was_learnt(band: Band | None, folder: str | None) -> None:
    steps = build(Settings(), Tables(procmail=recipes(BOGOFILTER)))[Stage.LAST](mail())
    (question,) = next(steps)
    assert isinstance(question, Words)
    answer = Judged(0.9, band, 0.987654, 0.0, (1, 1), "m") if band else Failed("nothing is learnt")
    with pytest.raises(StopIteration) as end:
        steps.send({question: answer})
    found = [f.evidence.partition(": ")[2] for f in end.value.value]
    assert found == ([folder] if folder else [])


@pytest.mark.parametrize(
    ("text", "name", "action", "code"),
    [
        ("EXITCODE=67\n:0\n/dev/null\n", "rejected", Action.REJECT, "5.1.1"),
        (":0\n{ EXITCODE=77 HOST }\n", "rejected", Action.REJECT, "5.7.1"),
        (":0\n{ EXITCODE=75 HOST }\n", "deferred", Action.DEFER, "4.7.1"),
        ("EXITCODE=75\n", "deferred", Action.DEFER, "4.7.1"),
        (":0\n{ HOST }\n", "discarded", Action.DISCARD, ""),
        ("DEFAULT=/dev/null\n", "discarded", Action.DISCARD, ""),
        (":0\n$DEFAULT\n", "kept", None, ""),
        (":0\n$ORGMAIL\n", "kept", None, ""),
        ("MAILDIR=/home/joe\nDEFAULT=$MAILDIR/inbox\n:0\ninbox\n", "kept", None, ""),
    ],
)
def test_ends(text: str, name: str, action: Action | None, code: str) -> None:
    (finding,) = asked(text, mail())
    assert (finding.name, finding.certain) == (f"procmail-{name}", action)
    assert (finding.reply.status if finding.reply else "") == code


def test_to_another_address() -> None:
    (finding,) = asked(":0\n! joe@other.example, kim@other.example\n", mail())
    assert (finding.name, finding.certain, finding.score) == ("procmail-forwarded", None, 0.0)
    assert finding.orders == Orders(
        redirect="joe@other.example",
        copies=("kim@other.example",),
        told=("/etc/procmailrc line 1: ! joe@other.example, kim@other.example",),
    )


def test_a_copy_to_another_address() -> None:
    found = asked(":0c\n! joe@other.example\n:0\nhit\n", mail())
    assert [(finding.name, finding.certain) for finding in found] == [
        ("procmail-filed", Action.QUARANTINE),
        ("procmail-copied", None),
    ]
    assert found[1].orders
    assert (found[1].orders.copies, found[1].orders.redirect) == (("joe@other.example",), "")


def ran(text: str, *answers: Answer) -> tuple[list[str], list[Program]]:
    """What is found, by the folder, and what was asked on the way."""
    found = Recipes.parse(text, "/etc/procmailrc", lambda _: "", Programs(("/usr/local/bin/wanted",)))
    assert [problem for problem in found.problems if problem.severity == "error"] == []
    steps = build(Settings(), Tables(procmail=found))[Stage.LAST](mail())
    asked: list[Program] = []
    given = iter(answers)
    try:
        questions = next(steps)
        while True:
            (question,) = questions
            asked.append(question)
            questions = steps.send({question: next(given)})
    except StopIteration as end:
        return [finding.evidence.rpartition(" ")[2] for finding in end.value], asked


@pytest.mark.parametrize("name", ["wanted", "/usr/local/bin/wanted"])
def test_a_listed_program_is_asked(name: str) -> None:
    text = f":0\n* ? {name} -x 'a b'\nhit\n"
    found, asked = ran(text, Exited(0))
    assert found == ["hit"]
    assert [(one.path, one.arguments) for one in asked] == [("/usr/local/bin/wanted", ("-x", "a b"))]
    assert asked[0].data.endswith(b"Subject: hello\n\n")
    assert ran(text, Exited(1))[0] == []
    assert ran(text, TimedOut("10 s"))[0] == []


def test_a_listed_program_filters() -> None:
    text = ":0fw\n| wanted\n:0\n* ^New: yes\nhit\n:0e\nfailed\n"
    assert ran(text, Exited(0, b"New: yes\n\nbody\n"))[0] == ["hit"]
    assert ran(":0fw\n| wanted\n:0e\nfailed\n", Failed("gone"))[0] == ["failed"]


def test_what_a_listed_program_prints() -> None:
    assert ran("X=`wanted`\n:0\nbox-$X\n", Exited(0, b"one\n"))[0] == ["box-one"]
    assert ran(":0\nX=| wanted\n:0\nbox-$X\n", Exited(0, b"one\n"))[0] == ["box-one"]


def test_a_listed_program_gets_a_copy_and_is_not_the_end() -> None:
    assert ran(":0c\n| wanted\n:0\nhit\n", Exited(0))[0] == ["hit"]
    found = Recipes.parse(":0\n| wanted\n", "rc", lambda _: "", Programs(("/usr/local/bin/wanted",)))
    assert ["end of the message" in problem.message for problem in found.problems] == [True]


def test_the_host_is_ours() -> None:
    tables = Tables(
        procmail=Recipes("rc", recipes("HOST=mx.company.example\n:0\nhit\n").statements, hostname="mx.company.example")
    )
    with pytest.raises(StopIteration) as end:
        next(build(Settings(), tables)[Stage.LAST](mail()))
    assert [finding.name for finding in end.value.value] == ["procmail-filed"]


def test_the_sender_and_the_user_are_known() -> None:
    assert fate(":0\n* ^^From ann@client\\.example  [A-Z]\n{ }\n:0A\n* LOGNAME ?? ^^joe^^\nhit\n", mail()) is not None


def test_what_a_message_names_a_folder_is_shown_as_text() -> None:
    odd = MESSAGE.replace(b"hello\r\n\r\n", b"a\x1b[2Jb\xff\r\n\r\n")
    said = fate(':0\n* ^Subject: \\/.*\n"$MATCH"\n', mail(odd))
    assert said is not None
    assert said[2].endswith("folder a?[2Jb?")


@pytest.mark.parametrize(
    ("exhausted", "action"), [("hold", Action.QUARANTINE), ("defer", Action.DEFER), ("tag", Action.TAG)]
)
def test_a_message_that_takes_too_long(exhausted: str, action: Action) -> None:
    settings = Settings(seconds=1e-9, exhausted=exhausted)
    (finding,) = asked(":0B\n* 1^1 e\n{ }\n", mail(), settings)
    assert (finding.name, finding.certain) == ("procmail-unfinished", action)


def test_what_is_in_a_message_is_never_a_program() -> None:
    shell = MESSAGE.replace(b"hello\r\n\r\n", b"? bogofilter\r\n\r\n")
    assert fate(":0\n* ^Subject: \\/.*\n* $ $MATCH\nhit\n", mail(shell)) is None
