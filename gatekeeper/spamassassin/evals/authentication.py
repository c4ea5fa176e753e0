"""authentication: what our own checks found out about SPF, DKIM, ARC and DMARC, as rules ask for it (SPF, DKIM, DMARC).

Nothing is asked of the network here. Where our checks said nothing, every function says no, as those of SpamAssassin do
without a network.
"""

from collections.abc import Iterator
from functools import partial

from gatekeeper.spamassassin.evals.contract import Case, Eval
from gatekeeper.values.authenticated import Authenticated, Method

_SPF_RESULTS = ("pass", "neutral", "none", "fail", "softfail", "permerror", "temperror")


def _said(case: Case, method: Method) -> Iterator[Authenticated]:
    return (result for result in case.results if result.method == method)


def _spf(case: Case, *, identity: str, result: str) -> bool:
    return any(found.result == result and _about(found) == identity for found in _said(case, "spf"))


def _about(found: Authenticated) -> str:
    return next((name for name, _ in found.properties), "")


def _spf_functions() -> dict[str, Eval]:
    """One for each result and each of the two names that SPF is about."""
    kinds = (("", "smtp.mailfrom"), ("helo_", "smtp.helo"))
    return {
        f"check_for_spf_{kind}{result}": partial(_spf, identity=identity, result=result)
        for kind, identity in kinds
        for result in _SPF_RESULTS
    }


def check_for_spf_welcomelist_from(case: Case) -> bool:
    """Whether the sender is on `welcomelist_from_spf` or `welcomelist_auth`, and SPF vouches."""
    return _welcome_by_spf(case, "welcomelist_from_spf", "welcomelist_auth")


def check_for_def_spf_welcomelist_from(case: Case) -> bool:
    """Whether it is on `def_welcomelist_from_spf` or `def_welcomelist_auth`, and SPF vouches."""
    return _welcome_by_spf(case, "def_welcomelist_from_spf", "def_welcomelist_auth")


def _welcome_by_spf(case: Case, *lists: str) -> bool:
    sender = _text(case.first("EnvelopeFrom:addr"))
    return _spf(case, identity="smtp.mailfrom", result="pass") and any(
        sender in case.options.addresses(name) for name in lists
    )


def check_dkim_signed(case: Case, *domains: str) -> bool:
    """Whether there is a signature, of one of `domains` if any are named (`.example.org` for all below, too)."""
    return any(found.result != "none" and _one_of(found.domain, domains) for found in _said(case, "dkim"))


def check_dkim_valid(case: Case, *domains: str) -> bool:
    """Whether a signature is good, of one of `domains` if any are named."""
    return any(found.passed and _one_of(found.domain, domains) for found in _said(case, "dkim"))


def check_dkim_valid_author_sig(case: Case, *domains: str) -> bool:
    """Whether a good one is of the author's own domain."""
    author = _domain(case, "From:addr")
    return any(
        found.passed and found.domain == author and _one_of(found.domain, domains) for found in _said(case, "dkim")
    )


def check_dkim_valid_envelopefrom(case: Case) -> bool:
    """Whether a good one is of the domain of the envelope sender."""
    sender = _domain(case, "EnvelopeFrom:addr")
    return bool(sender) and any(found.passed and found.domain == sender for found in _said(case, "dkim"))


def check_dkim_dependable(case: Case) -> bool:
    """Whether the signatures were looked at."""
    return any(_said(case, "dkim"))


def check_dkim_signsome(_case: Case) -> bool:
    """Nothing: SpamAssassin says no always."""
    return False


def check_for_dkim_welcomelist_from(case: Case) -> bool:
    """Whether the author is on `welcomelist_from_dkim` or `welcomelist_auth`, and the signer named there signed."""
    return _welcome_by_dkim(case, "welcomelist_from_dkim", "welcomelist_auth")


def check_for_def_dkim_welcomelist_from(case: Case) -> bool:
    """Whether the author is on `def_welcomelist_from_dkim` or `def_welcomelist_auth`, likewise."""
    return _welcome_by_dkim(case, "def_welcomelist_from_dkim", "def_welcomelist_auth")


def _welcome_by_dkim(case: Case, *lists: str) -> bool:
    """Without a signer in the list it must be the author's own domain."""
    author, own = _text(case.first("From:addr")), _domain(case, "From:addr")
    entries = (entry for name in lists for entry in case.options.addresses(name).matching(author))
    return any(check_dkim_valid(case, *(signers or (own,))) for _, signers in entries if signers or own)


def check_arc_signed(case: Case) -> bool:
    """Whether there is an ARC chain."""
    return any(found.result != "none" for found in _said(case, "arc"))


def check_arc_valid(case: Case) -> bool:
    """Whether it holds."""
    return any(found.passed for found in _said(case, "arc"))


def check_dmarc_pass(case: Case) -> bool:
    """Whether DMARC passes."""
    return any(found.passed for found in _said(case, "dmarc"))


def check_dmarc_missing(case: Case) -> bool:
    """Whether the domain of the author has no policy."""
    return any(found.result == "none" for found in _said(case, "dmarc"))


def _one_of(domain: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or any(_is(domain.lower(), name.lower()) for name in wanted)


def _is(domain: str, name: str) -> bool:
    parent = name.removeprefix("*")
    return domain == name or (parent.startswith(".") and (domain == parent[1:] or domain.endswith(parent)))


def _domain(case: Case, name: str) -> str:
    return _text(case.first(name)).rpartition("@")[2]


def _text(address: bytes) -> str:
    return address.decode("utf-8", "replace").lower()


FUNCTIONS = (
    check_for_spf_welcomelist_from,
    check_for_def_spf_welcomelist_from,
    check_dkim_signed,
    check_dkim_valid,
    check_dkim_valid_author_sig,
    check_dkim_valid_envelopefrom,
    check_dkim_dependable,
    check_dkim_signsome,
    check_for_dkim_welcomelist_from,
    check_for_def_dkim_welcomelist_from,
    check_arc_signed,
    check_arc_valid,
    check_dmarc_pass,
    check_dmarc_missing,
)

SPF_FUNCTIONS = _spf_functions()
