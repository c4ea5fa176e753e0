"""patterns: every regular expression of `kinds/`, in one table. All are fixed and linear; they run over the head of a
thing (64 KB at most, most over 4 KB) in lower case, without its NULs.
"""

import re

_PROLOG = rb"(?:\s|<\?[^>]*+>|<!--(?:[^-]|-(?!->)){0,2000}-->|<!doctype[^>]*+>)*"

ROOT = re.compile(_PROLOG + rb"<([a-z_][\w.-]*+:)?([a-z_][\w.-]*+)")
"""The first element of an XML or HTML text: its prefix, its name."""

XML = re.compile(rb"\s*+<\?xml[\s?]")
"""An XML declaration."""

HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|style|title|table|div|span|font|img|a\s|br|p|h[1-6]|form|meta"
    rb"|object|embed|svg|base|link|center|input|video)[\s/>]"
)
"""A tag that a browser takes for HTML."""

WORD_XML = re.compile(rb"progid=\"word\.document\"|schemas\.microsoft\.com/office/(?:word/2003/wordml|2006/xmlpackage)")
"""Word 2003 XML, or a flat OPC package ([MS-DOCX] and ECMA-376 part 2, as one file)."""

SCRIPT = re.compile(
    rb"#![ \t]*+/|<\?php|<%@|@echo (?:off|on)|<(?:job|package|scriptlet|component)[\s>]|on error resume next"
    rb"|(?:dim|const|set) \w{1,40}|wscript\.|#@~\^"
)
"""How a script begins; `#@~^` is an encoded VBScript or JScript."""

FIELD = re.compile(rb"([a-z][a-z0-9-]{0,60}):[ \t]")
"""A header field at the beginning of a line."""

HEADER = re.compile(
    rb"(?:\A|\n)(?:received|return-path|message-id|mime-version|delivered-to|dkim-signature|x-mailer|from|to|subject|date"
    rb"|content-type|reply-to|cc):"
)
"""A field that a message has."""

FROM_LINE = re.compile(rb"from \S{1,200} [^\n]{0,60}\d\d:\d\d[^\n]{0,40}\r?\n[a-z][a-z0-9-]{0,60}:")
"""The line that begins a message in an mbox, and the first field behind it."""

SECTION = re.compile(rb"\s*+\[(internetshortcut|shell)(?:\.[aw])?\]")
"""The head of a .url ([InternetShortcut]) or a .scf ([Shell])."""

CALENDAR = re.compile(rb"\s*+begin:(vcalendar|vcard)\s")
"""RFC 5545 and RFC 6350."""

PEM = re.compile(rb"\s*+-----begin [a-z0-9 ]{1,40}-----")
"""RFC 7468."""

SYLK = re.compile(rb"\s*+id;p")
"""The first record of a SYLK file, which Excel opens and runs."""
