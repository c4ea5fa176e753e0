"""document_patterns: every regular expression of the document readers, in one table.

As in `message.patterns`: fixed, linear, no possessive group. They run over bytes of any origin.
"""

import re

VBA_SOURCE = re.compile(rb"\x01..\x00Attribut", re.DOTALL)
"""Where compressed VBA source begins: signature, chunk header, eight literals ([MS-OVBA] 2.4.1.1)."""

VBA_IDLE = re.compile(rb"(?im)^[ \t]*+(?:attribute\b[^\r\n]*+|option\b[^\r\n:]*+|'[^\r\n]*+|rem\b[^\r\n]*+)?\r?$")
"""A line of a module that does nothing: attributes, options, comments."""

_AUTORUN = (
    rb"auto_?(?:open|close|exec|exit|new|activate|deactivate|add|remove)|document_?(?:open|new|close|beforeclose|change)"
    rb"|newdocument|documentbeforeclose|workbook_(?:open|activate|beforeclose|deactivate|addininstall|windowactivate)"
    rb"|worksheet_(?:activate|calculate)"
)
"""Procedures that Word, Excel and PowerPoint call by themselves, by name."""

VBA_NAMES = re.compile(rb"(?i)\b(" + _AUTORUN + rb")\b")
"""Such a name anywhere. PowerPoint's events are left out: each project of it names them all."""

VBA_AUTORUN = re.compile(
    rb"(?i)\b(?:sub|function)[ \t_\r\n]{1,40}("
    + _AUTORUN
    + rb"|(?:onslideshow|slideshow)\w{1,30}|app_(?:presentation|document|workbook)open"
    rb"|\w{1,60}_(?:layout|painting|painted|resize|gotfocus|lostfocus|mousehover|ondisconnecting|onconnecting"
    rb"|beforenavigate2|navigatecomplete2|documentcomplete|downloadcomplete|titlechange))\b"
)
"""The definition of such a procedure, or of an event that an ActiveX control raises when it is drawn."""

VBA_JOINED = re.compile(rb'"[ \t]{0,9}[&+][ \t]{0,9}(?:_[ \t]{0,9}\r?\n[ \t]{0,40})?"')
"""Two strings put together, which is how a word is hidden."""

VBA_WORDS = re.compile(
    rb"(?i)\b(shell(?:execute)?|wscript|(?:create|get)object(?=[ \t]{0,9}\((?![ \t]{0,9}\"))|callbyname"
    rb"|powershell|pwsh|cmd(?:\.exe)?[ \t]*+/[ck]|mshta|regsvr32|rundll32|certutil|bitsadmin"
    rb"|urldownloadtofile[aw]?|xmlhttp|serverxmlhttp|winhttprequest"
    rb"|adodb\.stream|savetofile|virtualalloc(?:ex)?|virtualprotect|createthread|createremotethread|rtlmovememory"
    rb"|writeprocessmemory|createprocess[aw]?|winexec|executeexcel4macro|win32_process|winmgmts|strreverse"
    rb"|schtasks|frombase64string|bin\.base64|macscript|applescripttask|popen|libc\.dylib)\b"
)
"""Words of macros that start programs, fetch things or hide what they do."""

BIFF_CALLS = re.compile(rb"[\x22\x42\x62].([\x6e\x95\x96])\x00", re.DOTALL)
"""A call of EXEC, REGISTER or CALL in a parsed expression: PtgFuncVar ([MS-XLS] 2.5.198.63) with its number."""

BIFF_AUTO = re.compile(rb"(?i)(auto_?(?:open|close|activate|deactivate))")
"""A defined name that Excel runs."""

FIELD_PIECE = re.compile(rb"[\x13\x14\x15]|[^\x13\x14\x15]++")
"""The marks of a field in a Word document (begin, separator, end), and what is between them."""

FIELD_WORD = re.compile(rb"\b(?:DDE|QUOTE|INCLUDE|IMPORT|LINK|HYPERLINK)", re.IGNORECASE)
"""What makes it worthwhile to read fields."""

