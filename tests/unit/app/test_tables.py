import os
from pathlib import Path

import msgspec
import pytest

from gatekeeper.app.tables import read_tables, shipped
from gatekeeper.app.watch import stamp
from gatekeeper.config.schema import Config
from gatekeeper.protocols.dns_name import dns_name
from gatekeeper.tables import Hop, Rule, Tables
from gatekeeper.values import Problem


def read(**tables: dict[str, object]) -> tuple[Tables, list[Problem]]:
    return read_tables(msgspec.convert(tables, Config))


def write(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def test_without_files_there_is_what_is_shipped() -> None:
    tables, problems = read()
    assert problems == []
    assert tables.attachments.rules
    assert "wikipedia.org" in tables.well_known
    assert tables.rules
    unshipped = {"shipped_attachments": False, "shipped_domains": False, "shipped_rules": False}
    tables, problems = read(tables=unshipped)
    assert (tables, problems) == (Tables(own=tables.own, files=tables.files), [])
    assert [*tables.files] == ["/var/lib/gatekeeper/senders"], "the list of reviewers is watched, though there is none"


def test_what_we_are_called_ourselves() -> None:
    listen = ["192.0.2.1:25", "[2001:db8::1]:25", "0.0.0.0:2525", "[::]:2525"]
    tables, _ = read(gateway={"hostname": "MX.Own.Example."}, smtp={"listen": listen})
    assert tables.own == {"mx.own.example", "192.0.2.1", "2001:db8::1"}


def test_the_well_known_domains_are_names_that_could_be_asked_about_in_order() -> None:
    lines = [line for line in shipped("well-known-domains").read_text().splitlines() if not line.startswith("#")]
    assert lines == sorted(set(lines))
    assert [dns_name(line) for line in lines] == lines
    assert read()[0].well_known == set(lines)


def test_all_files_are_read(tmp_path: Path) -> None:
    tables, problems = read(
        relay={"mailertable": write(tmp_path / "m", "example.org esmtp:[10.0.0.1]\n")},
        tables={"access": write(tmp_path / "a", "From:x.example REJECT\n")},
        domains={
            "Example.org": {"verify": "list", "recipients": write(tmp_path / "r", "joe\n"), "delimiter": "+"},
            "other.example": {"verify": "none", "recipients": "/not/read"},
        },
    )
    assert tables.mailertable.lookup("example.org") == Hop("esmtp", "10.0.0.1")
    assert tables.access is not None
    found = tables.access.sender("a@x.example")
    assert found is not None
    assert found.rule is Rule.REJECT
    assert set(tables.recipients) == {"example.org"}
    assert "joe+news@example.org" in tables.recipients["example.org"]
    assert [problem.severity for problem in problems] == ["warning"]  # other.example has no next hop


def test_a_rule_file_that_is_added_to_a_folder_is_a_change(tmp_path: Path) -> None:
    config = msgspec.convert({"tables": {"spamassassin": [str(tmp_path)]}}, Config)
    files = read_tables(config)[0].files
    os.utime(tmp_path, ns=(0, 0))
    before = read_tables(config)[0].files
    (tmp_path / "own.cf").write_text("score OWN 1\n")
    assert files.keys() >= {str(tmp_path)}
    assert before[str(tmp_path)] != stamp(str(tmp_path))


def test_every_file_that_is_missing_is_named(tmp_path: Path) -> None:
    _, problems = read(
        relay={"mailertable": f"{tmp_path}/m"},
        tables={"access": f"{tmp_path}/a"},
        domains={"x.org": {"verify": "list", "recipients": f"{tmp_path}/r"}},
    )
    missing = [problem for problem in problems if problem.severity == "error"]
    assert [problem.source for problem in missing] == [f"{tmp_path}/{name}" for name in "amr"]
    assert all("No such file" in problem.message and problem.remedy for problem in missing)


def test_mistakes_of_all_tables_come_together_each_once(tmp_path: Path) -> None:
    recipients = write(tmp_path / "r", "a@b@c\n")
    _, problems = read(
        relay={"mailertable": write(tmp_path / "m", "x.org smtp:h\ny.org smtp:h\nz.org h\n")},
        tables={"access": write(tmp_path / "a", "\nForm:x REJECT\n")},
        domains={name: {"verify": "list", "recipients": recipients} for name in ("x.org", "y.org")},
    )
    assert [(Path(problem.source).name, problem.line) for problem in problems] == [("a", 2), ("m", 3), ("r", 1)]


def test_a_file_that_is_not_utf_8_is_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"From:a.example OK\nFrom:caf\xe9.example REJECT\n")
    _, problems = read(tables={"access": str(path)})
    assert [(problem.line, problem.message) for problem in problems] == [(2, "the line is not valid UTF-8")]


