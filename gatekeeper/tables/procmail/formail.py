"""formail: the options of formail(1) that recipes edit and read a header with: `-A -a -I -i -R -u -U`, `-x -X`, with
`-z -c -f -b`. The others (replies, digests, a cache of Message-IDs) are a `FormailError`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.tables.procmail.letter import fields_of, letter

_WITH_FIELD = frozenset("AaIiuUxXR")
_BARE = frozenset("zcfbqt")


class FormailError(ValueError):
    """An option that is not known here; `remedy` says which are."""

    remedy = "there are -A -a -I -i -R -u -U -x -X with -z -c -f -b"


@dataclass(frozen=True, slots=True)
class Edit:
    """One option with its field; for `R`, `other` is the new name."""

    option: str
    field: bytes
    other: bytes = b""

    @property
    def name(self) -> bytes:
        """The field's name in lower case, with its colon."""
        name, colon, _ = self.field.partition(b":")
        return (name + colon).lower()

    @property
    def named(self) -> bool:
        """It is a name without a value."""
        return not self.field.partition(b":")[2].strip()


@dataclass(frozen=True, slots=True)
class Formail:
    """One call."""

    edits: tuple[Edit, ...]
    zap: bool = False
    concatenate: bool = False

    def run(self, text: bytes) -> bytes:
        """What it prints: the message, or what is taken out of it."""
        before = letter(text)
        top, fields, empty = fields_of(before.head)
        extracting = [edit for edit in self.edits if edit.option in "xX"]
        if extracting:
            return b"".join(self._extracted(fields, extracting))
        fields = [_edited(field, self.edits) for field in fields]
        fields = [field for field in fields if field]
        for edit in self.edits:
            fields = _kept(fields, edit)
        added = [edit for edit in self.edits if _adds(edit, fields)]
        lines = [edit.field.rstrip(b"\n") + b"\n" for edit in added]
        fields = [*map(self._joined, fields), *_ordered(added, lines)]
        missing = b"" if not before.body or before.body.endswith(b"\n\n") else b"\n"  # mailboxes want an empty line
        return top + b"".join(fields) + (empty or b"\n") + before.body + missing

    def _joined(self, field: bytes) -> bytes:
        return field.replace(b"\n ", b"  ").replace(b"\n\t", b" \t") if self.concatenate else field

    def _extracted(self, fields: Sequence[bytes], edits: Sequence[Edit]) -> Iterator[bytes]:
        for field in map(self._joined, fields):
            edit = next((edit for edit in edits if field.lower().startswith(edit.name)), None)
            if edit is None:
                continue
            name, _, value = field.partition(b":")
            value = value.strip(b" \t\n") + b"\n" if self.zap else value
            yield name + b": " * self.zap + b":" * (not self.zap) + value if edit.option == "X" else value


def read_formail(arguments: Sequence[str]) -> Formail:
    """The call with these arguments, which are Latin-1."""
    edits: list[Edit] = []
    flags: set[str] = set()
    words = list(arguments)
    while words:
        word = words.pop(0)
        if not word.startswith("-") or word == "-":
            raise FormailError(f"formail {word} is not known here")
        letters = word[1:]
        while letters:
            option, letters = letters[0], letters[1:]
            if option in _BARE:
                flags.add(option)
            elif option in _WITH_FIELD:
                edits.append(_edit(option, letters or _next(option, words), words))
                break
            else:
                raise FormailError(f"formail -{option} is not known here")
    return Formail(tuple(edits), "z" in flags, "c" in flags)


def _edit(option: str, field: str, words: list[str]) -> Edit:
    other = _next(option, words) if option == "R" else ""
    found = Edit(option, field.lstrip().encode("latin-1"), other.encode("latin-1"))
    if b":" not in found.field or (option != "R" and found.name[:-1].strip() != found.name[:-1]):
        raise FormailError(f"formail -{option} {field[:60]!r} names no field with its colon")
    return found


def _next(option: str, words: list[str]) -> str:
    if not words:
        raise FormailError(f"formail -{option} lacks its field")
    return words.pop(0)


def _edited(field: bytes, edits: Sequence[Edit]) -> bytes:
    """`field` as it stays; empty if it goes."""
    name = field[: field.find(b":") + 1].lower()
    for edit in edits:
        if name != edit.name:
            continue
        match edit.option:
            case "I":
                return b""
            case "i":
                return b"Old-" + field
            case "R":
                return edit.other + field[len(name) :]
    return field


def _kept(fields: list[bytes], edit: Edit) -> list[bytes]:
    """Without those that the first or the last of their name makes superfluous."""
    if edit.option not in "uU":
        return fields
    same = [n for n, field in enumerate(fields) if field.lower().startswith(edit.name)]
    goes = set(same[1:] if edit.option == "u" else same[:-1])
    return [field for n, field in enumerate(fields) if n not in goes]


def _adds(edit: Edit, fields: Sequence[bytes]) -> bool:
    if edit.option == "a":
        return not any(field.lower().startswith(edit.name) for field in fields)
    return edit.option == "A" or (edit.option in "Ii" and not edit.named)


def _ordered(edits: Sequence[Edit], lines: Sequence[bytes]) -> list[bytes]:
    """Fields that are only added stand before those that replace others."""
    return [
        line for late in (False, True) for edit, line in zip(edits, lines, strict=True) if late is (edit.option in "Ii")
    ]
