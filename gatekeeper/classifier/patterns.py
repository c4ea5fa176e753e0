"""patterns: every regular expression of `classifier/`, in one table.

All are fixed, all are linear: what repeats is possessive (`*+`) or bounded, and no two neighbours match the same byte.
A group is never possessive: Python before 3.11.5, which Debian 12 has, then takes what it should give back.
They run over bytes of any origin.
"""

import re

MONEY = re.compile(rb"\$[0-9]++(?:\.[0-9]++)?")
"""An amount in dollars."""

ADDRESS = re.compile(rb"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})(?:\.(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})){3}")
"""An IPv4 address."""

QUEUE_ID = re.compile(rb"id(?<=[ \t\n]id)[ \t\r\n]++<?[A-Za-z0-9.-]++>?")
"""The name a server gave a message, in a Received line: never twice the same."""

VERP = re.compile(
    rb"(?<![A-Za-z0-9-])([A-Za-z][A-Za-z0-9]{0,29})-(?=[A-Za-z-]{0,40}[0-9])[A-Za-z0-9-]{2,80}-([A-Za-z0-9]{1,30}+)\Z"
)
"""The left part of an address that carries its recipient, `list-return-12345-user=example.org@…`: its two ends."""

UNSAID = re.compile(rb"(?i:boundary[ \t]*+=[ \t]*+(?:\"[^\"\n]*+\"|[^\s;]++)|(?:file)?name[ \t]*+=)")
"""What says nothing in a Content-Type: the boundary, the word before a name."""

COMMENT = re.compile(rb"<!--(?:.*?-->|.*+)", re.DOTALL)
"""A comment of a page, to its end or the page's."""

TELLING = re.compile(rb"<(?i:a|img|font)\s([^>]*+)")
"""A tag whose attributes are read: what it leads to, what it looks like."""

NUMBERED_HOST = re.compile(rb"//([0-9]{1,3}(?:\.[0-9]{1,3}){3})")
"""The host of a URL, if that is an IPv4 address."""

BREAK = re.compile(
    rb"<(?i:(?:br|center|d[dt]|h[1-6r]|iframe|img|input|li|p|select|table|t[dh]|textarea|title)"
    rb"|/?(?:blockquote|dir|div|dl|fieldset|form|legend|ol|pre|ul))(?=[\s>])[^>]*+>?"
)
"""A tag at which a word ends."""

TAG = re.compile(rb"<[^>]*+>?")
"""Any tag. A word goes on behind it."""

CHARACTER = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,8}));?")
"""A numeric character reference."""

CHARSET = re.compile(rb"(?i:charset)[ \t]*+=[ \t]*+\"?([A-Za-z0-9_.:-]++)")
"""The charset that a Content-Type declares."""
