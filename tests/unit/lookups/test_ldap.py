"""Only a search that ended well and found nothing says that there is no mailbox; all else is doubt, with its type."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sansldap import BindRequest, ExtendedOperations, ExtendedRequest, LDAPMessage, LDAPServer, SearchRequest
from sansldap import LDAPResultCode as Code

from gatekeeper.config.directory import Directory
from gatekeeper.lookups import ldap_server
from gatekeeper.lookups.ldap import Ldap, primary
from gatekeeper.lookups.mailboxes import Said
from gatekeeper.values import Absent, Exceeded, Failed, Found, Refused, TimedOut
from tests.servers.ldap import Book, directory

KIM = "kim@example.org"
PEOPLE = {KIM: KIM, "k.lee@example.org": KIM, "lee@example.org": "lee@example.org"}


def settings(*urls: str, **changed: Any) -> Directory:
    return Directory(
        **{"servers": list(urls), "starttls": False, "search_base": "dc=example", "timeout": 10.0, **changed}
    )


def find(answer: Callable[[LDAPServer, LDAPMessage], bytes | None], *addresses: str, **changed: Any) -> list[Said]:
    """What is said of these, one after the other."""

    async def ask() -> list[Said]:
        async with directory(answer) as server:
            ldap = Ldap(settings(server.url, **changed))
            said = [await ldap.find(address) for address in addresses]
            ldap.close()
            return said

    return asyncio.run(ask())


def test_the_mailbox_that_owns_an_address_is_found_and_nothing_is_found_where_none_does() -> None:
    found = find(Book(PEOPLE), KIM, "k.lee@example.org", "nobody@example.org")
    assert [said.answer for said in found] == [Found((KIM,)), Found((KIM,)), Absent()]
    assert all(said.server.startswith("ldap://127.0.0.1:") for said in found)


def test_one_session_serves_all_questions() -> None:
    async def ask() -> None:
        async with directory(Book(PEOPLE)) as server:
            ldap = Ldap(settings(server.url))
            said = await asyncio.gather(*(ldap.find(address) for address in [*PEOPLE, *map(str, range(200))]))
            assert [one.answer for one in said[:3]] == [Found((owner,)) for owner in PEOPLE.values()]
            assert {type(one.answer) for one in said[3:]} == {Absent}
            assert server.sessions == 1
            ldap.close()

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (Code.TIME_LIMIT_EXCEEDED, TimedOut),
        (Code.SIZE_LIMIT_EXCEEDED, Exceeded),
        (Code.ADMIN_LIMIT_EXCEEDED, Exceeded),
        (Code.INSUFFICIENT_ACCESS_RIGHTS, Refused),
        (Code.OPERATIONS_ERROR, Refused),
        (Code.UNWILLING_TO_PERFORM, Refused),
        (Code.NO_SUCH_OBJECT, Failed),
        (Code.BUSY, Failed),
        (Code.OTHER, Failed),
        (Code(4711), Failed),
    ],
)
def test_a_search_that_does_not_end_well_is_never_an_absence(code: Code, answer: type) -> None:
    (said,) = find(Book(PEOPLE, done=code), "nobody@example.org")
    assert type(said.answer) is answer
    assert said.answer.why.startswith("search: ")
    assert said.server == ""


@pytest.mark.parametrize("code", [Code.TIME_LIMIT_EXCEEDED, Code.SIZE_LIMIT_EXCEEDED, Code.ADMIN_LIMIT_EXCEEDED])
def test_what_was_found_before_a_limit_exists_but_who_owns_it_is_not_sure(code: Code) -> None:
    (said,) = find(Book(PEOPLE, done=code), KIM)
    assert said.answer == Found()


@pytest.mark.parametrize(
    "code", [Code.INVALID_CREDENTIALS, Code.STRONG_AUTH_REQUIRED, Code.INAPPROPRIATE_AUTHENTICATION]
)
def test_a_bind_that_fails_is_a_refusal_and_is_not_tried_again_at_once(code: Code) -> None:
    book = Book(PEOPLE, bind=code)
    said = find(book, KIM, "lee@example.org", "nobody@example.org")
    assert [type(one.answer) for one in said] == [Refused] * 3
    assert "52e" in said[0].answer.why
    assert "\n" not in said[0].answer.why
    assert len(book.requests) == 1


def test_to_an_account_that_may_see_nothing_nobody_is_absent() -> None:
    (said,) = find(Book({}), "nobody@example.org")
    assert said.answer == Refused("it shows us nothing that (proxyAddresses=smtp:%s) could find")


def test_a_referral_is_not_followed_and_is_no_absence() -> None:
    (said,) = find(Book(PEOPLE, done=Code.REFERRAL, referral=("ldap://192.0.2.1/dc=child",)), "nobody@example.org")
    assert said.answer == Failed("search: referral to ldap://192.0.2.1/dc=child: so it is")


def test_what_may_be_on_another_server_is_no_absence_here() -> None:
    there = Book(PEOPLE, references=("ldap://child.example.org/DC=child,DC=example,DC=org",))
    found, absent = find(there, KIM, "nobody@example.org")
    assert found.answer == Found((KIM,))
    assert isinstance(absent.answer, Failed)
    assert "ldap://child.example.org/DC=child" in absent.answer.why


def test_the_partitions_of_active_directory_hold_no_mailboxes() -> None:
    parts = ("DC=ForestDnsZones,DC=example", "DC=DomainDnsZones,DC=example", "CN=Configuration,DC=example")
    (said,) = find(Book(PEOPLE, references=tuple(f"ldap://example.org/{part}" for part in parts)), "nobody@example.org")
    assert said.answer == Absent()


def test_two_mailboxes_with_one_address_are_nobodys_in_particular() -> None:
    book = Book({"a@example.org": f"{KIM} lee@example.org", "b@example.org": f"{KIM} {KIM}"})
    both, same = find(book, "a@example.org", "b@example.org")
    assert both.answer == Found()
    assert same.answer == Found((KIM,))


def test_an_entry_that_does_not_say_its_own_address_exists_all_the_same() -> None:
    (said,) = find(Book({**PEOPLE, "odd@example.org": ""}), "odd@example.org")
    assert said.answer == Found()


def test_octets_that_are_no_text_are_in_no_directory() -> None:
    book = Book(PEOPLE)
    (said,) = find(book, "k\udcedm@example.org")
    assert said.answer == Absent()
    assert book.requests == []


@pytest.mark.parametrize(
    "nonsense",
    [
        b"220 mail.example.org ESMTP\r\n",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x0c\x02\x01\x63\x65\x07\x0a\x01\x00\x04\x00\x04\x00",  # an answer to what was never asked
        b"\x30\x05\x02\x01\x01\x7f\x00",
        b"\x00" * 100,
    ],
)
def test_nonsense_is_a_failure(nonsense: bytes) -> None:
    (said,) = find(lambda machine, request: nonsense, KIM, timeout=0.2)
    assert isinstance(said.answer, Failed | TimedOut)


def test_an_endless_message_is_cut_off() -> None:
    (said,) = find(lambda machine, request: b"\x30\x84\x7f\xff\xff\xff" + b"\x04" * 1_100_000, KIM)
    assert said.answer == Exceeded("more than 1000000 octets to one question")


def test_endless_entries_are_cut_off() -> None:
    def endless(machine: LDAPServer, request: LDAPMessage) -> bytes | None:
        if isinstance(request, BindRequest):
            return book(machine, request)
        for _ in range(1100):
            machine.search_result_entry(request.message_id, "cn=x" * 250, [])
        return None

    book = Book(PEOPLE)
    (said,) = find(endless, KIM)
    assert said.answer == Exceeded("more than 1000000 octets to one question")


def test_long_answers_to_many_questions_are_no_endless_one() -> None:
    def wordy(machine: LDAPServer, request: LDAPMessage) -> bytes | None:
        if isinstance(request, SearchRequest):
            machine.search_result_entry(request.message_id, "cn=" + 150_000 * "x", [])
        return book(machine, request)

    async def ask() -> None:
        async with directory(wordy) as server:
            ldap = Ldap(settings(server.url))
            assert [(await ldap.find(KIM)).answer for _ in range(10)] == [Found()] * 10
            assert server.sessions == 1
            ldap.close()

    book = Book(PEOPLE)
    asyncio.run(ask())


def test_a_server_that_says_goodbye_is_asked_anew() -> None:
    def leaving(machine: LDAPServer, request: LDAPMessage) -> bytes | None:
        if book.asked()[-1:] != [KIM]:
            return book(machine, request)
        book.requests.clear()
        machine._outstanding_requests.add(0)
        machine.extended_response(0, ExtendedOperations.LDAP_NOTICE_OF_DISCONNECTION, result_code=Code.UNAVAILABLE)
        return None

    book = Book(PEOPLE)
    assert [said.answer for said in find(leaving, KIM, KIM, KIM)] == [Found((KIM,))] * 3


def test_a_server_that_always_says_goodbye_has_failed() -> None:
    def leaving(machine: LDAPServer, request: LDAPMessage) -> bytes | None:
        book(machine, request)
        said = machine.data_to_send()
        if not book.asked():
            return said
        machine._outstanding_requests.add(0)
        machine.extended_response(0, ExtendedOperations.LDAP_NOTICE_OF_DISCONNECTION, result_code=Code.UNAVAILABLE)
        return None

    book = Book(PEOPLE)
    for said in find(leaving, KIM, KIM):
        assert isinstance(said.answer, Failed)
        assert "NoticeOfDisconnect" in said.answer.why


# silence


async def timed(asking: Awaitable[Said]) -> tuple[Said, float]:
    begun = time.monotonic()
    return await asking, time.monotonic() - begun


def test_a_silent_server_costs_the_deadline_once_and_then_nothing() -> None:
    async def ask() -> None:
        book = Book(PEOPLE, silent=True)
        async with directory(book) as server:
            ldap = Ldap(settings(server.url, timeout=0.2))
            first, took = await timed(ldap.find(KIM))
            assert isinstance(first.answer, TimedOut)
            assert took >= 0.19
            await asyncio.sleep(0.05)  # the session that was being opened has failed too
            requests = len(book.requests)
            second, took = await timed(ldap.find(KIM))
            assert isinstance(second.answer, TimedOut)
            assert len(book.requests) == requests
            ldap.close()

    asyncio.run(ask())


def test_after_its_rest_one_question_tries_a_server_and_others_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldap_server, "PAUSE", 0.05)

    async def ask() -> None:
        book = Book(PEOPLE, silent=True)
        async with directory(book) as server:
            ldap = Ldap(settings(server.url, timeout=0.1))
            assert isinstance((await ldap.find(KIM)).answer, TimedOut)
            await asyncio.sleep(0.1)
            trying = asyncio.ensure_future(ldap.find(KIM))
            await asyncio.sleep(0.01)
            begun = asyncio.get_running_loop().time()
            assert isinstance((await ldap.find("lee@example.org")).answer, TimedOut)
            assert asyncio.get_running_loop().time() - begun < 0.05
            await trying
            book.silent = False
            await asyncio.sleep(0.15)
            assert (await ldap.find(KIM)).answer == Found((KIM,))
            ldap.close()

    asyncio.run(ask())


def test_a_session_that_is_old_is_replaced_and_its_questions_end_well(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        async with directory(Book(PEOPLE)) as server:
            ldap = Ldap(settings(server.url))
            assert (await ldap.find(KIM)).answer == Found((KIM,))
            monkeypatch.setattr(ldap_server, "_OLDEST", 0.0)
            assert (await ldap.find(KIM)).answer == Found((KIM,))
            assert server.sessions == 2
            ldap.close()

    asyncio.run(ask())


def test_a_search_that_hangs_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(machine: LDAPServer, request: LDAPMessage) -> bytes | None:
        book(machine, request)
        said = machine.data_to_send()
        return b"" if book.asked()[-1:] == ["lee@example.org"] else said

    book = Book(PEOPLE)

    async def ask() -> None:
        async with directory(slow) as server:
            ldap = Ldap(settings(server.url, timeout=0.3))
            assert (await ldap.find(KIM)).answer == Found((KIM,))
            hanging = asyncio.ensure_future(ldap.find("lee@example.org"))
            await asyncio.sleep(0.01)
            assert (await ldap.find("k.lee@example.org")).answer == Found((KIM,))
            assert isinstance((await hanging).answer, TimedOut)
            assert (await ldap.find(KIM)).answer == Found((KIM,))
            assert server.sessions == 2
            ldap.close()

    asyncio.run(ask())


# several servers


def test_the_next_server_is_asked_when_one_fails_and_the_first_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldap_server, "PAUSE", 0.1)

    async def ask() -> None:
        first, second = Book(PEOPLE, silent=True), Book(PEOPLE)
        async with directory(first) as one, directory(second) as other:
            ldap = Ldap(settings("ldap://127.0.0.1:9", one.url, other.url, timeout=0.6))
            assert await ldap.find(KIM) == Said(Found((KIM,)), other.url)
            first.silent = False
            await asyncio.sleep(0.5)
            assert await ldap.find(KIM) == Said(Found((KIM,)), one.url)
            ldap.close()

    asyncio.run(ask())


def test_no_server_at_all_is_a_failure() -> None:
    assert isinstance(asyncio.run(Ldap(settings()).find(KIM)).answer, Failed)
    closed = asyncio.run(Ldap(settings("ldap://127.0.0.1:9")).find(KIM)).answer
    assert isinstance(closed, Failed)


# the account


def test_the_password_is_read_from_its_file_and_stands_in_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("open sesame\n")
    book = Book(PEOPLE)
    find(book, KIM, bind_dn="gatekeeper@example.org", password_file=str(file))
    bind = book.requests[0]
    assert isinstance(bind, BindRequest)
    assert bind.name == "gatekeeper@example.org"
    assert bind.authentication.password == "open sesame"


@pytest.mark.parametrize("content", ["", "\n", None])
def test_a_name_without_a_password_is_never_sent(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_text(content)
    book = Book(PEOPLE)
    (said,) = find(book, KIM, bind_dn="cn=gatekeeper", password_file=str(file))
    assert isinstance(said.answer, Refused if content is not None else Failed)
    assert str(file) in said.answer.why
    assert book.requests == []


def test_nothing_is_said_in_clear_to_a_server_that_cannot_encrypt() -> None:
    book = Book(PEOPLE)
    (said,) = find(book, KIM, starttls=True)
    assert isinstance(said.answer, Failed)
    assert said.answer.why.startswith("StartTLS: unavailable")
    assert [type(request) for request in book.requests] == [ExtendedRequest]


# the mailbox's own address


@pytest.mark.parametrize(
    ("values", "owner"),
    [
        (["smtp:alias@example.org", "SMTP:Kim@Example.org", "x500:/o=E", "SIP:kim@example.org"], KIM),
        (["kim@example.org"], KIM),
        (["lee@example.org", "kim@example.org"], KIM),
        (["smtp:alias@example.org"], ""),
        (["SMTP:not an address"], ""),
        (["SMTP:kim@\x1b[2Jexample.org"], ""),
        ([f"SMTP:{'k' * 600}@example.org"], ""),
        ([], ""),
    ],
)
def test_the_primary_address(values: list[str], owner: str) -> None:
    assert primary(values) == owner
