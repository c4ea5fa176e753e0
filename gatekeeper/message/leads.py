"""leads: where a message leads its reader: hosts of links, domains that answers go to, mail addresses to write to.

The first are those that tell most: where answers go, what is there to be clicked, then what a page merely loads. The
order is that of the message, so it is always the same. It cannot fail; the first thousand hosts are taken, and the
first hundred mail addresses that are written in the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from gatekeeper.message.addresses import Mailbox, mailboxes
from gatekeeper.message.message import Message
from gatekeeper.message.text import texts
from gatekeeper.message.text.patterns import MAILBOX

_CLICKED = frozenset(("a", "area", "form", "meta", "text"))
_MOST_FIELDS = 5
_MOST_HOSTS = 1000
_MOST_WRITTEN = 100


@dataclass(frozen=True, slots=True)
class Leads:
    """Each once. `hosts` are names and addresses in numbers (IPv6 in brackets), from links and from behind the `@` of
    Reply-To and From; `mail` are addresses in lower case.
    """

    hosts: tuple[str, ...]
    mail: tuple[str, ...]


def leads(message: Message) -> Leads:
    """Where `message` leads."""
    urls = texts(message).urls
    replies, authors = _mailboxes(message, b"reply-to"), _mailboxes(message, b"from")
    clicked = [url.host for link, url in urls.items() if link.kind in _CLICKED and url.host]
    loaded = [url.host for link, url in urls.items() if link.kind not in _CLICKED and url.host]
    domains = [mailbox.domain for mailbox in (*replies, *authors)]
    hosts = filter(None, (*domains[: len(replies)], *clicked, *domains[len(replies) :], *loaded))
    written = [url.href for url in urls.values() if url.scheme == "mailto"]
    mail = (*(mailbox.address for mailbox in (*replies, *authors)), *_mailto(written), *_in_text(message))
    return Leads(tuple(islice(dict.fromkeys(hosts), _MOST_HOSTS)), tuple(dict.fromkeys(a for a in mail if "@" in a)))


def _mailboxes(message: Message, name: bytes) -> list[Mailbox]:
    return [mailbox for value in message.values(name)[:_MOST_FIELDS] for mailbox in mailboxes(value)]


def _mailto(hrefs: list[str]) -> Iterator[str]:
    """RFC 6068 §2: addresses before the question mark."""
    for href in hrefs:
        for address in href.partition(":")[2].partition("?")[0].split(","):
            yield unquote(address).strip().lower()


def _in_text(message: Message) -> Iterator[str]:
    found = (match[0].lower() for match in MAILBOX.finditer(texts(message).visible))
    return islice(found, _MOST_WRITTEN)
