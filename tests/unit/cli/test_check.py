import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.app.tables import read_tables
from gatekeeper.cli.check import check
from gatekeeper.config.schema import Config
from gatekeeper.values import Dependency, Outage
from tests.servers.clamd import Liar, replies

SHIPPED = f"{len(read_tables(Config())[0].attachments.rules)} rules about attachments"


@pytest.fixture(autouse=True)
def _with_hyperscan(monkeypatch: pytest.MonkeyPatch) -> None:
    """That it is missing is told where it is; see `app.patterns`."""
    monkeypatch.setattr("gatekeeper.app.patterns.ENGINE", "hyperscan")


def test_that_hyperscan_is_missing_is_told_and_counts_for_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatekeeper.app.patterns.ENGINE", "")
    result = CliRunner().invoke(check, ["--config", str(file)])
    assert result.exit_code == 0
    assert "patterns are looked for one by one: Hyperscan is not installed" in result.output


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mailertable").write_text("example.org esmtp:[10.0.0.1]\n")
    path = tmp_path / "gatekeeper.toml"
    path.write_text(f'[relay]\nmailertable = "{tmp_path}/mailertable"\n[metrics]\nlisten = "0.0.0.0:1"\n')
    return path


@pytest.fixture(autouse=True)
def _everything_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatekeeper.app.opening.find_library", lambda name: name)
    monkeypatch.setattr("gatekeeper.app.opening.find_spec", lambda name: name)
    monkeypatch.setattr("gatekeeper.app.campaigns.find_spec", lambda name: name)


def run(*arguments: str | Path, obj: Path | None = None) -> Result:
    return CliRunner().invoke(check, [str(argument) for argument in arguments], obj=obj)


def test_warnings_are_printed_and_count_for_nothing(file: Path) -> None:
    result = run("--config", file)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        f"{file}:4: warning: everybody can read the metrics; listen on 127.0.0.1",
        SHIPPED,
        f"{file}: no errors, 1 warning",
    ]


def test_the_file_named_before_the_command_is_read(file: Path) -> None:
    assert run(obj=file).output.endswith(f"{file}: no errors, 1 warning\n")


def test_mistakes_in_the_configuration(file: Path) -> None:
    file.write_text("[smtp]\nlisen = []\n[polcy]\n")
    result = run("--config", file)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{file}:2: error: smtp.lisen is unknown; did you mean listen?",
        f"{file}:3: error: polcy is unknown; did you mean policy?",
    ]


def test_mistakes_in_a_table(file: Path) -> None:
    table = file.parent / "mailertable"
    table.write_text("example.org esmtp:[10.0.0.1]\nother.org 10.0.0.2\n")
    result = run("--config", file)
    assert result.exit_code == 1
    assert f"{table}:2: error: '10.0.0.2' names no mailer" in result.output


def test_own_rules_about_attachments_are_counted(file: Path) -> None:
    rules = file.parent / "rules"
    rules.write_text("strip ext zip -- x\nrename ext 7z -- y\n")
    file.write_text(f'[tables]\nattachments = "{rules}"\nshipped_attachments = false\n')
    assert run("--config", file).output.splitlines() == ["2 rules about attachments", f"{file}: no mistakes"]


def test_pages_that_nobody_could_use(file: Path) -> None:
    web = f'[web]\nlisten = ["127.0.0.1:0"]\nlinks = false\n[gateway]\nstate = "{file.parent}/state"\n'
    file.write_text(web)
    result = run("--config", file)
    assert (result.exit_code, result.output.splitlines()[0]) == (
        0,
        "web: warning: no administrator can sign in to the pages; gatekeeper users add NAME --role administrator",
    )


