"""Every finding that anything can make is described, in a line that a report has room for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gatekeeper
from gatekeeper.checks import active, documents, sender_domain
from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.pipeline.outages import OUTAGES

HOUSE = Path(gatekeeper.__file__).parent
WEIGHED = [*(HOUSE / "checks").glob("*.py"), *(HOUSE / "pipeline").glob("*.py"), HOUSE / "spamassassin/judging.py"]
SLUG = re.compile(r"[a-z]+(?:-[a-z]+)+\Z")
FAMILIES = {
    "active-": {*active._CLASSES.values(), *active._PICTURE.values(), "in-body", "shortcut", "unread"},
    "arc-": {"pass", "fail", "temperror"},
    "dkim-": {"pass", "fail", "policy", "neutral", "none", "permerror", "temperror"},
    "dmarc-": {"pass", "fail", "none", "permerror", "temperror", "quarantine", "reject"},
    "document-": {name.replace("_", "-") for name in documents._CLASSES.values()},
    "iprev-": {"pass", "fail", "permerror", "temperror"},
    "spf-": {"pass", "fail", "softfail", "neutral", "none", "permerror", "temperror"},
    "spf-helo-": {"pass", "fail", "softfail", "neutral", "none", "permerror", "temperror"},
    "sender-domain-": set(sender_domain._meaning(sender_domain.Settings())),
    "from-domain-": set(sender_domain._meaning(sender_domain.Settings())),
}
"""What follows a name's beginning where a check puts it together."""


def written(path: Path) -> Iterator[str]:
    """The names that stand in a module: given to a finding as they are, or as a constant in capitals."""
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets = [name for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            if all(name.id.isupper() and not name.id.startswith("_") for name in targets):
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                texts = (v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str))
                yield from filter(SLUG.match, texts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Finding", "_finding") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def composed() -> set[str]:
    """What names that are put together begin with, as the source has them."""
    text = "".join(path.read_text() for path in WEIGHED)
    return set(re.findall(r'Finding\(\s*f"([a-z-]*)\{', text))


NO_FINDINGS = {"spam-score"}

NAMES = sorted(
    {name for path in WEIGHED if path.name != "_skeleton.py" for name in written(path)}
    - {lead.removesuffix("-") for lead in FAMILIES}
    - NO_FINDINGS
    | {lead + end for lead, ends in FAMILIES.items() for end in ends}
    | OUTAGES
    | {"greylisted"}
)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_described(name: str) -> None:
    assert DESCRIPTIONS.get(name), f"{name}: add a line to gatekeeper/pipeline/descriptions.py"


def test_the_names_are_found() -> None:
    assert {"gtube", "virus-found", "link-ip", "check-failed", "attachment-unchangeable"} <= set(NAMES)
    assert len(NAMES) > 120


def test_no_check_puts_names_together_that_are_not_listed_here() -> None:
    assert composed() - {""} <= set(FAMILIES)


@pytest.mark.parametrize(("name", "text"), DESCRIPTIONS.items())
def test_a_description_is_a_short_line(name: str, text: str) -> None:
    assert text.isascii()
    assert text.isprintable()
    assert 10 < len(text) <= 78
    assert not text.endswith(".")


def test_nothing_is_described_that_there_is_not() -> None:
    assert sorted(set(DESCRIPTIONS) - set(NAMES)) == []
