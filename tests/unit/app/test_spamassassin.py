"""The rule files of SpamAssassin that the configuration names."""

from pathlib import Path

import msgspec
import pytest

from gatekeeper.app.spamassassin import account, described, read_spamassassin
from gatekeeper.config.schema import Config, Policy, Tables
from gatekeeper.spamassassin.rule_set import RuleSet
from gatekeeper.values import Problem


def read(
    *named: Path, bayes: bool = False, tag: float = 5.0, checked: tuple[str, ...] = ()
) -> tuple[RuleSet | None, list[Problem]]:
    problems: list[Problem] = []

    def text(path: str, setting: str) -> str:
        try:
            return Path(path).read_text("utf-8", "surrogateescape")
        except OSError:
            problems.append(Problem(path, 0, "error", "cannot be read", f"change {setting}"))
            return ""

    tables = Tables(spamassassin=[str(path) for path in named])
    checks: dict[str, dict[str, object]] = {name: {"enabled": name in checked} for name in ("spf", "dkim")}
    checks["spamassassin"] = {"bayes": bayes}
    config = msgspec.structs.replace(Config(), tables=tables, checks=checks, policy=Policy(tag=tag))
    return read_spamassassin(config, text, problems), problems


def test_nothing_is_named_by_default() -> None:
    assert read() == (None, [])
    assert described(None) == {}


def test_what_is_loaded_is_known_before_any_rule_is_read(tmp_path: Path) -> None:
    stock, site = tmp_path / "stock", tmp_path / "site"
    for directory in (stock, site):
        directory.mkdir()
    plugin = "Mail::SpamAssassin::Plugin::TextCat"
    (stock / "20_b.cf").write_text("score A 2\nbody __PART /p/\ndescribe A Says a\n")
    (stock / "10_a.cf").write_text(f"ifplugin {plugin}\nbody A /a/\nendif\nscore A 1\nbody B /b/\n")
    (stock / "notes.txt").write_text("not a rule")
    (site / "init.pre").write_text(f"loadplugin {plugin}\n")
    rules, problems = read(stock, site)
    assert rules is not None
    assert not problems
    assert set(rules.definitions.rules) == {"A", "B", "__PART"}
    assert rules.score("A") == 2
    assert described(rules) == {"A": "Says a", "B": ""}
    assert account(rules) == (
        "3 rules of SpamAssassin, 0 of them not run (0.0 %); 0 that ask the network are left to other checks"
    )


def test_a_file_may_be_named_and_include_another(tmp_path: Path) -> None:
    (tmp_path / "a.cf").write_text("include sub/b.cf\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.cf").write_text("body A /a/\ninclude c.cf\n")
    (tmp_path / "sub/c.cf").write_text("body B /b/\n")
    rules, problems = read(tmp_path / "a.cf")
    assert rules is not None
    assert set(rules.definitions.rules) == {"A", "B"}
    assert not problems


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.cf").write_text("include gone.cf\n")
    _, problems = read(tmp_path / "a.cf", tmp_path / "nowhere")
    assert [(problem.source, problem.severity) for problem in problems] == [
        (str(tmp_path / "nowhere"), "error"),
        (str(tmp_path / "gone.cf"), "error"),
    ]


def test_rules_that_are_not_run_are_warnings_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "a.cf").write_text(
        "body OK /a/\nbody A eval:of_nobody()\nheader B eval:check_rbl('x', 'y.')\nbody C eval:check_bayes('0', '1')\n"
        "tflags C learn\n"
    )
    rules, problems = read(tmp_path)
    assert [str(problem) for problem in problems] == [
        f"{tmp_path}/a.cf:2: warning: A is not run: the function of_nobody is not here; "
        "write it otherwise, or give it the score 0"
    ]
    assert rules is not None
    assert account(rules) == (
        "2 rules of SpamAssassin, 1 of them not run (50.0 %); 1 that ask the network are left to other checks, "
        "1 that ask Bayes too"
    )
    with_bayes, _ = read(tmp_path, bayes=True)
    assert with_bayes is not None
    assert [call.name for call in with_bayes.compiled.calls] == ["C"]


@pytest.mark.parametrize(("required", "tag", "warned"), [("4", 5.0, True), ("5", 6.0, False), ("4", 4.0, False)])
def test_a_threshold_of_their_own_that_is_not_ours_is_warned_of(
    tmp_path: Path, required: str, tag: float, warned: bool
) -> None:
    (tmp_path / "local.cf").write_text(f"required_hits {required}\n")
    _, problems = read(tmp_path, tag=tag)
    assert [problem.severity for problem in problems] == ["warning"] * warned
    assert not warned or "set policy.tag = 4.0" in str(problems[0])


@pytest.mark.parametrize(("checked", "warned"), [((), True), (("dkim",), False), (("spf",), False)])
def test_a_welcome_that_nobody_can_vouch_for_is_warned_of(
    tmp_path: Path, checked: tuple[str, ...], warned: bool
) -> None:
    (tmp_path / "local.cf").write_text("whitelist_auth *@partner.example\n")
    _, problems = read(tmp_path, checked=checked)
    assert ["welcomelist_auth welcomes nobody" in problem.message for problem in problems] == [True] * warned
