"""Whose digest several people would read: by a directory server of our own, where it is asked at all."""

import asyncio

import pytest

from gatekeeper.app.digest_readers import DigestReaders
from gatekeeper.config.directory import Directory
from gatekeeper.config.schema import Config, Domain
from gatekeeper.config.web import Web
from gatekeeper.web.services import DirectoryError
from tests.servers.ldap import directory
from tests.unit.lookups.test_ldap_people import KIM, TEAM, Answering

PEOPLE = {
    "kim@own.example": [("cn=kim", KIM)],
    "team@own.example": [("cn=team", TEAM)],
    "team+lee@own.example": [("cn=lee", KIM)],
}
VERIFIED = {"Own.example": Domain(verify="ldap", delimiter="+")}


def are_many(
    server: Answering, address: str, *, signs_in: bool = False, domains: dict[str, Domain], timeout: float = 10.0
) -> bool:
    async def run() -> bool:
        async with directory(server) as listening:
            settings = Directory(
                servers=[listening.url], starttls=False, search_base="dc=own", filter="(mail=%s)", timeout=timeout
            )
            config = Config(directory=settings, web=Web(directory=signs_in), domains=domains)
            return await DigestReaders(config).are_many(address)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("address", "many"),
    [
        ("team@own.example", True),
        ("Team@OWN.example", True),
        ("team@own.example.", True),
        ("team+lee@own.example", False),
        ("team+news@own.example", True),
        ("kim@own.example", False),
        ("kim+news@own.example", False),
        ("nobody@own.example", False),
    ],
)
def test_a_list_with_and_without_what_is_added_to_it(address: str, many: bool) -> None:
    assert are_many(Answering(PEOPLE), address, domains=VERIFIED) is many


def test_it_is_asked_where_people_sign_in_by_it_or_the_domain_is_in_it() -> None:
    assert are_many(Answering(PEOPLE), "team@own.example", signs_in=True, domains={})
    server = Answering(PEOPLE)
    assert not are_many(server, "team@own.example", domains={"other.example": Domain(verify="ldap")})
    assert not are_many(server, "team@own.example", domains={"own.example": Domain()})
    assert not server.bound, "nobody asked it"


def test_a_directory_that_does_not_answer_is_doubt() -> None:
    with pytest.raises(DirectoryError):
        are_many(Answering(PEOPLE, silent=True), "kim@own.example", domains=VERIFIED, timeout=0.5)
