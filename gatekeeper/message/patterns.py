"""patterns: every regular expression of `message/`, in one table.

All are fixed, all are linear: what repeats is possessive (`*+`) or bounded, and no two neighbours match the same byte.
A group is never possessive: Python before 3.11.5, which Debian 12 has, then takes what it should give back.
They run over raw bytes of any origin.
"""

import re

FIELD = re.compile(rb"([!-9;-~]++)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*)\n?")
"""One logical header line (RFC 5322 §2.2.3): name, raw value. A carriage return before its line feed is in group 2."""

_PLAIN = r"[\x01-!#-'*+\--9?-\[\]-\x7f]"
_PLAIN_ADDRESS = rf"{_PLAIN}*+(?:<{_PLAIN}++>\s*+)?"
PLAIN_ADDRESSES = re.compile(rf"{_PLAIN_ADDRESS}(?:,{_PLAIN_ADDRESS})*", re.ASCII)
"""Addresses as nearly all are written, without quotes, comments, groups, routes and encoded words."""

FROM_LINE = re.compile(rb">*From [^\n]*+\n")
"""The envelope line of an mbox file, which MTAs take off the top of a message."""

SEPARATOR_TIME = re.compile(rb"[ T]\d{1,2}:\d\d(?!\d)")
SEPARATOR_YEAR = re.compile(rb"(?<!\d)(?:19|20)\d\d(?!\d)")
"""What the `From ` line between two messages of an mbox holds, in whatever order (RFC 4155 appendix A)."""

SEPARATOR_CTIME = re.compile(
    rb"[ ,](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d"
)
"""The time in it as ctime(3) writes it, which nobody writes by chance."""

SEPARATOR_SENDER = re.compile(rb"From \S++[ \t]*+\r?\n")
"""Such a line without a time."""

FIELD_NAME = re.compile(rb"(?:[!-9;-~]++[ \t]*+:|>From )")
"""What the line behind it begins with."""

QUOTED_FROM = re.compile(rb"^>(>*+From )", re.MULTILINE)
"""A line of the body that an mbox holds with one `>` more (mboxrd), or with its only one (mboxo)."""

BLANK = re.compile(rb"\r?\n")
"""The empty line that ends a header."""

BLANK_LINE = re.compile(rb"\n\r?\n")
"""The next empty line, from within another line."""

CONTENT_LINE = re.compile(
    rb"(?:\A|[\r\n])[\x00-\x09\v\f\x0e-\x20\x7f-\xff]*+content-(type|disposition|transfer-encoding)"
    rb"(?:[\x00-\x09\v\f\x0e-\x20\x7f-\xff]*+:|[ \t])"
    rb"([^\r\n]*+(?:\r?\n[ \t][^\r\n]*+){0,50})",
    re.IGNORECASE,
)
"""A Content- field wherever a lenient reader may find one: after a bare CR, indented, without its colon."""

FOLD = re.compile(rb"\r?\n(?=[ \t])")
"""The line end of a folded line."""

DELIMITER_TAIL = re.compile(rb"(--)?[ \t]*+\r?+(?:\n|\Z)")
"""What may stand behind `--boundary` (RFC 2046 §5.1.1); group 1 says it is the last."""

STRAY = re.compile(
    rb"\n--([^\r\n]*+)\r?\n((?:(?!--|\r?\n)[^\n]*+\n){0,200}?)[\x00-\x09\v\f\x0e-\x20\x7f-\xff]*+"
    rb"(?i:content-(?:type|disposition|transfer-encoding))"
)
"""A line of dashes with a part's header right behind it: somebody's boundary, whatever the declaration says."""

LATE_HEADER = re.compile(
    rb"\s*+((?:(?!--)[^\r\n]++\r?\n){0,50}?[\x00-\x09\v\f\x0e-\x20\x7f-\xff]*+"
    rb"(?i:content-(?:type|disposition|transfer-encoding)))"
)
"""A part's header behind the empty line that should end it."""

