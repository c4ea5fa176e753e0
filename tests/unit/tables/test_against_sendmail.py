"""The lookups against the real sendmail, with tables made at random from few labels, so that everything collides."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.tables import AccessMap, Entry, Hop, Mailertable, Rule, Virtusertable
from gatekeeper.values import Reply
from tests.servers.room import require_root, room
from tests.unit.tables.oracle import Oracle

LABELS = ("a", "b", "c")
CHANCE = random.Random(11)
RULES = ("OK", "RELAY", "REJECT", "DISCARD", "ERROR:5.7.1:550 no", "ERROR:4.7.1:451 later", "QUARANTINE:held")


@pytest.fixture
def home() -> Iterator[Path]:
    require_root("/usr/sbin/sendmail", "/usr/sbin/makemap", "m4", "unshare")
    if not Path("/usr/share/sendmail/cf/m4/cf.m4").exists():
        pytest.skip("sendmail-cf is not installed; type: apt-get install sendmail-cf")
    with room("oracle") as path:
        yield path


def some_domain(most: int = 4) -> str:
    return ".".join(CHANCE.choice(LABELS) for _ in range(CHANCE.randint(2, most)))


def some_local() -> str:
    return CHANCE.choice(["joe", "jim", "joe+x", "joe+y+z", "jim+", "j.o"])


def text(pairs: dict[str, str]) -> str:
    return "".join(f"{key}\t{value}\n" for key, value in pairs.items())


def triple(found: Hop | Reply | None, address: str) -> str:
    """A result of ours as sendmail's `$#mailer$@host$:user`."""
    if not isinstance(found, Hop):
        return "" if found is None else f"$#error$@{found.status}$:{found.code}{''.join(found.text.split())}"
    local, _, domain = address.partition("@")
    host = found.host if found.mx else f"[{found.host}]"
    user = found.user.replace("@", "<@") + ">" if found.user else f"{local}<@{domain}.>"
    return f"$#{found.mailer}$@{host}$:{user}"


def test_mailertable(home: Path) -> None:
    values = ("smtp:%1.x", "esmtp:[10.0.0.1]", "relay:%2.%0x", "smtp8:hub", "error:5.1.1:550 User unknown", "esmtp:j@h")
    keys = [some_domain() for _ in range(12)] + [f".{some_domain(3)}" for _ in range(8)]
    table = {key: CHANCE.choice(values) for key in keys} | {".b.b": "smtp:%1-%2-%9", "a.a": "error:450 later"}
    table = {key: value for key, value in table.items() if "%" not in value or key.startswith(".")}
    ours = Mailertable.parse(text(table), "mailertable")
    addresses = [f"u@{some_domain(5)}" for _ in range(200)]
    theirs = Oracle(home, mailertable=text(table)).rewrite("3,0", addresses)
    for address, result in zip(addresses, theirs, strict=True):
        found = ours.lookup(address.partition("@")[2])
        if found is None:
            domain = address.partition("@")[2]
            assert result == f"$#esmtp$@{domain}.$:u<@{domain}.>", address
        elif isinstance(found, Reply):
            assert result in (triple(found, address), f"$#error$:{found.code}{found.text.replace(' ', '')}"), address
        else:
            assert result == triple(found, address), address


def test_the_catch_all(home: Path) -> None:
    table = {"a": "smtp:one", ".b": "smtp:%1.two", ".": "smtp:%1.all"}
    addresses = [f"u@{some_domain()}" for _ in range(60)] + ["u@[10.1.1.1]"]
    theirs = Oracle(home, mailertable=text(table)).rewrite("3,0", addresses)
    ours = Mailertable.parse(text(table), "mailertable")
    for address, result in zip(addresses[:-1], theirs, strict=False):
        assert result == triple(ours.lookup(address.partition("@")[2]), address)
    assert theirs[-1].startswith("$#esmtp$@[10.1.1.1]")
    assert ours.lookup("[10.1.1.1]") is None


ERRORS = (
    "5.1.1:550 User unknown", "550 plain", "451 later", "4.2.1:450 later", "text only", "5.7.0:no code", "nouser:text",
    "nohost:550 gone", "4.4.4:no code", '5.1.1:"550 quoted"', "550 5.7.1 inside", "nohost:550 5.1.2 inside",
    "421 closing", "D.S.N:550 x", "5.1.1:450 mixed", "tempfail:x", '"5.7.1":550 y', '"550 all quoted"',
)  # fmt: skip


