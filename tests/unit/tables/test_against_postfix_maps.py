"""Access and transport maps against the real smtpd, trivial-rewrite and postmap, with labels that collide."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from gatekeeper.tables import Hop, LookupTable, Restriction, TransportMap
from gatekeeper.tables.access_action import AccessAction, Subject
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.restriction import Said
from gatekeeper.values import Reply
from tests.servers.postfix_lookups import Lookups
from tests.servers.postmap import Postmap
from tests.servers.room import require_root, room

pytestmark = pytest.mark.system

CHANCE = random.Random(7)
TAKEN = "250 2.1.5 Ok"
RULES = (
    "OK", "DUNNO", "123", "REJECT", "REJECT no", "REJECT 4.7.9 later", "DEFER", "550 5.7.0 nope", "450 busy",
    "REJECT 5.1.1 x", "554 5.1.7 y", "DEFER_IF_PERMIT maybe", "permit", "reject lower", "550", "DISCARD",
)  # fmt: skip


def some_domain(most: int = 3) -> str:
    return ".".join(CHANCE.choice("abc") for _ in range(CHANCE.randint(1, most))) + ".test"


def some_local() -> str:
    return CHANCE.choice(["joe", "jim", "joe+x", "joe+y+z", "jim+", "j.o", "postmaster+x", '"q u"'])


def text_of(table: dict[str, str]) -> str:
    return "".join(f"{key}\t{value}\n" for key, value in table.items())


def restriction(subject: Subject, table: dict[str, str]) -> Restriction:
    return Restriction(subject, (LookupTable.parse(text_of(table), "t"),), "+")


def reply_of(said: list[Said], subject: Subject, about: str) -> str:
    """What the client is told after a search in one map."""
    action: AccessAction | None = next((action for _, action in said), None)
    if action is None or action.word != "REJECT":
        return TAKEN
    return str(action.reply(subject, about.replace('"', "")))


def lookups(maps: dict[str, dict[str, str]]) -> AbstractContextManager[Lookups]:
    require_root()
    return Lookups({name: text_of(table) for name, table in maps.items()})


def test_clients() -> None:
    addresses = ["1.2.3.4", "1.2.3.5", "1.2.9.4", "9.9.9.9", "2001:db8::1", "2001:db8:1::1", "2001:db9::5:0:1"]
    keys = ["1.2.3.4", "1.2.3", "1.2", "9", "2001:db8", "2001:db8:1", "2001:db8:", "2001:db8::1", "2001:db9::5"]
    keys += ["unknown", ".a.test", "test", *(some_domain() for _ in range(10))]
    table = {key: CHANCE.choice(RULES) for key in keys}
    ours = restriction(Subject.CLIENT, table)
    clients = [(CHANCE.choice([some_domain(), some_domain(), ""]), CHANCE.choice(addresses)) for _ in range(80)]
    with lookups({"client_access": table}) as postfix:
        for name, address in clients:
            theirs = postfix.access(name, address, "me.other", "a@b.other", "joe@example.org")
            said = ours.client(name, address, Budget())
            assert reply_of(said, Subject.CLIENT, f"{name or 'unknown'}[{address}]") == theirs, (name, address, table)


def test_helo() -> None:
    keys = ["1.2.3.4", "1.2.3", "[1.2.3.4]", "test", *(some_domain() for _ in range(10))]
    table = {key: CHANCE.choice(RULES) for key in keys}
    ours = restriction(Subject.HELO, table)
    names = [*(some_domain() for _ in range(40)), "1.2.3.4", "[1.2.3.4]", "[1.2.3.5]", "A.TEST", "a.test.", "x"]
    with lookups({"helo_access": table}) as postfix:
        for name in names:
            theirs = postfix.access("", "192.0.2.1", name, "a@b.other", "joe@example.org")
            assert reply_of(ours.helo(name, Budget()), Subject.HELO, name) == theirs, (name, table)


def mailboxes() -> tuple[dict[str, str], list[str]]:
    """Keys and addresses that are near each other."""
    keys = [*(some_domain() for _ in range(6)), *(f"{some_local()}@{some_domain(2)}" for _ in range(12))]
    keys += ["joe@", "joe+x@", "jim+@", "jim@", '"q u"@', "test", ".test", "@a.test"]
    return {key: CHANCE.choice(RULES) for key in keys}, [f"{some_local()}@{some_domain()}" for _ in range(90)]


@pytest.mark.parametrize(
    ("name", "subject", "session"),
    [
        ("sender_access", Subject.SENDER, lambda address: (address, "joe@example.org")),
        ("recipient_access", Subject.RECIPIENT, lambda address: ("a@b.other", address)),
    ],
    ids=["sender", "recipient"],
)
def test_mailboxes(name: str, subject: Subject, session: Callable[[str], tuple[str, str]]) -> None:
    table, addresses = mailboxes()
    table["<>"] = "REJECT null"
    ours = restriction(subject, table)
    if subject is Subject.SENDER:
        addresses.append("")
    with lookups({name: table}) as postfix:
        for address in [*addresses, "JOE@A.Test"]:
            theirs = postfix.access("", "192.0.2.1", "me.other", *session(address))
            assert reply_of(ours.mailbox(address, Budget()), subject, address) == theirs, (address, table)


def test_statuses() -> None:
    """What becomes of a status that is about another kind of address."""
    every = [f"{first}.{kind}.{detail}" for first in "45" for kind in "17" for detail in range(10)] + ["2.1.1", "2.0.0"]
    table = {f"d{status.replace('.', '-')}.test": f"REJECT {status} text" for status in every}
    for name, subject in (("helo_access", Subject.HELO), ("sender_access", Subject.SENDER)):
        ours = restriction(subject, table)
        with lookups({name: table}) as postfix:
            for key, value in table.items():
                about = key if subject is Subject.HELO else f"j@{key}"
                sender = "a@b.other" if subject is Subject.HELO else about
                theirs = postfix.access("", "192.0.2.1", key, sender, "joe@example.org")
                said = ours.helo(key, Budget()) if subject is Subject.HELO else ours.mailbox(about, Budget())
                assert reply_of(said, subject, about) == theirs, value


HOPS = (
    "smtp:[10.0.0.1]", "smtp:[10.0.0.1]:2525", "smtp:host.test:2525", "relay:[x.test], [y.test]:26", "smtp:", "smtp",
    "error:5.1.1 gone", "error:gone", "error:4.2.2 odd", "retry:4.3.2 later", "retry:later", "error:", ":[10.0.0.2]",
    "discard:bye", "smtp:[2001:db8::1]:25",
)  # fmt: skip


def as_postfix(found: Hop | Reply | None, domain: str) -> str:
    """A next hop as Postfix writes it; the default transport is `relay`."""
    if found is None:
        return "none"
    if isinstance(found, Reply):
        return str(found)
    if not found.smtp:
        return "discard"
    return str(found).partition(":")[2]


def test_transports() -> None:
    keys = [some_domain() for _ in range(8)] + [f".{some_domain(2)}" for _ in range(6)]
    keys += [f"{some_local()}@{some_domain(2)}" for _ in range(14)] + [".test"]
    table = {key: CHANCE.choice(HOPS) for key in keys}
    addresses = [f"{some_local()}@{some_domain()}" for _ in range(150)] + ["JOE@A.TEST", "joe@b.c.a.test"]
    for more in ({}, {"*": "smtp:[star]"}):
        ours = TransportMap.of((LookupTable.parse(text_of(table | more), "t"),), "+")
        assert not [problem for problem in ours.problems if problem.severity == "error"]
        with lookups({"transport": table | more}) as postfix:
            for address in addresses:
                _compare(postfix, ours, address)


def _compare(postfix: Lookups, ours: TransportMap, address: str) -> None:
    local, _, domain = address.rpartition("@")
    found = ours.lookup(domain, local)
    transport, hop = postfix.resolve(address)
    if isinstance(found, Reply):
        assert transport in ("error", "retry")
        reply = postfix.access("", "192.0.2.1", "me.other", "a@b.other", address)
        assert str(found).replace('"', "").lower() == reply.lower(), address
    elif found is None:
        assert (transport, hop) == ("relay", "[127.0.0.1]:9"), address
    elif not found.smtp:
        assert transport == "discard", address
    else:
        assert transport in ("smtp", "relay")
        assert as_postfix(found, domain) == hop.removesuffix(":25").replace("domain", ""), address


TEXT = (
    "plain  value here # no comment\n  continued   \n\n  # inner comment\n\tmore\nCase.Test\tVALUE Kept\n"
    '"quoted key" qv\n"esc\\"aped \\\\ key" v2\nmid"dle quo"ted v4\n"q"x v9\na"b c" d"e v10\n"joe"@dom v12\n'
    'back\\ slash v5\n\\"x v13\nff\x0cfeed v\nutf\u00e9 ok\nUTF\u00c9X up\n'
    "dup one\ndup two\nDUP three\nother 1\ncrlf value\r\ncrlf2 v2\r\n\ttab\ncolon: x\nend last"
)
BROKEN = '"un balanced v3\nnoval\nok 1\nnoval2   \nok 2\nbad\udcff x\nok3 3\n'


def test_a_text_is_read_as_postmap_reads_it() -> None:
    require_root()
    for text, errors in ((TEXT, []), (BROKEN, [1, 2, 4, 6])):
        ours = LookupTable.parse(text, "t")
        with room("postmap") as home:
            made = Postmap(home, utf8=True).made(text).replace(b"\r", b"")
        assert sorted(made.splitlines()) == sorted(
            f"{key}\t{value}".encode() for key, (_, value) in ours.entries.items()
        )
        assert [problem.line for problem in ours.problems if problem.severity == "error"] == errors
