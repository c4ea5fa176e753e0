"""forms: what becomes of a file name on its way to Windows, and what then stands behind its last dot. It cannot fail.

Windows drops trailing dots and spaces, takes what follows a colon for a stream, and ends a name at a NUL where a
program in C hands it on; paths and letters that nobody sees are left behind on the way.
"""

from collections.abc import Collection
from unicodedata import category, normalize

from gatekeeper.values import spelt_out

_ENDS = 300
"""Letters of a name that are looked at, from its front and from its end."""

_CLSID_LENGTH = 38
"""{8-4-4-4-12}, which Windows hides."""

_DOCUMENTS = "pdf doc docx xls xlsx ppt pptx odt ods rtf txt csv html htm zip eml"
_MEDIA = "jpg jpeg png gif bmp tif mp3 mp4 avi wav"
_DECOYS = frozenset((*_DOCUMENTS.split(), *_MEDIA.split()))
"""What a name shows to look harmless."""

_ACTIVE = frozenset({"html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz"})
"""What runs when it is looked at."""

_TRIMMED = "/ .\"'<>;,\t\r\n"
_SHOWN = 100


def forms(name: str) -> tuple[str, ...]:
    """The names that readers make of one, each once, in lower case and without a path; 600 letters at most."""
    short = name if len(name) < 2 * _ENDS else name[:_ENDS] + name[-_ENDS:]
    plain = normalize("NFKC", short).lower().replace("\\", "/")
    if plain.isascii() and plain.isprintable() and ":" not in plain:
        return (_last(plain),)
    unseen = dict.fromkeys(ord(letter) for letter in set(plain) if category(letter) in ("Cc", "Cf"))
    visible = plain.translate(unseen) if unseen else plain
    cut = (plain.partition("\0")[0], visible.partition(":")[0], visible.rpartition(":")[0], visible)
    return tuple(dict.fromkeys(_last(form) for form in cut))


def _last(path: str) -> str:
    return path.rstrip(_TRIMMED).rpartition("/")[2]


def extension(form: str) -> str:
    """What stands behind the last dot of a form, or nothing; `clsid` for a class identifier in braces."""
    _, dot, last = form.rpartition(".")
    if last.startswith("{") and len(last) == _CLSID_LENGTH:
        return "clsid"
    return last if dot else ""


def extensions(name: str) -> frozenset[str]:
    """What may stand behind the last dot for Windows or for any reader: `{"exe"}` for `"a.EXE. "`."""
    return frozenset(extension(form) for form in forms(name)) - {""}


def is_disguised(name: str, banned: Collection[str]) -> bool:
    """Whether it shows one extension and has another, or has its letters turned round (U+202E and kin)."""
    if "\u202d" in name or "\u202e" in name:
        return True
    for form in forms(name):
        stem, _, last = form.rpartition(".")
        shown = stem.rstrip(" ._-").rpartition(".")[2]
        if shown != stem and shown in _DECOYS and last != shown and (last in banned or last in _ACTIVE):
            return True
    return False


def printable(name: str) -> str:
    """A name for people: what cannot be seen is spelt out, and of a long one both ends are shown."""
    shown = name if len(name) <= _SHOWN else f"{name[: _SHOWN // 2]}…{name[-_SHOWN // 2 + 1 :]}"
    return spelt_out(shown, _SHOWN)
