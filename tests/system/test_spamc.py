"""The real spamc, in every mode, against the real gateway: what procmail and mail programs get from it."""

import re
import socket
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messages import gtube, ham
from tests.programs import needs
from tests.servers.gateway import Gateway
from tests.servers.room import LOOPBACK, free_port, wait_until

pytestmark = [pytest.mark.system, needs("spamc")]

HAM, SPAM = ham(), gtube()
LOCAL_HAM = b"From ann@out.test Thu Jan  1 00:00:00 2026\n" + HAM.replace(b"\r\n", b"\n")


class Judge(Gateway):
    """A gateway that listens for spamc on a port and on a unix socket."""

    def __init__(self, settings: str = "") -> None:
        self.spamd = free_port()
        self.unix = f"/tmp/gatekeeper-spamd-{self.spamd}"
        listen = f'[scand]\nlisten = ["127.0.0.1:{self.spamd}", "unix:{self.unix}"]\n'
        super().__init__({}, listen + settings)

    def spamc(
        self, *options: str, message: bytes = HAM, to: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        where = to or ("-d", "127.0.0.1", "-p", str(self.spamd))
        command = ["spamc", "-F", "/dev/null", *where, "-u", "joe@example.org", *options]
        return subprocess.run(command, input=message, capture_output=True, check=False, timeout=60)

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection((LOOPBACK, self.spamd), 30) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            with connection.makefile("rb") as reply:
                return reply.read()


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge("allow_tell = true\n") as gateway:
        yield gateway


def fields(message: bytes) -> dict[str, str]:
    head = re.split(rb"\r?\n\r?\n", message, maxsplit=1)[0].decode("utf-8", "replace")
    return dict(re.findall(r"^(X-[\w-]+): (.*(?:\n[ \t].*)*)", head.replace("\r", ""), re.MULTILINE))


def parted(message: bytes) -> tuple[list[bytes], bytes]:
    """Our header lines, and the rest."""
    own = re.compile(rb"^(?:X-Spam|X-Gatekeeper|Authentication-Results)[\w-]*:.*\n(?:[ \t].*\n)*", re.MULTILINE)
    return own.findall(message), own.sub(b"", message)


# what it says


def test_check(judge: Judge) -> None:
    clean, spam = judge.spamc("-c"), judge.spamc("-c", message=SPAM)
    assert (clean.stdout, clean.returncode) == (b"0.0/5.0\n", 0)
    assert spam.returncode == 1
    assert re.fullmatch(rb"\d+\.0/5\.0\n", spam.stdout)


def test_exit_code_of_other_modes(judge: Judge) -> None:
    assert judge.spamc("-E").returncode == 0
    spam = judge.spamc("-E", message=SPAM)
    assert spam.returncode == 1
    assert spam.stdout.endswith(SPAM)


def test_symbols(judge: Judge) -> None:
    assert judge.spamc("-y").stdout == b""
    assert judge.spamc("-y", message=SPAM).stdout == b"GTUBE"


def test_report(judge: Judge) -> None:
    said = judge.spamc("-R", message=SPAM).stdout.decode()
    assert re.match(r"\d+\.0/5\.0\n", said)
    assert re.search(r"^Content analysis details:   \(\d+\.0 points, 5\.0 required\)$", said, re.MULTILINE)
    assert re.search(r"^\d+ GTUBE +The test message", said, re.MULTILINE)
    assert "would not be called spam" in " ".join(judge.spamc("-R").stdout.decode().split())


def test_report_of_spam_alone(judge: Judge) -> None:
    assert b"Content analysis details:" in judge.spamc("-r", message=SPAM).stdout
    assert judge.spamc("-r").stdout == b""


def test_ping(judge: Judge) -> None:
    done = judge.spamc("-K", message=b"")
    assert (done.stdout, done.returncode) == (b"SPAMD/1.5 0\n", 0)


# what becomes of the message


@pytest.mark.parametrize("option", ["", "--headers"])
@pytest.mark.parametrize("message", [HAM, LOCAL_HAM, SPAM], ids=["crlf", "lf", "spam"])
def test_the_message_comes_back_with_our_lines_and_no_other_byte_changed(
    judge: Judge, message: bytes, option: str
) -> None:
    own, left = parted(judge.spamc(*filter(None, [option]), message=message).stdout)
    assert left == message
    assert any(line.startswith(b"X-Spam-Status:") for line in own)
    assert all(line.endswith(b"\r\n") is (b"\r\n" in message) for line in own)


@pytest.mark.parametrize("message", [b"no header\n", b"\n\nbody\n", b"Subject: head alone\n", b"Subject: a\nbody\n"])
def test_what_is_hardly_a_message_loses_nothing(judge: Judge, message: bytes) -> None:
    own, left = parted(judge.spamc(message=message).stdout)
    assert own
    assert left.replace(b"\n", b"") == message.replace(b"\n", b"")
    assert left.count(b"\n") - message.count(b"\n") in (0, 1)  # an empty line below our header, where there was none


@pytest.mark.parametrize("message", [b"", b"no header\n", b"Subject: head alone\n"])
def test_where_spamc_finds_no_body_it_gives_back_what_it_got_as_with_spamd(judge: Judge, message: bytes) -> None:
    assert judge.spamc("--headers", message=message).stdout == message


def test_header_lines_are_those_of_the_other_fronts(judge: Judge) -> None:
    said = fields(judge.spamc(message=SPAM).stdout)
    assert said["X-Spam-Flag"] == "YES"
    assert said["X-Spam-Status"].startswith("Yes, score=")
    assert "tests=GTUBE" in said["X-Spam-Status"]
    assert said["X-Gatekeeper-Reason"] == "gtube"
    assert said["X-Gatekeeper-Id"].endswith(" by gateway.test")
    assert "X-Spam-Flag" not in fields(judge.spamc().stdout)


@pytest.mark.parametrize("option", ["", "--headers"])
def test_forged_lines_are_taken_out(judge: Judge, option: str) -> None:
    forged = b"X-Spam-Status: No, score=-9\r\nX-Spam-Flag: NO\r\nX-Spam-Other: stays\r\n" + SPAM
    back = judge.spamc(*filter(None, [option]), message=forged).stdout
    assert b"score=-9" not in back
    assert b"X-Spam-Flag: NO" not in back
    assert b"X-Spam-Other: stays\r\n" in back


def test_what_is_larger_than_spamc_sends_comes_back_as_it_was(judge: Judge) -> None:
    assert judge.spamc("-s", "100").stdout == HAM


def test_what_is_larger_than_we_take_comes_back_as_it_was(judge: Judge) -> None:
    large = HAM + b"x" * 78 + b"\r\n" + b"line\r\n" * 2_000_000
    failed = judge.spamc("-s", "50000000", message=large)
    assert (failed.stdout == large, failed.returncode) == (True, 0)
    assert judge.spamc("-x", "-s", "50000000", message=large).returncode in (69, 74)


def test_a_large_message_is_judged(judge: Judge) -> None:
    large = SPAM + b"line\r\n" * 500_000
    back = judge.spamc("-s", "50000000", message=large)
    assert back.stdout.endswith(large)
    assert fields(back.stdout)["X-Spam-Flag"] == "YES"


# how it is reached


def test_a_unix_socket(judge: Judge) -> None:
    assert judge.spamc("-c", message=SPAM, to=("-U", judge.unix)).returncode == 1
    assert Path(judge.unix).stat().st_mode & 0o777 == 0o666


def test_nobody_there(judge: Judge) -> None:
    nowhere = ("-d", "127.0.0.1", "-p", str(free_port()), "--connect-retries", "1")
    assert judge.spamc(to=nowhere).stdout == HAM
    assert judge.spamc("-c", to=nowhere).stdout == b"0/0\n"
    assert judge.spamc("-x", to=nowhere).returncode == 69


def test_compression(judge: Judge) -> None:
    """By hand where spamc was built without it, as Debian's was."""
    if b"-z" in subprocess.run(["spamc", "-h"], capture_output=True, check=False).stdout:
        assert judge.spamc("-z", "-c", message=SPAM).returncode == 1
    packed = zlib.compress(SPAM)
    head = b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\nCompress: zlib\r\n\r\n" % len(packed)
    assert judge.raw(head + packed).endswith(b"\r\n\r\nGTUBE")


def test_many_at_once(judge: Judge) -> None:
    command = ["spamc", "-F", "/dev/null", "-d", "127.0.0.1", "-p", str(judge.spamd), "-c"]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(20)]
    assert [process.communicate(SPAM if n % 2 else HAM)[0] == b"0.0/5.0\n" for n, process in enumerate(running)] == [
        True,
        False,
    ] * 10


