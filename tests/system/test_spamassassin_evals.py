"""Each function behind `eval:` hits the messages that the real SpamAssassin's own hits, and no others."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.message import parse
from gatekeeper.spamassassin.calls import Call
from gatekeeper.spamassassin.compiling import compiled
from gatekeeper.spamassassin.definitions import read
from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.registry import EVALS
from gatekeeper.spamassassin.lines import SourceFile
from gatekeeper.spamassassin.rule_set import RuleSet
from gatekeeper.spamassassin.texts import Surroundings, surroundings_of, texts_of
from gatekeeper.tables.matcher import Budget
from tests.servers.spamassassin import ask
from tests.system.evals_mails import MAILS

RULES = Path(__file__).with_name("evals.cf")
PLUGINS = (
    "Check HTTPSMismatch BodyEval HTMLEval HeaderEval MIMEEval RelayEval URIEval WLBLEval VBounce ImageInfo FreeMail "
    "FromNameSpoof PDFInfo AntiVirus WelcomeListSubject"
)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, frozenset[str]]:
    """The rules that hit each message, by the real one."""
    room = tmp_path_factory.mktemp("evals")
    for name in ("rules", "site", "mails"):
        (room / name).mkdir()
    (room / "rules" / "evals.cf").write_bytes(RULES.read_bytes())
    plugins = (f"loadplugin Mail::SpamAssassin::Plugin::{name}\n" for name in PLUGINS.split())
    (room / "site" / "plugins.pre").write_text("".join(plugins))
    paths = [room / "mails" / f"{number}.eml" for number in range(len(MAILS))]
    for path, raw in zip(paths, MAILS.values(), strict=True):
        path.write_bytes(raw)
    found = ask(paths, room / "rules", room / "site")
    return {name: frozenset(said.hits) for name, said in zip(MAILS, found, strict=True)}


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    found = read([SourceFile("evals.cf", RULES.read_text())])
    assert not found.problems
    made = compiled(found, EVALS)
    assert not made.skipped
    return RuleSet(found, made)


def ours(rules: RuleSet, around: Surroundings, raw: bytes) -> frozenset[str]:
    texts, budget = texts_of(parse(raw), None, around), Budget()
    case = Case(texts, rules.definitions.options, budget=budget)

    def called(call: Call) -> float:
        return call.function(replace(case, kind=call.kind), *call.arguments)

    return frozenset(rules.hits(texts, called, budget))


@pytest.mark.parametrize("name", MAILS)
def test_the_same_functions_hit(name: str, theirs: Mapping[str, frozenset[str]], rules: RuleSet) -> None:
    around = surroundings_of(rules.definitions.options)
    assert sorted(ours(rules, around, MAILS[name])) == sorted(theirs[name])


def test_every_function_hits_some_message_and_misses_some(theirs: Mapping[str, frozenset[str]], rules: RuleSet) -> None:
    calls = {call.name for call in rules.compiled.calls}
    never = {"__H35", "__R12", "__T04"}  # which SpamAssassin answers with no for every message
    assert calls - frozenset().union(*theirs.values()) == never
    assert {"__H33", "__V01"} == frozenset.intersection(*theirs.values()) & calls
