from dataclasses import replace
from pathlib import Path

from gatekeeper.app.build import read
from gatekeeper.app.fitting import Found, Sheet, found_in, scores_text
from gatekeeper.app.inspection import inspection
from gatekeeper.classifier.rule_fit import Fitted
from gatekeeper.tables.rules import read_scores

CONFIG = '[tables]\nshipped_rules = false\nrules = ["{rules}"]\n'
RULES = """
[[rule]]
name = "our-prize"
description = "A prize"
where = "text"
pattern = 'prize'
score = 0.0

[[rule]]
name = "our-part"
description = "A part"
where = "text"
pattern = 'hello'
scored = false
"""


def test_hits_and_what_else_is_found(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES)
    config = tmp_path / "gatekeeper.toml"
    config.write_text(CONFIG.format(rules=tmp_path / "rules.toml"))
    setup = read(config)
    judged = inspection(setup.loaded, replace(setup.tables, rules=setup.tables.rules.told()))
    letter = b"From: a@out.example\nContent-Type: text/html\n\nhello, a <a href=http://1.2.3.4/>prize</a>\n"
    link_score = setup.loaded.checks["links"].ip_score  # type: ignore[attr-defined]
    assert found_in(letter, judged, setup.tables.rules) == Found(("our-prize",), link_score)
    assert found_in(b"From: a@out.example\n\nhi\n", judged, setup.tables.rules) == Found((), 0.0)


def test_a_sheet_becomes_a_table() -> None:
    sheet = Sheet()
    sheet.add(Found(("a", "b"), 0.5), spam=True, source=0)
    sheet.add(Found(("b",), 0.0), spam=False, source=1)
    sheet.add(Found((), 0.0), spam=False, source=1)
    mail = sheet.labelled(["a", "b", "c"])
    assert mail.hits.tolist() == [[True, True, False], [False, True, False], [False, False, False]]
    assert (mail.points.tolist(), mail.spam.tolist(), mail.sources.tolist()) == (
        [0.5, 0.0, 0.0],
        [True, False, False],
        [0, 1, 1],
    )
    assert [sheet.counts(name) for name in "abc"] == [(1, 0), (1, 1), (0, 0)]


def test_what_is_written_is_read_again() -> None:
    text = scores_text(Fitted({"b-b": 1.5, "a": -0.3}, 0.01, 1.0, 0.0), ["one", "two"])
    assert text.startswith("# one\n# two\n\n[scores]\na = -0.3\n")
    assert read_scores(text, "file") == ({"a": -0.3, "b-b": 1.5}, [])
