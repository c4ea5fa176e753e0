"""grammar: every pattern of the protocols, each beside the rule it stands for.

They are fixed and linear: the classes of neighbouring repetitions are disjoint or possessive, so nothing backtracks.
Matching fails with None, never otherwise.

Patterns work on `str`: a command is ASCII, or UTF-8 after SMTPUTF8 (RFC 6531 §3.3 adds UTF8-non-ascii to every class).
Such a class is written as what of ASCII is not in it: that compiles in no time, a million characters do not.
"""

import re

# RFC 5322 §3.2.3: no controls, no space, no specials
_ATEXT = r'[^\x00-\x20\x7f"(),.:;<>@\[\\\]]++'
_LETTER = r"[^\x00-/:-@\[-^`{-\x7f]"
_LABEL = rf"{_LETTER}(?:-*+{_LETTER}++)*"

# RFC 5321 §4.1.2. Beyond it `_` stands in a label, because hosts use it; a trailing dot does not end a domain.
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_LITERAL = r"\[[0-9A-Za-z:.\-]++\]"
_DOT_STRING = rf"{_ATEXT}(?:\.{_ATEXT})*"
_QUOTED = r'"(?:[^\x00-\x1f"\\\x7f]|\\[ -~])*"'
_ROUTE = rf"@{_DOMAIN}(?:,@{_DOMAIN})*:"

# Path = "<" [ A-d-l ":" ] Mailbox ">"; also <> and, for RFC 5321 §4.1.1.3, a local part alone
PATH = re.compile(
    rf"<(?:(?:{_ROUTE})?(?P<local>{_DOT_STRING}|{_QUOTED})(?:@(?P<domain>{_DOMAIN}|{_LITERAL}))?)?>(?= |\Z)"
)
DOT_STRING = re.compile(_DOT_STRING)
QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)

# RFC 5321 §4.1.3, without leading zeros, which some read as octal
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")

# esmtp-param = esmtp-keyword ["=" esmtp-value]
PARAMETER = re.compile(r"([0-9A-Za-z][0-9A-Za-z-]*+)(?:=([^\x00-\x20=\x7f]++))?")
# RFC 1870 §5 (20 digits), RFC 3030 §2
SIZE = re.compile(r"[0-9]{1,20}", re.ASCII)
CHUNK = re.compile(r"([0-9]{1,20})(?: +(LAST))?", re.ASCII | re.IGNORECASE)
# RFC 3461 §4: xtext = *( xchar / hexchar )
XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
HEXCHAR = re.compile(r"\+([0-9A-F]{2})")
# RFC 3461 §4.2: original-recipient-address = addr-type ";" xtext
ORIGINAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*+;(?:[!-*,-<>-~]|\+[0-9A-F]{2})+")
# Domain / address-literal of HELO, as wide as clients are: any printable word
HELO = re.compile(r"[!-~]{1,255}+")

# RFC 5321 §4.4: "from" Extended-Domain, as the common servers write it
FROM_CLAUSE = re.compile(r"\s*+from\s++(?P<name>\S++)(?P<comments>.*?)(?:\sby\s|;|\Z)", re.DOTALL | re.IGNORECASE)
CLAIM = re.compile(r"\b(?:helo|ehlo|ident)[= ]\s*+[^\s)]*+|\(\s*+\)", re.IGNORECASE)
BRACKETED = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f.:]++)\]", re.IGNORECASE)
COMMENT = re.compile(r"\(([^()]++)")
# The same clause on one line, with its comments, one in another at most
FROM_COMMENTS = re.compile(r"from\s++(\S++)\s*+((?:\((?:[^()]++|\([^()]*+\))*\)\s*+)*)", re.IGNORECASE)
COMMENT_HELO = re.compile(r"\bhelo[ =]\s*+([^\s()\[\]]++)", re.IGNORECASE)
BY_CLAUSE = re.compile(r"\bby\s++([^\s();]++)", re.IGNORECASE)
# The reverse name before the address, or none
NAMED_CLIENT = re.compile(r"\(\s*+(?:[^\s()\[\]@]*+@)?([a-z0-9._-]+\.[a-z0-9-]++)\.?\s++\(?\[", re.IGNORECASE)
NAMELESS_CLIENT = re.compile(r"\(\s*+(?:[^\s()\[\]@]*+@)?(?:unknown\s++)?\[", re.IGNORECASE)
# Servers that write the reverse name if there is one
TELLS_NAMES = re.compile(
    r"\((?:postfix|8\.\d++|[\d.]++/[\d.]++)[^()]*+\)|\bwith e?smtps?a? id [0-9A-F]{8,}+", re.IGNORECASE
)
# What a HELO argument may not bring into a comment or another clause of our own trace line
NOT_IN_HELO = re.compile(r"[^0-9A-Za-z.:_\[\]-]")

# PROXY protocol §2.1
PROXY_LINE = re.compile(
    r"PROXY TCP(?P<version>[46]) (?P<source>[0-9A-Fa-f.:]++) (?P<destination>[0-9A-Fa-f.:]++)"
    r" (?P<from>[0-9]{1,5}) (?P<to>[0-9]{1,5})",
    re.ASCII,
)
