"""Python before 3.11.5 matches too much where a group is possessive, and Debian 12 has 3.11.2: there must be none."""

import re

import pytest

from gatekeeper.classifier import patterns as word_patterns
from gatekeeper.message import patterns
from gatekeeper.message.active import patterns as active_patterns
from gatekeeper.message.kinds import patterns as kind_patterns
from gatekeeper.message.openers import document_patterns, shortcut_patterns
from gatekeeper.protocols import grammar
from gatekeeper.spamassassin.texts import html_patterns, received_patterns, uri_patterns
from gatekeeper.spamassassin.texts import patterns as text_patterns

_POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{[0-9,]*\})\+")


def fixed():
    for module in (
        patterns,
        active_patterns,
        kind_patterns,
        document_patterns,
        shortcut_patterns,
        grammar,
        word_patterns,
        text_patterns,
        received_patterns,
        html_patterns,
        uri_patterns,
    ):
        for name, value in vars(module).items():
            for pattern in value if isinstance(value, tuple) else (value,):
                if isinstance(pattern, re.Pattern):
                    text = pattern.pattern
                    yield pytest.param(text if isinstance(text, str) else text.decode("latin-1"), id=name)


@pytest.mark.parametrize("text", list(fixed()))
def test_no_group_is_possessive(text: str) -> None:
    assert not _POSSESSIVE_GROUP.search(re.sub(r"\[(?:\\.|[^\]\\])*\]", "[]", text))


def test_the_rule_finds_one() -> None:
    assert _POSSESSIVE_GROUP.search(r"(?:\r?\n[ \t])*+")
