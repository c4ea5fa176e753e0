"""procmail: recipes as procmail reads them, asked last, when what else was found is known.

A folder is the quarantine, `/dev/null` drops the message, `EXITCODE` with `HOST` refuses or defers it; a message that
no recipe is about goes on. `spamassassin`, `spamc` and `bogofilter` say what gatekeeper has found. A message that uses
up its time is held, or what `exhausted` says: not all recipes were asked.
"""

from collections.abc import Callable, Generator, Mapping
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import features_of
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.tables.matcher import Budget, ExhaustedError
from gatekeeper.tables.procmail import Call, Deed, Outcome, Ran, Recipes, run
from gatekeeper.tables.procmail.letter import received
from gatekeeper.tables.procmail.stand_ins import Opinion, bogofilter, edited, name_of, spamassassin
from gatekeeper.values import (
    Action,
    Answers,
    Band,
    Exited,
    Finding,
    Judged,
    Orders,
    Program,
    Question,
    Reply,
    Stage,
    Words,
)

FILED, DISCARDED, KEPT = "procmail-filed", "procmail-discarded", "procmail-kept"
FORWARDED, COPIED = "procmail-forwarded", "procmail-copied"
REJECTED, DEFERRED, UNFINISHED = "procmail-rejected", "procmail-deferred", "procmail-unfinished"

_EXHAUSTED = {"hold": Action.QUARANTINE, "defer": Action.DEFER, "tag": Action.TAG}
_BANDS = {Band.SPAM: 0, Band.HAM: 1, Band.UNSURE: 2}
_UNKNOWN = (2, 0.52)  # what bogofilter says that has learnt nothing
_NO_USER, _LATER = 67, 75  # EX_NOUSER, EX_TEMPFAIL
_REFUSALS = {_NO_USER: Reply(550, "5.1.1", ("No such user",))}
_REFUSAL = Reply(550, "5.7.1", ("Message refused",))
_DEFERRAL = Reply(450, "4.7.1", ("Try again later",))
_SHOWN = 200

Steps = Generator[frozenset[Question], Answers, list[Finding]]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.procmail]"""

    enabled: bool = True
    seconds: Annotated[float, Meta(gt=0)] = 0.5  # for what is counted and extracted, for one message
    exhausted: Literal["hold", "defer", "tag"] = "hold"  # what becomes of a message that takes longer


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """One stage, the last."""
    recipes = tables.procmail

    def check(mail: Mail) -> Steps:
        if mail.message is None:
            return []
        try:
            outcome = yield from _outcome(mail, recipes, Budget(settings.seconds))
        except ExhaustedError:
            said = f"longer than {settings.seconds:g} s"
            return [Finding(UNFINISHED, evidence=said, certain=_EXHAUSTED[settings.exhausted])]
        return _findings(outcome)

    return {Stage.LAST: check} if recipes.statements else {}


def _outcome(mail: Mail, recipes: Recipes, budget: Budget) -> Generator[frozenset[Question], Answers, Outcome]:
    message, envelope = mail.message, mail.envelope
    assert message is not None  # `check` has looked
    letter = received(bytes(message.raw), envelope.sender, envelope.received_at)
    user = envelope.recipients[0].partition("@")[0] if len(envelope.recipients) == 1 else ""
    box = f"/var/mail/{user}"
    variables = {"HOST": recipes.hostname, "LOGNAME": user, "DEFAULT": box, "ORGMAIL": box, "LOCKEXT": ".lock"}
    opinion = _opinion(mail, recipes)

    def execute(call: Call, data: bytes) -> Generator[frozenset[Question], Answers, Ran | None]:
        if path := recipes.programs.path(call.words[0]):
            return (yield from _run(Program(path, call.words[1:], sha256(data).hexdigest(), data)))
        match name_of(call):
            case "spamassassin" | "spamc":
                return spamassassin(call, data, opinion)
            case "bogofilter":
                return bogofilter(call, data, *(yield from _spamicity(mail)))
            case "formail" | "sed":
                return edited(call, data)
            case _:
                return None

    return (yield from run(recipes.statements, letter, variables, execute, budget))


def _run(question: Program) -> Generator[frozenset[Question], Answers, Ran | None]:
    answers = yield frozenset({question})
    match answers[question]:
        case Exited(code, output):
            return Ran(code, output)
        case _:
            return None


def _opinion(mail: Mail, recipes: Recipes) -> Opinion:
    """What was found so far, by the threshold of that recipient who takes most for ham."""
    required = max(map(recipes.required, mail.envelope.recipients), default=recipes.required(""))
    score = round(mail.score, 3)
    worse = any(f.certain in (Action.QUARANTINE, Action.REJECT, Action.DISCARD) for f in mail.findings)
    names = tuple(finding.name for finding in mail.findings)
    return Opinion(score >= required or worse, score, required, names)


def _spamicity(mail: Mail) -> Generator[frozenset[Question], Answers, tuple[int, float]]:
    """What bogofilter would end with, and what it would say."""
    assert mail.message is not None
    question = Words(digest_of(mail.message).hex(), features_of(mail.message))
    answers = yield frozenset({question})
    match answers[question]:
        case Judged() as judged:
            return _BANDS[judged.band], judged.spamicity
        case _:
            return _UNKNOWN


def _addresses(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _findings(outcome: Outcome) -> list[Finding]:
    """What becomes of the message, and who gets a copy if it goes on."""
    found = _fate(outcome)
    copies = [copy for copy in outcome.copies if copy.deed is Deed.FORWARDED and copy.place]
    for copy in copies:
        said = f"{copy.place}: ! {copy.name[:_SHOWN]}"
        orders = Orders(copies=tuple(_addresses(copy.name)), told=(said,))
        found.append(Finding(COPIED, evidence=said, orders=orders))
    return found


def _fate(outcome: Outcome) -> list[Finding]:
    delivery = outcome.delivery
    where = str(delivery.place) if delivery.place else "the end of the recipes"
    name = "".join(letter if " " <= letter <= "~" else "?" for letter in delivery.name)[:_SHOWN]
    if outcome.code == _LATER:
        return [Finding(DEFERRED, evidence=f"{where}: EXITCODE={_LATER}", certain=Action.DEFER, reply=_DEFERRAL)]
    if outcome.code:
        reply = _REFUSALS.get(outcome.code, _REFUSAL)
        said = f"{where}: EXITCODE={outcome.code}"
        return [Finding(REJECTED, evidence=said, certain=Action.REJECT, reply=reply)]
    match delivery.deed:
        case Deed.FORWARDED:
            redirect, *others = _addresses(delivery.name)
            orders = Orders(redirect=redirect, copies=tuple(others), told=(f"{where}: ! {name}",))
            return [Finding(FORWARDED, evidence=f"{where}: ! {name}", orders=orders)]
        case Deed.FILED:
            return [Finding(FILED, evidence=f"{where}: folder {name}", certain=Action.QUARANTINE)]
        case Deed.DISCARDED | Deed.ENDED:
            said = f"{where}: {name or 'HOST is set to another'}"
            return [Finding(DISCARDED, evidence=said, certain=Action.DISCARD)]
        case Deed.KEPT if delivery.place:
            return [Finding(KEPT, evidence=f"{where}: {name}")]
        case _:
            return []
