"""authors: whom From names, next to Reply-To, the envelope and the recipients. Nothing here fails."""

from collections.abc import Callable, Iterator, Mapping

from gatekeeper.message.habits import ADDRESS_IN_NAME, CONSONANTS, ENDS_IN_DIGITS, MIXED_WITH_DIGITS
from gatekeeper.message.text import domain_of
from gatekeeper.traits.letter import Letter
from gatekeeper.traits.providers import BRANDS, FREE_MAIL

_FEWEST = 4


def _absent(letter: Letter) -> Iterator[str]:
    if not letter.author.domain:
        yield letter.author.name or "no address in From"


def _many(letter: Letter) -> Iterator[str]:
    authors = letter.mailboxes(b"from")
    if len(authors) > 1:
        yield f"{len(authors)} authors"


def _undotted(letter: Letter) -> Iterator[str]:
    if letter.author.domain and "." not in letter.author.domain:
        yield letter.author.address


def _digits(letter: Letter) -> Iterator[str]:
    if ENDS_IN_DIGITS.search(_local(letter.author.address)):
        yield letter.author.address


def _random(letter: Letter) -> Iterator[str]:
    local = _local(letter.author.address)
    if MIXED_WITH_DIGITS.match(local) or CONSONANTS.search(local):
        yield letter.author.address


def _local(address: str) -> str:
    return address.rpartition("@")[0] or address


def _name_address(letter: Letter) -> Iterator[str]:
    """What a mail program shows is then another address than the author's."""
    own = domain_of(letter.author.domain)
    for found in ADDRESS_IN_NAME.finditer(letter.author.name):
        if own and domain_of(found[1].lower()) != own:
            yield f"{found[0]} is {letter.author.address}"


def _name_capitals(letter: Letter) -> Iterator[str]:
    letters = [c for c in letter.author.name if c.isalpha()]
    if len(letters) > _FEWEST and all(c.isupper() for c in letters) and " " in letter.author.name:
        yield letter.author.name


def _own_address(letter: Letter) -> Iterator[str]:
    if any(recipient.address == letter.author.address for recipient in letter.mailboxes(b"to")):
        yield letter.author.address


def _own_domain_name(letter: Letter) -> Iterator[str]:
    """The name says that it comes from the recipient's own people."""
    name = letter.author_name.text
    for domain in {domain_of(address.rpartition("@")[2].lower()) for address in _recipients(letter)}:
        label = domain.partition(".")[0]
        if len(label) >= _FEWEST and label in name and domain_of(letter.author.domain) != domain:
            yield f"{letter.author.name} is {letter.author.address}"


def _recipients(letter: Letter) -> Iterator[str]:
    yield from letter.envelope.recipients[:10]
    yield from (mailbox.address for mailbox in letter.mailboxes(b"to")[:10])


def _reply_elsewhere(letter: Letter) -> Iterator[str]:
    own = domain_of(letter.author.domain)
    for box in letter.mailboxes(b"reply-to")[:3]:
        if own and box.domain and domain_of(box.domain) != own:
            yield f"{box.address}, not {letter.author.address}"


def _reply_provider(letter: Letter) -> Iterator[str]:
    own = domain_of(letter.author.domain)
    for box in letter.mailboxes(b"reply-to")[:3]:
        domain = domain_of(box.domain)
        if domain in FREE_MAIL and own not in FREE_MAIL[domain]:
            yield f"{box.address}, not {letter.author.address}"


def _reply_other_box(letter: Letter) -> Iterator[str]:
    """Another mailbox of a provider, where everybody can have as many as they like."""
    for box in letter.mailboxes(b"reply-to")[:3]:
        both = domain_of(box.domain), domain_of(letter.author.domain)
        if all(domain in FREE_MAIL for domain in both) and box.address != letter.author.address:
            yield f"{box.address}, not {letter.author.address}"


def envelope_sender(letter: Letter) -> str:
    """As the client said it; where that is not known, as the last server wrote it down."""
    if letter.envelope.sender:
        return letter.envelope.sender.lower()
    boxes = letter.mailboxes(b"return-path")
    return boxes[0].address if boxes else ""


def _envelope_elsewhere(letter: Letter) -> Iterator[str]:
    sent = envelope_sender(letter)
    own = domain_of(letter.author.domain)
    there = domain_of(sent.rpartition("@")[2])
    if own and there and own != there:
        yield f"{sent}, not {letter.author.address}"


def _brand(letter: Letter) -> Iterator[str]:
    name = f" {letter.author_name.text} "
    for brand, owners in BRANDS.items():
        if f" {brand} " in name.replace("-", " ").replace(",", " ").replace(".", " ") and not _owned(letter, owners):
            yield f"{letter.author.name} is {letter.author.address}"


def _brand_subject(letter: Letter) -> Iterator[str]:
    subject = f" {letter.text.subject_normalised.text} ".replace(":", " ").replace(",", " ").replace("!", " ")
    for brand, owners in BRANDS.items():
        if f" {brand} " in subject and not _owned(letter, owners):
            yield f"{brand}, from {letter.author.address}"


def _owned(letter: Letter, owners: tuple[str, ...]) -> bool:
    domain = f".{letter.author.domain}"
    return any(f".{owner}" in domain for owner in owners)


def _disguised(letter: Letter) -> Iterator[str]:
    found = letter.author_name
    if found.invisible or found.styled or found.mixed or found.piled or found.spaced:
        yield letter.author.name


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "from-absent": _absent,
    "from-many": _many,
    "from-undotted": _undotted,
    "from-digits": _digits,
    "from-random": _random,
    "from-name-address": _name_address,
    "from-name-capitals": _name_capitals,
    "from-name-disguised": _disguised,
    "from-name-own-domain": _own_domain_name,
    "from-recipient": _own_address,
    "from-brand": _brand,
    "subject-brand": _brand_subject,
    "reply-to-elsewhere": _reply_elsewhere,
    "reply-to-provider": _reply_provider,
    "reply-to-other-box": _reply_other_box,
    "envelope-elsewhere": _envelope_elsewhere,
}
