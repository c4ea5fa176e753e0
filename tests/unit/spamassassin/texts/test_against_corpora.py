"""Real mail, and other libraries' hard cases, where they are unpacked: SpamAssassin makes the same texts of them."""

from pathlib import Path

import pytest

from gatekeeper.message import parse
from gatekeeper.spamassassin.texts import texts_of
from tests.servers.spamassassin import texts_by_spamassassin
from tests.unit.message.test_corpora import files
from tests.unit.spamassassin.texts.test_against_spamassassin import around, compared  # noqa: F401 — a fixture

_EACH = 25
"""Messages of a corpus, spread over it."""

_LARGEST = 200_000


@pytest.mark.system
@pytest.mark.parametrize(
    "corpus", ["hard-mime", "evasion", "spamassassin-public", "vger-2019-2022", "usrp-2024", "phish-2023-2024"]
)
def test_every_text_of_real_mail_is_the_same(corpus, around, tmp_path: Path) -> None:  # noqa: F811
    paths = [path for path in files(corpus) if path.stat().st_size < _LARGEST]
    chosen = paths[:: max(1, len(paths) // _EACH)][:_EACH]
    copies = [tmp_path / f"{number}.eml" for number in range(len(chosen))]
    for path, copy in zip(chosen, copies, strict=True):
        copy.write_bytes(path.read_bytes())
    for path, copy, theirs in zip(chosen, copies, texts_by_spamassassin(copies), strict=True):
        texts = texts_of(parse(copy.read_bytes()), None, around)
        assert [pair[0] for pair in compared(texts, theirs) if pair[1] != pair[2]] == [], path
        assert sorted(texts.uris) == [uri.encode("latin-1") for uri in theirs["uris"]], path
