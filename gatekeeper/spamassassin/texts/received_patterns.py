r"""received_patterns: how mail servers write Received, one row a format, in the order in which they are tried.

A row's groups say what stands there: `helo rdns ip by ident id`, `host` for a name that is both helo and rdns, `extra`
for a comment with `helo=` and `ident=` in it. `{ip}` is an address, `{other}` one that is not wanted. `knows` says that
such a server always looks the name of a client up. A row that skips tells of no step from server to server.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from gatekeeper.spamassassin.texts.patterns import ADDRESS

_LOCALHOST = (
    r"(?i:localhost(?:\.localdomain)?|\b(?<!:)127\.0\.0\.1\b"
    r"|(?:IPv6:|(?<![a-f0-9:]))(?:::(?:0{1,4}:){0,5}ffff:127\.0\.0\.1|(?:0{1,4}:){7}0{0,3}1|::(?:0{1,4}:){0,5}0{0,3}1)"
    r"(?![a-f0-9:]))"
)


@dataclass(frozen=True)
class Format:
    """One way to write it; `needs` is looked for first, because that is quick."""

    text: str
    knows: bool = False
    skips: bool = False
    needs: bytes = b""

    @cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """Compiled when it is first tried: a server meets few of them."""
        text = self.text.replace("{ip}", f"(?P<ip>{ADDRESS})").replace("{other}", ADDRESS)
        return re.compile(text.replace("{localhost}", _LOCALHOST).encode("ascii"))

    def match(self, line: bytes) -> re.Match[bytes] | None:
        """Where it is found."""
        if self.needs not in line:
            return None
        return self.pattern.match(line) if self.text[0] == "^" else self.pattern.search(line)


@dataclass(frozen=True)
class Product:
    """The formats of one server: known by `mark`, and of the products only the first whose mark is there counts."""

    mark: re.Pattern[bytes]
    formats: tuple[Format, ...]


FIRST = (
    Format(r"{ip}\b(?![.-]).{10,80}by (?P<by>\S{1,255}) with HTTP", needs=b"Mail authenticated user "),
    Format(r"{ip} by (?P<by>\S+) \({other}\) with HTTP \(WebMailUI\)", needs=b"with HTTP (WebMailUI)"),
)

EXCHANGE_SMTP = re.compile(rb" with (?:Microsoft SMTP Server|mapi id) (?:\([^\)]+\) )?\d+\.\d+\.\d+\.\d+(?:$| )")

PRODUCTS = (
    Product(
        re.compile(rb" SMTPSVC"),
        (
            Format(r"^(?P<helo>\S*) \(\[{ip}\][^\)]{0,40}\) by (?P<by>\S+) with Microsoft SMTPSVC"),
            Format(r"^mail pickup service by \S+ with Microsoft SMTPSVC$", skips=True),
        ),
    ),
    Product(
        EXCHANGE_SMTP,
        (Format(r"^(?P<helo>\S+) \(\[?{ip}(?:%[A-Z0-9._~-]*)?\]?\) by (?P<by>\S+) (?P<id>)"),),
    ),
    Product(
        re.compile(rb"\[XMail "),
        (
            Format(
                r"^(?P<helo>\S+) \(\[?{ip}\]?:\d+\) by (?P<by>\S+)(?: \(\S+\))? with \[XMail"
                r"(?:.* id <(?P<id>\S+)>)?(?:.* from <(?P<envfrom>\S+)>)?"
            ),
        ),
    ),
    Product(
        re.compile(rb"\(ecelerity\b"),
        (
            Format(r"^\(\[{ip}:\d+\] helo=(?P<helo>\S+)\) by (?P<by>\S+) "),
            Format(r"^\S+ \(\[{ip}:\d+\]\) by (?P<by>\S+) "),
        ),
    ),
    Product(
        re.compile(rb"Exim"),
        (
            Format(r"\bwith local(?:-\S+)? ", skips=True),
            Format(r"^\[{ip}\] \((?P<extra>.*?)\) by (?P<by>\S+) "),
            Format(r"^(?P<host>\S+) \(\[{ip}\](?P<extra>.*?)\) by (?P<by>\S+) "),
            Format(r"^(?P<host>\S+) \[{ip}\](?::\d+)? by (?P<by>\S+) "),
        ),
    ),
    Product(
        re.compile(rb" \(Postfix\) with"),
        (
            Format(r"^(?P<helo>\S+) \((?:unknown|(?P<rdns>\S+)) \[{ip}\]\) by (?P<by>\S+) ", knows=True),
            Format(r"^(?P<helo>\S+) \((?:unknown(?=\[)|(?P<rdns>\S+))\[{ip}\]\) by (?P<by>\S+) ", knows=True),
        ),
    ),
    Product(re.compile(rb"\(Scalix SMTP Relay"), (Format(r"^(?P<helo>\S+) \( ?{ip}\) by (?P<by>\S+)"),)),
    Product(re.compile(rb" \(Lotus Domino "), (Format(r"^(?P<helo>\S+) \(\[{ip}\]\) by (?P<by>\S+) \(Lotus"),)),
)

WEB_MAIL = Format(r"^{ip} \(\[{other}\]\) by (?P<by>\S+)", needs=b"with HTTP")
WITH_HTTP = re.compile(rb"\bwith HTTP\b")

QMAIL_LDAP = re.compile(rb" by \S+ \(qmail-\S+\) with ")
SENDMAIL = Format(
    r"^(?P<helo>\S+) \((?:IDENT:(?P<ident>[^@ ]*)@)?(?P<rdns>\S+) \[{ip}\].*\) by (?P<by>\S+) \(", knows=True
)

_QMAIL_ENDS = r"(?: \(envelope-sender <\S+>\))? by (?P<by>\S+)"
QMAIL = re.compile(
    (
        r"^\S+(?: \((?:HELO|EHLO) \S*\))? \((?:\S+@)?\[?{other}\]?\)(?: \(envelope-sender <\S+>\))?"
        r" by \S+(?: \(.+\))? with (?:.* )?(?:SMTP|QMQP)(?! id )"
    )
    .replace("{other}", ADDRESS)
    .encode("ascii")
)
"""A line of qmail, of which QMAILS say what is what."""

QMAILS = (
    Format(r"^(?P<rdns>\S+) \((?:HELO|EHLO) (?P<helo>[^ \(\)]*)\) \((?P<ident>\S*)@\[?{ip}\]?\)" + _QMAIL_ENDS),
    Format(r"^(?P<rdns>\S+) \((?:HELO|EHLO) (?P<helo>[^ \(\)]*)\) \(\[?{ip}\]?\)" + _QMAIL_ENDS),
    Format(r"^(?P<host>\S+) \((?P<ident>\S*)@\[?{ip}\]?\)" + _QMAIL_ENDS),
    Format(r"^(?P<host>\S+) \(\[?{ip}\]?\)" + _QMAIL_ENDS),
)

BEFORE_QMAIL = (
    Format(r"^(?P<helo>\S+) \((?P<rdns>\S+) \[{ip}\]\) by (?P<by>\S+) with \S+ \(", knows=True),
    Format(r"^(?P<rdns>\S+) \(\[{ip}\] helo=(?P<helo>\S+)\) by (?P<by>\S+) with "),
    Format(r"^(?P<helo>\S+) \(<unknown\S*>\[{ip}\]\) by (?P<by>\S+) "),
    Format(r"^(?P<helo>\S+) \((?P<rdns>\S+\.\S+)\[{ip}\]\) by (?P<by>\S+) ", knows=True),
    Format(r"^(?P<helo>\S+) \((?P<ident>\S*)@\[{ip}\].*\) by (?P<by>\S+) \(", knows=True),
    Format(r"^(?:{ip} )?.*?by (?P<by>\S+\.hotmail\.msn\.com) ", needs=b".hotmail.msn.com "),
    Format(
        r"^(?P<rdns>\S+) \((?:HELO|EHLO) (?P<helo>\S*)\) \({ip}\) by (?P<by>\S+) \(qpsmtpd/\S+\) with (?:ESMTP|SMTP)"
    ),
    Format(r"^(?P<rdns>\S+) \(LHLO (?P<helo>\S*)\) \({ip}\) by (?P<by>\S+) with LMTP"),
    Format(r"^(?P<rdns>\S+) \((?:HELO|EHLO) (?P<helo>\S*)\) \[{ip}\] by (?P<by>\S+) \([^\)]+\) with (?:ESMTP|SMTP)"),
    Format(r"^(?P<helo>\S+) \(\[{ip}\]\) by (?P<by>\S+) via smtpd \(for \S+\) with SMTP\("),
)

BEFORE_FETCHERS = (
    Format(r"^\[{ip}\] by (?P<by>\S+) via HTTP$", needs=b" via HTTP"),
    Format(r"^\S+ \( \[{ip}\]\).*? by (?P<by>\S+) "),
    Format(r"^\((?P<helo>\S+) \[{ip}\]\) by (?P<by>\S+) "),
    Format(r"^\[{ip}\] by (?P<by>\S+) "),
    Format(r"^\(\[?{ip}\]?\) by (?P<by>\S+) "),
    Format(r"^(?P<helo>\S+) \[{ip}\] by (?P<by>\S+) \[{other}\] with ", knows=True),
    Format(r"^(?P<helo>\S+) \[\({ip}\)\] by (?P<by>\S+) \({other}\) "),
    Format(r"^(?P<helo>\S+) \(\[{ip}\]\) by (?P<by>\S+) \(", knows=True),
    Format(r"^(?P<helo>\S+) \(softdnserr \[{ip}\]\).*? by (?P<by>\S+)\b"),
    Format(r"^(?P<helo>\S+) \((?P<rdns>\S+) \[{ip}\]\).*? by (?P<by>\S+)\b", knows=True),
    Format(r"^(?P<helo>\S+) \(\[{ip}(?:[.:]\d+)?\]\).*? by (?P<by>\S+) ", knows=True),
)

FETCHED = re.compile(rb"with (?:POP3|IMAP)")
"""Mail that was fetched: the steps before it are those of another mailbox."""

REST = (
    Format(
        r"^(?P<rdns>\S+) \((?:HELO|EHLO) (?P<helo>[^\)]*)\) \((?:(?P<ident>\S*)@)?\[?{ip}\]?\).* by (?P<by>\S+) ",
        knows=True,
    ),
    Format(r"^(?P<host>\S+) \((?:(?P<ident>\S*)@)?\[?{ip}\]?\).* by (?P<by>\S+) ", knows=True),
    Format(r"^\[{ip}\] by (?P<by>\S+) with http for ", needs=b" with http for "),
    Format(r"^(?P<rdns>\S+)\({ip}\) by (?P<by>\S+) via smap ", knows=True, needs=b" via smap "),
    Format(r"^(?P<rdns>\S+)\({ip}, (?:HELO|EHLO) (?P<helo>\S*)\) by (?P<by>\S+) via smap ", knows=True),
    Format(r"^\[{ip}\] by (?P<by>\S+) \((?:Post|ArGoSoft)"),
    Format(r"^{ip} by (?P<by>\S+) \((?:SMTPL|InterScan)\b"),
    Format(r"^\S+ by \S+ with BSMTP", skips=True),
    Format(r"^(?P<helo>\S+) \((?P<rdns>\S+) \[{ip}\]\) by (?P<by>\S+) with ", knows=True),
    Format(
        r"^(?P<rdns>\S+) \((?:HELO|EHLO) (?P<helo>\S*)\) \((?:(?P<ident>\S+)@)?{ip}.*?\) by (?P<by>\S+) with ",
        knows=True,
    ),
    Format(r"^\[{ip}\] \((?:account \S+ )?(?:HELO|EHLO) (?P<helo>\S*)\) by (?P<by>\S+) \("),
    Format(r"^(?P<host>\S+) \(\[{ip}\] verified\) by (?P<by>\S+) \(", knows=True, needs=b" (CommuniGate Pro"),
    Format(r"^\(\[{ip}\]\) by (?P<by>\S+) with "),
    Format(r"^(?P<helo>[^\d]\S+) \({ip}\) by (?P<by>\S+) "),
    Format(r"^\S+ \(\S+\) by \S+ \(Content Technologies ", skips=True),
    Format(r"^(?P<helo>\S+) \(\[{ip}\] \[\S+\]\) by (?P<by>\S+) with "),
    Format(r"^{ip} by (?P<by>\S+) with "),
    Format(r"^(?P<helo>\S+) \((?P<rdns>\S+)\[{ip}\]\) by (?P<by>\S+) ", knows=True),
    Format(r"^\[{ip}\]\S+ \((?:HELO|EHLO) (?P<helo>\S*)\) by (?P<by>\S+) "),
    Format(r"^{ip} \((?:HELO|EHLO) (?P<helo>\S*)\) by (?P<by>\S+) "),
    Format(r"^(?P<helo>\S+) \[{ip}\] by (?P<by>\S+) "),
    Format(r"^(?P<rdns>\S+)\({ip}\) by (?P<by>\S+) "),
    Format(r"^\[{ip}\] by (?P<by>\S+) \(MailGate "),
    Format(r"^(?P<helo>\S+) \(unverified \[{ip}\]\) by (?P<by>\S+) "),
    Format(r"^{ip} \([A-Za-z][^\)]+\) by (?P<by>\S+) with "),
    Format(r"^\[{ip}\] \((?P<extra>[^\)]+)\) by (?P<by>\S+) "),
    Format(r"^(?P<rdns>\S+) \((?:\S+@)?{ip}\) by (?P<by>\S+) with "),
    Format(r"^UNKNOWN\({ip}\)(?:, claiming to be \"(?P<helo>\S+)\")? via \S+ by (?P<by>\S+),"),
    Format(r"^(?P<rdns>\S+)\({ip}\)(?:, claiming to be \"(?P<helo>\S+)\")? via \S+ by (?P<by>\S+),", knows=True),
    Format(r"^(?P<helo>\S+) \(\S+@{ip} with login\) by (?P<by>\S+\.yahoo\.com) with SMTP"),
    Format(r"^X-Originating-IP: {ip}$"),
    Format(r"^\S+ \([^\s@]+@{localhost}\) by \S+ \(", skips=True),
    Format(r"^\S+ \S+ by \S+ with local-e?smtp ", skips=True),
    Format(r"^127\.0\.0\.1 \(AVG SMTP \S+ \[\S+\]\)", skips=True),
    Format(r"^\S+@\S+ by \S+ ", skips=True),
    Format(r"^Unknown/Local \(", skips=True),
    Format(r"^{localhost} \((?:\S+@)?{localhost}[\)\[]", skips=True),
    Format(r"^\S+ \((?:\S+@)?{localhost}\) ", skips=True),
    Format(r"^\S+ \(\S+@\S+ \[{localhost}\]\) ", skips=True),
    Format(r"^\(AUTH: \S+\) by \S+ with ", skips=True),
    Format(r"^localhost \(localhost \[\[UNIX: localhost\]\]\) by ", skips=True),
    Format(r"^\S+\.amazon\.com by \S+\.amazon\.com with ESMTP \(peer crosscheck: ", skips=True),
    Format(r"^[^\.]+ by \S+ with Novell_GroupWise", skips=True),
    Format(r"^no\.name\.available by \S+ via smtpd \(for ", skips=True),
)

QMAIL_SCANNER = re.compile(rb"\S+ by \S+ \(.{0,100}\) with qmail-scanner")
"""It tells of the step before, whose envelope sender it knows."""

LAST = (
    Format(r"^\S+ by \S+ with local", skips=True),
    Format(r"^\S+ \(\[unix socket\]\) by \S+ \(Cyrus v[0-9]*\.[0-9]*\.[0-9]*\) with LMTPA", skips=True),
    Format(r"^\S+ by \S+ (?:with|via|for|\()", skips=True),
    Format(r"^\S+ (?:(?:with|via|for) \S+|\(unverified\)) by\b", skips=True),
    Format(r"^\S+ \(unknown\) by \S+ \(SG\) with \b", skips=True),
    Format(r"^\S+ \(\S+ \[local\]\) by \S+ \(OpenSMTPD\) with \b", skips=True),
    Format(r"\(LSMTP for", skips=True),
    Format(r"^\(\[{localhost}\]\) with MailEnable ", skips=True),
    Format(r"^facebook\.com \([^\)]+\) by facebook\.com with Thrift id \S+$", skips=True),
    Format(r"^\S+ named \S+ by gmailapi\.google\.com with HTTPREST$", skips=True),
    Format(r"^\S+ id \S+$", skips=True),
    Format(r"^\[<.*? \(Jetsend", skips=True),
)

SIMTA = Format(
    r"^(?P<helo>\S+) \((?:unverified|(?P<rdns>\S+)) \[{ip}\]\) BY (?P<by>\S+) (?:\([^\)]+\) WITH SMTP )?"
    r"ID <?(?P<id>\S+?)>?(?: FOR <[^>]+>)?$",
    knows=True,
)

IN_BRACKETS = (
    Format(r"^(?P<helo>\S*) \[{ip}\]\) by (?P<by>\S+) \(NAVGW .*?\) with "),
    Format(r"^\S+@localhost\) by \S+ ", skips=True),
    Format(r"^[^\s@]+@[^)]+\) by \S+\(jqueuemail\) id [^\s;]+", skips=True),
)

FROM = re.compile(rb"\(?from ", re.IGNORECASE)
LOCAL = re.compile(rb"\bwith local for\b")
NO_ADDRESS = re.compile(rb"from (?!\[[\d.]+\] )\S+ by [^\s;]+ ?;", re.IGNORECASE)
DATE = re.compile(
    rb"(?<![\s;])[\s;]++(?:(?:Mon|T(?:ue|hu)|Wed|Fri|S(?:at|un)), )?\d+ "
    rb"(?:J(?:an|u[nl])|Feb|Ma[ry]|A(?:pr|ug)|Sep|Oct|Nov|Dec) \d+ \d+:\d+(?::\d+)? \S+$"
)
ID = re.compile(rb" id <?([^\s<>;]{3,})")
HELO = re.compile(rb"\bhelo=([-A-Za-z0-9.^+_&:=?!@%*$\\/]+)")
HELO_WORD = re.compile(rb"\b(?:HELO|EHLO) ([-A-Za-z0-9.^+_&:=?!@%*$\\/]+)")
BY = re.compile(rb" by (\S+)")
ENVELOPE_FROM = re.compile(rb"(?:return-path:? |envelope-(?:sender|from)[ =])(\S+)\b", re.IGNORECASE)
EXTRA_HELO = re.compile(rb"helo=(\S+)")
EXTRA_IDENT = re.compile(rb"ident=(\S*)")
EXIM_FIRST = re.compile(rb"(\S+) ")
EXIM_HELO = re.compile(rb" \((\S+)\) ")
EXIM_IP = re.compile(rf" \[(?P<ip>{ADDRESS})(?:\.\d+)?\] ".encode("ascii"))
EXIM_BY = re.compile(rb"by (\S+) ")
GUESSED_HELO = re.compile(rb"(\S+)[^-A-Za-z0-9.]")
BRACKETED_IP = re.compile(rf"\[({ADDRESS})\]".encode("ascii"))
IDENT = re.compile(rb"([^@]*)@")
UNKNOWN = re.compile(rb"unknown\n?\Z|\[", re.IGNORECASE)
ZONE = re.compile(rb"%[A-Z0-9._~-]*\Z", re.IGNORECASE)
MAPPED = re.compile(rb"0*:0*:(?:0*:)*ffff:(\d+\.\d+\.\d+\.\d+)\n?\Z", re.IGNORECASE)
ODD = re.compile(rb"[\s\0#\[\]()<>|]")

AUTH_WITH = re.compile(rb" with ((?:ES|L|UTF8S|UTF8L)MTPS?A|ASMTP|HTTP[SU]?)(?: |;|$)", re.IGNORECASE)
AUTH_GMAIL = re.compile(
    rb" by mx\.google\.com with ESMTPS id [a-z0-9]{1,4}sm[0-9]{2,9}[a-z]{3}\.[0-9]{1,3}\.[0-9]{4}\."
    rb"(?:[0-6][0-9]\.){4}[0-6][0-9]"
)
AUTH_GMAIL_TLS = re.compile(rb"\(version=([^ ]+) cipher=([^\)]+)\)")
AUTH_COURIER = re.compile(rb"(?:\]\)|\)\]) \(AUTH: (LOGIN|PLAIN|DIGEST-MD5|CRAM-MD5) \S+(?:, .*?)?\) by ")
AUTH_SENDMAIL = re.compile(rb"(?:\](?: \([^)]{0,255}\))?\)|\)\]) ")
AUTH_GMX = re.compile(
    rf"from \S* \((?:HELO|EHLO) \S*\) \[{ADDRESS}\] by (mail\.gmx\.(?:net|com)) \([^\)]+\) with (ESMTP|SMTP)".encode(
        "ascii"
    )
)
AUTH_CRITICAL_PATH = re.compile(
    rb"\) by .{1,255} \(\d{1,2}\.\d\.\d{3}(?:\.\d{1,3})?\) \(authenticated as .{1,255}\) id "
)
AUTH_POSTFIX = re.compile(rb"\) \(Authenticated sender: \S+\) by \S+ \(([^\)]+)\) with ")
AUTH_COMMUNIGATE = re.compile(rb"CommuniGate Pro (?:HTTP|SMTP|XIMSS|IMAP)")
AUTH_HTTP_DAV = re.compile(rb" with Microsoft Exchange Server HTTP-DAV\b")
AUTH_VIA = re.compile(rb" \(via (HTTP.?)\)(?: |;|$)", re.IGNORECASE)
