"""A child can import nothing, so all that any reader imports is imported before it is forked."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from ctypes.util import find_library
from hashlib import sha256
from pathlib import Path

import pytest

import gatekeeper.message
from gatekeeper.lookups.opener import PROGRAM, Opener
from gatekeeper.lookups.opener_wire import OpenerCage
from gatekeeper.message import parse
from gatekeeper.message.insides import ASKED
from gatekeeper.message.kinds import kind_of
from gatekeeper.message.openers.open import open_contents
from gatekeeper.values import Contents, Item, Opened
from tests.unit.message.test_corpora import files

from .test_opener import asks, run

WARM = "from gatekeeper.lookups.opener_worker import warm_up; import sys; warm_up(); print(*sys.modules, sep='\\n')"
MESSAGE = Path(gatekeeper.message.__file__).parent
READERS = sorted(MESSAGE.rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in a file, functions included; not what is for the type checker alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        yield from imported(node)


@pytest.mark.skipif(find_library("archive") is None, reason="no libarchive; type: sudo apt-get install libarchive13")
def test_everything_that_readers_import_is_there_before():
    warm = subprocess.run([sys.executable, "-I", "-c", WARM], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(warm.stdout.split())
    wanted = {name for path in READERS if _module(path) in loaded for name in imported(ast.parse(path.read_text()))}
    assert "pikepdf" in wanted
    assert wanted <= loaded


def _module(path: Path) -> str:
    return ".".join(("gatekeeper", "message", *path.relative_to(MESSAGE).with_suffix("").parts))


def test_a_child_finds_in_each_sample_what_is_found_without_limits():
    """Libraries import parts of themselves late, too: what a child lacks would be missing here."""

    async def compared(opener: Opener) -> list[Path]:
        return [path for path, asked in samples() if not await _is_same(opener, asked)]

    assert run(compared, cage=OpenerCage(), program=PROGRAM) == []


def samples() -> list[tuple[Path, Contents]]:
    asked = []
    for path in files("attachments"):
        data = path.read_bytes()
        if kind_of(data, (path.name,)) in ASKED:
            asked.append((path, Contents(sha256(data).hexdigest(), (path.name,), data)))
        asked += [(path, question) for part in parse(data).walk() for question in part.insides()]
    return asked


async def _is_same(opener: Opener, asked: Contents) -> bool:
    answer = await opener.answer(asked)
    assert isinstance(answer, Opened), answer
    direct = open_contents(asked.data, asked.names, OpenerCage().limits)
    return [_facts(item) for item in answer.item.walk()] == [_facts(item) for item in direct.walk()]


def _facts(item: Item) -> tuple[object, ...]:
    """All but what libraries say about errors, which may hold addresses of memory."""
    return item.path, item.kind, item.size, item.sha256, [anomaly.name for anomaly in item.anomalies], len(item.links)


def test_the_program_opens_attachments():
    async def opened(opener: Opener):
        return await opener.answer(asks("From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nhello\r\n", "x.eml"))

    answer = run(opened, cage=OpenerCage(), program=PROGRAM)
    assert isinstance(answer, Opened)
    assert answer.item.kind == "eml"
