"""asking: what the operators' tables say of an address, a name, a client or a message, and by which line.

The tables are asked in the way in which mail asks them, so what is said here is what would be done. It cannot fail.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gatekeeper.app import state
from gatekeeper.app.lookup_tables import file_of
from gatekeeper.config.addresses import is_ip
from gatekeeper.config.schema import Config
from gatekeeper.message.checked_lines import BODY_SIZE, checked_lines
from gatekeeper.relay.route import Denied, Routes
from gatekeeper.tables import AccessMap, Entry, Mailertable, Networks, Tables
from gatekeeper.tables.access_action import Subject
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.restriction import Restriction, Said

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Word:
    """What one table says. `about` is as what the subject was looked up; `line` is 0 where there is none."""

    about: str
    table: str
    says: str
    source: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """`/etc/mail/access:12`."""
        return f"{self.source}:{self.line}" if self.line else self.source


def said(subject: str, config: Config, tables: Tables) -> Iterator[Word]:
    """Of an address (`joe@example.org`), an IP address, or the name of a host or domain."""
    if "@" in subject or not subject:
        yield from _of_sender(subject, config, tables)
        yield from _of_recipient(subject, config, tables)
    elif is_ip(subject):
        yield from _access("client", (tables.access or AccessMap()).client(None, subject), config)
        yield from _restricted(Subject.CLIENT, lambda one: one.client(None, subject, Budget()), tables)
        yield from _networks(subject, config, tables)
    else:
        yield from _access("client", (tables.access or AccessMap()).client(subject, ""), config)
        yield from _restricted(Subject.CLIENT, lambda one: one.client(subject, "", Budget()), tables)
        yield from _restricted(Subject.HELO, lambda one: one.helo(subject, Budget()), tables)
        yield from _next_hop(f"postmaster@{subject}", config, tables)


def said_of_lines(raw: bytes, tables: Tables) -> Iterator[Word]:
    """Of each line of a message, for which Postfix's header and body checks have something."""
    budget = Budget()
    for place, line, *_ in checked_lines(raw, BODY_SIZE):
        for table in tables.line_checks.get(place.value, ()):
            if hit := table.look_up(line, budget):
                shown = line[:_SHOWN].decode("utf-8", "replace")
                yield Word(f"{place.value}: {shown}", f"{place.value} checks", hit.text, hit.source, hit.line)
                break


def _of_sender(address: str, config: Config, tables: Tables) -> Iterator[Word]:
    yield from _access("sender", (tables.access or AccessMap()).sender(address), config)
    yield from _restricted(Subject.SENDER, lambda one: one.mailbox(address, Budget()), tables)
    for (recipient, who), entry in tables.senders.entries.items():
        if any(who == known.who for known in tables.senders.about(recipient, [address])):
            says = f"{entry.deed}, for {recipient}" if recipient else entry.deed
            source = str(state.own_senders(config).path) if entry.reviewed else config.tables.senders
            yield Word("sender", "senders", says, source, entry.line)


def _of_recipient(address: str, config: Config, tables: Tables) -> Iterator[Word]:
    yield from _access("recipient", (tables.access or AccessMap()).recipient(address), config)
    yield from _restricted(Subject.RECIPIENT, lambda one: one.mailbox(address, Budget()), tables)
    domain = address.rpartition("@")[2].lower()
    if listed := tables.recipients.get(domain):
        owner = listed.owner(address)
        yield Word("recipient", "recipients", owner or "there is no such mailbox", config.domains[domain].recipients)
    other = tables.virtusertable.look_up(address)
    if other is not None:
        yield Word("recipient", "virtusertable", str(other), tables.virtusertable.source)
    yield from _next_hop(address, config, tables)


def _access(about: str, entry: Entry | None, config: Config) -> Iterator[Word]:
    if entry is not None:
        says = str(entry.reply) if entry.reply else " ".join(filter(None, (entry.rule, entry.text)))
        yield Word(about, "access", f"{entry.key} {says}", file_of(config.tables.access), entry.line)


def _restricted(subject: Subject, ask: Callable[[Restriction], list[Said]], tables: Tables) -> Iterator[Word]:
    about = subject.value.partition(" ")[0].lower()
    for restriction in tables.restrictions:
        for hit, _ in ask(restriction) if restriction.subject is subject else ():
            yield Word(about, f"{about}_access", hit.text, hit.source, hit.line)


def _networks(address: str, config: Config, tables: Tables) -> Iterator[Word]:
    if address in tables.trusted:
        yield Word("client", "gateway.trusted_networks", "a hop of ours: it tells who brought the mail")
    if address in Networks.parse(config.gateway.own_networks):
        yield Word("client", "gateway.own_networks", "ours: its mail goes out")


def _next_hop(address: str, config: Config, tables: Tables) -> Iterator[Word]:
    if not (config.relay.mailertable or config.relay.transport):
        return
    found = Routes(tables.mailertable, config.relay.domains, virtual=tables.virtusertable).route(address)
    says = str(found.reply) if isinstance(found, Denied) else str(found.hop)
    local, _, domain = address.rpartition("@")
    if isinstance(tables.mailertable, Mailertable):
        line = tables.mailertable.line(domain)
        yield Word("next hop", "mailertable", says, file_of(config.relay.mailertable) if line else "", line)
    else:
        hit = tables.mailertable.hit(domain, local)
        yield Word("next hop", "transport", says, hit.source if hit else "", hit.line if hit else 0)
