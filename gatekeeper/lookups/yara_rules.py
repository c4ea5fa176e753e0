"""yara_rules: an operator's YARA rules: compiled, with every mistake named, and what they match.

Nothing raises. Each `.yar` or `.yara` file of the directory stands for itself, so that two may have a rule of the same
name; `include` is a mistake. Of a rule's metadata `score` and `action` mean something here, and are checked.
"""

from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gatekeeper.values import Hit, Problem

if TYPE_CHECKING:
    import yara_x

ACTIONS = ("reject", "quarantine", "discard")
_LARGEST = 50_000_000  # bytes of one file
_MOST = 100  # hits that are told


class Rules:
    """Compiled rules: `names` in the order of the files, without those in `private`; `packed` for another process."""

    def __init__(self, compiled: "yara_x.Rules", private: frozenset[str]) -> None:
        packed = BytesIO()
        compiled.serialize_into(packed)
        self.packed = packed.getvalue()
        self.names = tuple(rule.identifier for rule in compiled if rule.identifier not in private)


class Matcher:
    """What rules match; for one thread."""

    def __init__(self, packed: bytes) -> None:
        import yara_x  # takes 40 MB of address space where there are rules

        self._scanner = yara_x.Scanner(yara_x.Rules.deserialize_from(BytesIO(packed)))

    def hits(self, data: bytes, reading: int = 0) -> list[Hit]:
        """The rules that match, private ones left out; of more than 100 those that weigh most."""
        matching = self._scanner.scan(data).matching_rules
        found = [Hit(rule.identifier, reading, *_meaning(rule)) for rule in matching]
        return found if len(found) <= _MOST else sorted(found, key=_lightness)[:_MOST]


def _lightness(hit: Hit) -> tuple[bool, float]:
    return not hit.action, -(hit.score or 0.0)


def compile_rules(directory: Path) -> tuple[Rules | None, list[Problem]]:
    """The rules of all files; None if there is a mistake in one."""
    if find_spec("yara_x") is None:
        remedy = "pip install 'gatekeeper[yara]', or do without antivirus.yara"
        return None, [_error(str(directory), 0, "YARA is not installed", remedy)]
    try:
        files = sorted(path for path in directory.iterdir() if path.suffix in (".yar", ".yara"))
        texts = {path: _text(path) for path in files}
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        place = str(getattr(error, "filename", None) or directory)
        return None, [_error(place, 0, f"cannot be read: {why}", "name a directory with files NAME.yar in it")]
    if not texts:
        return None, [_error(str(directory), 0, "there is no rule in it", "add a file NAME.yar")]
    try:
        return _compiled(texts)
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the library, which is no Exception
            raise
        message = f"the rules cannot be compiled: {' '.join(str(error).split())}"
        return None, [_error(str(directory), 0, message, "under systemd: MemoryDenyWriteExecute=no")]


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path.name} has more than {_LARGEST} bytes")
    return path.read_text(encoding="utf-8", errors="replace")


def _compiled(texts: dict[Path, str]) -> tuple[Rules | None, list[Problem]]:
    import yara_x

    compiler = yara_x.Compiler(includes_enabled=False)
    for number, (path, text) in enumerate(texts.items()):
        compiler.new_namespace(f"file{number}")
        with suppress(yara_x.CompileError):  # it stands among the errors
            compiler.add_source(text, origin=str(path))
    problems = [_problem(found, "error") for found in compiler.errors()]
    problems += [_problem(found, "warning") for found in compiler.warnings()]
    compiled = compiler.build()
    files, private = list(texts), set()
    for rule in compiled:
        path = files[int(rule.namespace.removeprefix("file"))]
        line, words = _beginning(rule.identifier, texts[path])
        problems += _misunderstood(rule, str(path), line)
        if "private" in words:
            private.add(rule.identifier)
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return Rules(compiled, frozenset(private)), problems


def _problem(found: dict[str, Any], severity: Literal["error", "warning"]) -> Problem:
    label: dict[str, Any] = next(iter(found["labels"]), {})
    what = f"{found['title']}: {label.get('text', '')}".rstrip(": ")
    return Problem(label.get("code_origin") or "yara", label.get("line", 0), severity, what, "")


def _misunderstood(rule: "yara_x.Rule", source: str, line: int) -> Iterator[Problem]:
    """What is wrong with the metadata of a rule."""
    for name, value in rule.metadata:
        if name == "score" and (isinstance(value, bool) or not isinstance(value, int | float)):
            message = f"{value!r} of {rule.identifier} is no score"
            yield _error(source, line, message, "write for instance score = 3.0")
        if name == "action" and value not in ACTIONS:
            message = f"{value!r} of {rule.identifier} is no action"
            yield _error(source, line, message, f"write one of {', '.join(ACTIONS)}")


def _beginning(rule: str, text: str) -> tuple[int, list[str]]:
    """The line in which a rule begins, and its words; 0 if that is not to be seen."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace(":", " ").replace("{", " ").split()
        if "rule" in words and rule in words:
            return number, words
    return 0, []


def _meaning(rule: "yara_x.Rule") -> tuple[float | None, str]:
    metadata = dict(rule.metadata)
    score = metadata.get("score")
    return (None if score is None else float(score)), str(metadata.get("action", ""))


def _error(source: str, line: int, message: str, remedy: str) -> Problem:
    return Problem(source, line, "error", message, remedy)
