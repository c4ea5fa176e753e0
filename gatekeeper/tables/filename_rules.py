"""filename_rules: MailScanner's filename.rules.conf and archives.filename.rules.conf, as they stand.

A line is `action<TAB>pattern<TAB>log text<TAB>user text`, tabs may repeat, `-` is no text, a fifth field before the log
text (a pattern for `file -i`) is passed over; read as `Config.pm` and `SweepOther.pm` of MailScanner 5 do it. The first
rule that fits decides. `deny` takes the attachment out and leaves a note, `deny+delete` too: there the original was
not kept, here it always is. A rule that redirects the message to addresses holds it instead.

Patterns are Perl's; what RE2 does not take is an error, and its line is left out.
"""

from gatekeeper.tables.attachments import AttachmentRule, AttachmentRules, Deed, Scope
from gatekeeper.tables.pattern import Pattern, PatternError
from gatekeeper.tables.text import Reader

_FIELDS = 4
_DISARMED = "{name}.disarmed"  # MailScanner's `Default Rename Pattern`


def parse_filename_rules(text: str, source: str, scope: Scope) -> AttachmentRules:
    """The rules in their order, for attachments (`part`) or for what is inside them (`member`). Never fails."""
    reader = Reader(source)
    stripped = "\n".join(line.strip() for line in text.split("\n"))
    found = [rule for line in reader.lines(stripped) if (rule := _rule(line, scope, reader)) is not None]
    return AttachmentRules(tuple(found), tuple(reader.problems))


def _rule(line: str, scope: Scope, reader: Reader) -> AttachmentRule | None:
    fields = [field.strip() for field in line.split("\t") if field]
    if len(fields) < _FIELDS:
        reader.error("the line has not four fields", "separate action, pattern, log text and user text by tabs")
        return None
    action, written, *_, log, user = fields[: _FIELDS + 1]
    outcome = _outcome(action, reader)
    pattern = _pattern(written, reader)
    if outcome is None or pattern is None:
        return None
    deed, new_name = outcome
    reason = _text(log) or f"matches {written}"
    return AttachmentRule(
        deed,
        "match",
        scope,
        reason,
        patterns=(pattern,),
        note=_text(user),
        new_name=new_name,
        source=reader.source,
        line=reader.line,
    )


def _outcome(action: str, reader: Reader) -> tuple[Deed, str] | None:
    """What is done, and how a renamed file is called."""
    word, _, rest = action.strip(" ,").partition(" ")
    lowered = word.lower()
    if "@" in action:
        reader.warn("a message is not sent to other addresses", "it is held in the quarantine")
        return "quarantine", ""
    if lowered == "rename":
        to, _, behind = rest.strip().partition(" ")
        new_name = behind if to.lower() == "to" else rest
        return "rename", new_name.strip().replace("{", "").replace("}", "") or _DISARMED
    if lowered == "allow":
        return "allow", ""
    if lowered.startswith("deny"):
        return "strip", ""
    reader.error(f"{action!r} is no action", "write allow, deny, deny+delete, rename, or rename to")
    return None


def _pattern(written: str, reader: Reader) -> Pattern | None:
    try:
        return Pattern(f".{written}" if written.startswith("*") else written)
    except PatternError as error:
        reader.error(str(error), error.remedy)
        return None


def _text(field: str) -> str:
    return "" if field == "-" else field
