"""What checks find in their tests has a description: so no name escapes that they put together."""

import sys

import pytest

from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.values import Finding


@pytest.fixture(autouse=True)
def _described(monkeypatch, request):
    make, made = Finding.__init__, set()

    def noted(self, name, *arguments, **named):
        if sys._getframe(1).f_globals["__name__"].startswith("gatekeeper."):
            made.add(name)
        make(self, name, *arguments, **named)

    monkeypatch.setattr(Finding, "__init__", noted)
    yield
    if request.module.__name__.rpartition(".")[2] != "test_skeleton":
        named = getattr(request.module, "FROM_FILES", frozenset())  # by whoever wrote the rules
        assert not made - set(DESCRIPTIONS) - named, "describe them in gatekeeper/pipeline/descriptions.py"
