"""habits: how programs and people write fields and links: the fixed patterns behind the traits of messages, in a table.

As in `message.patterns`: each is linear, for what repeats is possessive or bounded and does not begin anew within what
it has passed. They run over decoded text of any origin, and only ASCII counts as letter, digit and space.
"""

import re
from re import ASCII, IGNORECASE

_CONSONANT = "[bcdfghjklmnpqrstvwxz]"

SOUND_DATE = re.compile(
    r"\A(?:(?:mon|tue|wed|thu|fri|sat|sun), ?)?\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) "
    r"(?:\d{4}|\d\d) \d{1,2}:\d\d(?::\d\d)? ?(?:[+-]\d{4}|[a-z]{1,5})(?: ?\(.*\))?\Z",
    ASCII | IGNORECASE,
)
"""A date as RFC 5322 §3.3 has it, also in its obsolete forms."""

ZONE = re.compile(r"([+-])(\d\d)(\d\d)\b", ASCII)
"""Its zone: sign, hours, minutes."""

SOUND_ID = re.compile(r"\A<[^<>@\s]++@[^<>@\s]++>\Z", ASCII)
"""A Message-ID as RFC 5322 §3.6.4 has it, roughly."""

ADDRESS_IN_NUMBERS = re.compile(r"\A\[?\d{1,3}(?:\.\d{1,3}){3}\]?\Z", ASCII)
"""An IPv4 address, in brackets or not."""

QUEUE_ID = re.compile(r"\A(?:20\d{10}\.[a-zA-Z0-9]{8,}+|[0-9A-F]{8,12}|20\d{12}\.[0-9A-F]{8,12})\Z", ASCII)
"""What servers call a message in their queue, and then in the Message-ID that was missing."""

OUTLOOK_ID = re.compile(r"\A[0-9a-f]{12}\$[0-9a-f]{8}\$[0-9a-f]{8}\Z", ASCII)
LIKE_OUTLOOK_ID = re.compile(r"\A[0-9a-f]++\$[0-9a-f]++\$[0-9a-z]++\Z", ASCII | IGNORECASE)
LATER_OUTLOOK_ID = re.compile(r"\A(?:[A-Z0-9.]{20,}+\Z|[A-Za-z0-9+/=!.]{30,}+\Z|MAPI|JE|000)", ASCII)
"""The left half that Outlook makes, what resembles it, and what other versions of it make."""

ENCODED = re.compile(r"=\?[^?\s]++\?([bBqQ])\?([^?]*+)\?=", ASCII)
"""An encoded word (RFC 2047 §2)."""

BOUNDARY = re.compile(r'boundary="?([^";\s]++)', ASCII | IGNORECASE)
OUTLOOK_BOUNDARY = re.compile(r"\A-{4}=_NextPart_\d{3}_[0-9A-F]{4}_[0-9A-F]{8}\.[0-9A-F]{8}\Z", ASCII)
"""A boundary, and the shape that Outlook gives it."""

ADDRESS_IN_NAME = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9._%+-]++@([a-z0-9-]++(?:\.[a-z0-9-]++)*\.[a-z]{2,}+)", ASCII | IGNORECASE
)
"""An address where a name should stand."""

ENDS_IN_DIGITS = re.compile(r"(?<!\d)\d{3,}+\Z", ASCII)
MIXED_WITH_DIGITS = re.compile(r"\A(?:[a-z]++\d++[a-z]++\d++[a-z0-9]*+|\d++[a-z]++\d++[a-z0-9]*+)\Z", ASCII)
CONSONANTS = re.compile(_CONSONANT + "{6}")
"""Local parts that no person chose."""

REPLY = re.compile(r"\A(?:re|aw|sv|antw)(?:\[\d++\])?:", ASCII | IGNORECASE)
FORWARD = re.compile(r"\Afwd?:", ASCII | IGNORECASE)
"""How the subject of an answer begins, and that of something sent on."""

SUBJECT_TAIL = re.compile(rf"\s[\[({{]?[a-z]*+\d[a-z0-9]{{5,}}+[\])}}]?\Z|(?:\s|[.!?]){_CONSONANT}{{4,}}+\Z", ASCII)
"""Numbers and letters behind a subject that make each copy another."""

WIDE_BLANK = re.compile(r"(?<=\S)\s{5,}+\S", ASCII)
GAPPY = re.compile(r"\b\w[\s._*-]++(?:\w[\s._*-]++){3}\w\b", ASCII)
LOUD = re.compile(r"!!|\?\?|!\?|\$\$")
PRICE = re.compile(r"[$£€]\s?\d|(?<![\d.,])\d[\d.,]*+\s?(?:usd|eur|dollars|million)\b", ASCII)
"""Blanks in a row, letters set apart, more signs than one needs, and sums of money, in a subject."""

URL_PORT = re.compile(r"\Ahttps?://[^/?#@]*?:(\d{2,5})(?:[/?#]|\Z)", ASCII)
"""An address on the web with a port."""

NESTED_URL = re.compile(
    r"\Ahttps?://[^/]++/.*?(?:https?(?::|%3a)(?:/|%2f){2}|[?&](?:url|u|redirect|dest)=(?:https?|www))",
    ASCII | IGNORECASE,
)
"""One with another in it, to which it leads on."""

ESCAPES = re.compile(r"%[0-9a-fA-F]{2}(?:.{0,3}?%[0-9a-fA-F]{2}){5}")
"""One of which much is escaped."""

NUMBERED = re.compile(r"\d{4}|\d[a-z]++\d", ASCII)
"""A name with numbers in it, as machines make names."""

PAGE_BEGUN = re.compile(rb"<html\b", IGNORECASE)
"""The tag that a page begins with, in bytes."""

TAG = re.compile(rb"</?([a-z]{2,20}[a-z0-9]{0,10})[\s>]", IGNORECASE)
"""The name of an element, in bytes."""
