"""locate: in which line of a TOML text each key stands.

tomllib gives values without places, so this walks the text once more. It understands all of TOML 1.0 as far as finding
keys goes; of a text that is not TOML it makes what it can, in linear time, and never raises.
"""

import tomllib
from bisect import bisect_left
from itertools import accumulate

Path = tuple[str | int, ...]
"""Keys from the top, `("smtp", "listen", 0)`; a number is a place in an array."""

_END_OF_SCALAR = frozenset(",]}#\n")
_BLANK = frozenset(" \t\r\n")


def lines_of(text: str) -> dict[Path, int]:
    """The line of each key, table and array element, counted from 1; where it first stands."""
    walk = _Walk(text)
    walk.document()
    ends = list(accumulate(len(line) + 1 for line in text.split("\n")))
    return {path: bisect_left(ends, place + 1) + 1 for path, place in walk.places.items()}


class _Walk:
    """A place in the text, and the places of the keys met so far."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.places: dict[Path, int] = {}
        self._elements: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._more():
            begin = self.at
            brackets = len(self.text[begin : begin + 2]) - len(self.text[begin : begin + 2].lstrip("["))
            if brackets:
                self.at += brackets
                table = self._table(self._key(), element=brackets == 2)
                self.places.setdefault(table, begin)
                self.at = self._find("\n", self.at)
            else:
                self._assignment(table)

    def _table(self, key: list[str], *, element: bool) -> Path:
        """The path of `[key]` or `[[key]]`: within an array of tables it means the last element."""
        path: Path = ()
        for number, name in enumerate(key, 1):
            path = (*path, name)
            if element and number == len(key):
                self._elements[path] = self._elements.get(path, -1) + 1
            if path in self._elements:
                path = (*path, self._elements[path])
        return path

    def _assignment(self, table: Path) -> None:
        begin = self.at
        path = table
        for name in self._key():
            path = (*path, name)
            self.places.setdefault(path, begin)
        if self._here("="):
            self._more()
            self._value(path)
        elif self.at == begin:
            self.at += 1

    def _key(self) -> list[str]:
        """The parts of a dotted key that begins here."""
        names = [self._simple_key()]
        while self._here("."):
            names.append(self._simple_key())
        return names

    def _simple_key(self) -> str:
        self._spaces()
        begin = self.at
        if self.text[begin : begin + 1] in ("'", '"'):
            self._string()
            try:
                return str(tomllib.loads(f"key = {self.text[begin : self.at]}")["key"])
            except ValueError:
                return self.text[begin : self.at]
        while self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] in "_-"):
            self.at += 1
        return self.text[begin : self.at]

    def _value(self, path: Path) -> None:
        match self.text[self.at : self.at + 1]:
            case "'" | '"':
                self._string()
            case "[":
                self._array(path)
            case "{":
                self.at += 1
                while self._more() and not self._here("}"):
                    if not self._here(","):
                        self._assignment(path)
            case _:
                while self.at < len(self.text) and self.text[self.at] not in _END_OF_SCALAR:
                    self.at += 1

    def _array(self, path: Path) -> None:
        self.at += 1
        number = 0
        while self._more() and not self._here("]"):
            begin = self.at
            if self._here(","):
                number += 1
                continue
            self.places.setdefault((*path, number), begin)
            self._value((*path, number))
            if self.at == begin:
                self.at += 1

    def _string(self) -> None:
        """Go behind the string that begins here, of whichever of the four kinds."""
        quote = self.text[self.at]
        closing = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(closing)
        while self.at < len(self.text) and not self.text.startswith(closing, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(closing)
        while len(closing) == 3 and self.text[self.at : self.at + 1] == quote:
            self.at += 1  # a string may end in quotes of its own

    def _more(self) -> bool:
        """Skip white space and comments; whether anything is left."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                self.at = self._find("\n", self.at)
            elif self.text[self.at] in _BLANK:
                self.at += 1
            else:
                return True
        return False

    def _spaces(self) -> None:
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1

    def _here(self, mark: str) -> bool:
        """Go behind `mark`, and the spaces before it, if it stands here."""
        self._spaces()
        if self.text[self.at : self.at + 1] != mark:
            return False
        self.at += 1
        return True

    def _find(self, mark: str, begin: int) -> int:
        found = self.text.find(mark, begin)
        return len(self.text) if found < 0 else found
