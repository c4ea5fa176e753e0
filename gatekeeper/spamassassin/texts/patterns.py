r"""patterns: the fixed regular expressions by which texts are rendered, in one place. All take linear time.

They say what SpamAssassin takes for an encoded word, a boundary, a delimiter of links. `SPACE` and kin spell Perl's
`\s` out, which is not Python's: of text that is characters it has NEL and the Unicode spaces, of octets neither.
"""

import re

SPACES = b" \t\n\v\f\r"
"""Perl's `\\s` in octets."""

WIDE_SPACE = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""Perl's `\\s` in characters, inside a class."""

FOLD = re.compile(rb"\n[ \t]+")
"""A folded line of a header field."""

RAW_FOLD = re.compile(rb"\r?\n\s+")
"""The same where the raw value is unfolded."""

LINE_END = re.compile(rb"\r?\n")

BARE_LF = re.compile(rb"(?<!\r)\n")

FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
"""A header field begins."""

PART_FIELD = re.compile(rb"[!-9;-~]+:")
"""The same without white space, right behind a delimiter."""

MBOX_SEPARATOR = re.compile(rb"From\s+(?!:)")
"""A first line that is no field, two spaces before a colon with it."""

COLON = re.compile(rb":\s*")

BLANK_RUN = re.compile(rb"(?:\n[ \t\r\f\v]*+){21}")
"""More empty lines than are kept."""

NOT_DECODED = re.compile(
    rb"(?:received|(?:resent-)?(?:message-id|date)|mime-version|references|in-reply-to|list-.*)\Z", re.DOTALL
)
"""Header fields in which encoded words stay as they are."""

BETWEEN_WORDS = re.compile(
    rb"(=\?[A-Za-z0-9*_-]+\?[bqBQ]\?[^?]*\?=)\s+(?==\?[A-Za-z0-9*_-]+\?[bqBQ]\?[^?]*\?=)",
)

WORD = re.compile(rb"=\?([A-Za-z0-9*_-]+)\?([bqBQ])\?([^?]*)\?=|([^=]+|.)", re.DOTALL)
"""An encoded word, or text up to where one may begin."""

LATE_SPACE = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n)")
"""White space at the end of a line."""

SOFT_BREAK = re.compile(rb"=\r?\n")

ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")

BASE64 = re.compile(rb"[A-Za-z0-9+/=]{2,}\Z")

PAD_INSIDE = re.compile(rb"(?<!=)=++(?=[^=])")

TEXT_OR_MESSAGE = re.compile(r"(?:text|message)/", re.IGNORECASE)

ASCII_NAMES = re.compile(
    r"(?:(?:us-)?ascii|ansi[_ ]?x3\.4-(?:1986|1968)|iso646-us"
    r"|iso[ -]?8859(?:-\d{1,2})?|windows-\d{4}|utf-?8|(?:koi8|euc)-[a-z]{1,2}|big5|gbk|gb[ -]?18030(?:-20\d\d)?)\Z",
    re.IGNORECASE | re.ASCII,
)
"""Charsets in which text that is all ASCII need not be decoded."""

GB18030 = re.compile(r"gb[ -]?18030(?:-20\d\d)?\Z", re.IGNORECASE | re.ASCII)

UTF_8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
    rb"|([\xc0-\xdf][\x80-\xbf]?|[\xe0-\xef][\x80-\xbf]{0,2}|[\xf0-\xf7][\x80-\xbf]{0,3}|[\xf8-\xfb][\x80-\xbf]{0,4}"
    rb"|[\xfc\xfd][\x80-\xbf]{0,5}|[\x80-\xff])"
)
"""A character beyond ASCII; or, as a group, what is none, as far as Perl takes it for a single one."""

NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef\ufffe\uffff" + "".join(chr(p << 16 | e) for p in range(1, 17) for e in (0xFFFE, 0xFFFF)) + "]"
)

BOUNDARY = re.compile(rb"\bboundary\s*=\s*(\"[^\"]+|[^\s\";]++(?=[\s;]|$))", re.IGNORECASE)

CHARSET = re.compile(rb"\bcharset\s*=\s*[\"']?(.*?)[\"']?(?:;|$)", re.IGNORECASE)

NAME = re.compile(rb"\b(?:file)?name\s*=\s*[\"']?(.*?)[\"']?(?:;|$)", re.IGNORECASE)

NAME_SECTION = re.compile(rb"\b(?:file)?name\*(\d+)\s*=\s*[\"']?(.*?)[\"']?(?:;|$)", re.IGNORECASE)
"""One section of a name in several (RFC 2231 §3)."""

TYPE = re.compile(rb"([^/]+(?:/[^/\s]*)?).*\Z", re.DOTALL)

PLAIN_TEXT = re.compile(rb"text\b(?!/(?:x-vcard|calendar|html)\n?\Z)")
"""Types that are read as text/plain."""

DISPOSITION_NAME = re.compile(rb"name=\s*\"?([^\";]+)\"?", re.IGNORECASE)