def said(reply: str) -> tuple[str, str, str]:
    """Code, status and text of a reply, without the address that sendmail puts in front of the text."""
    code, status, words = reply.split(" ", 2)
    return code, status, words.partition("... ")[2] or words


def test_error_texts_of_a_mailertable(home: Path) -> None:
    table = {f"d{number}.test": f"error:{value}" for number, value in enumerate(ERRORS)}
    ours = Mailertable.parse(text(table), "mailertable")
    replies = Oracle(home, mailertable=text(table)).replies(("s@x.test", f"u@{domain}") for domain in table)
    for (domain, value), reply in zip(table.items(), replies, strict=True):
        found = ours.lookup(domain)
        assert isinstance(found, Reply)
        assert (str(found.code), found.status, found.text) == said(reply), value


def test_error_texts_of_an_access_map(home: Path) -> None:
    values = [f"ERROR:{value}" for value in ERRORS] + ["550 bare", "generic text", "REJECT", "FOO", '"550 quoted"']
    table = {f"From:d{number}.test": value for number, value in enumerate(values)}
    ours = AccessMap.parse(text(table), "access")
    senders = [f"s@d{number}.test" for number in range(len(values))]
    replies = Oracle(home, access=text(table)).replies((sender, "joe@gw.sendmail.test") for sender in senders)
    for sender, value, reply in zip(senders, values, replies, strict=True):
        found = ours.sender(sender)
        assert found is not None
        if found.rule is Rule.REJECT:
            assert said(reply) == ("550", "5.7.1", "Access denied")
        else:
            assert found.reply is not None
            unquoted = found.reply.text.replace('"', "")
            assert (str(found.reply.code), found.reply.status, unquoted) == said(reply), value


def outcome(found: Entry | None) -> str:
    """What an entry comes to in a check_ ruleset."""
    if found is None:
        return "nothing"
    match found.rule:
        case Rule.REJECT:
            return "$#error$@5.7.1$:550Accessdenied"
        case Rule.DISCARD:
            return "$#discard$:discard"
        case Rule.QUARANTINE:
            return f"$#error$@quarantine$:{found.text}"
        case Rule.ERROR:
            assert found.reply is not None
            return f"$#error$@{found.reply.status}$:{found.reply.code}{''.join(found.reply.text.split())}"
        case rule:
            return f"{rule}"


def test_clients(home: Path) -> None:
    addresses = ["1.2.3.4", "1.2.3.5", "1.2.9.4", "9.9.9.9", "2001:db8::1", "2001:db8:1::1", "2001:db9:0:1::5"]
    keys = ["1.2.3.4", "1.2.3", "1.2", "9", "IPv6:2001:db8", "IPv6:2001:db8:1", "IPv6:2001:db8:0:0:0:0:0:1"]
    keys += ["[9.9.9.9]", "[1.2.3]", "[IPv6:2001:db9]", *(some_domain(3) for _ in range(8))]
    keys = list(dict.fromkeys(f"{tag}{key}" for key in keys for tag in ("Connect:", "") if CHANCE.random() < 0.6))
    table = {key: CHANCE.choice((*RULES, "SKIP")) for key in keys}
    ours = AccessMap.parse(text(table), "access")
    assert ours.problems == ()
    clients = [(CHANCE.choice([some_domain(), ""]), CHANCE.choice(addresses)) for _ in range(200)]
    theirs = Oracle(home, access=text(table)).rewrite("Client", [f"{as_macros(*client)}" for client in clients])
    for client, result in zip(clients, theirs, strict=True):
        assert (result if result != "OK" else "nothing") == outcome(ours.client(*client)).replace("OK", "nothing"), (
            client
        )


def as_macros(name: str, address: str) -> str:
    """`{client_name} $| {client_addr}` as sendmail has them; a client without a name is called by its address."""
    if ":" in address:
        groups = address.split("::")
        head, tail = groups[0].split(":"), groups[1].split(":")
        address = "IPv6:" + ":".join(head + ["0"] * (8 - len(head) - len(tail)) + tail)
    return f"{name or f'[{address}]'} $| {address}"


