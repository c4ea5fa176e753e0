"""scrutiny: what `gatekeeper check` says of the tables beyond what keeps them from being used. Nothing here fails."""

from gatekeeper.tables import PatternTable, Tables
from gatekeeper.tables.scrutiny import scrutinised, unreached_names
from gatekeeper.values import Problem


def scrutiny(tables: Tables) -> list[Problem]:
    """Warnings about rules that are never reached, or cost much. Each file is looked at once."""
    files: dict[str, PatternTable] = {}
    for named in tables.line_checks.values():
        files |= {table.source: table for table in named}
    found = [problem for table in files.values() for problem in scrutinised(table)]
    return [*found, *unreached_names(tables.attachments.rules)]
