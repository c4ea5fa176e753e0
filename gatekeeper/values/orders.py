"""orders: what an operator's own table has done to a message that goes on: to its lines, and to where it goes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Octets `start` to `end` of the message as it came give way to `data`: whole lines with their ends, or nothing.
    At 0 to 0 is the top of the header.
    """

    start: int
    end: int
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Orders:
    """`lines` do not overlap. `redirect`: one address instead of all recipients; `copies`: further ones; `next_hop`
    instead of the table's, as `smtp:[host]:port`. `told` is for the record.
    """

    lines: tuple[LineEdit, ...] = ()
    redirect: str = ""
    copies: tuple[str, ...] = ()
    next_hop: str = ""
    told: tuple[str, ...] = ()

    def then(self, later: "Orders") -> "Orders":
        """Both; where there can be one alone, the later one counts, as in Postfix."""
        return Orders(
            self.lines + later.lines,
            later.redirect or self.redirect,
            tuple(dict.fromkeys((*self.copies, *later.copies))),
            later.next_hop or self.next_hop,
            self.told + later.told,
        )
