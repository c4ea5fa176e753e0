"""Bounces that quote our own relays."""

import pytest

from gatekeeper.spamassassin.evals.vbounce import check_welcomelist_bounce_relays, have_any_bounce_relays
from tests.unit.spamassassin.evals.cases import SomeTexts, SomeTree, case

OURS = {"welcomelist_bounce_relays": ["*.example.org"]}


@pytest.mark.parametrize(
    ("body", "pristine", "hit"),
    [
        ([b"Received: from mx.Example.org by x\n"], b"", True),
        ([b"> Received: from mx.example.net by x\n"], b"", False),
        ([b"it was mx.example.org by x\n"], b"", False),
        ([], b"text\n> received: from a\n\tby mx.example.org with\n SMTP\n", True),
        ([], b"text\nReceived: from a\nby mx.example.org with\n", False),
        ([], b"Received: " + b"a.b " * 1_000_000, False),
    ],
)
def test_a_quoted_field_names_one_of_them(body: list[bytes], pristine: bytes, hit: bool) -> None:
    texts = SomeTexts(body=body, tree=SomeTree(body=pristine))
    assert check_welcomelist_bounce_relays(case(texts, lists=OURS)) is hit
    assert not check_welcomelist_bounce_relays(case(texts))


def test_whether_any_are_named() -> None:
    assert have_any_bounce_relays(case(SomeTexts(), lists=OURS))
    assert not have_any_bounce_relays(case(SomeTexts()))
