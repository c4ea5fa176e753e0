"""Addresses at providers that give them to anybody."""

import pytest

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.free_mail import (
    check_freemail_body,
    check_freemail_from,
    check_freemail_header,
    check_freemail_replyto,
    is_freemail,
)
from tests.unit.spamassassin.evals.cases import AddressList, SomeLink, SomeTexts, case

FREE = {"freemail_domains": "free.test Free.Org *.wild.test wi?d.org not/one"}


def mail(*body: bytes, links: dict[bytes, SomeLink] | None = None, free: bool = True, **fields: bytes) -> Case:
    named = {name.replace("__", ":").replace("_", "-"): value for name, value in fields.items()}
    return case(SomeTexts(named, body=body, links=links or {}), "header", None, **(FREE if free else {}))


@pytest.mark.parametrize(
    ("address", "free"),
    [
        (b"joe@free.test", True),
        (b"joe@free.org", True),
        (b"joe@a.wild.test", True),
        (b"joe@a.b.wild.test", False),
        (b"joe@wild.org", True),
        (b"joe@example.org", False),
        (b"joe@not/one", False),
        (b"support@free.test", False),
        (b"0123abcd.4567cdef@free.test", False),
        (b"a=b=c@free.test", False),
        (b"", False),
    ],
)
def test_persons_at_such_providers(address: bytes, free: bool) -> None:
    assert is_freemail(mail(), address) is free


def test_without_providers_nothing_hits() -> None:
    assert not check_freemail_from(mail(free=False, From__addr=b"joe@free.test"))


def test_spared_addresses_and_domains_do_not_count() -> None:
    spared = case(SomeTexts(), "header", None, **FREE, freemail_welcomelist="ann@free.test free.org")
    assert not is_freemail(spared, b"ann@free.test")
    assert not is_freemail(spared, b"joe@free.org")
    assert is_freemail(spared, b"joe@free.test")


def test_lists_may_be_imported() -> None:
    lists = {"welcomelist_auth": ["*@free.test"]}
    assert is_freemail(case(SomeTexts(), "header", lists, **FREE), b"joe@free.test")
    assert not is_freemail(
        case(SomeTexts(), "header", lists, **FREE, freemail_import_welcomelist_auth="1"), b"joe@free.test"
    )
    assert AddressList({"*@free.test": ()})


def test_authors_and_fields_may_have_to_match() -> None:
    author = mail(From__addr=b"Joe1@Free.test")
    assert check_freemail_from(author)
    assert check_freemail_from(author, r"\d@")
    assert not check_freemail_from(author, r"\d\d@")
    assert check_freemail_header(author, "From", "^joe")
    assert not check_freemail_header(author, "Reply-To")


@pytest.mark.parametrize(
    ("line", "hit"),
    [
        (b"write to joe@free.test today\n", True),
        (b"Joe.Doe@FREE.test.\n", True),
        (b"joe@free.test wrote: x\n", False),
        (b"joe@free.test   tel: 1\n", True),
        (b"<joe@free.test>\n", False),
        (b"mailto:joe@free.test>\n", True),
        (b"http://example.org/joe@free.test\n", False),
        (b"joe@free.testing\n", False),
        (b"joe@free.test.invalid\n", False),
        (b"..joe..@free.test\n", False),
        (b"a..joe@free.test\n", True),
        (b"x" * 64 + b"@free.test\n", True),
        (b"x" * 65 + b"@free.test\n", False),
        (b"x" * 70 + b".joe@free.test\n", True),
        (b"@free.test joe@\n", False),
        (b"@" * 100_000 + b"\n", False),
    ],
)
def test_addresses_in_the_text(line: bytes, hit: bool) -> None:
    assert check_freemail_body(mail(b"Subject\n", line)) is hit


def test_addresses_in_links_and_how_many_are_too_many() -> None:
    links = {b"mailto:joe@free.test?subject=x": SomeLink(frozenset({"a"}))}
    assert check_freemail_body(mail(links=links))
    assert not check_freemail_body(mail(links={b"mailto:joe@free.test": SomeLink(frozenset({"a", "parsed"}))}))
    assert check_freemail_body(mail(b"joe@free.test", *[b"a%d@example.org" % place for place in range(3)]))
    assert not check_freemail_body(mail(b"joe@free.test", *[b"a%d@example.org" % place for place in range(4)]))
    assert not check_freemail_body(mail(b"a@free.test b@free.test c@free.test"))
    assert check_freemail_body(mail(b"joe@free.test"), "^joe")
    assert not check_freemail_body(mail(b"joe@free.test"), "^ann")


@pytest.mark.parametrize(
    ("author", "answer", "body", "what", "hit"),
    [
        (b"joe@free.test", b"ann@free.test", b"", "replyto", True),
        (b"joe@free.test", b"Joe@free.test", b"", "replyto", False),
        (b"joe@example.org", b"ann@free.test", b"bob@free.test", "replyto", True),
        (b"joe@example.org", b"ann@free.test", b"ann@free.test", "replyto", False),
        (b"joe@free.test", b"", b"bob@free.test", "replyto", False),
        (b"joe@free.test", b"", b"bob@free.test", "reply", True),
        (b"joe@free.test", b"ann@example.org", b"bob@free.test", "reply", False),
        (b"joe@example.org", b"", b"bob@free.test", "reply", False),
        (b"joe@example.org", b"ann@free.test", b"bob@free.test", "reply", False),
        (b"joe@free.test", b"joe@free.test", b"bob@free.test", "reply", True),
        (b"joe@free.test", b"ann@free.test", b"", "nonsense", False),
    ],
)
def test_an_answer_goes_to_another_such_address(
    author: bytes, answer: bytes, body: bytes, what: str, hit: bool
) -> None:
    fields = {"From__addr": author, **({"Reply_To__addr": answer} if answer else {})}
    assert check_freemail_replyto(mail(body, **fields), what) is hit
    assert not check_freemail_replyto(mail(body, EnvelopeFrom=b"bounce-1@lists.test", **fields), what)


def test_what_was_not_read_is_gone_from_the_body_afterwards() -> None:
    message = mail(b"Subject\n", b"joe@free.test wrote: see http://example.org/a@b now\n")
    assert message.texts.body == message.texts.body
    check_freemail_body(message)
    assert message.texts.body == [b"Subject\n", b"  see   now\n"]


def test_paragraphs_behind_the_40th_address_are_not_read() -> None:
    lines = [b"a%d@example.org\n" % place for place in range(40)]
    message = mail(*lines, b"<joe@free.test>\n")
    check_freemail_body(message)
    assert message.texts.body[-1] == b"<joe@free.test>\n"
