"""anti_virus: attachments that are programs of Windows, or named otherwise than they are declared (AntiVirus)."""

from collections.abc import Iterator

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.parts import declared, encoding, leaves
from gatekeeper.spamassassin.evals.perl import Pattern, fixed

_PROGRAM = fixed(
    r"\.(?:ade|adp|asx|bas|bat|chm|cmd|com|cpl|crt|dll|exe|hlp|hta|inf|ins|isp|js|jse|lnk|mda|mdb|mde|mdt|mdw|mdz|msc|msi"
    r"|msp|mst|nws|ops|pcd|pif|prf|reg|scf|scr\??|sct|shb|shs|shm|swf|url|vb|vbe|vbs|vbx|vxd|wsc|wsf|wsh)$"
)
_BASE64_PROGRAM = fixed(r"^TV[opqr].A..[AB].[AQgw][A-H].A")
_UUENCODED_PROGRAM = fixed(r"^M35[GHIJK].`..`..*````")
_VENDOR = fixed(r"/(?:x-|vnd\.)")
_FITTING: tuple[tuple[Pattern, Pattern], ...] = tuple(
    (fixed(rf"^(?:{ending})$"), fixed(rf"^(?:{kind})"))
    for ending, kind in (
        (
            "txt|[px]?html?|xml",
            "text/(?:plain|[px]?html?|english|sgml|xml|enriched|richtext)|message/external-body",
        ),
        ("jpe?g|tiff?|gif|png", "image/|application/mac-binhex"),
        ("vcf", "text/vcard$"),
        ("bat|com|exe|pif|scr|swf|vbs", "application/"),
        ("doc", "application/.*word$"),
        ("ppt", "application/.*(?:powerpoint|ppt)$"),
        ("xls", "application/.*excel$"),
    )
)
"""How the name of an attachment ends, and what its type then begins with."""


def check_microsoft_executable(case: Case) -> bool:
    """Whether a part is a program by its name, or by its first octets in base64 or uuencode."""
    return any(_is_program(name, kind, how, lines) for name, kind, how, lines in _attachments(case))


def check_suspect_name(case: Case) -> bool:
    """Whether the name of a part ends as that of another type does."""
    return any(
        name and kind != b"application/octet-stream" and _misnamed(name, kind) for name, kind, *_ in _attachments(case)
    )


def _attachments(case: Case) -> Iterator[tuple[bytes, bytes, bytes, list[bytes]]]:
    """Name and type as Content-Type has them, encoding and raw lines of each leaf."""
    for part in leaves(case):
        found = declared(part)
        yield (found.name or b"").lower(), found.kind.encode("latin-1"), encoding(part), list(part.lines)


def _is_program(name: bytes, kind: bytes, how: bytes, lines: list[bytes]) -> bool:
    if name and _PROGRAM.search(name):
        return True
    if b"base64" in how and lines and _BASE64_PROGRAM.search(lines[0]):
        return True
    return kind.startswith(b"text") and any(
        line.startswith(b"M35") and _UUENCODED_PROGRAM.search(line) for line in lines
    )


def _misnamed(name: bytes, kind: bytes) -> bool:
    ending, plain = name.rpartition(b".")[2], _VENDOR.sub(b"/", kind, 1)
    return any(endings.search(ending) and not kinds.search(plain) for endings, kinds in _FITTING)


FUNCTIONS = (check_microsoft_executable, check_suspect_name)
