"""ids: what Message-ID tells of the program that made it. Nothing here fails."""

from collections.abc import Callable, Iterator, Mapping

from gatekeeper.message.habits import (
    ADDRESS_IN_NUMBERS,
    LATER_OUTLOOK_ID,
    LIKE_OUTLOOK_ID,
    OUTLOOK_ID,
    QUEUE_ID,
    SOUND_ID,
)
from gatekeeper.message.text import domain_of
from gatekeeper.traits.hops import border, hops
from gatekeeper.traits.letter import Letter


def _value(letter: Letter) -> str:
    return letter.field(b"message-id") or ""


def halves(letter: Letter) -> tuple[str, str]:
    """What stands before and behind the `@`."""
    before, _, host = _value(letter).strip("<>").rpartition("@")
    return before, host.lower()


def _absent(letter: Letter) -> Iterator[str]:
    if not letter.message.values(b"message-id"):
        yield "no Message-ID"


def _malformed(letter: Letter) -> Iterator[str]:
    value = letter.field(b"message-id")
    if value is not None and not SOUND_ID.match(value):
        yield value or "empty"


def _undotted(letter: Letter) -> Iterator[str]:
    _, host = halves(letter)
    if host and "." not in host:
        yield host


def _number(letter: Letter) -> Iterator[str]:
    _, host = halves(letter)
    if ADDRESS_IN_NUMBERS.match(host):
        yield host


def _relayed(letter: Letter) -> Iterator[str]:
    """The first server on the way had to make it: what wrote the message did not."""
    before, host = halves(letter)
    if QUEUE_ID.match(before) and host and any(host == hop.by for hop in hops(letter)[:4]):
        yield _value(letter)


def _recipients_host(letter: Letter) -> Iterator[str]:
    _, host = halves(letter)
    domains = {domain_of(mailbox.domain) for mailbox in letter.mailboxes(b"to")}
    if host and domain_of(host) in domains and domain_of(host) != domain_of(letter.author.domain):
        yield _value(letter)


def _elsewhere(letter: Letter) -> Iterator[str]:
    _, host = halves(letter)
    domain = domain_of(host)
    hop = border(letter)
    known = {domain_of(name) for name in (letter.author.domain, hop.helo, hop.name or "")}
    known |= {domain_of(name) for hop in hops(letter) for name in (hop.helo, hop.name or "", hop.by)}
    if domain and domain not in known:
        yield _value(letter)


def _false_outlook(letter: Letter) -> Iterator[str]:
    """The program that it names makes other ones."""
    before, _ = halves(letter)
    mailer = letter.field(b"x-mailer") or ""
    sound = not before or OUTLOOK_ID.match(before) or LATER_OUTLOOK_ID.match(before)
    if mailer.startswith(_MAKES_THEM) and not sound:
        yield f"{mailer}: {_value(letter)}"


_MAKES_THEM = ("Microsoft Outlook Express", "Microsoft Outlook, Build 10", "Microsoft Outlook IMO")


def _like_outlook(letter: Letter) -> Iterator[str]:
    """Its shape, but not its lengths."""
    before, _ = halves(letter)
    if LIKE_OUTLOOK_ID.match(before) and not OUTLOOK_ID.match(before):
        yield _value(letter)


def _outlook_unnamed(letter: Letter) -> Iterator[str]:
    before, _ = halves(letter)
    if OUTLOOK_ID.match(before) and "Microsoft" not in (letter.field(b"x-mailer") or ""):
        yield _value(letter)


def _home(letter: Letter) -> Iterator[str]:
    _, host = halves(letter)
    if host and domain_of(host) and domain_of(host) == domain_of(letter.author.domain):
        yield _value(letter)


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "id-of-author": _home,
    "id-absent": _absent,
    "id-malformed": _malformed,
    "id-undotted": _undotted,
    "id-number": _number,
    "id-by-relay": _relayed,
    "id-of-recipient": _recipients_host,
    "id-elsewhere": _elsewhere,
    "id-false-outlook": _false_outlook,
    "id-like-outlook": _like_outlook,
    "id-outlook-unnamed": _outlook_unnamed,
}
