"""Of which words an index of words finds nothing inside."""

import pytest

from gatekeeper.quarantine.unspaced import is_unspaced


@pytest.mark.parametrize(
    "word", ["发票", "電子請求書", "ひらがな", "カタカナ", "ｶﾀｶﾅ", "ใบแจ้งหนี้", "INV发票2024", "𠮷野"]
)
def test_those_of_scripts_that_set_no_space(word: str) -> None:
    assert is_unspaced(word)


@pytest.mark.parametrize(
    "word", ["", "invoice", "Überweisung", "счёт", "τιμολόγιο", "חשבונית", "فاتورة", "송장", "😀", "\udcff"]
)
def test_others_are_parted_by_spaces(word: str) -> None:
    assert not is_unspaced(word)
