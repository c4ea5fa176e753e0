"""patterns: every regular expression of `message/active`, in one table, linear like those of `message/patterns`."""

import re

TAG = re.compile(
    rb"<(?:[\w.-]{1,40}:)?(script|i?frame|object|embed|applet|form|meta|base|foreignobject|image|feimage|use|application)"
    rb"(?=[\s/>])"
)
"""The beginning of a tag that may act, in any namespace, in lower case."""

ATTRIBUTE = re.compile(rb"""[\s/"']*+([^\s/>="']++)(?:\s*+=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s>"'][^\s>]*+)))?""")
"""One attribute as a browser reads it (HTML §13.2.5.32): name, and the value in one of three groups."""

EVENT = re.compile(
    rb"on(?:load|error|click|dblclick|mouse[a-z]{2,9}|key[a-z]{2,5}|focus[a-z]{0,3}|blur|submit|change|input|toggle|begin"
    rb"|end|repeat|animation[a-z]{3,9}|transition[a-z]{3,6}|pointer[a-z]{2,12}|wheel|scroll|resize|unload|beforeunload"
    rb"|pageshow|hashchange|drag[a-z]{0,5}|drop|copy|paste|touch[a-z]{3,6}|activate|readystatechange|canplay|play"
    rb"|select|start|show|message|zoom)\s*+=\s*+(?:\"([^\"]{0,4000})|'([^']{0,4000})|([^\s>\"']{1,4000}))"
)
"""An event handler (HTML §8.1.8.2, SVG §14), in lower case; what it runs is one of three groups."""

SCRIPT_URL = re.compile(
    rb"=\s*+[\"']?\s*+((?:j\s*+a\s*+v\s*+a|v\s*+b)\s*+s\s*+c\s*+r\s*+i\s*+p\s*+t\s*+:[^\"'>]{0,4000})"
)
"""A `javascript:` link, in lower case; browsers pass over white space in it."""

PASSWORD = re.compile(rb"type\s*+=\s*+[\"']?\s*+password")
"""A field for a password, in lower case."""

REFRESH = re.compile(rb"[\s\d.;,]*+url\s*+=\s*+[\"']?([^\"'>]{1,2000})", re.IGNORECASE)
"""The content of a refresh that leads elsewhere (HTML §4.2.5.3)."""

ENTITY = re.compile(rb"<!entity\s++%?\s*+[^\s\"'>]{1,200}\s++(system|public|\"[^\"]*+|'[^']*+)")
"""The declaration of an XML entity, in lower case."""

STYLESHEET = re.compile(rb"<\?xml-stylesheet[^>]{1,1000}xsl")
"""A style sheet that transforms the document, in lower case."""

DATA_URI = re.compile(rb"data\s{0,9}:\s{0,9}([\w.+-]{1,80}/[\w.+-]{1,80})?((?:\s{0,9};[\w.+=-]{1,80}){0,5})\s{0,9},")
"""The head of a data: URI (RFC 2397), in lower case: type, parameters."""

ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|u00([0-9a-fA-F]{2})|u\{0{0,4}([0-9a-fA-F]{2})\})")
"""A character of a script written as its number (ECMAScript §12.9.4)."""

JOINT = re.compile(rb"\"\s*+\+\s*+\"|'\s*+\+\s*+'|`\s*+\+\s*+`")
"""Where a script puts two literals together."""

LITERAL = re.compile(rb"\"([^\"\\\r\n]{24,})\"|'([^'\\\r\n]{24,})'|`([^`\\]{24,})`")
"""A long string in a script."""

NUMBERS = re.compile(
    rb"[\[(]\s*+((?:(?:0x[0-9a-fA-F]{1,2}|[0-9]{1,3})\s*+,\s*+){32,}(?:0x[0-9a-fA-F]{1,2}|[0-9]{1,3}))"
)
"""A list of bytes in a script."""

BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{60,}={0,2}")
"""What may be base64, of a length worth looking at."""

HEX = re.compile(rb"(?:0x)?[0-9a-fA-F]{64,}")
"""Hexadecimal digits, likewise."""

PERCENT = re.compile(rb"%(?:u00)?([0-9a-fA-F]{2})")
"""What `unescape` undoes."""

SAVED_NAME = re.compile(rb"download[\"']?\]?\s*+[=,:]\s*+[\"'`]([^\"'`<>\r\n]{1,200})[\"'`]")
"""The name under which a script or a link saves a file."""

FILE_NAME = re.compile(
    rb"[\"'`]([^\"'`<>/\\\r\n:?=&,;(){}]{1,100}\.(?:zip|rar|7z|iso|img|vhdx?|exe|scr|msi|lnk|url|hta|vb[se]|jse|wsf|bat|cmd"
    rb"|ps1|cab|jar|doc[mx]?|xls[mbx]?|one|pdf|html?|appinstaller|msix))[\"'`]",
    re.IGNORECASE,
)
"""A literal that looks like the name of a file that is sent to be opened."""

OBFUSCATED_NAME = re.compile(rb"\b_0x[0-9a-f]{4,8}\b")
"""A name as obfuscators make them."""

UNQUOTED = re.compile(rb"[^\s\"'`<>()]*+")
"""The rest of a URI that stands in no quotes."""

REFERENCE = re.compile(
    rb"&(?:#(?:x0*+[2-7][0-9a-f]|0*+(?:3[2-9]|[4-9]\d|1[01]\d|12[0-7]))(?![0-9a-f])|colon;|tab;|newline;)"
)
"""A character reference, in lower case, for a letter of ASCII that needs none."""
