"""patterns: every regular expression of `digests/`. All are fixed and linear: what repeats is possessive or bounded.

A group is never possessive: Python before 3.11.5, which Debian 12 has, then takes what it should give back.
"""

import re

MARKUP = re.compile(
    r"<!--.*?--\s*+>"
    r"|<!\[(?:if|else|endif)(?![\w.-]).*?\]\s*+>|<!\[(?:temp|cdata|ignore|include|rcdata)(?![\w.-]).*?\]\s*+\]\s*+>"
    r"|<!(?!--|\[)[^>]*+>|<\?[^>]*+>|</(\s*+[a-z][^\s/>\0]*+)?[^>]*+>"
    r"""|<([a-z][^\s/>\0]*+)(?:[^=>]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=(?!\s*+["']))*>""",
    re.IGNORECASE | re.DOTALL,
)
"""Markup as Python's HTML parser takes it: comments, declarations, end tags (1), start tags (2)."""

SILENT_END = {
    "script": re.compile(r"</\s*+script\s*+>", re.IGNORECASE),
    "style": re.compile(r"</\s*+style\s*+>", re.IGNORECASE),
}
"""What ends an element whose content is not shown."""

REFERENCE_END = re.compile(r"[\s;]")
"""Behind a character reference."""

URL = re.compile(r"[a-z]+:\S++", re.IGNORECASE)
"""A link, in a word of nine characters at most, so that it does not matter that its first part may backtrack."""

LETTERS = re.compile(r"[^\W\d_]{2,20}")
"""A word, or 20 letters of one."""
