r"""hyperscan_form: an RE2 pattern as Hyperscan takes it (hyperscan's developer reference, "Compiling Patterns").

Both have no more than regular languages, and a set only asks whether there is a match, so most patterns mean the same
once every letter, class and anchor is spelled out: `$` is the very end in RE2 and may stand before a last line end in
Hyperscan, `\s` is five octets in the one and six in the other, `\v` is one and a class. What has no exact counterpart
is widened to something that matches at least as much; then RE2 has the last word. It never fails on a pattern that RE2
takes.
"""

from dataclasses import dataclass, field

import re2

_SPACE = r"\t\n\x0c\r\x20"
_NOT_SPACE = r"\x00-\x08\x0b\x0e-\x1f\x21-\xff"
_ANY = r"[\x00-\xff]"
_CONTROL = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_GROUP = re2.compile(r"\((?:\?(?:P?<\w+>|([imsU]*)(?:-([imsU]*))?([:)])))?")
_TIMES = re2.compile(r"(?:[*+?]|\{([0-9]+)(,?)([0-9]*)\})\??")
_OCTET = re2.compile(r"\\(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|([0-7]{1,3}))")
_PROPERTY = re2.compile(r"\\[pP](?:\{[^}]*\}|.)")
_LONGEST_SIGN = 300  # letters of an escape, of how often, of the start of a group with its name
_MOST_REPEATS = 128
"""How often something may be repeated by number, in a database of many patterns. To compile more takes minutes."""
MOST_ALONE = 512
"""How often a letter or a class may be where a pattern has a database of its own; most take below a second."""


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern for Hyperscan, and whether it matches exactly what it was made from."""

    text: bytes
    exact: bool


def hyperscan_form(pattern: str, *, anchors: bool = True, repeats: int = _MOST_REPEATS) -> Form:
    """`pattern` is one that RE2 takes, in Latin-1. Without `anchors` where it stands in the text is left to RE2, which
    helps where Hyperscan finds an anchor where none can be. A letter or a class is repeated up to `repeats` times as it
    is written. The form is for the flag ALLOWEMPTY and no other.
    """
    reading = _Reading(pattern, anchors, repeats)
    while reading.at < len(pattern):
        reading.read()
    reading.end_branch()
    return Form("".join(reading.out).encode("ascii"), reading.exact)


@dataclass(slots=True)
class _Group:
    """What is known of a group that is open: the `flags` that are on, where it begins in `out`, the fewest octets that
    the branch so far takes and those of the branches before, and the line starts in this branch: where in `out`, after
    how many octets.
    """

    flags: frozenset[str] = frozenset()
    start: int = 0
    octets: int = 0
    fewest: int | None = None
    starts: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """One pass over a pattern. What was read last, as it can be repeated, stands in `out` from `start` to `end`, takes
    `last` octets at least and may be an `anchor`.
    """

    pattern: str
    anchors: bool
    repeats: int
    at: int = 0
    out: list[str] = field(default_factory=list)
    exact: bool = True
    last: int = 0
    start: int = 0
    end: int = 0
    anchor: bool = False
    groups: list[_Group] = field(default_factory=lambda: [_Group()])

    @property
    def _ahead(self) -> str:
        """What comes next; RE2 would take each time as long as the whole pattern is."""
        return self.pattern[self.at : self.at + _LONGEST_SIGN]

    def read(self) -> None:
        letter = self.pattern[self.at]
        if letter == "\\":
            self._escape()
        elif letter == "[":
            self._class()
        elif letter == "(":
            self._open()
        elif letter == ")":
            self._close()
        elif letter in "*+?{" and (times := _TIMES.match(self._ahead)):
            self._repeat(times)
        else:
            self._sign(letter)
            self.at += 1

    def end_branch(self) -> None:
        """Hyperscan begins no line behind the last line end. Where something follows that does not matter."""
        group = self.groups[-1]
        for place, octets in group.starts:
            if group.octets == octets:
                self.out[place] = ""
                self.exact = False
        group.starts.clear()
        group.fewest = group.octets if group.fewest is None else min(group.fewest, group.octets)
        group.octets = 0

    def _atom(self, text: str, octets: int = 1) -> None:
        self.start = self.end = len(self.out)
        self.last, self.anchor = octets, False
        self.out.append(text)
        self.groups[-1].octets += octets

    def _anchor(self, text: str) -> None:
        self._atom(text if self.anchors else "", 0)
        self.anchor = True
        self.exact &= self.anchors

    def _sign(self, letter: str) -> None:
        group = self.groups[-1]
        if letter == "|":
            self.end_branch()
            self.out.append("|")
        elif letter == "^":
            lines = "m" in group.flags
            if lines:
                group.starts.append((len(self.out), group.octets))
            self._anchor("(?m:^)" if lines else r"\A")
        elif letter == "$":
            self._anchor("(?m:$)" if "m" in group.flags else r"\z")
        elif letter == ".":
            self._atom(_ANY if "s" in group.flags else r"[^\n]")
        else:
            self._atom(_hex(ord(letter)))

    def _open(self) -> None:
        found = _GROUP.match(self._ahead)
        on, off = frozenset(found[1] or ""), frozenset(found[2] or "")
        flags = (self.groups[-1].flags | on) - off
        case = "-i" if "i" in off else "i" if "i" in on else ""
        if found[3] == ")":
            self.groups[-1].flags = flags
            self.out.append(f"(?{case})" if case else "")
        else:
            self.groups.append(_Group(flags, len(self.out)))
            self.out.append(f"(?{case}:")
        self.at += found.end()

    def _close(self) -> None:
        self.end_branch()
        self.out.append(")")
        group = self.groups.pop()
        self.start, self.end = group.start, len(self.out) - 1
        self.last, self.anchor = group.fewest or 0, False
        self.groups[-1].octets += self.last
        self.at += 1

    def _repeat(self, times: "re2._Match") -> None:
        """A lazy repetition matches where a greedy one does; what takes no octet may as well stand once."""
        self.at += times.end()
        text = times[0][:-1] if len(times[0]) > 1 and times[0][-1] == "?" else times[0]
        least, most = (int(times[1]), int(times[3] or 0)) if times[1] else (int(text == "+"), 0)
        if self.anchor:
            self.out[self.start] *= least > 0
            return
        if max(least, most) > (self.repeats if self.start == self.end else _MOST_REPEATS):
            least = min(least, _MOST_REPEATS)
            text = f"{{{least},}}"
            self.exact = False
        self.out[self.start] = f"(?:{self.out[self.start]}"
        self.out[self.end] += f"){text}"
        self.groups[-1].octets += (least - 1) * self.last
        self.last *= least

    def _escape(self) -> None:
        letter = self.pattern[self.at + 1]
        if letter == "Q":
            end = self.pattern.find("\\E", self.at)
            end = len(self.pattern) if end < 0 else end
            for quoted in self.pattern[self.at + 2 : end]:
                self._atom(_hex(ord(quoted)))
            self.at = end + 2
        elif letter in "AbBz":
            self._anchor(f"\\{letter}")
            self.at += 2
        elif letter in "dDwW":
            self._atom(f"\\{letter}")
            self.at += 2
        elif letter in "sSC":
            self._atom({"s": f"[{_SPACE}]", "S": f"[^{_SPACE}]", "C": _ANY}[letter])
            self.at += 2
        elif letter in "pP":
            self._atom(self._property())
        else:
            self._atom(_hex(self._octet()))

    def _property(self) -> str:
        """A class of Unicode's: any octet, and more than that means."""
        self.exact = False
        self.at += _PROPERTY.match(self._ahead).end()
        return _ANY

    def _octet(self) -> int:
        """What a letter, or an escape for one, stands for."""
        if self.pattern[self.at] != "\\":
            self.at += 1
            return ord(self.pattern[self.at - 1])
        if found := _OCTET.match(self._ahead):
            self.at += found.end()
            return int(found[3], 8) if found[3] else int(found[1] or found[2], 16)
        letter = self.pattern[self.at + 1]
        self.at += 2
        return _CONTROL.get(letter, ord(letter))

    def _class(self) -> None:
        start = self.at
        negated = self.pattern.startswith("^", start + 1)
        self.at += 1 + negated
        members: list[str] = []
        wide = False
        while not members or self.pattern[self.at] != "]":
            if self.pattern.startswith(("\\p", "\\P"), self.at) or self.pattern.startswith("[:^", self.at):
                wide = True
            members.append(self._member())
        self.at += 1
        self._atom(_ANY if wide else f"[{'^' * negated}{''.join(members)}]")

    def _member(self) -> str:
        if self.pattern.startswith("[:", self.at):
            end = self.pattern.find(":]", self.at) + 2
            name, self.at = self.pattern[self.at : end], end
            self.exact &= not name.startswith("[:^")
            return name
        if self.pattern[self.at] == "\\" and (letter := self.pattern[self.at + 1]) in "dDwWsSpP":
            if letter in "pP":
                return self._property()
            self.at += 2
            return {"s": _SPACE, "S": _NOT_SPACE}.get(letter) or f"\\{letter}"
        first = _hex(self._octet())
        if self.pattern[self.at] == "-" and self.pattern[self.at + 1] != "]":
            self.at += 1
            return f"{first}-{_hex(self._octet())}"
        return first


def _hex(octet: int) -> str:
    return chr(octet) if chr(octet).isascii() and chr(octet).isalnum() else f"\\x{octet:02x}"
