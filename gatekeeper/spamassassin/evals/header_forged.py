"""header_forged: mail in the name of a large provider that did not come that provider's way (HeaderEval)."""

from gatekeeper.spamassassin.evals.contract import Case, once
from gatekeeper.spamassassin.evals.header_lists import check_for_msn_groups_headers, gated_through_received_hdr_remover
from gatekeeper.spamassassin.evals.perl import ADDRESS, fixed, flat, holds_address

_AOL_RELAY = fixed(r" rly-[a-z][a-z]\d\d\.", "i")
_AOL = fixed(r"/AOL-\d+\.\d+\.\d+\)|ESMTP id (?:RELAY|MAILRELAY|MAILIN)")

_HOTMAIL_PICKUP = fixed(r"from mail pickup service by hotmail\.com with Microsoft SMTPSVC;")
_HOTMAIL_ORIGINATOR = fixed(r"hotmail\.com|msonline-outlook")
_HOTMAIL_BY_ADDRESS = fixed(
    r"from (?:\S*\.)?hotmail.com \(\S+\.hotmail(?:\.msn)?\.com[ )]"
    rf"|from \S*\.hotmail.com \(\[{ADDRESS}\][ ):]"
    r"|from \S+ by \S+\.hotmail(?:\.msn)?\.com with HTTP;"
    r"|from \[66\.218.\S+\] by \S+\.yahoo\.com"
)
_HOTMAIL_BY_ORIGINATOR = fixed(
    r"from \S*\.outbound\.protection\.outlook\.com \(\S+\.outbound\.protection\.outlook\.com[ )]"
    rf"|from \S*\.(?:eur|nam)prd\d+\.prod\.outlook\.com \({ADDRESS}\)"
)
_HOTMAIL_NAMED = fixed(r"(?:from |HELO |helo=)\S*hotmail\.com\b")

_YAHOO_TRUSTED = fixed(r" rdns=\S+\.yahoo\.com ")
_YAHOO_UNTRUSTED = fixed(r"^[^\]]+ rdns=\S+\.yahoo\.com ")
_YAHOO_WAY = fixed(
    r"by web\S+\.mail\S*\.yahoo\.com via HTTP"
    r"|by sonic\S+\.consmr\.mail\S*\.yahoo\.com with HTTP"
    r"|by smtp\S+\.yahoo\.com with SMTP"
    rf"|from \[{ADDRESS}\] by \S+\.(?:groups|scd|dcn)\.yahoo\.com with NNFMP"
    r"|by \w+\.\w+\.yahoo\.com \(\d+\.\d+\.\d+/\d+\.\d+\.\d+\)(?: with ESMTP)? id \w+"
)
_YAHOO_BULK = fixed(r"\bmailer\d+\.bulk\.scd\.yahoo\.com\b")

_JUNO_WAY = fixed(rf"from.*\b(?:juno|untd)\.com.*[\[(]{ADDRESS}[\])].*by| cookie\.(?:juno|untd)\.com ")

_EUDORA_WAY = fixed(r"by \S*whowhere.com;")
_GMAIL_SMTP = fixed(r"by 10\.\S+ with SMTP id \S+|by 2002:a\d\d:\w+:\S+ with SMTP id \S+")
_GMAIL_ESMTP = fixed(r"by smtp\.googlemail\.com with ESMTPSA id \S+")
_GMAIL_TOKEN = 60
"""Octets that Google's own fields have at least."""
_GW05 = fixed(r"\nfrom\s\S+\sby\s(\S+)\swith\sESMTP;\s+\S\S\S,\s+\d+\s+\S\S\S\s+\d{4}\s+\d\d:\d\d:\d\d\s+[-+]*\d{4}\n$")
_OTHER_WORD = fixed(r"\w$")


def check_for_fake_aol_relay_in_rcvd(case: Case) -> bool:
    """Whether a relay is called like AOL's and writes its field otherwise."""
    received = _received(case)
    return _AOL_RELAY.search(received) is not None and _AOL.search(received) is None


def check_for_forged_hotmail_received_headers(case: Case) -> bool:
    """Whether Received names Hotmail, and not as Hotmail does."""
    return _hotmail(case) == "forged"


def check_for_no_hotmail_received_headers(case: Case) -> bool:
    """Whether From is at Hotmail, and Received knows nothing of it."""
    return _hotmail(case) == "absent"