HTML_NAME = re.compile(rb"\.s?html?\n?\Z", re.IGNORECASE)

PARAGRAPHS = re.compile(r"\n+\s*\n+", re.ASCII)
WIDE_PARAGRAPHS = re.compile(rf"\n+[{WIDE_SPACE}]*\n+")
WHITE = re.compile(r"[\t-\r ]+")
WIDE_WHITE = re.compile(rf"[{WIDE_SPACE}]+")

ISO_8859 = re.compile(r"\biso[-_]?8859[-_](\d{1,2})\Z", re.ASCII)
CODE_PAGE = re.compile(r"\b(?:cp|ibm|ms|windows)[-_ ]?(\d{2,4})\Z", re.ASCII)
CODEC_NAME = re.compile(r"\b(?:utf-8|latin-?1|us-?ascii)\Z", re.ASCII)

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}"


_GROUP = "[a-f0-9]{1,4}"
_MAPPED = "|".join(
    (
        rf"(?:{_GROUP}:){{6}}",
        rf"::(?:{_GROUP}:){{0,5}}",
        rf"(?:{_GROUP}:){{1,5}}:",
        *(rf"(?:{_GROUP}:){{{before}}}:(?:{_GROUP}:){{1,{5 - before}}}" for before in range(1, 5)),
    )
)
"""What stands before the dotted form of an IPv4 address in IPv6."""

_IPV6 = "|".join(
    (
        rf"(?:{_GROUP}:){{7}}{_GROUP}",
        rf":(?::{_GROUP}){{1,7}}",
        rf"(?:{_GROUP}:){{1,7}}:",
        *(rf"(?:{_GROUP}:){{{before}}}(?::{_GROUP}){{1,{7 - before}}}" for before in range(1, 7)),
        "::",
    )
)

ADDRESS = (
    rf"(?:\b(?<!:){_IPV4}\b"
    rf"|(?:(?i:IPv6:)|(?<![a-fA-F0-9:]))(?i:(?:{_MAPPED}){_IPV4}|{_IPV6})(?![a-fA-F0-9:]))"
)
"""An IP address inside a text, as SpamAssassin finds it; the prefix `IPv6:` is part of it."""

IP = re.compile(ADDRESS.encode())

LONE_IP = re.compile(rf"(?<!\.)\b({ADDRESS})\b(?!\.)".encode())

WHOLE_IP = re.compile(rf"{ADDRESS}\Z".encode())

GROUP = re.compile(rb"[^\"()<>]+:\s*")
"""The name of a group before its addresses, or whatever else ends in a colon."""

QUOTED = re.compile(rb"\"((?:[^\"\\]|\\.){0,1000})\"", re.DOTALL)

QUOTED_OR_NOT = re.compile(rb"\"((?:[^\"\\]|\\.){0,1000})\"|([^\"]+)", re.DOTALL)

UNQUOTED = re.compile(rb"[^\",;<]+")

COMMENT = re.compile(rb"\((?:[^()\\]|\\.){0,1000}\)", re.DOTALL)

END_COMMENT = re.compile(rb"\s*\(((?:[^()\\]|\\.){0,1000})\)", re.DOTALL)

MAILBOX = re.compile(
    rb"(?:\"(?:[^\"\\]|\\.){0,1000}\"|[^@\s<>()\[\],:;]+)@(?:[^\"\s<>()\[\],:;]+|\[[\d:.]+\])", re.DOTALL
)

ENCLOSED_MAILBOX = re.compile(
    rb"<((?:\"(?:[^\"\\]|\\.){0,1000}\"|[^@\s<>()\[\],:;]+)@(?:[^\"\s<>()\[\],:;]+|\[[\d:.]+\]))>", re.DOTALL
)

SEPARATOR = re.compile(rb"\s*(?:[,;]|\Z)")

SPACE = re.compile(rb"\s+")

NOT_SPACE = re.compile(rb"\S*")

ESCAPED = re.compile(rb"\\(?!\\)")

ONE_QUOTED = re.compile(rb"\A'(.*?)'\n?\Z")

LABEL = re.compile(rb"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\n?\Z")

TOP_LEVEL = re.compile(rb"\.([A-Za-z0-9-]+)")
"""What may be a top-level domain."""

TOKEN = re.compile(rb"\S+")

NOT_A_HOST = re.compile(rb"(?:javascript|cid|file):")
SCHEME = re.compile(rb"\A[a-z]+:/{0,2}")
PATH = re.compile(rb"[/?#].*", re.DOTALL)
USER = re.compile(rb"\A[^/]*@")
PORT = re.compile(rb":\d*\n?\Z")

PRINTABLE_ESCAPE = re.compile(rb"%(?:2[1-9a-f]|[3-6][0-9a-f]|7[0-9a-e])")
"""A percent escape of what needs none."""

TEXT_OR_MESSAGE_WORD = re.compile(r"(?:text|message)\b", re.ASCII)

DOTS = re.compile(rb"\.+")
FOR = re.compile(rb" for <?(\S+@(\S+?))>?;")