FIELD_ARGUMENT = re.compile(r'"([^"]{0,2000})"?|([^\s"]{1,2000})')
"""One word of a field's instruction, quoted or not."""

URL_MONIKER = re.compile(
    rb"\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b.{4}((?:[^\0]\0|[^\0][^\0]){1,2000})", re.DOTALL
)
"""A URL moniker ([MS-OSHARED] 2.3.7.6): its class, its length, its URL in UTF-16."""

EQUATION = re.compile(rb"(?i)Equation\.[23](?![0-9])|E\0q\0u\0a\0t\0i\0o\0n\0 \0N\0a\0t\0i\0v\0e\0")
"""The program id of the Equation Editor, or the name of its stream."""

SPIN_COUNT = re.compile(rb"spinCount[ \t\r\n]{0,9}=[ \t\r\n]{0,9}[\"'](\d{1,12})")
"""How often a password is hashed ([MS-OFFCRYPTO] 2.3.4.10)."""

XLM_CALLS = re.compile(
    rb"(?i)(?:\b|(?<=;E))(exec|call|register(?:\.id)?|fopen|fwrite(?:ln)?|run|send\.keys|urldownloadtofile[aw]?)"
    rb"(?=[ \t]{0,9}\()"
)
"""Functions of Excel 4 macros that start something; in SYLK a formula stands behind `;E`."""

RTF_TOKEN = re.compile(rb"\\([a-zA-Z]{1,250})(-?\d{1,10})? ?|\\('..|.)|([{}])|([^\\{}]++)", re.DOTALL)
"""One token of RTF: a control word with its number, a control symbol, a brace, a run of text."""

RTF_PLACE = re.compile(rb"\\(objdata|fldinst|template)(?![a-zA-Z])")
"""Where something begins that is worth reading: an object, a field's instruction, the document's template."""

RTF_CLASS = re.compile(rb"\\objclass[ \t\r\n]{0,99}([^\\{}]{1,100})")
"""The program id that an object is declared to have."""

DDE_FORMULA = re.compile(rb"\|(?:'([^'\r\n|]{0,500})'|([^\s'\"!|,;]{1,200}))!")
"""The topic of a DDE reference in a formula, `server|'topic'!item`; what is before it is looked at by the caller."""

DDE_SERVER = re.compile(rb"(?:\A|[,;\t\"=\r\n])[ \t]{0,9}[=+@E-][^\r\n|]{0,200}?([\w.]{1,60})'?\Z")
"""A cell that is a formula and ends with the name of a DDE server."""

SYLK_MACRO = re.compile(
    rb"(?im)^(?:O;(?:[^;\r\n]{1,20};){0,20}E[;\r\n]|NN;N(auto_?(?:open|close|activate)[^;\r\n]{0,50}))"
)
"""A record of a SYLK file that makes it a macro sheet, or that names what is run (Excel writes both)."""

ONENOTE_NAME = re.compile(rb"\.\0(?:[A-Za-z0-9_]\0){1,10}(?=\0\0)")
"""How a file name in UTF-16 ends."""

NAME_TAIL = re.compile(r"[^\0-\x1f\"*/:<>?\\|]{1,100}\Z")
"""What may stand before that in one name."""

PDF_MARK = re.compile(rb"/(?:JS|JavaScript|Launch|URI|SubmitForm|GoTo[RE]|OpenAction|AA|EF|XFA|RichMedia)\b")
"""What makes an object of a PDF worth a look, as qpdf writes names."""

PDF_RAW = re.compile(rb"/(JS|JavaScript|Launch|SubmitForm|OpenAction|EmbeddedFile|RichMedia|XFA)(?![A-Za-z0-9])")
"""The same in raw bytes, where a file is too broken for anything else."""

PDF_RAW_LINK = re.compile(rb"/URI[ \t\r\n]{0,9}\(([^()\\\r\n]{1,2000})\)")
"""A link in raw bytes."""

PDF_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
"""One letter of a name, spelt as a number (ISO 32000-1, 7.3.5)."""

PDF_STREAM = re.compile(rb"stream\r?\n(?=x)")
"""Where a stream begins that zlib may have made."""
