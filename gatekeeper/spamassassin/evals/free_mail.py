"""free_mail: addresses at providers that give them to anybody, by `freemail_domains` (FreeMail)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from gatekeeper.spamassassin.evals.contract import Case, derived, once
from gatekeeper.spamassassin.evals.mail_addresses import addresses_in, bared, mailto
from gatekeeper.spamassassin.evals.perl import Pattern, fixed, literal, matches
from gatekeeper.spamassassin.options import Options

_NO_PERSON = fixed(
    r"^(?:abuse|support|sales|info|helpdesk|contact|kontakt|(?:post|host|domain)master|undisclosed.*"
    r"|request-[a-f0-9]{16}|bounced?-"
    r"|[a-f0-9]{8}(?:\.[a-f0-9]{8}|-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})|.+=.+=.+)@",
    "i",
)
_BULK = fixed(
    r"(?:^(?:post|host|domain)master|^double-bounce|^(?:sentto|owner|return|(?:gr)?bounced?)-.+"
    r"|-(?:request|bounces?|admin|owner)|\b(?:do[._-t]?)?no[._-t]?repl(?:y|ies)|.+=.+)@",
    "i",
)
_DOMAIN_LETTERS = fixed(r"^[a-zA-Z0-9.*?-]+$")
_LINKED, _FOUND = 20, 40
"""Addresses that are read of links, and of links and text together."""


@dataclass(frozen=True, slots=True)
class _Providers:
    """`globs` finds domains with wild cards; `spared` are addresses and domains that do not count."""

    domains: frozenset[bytes]
    globs: Pattern | None
    spared: frozenset[bytes]


@derived
def _providers(options: Options) -> _Providers:
    named = [word.lower() for word in options.words("freemail_domains")]
    named = [word for word in named if _DOMAIN_LETTERS.search(word.encode("utf-8", "replace"))]
    plain = frozenset(word.encode() for word in named if not set("*?") & set(word))
    wild = "|".join(sorted(_glob(word) for word in named if set("*?") & set(word)))
    spared = frozenset(word.lower().encode("utf-8", "replace") for word in options.words("freemail_welcomelist"))
    return _Providers(plain, fixed(rf"@(?:{wild})$") if wild else None, spared)


def _glob(word: str) -> str:
    return "".join({"?": ".", "*": "[^.]*"}.get(letter) or literal(letter.encode()) for letter in word)


def is_freemail(case: Case, address: bytes) -> bool:
    """Whether `address`, in lower case, is a person's at such a provider."""
    providers, domain = _providers(case.options), address.rpartition(b"@")[2]
    if not address or {address, domain} & providers.spared or _NO_PERSON.search(address):
        return False
    known = domain in providers.domains or (providers.globs and providers.globs.search(address))
    return bool(known) and not any(
        address.decode("utf-8", "replace") in case.options.addresses(name)
        for name in ("welcomelist_auth", "def_welcomelist_auth")
        if case.options.flag(f"freemail_import_{name}", False)
    )


def check_freemail_from(case: Case, pattern: str = "") -> bool:
    """Whether an author or sender is such an address, and matches."""
    return _hit(case, _lower(case.texts.from_addresses), pattern)


def check_freemail_header(case: Case, header: str, pattern: str = "") -> bool:
    """Whether such an address stands in a header field, and matches."""
    return _hit(case, _lower(case.texts.headers(f"{header}:addr")), pattern)


def check_freemail_body(case: Case, pattern: str = "") -> bool:
    """Whether such an address stands in the text, and matches."""
    return any(not pattern or matches(pattern, address, case.budget) for address in _in_body(case))


def check_freemail_replyto(case: Case, what: str = "replyto") -> bool:
    """Whether From and Reply-To, or where an answer goes and the text, name different ones.

    `what` is `replyto`, or `reply` if From must be such an address, and counts where there is no Reply-To.
    """
    if what not in ("replyto", "reply") or _bulk(case):
        return False
    authors, answers = (_lower(case.texts.headers(name)) for name in ("From:addr", "Reply-To:addr"))
    from_free, answer_free = (any(is_freemail(case, one) for one in several) for several in (authors, answers))
    if from_free and answer_free and not set(authors) & set(answers):
        return True
    if not (answer_free if what == "replyto" else from_free and (answer_free or not answers)):
        return False
    return any(address != answer for address in _in_body(case) for answer in (answers if answer_free else authors))


def _hit(case: Case, addresses: Iterable[bytes], pattern: str) -> bool:
    return any(
        is_freemail(case, address) and (not pattern or matches(pattern, address, case.budget)) for address in addresses
    )


def _bulk(case: Case) -> bool:
    sender = next(iter(case.texts.headers("EnvelopeFrom")), b"")
    return case.options.flag("freemail_skip_bulk_envfrom", True) and _BULK.search(sender) is not None


def _lower(addresses: Iterable[bytes]) -> list[bytes]:
    return [address.lower() for address in addresses]


@once
def _in_body(case: Case) -> tuple[bytes, ...]:
    """Such addresses in the text and its links; none where there are too many addresses, or too many such."""
    options = case.options
    skip = options.flag("freemail_skip_when_over_max", True)
    most, most_free = options.number("freemail_max_body_emails", 5), options.number("freemail_max_body_freemails", 3)
    found = _all_in_body(case)
    free = [address for address in found if is_freemail(case, address)]
    return () if skip and (len(found) >= most or len(free) >= most_free) else tuple(free)


def _all_in_body(case: Case) -> dict[bytes, None]:
    """Of the paragraphs that were read SpamAssassin leaves what was not read out for good."""
    found = _linked(case)
    body = list(case.texts.body)
    for place, line in enumerate(body):
        body[place] = bared(line, case.texts.registry.top)
        for address in islice(addresses_in(body[place], case.texts.registry.top), _FOUND):
            found[address] = None
        if len(found) >= _FOUND:
            break
    case.texts.replace_body(body)
    return dict.fromkeys(islice(found, _FOUND))


def _linked(case: Case) -> dict[bytes, None]:
    found: dict[bytes, None] = {}
    for uri, link in case.texts.links.items():
        if "a" in link.types and "parsed" not in link.types and (address := mailto(uri, case.texts.registry.top)):
            found[address] = None
            if len(found) >= _LINKED:
                break
    return found


FUNCTIONS = (
    check_freemail_from,
    check_freemail_header,
    check_freemail_body,
    check_freemail_replyto,
)
