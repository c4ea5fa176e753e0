"""What the documents say is so: every command, setting, stage and fate, and every snippet that they quote."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner

from gatekeeper.checks import CHECKS, name_of
from gatekeeper.cli import main
from gatekeeper.config.meaning import meanings
from gatekeeper.config.schema import Config, Domain
from gatekeeper.pipeline.headers import OWN_NAMES
from gatekeeper.pipeline.stages import ENVELOPE_STAGES, MESSAGE_STAGES
from gatekeeper.tables.rules import RuleFile
from gatekeeper.traits import TRAITS
from gatekeeper.values import Action, Fate, Stage
from tests.messages import gtube

TOP = Path(__file__).parents[2]
DEPLOY = TOP / "deploy"
PAGES = [TOP / "README.md", *sorted(DEPLOY.glob("*.md")), *sorted(DEPLOY.glob("decisions/*.md"))]
PROSE = "\n".join(page.read_text() for page in PAGES)
EXAMPLE = (DEPLOY / "gatekeeper.toml").read_text()


def name(path: Path) -> str:
    return str(path.relative_to(TOP))


def commands(command: click.Command, above: click.Context | None, word: str) -> Iterator[tuple[str, click.Context]]:
    """`gatekeeper quarantine list` and its like, each with what it is."""
    context = click.Context(command, above, word, terminal_width=100, **command.context_settings)
    yield context.command_path, context
    if isinstance(command, click.Group):
        for word in command.list_commands(context):
            if inner := command.get_command(context, word):
                yield from commands(inner, context, word)


COMMANDS = dict(commands(main, None, "gatekeeper"))


def manual() -> str:
    """What deploy/commands.md shall say: the help of every command. `make docs` writes it."""
    helps = (f"## {path}\n\n```\n{context.get_help()}\n```\n" for path, context in COMMANDS.items())
    return "# Commands\n\nWritten by `make docs`; a test compares it.\n\n" + "\n".join(helps)


def blocks(language: str) -> list[Any]:
    found = [
        pytest.param(match[1], id=f"{page.name}-{n}")
        for page in PAGES
        for n, match in enumerate(re.finditer(rf"^```{language}\n(.*?)^```", page.read_text(), re.M | re.S))
    ]
    assert found
    return found


# commands

MANUAL = (DEPLOY / "commands.md").read_text()


def test_the_manual_has_every_command_in_its_order() -> None:
    assert re.findall("^## (.+)$", MANUAL, re.MULTILINE) == list(COMMANDS), "make docs"


@pytest.mark.parametrize("path", COMMANDS)
def test_the_manual_says_what_the_command_says_of_itself(path: str) -> None:
    """Word for word, but not line for line: how help is laid out changes with the library."""
    command = COMMANDS[path].command
    section = MANUAL[MANUAL.index(f"## {path}\n") :].split("\n## ")[0]
    said = [command.help or "", *(p.help or "" for p in command.params if isinstance(p, click.Option))]
    for text in said:
        assert " ".join(text.replace("\b", "").split()) in " ".join(section.split()), "make docs"
    assert set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", section, re.MULTILINE)) == {
        *(option for p in command.params for option in p.opts if option.startswith("--")),
        "--help",
    }


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_and_its_options_explain_themselves(path: str) -> None:
    assert COMMANDS[path].command.help
    for parameter in COMMANDS[path].command.params:
        assert not isinstance(parameter, click.Option) or parameter.help, parameter.name


@pytest.mark.parametrize("path", [path for path in COMMANDS if path.count(" ") == 1])
def test_the_readme_names_every_command(path: str) -> None:
    assert path in (TOP / "README.md").read_text()


@pytest.mark.parametrize("said", sorted(set(re.findall(r"`gatekeeper ((?:[a-z]+(?:-[a-z]+)* ?)+)", PROSE))))
def test_a_command_that_is_described_exists(said: str) -> None:
    words = said.split()
    group: click.Command | None = main
    while words and isinstance(group, click.Group):
        group = group.get_command(click.Context(group), words.pop(0))
    assert group, said


def test_a_verdict_looks_as_the_readme_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("message.eml").write_bytes(gtube())
    said = CliRunner().invoke(main, ["scan", "message.eml"]).output
    readme = (TOP / "README.md").read_text()
    block = re.search(r"^    \$ gatekeeper scan message.eml\n((?:    .+\n)+)", readme, re.MULTILINE)
    assert block

    def comparable(text: str) -> list[str]:
        return [re.sub(r"id \w+$", "id", line.strip()) for line in text.splitlines()]

    assert comparable(said) == comparable(block[1])


# configuration


def uncommented(text: str) -> dict[str, Any]:
    """The example with every default switched on: a default is written `#key = value`, without a space."""
    return tomllib.loads(re.sub(r"^#(?=[a-z_\[])", "", text, flags=re.MULTILINE))


def lines(text: str) -> dict[str, tuple[bool, str]]:
    """`smtp.limits.size`: is it a default that is only shown, and the comment behind it."""
    found, table = {}, ""
    for line in text.splitlines():
        if header := re.match(r"#?\[(.+)\]$", line):
            table = header[1]
        elif setting := re.match(r"(#?)([a-z_]+) = .*?(?:  # (.*))?$", line):
            found[f"{table}.{setting[2]}"] = (bool(setting[1]), setting[3] or "")
    return found


def settings(kind: type[msgspec.Struct], at: str = "") -> Iterator[tuple[str, object, str]]:
    """Every setting of a table: `smtp.limits.size`, its default and what the source says that it means."""
    for field in msgspec.structs.fields(kind):
        default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        if isinstance(default, msgspec.Struct):
            yield from settings(type(default), f"{at}{field.name}.")
        elif not isinstance(default, dict):
            yield at + field.name, default, meanings(kind).get(field.name, "")


SETTINGS = [
    *settings(Config),
    *(setting for check in CHECKS for setting in settings(check.Settings, f"checks.{name_of(check)}.")),
]


@pytest.mark.parametrize(("path", "default", "meaning"), SETTINGS, ids=[path for path, *_ in SETTINGS])
def test_the_example_has_every_setting_its_default_and_its_meaning(path: str, default: object, meaning: str) -> None:
    assert path in lines(EXAMPLE), f"deploy/gatekeeper.toml does not describe {path}"
    shown, comment = lines(EXAMPLE)[path]
    assert comment == meaning
    value: Any = uncommented(EXAMPLE)
    for word in path.split("."):
        value = value[word]
    assert not shown or value == default


def test_the_example_can_be_used_as_it_is_and_names_nothing_else() -> None:
    for text in (tomllib.loads(EXAMPLE), uncommented(EXAMPLE)):
        config = msgspec.convert(text, Config)
        assert set(config.checks) <= {name_of(check) for check in CHECKS}
        for check in CHECKS:
            msgspec.convert(config.checks.get(name_of(check), {}), check.Settings)


def test_the_example_shows_all_that_a_domain_may_differ_in() -> None:
    (domain,) = uncommented(EXAMPLE)["domains"].values()
    assert set(domain) == {field.name for field in msgspec.structs.fields(Domain)}
    for key, meaning in meanings(Domain).items():
        assert lines(EXAMPLE)[f'domains."company.example".{key}'][1] == meaning


@pytest.mark.parametrize("text", blocks("toml"))
def test_a_configuration_in_the_guides_is_one(text: str) -> None:
    if text.startswith("[[rule]]"):
        assert not RuleFile.parse(text, "guide", TRAITS).problems
        return
    config = msgspec.convert(tomllib.loads(text), Config)
    for check in CHECKS:
        msgspec.convert(config.checks.get(name_of(check), {}), check.Settings)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:[a-z]+\.)+[a-z_]+)(?: = [^`]*)?`", PROSE))))
def test_a_setting_that_is_mentioned_exists(path: str) -> None:
    tables = {path for path, *_ in SETTINGS} | {f"domains.{field.name}" for field in msgspec.structs.fields(Domain)}
    roots = {path.partition(".")[0] for path in tables}
    assert path in tables or path.partition(".")[0] not in roots or (TOP / path).exists()


# what happens to a message

FLOW = (DEPLOY / "flow.md").read_text()


def column(header: str) -> list[str]:
    """The first column of the table that begins with `header`, without back-ticks."""
    rows = FLOW[FLOW.index(f"| {header} |") :].split("\n\n")[0].splitlines()[2:]
    return [row.split("|")[1].strip(" `") for row in rows]


def test_the_flow_has_the_stages_of_the_pipeline_in_their_order() -> None:
    assert column("stage") == [s.value for s in (*ENVELOPE_STAGES, Stage.RECIPIENT, *MESSAGE_STAGES)]
    picture = re.findall(r"[a-z]+(?= ┬)|(?<=┬ )[a-z]+", FLOW)
    assert picture == column("stage")


def test_the_readme_has_the_same_picture() -> None:
    def picture(text: str) -> str:
        return text[text.index("    sendmail, Postfix ──") :].split("\n\n")[0]

    assert picture((TOP / "README.md").read_text()) == picture(FLOW)


def test_the_flow_has_every_action_and_every_fate() -> None:
    assert column("verdict") == [action.value for action in Action]
    ends = {Fate.RELEASED, Fate.DELETED, Fate.EXPIRED}
    assert column("fate") == [fate.value for fate in Fate if fate not in ends]
    assert all(f"`{fate}`" in FLOW for fate in ends)


def test_the_flow_names_our_header_lines() -> None:
    named = {line.lower().encode() for line in re.findall(r"`(X-[A-Za-z-]+)`", FLOW)}
    assert named <= OWN_NAMES
    assert len(named) >= 5


# snippets and links


@pytest.mark.parametrize(
    ("page", "snippet", "comment"),
    [("sendmail.md", "sendmail.mc", "dnl "), ("postfix.md", "postfix-milter.cf", "#")],
)
def test_a_guide_quotes_its_snippet(page: str, snippet: str, comment: str) -> None:
    text = (DEPLOY / "snippets" / snippet).read_text()
    quoted = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(comment))
    assert quoted in (DEPLOY / page).read_text()


def test_every_snippet_is_linked() -> None:
    for snippet in (DEPLOY / "snippets").iterdir():
        assert f"(snippets/{snippet.name})" in PROSE


@pytest.mark.parametrize("page", ["sendmail.md", "postfix.md"])
def test_beside_an_mta_the_milter_leaves_it_its_port(page: str) -> None:
    """Who starts from the example would have two servers on port 25."""
    assert tomllib.loads(EXAMPLE)["smtp"]["listen"]
    first = re.search(r"```toml\n(.+?)```", (DEPLOY / page).read_text(), re.DOTALL)
    assert first
    told = tomllib.loads(first[1])
    assert told["milter"]["socket"]
    assert told["smtp"]["listen"] == []


def test_what_is_let_through_comes_back_where_the_guide_says() -> None:
    for snippet in DEPLOY.glob("snippets/postfix-*-filter.cf"):
        assert "127.0.0.1:10026 inet" in snippet.read_text()
    assert "esmtp:[127.0.0.1]:10026" in (DEPLOY / "postfix.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    headings = {re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.M)}
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings
        elif "://" not in target:
            assert (page.parent / target.partition("#")[0]).exists(), target


if __name__ == "__main__":
    (DEPLOY / "commands.md").write_text(manual())
