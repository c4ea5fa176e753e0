r"""html_patterns: the fixed regular expressions of reading HTML as Perl's HTML::Parser and SpamAssassin do."""

import re

from gatekeeper.spamassassin.texts.patterns import WIDE_SPACE

_W = r"\t-\r "
"""HTML::Parser's white space, inside a class."""

EMPTY_ELEMENT = re.compile(r"<([A-Za-z0-9_]++)[\t-\r ]*+/>")
WIDE_EMPTY_ELEMENT = re.compile(rf"<(\w++)[{WIDE_SPACE}]*+/>")
"""What is made an opening tag before all else."""

TAG_NAME = re.compile(rf"[^{_W}>]+")
ATTRIBUTE = re.compile(rf"([^{_W}>][^{_W}=>]*+)[{_W}]*+(=?)[{_W}]*+")
COMMON_ATTRIBUTE = re.compile(
    rf"([^{_W}>=][^{_W}=>]*+)[{_W}]*+=[{_W}]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^{_W}>\"'][^{_W}>]*+))[{_W}]*+"
)
"""A name with a value, as most are."""

COMMON_END = re.compile(rf"</([A-Za-z0-9]++)[{_W}]*+>")
"""An end tag with nothing odd in it."""

VALUE = re.compile(rf"(\"[^\"]*+\"|'[^']*+'|[^{_W}>\"'][^{_W}>]*+)[{_W}]*+")
SPACE = re.compile(rf"[{_W}]*+")
COMMENT_END = re.compile(rf"--[{_W}]*+>")
DECLARATION_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]*+")
DECLARATION_WORD = re.compile(rf"[{_W}]*+(\"[^\"]*+\"|'[^']*+'|--(?:[^-]|-(?!-))*--|[^{_W}>\"'-][^{_W}>]*+)")
SECTION_NAME = re.compile(rf"([A-Za-z_:][A-Za-z0-9_.:-]*+)[{_W}]*+")
QUOTES = re.compile(r"[\"'>]")

LITERAL_END = {
    name: re.compile(rf"</({name})[{_W}]*+>", re.IGNORECASE | re.ASCII)
    for name in ("script", "style", "xmp", "iframe", "title", "textarea")
}
"""What alone ends the text of these elements; nothing ends that of plaintext."""

ENTITY = re.compile(r"&(?:#([xX][0-9A-Fa-f]*+|[0-9]*+)|([A-Za-z0-9_]++))(;?)")

NAMESPACE = re.compile(r"(?:o|st[0-9]):[A-Za-z0-9_-]+/?\n?\Z")

DISPLAYED_SPACE = re.compile("[ \t\n\r\f\v]+|\xc2\xa0")
"""What is shown as one space; octets of UTF-8 among it, where text is octets."""

_WORD = r"[^{space}\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]"
_LETTER, _WIDE_LETTER = _WORD.format(space=_W), _WORD.format(space=WIDE_SPACE)

STARTS_A_WORD = (re.compile(_LETTER, re.ASCII), re.compile(_WIDE_LETTER))
ENDS_A_WORD = (re.compile(_LETTER + r"\Z", re.ASCII), re.compile(_WIDE_LETTER + r"\Z"))
BACK = (
    re.compile(rf"\b({_LETTER}{{1,7}})\Z", re.ASCII),
    re.compile(rf"\b({_WIDE_LETTER}{{1,7}})\Z"),
)
HAIR = (
    re.compile(rf"({_LETTER}{{1,7}})\b", re.ASCII),
    re.compile(rf"({_WIDE_LETTER}{{1,7}})\b"),
)
"""A few letters before a tag and behind it: the second of each pair is for characters."""

FONT_FACE = re.compile(
    r"[\t-\r ]*[\"'.]?[a-z ][a-z -]*[a-z]\d?[\"']?(?:,[\t-\r ]*[\"']?[a-z][a-z -]*[a-z]\d?[\"']?)*;?\n?\Z",
    re.IGNORECASE | re.ASCII,
)
DIMENSION = re.compile(r"(\d+)(%)?\n?\Z", re.ASCII)
SIZE = re.compile(r"[\t-\r ]*([+-]?)(\d{1,18})", re.ASCII)
REFRESH_URL = re.compile(r"\burl[\t-\r ]*=", re.IGNORECASE | re.ASCII)
REFRESH_HEAD = re.compile(r"^.*\burl[\t-\r ]*=[\t-\r ]*", re.IGNORECASE | re.ASCII)
REFRESH_TAIL = re.compile(r"(?<![\t-\r ])[\t-\r ]*+;.*", re.ASCII)
HREF_KEY = re.compile(r"\w/href", re.ASCII)
SRC_KEY = re.compile(r"\w/src", re.ASCII)
MAILTO = re.compile(r"mailto:", re.IGNORECASE | re.ASCII)
NOT_RESOLVED = re.compile(r"(?:data|mailto|file|cid|tel):", re.IGNORECASE | re.ASCII)
WEB_BASE = re.compile(r"(?:https?|ftp):/{0,2}", re.IGNORECASE | re.ASCII)
BASE_HEAD = re.compile(r"[a-z]+:/{0,2}[^/]+/", re.IGNORECASE | re.ASCII)
LINK_SPACE = "\t\n\v\f\r \xa0"
WIDE_LINK_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

STYLE_COLOUR = re.compile(r"[\t-\r ]*(background-)?color:", re.IGNORECASE | re.ASCII)
STYLE_BACKGROUND = re.compile(r"[\t-\r ]*background:", re.ASCII)
STYLE_PROPERTY = re.compile(r"[\t-\r ]*(display|visibility)[\t-\r ]*:", re.ASCII)
IMPORTANT = re.compile(r"(?<![\t-\r ])[\t-\r ]*+![\t-\r ]*+important\n?\Z", re.ASCII)
NOT_RGB = re.compile(r"[^0-9,]")
HEX_OR_RGB = re.compile(r"[#a-f0-9]*\n?\Z|.*rgb\([0-9%, ]*\)", re.ASCII | re.DOTALL)
RGB_PERCENT = re.compile(r"rgb\((\d{1,9})%,\s*(\d{1,9})%,\s*(\d{1,9})%\s*\)", re.ASCII)
RGB = re.compile(r"rgb\((\d{1,9}),\s*(\d{1,9}),\s*(\d{1,9})\s*\)", re.ASCII)
HEX_COLOUR = re.compile(r"#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\n?\Z", re.ASCII)
NOT_HEX = re.compile(r"[^a-f0-9]", re.ASCII)

URI_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
DOTS_FIRST = re.compile(r"\.\.?/")
SEGMENT = re.compile(r"/?[^/]*")
WWW = re.compile(r"www\d*\.", re.IGNORECASE | re.ASCII)
FTP = re.compile(r"ftp\d*\.", re.IGNORECASE | re.ASCII)
