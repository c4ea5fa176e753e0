from pathlib import Path

import pytest

from gatekeeper.config.sources import Sources, read


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "local.d").mkdir()
    (tmp_path / "gatekeeper.toml").write_text('[smtp]\nlisten = ["a", "b"]\n[policy]\ntag = 1\nreject = 9\n')
    return tmp_path


def name(path: Path, *parts: str) -> str:
    return str(path.joinpath(*parts))


def test_tables_are_merged_and_lists_replaced_in_the_order_of_names(home: Path) -> None:
    (home / "local.d" / "20-b.toml").write_text('[smtp]\nlisten = ["d"]\n[policy]\ntag = 3\n')
    (home / "local.d" / "10-a.toml").write_text('[smtp]\nlisten = ["c"]\nkey = "k"\n[policy]\ntag = 2\n')
    (home / "local.d" / "30-c.toml~").write_text("[policy]\ntag = 4\n")
    sources = read(home / "gatekeeper.toml")
    assert sources.values() == {"smtp": {"listen": ["d"], "key": "k"}, "policy": {"tag": 3, "reject": 9}}
    assert sources.problems == ()


def test_a_setting_stands_where_it_was_written_last(home: Path) -> None:
    (home / "local.d" / "x.toml").write_text('\nsmtp.listen = [\n"c"]\n')
    sources = read(home / "gatekeeper.toml")
    assert sources.place(("smtp", "listen", 0)) == (name(home, "local.d", "x.toml"), 3)
    assert sources.place(("policy", "tag")) == (name(home, "gatekeeper.toml"), 4)
    assert sources.place(("policy", "quarantine")) == (name(home, "gatekeeper.toml"), 3)
    assert sources.place(("relay", "tls")) == (name(home, "gatekeeper.toml"), 0)


def test_a_value_over_a_table_replaces_it(home: Path) -> None:
    (home / "local.d" / "x.toml").write_text("policy = 3\n")
    assert read(home / "gatekeeper.toml").values()["policy"] == 3


def test_every_file_that_is_not_toml_is_named(home: Path) -> None:
    (home / "gatekeeper.toml").write_text("[smtp]\nlisten = 127.0.0.1:25\n")
    (home / "local.d" / "a.toml").write_bytes(b'# ok\nx = "caf\xe9"\n')
    (home / "local.d" / "b.toml").write_text("a = 1\na = 2\n")
    (home / "local.d" / "c.toml").write_text("a = 1\nb = [\n1,\n2,\n")
    (home / "local.d" / "d.toml").write_text("fine = 1\n")
    problems = read(home / "gatekeeper.toml").problems
    assert [(Path(problem.source).name, problem.line) for problem in problems] == [
        ("gatekeeper.toml", 2),
        ("a.toml", 2),
        ("b.toml", 2),
        ("c.toml", 2),
    ]
    assert all(problem.remedy and problem.severity == "error" for problem in problems)
    assert problems[1].message == "the line is not valid UTF-8"
    assert problems[2].remedy == "write each table and each key once"


@pytest.mark.parametrize(
    "text", ["a = \n", "a\n", '"', "[a\n", "= 3", "a = 'x\n", "\x00", "a = " + "9" * 5000, "a = " + "[" * 5000]
)
def test_what_is_not_toml_has_a_line_and_a_remedy(tmp_path: Path, text: str) -> None:
    (tmp_path / "g.toml").write_text(f"ok = 1\n{text}")
    (problem,) = read(tmp_path / "g.toml").problems
    assert problem.line == 2
    assert problem.message.startswith("not TOML: ")
    assert problem.remedy


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "g.toml").write_bytes(b"\xef\xbb\xbf[policy]\r\ntag = 3\r\n")
    sources = read(tmp_path / "g.toml")
    assert sources.values() == {"policy": {"tag": 3}}
    assert sources.place(("policy", "tag"))[1] == 2


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (problem,) = read(tmp_path / "absent.toml").problems
    assert str(problem).startswith(f"{tmp_path}/absent.toml: error: cannot be read: No such file or directory; ")


def test_without_files_nothing_has_a_place() -> None:
    assert Sources().values() == {}
    assert Sources().place(("smtp", "listen")) == ("built-in defaults", 0)
