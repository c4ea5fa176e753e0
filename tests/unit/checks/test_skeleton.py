"""Adding a check is one file, one line, one table: done here with the skeleton, as a newcomer would."""

import shutil
import subprocess
import sys
from pathlib import Path

import gatekeeper

TRY = """
from gatekeeper import checks
from gatekeeper.checks import rname
checks.CHECKS = (*checks.CHECKS, rname)
from gatekeeper.app.inspection import inspection, load_config
from gatekeeper.pipeline.examination import Examination
from gatekeeper.tables import Tables
from gatekeeper.values import Client, Envelope, Found
import sys
from pathlib import Path
loaded = load_config(Path(sys.argv[1]))
client = Client("192.0.2.1", "bad.example")
exam = Examination(inspection(loaded, Tables()), Envelope("id", "test", client, client))
steps = exam.begin()
questions = next(steps)
try:
    steps.send({q: Found(("127.0.0.2",)) for q in questions})
except StopIteration:
    pass
for step in (exam.recipient("u@own.example"),):
    try:
        asked = next(step)
        step.send({q: Found() for q in asked})
    except StopIteration as end:
        print(end.value.action, end.value.score, end.value.findings[-1].evidence)
"""


def test_a_copied_renamed_and_registered_skeleton_runs(tmp_path: Path) -> None:
    package = tmp_path / "gatekeeper"
    shutil.copytree(Path(gatekeeper.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    text = (package / "checks/_skeleton.py").read_text()
    (package / "checks/rname.py").write_text(text.replace("skeleton", "rname"))
    config = tmp_path / "gatekeeper.toml"
    config.write_text('[checks.rname]\nzone = "bl.example"\nscore = 6.5\n')
    run = subprocess.run(
        [sys.executable, "-c", TRY, str(config)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "tag 6.5 bad.example.bl.example is 127.0.0.2"
