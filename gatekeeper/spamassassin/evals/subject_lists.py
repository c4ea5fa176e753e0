"""subject_lists: subjects that are welcome or not, by `welcomelist_subject` and `blocklist_subject`
(WelcomeListSubject).
"""

from gatekeeper.spamassassin.evals.contract import Case, derived
from gatekeeper.spamassassin.evals.perl import Pattern, fixed, literal
from gatekeeper.spamassassin.options import Options


def check_subject_in_welcomelist(case: Case) -> bool:
    """Whether the subject is like one of `welcomelist_subject`."""
    return _subject_like(case, _welcome_subjects(case.options))


def check_subject_in_blocklist(case: Case) -> bool:
    """Whether it is like one of `blocklist_subject`."""
    return _subject_like(case, _blocked_subjects(case.options))


def _subject_like(case: Case, known: Pattern | None) -> bool:
    subject = (case.texts.header("Subject") or b"").lower()
    return bool(subject) and known is not None and known.search(subject) is not None


def _subjects(options: Options, name: str) -> Pattern | None:
    """Globs, to be found anywhere in a subject."""
    patterns = [_glob(line.strip().lower()) for line in options.lines.get(name, ())]
    return fixed("|".join(patterns)) if patterns else None


def _glob(text: str) -> str:
    return "".join({"?": ".", "*": ".*"}.get(letter) or literal(letter.encode()) for letter in text)


@derived
def _welcome_subjects(options: Options) -> Pattern | None:
    return _subjects(options, "welcomelist_subject")


@derived
def _blocked_subjects(options: Options) -> Pattern | None:
    return _subjects(options, "blocklist_subject")


FUNCTIONS = (
    check_subject_in_welcomelist,
    check_subject_in_blocklist,
)
