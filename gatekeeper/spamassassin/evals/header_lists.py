"""header_lists: mail that came through a mailing list or gateway which takes Received off (HeaderEval)."""

from gatekeeper.spamassassin.evals.contract import Case, once
from gatekeeper.spamassassin.evals.perl import fixed

_EZMLM = fixed(r"^contact \S+@\S+; run by ezmlm$", "m")
_EZMLM_TO = fixed(r"^mailing list \S+@\S+", "m")
_QMAIL = fixed(r"qmail \d+ invoked (?:from network|by .{3,20})\); \d+ ... \d+")
_MSN = fixed(r"from groups\.msn\.com \(\S+\.msn\.com ")
_MSN_TO = fixed(r"<(\S+)@groups\.msn\.com>", "i")
_MSN_PICKUP = fixed(r"from mail pickup service by ((?:p\d\d\.)groups\.msn\.com)\b")
_LEAVING = fixed(r"<mailto:(?:leave-\S+|\S+-unsubscribe)@\S+>\n?$", "i")
_REWRITING = fixed(r"/CWT/DCE\)|iPlanet Messaging Server")


@once
def gated_through_received_hdr_remover(case: Case) -> bool:
    """Whether there is no Received, or only what ezmlm or MSN's groups leave of it."""
    texts = case.texts
    received = texts.header("Received")
    if received is None:
        return True
    ezmlm = (
        _EZMLM.search(texts.header("Mailing-List") or b"")
        and _EZMLM_TO.search(texts.header("Delivered-To") or b"")
        and _QMAIL.search(received)
    )
    return bool(ezmlm or _MSN.search(received))


def check_for_msn_groups_headers(case: Case) -> bool:
    """Whether the message is one of MSN's groups and looks like it."""
    texts = case.texts
    to = _MSN_TO.search(texts.header("To") or b"")
    server = _MSN_PICKUP.search(texts.header("Received") or b"")
    if not to or not server:
        return False
    identity, name = texts.header("Message-Id") or b"", to[1]
    if name == b"notifications":
        return identity.startswith(b"<") and b"@" + server[1] + b">" in identity[2:]
    bounce = name + b"-bounce@groups.msn.com"
    return (
        identity.startswith(b"<" + name + b"-")
        and b"@groups.msn.com>" in identity
        and bounce in case.first("EnvelopeFrom:addr")
    )


def check_messageid_not_usable(case: Case) -> bool:
    """Whether a list or gateway may have written Message-ID anew."""
    return bool(
        _LEAVING.search(case.texts.header("List-Unsubscribe") or b"")
        or gated_through_received_hdr_remover(case)
        or _REWRITING.search(case.texts.header("Received") or b"")
    )


FUNCTIONS = (
    gated_through_received_hdr_remover,
    check_for_msn_groups_headers,
    check_messageid_not_usable,
)
