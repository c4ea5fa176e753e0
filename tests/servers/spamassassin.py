"""spamassassin: the real SpamAssassin asked what its rules look at, and which hit. A call is one Perl."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.room import unavailable

_SCRIPT = Path(__file__).with_name("spamassassin_texts.pl")
_RULES = Path("/usr/share/spamassassin")
STOCK = (_RULES, Path("/etc/spamassassin"))
_DRIVER = Path(__file__).with_suffix(".pl")


@dataclass(frozen=True, slots=True)
class Said:
    """What each rule that hit a message is worth, by its name, and what they add up to."""

    hits: Mapping[str, float]
    score: float


def ask(paths: Sequence[Path], rules: Path = STOCK[0], site: Path = STOCK[1], more: str = "") -> list[Said]:
    """What SpamAssassin says of each of the files `paths`, by the rules in two directories and by `more` lines. Skips
    without SpamAssassin.
    """
    if shutil.which("spamassassin") is None or not STOCK[0].is_dir():
        unavailable("SpamAssassin is missing: apt-get install spamassassin")
    command = ["perl", str(_DRIVER), str(rules), str(site), more]
    asked = "".join(f"{path}\n" for path in paths).encode()
    done = subprocess.run(
        command, input=asked, capture_output=True, check=False, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    told = [json.loads(line) for line in done.stdout.decode("latin-1").splitlines()]
    assert len(told) == len(paths), done.stderr.decode("utf-8", "replace")
    return [Said(one["hits"], one["score"]) for one in told]


def texts_by_spamassassin(messages: Iterable[Path]) -> list[dict[str, Any]]:
    """What it says of each file, octets as Latin-1. Skips where its package is not installed."""
    if not shutil.which("spamassassin") or not _RULES.is_dir():
        unavailable("SpamAssassin is missing: apt-get install spamassassin")
    done = subprocess.run(
        ["perl", _SCRIPT, *messages], env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, capture_output=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def redirectors() -> tuple[Callable[[bytes], bytes | None], ...]:
    """Its patterns of links that lead on, each as a function that says where to."""
    lines = (line.split(None, 1) for path in sorted(_RULES.glob("*.cf")) for line in path.open("rb"))
    patterns = [line[1].strip() for line in lines if line[:1] == [b"redirector_pattern"]]
    return tuple(map(_redirector, patterns))


def _redirector(pattern: bytes) -> Callable[[bytes], bytes | None]:
    pattern = pattern.removeprefix(b"m")
    mark = pattern[:1]
    compiled = re.compile(pattern[1 : pattern.rindex(mark)].replace(b"\\" + mark, mark), re.IGNORECASE)

    def leads_to(uri: bytes) -> bytes | None:
        found = compiled.search(uri)
        return found[1] if found else None

    return leads_to


def words_of(setting: str) -> frozenset[bytes]:
    """All words of a setting in its own rule files, in lower case."""
    lines = (line.split(b"#")[0].split() for path in sorted(_RULES.glob("*.cf")) for line in path.open("rb"))
    return frozenset(word.lower() for line in lines if line[:1] == [setting.encode()] for word in line[1:])
