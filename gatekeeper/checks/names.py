"""names: attachments whose name makes Windows run them, and names made to look like something else.

Every name that any reader may give a part is judged (`message.Part.names`), in every form that Windows makes of it:
trailing dots and spaces dropped, cut at a NUL or a colon, without invisible letters. A message too intricate to be read
to its end is a finding too: a limit is never a pass. It asks nothing, cannot fail.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import Literal
from unicodedata import category, normalize

import msgspec

from gatekeeper.message import Mail, Part
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Finding, Stage

# Microsoft's list of attachments that Outlook blocks, and what has been abused since. Each line says why. From that
# list cer, crt and der are left out: certificates hold no code, and S/MIME users send them to each other.
BANNED = (
    ("exe com scr pif cpl dll sys drv ocx app gadget", "a Windows program"),
    ("bat cmd csh ksh ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1", "a script of a shell or of PowerShell"),
    ("msh msh1 msh2 mshxml msh1xml msh2xml", "a script of PowerShell's first version"),
    ("vb vbe vbp vbs js jse ws wsb wsc wsf wsh sct hta htc its", "a script that Windows itself runs"),
    ("jar jnlp", "a Java program"),
    ("py pyc pyo pyw pyz pyzw pl plg prg fxp bas asp aspx asx", "a script that its interpreter runs when opened"),
    ("msi msix msixbundle appx appxbundle appinstaller msp mst msu", "installs a program"),
    ("application appref-ms appcontent-ms settingcontent-ms xbap", "installs or starts a program from afar"),
    ("lnk url pcd xnk website scf desklink mapimail", "a shortcut: its command is hidden"),
    ("library-ms search-ms searchconnector-ms theme themepack", "makes Explorer fetch from another host"),
    ("reg inf ins isp job msc mcf osd ops prf udl rdp", "changes settings or connects when opened"),
    ("chm hlp cnt hpj", "a help file: runs scripts"),
    ("ade adp mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz accde", "Access: runs macros"),
    ("xll vsmacros vsw wll xlam xla ppam ppa slk iqy oqy dqy rqy", "an Office add-in or query: runs code unasked"),
    ("shb shs one onepkg", "a sheet with any object inside, one click away"),
    ("iso img udf vhd vhdx wim cab diagcab", "a container: what is inside escapes the mark of the Web"),
    ("ace arj lzh lha uue xxe", "an archive that worms use and hardly anybody else"),
    ("clsid", "not a real extension: a class identifier in braces, run by what is registered under it"),
    ("pst cnf printerexport webpnp grp bgi tmp", "opens in a program that trusts it"),
)
REASONS = {extension: reason for extensions, reason in BANNED for extension in extensions.split()}

_SHOWN = "pdf doc docx xls xlsx ppt pptx odt ods rtf txt csv jpg jpeg png gif bmp tif mp3 mp4 avi wav html htm zip eml"
_DECOYS = frozenset(_SHOWN.split())
_ACTIVE = frozenset(("html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz"))
_CLSID_LENGTH = 38  # {8-4-4-4-12}, which Windows hides
_ENDS = 300  # letters of a name that are looked at, from its front and from its end
_MOST_FINDINGS = 10


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.names]"""

    enabled: bool = True
    action: Literal["reject", "quarantine", "tag"] = "reject"  # for a banned attachment
    also: list[str] = []  # further extensions to ban
    allow: list[str] = []  # extensions that are not banned
    limit_score: float = 8.0  # for a message too intricate to be read to its end
    disguise_score: float = 4.0  # invoice.pdf.exe, invoice.pdf.html, or a name with its letters turned round


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the attachment stage."""
    also, allow = ({name.lower().lstrip(".") for name in names} for names in (settings.also, settings.allow))
    banned = frozenset((REASONS.keys() | also) - allow)

    def check(mail: Mail) -> list[Finding]:
        if mail.message is None:
            return []
        found = chain.from_iterable(_findings(part, banned, settings) for part in mail.message.walk())
        findings = list(islice(found, _MOST_FINDINGS))
        if limits := [name for name in mail.message.anomalies if name.startswith("limit.")]:
            findings.append(Finding("limit-exceeded", settings.limit_score, ", ".join(limits)))
        return findings

    return {Stage.ATTACHMENT: check}


def _findings(part: Part, banned: frozenset[str], settings: Settings) -> Iterator[Finding]:
    # A forwarded message is named after its subject, which may end in ".com": it has been read as a message, not run.
    harmless = frozenset({"com"}) if part.parts and part.types() == ("message/rfc822",) else frozenset()
    names = part.names()
    hit = next(((name, extension) for name in names for extension in extensions(name) & banned - harmless), None)
    if hit:
        evidence = f"{part.path}: {printable(hit[0])}"
        yield Finding("banned-attachment", 0.0, evidence, certain=Action(settings.action), danger=True)
    if disguised := next((name for name in names if is_disguised(name, banned)), None):
        yield Finding("double-extension", settings.disguise_score, f"{part.path}: {printable(disguised)}")


def extensions(name: str) -> set[str]:
    """What may follow the last dot for Windows or for any reader, in lower case: `{"exe"}` for `"a.EXE. "`."""
    return {_extension(form) for form in forms(name)} - {""}


def _extension(form: str) -> str:
    _, dot, extension = form.rpartition(".")
    if extension.startswith("{") and len(extension) == _CLSID_LENGTH:
        return "clsid"
    return extension if dot else ""


def forms(name: str) -> set[str]:
    """The names that readers make of one: without a path, a stream, invisible letters, what follows a NUL."""
    short = name if len(name) < 2 * _ENDS else name[:_ENDS] + name[-_ENDS:]
    plain = normalize("NFKC", short).lower().replace("\\", "/")
    visible = "".join(letter for letter in plain if category(letter) not in ("Cc", "Cf"))
    cut = (plain.partition("\0")[0], visible.partition(":")[0], visible.rpartition(":")[0], visible)
    return {form.rstrip("/ .\"'<>;,\t\r\n").rpartition("/")[2] for form in cut}


def is_disguised(name: str, banned: frozenset[str]) -> bool:
    """Whether it shows one extension and has another, or has its letters turned round (U+202E and kin)."""
    if any(letter in "\u202d\u202e" for letter in name):
        return True
    for form in forms(name):
        stem, _, last = form.rpartition(".")
        shown = stem.rstrip(" ._-").rpartition(".")[2]
        if shown != stem and shown in _DECOYS and last != shown and (last in banned or last in _ACTIVE):
            return True
    return False


def printable(name: str) -> str:
    """A name for people: what cannot be seen is spelt out, and 100 letters are enough."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name[:100])
