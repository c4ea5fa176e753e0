import pytest

from gatekeeper.message.openers import odf
from tests.unit.message.openers.reading import Found
from tests.unit.message.openers.zips import package

BASE = {"mimetype": "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": "<manifest/>"}


def opened(parts: dict) -> Found:
    return Found(odf, package({**BASE, **parts}), "odf")


def test_an_ordinary_document_is_nothing():
    assert (
        opened(
            {"content.xml": "<document><a href='#x'/><p>DDE</p></document>", "Basic/script-lc.xml": "<l/>"}
        ).everything
        == []
    )


def test_macros():
    source = 'Sub AutoOpen\nShell "calc"\nEnd Sub'
    text = f'<script:module xmlns:script="x" script:name="M">{source}</script:module>'
    found = opened({"Basic/Standard/Module1.xml": text})
    assert found.anomalies == ["office.macros", "office.macros-autorun", "office.macros-suspicious"]
    assert opened({"Scripts/python/a.py": "x"}).anomalies == ["office.macros"]


def test_a_macro_that_starts_with_the_document():
    text = '<l xmlns:x="u"><event-listener x:event-name="dom:load" x:href="vnd.sun.star.script:A"/></l>'
    assert opened({"content.xml": text}).anomalies == ["office.macros-autorun"]


@pytest.mark.parametrize(
    "text",
    [
        '<dde-source dde-application="cmd" dde-topic="x"/>',
        '<table-cell formula="of:=DDE(&quot;cmd&quot;;1)"/>',
    ],
)
def test_dde(text):
    assert opened({"content.xml": text}).anomalies == ["office.dde"]


@pytest.mark.parametrize(
    ("name", "slugs"), [("template", ["office.remote-template"]), ("object", ["office.remote-object"]), ("a", [])]
)
def test_what_lies_elsewhere(name, slugs):
    found = opened({"meta.xml": f'<{name} href="http://a.example/x"/>'})
    assert (found.anomalies, found.links) == (slugs, ["http://a.example/x"])


def test_encryption():
    assert opened({"META-INF/manifest.xml": "<m><encryption-data/></m>"}).anomalies == ["office.encrypted"]


def test_another_zip_is_nothing():
    assert Found(odf, package({"Scripts/a.py": "x"}), "zip").everything == []
