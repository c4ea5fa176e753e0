import asyncio

import pytest

from gatekeeper.lookups.directory import Directory
from gatekeeper.tables import RecipientList
from gatekeeper.values import Absent, Failed, Found, Recipient

VERIFY = {"listed.example": "list", "asked.example": "callout", "open.example": "none", "lost.example": "list"}
LISTS = {"listed.example": {"user@listed.example"}}


def test_a_list_says_yes_and_no_at_once() -> None:
    directory = Directory(VERIFY, LISTS)
    assert directory.known(Recipient("user@listed.example")) == Found()
    assert directory.known(Recipient("nobody@listed.example")) == Absent()


def test_a_domain_without_verification_takes_all() -> None:
    directory = Directory(VERIFY, LISTS)
    assert directory.known(Recipient("any@open.example")) == Found()
    assert directory.known(Recipient("any@elsewhere.example")) == Found()


def test_a_missing_list_is_a_failure_not_a_no() -> None:
    assert isinstance(Directory(VERIFY, LISTS).known(Recipient("u@lost.example")), Failed)


def test_a_callout_is_made_only_when_asked_for() -> None:
    asked = []

    async def callout(address: str):
        asked.append(address)
        return Absent()

    directory = Directory(VERIFY, LISTS, callout)
    assert directory.known(Recipient("u@asked.example")) is None
    assert asyncio.run(directory.answer(Recipient("u@asked.example"))) == Absent()
    assert asked == ["u@asked.example"]


def test_without_next_hops_a_callout_is_a_failure() -> None:
    assert isinstance(asyncio.run(Directory(VERIFY, LISTS).answer(Recipient("u@asked.example"))), Failed)


class Ldap:
    """Knows some addresses at once, finds others, and fails for the rest."""

    def __init__(self, known=(), found=()) -> None:
        self.there, self.found, self.asked = known, found, []

    def known(self, address):
        return Found((address,)) if address in self.there else None

    async def answer(self, address):
        self.asked.append(address)
        return Found((address,)) if address in self.found else Absent()


def by_ldap(ldap, delimiters=None):
    return Directory({"ldap.example": "ldap"}, {}, None, ldap, delimiters)


def test_ldap_is_asked_only_for_what_is_not_known() -> None:
    ldap = Ldap(["a@ldap.example"], ["b@ldap.example"])
    directory = by_ldap(ldap)
    assert directory.known(Recipient("a@ldap.example")) == Found(("a@ldap.example",))
    assert directory.known(Recipient("b@ldap.example")) is None
    assert asyncio.run(directory.answer(Recipient("b@ldap.example"))) == Found(("b@ldap.example",))
    assert asyncio.run(directory.answer(Recipient("c@ldap.example"))) == Absent()
    assert ldap.asked == ["b@ldap.example", "c@ldap.example"]
    assert directory.known(Recipient("c@elsewhere.example")) == Found()


def test_a_process_without_ldap_says_so() -> None:
    assert isinstance(by_ldap(None).known(Recipient("a@ldap.example")), Failed)


def test_what_an_owner_added_is_left_out_where_the_domain_says_so() -> None:
    ldap = Ldap(found=["a@ldap.example", "b+c@ldap.example"])
    directory = by_ldap(ldap, {"ldap.example": "+"})
    assert asyncio.run(directory.answer(Recipient("a+news@ldap.example"))) == Found(("a@ldap.example",))
    assert asyncio.run(directory.answer(Recipient("b+c@ldap.example"))) == Found(("b+c@ldap.example",))
    assert ldap.asked == ["a+news@ldap.example", "a@ldap.example", "b+c@ldap.example"]
    assert asyncio.run(directory.answer(Recipient("+x@ldap.example"))) == Absent()
    assert asyncio.run(by_ldap(ldap).answer(Recipient("a+news@ldap.example"))) == Absent()


def test_a_failure_for_one_form_is_not_outweighed_by_another() -> None:
    class Failing(Ldap):
        async def answer(self, address):
            return Failed("down") if "+" in address else Absent()

    directory = by_ldap(Failing(), {"ldap.example": "+"})
    assert asyncio.run(directory.answer(Recipient("a+news@ldap.example"))) == Failed("down")


WRITTEN = ['"A"@ldap.example', "a@LDAP.example.", "@x.test:a@ldap.example", r"\a@ldap.example"]


@pytest.mark.parametrize("written", WRITTEN)
def test_however_an_address_is_written_it_is_verified_and_found(written: str) -> None:
    ldap = Ldap(found=["a@ldap.example"])
    assert by_ldap(ldap).known(Recipient(written)) is None
    assert asyncio.run(by_ldap(ldap).answer(Recipient(written))) == Found(("a@ldap.example",))
    listed = Directory({"ldap.example": "list"}, {"ldap.example": RecipientList.parse("b@ldap.example", "list")})
    assert listed.known(Recipient(written)) == Absent()
