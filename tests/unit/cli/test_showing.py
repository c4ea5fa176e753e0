"""Tables where there is room for them, and where there is not."""

from io import StringIO

import pytest
from rich.console import Console

from gatekeeper.cli import showing

COLUMNS = ("id", "received", "client", "sender", "recipient", "action", "reason", "fate")
CELLS = (
    "t48nt2dmapmzn",
    "2026-11-28 15:15:49+00:00",
    "192.0.2.9",
    "bob@partner.example",
    "anna@company.example",
    "quarantine",
    "link-obscured",
    "",
)


def shown(columns: int, names: tuple[str, ...], *rows: tuple[str, ...]) -> list[str]:
    out = Console(file=StringIO(), width=columns, highlight=False, markup=False, emoji=False)
    grid = showing.table(*names)
    for cells in rows:
        showing.row(grid, *cells)
    showing.show(out, grid)
    assert isinstance(out.file, StringIO)
    return [line.rstrip() for line in out.file.getvalue().splitlines()]


@pytest.mark.parametrize("columns", [132, 240])
def test_where_there_is_room_it_is_a_table(columns: int) -> None:
    header, *lines = shown(columns, COLUMNS, CELLS, CELLS)
    assert header.split() == list(COLUMNS)
    assert lines == ["  ".join(CELLS).rstrip()] * 2


def test_of_a_table_only_the_widest_column_is_folded() -> None:
    _, *lines = shown(60, ("finding", "score", "evidence"), ("dnsbl-listed", "5.0", "word " * 30))
    assert len(lines) > 1
    assert lines[0].startswith("dnsbl-listed  5.0    word word")
    assert all(line.startswith(" " * 21 + "word") for line in lines[1:])


def test_where_there_is_none_every_cell_has_its_name_and_none_is_broken() -> None:
    assert shown(80, COLUMNS, CELLS) == [
        "t48nt2dmapmzn  received 2026-11-28 15:15:49+00:00  client 192.0.2.9",
        "    sender bob@partner.example  recipient anna@company.example",
        "    action quarantine  reason link-obscured",
    ]


def test_a_cell_that_is_wider_than_the_terminal_is_not_lost() -> None:
    long = "a" * 100 + "@partner.example"
    lines = shown(40, COLUMNS, (*CELLS[:3], long, *CELLS[4:]))
    assert max(map(len, lines)) == 40
    assert long in "".join(lines)


def test_a_table_without_rows_has_its_header() -> None:
    assert shown(120, COLUMNS)[0].split() == list(COLUMNS)


def test_nothing_in_a_cell_can_do_anything_to_the_terminal() -> None:
    (line,) = shown(20, COLUMNS, ("\x1b[2J", "", "", "", "", "", "", ""))
    assert line == "\\x1b[2J"
