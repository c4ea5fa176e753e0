"""spamassassin: the real SpamAssassin asked what its rules look at. Nothing is started; a call is one Perl."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.servers.room import unavailable

_SCRIPT = Path(__file__).with_name("spamassassin_texts.pl")
_RULES = Path("/usr/share/spamassassin")


def texts_by_spamassassin(messages: Iterable[Path]) -> list[dict[str, Any]]:
    """What it says of each file, octets as Latin-1. Skips where its package is not installed."""
    if not shutil.which("spamassassin") or not _RULES.is_dir():
        unavailable("SpamAssassin is missing: apt-get install spamassassin")
    done = subprocess.run(
        ["perl", _SCRIPT, *messages], env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, capture_output=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def words_of(setting: str) -> frozenset[bytes]:
    """All words of a setting in its own rule files, in lower case."""
    lines = (line.split(b"#")[0].split() for path in sorted(_RULES.glob("*.cf")) for line in path.open("rb"))
    return frozenset(word.lower() for line in lines if line[:1] == [setting.encode()] for word in line[1:])