@pytest.mark.parametrize("front", ["smtp", "web"])
def test_a_certificate_that_is_none(file: Path, front: str) -> None:
    (file.parent / "none.pem").write_text("no certificate")
    file.write_text(f'[{front}]\nlisten = ["127.0.0.1:0"]\ncertificate = "{file.parent}/none.pem"\n')
    result = run("--config", file)
    assert result.exit_code == 1
    assert (
        f"{front}: error: {front}.certificate: a certificate and its key are not both there in PEM; " in result.output
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run("--config", tmp_path / "absent.toml")
    assert result.exit_code == 1
    assert "cannot be read: No such file or directory" in result.output


def test_the_defaults_are_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEKEEPER_CONFIG", raising=False)
    monkeypatch.setattr("gatekeeper.config.load.DEFAULT_PATH", Path("/nonexistent"))
    result = run()
    assert (result.exit_code, result.output) == (0, f"{SHIPPED}\nbuilt-in defaults: no mistakes\n")


def test_help_has_an_example() -> None:
    assert "\n    gatekeeper check --config /etc/gatekeeper/gatekeeper.toml\n" in run("--help").output


def test_the_table_of_dependencies(file: Path) -> None:
    file.write_text(file.read_text() + '\n[dependencies.hashes]\nlimit = "hold"\n')
    lines = run("--config", file, "--dependencies").output.splitlines()
    first = lines.index(next(line for line in lines if line.startswith("dependency ")))
    assert lines[first].split() == ["dependency", *Outage]
    assert [line.split()[0] for line in lines[first + 1 :]] == [*Dependency]
    assert ["hashes", "pass", "pass", "pass", "hold"] in [line.split() for line in lines]


def test_a_setting_that_has_moved_is_told_where_to(file: Path) -> None:
    file.write_text('[checks.containers]\non_failure = "quarantine"\non_timeout = "defer"\n')
    result = run("--config", file)
    assert result.exit_code == 1
    where = "take it out: now [dependencies.opener], as"
    assert result.output.splitlines() == [
        f"{file}:2: error: checks.containers.on_failure is unknown; {where} down and limit, says so",
        f"{file}:3: error: checks.containers.on_timeout is unknown; {where} timeout, says so",
    ]


def connect(tmp_path: Path, *engines: str) -> Result:
    path = tmp_path / "gatekeeper.toml"
    path.write_text(f"[antivirus]\nengines = {list(engines)}\ntimeout = 0.3\n")
    return run("--config", path, "--connect")


def test_engines_that_answer_tell_their_version(tmp_path: Path) -> None:
    with Liar(replies(b""), b"ClamAV 1.4.6/27450/Fri\0") as engine:
        result = connect(tmp_path, engine.tcp)
        assert (result.exit_code, result.output) == (0, f"{engine.tcp}: ClamAV 1.4.6/27450/Fri\n")


def test_engines_that_do_not_are_told_with_what_to_look_at(tmp_path: Path) -> None:
    with Liar(replies(b""), b"220 mail\r\n") as other, Liar(replies(b""), None) as silent:
        result = connect(tmp_path, other.tcp, silent.tcp, f"unix:{tmp_path}/none")
        assert result.exit_code == 1
        remedy = "is clamd running there, and may this user connect to it?"
        assert result.output.splitlines() == [
            f"{other.tcp}: error: what answers is no clamd; {remedy}",
            f"{silent.tcp}: error: no answer in 0.3 s; {remedy}",
            f"unix:{tmp_path}/none: error: No such file or directory; {remedy}",
        ]


def test_the_table_and_who_answers_may_be_asked_for_together(tmp_path: Path) -> None:
    connect(tmp_path)
    lines = run("--config", tmp_path / "gatekeeper.toml", "--dependencies", "--connect").output.splitlines()
    assert lines[0].split()[0] == "dependency"
    assert lines[-1] == "nobody to connect to: antivirus.engines is empty"


def test_where_there_is_nobody_to_connect_to_that_is_told(tmp_path: Path) -> None:
    result = connect(tmp_path)
    assert (result.exit_code, result.output) == (0, "nobody to connect to: antivirus.engines is empty\n")


def rules_of_spamassassin(file: Path) -> None:
    rules = file.parent / "rules.cf"
    rules.write_text(
        "body OK /a/\nbody ODD eval:of_nobody()\nheader B eval:check_rbl('x', 'y.')\n"
        "body C eval:check_bayes('0', '1')\ntflags C learn\nmeta D OK\n"
    )
    with file.open("a") as out:
        out.write(f'[tables]\nspamassassin = ["{rules}"]\n')


def test_rules_of_spamassassin_are_counted_and_those_that_are_not_run_named(file: Path) -> None:
    rules_of_spamassassin(file)
    result = run("--config", file)
    assert result.exit_code == 0
    rules = file.parent / "rules.cf"
    assert (
        f"{rules}:2: warning: ODD is not run: the function of_nobody is not here; "
        "write it otherwise, or give it the score 0"
    ) in result.output.splitlines()
    assert (
        "3 rules of SpamAssassin, 1 of them not run (33.3 %); 1 that ask the network are left to other checks, "
        "1 that ask Bayes too"
    ) in result.output.splitlines()


def test_for_programs_there_is_one_object(file: Path) -> None:
    rules_of_spamassassin(file)
    result = run("--config", file, "--json")
    assert result.exit_code == 0
    told = json.loads(result.output)
    assert {problem["severity"] for problem in told["problems"]} == {"warning"}
    assert told["spamassassin"] == {
        "active": 3,
        "skipped": [
            {
                "name": "ODD",
                "source": f"{file.parent}/rules.cf",
                "line": 2,
                "reason": "the function of_nobody is not here",
            }
        ],
        "network": ["B"],
        "bayes": ["C"],
    }


def test_an_object_tells_mistakes_too_and_the_status_is_the_same(file: Path) -> None:
    file.write_text("[smtp]\nlisen = []\n")
    result = run("--config", file, "--json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.output)["problems"]
    assert (problem["line"], problem["severity"]) == (2, "error")


def test_mistakes_are_told_in_the_order_of_lines(file: Path) -> None:
    rules = file.with_name("local.cf")
    rules.write_text("requird_score 3\nbody A eval:of_nobody()\nrequird_hits 4\n")
    file.write_text(f'[tables]\nspamassassin = ["{rules}"]\n')
    lines = CliRunner().invoke(check, ["--config", str(file)]).output.splitlines()
    assert [line.split(":")[1] for line in lines if line.startswith(f"{rules}:")] == ["1", "2", "3"]
