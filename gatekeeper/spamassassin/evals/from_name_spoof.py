"""from_name_spoof: an address in the displayed name of the author that is not the author's (FromNameSpoof)."""

from dataclasses import dataclass

from gatekeeper.spamassassin.evals.contract import Case, derived, once
from gatekeeper.spamassassin.evals.perl import fixed
from gatekeeper.spamassassin.options import AddressList, Options

_ADDRESS = fixed(r"\b([\w.!#$%&'*+/=?^_`{|}~-]+@\w[\w-]*\.\w[\w.-]+)", "i")
_NO_WORD = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789"))
_LEVELS = ("address", "owner", "domain")


@dataclass(frozen=True, slots=True)
class _Spoof:
    """What differs between the address in the name and the author's, and whom it is the address of."""

    contains_email: bool = False
    address: bool = False
    domain: bool = False
    owner: bool = False
    reply_to: bool = False
    to: bool = False


def check_fromname_spoof(case: Case, level: str = "") -> bool:
    """Whether the addresses differ, and at level 1 their owners, at 2 their domains; `fns_check` is the level else."""
    found = _spoof(case)
    chosen = level if level in ("0", "1", "2") else case.options.text("fns_check", "1")
    return found.address and bool(getattr(found, _LEVELS[int(chosen)] if chosen in ("0", "1", "2") else "owner"))


def check_fromname_different(case: Case) -> bool:
    """Whether the addresses differ."""
    return _spoof(case).address


def check_fromname_domain_differ(case: Case) -> bool:
    """Whether their registered domains differ."""
    return _spoof(case).domain


def check_fromname_owners_differ(case: Case) -> bool:
    """Whether their owners differ: lists of `fns_add_addrlist`, or the first label of the domain."""
    return _spoof(case).owner


def check_fromname_contains_email(case: Case) -> bool:
    """Whether an address stands in the name."""
    return _spoof(case).contains_email


def check_fromname_equals_to(case: Case) -> bool:
    """Whether it is a recipient's."""
    return _spoof(case).to


def check_fromname_equals_replyto(case: Case) -> bool:
    """Whether it is that of Reply-To."""
    return _spoof(case).reply_to


@once
def _spoof(case: Case) -> _Spoof:
    texts = case.texts
    if any(texts.header(name) for name in case.options.words("fns_ignore_headers")):
        return _Spoof()
    author, name = (case.first("From:addr")).lower(), (case.first("From:name")).lower()
    domain = _domain(case, author)
    said = next((found[1] for found in _ADDRESS.finditer(name) if found[1][-1:] not in b".-"), b"")
    said_domain = _domain(case, said)
    if domain is None or said_domain is None:
        return _Spoof()
    if _distance(name, said) > case.options.number("fns_extrachars", 50):
        return _Spoof(contains_email=True)
    return _Spoof(
        contains_email=True,
        address=said != author,
        domain=said_domain != domain,
        owner=_owner(case, said, said_domain) != _owner(case, author, domain),
        reply_to=said == (case.first("Reply-To:addr")).lower(),
        to=said in case.texts.to_addresses,
    )


def _domain(case: Case, address: bytes) -> bytes | None:
    found = case.texts.registry.domain_and_host(b"mailto:" + address)
    return found[0] if found else None


def _distance(name: bytes, said: bytes) -> int:
    """Letters of the name besides the address, those that are neither letters nor digits counted twice."""
    odd = [len(text) - len(text.translate(None, _NO_WORD)) for text in (name, said)]
    return len(name) - len(said) + odd[0] - odd[1]


def _owner(case: Case, address: bytes, domain: bytes) -> str:
    user = address.rpartition(b"@")[0]
    for form in (address, user + b"@" + domain):
        text = form.decode("utf-8", "replace")
        for name, addresses in _owners(case.options).items():
            if text in addresses:
                return name
    return domain.partition(b".")[0].decode("utf-8", "replace")


@derived
def _owners(options: Options) -> dict[str, AddressList]:
    """Who has which addresses, by `fns_add_addrlist (NAME) address`."""
    named: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in options.lines.get("fns_add_addrlist", ()):
        name, _, globs = line.partition(")")
        named.setdefault(name.strip("( ").lower(), {}).update(dict.fromkeys(globs.lower().split(), ()))
    return {name: AddressList(globs) for name, globs in named.items()}


FUNCTIONS = (
    check_fromname_spoof,
    check_fromname_different,
    check_fromname_domain_differ,
    check_fromname_owners_differ,
    check_fromname_contains_email,
    check_fromname_equals_to,
    check_fromname_equals_replyto,
)
