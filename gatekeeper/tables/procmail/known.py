"""known: which variables have a value that is the same for every message, as far as an rcfile was read."""

from dataclasses import dataclass, field

from gatekeeper.tables.procmail.words import Break, Pieces, Variable


@dataclass(slots=True)
class Known:
    """`values` by name; None for what was set and depends on the message."""

    values: dict[str, str | None] = field(default_factory=dict)

    def set(self, name: str, value: Pieces | None, *, sure: bool) -> None:
        """What an assignment says; it is `sure` to be made unless it stands in a block."""
        self.values[name] = None if not sure else "" if value is None else self.constant(value)

    def constant(self, pieces: Pieces) -> str | None:
        """The text of `pieces`, if it is known before any message is."""
        texts = ""
        for piece in pieces:
            text = self.values.get(piece.name) if isinstance(piece, Variable) and not piece.operator else piece
            text = " " if text is Break.BLANK else text
            if not isinstance(text, str):
                return None
            texts += text
        return texts
