"""recipients: whom a message says that it is for. Nothing here fails."""

from collections.abc import Callable, Iterator, Mapping

from gatekeeper.traits.letter import Letter

_FEW = 4
_ALIKE = 2


def _absent(letter: Letter) -> Iterator[str]:
    if not any(letter.message.values(name) for name in (b"to", b"cc")):
        yield "no To"


def _undisclosed(letter: Letter) -> Iterator[str]:
    value = letter.field(b"to")
    if value is not None and "@" not in value and "undisclosed" in value.lower():
        yield value


def _addressless(letter: Letter) -> Iterator[str]:
    value = letter.field(b"to")
    if value is not None and "@" not in value and "undisclosed" not in value.lower():
        yield value or "empty"


def _alike(letter: Letter) -> Iterator[str]:
    """Neighbours of one list: all begin alike."""
    addresses = [mailbox.address for mailbox in letter.recipients if "@" in mailbox.address]
    if len(addresses) > _FEW and len({address[:_ALIKE] for address in addresses}) == 1:
        yield f"{addresses[0]} … {addresses[-1]}"


def _name_is_local(letter: Letter) -> Iterator[str]:
    """A program that knows nothing but the address writes half of it as a name."""
    for mailbox in letter.mailboxes(b"to")[:1]:
        if mailbox.name and mailbox.name.lower() == mailbox.address.rpartition("@")[0]:
            yield f"{mailbox.name} <{mailbox.address}>"


def _bare_brackets(letter: Letter) -> Iterator[str]:
    value = letter.field(b"to") or ""
    if value.startswith("<") and value.endswith(">") and "," not in value:
        yield value


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "to-absent": _absent,
    "to-undisclosed": _undisclosed,
    "to-addressless": _addressless,
    "to-alike": _alike,
    "to-name-is-local": _name_is_local,
    "to-bare-brackets": _bare_brackets,
}