def check_for_forged_yahoo_received_headers(case: Case) -> bool:
    """Whether From is at Yahoo, and the message did not come from there."""
    texts = case.texts
    if not _from(case, b"yahoo.com"):
        return False
    received = _received(case)
    if texts.header("Resent-From") and texts.header("Resent-To") and texts.header("X-Received"):
        received = flat(texts.header("X-Received") or b"")
    return not (
        gated_through_received_hdr_remover(case)
        or _YAHOO_TRUSTED.search(texts.header("X-Spam-Relays-Trusted") or b"")
        or _YAHOO_UNTRUSTED.search(texts.header("X-Spam-Relays-Untrusted") or b"")
        or _YAHOO_WAY.search(received)
        or (_YAHOO_BULK.search(received) and _sender(case).lower().endswith(b"@reply.yahoo.com"))
    )


def check_for_forged_juno_received_headers(case: Case) -> bool:
    """Whether From is at Juno, and relays, X-Originating-IP or X-Mailer are not as they are there."""
    if not _from(case, b"juno.com") or gated_through_received_hdr_remover(case):
        return False
    texts = case.texts
    by_address = _JUNO_WAY.search(texts.header("Received") or b"") and b"Juno " in (texts.header("X-Mailer") or b"")
    return not (texts.header("X-Originating-IP") and by_address)


def check_for_forged_eudoramail_received_headers(case: Case) -> bool:
    """Whether From is at Eudoramail, and the message did not come from there."""
    if not _from(case, b"eudoramail.com") or gated_through_received_hdr_remover(case):
        return False
    known = holds_address(case.texts.header("X-Sender-Ip") or b"")
    return not (known and _EUDORA_WAY.search(_received(case)))


def check_for_forged_gmail_received_headers(case: Case) -> bool:
    """Whether From is at Gmail, and none of Google's marks is there."""
    texts = case.texts
    if not _from(case, b"gmail.com"):
        return False
    tokens = (texts.header(name) or b"" for name in ("X-Gm-Message-State", "X-Google-Smtp-Source"))
    return not (
        _GMAIL_SMTP.search(texts.header("X-Received") or b"")
        or _GMAIL_ESMTP.search(texts.header("Received") or b"")
        or all(len(token) >= _GMAIL_TOKEN for token in tokens)
    )


def check_for_forged_gw05_received_headers(case: Case) -> bool:
    """Whether the first relay handed over to a host without a dot in its name, and said no more of itself."""
    found = _GW05.search(case.texts.header("Received") or b"")
    return found is not None and b"." not in found[1]


@once
def _received(case: Case) -> bytes:
    return flat(case.texts.header("Received") or b"")


def _sender(case: Case) -> bytes:
    return case.first("From:addr")


def _from(case: Case, domain: bytes) -> bool:
    """Whether the author's address ends in `domain`, as a word of its own."""
    sender = _sender(case).lower().removesuffix(b"\n")
    return sender.endswith(domain) and not _OTHER_WORD.search(sender.removesuffix(domain))


@once
def _hotmail(case: Case) -> str:
    """`forged`, `absent`, or nothing if there is no complaint."""
    received = _received(case)
    if b"hotmail.com" not in received and not _from(case, b"hotmail.com"):
        return ""
    if _HOTMAIL_PICKUP.search(received) or check_for_msn_groups_headers(case):
        return ""
    texts = case.texts
    if gated_through_received_hdr_remover(case):
        return ""
    if holds_address(texts.header("X-Originating-Ip") or b"") and _HOTMAIL_BY_ADDRESS.search(received):
        return ""
    if _HOTMAIL_ORIGINATOR.search(texts.header("X-OriginatorOrg") or b"") and _HOTMAIL_BY_ORIGINATOR.search(received):
        return ""
    if _HOTMAIL_NAMED.search(received):
        return "forged"
    return "absent" if _from(case, b"hotmail.com") else ""


FUNCTIONS = (
    check_for_forged_gw05_received_headers,
    check_for_fake_aol_relay_in_rcvd,
    check_for_forged_hotmail_received_headers,
    check_for_no_hotmail_received_headers,
    check_for_forged_yahoo_received_headers,
    check_for_forged_juno_received_headers,
    check_for_forged_eudoramail_received_headers,
    check_for_forged_gmail_received_headers,
)
