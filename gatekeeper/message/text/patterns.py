"""patterns: every regular expression of `message/text/`, in one table.

As in `message.patterns`: fixed, linear, what repeats is possessive or bounded, no group is possessive. They run over
text and bytes of any origin.
"""

import re

META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}+=\s{0,5}+[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
"""What a page says of its own charset (HTML Standard, prescan a byte stream)."""

XML_CHARSET = re.compile(rb"\A\s{0,50}+<\?xml[^>]{0,100}?encoding\s{0,5}+=\s{0,5}+[\"']([\w.:+-]{1,40})", re.IGNORECASE)
"""The same in XHTML."""

CHARSET_KEY = re.compile(rb"charset(?:\*(\d{1,9}))?(\*)?", re.IGNORECASE)
"""The key of a charset in Content-Type, as `message.patterns.NAME_KEY` is that of a name."""

HTML = re.compile(rb"\A[\s\xef\xbb\xbf\0]{0,200}+<(?:!doctype\s{1,9}+html|html|head|body)\b", re.IGNORECASE)
"""Bytes that a browser takes for a page, whatever their type."""

TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)([^>]*+)")
"""A tag up to its end, or what an attribute makes look like it."""

MARKUP = re.compile(r"<(?:!--(?:[^-]|-(?!->)){0,100000}(?:-->)?|[/!?A-Za-z][^>]*+>?+)")
"""A tag or comment that is to be left out of a text."""

QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")
"""The value of an attribute."""

ATTRIBUTE = re.compile(r"[^\s/=>]++")
"""The name of an attribute, or a value without quotes."""

REFERENCE = re.compile(
    r"(?:href|src|action|background)\s{0,9}+=\s{0,9}+(\"[^\"]{1,4000}|'[^']{1,4000}|[^\s>]{1,4000})", re.I
)
"""An address in the tags of a page."""

DECLARATION = re.compile(r"(?:\A|;)\s*+([a-z-]++)\s*+:\s*+([^;]*+)")
"""One CSS declaration, in lower case."""

CSS_COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*(?:\*/)?")
"""A comment in a style sheet."""

BRACE = re.compile(r"([{}])")
"""What divides a style sheet."""

SELECTOR = re.compile(r"([a-z][a-z0-9]*+)?(?:([.#])([\w-]++))?")
"""A selector of one element by its name, class or id."""

LENGTH = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))\s*+(px|pt|em|rem|ex|%|in|cm|mm|vw|vh|)(?![\w%.])")
"""A CSS length."""

FONT_SIZE = re.compile(r"(?:^|\s)([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?:px|pt|em|rem|%|))(?=[\s/]|$)")
"""The size in the shorthand `font`."""

OPAQUE_NOT = re.compile(r"opacity\s*+[:=]\s*+(?:0*+\.0\d*|0++%?)(?![\d.])")
"""`opacity: 0`, also below one in twenty, and its filter."""

RGB = re.compile(
    r"rgba?\(\s*+([\d.]{1,9})(%?)[\s,]++([\d.]{1,9})%?[\s,]++([\d.]{1,9})%?\s*+(?:[,/]\s*+([\d.]{1,9})(%?))?"
)
"""A colour by its parts."""

REFRESH = re.compile(
    r"[\d.]{0,20}+\s{0,20}+[;,]?\s{0,20}+(?:url\s{0,20}+=)?\s{0,20}+[\"']?([^\"']{1,4000})", re.IGNORECASE
)
"""The target of `<meta http-equiv=refresh>`."""

CSS_URL = re.compile(r"url\(\s{0,9}+[\"']?([^\"')]{1,4000})")
"""An address in a style."""

URL = re.compile(
    r"[hHfFwW](?<![A-Za-z0-9].)(?:(?:[tT]{1,2}[pP][sS]?):[/\\]{2}|[wW]{2}\d?\.)[^\s<>\"\x00-\x1f\u200b]{1,4000}"
)
"""An address written in plain text (RFC 3986 appendix C is about what ends it)."""

ADDRESS = re.compile(r"(?:(?:https?|ftp):[/\\]{2}|www\d?\.)[^\s@]{3,4000}", re.IGNORECASE)
"""A text that is nothing but an address."""

MAILBOX = re.compile(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}+@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62}"
)
"""A mail address written in plain text (RFC 5321 §4.5.3.1.1 has the 64)."""

ODD_ADDRESS = re.compile(r"[\\@%\r\n\t]|[^\x00-\x7f]")
"""What an address has whose host may not be what it seems."""

NOT_ASCII = re.compile(r"[^\x00-\x7f]++")
"""Characters that are not ASCII."""

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""What takes no room: soft hyphen, zero width, direction, fillers, variation selectors, tags."""

STYLED = re.compile("[\u2100-\u214f\u2460-\u24ff\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff]")
"""Letters drawn as signs: full width, mathematical, circled, squared."""

MARK = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
MARKS = re.compile(f"[{MARK}]++")
"""Combining marks for letters of any script."""

ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
"""Latin letters that may have a mark."""

WORD = re.compile(r"\w++")
"""Letters and digits."""

SPACED = re.compile(r"([ .*_~|/\\+-])(?<=[\W_][^\W\d_].)[^\W\d_](?:\1[^\W\d_]){2,60}(?![^\W_])")
"""Four single letters or more with the same sign between them, from behind the first letter on."""
