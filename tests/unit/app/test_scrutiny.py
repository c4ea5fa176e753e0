from gatekeeper.app.scrutiny import scrutiny
from gatekeeper.tables import PatternTable, Tables


def test_every_table_is_looked_at_and_each_file_once() -> None:
    first = PatternTable.parse("/a/ WARN\n/ab/ WARN\n", "header_checks", "pcre")
    second = PatternTable.parse("/x+/ WARN\n/x/ WARN\n/xx/ WARN\n", "body_checks", "regexp")
    tables = Tables(line_checks={"header": (first,), "mime": (first,), "body": (second,)})
    found = sorted((problem.source, problem.line) for problem in scrutiny(tables))
    assert found == [("body_checks", 2), ("body_checks", 3), ("header_checks", 2)]


def test_without_tables_there_is_nothing_to_say() -> None:
    assert scrutiny(Tables()) == []
