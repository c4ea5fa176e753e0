import pytest

from gatekeeper.tables.procmail import Call, Place
from gatekeeper.tables.procmail.stand_ins import Opinion, bogofilter, edited, name_of, spamassassin

MAIL = b"From a  x\nX-Spam-Level: *****\nx-bogosity: Spam\n and more\nSubject: hello\n\nbody\n"
SPAM = Opinion(True, 7.25, 5.0, ("dnsbl-listed", "bayes-spam"))


def call(*words: str, filtering: bool = True) -> Call:
    return Call(words, filtering, Place("rc", 1))


def test_spamassassin_says_what_was_found_and_forgets_what_others_said() -> None:
    ran = spamassassin(call("/usr/bin/spamc", "-x"), MAIL, SPAM)
    assert ran.code == 0
    assert b"X-Spam-Flag: YES\nX-Spam-Level: *******\nX-Spam-Status: Yes, score=7.2 required=5.0" in ran.output
    assert b"tests=BAYES_SPAM,DNSBL_LISTED" in ran.output.replace(b"\n\t", b" ").replace(b", ", b",")
    assert ran.output.count(b"X-Spam-Level") == 1
    assert ran.output.startswith(b"From a  x\n")
    assert ran.output.endswith(b"\n\nbody\n")
    assert b"\r" not in ran.output


def test_ham_has_no_flag() -> None:
    output = spamassassin(call("spamassassin"), MAIL, Opinion(False, 0.0, 5.0)).output
    assert b"X-Spam-Status: No, score=0.0 required=5.0 tests=none" in output
    assert b"X-Spam-Flag" not in output
    assert b"X-Spam-Level" not in output


@pytest.mark.parametrize(
    ("words", "code"),
    [(("spamc", "-c"), 1), (("spamc", "-E"), 1), (("spamc",), 0), (("spamassassin", "-e"), 5), (("spamassassin",), 0)],
)
def test_how_it_ends_for_spam(words: tuple[str, ...], code: int) -> None:
    assert spamassassin(call(*words, filtering=False), MAIL, SPAM).code == code
    assert spamassassin(call(*words, filtering=False), MAIL, Opinion(False, 0.0, 5.0)).code == 0


@pytest.mark.parametrize(("status", "tag"), [(0, b"Spam"), (1, b"Ham"), (2, b"Unsure")])
def test_bogofilter(status: int, tag: bytes) -> None:
    ran = bogofilter(call("bogofilter", "-p"), MAIL, status, 0.5)
    assert ran.code == status
    assert b"\nX-Bogosity: %b, tests=bogofilter, spamicity=0.500000, version=" % tag in ran.output
    assert b"and more" not in ran.output
    assert bogofilter(call("bogofilter", "-u", "-ep"), MAIL, status, 0.5).code == 0
    assert bogofilter(call("bogofilter", filtering=False), MAIL, status, 0.5).code == status


def test_what_is_edited() -> None:
    assert edited(call("sed", "-e", "1s/^/F/"), b"rom a\n").output == b"From a\n"
    assert edited(call("sed", "-e", "1s/^/F/"), b"").output == b""
    assert edited(call("/usr/bin/formail", "-zxSubject:"), MAIL).output == b"hello\n"
    assert edited(call("formail", "-s"), MAIL).code == 1
    assert name_of(call("/usr/bin/formail")) == "formail"
