"""Postfix's and sendmail's tables as settings name them: what is read, and what is told of it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatekeeper.app.lookup_tables import lookup_tables
from gatekeeper.app.tables import read_tables
from gatekeeper.app.watch import stamp
from gatekeeper.config.load import ConfigError, load
from gatekeeper.config.schema import Config
from gatekeeper.tables import Tables, TransportMap
from gatekeeper.tables.access_action import Subject
from gatekeeper.tables.matcher import Budget
from gatekeeper.values import Problem


def read(**settings: Any) -> tuple[Tables, list[Problem]]:
    settings["tables"] = {"shipped_rules": False, "shipped_attachments": False} | settings.get("tables", {})
    return read_tables(msgspec.convert(settings, Config))


def write(path: Path, text: str) -> str:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return str(path)


def told(problems: list[Problem]) -> list[tuple[str, int, str]]:
    return [(Path(p.source).name, p.line, p.severity) for p in problems]


@pytest.mark.parametrize("kind", ["hash:", "btree:", "lmdb:", "cdb:", "dbm:", "texthash:", ""])
def test_a_database_means_the_text_it_is_made_from(tmp_path: Path, kind: str) -> None:
    name = kind + write(tmp_path / "map", "a.test REJECT\n")
    tables, problems = read(tables={"sender_access": name})
    (restriction,) = tables.restrictions
    assert restriction.subject is Subject.SENDER
    assert [action.word for _, action in restriction.mailbox("x@a.test", Budget())] == ["REJECT"]
    assert problems == []


def test_several_in_their_order_and_small_ones_in_the_setting(tmp_path: Path) -> None:
    problems: list[Problem] = []
    file = write(tmp_path / "p", "/x/ REJECT\n")
    value = f"pcre:{file}, inline:{{ a.test = OK, {{b.test = REJECT no, never}} }} static:{{HOLD it}}"
    found = lookup_tables(value, "tables.x", lambda path, _: Path(path).read_text(), problems)
    assert [table.source for table in found] == [file, "tables.x", "tables.x"]
    assert found[1].entries == {"a.test": (0, "OK"), "b.test": (0, "REJECT no, never")}
    assert found[2].always == "HOLD it"
    assert problems == []


@pytest.mark.parametrize("name", ["ldap:/etc/x", "hash:relative", "mysql:/etc/x", "inline:x", "static:", "relative"])
def test_other_tables_are_refused(name: str) -> None:
    tables, problems = read(tables={"client_access": name})
    assert tables.restrictions == ()
    assert [(p.source, p.severity) for p in problems] == [("tables.client_access", "error")]
    assert name in problems[0].message


def test_every_mistake_has_its_file_and_line(tmp_path: Path) -> None:
    text = "a.test REJECT\nb.test permit_mynetworks\n.c.test OK\nb.test OK\nd.test FOO\nnovalue\nx\udcff OK\n"
    _, problems = read(tables={"recipient_access": f"hash:{write(tmp_path / 'map', text)}"})
    assert sorted(told(problems)) == [
        ("map", 2, "error"), ("map", 3, "warning"), ("map", 4, "warning"), ("map", 5, "error"), ("map", 6, "error"),
        ("map", 7, "error"),
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    for name in ("missing", "directory"):
        for settings in (
            {"tables": {"helo_access": f"hash:{tmp_path}/{name}"}},
            {"relay": {"transport": f"{tmp_path}/{name}"}},
        ):
            _, problems = read(**settings)
            assert (name, 0, "error") in told(problems)


def test_transport_maps_take_the_place_of_the_mailertable(tmp_path: Path) -> None:
    file = write(tmp_path / "transport", "own.test smtp:[10.0.0.1]\n")
    tables, problems = read(relay={"transport": f"hash:{file}"}, smtp={"listen": ["127.0.0.1:2525"]})
    assert isinstance(tables.mailertable, TransportMap)
    assert problems == []


def test_a_transport_that_leads_back_to_us_is_an_error(tmp_path: Path) -> None:
    file = write(tmp_path / "transport", "# ours\nown.test smtp:[127.0.0.1]:2525\n")
    _, problems = read(relay={"transport": f"hash:{file}"}, smtp={"listen": ["127.0.0.1:2525"]})
    assert told(problems) == [("transport", 2, "error")]


def test_patterns_name_no_domain_so_the_settings_must(tmp_path: Path) -> None:
    file = write(tmp_path / "transport", "/@own\\.test$/ smtp:[10.0.0.1]\n")
    _, problems = read(relay={"transport": f"pcre:{file}"})
    assert [(p.severity, p.remedy) for p in problems] == [("error", "set relay.domains, as Postfix's relay_domains")]


def test_a_virtual_address_needs_a_way(tmp_path: Path) -> None:
    table = write(tmp_path / "mailertable", "own.test esmtp:[10.0.0.1]\n")
    file = write(tmp_path / "virtual", "a@v.test joe@own.test\nb@v.test joe@nowhere.test\nc@v.test %1@x.test\n")
    _, problems = read(relay={"mailertable": f"hash:{table}", "virtusertable": f"hash:{file}"})
    assert told(problems) == [("virtual", 2, "error")]


def test_one_table_says_where_mail_goes(tmp_path: Path) -> None:
    file = tmp_path / "gatekeeper.toml"
    file.write_text('[relay]\nmailertable = "/m"\ntransport = "hash:/t"\n')
    with pytest.raises(ConfigError) as error:
        load(file, {})
    assert "relay.mailertable and relay.transport both say where mail goes" in str(error.value)


SETTINGS = {
    "relay.transport": ("hash:{}", "a.test\tsmtp:[10.0.0.1]"),
    "relay.mailertable": ("{}", "a.test\tesmtp:[10.0.0.1]"),
    "relay.virtusertable": ("{}", "a@a.test\terror:nouser 550 no"),
    "tables.access": ("{}", "From:a.test\tREJECT"),
    "tables.client_access": ("hash:{}", "a.test\tREJECT"),
    "tables.header_checks": ("pcre:{}", "/a.test/\tREJECT"),
}


def with_table(setting: str, path: Path, text: str) -> list[tuple[str, int, str]]:
    """What is told of `text` as the file of a setting."""
    room, _, name = setting.partition(".")
    write(path, text)
    return told(read(**{room: {name: SETTINGS[setting][0].format(path)}})[1])


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_editors_leave_behind_does_no_harm(tmp_path: Path, setting: str) -> None:
    line = SETTINGS[setting][1]
    for text in (
        f"\ufeff{line}\r\n\r\n# end\r\n",
        f"{line}\t\t\n\n",
        f"# a\n  # b\n{line.replace('a.test', 'B.test')}",
    ):
        assert with_table(setting, tmp_path / "map", text) == []


@pytest.mark.parametrize("setting", [name for name in SETTINGS if name != "tables.header_checks"])
def test_what_is_no_text_is_named_with_its_line(tmp_path: Path, setting: str) -> None:
    line = SETTINGS[setting][1]
    for bad in ("caf\udce9.test\tx", "a\x00b\tx", "x\x1b[2J\ty"):
        assert ("map", 2, "error") in with_table(setting, tmp_path / "map", f"{line}\n{bad}\n")


def test_the_files_that_were_read_are_known_as_they_were(tmp_path: Path) -> None:
    file = write(tmp_path / "map", "a.test REJECT\n")
    tables, _ = read(tables={"helo_access": f"hash:{file}, hash:{tmp_path}/none"})
    assert {file, f"{tmp_path}/none"} <= tables.files.keys()
    assert tables.files[file] == stamp(file)
    assert tables.files[f"{tmp_path}/none"] is None


def test_with_a_milter_alone_recipients_are_the_mtas(tmp_path: Path) -> None:
    file = tmp_path / "gatekeeper.toml"
    file.write_text('[relay]\nvirtusertable = "/v"\n[milter]\nsocket = "unix:/run/x"\n')
    assert any("relay.virtusertable is for the proxy" in problem.message for problem in load(file, {}).warnings)
