"""What needs no bogofilter to compare with; tests/system/test_bogofilter.py has the rest."""

import subprocess
import sys
import syslog
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper import __version__
from gatekeeper.cli import bogofilter_options
from gatekeeper.cli.bogofilter_header import Names, names_of
from gatekeeper.cli.bogofilter_options import UsageError, options_of
from gatekeeper.cli.bogofilter_passing import Mark, passed
from gatekeeper.cli.bogofilter_place import place_of
from gatekeeper.cli.bogofilter_report import Facts, formatted
from gatekeeper.cli.bogofilter_settings import Settings
from gatekeeper.cli.main import main

LIST = b".MSG_COUNT 9 9\ncheap 9 0\npills 9 0\nsubj:cheap 9 0\nmeeting 0 9\nnotes 0 9\nsubj:notes 0 9\nboth 5 5\n"
SPAM = b"From: a@b.example\nSubject: cheap\n\npills cheap both\n"
HAM = b"From: a@b.example\nSubject: notes\n\nmeeting notes both\n"
UNSURE = b"From: a@b.example\nSubject: cheap notes\n\nmeeting notes cheap pills both\n"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("state")
    done = CliRunner().invoke(main, ["words", "load", "--state", str(directory)], input=LIST)
    assert done.exit_code == 0, done.output
    return directory


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("GATEKEEPER_STATE", "GATEKEEPER_CONFIG", "BOGOFILTER_DIR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(bogofilter_options, "_CONFIGS", (Path("~/.bogofilter.cf"),))


def run(*arguments: str | Path, given: bytes = SPAM) -> Result:
    return CliRunner().invoke(main, ["bogofilter", *map(str, arguments)], input=given)


@pytest.mark.parametrize(("raw", "tag", "status"), [(SPAM, "Spam", 0), (HAM, "Ham", 1), (UNSURE, "Unsure", 2)])
def test_classes(state: Path, raw: bytes, tag: str, status: int) -> None:
    said = run("-d", state, "-p", given=raw)
    assert said.exit_code == status
    assert f"\nX-Bogosity: {tag}, tests=bogofilter, spamicity=" in said.stdout
    assert said.stdout.split("\n\n")[0].splitlines()[-1].endswith(f", version={__version__}")
    assert run("-d", state, "-p", "-e", given=raw).exit_code == 0
    assert run("-d", state, given=raw).stdout == ""
    assert run("-d", state, "-t", given=raw).stdout[:2] == f"{tag[0]} "


def test_the_program_itself(state: Path) -> None:
    """Streams and status as a recipe gets them: octets in, octets out."""
    raw = SPAM + b"\xff\x00\r\n"
    command = [str(Path(sys.executable).parent / "gatekeeper"), "bogofilter", "-d", str(state), "-pe"]
    done = subprocess.run(command, input=raw, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    head, body = raw.split(b"\n\n", 1)
    line = f"X-Bogosity: Spam, tests=bogofilter, spamicity=1.000000, version={__version__}".encode()
    assert done.stdout == head + b"\n" + line + b"\n\n" + body
    assert subprocess.run([*command, "-Sn", "-u"], input=raw, capture_output=True, check=False).returncode == 3


@pytest.mark.parametrize("error", [RuntimeError("odd"), RecursionError(), MemoryError(), KeyboardInterrupt()])
def test_whatever_goes_wrong_is_no_ham(state: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python ends with 1 then, which to a recipe says ham."""

    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr("gatekeeper.cli.bogofilter.Judge.__call__", failing)
    said = run("-d", state)
    assert said.exit_code == 3
    assert said.stderr == f"bogofilter: {type(error).__name__}: {error}\n"


def test_it_does_without_numpy_until_it_learns() -> None:
    code = "import sys, gatekeeper.cli.bogofilter; sys.exit('numpy' in sys.modules or 'msgspec.json' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_learning_is_kept_by_event_and_can_be_taken_back(tmp_path: Path) -> None:
    def words() -> bytes:
        return CliRunner().invoke(main, ["words", "dump", "--state", str(tmp_path)]).stdout_bytes

    assert run("-d", tmp_path, "-n", given=HAM).exit_code == 0
    before = words()
    assert run("-d", tmp_path, "-s", given=SPAM).exit_code == 0
    assert words() != before
    assert run("-d", tmp_path, "-S", given=SPAM).exit_code == 0
    assert words() == before


def test_where_the_words_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def directory(*arguments: str, config: Path | None = None) -> Path:
        return place_of(options_of(["-C", *arguments], pytest.fail), config).directory

    config = tmp_path / "gatekeeper.toml"
    config.write_text('[gateway]\nstate = "/configured"\n[classifier]\nfold = true\n')
    assert directory(config=config) == Path("/configured/classifier")
    assert place_of(options_of([], pytest.fail), config).fold
    monkeypatch.setenv("BOGOFILTER_DIR", "/variable")
    assert directory(config=config) == Path("/variable/classifier")
    assert directory("--bogofilter-dir=/long") == Path("/long/classifier")
    monkeypatch.setenv("GATEKEEPER_STATE", "/state")
    assert directory() == Path("/state/classifier")
    assert directory("--state", "/other") == Path("/other/classifier")
    assert directory("--state=/other", "-d/first") == Path("/first/classifier")
    config.write_text("[classifier]\nfold = 7\n")
    with pytest.raises(UsageError, match="fold"):
        directory(config=config)


def test_an_empty_home_of_bogofilter_is_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "wordlist.db").touch()
    said = run("-d", tmp_path)
    assert said.exit_code == 3
    assert f"bogoutil -d {tmp_path}/wordlist.db | gatekeeper words load --state {tmp_path} -" in said.stderr
    CliRunner().invoke(main, ["words", "load", "--state", str(tmp_path)], input=LIST)
    assert run("-d", tmp_path).exit_code == 0


def test_configuration_files(state: Path, tmp_path: Path) -> None:
    home, named = tmp_path / ".bogofilter.cf", tmp_path / "named.cf"
    home.write_text("# ours\n\nham_cutoff = 0.00 # two classes\nspam_header_name=X-Home\ndb-transaction=no\n")
    named.write_text("spam_header_name=X-Named\n")
    assert run("-d", state, "-v", given=UNSURE).stdout.startswith("X-Home: Ham,")
    assert run("-d", state, "-v", "-C", given=UNSURE).stdout.startswith("X-Bogosity: Unsure,")
    assert run("-d", state, "-v", "-c", named, given=UNSURE).stdout.startswith("X-Named: Unsure,")
    assert run("-d", state, "-v", "--spam-header-name=X-Last", given=UNSURE).stdout.startswith("X-Last: Ham,")
    named.write_text("spam_cutoff=high\n")
    said = run("-d", state, "-c", named)
    assert (said.exit_code, said.stderr) == (3, f"{named}: Error - bad parameter 'spam_cutoff=high'\n")


def test_what_the_log_gets(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(syslog, "openlog", lambda tag, options, facility: said.append(f"{tag} {options} {facility}"))
    monkeypatch.setattr(syslog, "syslog", lambda priority, text: said.append(f"{priority} {text}"))
    mail = f"{syslog.LOG_PID} {syslog.LOG_MAIL}"
    run("-d", state, "-l", given=HAM)
    assert said[0] == f"bogofilter {mail}"
    assert said[1].startswith(f"{syslog.LOG_INFO} X-Bogosity: Ham, spamicity=0.0")
    assert said[1].endswith(f", version={__version__}")
    said.clear()
    run("-d", tmp_path, "-L", "tag", "-n", given=HAM)
    assert said[0] == f"tag {mail}"
    assert said[1].startswith(f"{syslog.LOG_INFO} register-n, ")
    assert said[1].endswith(" words, 1 messages")
    said.clear()
    run("-d", state, "-ul", given=SPAM)
    assert ", register-s, " in said[1]


def test_passing_through() -> None:
    mark = Mark((b"X-Bogosity: Spam", b"  more"), subject=b"[S]")
    raw = b"X-Bogosity: old\n folded\nA: b\nSubject:c\nX-Bogosity: older\n\nX-Bogosity: text\n"
    assert passed(raw, mark) == b"A: b\nSubject: [S] c\nX-Bogosity: Spam\n  more\n\nX-Bogosity: text\n"


def test_a_long_message_passes_in_time_that_is_linear() -> None:
    raw = b"X-Bogosity: a\n" * 100_000 + b"\n" + b"body\n" * 100_000
    assert len(passed(raw, Mark((b"X-Bogosity: Ham",)))) == len(b"X-Bogosity: Ham\n\n") + 500_000


def test_names_in_the_header() -> None:
    raw = b"Received: from x (y [IPv6:2001:db8::1])\r\n\tby z with ESMTPS id AB12; now\r\nMessage-Id: <a@b>\r\n\r\n"
    assert names_of(raw) == Names("<a@b>", "2001:db8::1", "AB12")
    assert names_of(b"Received: from x [1.2.3] (1.2.3.4.5) id\nMessage-ID:\n\n") == Names()
    assert names_of(b"") == Names()


def test_formats() -> None:
    settings = Settings(spamicity_formats=["%.2f", "%s", "%9999999d"])
    assert formatted("%%h=%h %1.1c%", settings, 0.5, 0, Facts()) == "%h=X-Bogosity S"
    assert formatted("%p %d %#f", settings, 0.9999, 0, Facts()) == "1.00 0.00 0.000100"
    for status in (1, 2):
        with pytest.raises(UsageError, match="no format"):
            formatted("%p", settings, 0.5, status, Facts())


def test_help_version_and_settings(state: Path) -> None:
    assert run("-h").stdout.startswith(f"bogofilter version {__version__} (gatekeeper)\n\nUsage:")
    assert run("--help").stdout == run("-h").stdout
    assert run("-V").stdout == f"bogofilter version {__version__} (gatekeeper)\n"
    asked = run("-Q", "-C", "-o.7", "-m,,.3").stdout
    assert "spam_cutoff = 0.700000  # (7.00e-01)\n" in asked
    assert "robx        = 0.300000  # (3.00e-01)\n" in asked


ARGUMENT = st.sampled_from(
    ["-o", "-m,,", "--robs=", "--sp", "--", "-TT", "-vS", "-E.5", "nan", "inf", "-1e999", "--=", "-"]
)


@given(st.lists(ARGUMENT | st.text("-svpueSNTtobBMmdcCLIO=,.0", max_size=6), max_size=4))
def test_arguments_are_read_or_refused(arguments: list[str]) -> None:
    with suppress(UsageError):
        parameters = options_of(["-C", *arguments], lambda _: None).settings.parameters()
        assert parameters.robs > 0


@given(st.text("%-#0123456789.ACDIQcdefghlmopruvwx ", max_size=12), st.floats(0, 1), st.sampled_from([0, 1, 2]))
def test_formats_are_filled_or_refused(form: str, score: float, status: int) -> None:
    with suppress(UsageError):
        assert len(formatted(form, Settings(), score, status, Facts(raw=SPAM))) < 400


@given(st.lists(st.sampled_from([b"A: b\n", b" c\n", b"\n", b"\r\n", b"d\r\n", b"\xff\0e\n", b" \n", b"Subject: f\n"])))
def test_nothing_of_a_message_is_changed(lines: list[bytes]) -> None:
    raw = b"".join(lines)
    marked = passed(raw, Mark((b"X-Bogosity: Ham",)))
    line = next(line for line in marked.splitlines(keepends=True) if line.startswith(b"X-Bogosity: Ham"))
    rest = marked.replace(line, b"", 1)
    end = next((line for line in lines if line in (b"\n", b"\r\n")), None)
    if end is None:
        assert b"".join(rest.split()) == b"".join(raw.split())  # an empty line is put behind the header
    else:
        assert rest.replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")
