import pytest

from gatekeeper.tables.key_table import KeyEntry, KeyTable

TEXT = """\
# what opendkim reads
main   Example.org:s2026:/etc/keys/example.org.private
other\tnews.example.net.:mail-1:/etc/keys/news.pem
"""


def test_it_is_read_as_opendkim_reads_it() -> None:
    table = KeyTable.parse(TEXT, "keys")
    assert table.problems == ()
    assert table.entries == (
        KeyEntry("example.org", "s2026", "/etc/keys/example.org.private", 2),
        KeyEntry("news.example.net", "mail-1", "/etc/keys/news.pem", 3),
    )


@pytest.mark.parametrize(
    "line",
    [
        "main example.org:s1",
        "main example.org:s1:keys/relative.pem",
        "main %:s1:/etc/keys/all.pem",
        "main :s1:/etc/keys/all.pem",
        "main example..org:s1:/etc/keys/all.pem",
        "main example.org::/etc/keys/all.pem",
        "main",
    ],
)
def test_a_bad_line_is_told_with_its_number(line: str) -> None:
    table = KeyTable.parse("\n" + line + "\n", "keys")
    assert table.entries == ()
    assert [(problem.line, problem.severity) for problem in table.problems] == [(2, "error")]


def test_a_domain_has_one_key() -> None:
    table = KeyTable.parse("a example.org:s1:/k1\nb EXAMPLE.org:s2:/k2\n", "keys")
    assert [entry.selector for entry in table.entries] == ["s1"]
    assert "line 1" in table.problems[0].message
