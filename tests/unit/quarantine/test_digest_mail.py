"""The mail: what it says, that it is well formed, and that nothing a stranger wrote does anything in it."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from gatekeeper.quarantine.acts import Act
from gatekeeper.quarantine.digest_mail import LABELS, WHY, DigestMail, Told, written
from gatekeeper.quarantine.digest_token import ACTS
from gatekeeper.quarantine.kinds import Kind

NOW = 1_764_324_000.0
LINKS = [(act, f"https://q.example.org/digest/{act}.{'x' * 120}") for act in (Act.RELEASE, Act.DELETE)]


def told(subject: str = "Offer", sender: str = "ann@out.test", kind: Kind = Kind.SPAM) -> Told:
    return Told(NOW - 3600, sender, subject, kind, LINKS)


def mail(*messages: Told, more: int = 0, recipient: str = "kim@example.org") -> EmailMessage:
    digest = DigestMail(recipient, messages, more, "https://q.example.org/", 7)
    raw = written(digest, "quarantine@example.org", "1.digest@mx.example.org", NOW)
    assert all(line.endswith(b"\r") and len(line) < 999 for line in raw.split(b"\n")[:-1])
    assert raw.isascii()
    return message_from_bytes(raw, policy=default)  # type: ignore[return-value]


def parts(message: EmailMessage) -> tuple[str, str]:
    text, page = message.iter_parts()
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    return text.get_content(), page.get_content()  # type: ignore[attr-defined]


def test_a_program_wrote_it_and_nobody_is_to_answer() -> None:
    found = mail(told())
    assert found.get_content_type() == "multipart/alternative"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["X-Auto-Response-Suppress"] == "All"
    assert found["From"] == "Quarantine <quarantine@example.org>"
    assert found["To"] == "kim@example.org"
    assert found["Message-ID"] == "<1.digest@mx.example.org>"
    assert found["Date"].datetime.timestamp() == NOW
    assert not found.defects


def test_it_says_how_many_are_held_and_how_many_it_does_not_list() -> None:
    found = mail(told("One"), told("Two"), more=40)
    assert found["Subject"] == "42 messages held for you"
    for said in parts(found):
        assert "42 messages for kim@example.org" in said
        assert "And 40 more" in said
        assert said.index("One") < said.index("Two")
    assert mail(told())["Subject"] == "1 message held for you"
    assert all("more" not in said for said in parts(mail(told())))


def test_text_and_page_have_the_same_links_and_the_reason() -> None:
    text, page = parts(mail(told(kind=Kind.ATTACHMENT)))
    links = [node.attributes["href"] for node in LexborHTMLParser(page).css("a")]
    assert links == [*(url for _, url in LINKS), "https://q.example.org/"]
    assert all(url in text for _, url in LINKS)
    assert WHY[Kind.ATTACHMENT] in text
    assert WHY[Kind.ATTACHMENT] in page
    assert LABELS.keys() == set(ACTS)
    assert WHY.keys() == set(Kind)


def test_where_nothing_can_be_done_nothing_is_said_of_links() -> None:
    bare = Told(NOW, "ann@out.test", "Offer", Kind.POLICY)
    assert all(
        "link" not in said.partition("</style>")[2] + said.partition("</style>")[0] for said in parts(mail(bare))[:1]
    )


def test_nothing_is_fetched_and_nothing_runs() -> None:
    _, page = parts(mail(told()))
    tree = LexborHTMLParser(page)
    assert not tree.css("img, script, link, iframe, form, object, base")
    assert "url(" not in page
    assert "@import" not in page


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><script>x</script>",
    "\r\nBcc: all@example.org\r\n\r\nnew body",
    "{title} {0} %s {{7*7}}",
    "=?utf-8?q?=3Cscript=3E?=",
    "javascript:alert(1)",
    "\u202egpj.exe\u200b\x00\x1b[31m",
    "\ud800 lone",
    "\u2028line",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["subject", "sender"])
def test_what_a_stranger_wrote_is_shown_and_does_nothing(text: str, place: str) -> None:
    found = mail(told(**{place: text}))
    assert found.keys() == mail(told()).keys()
    written_text, page = parts(found)
    tree = LexborHTMLParser(page)
    assert [node.tag for node in tree.root.traverse()] == [  # type: ignore[union-attr]
        node.tag
        for node in LexborHTMLParser(parts(mail(told()))[1]).root.traverse()  # type: ignore[union-attr]
    ]
    visible = tree.body.text()  # type: ignore[union-attr]
    for said in (written_text, visible):
        assert not any(letter in said for letter in "\u202e\u200b\x00\x1b\u2028")
    assert len(written_text.splitlines()) == len(parts(mail(told()))[0].splitlines())


def test_long_ones_are_shortened_and_empty_ones_are_told_as_such() -> None:
    text, page = parts(mail(told("a" * 100_000, "b" * 100_000)))
    assert "a" * 89 + "…" in text
    assert len(text) < 1500
    assert len(page) < 8000
    text, _ = parts(mail(told("", "")))
    assert "(no subject)" in text
    assert "no sender" in text


@pytest.mark.parametrize(
    "recipient", ['"kim lee"@example.org', "kím@example.org", '"a\\"b"@example.org', "kim@[192.0.2.1]"]
)
def test_an_address_that_fields_do_not_take_stands_in_the_text_alone(recipient: str) -> None:
    found = mail(told(), recipient=recipient)
    assert found["To"] == "undisclosed-recipients:;"
    assert not found.defects
    assert all(recipient in said.replace("&#34;", '"').replace("&quot;", '"') for said in parts(found)[:1])


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(Kind))
def test_it_is_a_sound_message_whatever_is_held(subject: str, sender: str, kind: Kind) -> None:
    found = mail(told(subject, sender, kind))
    text, page = parts(found)
    assert text.count("https://") == page.count('href="https://') == 3