BARE_CR = re.compile(rb"\r(?!\n)")
"""A CR without its LF."""

CRS_LF = re.compile(rb"(?<!\r)\r++\n")
"""A line end with its CR, however often."""

LF_CRS = re.compile(rb"\n\r++")
"""A line end the wrong way round."""

STRUCTURE = re.compile(rb"\n(?:--|=?y?begin[ -]|(?i:content-))")
"""A line that may be a delimiter, a field that matters, or the first of an encoded file."""

ODD_STRUCTURE = re.compile(
    rb"\n\r?(?:--|(?i:content-))[^\r\n\0]*+(?:\0|\r(?!\n))|\r(?!\n)[ \t\0]{0,20}+(?:--|=?y?begin[ -]|(?i:content-))"
)
"""The same with a NUL in it, or a bare CR next to it."""

DASHES = re.compile(rb"\n--([^\r\n]*+)")
"""Any line of dashes."""

CLEAN_VALUE = re.compile(
    rb"\s*+([\w!#$&^.+-]++(?:/[\w!#$&^.+-]++)?)\s*+"
    rb"((?:;\s*+[\w.-]++=(?:[\w!#$&^`|~.{}+/:@?-]++|\"[^\"\\\r\n\0]*+\")\s*+)*);?+\s*+",
    re.ASCII,
)
"""A Content-Type or -Disposition on which all readers agree (RFC 2045 §5.1): token, then plain parameters."""

CLEAN_PARAMETER = re.compile(rb';\s*+([\w.-]++)=("?)([^";]*+|[^"]*+)\2', re.ASCII)
"""One parameter of a CLEAN_VALUE."""

ODD_VALUE = re.compile(rb'=\?|"<|[%&]')
"""What makes readers take a clean value for more than it says: RFC 2047, brackets, percent signs, HTML."""

PARAMETERS = (
    re.compile(
        rb"""(?<![^\s=;"(),])([^\s=;"(),]++)\s*+=\s*+("(?:[^"\\]|\\.)*"?+[^;]*+|(?:[^;\\"]|\\.|["\\])*)""", re.DOTALL
    ),
    re.compile(rb"""(?<![^\s=;"',])([^\s=;"',]++)\s*+=\s*+([^;]*+)"""),
    re.compile(rb"""(?<![^\s=;"',])([^\s=;"',]++)\s*+=\s*+([^\s;,]*+)"""),
)
"""Parameters as three kinds of reader see them: quotes and backslashes count; only `;` counts; white space ends it.

What stands before a key is looked at, lest a long word without `=` be tried from each of its letters on."""

NAME_KEY = re.compile(rb"(?:file)?name(?:\*(\d{1,9}))?(\*)?", re.IGNORECASE)
"""The key of a file name, with RFC 2231's section number and mark of encoding."""

FILE_NAME = re.compile(r"\S\.[A-Za-z0-9]{1,10}$")
"""What ends as file names end."""

BOUNDARY_KEY = re.compile(rb"boundary(?:\*(\d{1,9}))?(\*)?", re.IGNORECASE)
"""The key of a boundary, likewise."""

CHARSET_PREFIX = re.compile(rb"([\w.:+-]{0,40})'[\w-]{0,40}'")
"""RFC 2231 §4: charset'language' before an encoded value."""

SECTION = re.compile(rb"(?<![\w.-])([\w.-]++)\*(\d{1,9})\*?=")
"""The key of a section of a value (RFC 2231 §3)."""

PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
"""One RFC 2231 octet."""

COMMENT = re.compile(rb"\([^()]*+\)")
"""An innermost comment (RFC 5322 §3.2.2)."""

ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
"""A quoted-pair (RFC 5322 §3.2.1)."""

QUOTED_PAIR = re.compile(rb'\\["\\]')
"""One that is needed."""

