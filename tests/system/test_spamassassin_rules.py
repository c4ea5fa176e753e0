"""SpamAssassin's stock rules hit the same messages here as in SpamAssassin itself, each as often, sub-rules included.

The modules of the real program are asked, without network and Bayes, as `spamassassin -L` does.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gatekeeper.app.spamassassin import read_spamassassin
from gatekeeper.config.schema import Config, Tables
from gatekeeper.message import parse
from gatekeeper.spamassassin.calls import Call
from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.redirectors import redirectors
from gatekeeper.spamassassin.rule_set import RuleSet
from gatekeeper.spamassassin.texts import surroundings_of, texts_of
from gatekeeper.tables.matcher import Budget
from tests.servers.room import unavailable
from tests.servers.spamassassin import STOCK, Said, ask
from tests.servers.spamassassin_letters import letters, samples

CORPORA = Path.home() / ".cache/gatekeeper-corpora"
REAL = 500


OWN = r"""
body MANY /e/
tflags MANY multiple
body SOME /e/
tflags SOME multiple maxhits=7
body LATER /meeting/i
tflags LATER nosubject
body FIRST /meeting/i
rawbody RAW /^Dear/m
tflags RAW multiple
full FULL /^Subject: .*\n/m
uri LINK /example/
tflags LINK multiple
header ABSENT X-Nothing !~ /x/
header UNSET X-Nothing =~ /^none$/ [if-unset: none]
header EMPTY X-Nothing =~ /^$/
header EACH Received =~ /from/
tflags EACH multiple
header THERE exists:Reply-To
header __TO To:addr =~ /(?<TO_ADDR>.+)/
header FOR_HIM Received =~ /%{TO_ADDR}/
mimeheader PART Content-Type =~ /text/
tflags PART multiple
mimeheader NO_PART Content-Type !~ /text/
mimeheader SECOND Content-Type =~ /html/
tflags SECOND range=2
mimeheader ALL_PARTS Content-Type =~ /plain.*html/s
tflags ALL_PARTS concat
meta COUNTED MANY > 20 && SOME == 7
meta WORTH MANY
meta LESS SOME - 10
meta ZERO FIRST
score ZERO 0
meta WAITS ZERO || FIRST
meta NOT_WAITING !NOBODY && FIRST
meta ANY rules_matching(__T*) + 1
meta CHOICE FIRST ? 3 : 0
body T_TRIAL /the/
replace_tag E [e3]
body TAGGED /m<E><E>ting/i
replace_rules TAGGED
"""


def test_rules_of_ones_own(tmp_path: Path) -> None:
    """How rules count, and what metas are worth, on every tenth of the messages."""
    if not (STOCK[1] / "v320.pre").exists():
        unavailable("spamassassin is missing")
    (tmp_path / "rules").mkdir()
    (tmp_path / "site").mkdir()
    (tmp_path / "rules/own.cf").write_text(OWN)
    plugins = (STOCK[1] / "v320.pre").read_text() + (STOCK[1] / "init.pre").read_text()
    (tmp_path / "site/a.pre").write_text(plugins + "loadplugin Mail::SpamAssassin::Plugin::MIMEHeader\n")
    (tmp_path / "site/b.pre").write_text("loadplugin Mail::SpamAssassin::Plugin::ReplaceTags\n")
    places = (tmp_path / "rules", tmp_path / "site")
    hit: set[str] = set()
    for path in written(letters()[::10], tmp_path):
        (theirs,) = ask([path], *places)
        assert ours(path.read_bytes(), places).hits == theirs.hits, path.read_bytes()
        hit |= theirs.hits.keys()
    assert {"MANY", "UNSET", "PART", "NO_PART", "COUNTED", "LESS", "FOR_HIM", "TAGGED", "CHOICE"} <= hit
    assert "WAITS" not in hit


@cache
def rules_in(places: tuple[Path, ...] = STOCK) -> RuleSet:
    if not STOCK[0].is_dir():
        unavailable("spamassassin is missing")
    problems: list[object] = []
    config = Config(tables=Tables(spamassassin=[str(path) for path in places]))
    rules = read_spamassassin(config, lambda path, _: Path(path).read_text("utf-8", "surrogateescape"), problems)  # type: ignore[arg-type]
    assert rules is not None
    return rules


def ours(raw: bytes, places: tuple[Path, ...] = STOCK) -> Said:
    rules = rules_in(places)
    options = rules.definitions.options
    texts = texts_of(parse(raw), None, surroundings_of(options, redirectors(options)))
    case = Case(texts, options)

    def asked(call: Call) -> float:
        return call.function(replace(case, kind=call.kind), *call.arguments)

    budget = Budget(60)
    hits = rules.hits(texts, asked, budget)
    assert not budget.unfinished
    return Said(hits, sum(rules.score(name) for name in hits if not name.startswith("__")))


def differences(paths: Sequence[Path]) -> dict[str, list[str]]:
    """What differs: rules with the messages in which they do, with what SpamAssassin says and what we say.

    A message that differs is asked about again, in a process of its own as `spamassassin -L -t` is: SpamAssassin 4.0.1
    compiles a rule with `%{NAME}` in it once, and looks for what the first message had there in all that follow.
    """
    found: dict[str, list[str]] = {}
    for path, together in zip(paths, ask(paths), strict=True):
        mine, theirs = ours(path.read_bytes()), together
        if mine.hits != theirs.hits:
            (theirs,) = ask([path])
        for name in sorted({*theirs.hits, *mine.hits}):
            told, said = theirs.hits.get(name, 0), mine.hits.get(name, 0)
            if told != said:
                found.setdefault(name, []).append(f"{path.name}: {told:g} there, {said:g} here")
        if mine.hits == theirs.hits:
            assert mine.score == pytest.approx(theirs.score, abs=0.002)
    return found


def written(messages: Sequence[bytes], place: Path) -> list[Path]:
    paths = [place / f"{number:04}.eml" for number in range(len(messages))]
    for path, message in zip(paths, messages, strict=True):
        path.write_bytes(message)
    return paths


@pytest.mark.timeout(600)
def test_messages_made_up_for_it(tmp_path: Path) -> None:
    messages = [*letters(), *samples()]
    assert len(messages) > 300
    assert differences(written(messages, tmp_path)) == {}


@pytest.mark.timeout(1200)
def test_real_messages() -> None:
    """Of each corpus its share, spread evenly over all of it."""
    found = [path for path in sorted(CORPORA.rglob("*")) if path.is_file() and path.name != ".complete"]
    mail = [path for path in found if path.parts[len(CORPORA.parts)] in ("spamassassin-public", "usrp-2024")]
    if len(mail) < REAL:
        pytest.skip(f"{CORPORA} holds no corpora")
    assert differences(mail[:: len(mail) // REAL][:REAL]) == {}


def test_at_most_a_tenth_of_the_rules_is_not_run() -> None:
    found = rules_in().compiled
    assert found.active > 2000
    assert len(found.skipped) <= found.active / 10
