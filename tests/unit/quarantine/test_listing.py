import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.quarantine.listing import Query, cursor, place


@given(st.integers(0, 2**60 - 1))
def test_a_cursor_leads_back(number: int) -> None:
    assert place(cursor(number)) == number


@pytest.mark.parametrize("bent", ["-1", "0x1", "G", "1 OR 1=1", "f" * 16, "\N{ARABIC-INDIC DIGIT ONE}", "1\n", "' --"])
def test_what_is_no_cursor_says_so(bent: str) -> None:
    with pytest.raises(ValueError, match="is no place in this list; begin at its first page"):
        place(bent)


def test_a_state_that_is_none_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="'lost' is no state; there are waiting, changed, all, unconfirmed, held, "):
        Query(state="lost")