ENCODED_WORD = re.compile(rb"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,40})?\?([bBqQ])\?([^?]*+)(?:\?=|\Z)")
"""An encoded word (RFC 2047 §2), with RFC 2231's language; white space in it and a missing end are taken."""

SPLIT_WORD = re.compile(rb"(=\?([\w.:+-]{1,40})\?([bBqQ])\?[^?]*+)\?==\?\2\?\3\?", re.IGNORECASE)
"""Two encoded words in the same charset and encoding, side by side."""

BETWEEN_WORDS = re.compile(rb"(?<=\?=)\s++(?==\?)")
"""White space between two encoded words, which is not part of the text (RFC 2047 §6.2)."""

CHARSET = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
"""A charset name that may be looked up."""

SOFT_BREAK = re.compile(rb"=[ \t]*+(?:\r{0,9}\n|\r)")
"""A soft line break (RFC 2045 §6.7 rule 5)."""

ODD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|\Z)")
"""`=` with neither two hexadecimal digits nor the line end behind it."""

BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2})(?:[0-9A-Fa-f](?=[^=])[^=\r\n]|[0-9A-Fa-f]|[ \t]*+)")
"""`=` without two hexadecimal digits, and what a forgiving reader drops with it."""

BASE64_LINE = re.compile(rb"^[ \t]*+([A-Za-z0-9+/]++={0,3})[ \t\r]*+$", re.MULTILINE)
"""A line that is all base64."""

EMPTY_LINES = re.compile(rb"(?<=[^\s])[ \t]*+\r?\n(?:[ \t]*+\r?\n){1,9}")
"""What stands between two paragraphs."""

LIKE_BASE64 = re.compile(rb"\s*+(?:[A-Za-z0-9+/]{40,}+={0,3}\s|(?:[A-Za-z0-9+/]{4,}+={0,3}[ \t]*+[\r\n]++){3})")
"""How base64 begins and hardly anything else."""

LIKE_QUOTED_PRINTABLE = re.compile(rb"[^=\s]{0,40}(?:=(?:[0-9A-Fa-f]{2}|[ \t]*+\r?\n)[^=\s]{0,8}){8}")
"""How something else than text begins in quoted-printable."""

LINE = re.compile(rb"[^\r\n]++")
"""A line that is not empty."""

UU_BEGIN = re.compile(
    rb"(?:\A|\n)begin(-base64)?[ \t]++"
    rb"(?:[0-7]{3,6}[ \t]++([^\r\n]{1,255})\r?\n|([^\r\n]{1,255})\r?\n(?=M[ -`]{60}|[!-M][ -`]{4,60}\r?\n[`e ]))"
)
"""The first line of a uuencoded file, or of its base64 form (POSIX uuencode), as lenient readers take it: without a
mode only if a line of a uuencoded file is behind it."""

YENC = re.compile(rb"(?:\A|\n)=ybegin ([^\r\n]*?)name=([^\r\n]*+)\r?\n?(?:=ypart [^\n]*+\n)?")
"""How a yEnc file begins: its attributes, its name (yEnc draft 1.3). Any end of the line will do, lest each `name=` in
it be tried."""

YENC_PART = re.compile(rb"\bpart=(\d{1,9})\b")
"""Which part of a file in several this is."""

YENC_ESCAPE = re.compile(rb"=(.)", re.DOTALL)
"""A critical character there."""

BINHEX = re.compile(rb"\(This file must be converted with BinHex[^\n]{0,80}\n\s{0,80}:([!-r\r\n \t]*+)")
"""A BinHex 4.0 file: all between its colons."""

BARE_BINHEX = re.compile(rb"\s*+:([!-9@-r\r\n]{60,}+):")
"""The same without its first line, where it is all there is."""

UU_END = re.compile(rb"\n(?:end|====)[ \t]*+\r?(?:\n|\Z)")
"""Its last line."""