def test_senders(home: Path) -> None:
    keys = [some_domain(3) for _ in range(6)] + [f"{some_local()}@{some_domain(2)}" for _ in range(8)]
    keys += ["joe@", "jim+*@", "joe+*@a", "joe+x@b", "joe+*@a.b", "j.o@"]
    keys = list(dict.fromkeys(f"{tag}{key}" for key in keys for tag in ("From:", "") if CHANCE.random() < 0.5))
    # sendmail takes SKIP for an address as the text of an error, a slip of its own: there it only stands for a domain
    table = {key: CHANCE.choice(RULES if "@" in key else (*RULES, "SKIP")) for key in keys}
    ours = AccessMap.parse(text(table), "access")
    senders = [f"{some_local()}@{some_domain()}" for _ in range(200)] + ["JOE@A.B.", '"joe"@b', "@x.y:joe@a", "<>"]
    senders[-1] = ""
    theirs = Oracle(home, access=text(table)).rewrite("Basic_check_mail", [f"<{sender}>" for sender in senders])
    for sender, result in zip(senders, theirs, strict=True):
        found = outcome(ours.sender(sender))
        if found in ("OK", "RELAY"):
            assert result == f"$#{found}", sender
        else:
            assert (result if result.startswith("$#") else "nothing") == found, sender


def test_recipients(home: Path) -> None:
    keys = [some_domain(3) for _ in range(8)] + [f"{some_local()}@{some_domain(2)}" for _ in range(10)] + ["joe@"]
    keys = list(dict.fromkeys(f"{tag}{key}" for key in keys for tag in ("To:", "") if CHANCE.random() < 0.5))
    table = {key: CHANCE.choice((*RULES, "SKIP")) for key in keys}
    ours = AccessMap.parse(text(table), "access")
    recipients = [f"{some_local()}@{some_domain()}" for _ in range(200)] + ['"joe"@b', "joe@A.B.", "joe", "jim"]
    theirs = Oracle(home, access=text(table)).rewrite("Basic_check_rcpt", [f"<{address}>" for address in recipients])
    for recipient, result in zip(recipients, theirs, strict=True):
        found = outcome(ours.recipient(recipient)).replace("RELAY", "OK").replace("OK", "nothing")
        refused = found.replace("5.7.1$:550Accessdenied", "5.2.1$:550Mailboxdisabledforthisrecipient")
        assert (result if result.startswith("$#") else "nothing") == refused, recipient


def test_virtusertable(home: Path) -> None:
    values = ("x@out.test", "%1@out.test", "%1%3@out.test", "d-%2@out.test", "error:5.1.1:550 gone", "joe@b.a", "jim@a")
    locals_ = ("joe", "joe+x", "joe+*", "joe++", "jim", "jim+*", "", "", "+*", "++")
    keys = [f"{local}@{some_domain(2)}" for local in locals_ for _ in range(2)]
    table = {key: CHANCE.choice(values) for key in keys} | {"joe@a.a": "error:nouser 550 no", "@c.c": "%1@a.b"}
    ours = Virtusertable.parse(text(table), "virtusertable")
    assert ours.problems == ()
    addresses = [f"{some_local()}@{some_domain(2)}" for _ in range(150)] + ["JOE@A.A", "joe+x+y@c.c", "jim+@a.b"]
    mailertable = "".join(f"{domain} smtp:{domain}\n" for domain in ("out.test", "a", "b", "c", ".a", ".b", ".c"))
    oracle = Oracle(home, virtusertable=text(table), mailertable=mailertable)
    for address, result in zip(addresses, oracle.rewrite("3,0", addresses), strict=True):
        found = ours.look_up(address)
        if isinstance(found, Reply):
            wanted = ("5.1.1" if found.text == "gone" else "nouser") if found.permanent else "loops"
            assert result.startswith(f"$#error$@{wanted}$:550{found.text}") or wanted == "loops", address
        else:
            local, _, domain = (found or address).rpartition("@")
            assert result.replace(".>", ">").endswith(f"$:{local}<@{domain}>"), (address, found)
