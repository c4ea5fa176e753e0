"""meaning: what each setting means, taken from the comments beside it in the source.

So the text in `schema.py`, or in the module of a check, is the only one there is. Where the source is not installed,
settings have no text; nothing fails.
"""

import ast
import inspect
import io
import tokenize
from functools import cache

import msgspec


@cache
def meanings(table: type[msgspec.Struct]) -> dict[str, str]:
    """The comment of each setting of `table`, without its `#`."""
    try:
        source = inspect.getsource(table)
    except OSError:
        return {}
    comments: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            comments[token.start[0]] = token.string.lstrip("# ")
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        line.target.id: text
        for line in body.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
        for number in range(line.lineno, (line.end_lineno or line.lineno) + 1)
        if (text := comments.get(number))
    }


def title(table: type[msgspec.Struct]) -> str:
    """What the table as a whole is about: its docstring behind `[name]:`, or empty."""
    first = (table.__doc__ or "").strip().partition("\n")[0]
    return first.partition("]:")[2].strip().removesuffix(".")