def test_a_reload_loses_no_request(judge: Judge) -> None:
    command = ["spamc", "-F", "/dev/null", "-d", "127.0.0.1", "-p", str(judge.spamd), "-x", "-c"]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(6)]
    judge.reload()
    assert [process.communicate(SPAM)[0] == b"0/0\n" for process in running] == [False] * 6
    assert judge.spamc("-c", message=SPAM).returncode == 1


# in procmail, as the guide has it


def delivered(judge: Judge, home: Path, message: bytes, port: int) -> int:
    """The guide's recipes, delivering below `home`; procmail's exit status."""
    guide = (Path(__file__).parents[2] / "deploy" / "spamc.md").read_text()
    recipes = "\n".join(line[4:] for line in guide[guide.index("    :0fw") :].split("\nWithout `-x`")[0].splitlines())
    spamc = f"spamc -F /dev/null -d 127.0.0.1 -p {port} --connect-retries 1 -x"
    places = f"SHELL=/bin/sh\nMAILDIR={home}\nDEFAULT={home}/inbox\nLOGFILE={home}/log\n"
    (home / "rc").write_text(f"{places}{recipes.replace('spamc -x', spamc)}\n")
    (home / "rc").chmod(0o600)
    return subprocess.run(["procmail", "-m", home / "rc"], input=message, check=False, timeout=60).returncode


