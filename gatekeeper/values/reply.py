"""reply: one SMTP reply (RFC 5321 §4.2) with its enhanced status code (RFC 3463)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """`code` is the three digits, `status` the `D.S.N` or empty, `lines` printable ASCII without line ends."""

    code: int
    status: str = ""
    lines: tuple[str, ...] = ("",)

    @property
    def text(self) -> str:
        """All lines in one, as a log or a header wants them."""
        return " ".join(self.lines)

    @property
    def positive(self) -> bool:
        """2xx."""
        return 200 <= self.code < 300

    @property
    def permanent(self) -> bool:
        """5xx: the client must not try again as it stands."""
        return self.code >= 500

    def __str__(self) -> str:
        return " ".join(word for word in (str(self.code), self.status, self.text) if word)
