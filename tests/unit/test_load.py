"""The load generator counts what the server said, loses nothing and doubles nothing."""

import subprocess
import sys
from pathlib import Path

from benchmarks.load import Result, generated, run, stored, wires
from tests.messages import ham, malformed
from tests.servers.exchange import Exchange


def test_every_message_is_sent_once_and_arrives_as_it_is() -> None:
    mail = [ham(), *malformed().values()]
    with Exchange(connections=100) as server:
        result = run(server.port, wires(mail), connections=3)
    assert result.codes == {250: len(mail)}
    assert len(result.latencies) == len(mail)
    assert sorted(message.content for message in server.messages) == sorted(mail)
    assert len(server.sessions) == 3


def test_a_connection_for_each_message() -> None:
    with Exchange(connections=100) as server:
        result = run(server.port, generated(20), connections=4, fresh=True)
    assert result.codes == {250: 20}
    assert len({message.session for message in server.messages}) == 20


def test_refusals_are_counted_where_they_fall() -> None:
    replies: dict[str, str | list[str]] = {
        "mail": ["250 OK", "452 4.3.1 full"],
        "rcpt": ["250 OK", "550 5.1.1 who?"],
        "dot": ["550 5.7.1 no"],
    }
    with Exchange(replies=replies) as server:
        result = run(server.port, generated(6), connections=1)
    assert result.codes == {250: 3, 452: 1, 550: 2}


def test_sessions_that_are_turned_away_are_messages_not_taken() -> None:
    replies: dict[str, str | list[str]] = {"connect": ["421 4.3.2 busy", "220 hello"], "ehlo": ["421 4.3.2 later"]}
    with Exchange(replies=replies) as server:
        result = run(server.port, generated(5), connections=1)
    assert result.codes == {250: 3, 421: 2}
    assert len(server.messages) == 3


def test_a_server_without_pipelining_is_sent_one_command_at_a_time() -> None:
    with Exchange(extensions=set()) as server:
        result = run(server.port, generated(3), connections=1)
    assert result.codes == {250: 3}
    assert not any(b"\r\nRCPT" in read for session in server.sessions for read in session.reads)


def test_a_lost_connection_is_a_message_without_reply_and_the_others_go_on() -> None:
    with Exchange(replies={"dot": ["250 taken", "421 4.3.2 shutting down"]}, vanish=set()) as server:
        assert run(server.port, generated(4), connections=1).codes == {250: 3, 421: 1}
        server.behaviour.vanish.add("dot")
        assert run(server.port, generated(4), connections=1).codes == {0: 4}


def test_percentiles_are_of_all_latencies() -> None:
    result = Result(latencies=[number / 1000 for number in range(100, 0, -1)], seconds=2.0)
    assert (result.percentile(50), result.percentile(99), result.percentile(100)) == (0.051, 0.1, 0.1)
    assert result.rate == 50
    assert str(result) == "50 msg/s; ; ms: p50 51.0 p95 96.0 p99 100.0"


def test_messages_are_read_from_directories_and_mailboxes_with_crlf(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new/1").write_bytes(b"Subject: a\n\n.dot\n")
    box = tmp_path / "old.mbox"
    box.write_bytes(b"From x Mon\nSubject: b\n\nB\n\nFrom y Mon\nSubject: c\n\nC\n")
    found = list(stored([tmp_path / "new", box]))
    assert found[0] == b"Subject: a\r\n\r\n.dot\r\n"
    assert [message.split()[1] for message in found] == [b"a", b"b", b"c"]
    assert wires(found)[0] == b"Subject: a\r\n\r\n..dot\r\n.\r\n"


def test_a_message_that_does_not_end_its_last_line_is_ended() -> None:
    assert wires([b"x"]) == [b"x\r\n.\r\n"]


def test_the_command_line_says_rate_codes_and_latencies() -> None:
    options = ["--count", "5", "--recipient", "lee@example.org"]
    with Exchange() as server:
        command = [sys.executable, "-m", "benchmarks.load", server.address, *options]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "msg/s; 5 of 250; ms: p50 " in said
    assert [message.recipients for message in server.messages] == [("lee@example.org",)] * 5


def test_the_command_line_does_not_send_something_else_where_there_is_no_mail(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.load", "127.0.0.1:9", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no messages" in done.stderr


def test_nothing_sent_is_told_as_nothing() -> None:
    with Exchange() as server:
        result = run(server.port, wires([]))
    assert result.codes == {}
    assert str(result) == "0 msg/s; ; ms: p50 0.0 p95 0.0 p99 0.0"
