import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

COUNT = """
import sys
from gatekeeper.observe.metrics import Metrics
metrics = Metrics()
metrics.messages.labels("smtp", "reject", "gtube").inc(int(sys.argv[1]))
metrics.sessions.labels("smtp").set(int(sys.argv[1]))
if int(sys.argv[1]) < 3:
    metrics.quarantine(int(sys.argv[1]), 1000 * int(sys.argv[1]), 0.5 / int(sys.argv[1]))
"""
SERVE = """
import socket, sys
from gatekeeper.observe import metrics
listening = socket.socket(fileno=int(sys.argv[1]))
metrics.serve(listening)
print("ready", flush=True)
sys.stdin.read()
"""


def test_the_endpoint_gives_the_sum_over_all_workers(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for amount in ("2", "1", "3"):
        subprocess.run([sys.executable, "-c", COUNT, amount], env=environment, check=True)
    (tmp_path / "counter_4711.db").touch()  # a worker has just made it
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(listening.fileno())],
            env=environment, pass_fds=[listening.fileno()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert server.stdout.readline() == "ready\n"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
                text = reply.read().decode()
        finally:
            server.communicate(timeout=10)
    assert 'gatekeeper_messages_total{action="reject",front="smtp",reason="gtube"} 6.0' in text
    held = {line for line in text.splitlines() if line.startswith("gatekeeper_quarantine")}
    assert held == {
        "gatekeeper_quarantine_messages 1.0",
        "gatekeeper_quarantine_bytes 1000.0",
        "gatekeeper_quarantine_full 0.5",
    }, "the last word counts, not that of a keeper that is gone, nor of those who never said anything"


def test_prepare_forgets_an_earlier_run(tmp_path: Path, monkeypatch) -> None:
    from gatekeeper.observe.metrics import DIRECTORY, prepare

    monkeypatch.setenv(DIRECTORY, "")
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics/counter_1.db").write_bytes(b"old")
    prepare(tmp_path / "metrics")
    assert os.environ[DIRECTORY] == str(tmp_path / "metrics")
    assert not list((tmp_path / "metrics").iterdir())
