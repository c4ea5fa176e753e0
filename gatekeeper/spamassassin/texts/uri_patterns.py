r"""uri_patterns: the fixed regular expressions by which links are found in text and their other forms are made."""

import re

_END = rb"><\"`}\]{\[|\s\x1b\xa0"
_MAIL_END = _END + rb",('\x80-\xff"
_BEGIN = rb"(?:\b|(?<=\x1b\(.)|(?<=[><\"'`,{\[(|\s\x1b\xa0]))"
_BARE_BEGIN = rb"(?:(?<![\x00-\xff])|(?<=[!\"#$&'()*+,/:;<=>?@\[\\\]^`{|}~\s\x1b\xa0]))"

WITH_SCHEME = re.compile(
    _BEGIN + rb"(?:(?:https?|ftp)://|(?:www\d{0,2}|ftp)\.)[^" + _END + rb"]{1,2048}+(?=[" + _END + rb"]|\Z)",
    re.IGNORECASE | re.DOTALL,
)
MAILTO = re.compile(
    _BEGIN + rb"mailto:[^" + _MAIL_END + rb"]{1,2048}+(?=[" + _MAIL_END + rb"]|\Z)", re.IGNORECASE | re.DOTALL
)
MAIL_HOST = re.compile(rb"[^" + _MAIL_END + rb"]{1,251}+(?=[" + _MAIL_END + rb"]|\Z)")
MAIL_BEGIN = re.compile(_BEGIN, re.DOTALL)
NOT_IN_A_USER = frozenset(b"><\"`}]{[| \t\n\v\f\r\x1b\xa0,('@") | frozenset(range(0x80, 0x100))
BARE_HOST = re.compile(_BARE_BEGIN + rb"[a-z\d][a-z\d._-]{0,251}\.([a-z0-9-]+)(?![a-z0-9-]|\.[a-z0-9])", re.IGNORECASE)
BEHIND_BARE_HOST = re.compile(
    rb"\.?(?::\d{1,5})?(?:/[^" + _END + rb"]{1,2048}+)?(?=[" + _END + rb"]|\Z)", re.IGNORECASE
)
"""What may be a link without a scheme, if what the group has is a top-level domain."""

UP_TO_BRACKET = re.compile(rb"[^(]*\)")
TRAILING = b"-~!@#^&*()_+=:;'?,."

CONTENT_ID = re.compile(rb"[cm]id:", re.IGNORECASE)
NOTHING_BUT_SCHEME = re.compile(rb"\w+:/{0,2}\n?\Z")
KNOWN_SCHEME = re.compile(rb"(?:https?|ftp|mailto):", re.IGNORECASE)
FTP_HOST = re.compile(rb"ftp\.", re.IGNORECASE)
WWW_HOST = re.compile(rb"www\d{0,2}\.", re.IGNORECASE)
PATH_BEFORE_AT = re.compile(rb"/.+@")
DOT_BEHIND_AT = re.compile(rb"@.+?\.")
MISREAD_MAILTO = re.compile(rb"(?:skype|e?-?mail)?:+", re.IGNORECASE)
MAIL_TO = re.compile(r"mailto:", re.IGNORECASE)
MAILTO_HOST = re.compile(r"@([^?&>]*)")
ESCAPED_SPACES = re.compile(r"(?:%20)+\n?\Z")

ESCAPED = re.compile(r"(%[0-9a-fA-F]{2})")
TO_ESCAPE = re.compile('[\\x00-\\x20\\x7f-\\xff"%<>]')

WITHOUT_HOST = re.compile(r"[#?&]|/(?!/)")
AN_ADDRESS = re.compile(r"mailto:|[^:]*@", re.IGNORECASE)
MAIL_BEFORE_QUERY = re.compile(r"([^@]+@[^?]+)\?")
MAIL_BEFORE_AND = re.compile(r"([^@]+@[^?&]+)&")
MAIL_BEHIND_SPACE = re.compile(r"(?:mailto:)?(?:%20)*([^@]+@[^?&%]+)")
MAIL_IN_BRACKETS = re.compile(r"<([^@>]+@[^>]+)>")
QUERY = re.compile(r"[?&]")

HTTP = re.compile(r"(https?:)/{0,2}", re.IGNORECASE)
SCHEME = re.compile(r"[-_a-z0-9]+:", re.IGNORECASE | re.ASCII)
NO_PATH = re.compile(r"(https?://[^/?#]+)(?=[?#])", re.IGNORECASE)
DECIMAL = re.compile(r"&#0*(3[3-9]|[4-9]\d|1[01]\d|12[0-6]);", re.ASCII)
HEXADECIMAL = re.compile(r"&#x0*(2[1-9]|[3-6][a-fA-F0-9]|7[0-9a-eA-E]);")
DOT = re.compile(r"&#(?:x2e|12290|x3002|65294|xff0e|65377|xff61);", re.IGNORECASE)
WEB = re.compile(r"(https?://)([^@/?#]*@)?([^/?#:]+)((?::(\d*))?.*)\n?\Z", re.IGNORECASE | re.ASCII)
PORT_80 = re.compile(r":80\b", re.ASCII)
PORT_443 = re.compile(r":443\b", re.ASCII)
CONTROLS = re.compile(r"[\x00-\x20]")
INNER = re.compile(r"https?:/{0,2}[^&#]+", re.IGNORECASE)
USER = re.compile(r"[^@]+@")
ODD_END = re.compile(r"(?<![^0-9A-Za-z])[^0-9A-Za-z]++\n?\Z")
FOUR_NUMBERS = re.compile(
    r"((?:0x[0-9a-f]+|\d+)\.)((?:0x[0-9a-f]+|\d+)\.)((?:0x[0-9a-f]+|\d+)\.)(0x[0-9a-f]+|\d+)\n?\Z",
    re.IGNORECASE | re.ASCII,
)
HEX_NUMBER = re.compile(r"0x([0-9a-f]+)", re.IGNORECASE)
OCTAL = re.compile(r"0+([1-3][0-7]{0,2}|[4-7][0-7]?)\b", re.ASCII)
ONE_NUMBER = re.compile(r"[0-9]+\n?\Z")
ONE_HEX_NUMBER = re.compile(r"0x[0-9a-f]+\n?\Z", re.IGNORECASE)
ONE_LABEL = re.compile(r"(?:www\.)?([^.]+)\n?\Z")

DKIM_DOMAIN = re.compile(rb"\bd\s*=\s*([^;]+)")
