r"""macros: what `^TO_`, `^TO`, `^FROM_DAEMON` and `^FROM_MAILER` stand for in an expression (procmailrc(5))."""

_TO = r"(^((Original-)?(Resent-)?(To|Cc|Bcc)|(X-Envelope|Apparently(-Resent)?)-To):(.*%s)?)"
_ROOM = "([^).!:a-z0-9][-_a-z0-9]*)?[%@>\t ][^<)]*(\\(.*\\).*)?)?$([^>]|$)"
_WHO = "(((Resent-)?(From|Sender)|X-Envelope-From):|>?From )"
_DAEMONS = (
    "(Post(ma?(st(e?r)?|n)|office)|(send)?Mail(er)?|daemon|m(mdf|ajordomo)|n?uucp|LIST(SERV|proc)|NETSERV|"
    "o(wner|ps)|r(e(quest|sponse)|oot)|b(ounce|bs\\.smtp)|echo|mirror|s(erv(ices?|er)|mtp(error)?|ystem)|"
    "A(dmin(istrator)?|MMGR|utoanswer))"
)
_MAILERS = (
    "(Post(ma(st(er)?|n)|office)|(send)?Mail(er)?|daemon|mmdf|n?uucp|ops|r(esponse|oot)|"
    "(bbs\\.)?smtp(error)?|s(erv(ices?|er)|ystem)|A(dmin(istrator)?|MMGR))"
)

MACROS = {
    "^FROM_DAEMON": "(^(Mailing-List:|Precedence:.*(junk|bulk|list)|To: Multiple recipients of |"
    f"{_WHO}([^>]*[^(.%@a-z0-9])?{_DAEMONS}({_ROOM}))",
    "^TO_": _TO % "[^-a-zA-Z0-9_.]",
    "^TO": _TO % "[^a-zA-Z]",
    "^FROM_MAILER": f"(^{_WHO}([^>]*[^(.%@a-z0-9])?{_MAILERS}({_ROOM})",
}


def spelt_out(expression: str) -> tuple[str, bool]:
    """`expression` with each macro replaced, and whether one of them takes no note of case."""
    caseless = False
    for macro, meaning in MACROS.items():
        at = expression.find(macro)
        while at >= 0:
            behind = at + len(macro)
            if at and expression[at - 1] == "\\":
                at = expression.find(macro, behind)
                continue
            caseless |= macro == "^FROM_DAEMON"
            expression = expression[:at] + meaning + expression[behind:]
            at = expression.find(macro, at + len(meaning))
    return expression, caseless
