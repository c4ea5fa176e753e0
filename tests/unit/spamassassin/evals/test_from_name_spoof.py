"""An address in the name of the author."""

import pytest

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.from_name_spoof import (
    check_fromname_contains_email,
    check_fromname_different,
    check_fromname_domain_differ,
    check_fromname_equals_replyto,
    check_fromname_equals_to,
    check_fromname_owners_differ,
    check_fromname_spoof,
)
from tests.unit.spamassassin.evals.cases import SomeTexts, case


def mail(name: bytes, author: bytes = b"joe@spam.com", fields: dict[str, bytes] | None = None, **lines: str) -> Case:
    return case(SomeTexts({"From:name": name, "From:addr": author, **(fields or {})}), "header", None, **lines)


@pytest.mark.parametrize(
    ("name", "author", "levels"),
    [
        (b"Boss boss@bank.com", b"joe@spam.com", (True, True, True)),
        (b"Boss@Bank.com", b"joe@mail.bank.com", (True, False, False)),
        (b"boss@bank.org", b"joe@bank.com", (True, False, True)),
        (b"joe@spam.com", b"Joe@spam.com", (False, False, False)),
        (b"Boss", b"joe@spam.com", (False, False, False)),
        (b"boss@bank.com.", b"joe@spam.com", (False, False, False)),
        (b"boss@bank.invalid", b"joe@spam.com", (False, False, False)),
        (b"boss@bank.com", b"joe@spam.invalid", (False, False, False)),
        (b"x" * 48 + b" boss@bank.com", b"joe@spam.com", (True, True, True)),
        (b"x" * 49 + b" boss@bank.com", b"joe@spam.com", (False, False, False)),
    ],
)
def test_address_owner_and_domain_differ(name: bytes, author: bytes, levels: tuple[bool, ...]) -> None:
    assert tuple(check_fromname_spoof(mail(name, author), level) for level in "012") == levels
    assert check_fromname_spoof(mail(name, author)) is levels[1]
    assert check_fromname_spoof(mail(name, author, fns_check="2")) is levels[2]


def test_each_fact_alone() -> None:
    spoof = mail(b"boss@bank.com")
    assert check_fromname_contains_email(spoof)
    assert check_fromname_contains_email(mail(b"x" * 60 + b" boss@bank.com"))
    assert not check_fromname_contains_email(mail(b"Boss"))
    assert check_fromname_different(spoof)
    assert check_fromname_domain_differ(spoof)
    assert check_fromname_owners_differ(spoof)
    assert not check_fromname_different(mail(b"joe@spam.com"))


def test_it_may_be_the_recipients_or_the_one_to_answer() -> None:
    assert check_fromname_equals_to(mail(b"boss@bank.com", fields={"To:addr": b"boss@bank.com"}))
    assert not check_fromname_equals_to(mail(b"boss@bank.com", fields={"To:addr": b"ann@bank.com"}))
    assert check_fromname_equals_replyto(mail(b"boss@bank.com", fields={"Reply-To:addr": b"Boss@bank.com"}))
    assert not check_fromname_equals_replyto(mail(b"boss@bank.com"))


def test_lists_say_who_owns_what_and_fields_spare_a_message() -> None:
    owners = {"fns_add_addrlist": "(BANK) *@bank.com\n(Bank) *@spam.com"}
    assert not check_fromname_owners_differ(mail(b"boss@bank.com", **owners))
    assert check_fromname_owners_differ(mail(b"boss@other.com", **owners))
    spared = {"List-Id": b"<a.test>\n"}
    assert not check_fromname_different(mail(b"boss@bank.com", fields=spared, fns_ignore_headers="List-Id"))
    assert check_fromname_different(mail(b"boss@bank.com", fields=spared))
