"""The samples of Postfix's own manual pages load, and say what the real postmap says. They are read where Postfix is
installed with its manual, at the time of the test.
"""

import gzip
import re
from pathlib import Path

import pytest

from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.pattern_table import PatternTable
from tests.servers.postfix import tree
from tests.servers.postmap import Postmap
from tests.servers.room import unavailable

ROFF = re.compile(r"^(?:\.(?:na|nf|ad|fi|sp)\b.*|'.*)\n", re.MULTILINE)


def examples(page: str) -> dict[str, str]:
    """The text of each EXAMPLE section of a manual page, by its heading, as a reader sees it."""
    file = tree() / f"usr/share/man/man5/{page}.5.gz"
    if not file.exists():
        unavailable(f"the manual page {page}(5) is missing")
    text = ROFF.sub("", gzip.decompress(file.read_bytes()).decode())
    text = (
        re.sub(r"\\f[A-Z]", "", text).replace("\\-", "-").replace("\\e", "\\").replace("\\ ", " ").replace("\\\\", "\\")
    )
    sections = re.findall(r'^\.SH "(EXAMPLE[^"]*)"\n(.*?)(?=^\.SH )', text, re.MULTILINE | re.DOTALL)
    return dict(sections)


def file_in(text: str, name: str) -> str:
    """What stands below `name:`, to the next line that begins at the margin with a word."""
    body = text.partition(f"{name}:\n")[2]
    lines = []
    for line in body.split("\n"):
        if line and not line.startswith(" "):
            break
        lines.append(line.removeprefix("    "))
    return "\n".join(lines)


HEADERS = (
    b"Content-Type: application/octet-stream; name=invoice.exe",
    b'Content-Disposition: attachment; filename="a b.pif"',
    b"Content-Disposition: attachment; filename=card.vbs; size=10",
    b'Content-Type: text/plain; name="x.{00020906-0000-0000-C000-000000000046}"',
    b"Content-Type: text/plain; name=photo.jpg",
    b"Content-Type: application/x; name==?us-ascii?Q?virus=2Escr?=",
    b"Subject: name=invoice.exe",
)
BODIES = (
    b"<iframe src=3Dcid:abc height=3D0 width=3D0>",
    b"<IFRAME src=cid:abc  height=0 width=0>",
    b"<iframe src=cid:abc height=1 width=0>",
    b" <iframe src=cid:abc height=0 width=0>",
)
CALLERS = (
    b"team-outgoing@own.example",
    b"owner-team-outgoing@own.example",
    b"friend@else.example",
    b"friend@my.domain",
)
LINES = (b"A" * 76, b"A" * 59, b"Subject: make money fast", b"To: friend@public.com", b"To: friend@publicXcom")


def table_of(kind: str) -> tuple[str, str]:
    """A sample and its flavour."""
    if kind == "attachments":
        return file_in(examples("header_checks")["EXAMPLES"], "/etc/postfix/header_checks.pcre"), "pcre"
    if kind == "iframe":
        return file_in(examples("header_checks")["EXAMPLES"], "/etc/postfix/body_checks"), "regexp"
    flavour, _, section = kind.partition(" ")
    return examples(f"{flavour}_table")[f"EXAMPLE {section} MAP"], flavour


CASES = {
    "attachments": HEADERS,
    "iframe": BODIES,
    "pcre SMTPD ACCESS": CALLERS,
    "regexp SMTPD ACCESS": CALLERS,
    "pcre HEADER FILTER": LINES,
    "regexp HEADER FILTER": LINES,
    "pcre BODY FILTER": LINES,
    "regexp BODY FILTER": LINES,
}


@pytest.mark.parametrize("kind", CASES)
def test_a_sample_of_the_manual_loads_and_says_what_it_says_in_postfix(kind: str, tmp_path: Path) -> None:
    text, flavour = table_of(kind)
    assert text.strip()
    table = PatternTable.parse(text, kind, flavour)
    assert [str(problem) for problem in table.problems if problem.severity == "error"] == []
    expected = Postmap(tmp_path).keys(text, flavour, CASES[kind])
    found = ((key, table.look_up(key, Budget())) for key in CASES[kind])
    ours = b"".join(b"%s\t%s\n" % (key, hit.text.encode("latin-1")) for key, hit in found if hit)
    assert ours == expected
    assert ours
