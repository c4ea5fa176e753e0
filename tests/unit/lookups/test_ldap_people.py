"""Who signs in by a directory: one entry, its password, and no list; all else is nobody, or doubt."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from sansldap import BindRequest, FilterEquality, LDAPFilter, LDAPMessage, LDAPServer, PartialAttribute, SearchRequest
from sansldap import LDAPResultCode as Code

from gatekeeper.config.directory import Directory
from gatekeeper.lookups.ldap_outcome import NoAnswer
from gatekeeper.lookups.ldap_people import People
from gatekeeper.values import Failed, Failure, Refused, TimedOut
from tests.servers.ldap import directory
from tests.servers.room import LOOPBACK, free_port

T = TypeVar("T")
KIM = {"objectClass": ["top", "user"], "mail": ["Kim@own.example"], "proxyAddresses": ["SMTP:kim@own.example",
       "smtp:Sales@own.example", "X500:/o=Own/cn=kim@own.example", "sip:kim@own.example"]}  # fmt: skip
TEAM = {"objectClass": ["top", "Group"], "mail": ["team@own.example"]}
READER = "cn=reader"


@dataclass
class Answering:
    """A server with these entries by what they are looked for, and these passwords by name; with `blind` it shows us
    nothing at all, `elsewhere` are servers that may know more.
    """

    entries: dict[str, list[tuple[str, dict[str, list[str]]]]]
    passwords: dict[str, str] = field(default_factory=lambda: {"cn=kim": "right", "cn=team": "right"})
    wrong: Code = Code.INVALID_CREDENTIALS
    done: Code = Code.SUCCESS
    silent: bool = False
    blind: bool = False
    elsewhere: tuple[str, ...] = ()
    bound: list[str] = field(default_factory=list)

    def __call__(self, machine: LDAPServer, request: LDAPMessage) -> bytes | None:
        number = request.message_id
        if self.silent:
            return b""
        match request:
            case BindRequest(name=name, authentication=shown):
                self.bound.append(name)
                right = name in ("", READER) or self.passwords.get(name) == getattr(shown, "password", None)
                machine.bind_response(number, result_code=Code.SUCCESS if right else self.wrong)
            case SearchRequest():
                for name, attributes in self._found(request.filter)[: request.size_limit]:
                    parts = [PartialAttribute(k, [v.encode() for v in values]) for k, values in attributes.items()]
                    machine.search_result_entry(number, name, parts)
                for uri in self.elsewhere:
                    machine.search_result_reference(number, [uri])
                machine.search_result_done(number, result_code=self.done)
        return None

    def _found(self, wanted: LDAPFilter) -> list[tuple[str, dict[str, list[str]]]]:
        if self.blind:
            return []
        if isinstance(wanted, FilterEquality):
            return self.entries.get(wanted.value.decode(), [])
        return [*(entry for each in self.entries.values() for entry in each), ("cn=any", {"objectClass": ["top"]})]


def asked(answer: Answering, ask: Callable[[People], Awaitable[T]], *before: str, **changed: Any) -> T:
    """What is said; `before` are servers that are asked first."""

    async def run() -> T:
        async with directory(answer) as server:
            settings = Directory(
                servers=[*before, server.url],
                starttls=False,
                search_base="dc=own",
                filter="(proxyAddresses=%s)",
                timeout=changed.get("timeout", 5.0),
            )
            return await ask(People(settings, "(uid=%s)"))

    return asyncio.run(run())


def sign_in(answer: Answering, name: str = "kim", password: str = "right", *before: str) -> frozenset[str] | None:
    return asked(answer, lambda people: people.sign_in(name, password), *before)


def one(attributes: dict[str, list[str]] = KIM, name: str = "cn=kim") -> Answering:
    return Answering({"kim": [(name, attributes)]})


def test_the_right_password_of_the_one_who_is_found() -> None:
    server = one()
    assert sign_in(server) == {"kim@own.example", "sales@own.example"}
    assert server.bound == ["", "cn=kim"]


@pytest.mark.parametrize("wrong", [Code.INVALID_CREDENTIALS, Code.INAPPROPRIATE_AUTHENTICATION])
def test_a_wrong_password(wrong: Code) -> None:
    server = one()
    server.wrong = wrong
    assert sign_in(server, password="wrong") is None


@pytest.mark.parametrize(("name", "password"), [("", "right"), ("kim", ""), ("kim", "a\0b"), ("kim\udcff", "right")])
def test_what_need_not_be_asked(name: str, password: str) -> None:
    server = one()
    assert sign_in(server, name, password) is None
    assert server.bound in ([], [""])  # nobody's password was tried


def test_nobody_two_and_a_list_are_nobody() -> None:
    assert sign_in(one(), "lee") is None
    twins = Answering({"kim": [("cn=kim", KIM), ("cn=kim2", KIM)]})
    assert sign_in(twins) is None
    assert sign_in(one(TEAM, "cn=team")) is None
    assert sign_in(one(name="")) is None
    assert twins.bound == [""]


def test_who_owns_an_address_and_what_else_is_theirs() -> None:
    server = Answering(
        {"k@own.example": [("cn=kim", {"mail": ["kim@own.example"]})], "team@own.example": [("t", TEAM)]}
    )
    assert asked(server, lambda people: people.mailboxes("k@own.example")) == {"k@own.example", "kim@own.example"}
    assert asked(server, lambda people: people.mailboxes("team@own.example")) == frozenset()
    assert asked(server, lambda people: people.mailboxes("none@own.example")) == frozenset()


def test_whose_a_name_is_needs_no_password() -> None:
    server = one()
    assert asked(server, lambda people: people.mailboxes_of("kim")) == {"kim@own.example", "sales@own.example"}
    assert asked(server, lambda people: people.mailboxes_of("lee")) is None
    assert asked(one(TEAM), lambda people: people.mailboxes_of("kim")) is None
    assert server.bound == ["", ""], "as the reader alone"


@pytest.mark.parametrize(
    ("entries", "shared"),
    [
        ([("cn=kim", KIM)], False),
        ([("cn=team", TEAM)], True),
        ([("cn=team", {"objectClass": ["top", "msExchDynamicDistributionList"]})], True),
        ([("cn=kim", KIM), ("cn=kim2", KIM)], True),
        ([], None),
    ],
)
def test_an_address_of_a_list_or_of_several_is_shared(
    entries: list[tuple[str, dict[str, list[str]]]], shared: bool | None
) -> None:
    server = Answering({"a@own.example": entries})
    assert asked(server, lambda people: people.is_shared("a@own.example")) is shared


@pytest.mark.parametrize(("control", "may"), [("512", True), ("514", False), ("66050", False), ("", True), ("x", True)])
def test_whose_account_is_disabled_is_let_in_no_more(control: str, may: bool) -> None:
    """Active Directory has it in the second bit."""
    server = one({**KIM, "userAccountControl": [control]})
    assert (asked(server, lambda people: people.mailboxes_of("kim")) is not None) is may


QUESTIONS = [
    lambda people: people.sign_in("none", "right"),
    lambda people: people.mailboxes_of("none"),
    lambda people: people.mailboxes("none@own.example"),
    lambda people: people.is_shared("none@own.example"),
]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("changed", "failure"),
    [({"blind": True}, Refused), ({"elsewhere": ("ldap://b.own.example/dc=b,dc=own",)}, Failed)],
)
def test_where_nobody_can_be_seen_or_may_be_elsewhere_nobody_knows(
    changed: dict[str, Any], failure: type[Failure], question: Callable[[People], Awaitable[object]]
) -> None:
    server = one()
    for name, value in changed.items():
        setattr(server, name, value)
    with pytest.raises(NoAnswer) as caught:
        asked(server, question)
    assert isinstance(caught.value.failure, failure)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_other_partitions_of_active_directory_have_nobody(
    question: Callable[[People], Awaitable[object]],
) -> None:
    server = one()
    server.elsewhere = ("ldap://own.example/CN=Configuration,DC=own,DC=example",)
    assert not asked(server, question)


def test_a_server_that_is_not_there_is_passed_over() -> None:
    assert sign_in(one(), "kim", "right", f"ldap://{LOOPBACK}:{free_port()}")


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"done": Code.INSUFFICIENT_ACCESS_RIGHTS}, Refused),
        ({"done": Code.NO_SUCH_OBJECT}, Failed),
        ({"wrong": Code.BUSY, "passwords": {}}, Failed),
        ({"silent": True}, TimedOut),
    ],
)
def test_what_cannot_be_said_is_doubt(changed: dict[str, Any], failure: type[Failure]) -> None:
    server = one()
    for name, value in changed.items():
        setattr(server, name, value)
    with pytest.raises(NoAnswer) as caught:
        asked(server, lambda people: people.sign_in("kim", "right"), timeout=0.5)
    assert isinstance(caught.value.failure, failure)