@pytest.mark.parametrize(
    ("listen", "hop", "loops"),
    [
        ("127.0.0.1:2525", "esmtp:[127.0.0.1]:2525", True),
        ("0.0.0.0:25", "esmtp:[127.0.0.1]", True),
        (":25", "esmtp:[::1]", True),
        ("[2001:db8::1]:25", "relay:[IPv6:2001:db8::1]", True),
        ("127.0.0.1:2525", "esmtp:[127.0.0.1]:2526", False),
        ("0.0.0.0:25", "esmtp:[10.0.0.1]", False),
        ("127.0.0.1:25", "smtp:mail.example.org", False),
    ],
)
def test_a_next_hop_that_is_ourselves(tmp_path: Path, listen: str, hop: str, loops: bool) -> None:
    path = write(tmp_path / "m", f"# ours\nexample.org {hop}\n")
    _, problems = read(smtp={"listen": [listen]}, relay={"mailertable": path})
    assert [(problem.line, problem.severity) for problem in problems] == ([(2, "error")] if loops else [])


def test_a_domain_of_ours_without_a_next_hop(tmp_path: Path) -> None:
    path = write(tmp_path / "m", "example.org esmtp:[10.0.0.1]\n")
    _, problems = read(relay={"mailertable": path, "domains": ["example.org", "lost.example", ".sub.example"]})
    assert [problem.message for problem in problems] == [
        "relay.domains has lost.example, but no entry says where its mail goes"
    ]


def test_attachment_rules_are_asked_in_their_order(tmp_path: Path) -> None:
    tables, problems = read(
        tables={
            "attachments": write(tmp_path / "own", "reject ext zip -- x\nallow ext py -- y\n"),
            "filename_rules": write(tmp_path / "f", "deny\t\\.(py|pl|zip|txt)$\t-\t-\n"),
            "archive_filename_rules": write(tmp_path / "a", "deny\t\\.gif$\t-\t-\n"),
        },
    )
    assert problems == []

    def decides(extension: str, *, member: bool = False) -> str:
        rule = tables.attachments.of_name(f"a.{extension}", extension, member)
        return f"{rule.deed} {Path(rule.source).name}" if rule else ""

    assert [decides(extension) for extension in ("py", "zip", "pl", "txt", "exe", "gif")] == [
        "allow own", "reject own", "strip f", "strip f", "reject attachments.rules", "",
    ]  # fmt: skip
    assert decides("gif", member=True) == "strip a"
    assert decides("txt", member=True) == ""


def test_mistakes_in_rules_about_attachments_are_named(tmp_path: Path) -> None:
    _, problems = read(
        tables={
            "attachments": write(tmp_path / "own", "refuse ext zip -- x\n"),
            "filename_rules": write(tmp_path / "f", "deny\t(?=a)\t-\t-\n"),
            "archive_filename_rules": str(tmp_path / "missing"),
        },
    )
    assert {(Path(problem.source).name, problem.line) for problem in problems} == {("own", 1), ("f", 1), ("missing", 0)}
