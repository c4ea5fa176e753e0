"""source: the text of an rcfile, read letter by letter. Its end is the empty letter; nothing here fails."""


class Source:
    """A text that is read letter by letter. Lines count from 1."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._counted, self._line = 0, 1

    @property
    def line(self) -> int:
        """That of the letter that is next."""
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def peek(self) -> str:
        """The next letter; empty at the end."""
        return self.text[self.at : self.at + 1]

    def get(self) -> str:
        """The next letter, which is read thereby."""
        letter = self.peek()
        self.at += 1 if letter else 0
        return letter

    def take(self, letter: str) -> bool:
        """Whether `letter` is next; then it is read."""
        found = self.text.startswith(letter, self.at)
        self.at += len(letter) if found else 0
        return found

    def blanks(self) -> bool:
        """Reads what blanks there are; whether there were any."""
        begun = self.at
        while self.peek() in (" ", "\t"):
            self.at += 1
        return self.at > begun

    def name(self) -> str:
        """The letters, digits and underscores that are next."""
        begun = self.at
        while is_named(self.peek()):
            self.at += 1
        return self.text[begun : self.at]

    def rest(self) -> str:
        """The rest of the line, its end left out but read."""
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        found = self.text[self.at : end]
        self.at = min(end + 1, len(self.text))
        return found

    def long_line(self) -> str:
        r"""The rest of the line, with those that it continues in; `\` stays unless it is all there is in its line."""
        lines: list[str] = []
        while True:
            text = self.rest()
            if not text.endswith("\\"):
                return "\n".join([*lines, text])
            lines.append(text if len(text) > 1 else "")
            if not self.peek():
                return "\n".join(lines)


def is_named(letter: str) -> bool:
    """Whether it may stand in the name of a variable."""
    return letter.isascii() and (letter.isalnum() or letter == "_")
