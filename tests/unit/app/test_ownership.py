"""Whose an address is: what was added is left out, and the directory's word holds; where nobody can say, its own."""

import time
from pathlib import Path

import pytest

from gatekeeper.app import state
from gatekeeper.app.learning import Learning
from gatekeeper.app.ownership import Ownership
from gatekeeper.app.teaching import Became, Teaching
from gatekeeper.config.directory import Directory
from gatekeeper.config.schema import Config, Domain, Gateway
from gatekeeper.stores.passed import Passed
from gatekeeper.values import Label
from tests.servers.slapd import BASE, READER, Slapd, mailbox
from tests.unit.app.test_teaching import ORIGINAL, OTHER, arrived, forwarded, let_through, teach

KIM, ALIAS, LEE = "kim@example.org", "k.lee@example.org", "lee@example.org"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """With a directory where nobody answers."""
    return Config(
        gateway=Gateway(state=str(tmp_path)),
        domains={"Example.org": Domain(verify="ldap", delimiter="+"), "other.org": Domain(delimiter="-")},
        directory=Directory(servers=["ldap://127.0.0.1:9"], search_base=BASE, timeout=0.5),
    )


def remember(config: Config, **owners: str) -> None:
    """What the gateway was told two hours ago."""
    kept = state.owners(config)
    for local, owner in owners.items():
        kept.keep(f"{local}@example.org", owner, time.time() - 7200)
    kept.close()


def test_what_the_gateway_was_told_is_known_without_a_directory(config: Config) -> None:
    remember(config, **{"k.lee": KIM, "kim": KIM, "odd": ""})
    written = [" <K.Lee@EXAMPLE.org>", '"kim"@example.org.', "k.lee+news@example.org", "odd@example.org"]
    assert Ownership(config).mailboxes(written) == [KIM, KIM, KIM, "odd@example.org"]


def test_where_nobody_can_say_an_address_is_a_mailbox_of_its_own(config: Config, tmp_path: Path) -> None:
    ownership = Ownership(config)
    assert ownership.mailboxes(["Kim+x@example.org", "a-b@other.org", "a-b@far.org", "root"]) == [
        KIM,
        "a@other.org",
        "a-b@far.org",
        "root",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_wrongly_set_up_is_not_asked(config: Config, tmp_path: Path) -> None:
    remember(config, **{"k.lee": KIM})
    wrong = Directory(servers=["ldap://127.0.0.1:9"], password_file=str(tmp_path / "absent"), bind_dn="cn=x")
    assert Ownership(Config(gateway=config.gateway, domains=config.domains, directory=wrong)).mailbox(ALIAS) == ALIAS


def teaching(config: Config) -> Teaching:
    return Teaching.of(config, Learning(state.classifier(config)))


def test_who_writes_by_an_alias_teaches_what_their_mailbox_got(config: Config) -> None:
    passed = Passed(state.classifier(config) / "passed.db")
    to_primary, to_alias = let_through(passed, ORIGINAL, KIM), let_through(passed, OTHER, ALIAS)
    first, second = arrived(ORIGINAL, to_primary), arrived(OTHER, to_alias)
    assert teach(teaching(config), first, Label.SPAM, ALIAS)[0].became is Became.NOT_THEIRS
    remember(config, **{"k.lee": KIM, "kim": KIM, "lee": LEE})
    assert teach(teaching(config), first, Label.SPAM, ALIAS)[0].became is Became.LEARNT
    assert teach(teaching(config), second, Label.HAM, KIM)[0].became is Became.LEARNT
    assert teach(teaching(config), first, Label.SPAM, LEE)[0].became is Became.NOT_THEIRS
    events = teaching(config).learning.training.find(source="mail", teacher=KIM)
    assert len(list(events)) == 2


def test_what_the_teacher_wrote_by_an_alias_is_refused(config: Config) -> None:
    remember(config, **{"k.lee": KIM, "kim": KIM})
    letter = b"From: Kim <k.lee@example.org>\r\nSubject: spam\r\n\r\nplease look at this\r\n"
    assert teach(teaching(config), letter, Label.SPAM, KIM)[0].became is Became.WRITTEN
    assert teach(teaching(config), forwarded(ORIGINAL), Label.SPAM, KIM)[0].became is Became.LEARNT


def test_the_directory_itself_says_whose_an_alias_is(config: Config) -> None:
    with Slapd() as slapd:
        slapd.add(mailbox("kim", [ALIAS]), mailbox("lee"))
        asked = Directory(
            servers=[slapd.url],
            ca_file=str(slapd.ca),
            bind_dn=READER,
            password_file=str(slapd.password),
            search_base=BASE,
        )
        ownership = Ownership(Config(gateway=config.gateway, domains=config.domains, directory=asked))
        assert ownership.mailboxes([ALIAS, KIM, LEE, "k.lee+x@example.org"]) == [KIM, KIM, LEE, KIM]
        before = slapd.searches()
        assert ownership.mailbox(ALIAS) == KIM
        assert slapd.searches() == before