@needs("procmail")
def test_the_recipes_of_the_guide(judge: Judge, tmp_path: Path) -> None:
    local = {name: message.replace(b"\r\n", b"\n") for name, message in (("inbox", HAM), ("spam", SPAM))}
    for name, message in local.items():
        assert delivered(judge, tmp_path, message, judge.spamd) == 0
        assert b"X-Spam-Status:" in (tmp_path / name).read_bytes()
        filed = (tmp_path / name).read_bytes().replace(b"\n>From ", b"\nFrom ")
        assert message.partition(b"\n\n")[2].strip() in filed
    assert {path.name for path in tmp_path.iterdir()} == {"rc", "log", "inbox", "spam"}


@needs("procmail")
def test_the_recipes_keep_what_nobody_judged_for_later(judge: Judge, tmp_path: Path) -> None:
    assert delivered(judge, tmp_path, SPAM.replace(b"\r\n", b"\n"), free_port()) == 75
    assert not (tmp_path / "inbox").exists()
    assert not (tmp_path / "spam").exists()


# what is recorded


def test_a_scan_is_in_the_journal_and_stays_the_clients(judge: Judge) -> None:
    said = fields(judge.spamc(message=ham(77)).stdout)["X-Gatekeeper-Id"].split()[0]
    records: list[dict[str, object]] = []

    def there() -> bool:
        records[:] = [record for record in judge.journal(recipient="joe@example.org") if record["id"] == said]
        return bool(records)

    wait_until(there, "the scan is in the journal")
    assert "handed-over" in str(records[0])
    assert judge.quarantine() == []


# what it is taught


def test_learn_and_forget(judge: Judge) -> None:
    message = ham(4711)
    assert [
        judge.spamc("-L", what, message=message).stdout for what in ("spam", "spam", "ham", "forget", "forget")
    ] == [
        b"Message successfully un/learned\n",
        b"Message was already un/learned\n",
        b"Message successfully un/learned\n",
        b"Message successfully un/learned\n",
        b"Message was already un/learned\n",
    ]


def test_report_and_revoke_teach_here_and_tell_nobody(judge: Judge) -> None:
    message = ham(4714)
    assert judge.spamc("-C", "report", message=message).stdout == b"Unable to report/revoke message\n"
    assert b"already" in judge.spamc("-L", "spam", message=message).stdout
    assert judge.spamc("-C", "revoke", message=message).stdout == b"Unable to report/revoke message\n"
    assert b"already" in judge.spamc("-L", "ham", message=message).stdout


def test_nobody_takes_back_what_another_has_taught(judge: Judge) -> None:
    message = ham(4712)
    assert b"successfully" in judge.spamc("-L", "spam", message=message).stdout
    assert b"already" in judge.spamc("-L", "forget", "-u", "eve", message=message).stdout
    assert b"successfully" in judge.spamc("-L", "forget", message=message).stdout


def test_what_came_back_from_us_is_known_again(judge: Judge) -> None:
    back = judge.spamc(message=ham(4713)).stdout
    assert b"successfully" in judge.spamc("-L", "spam", message=back).stdout
    assert b"already" in judge.spamc("-L", "spam", message=ham(4713)).stdout


def test_nobody_teaches_unless_it_is_allowed() -> None:
    with Judge() as judge:
        done = judge.spamc("-L", "spam")
        assert b"successfully" not in done.stdout
        assert judge.spamc("-x", "-L", "spam").returncode == 74  # as with spamd without --allow-tell
        assert not (judge.home / "state" / "classifier" / "training.db").exists()
