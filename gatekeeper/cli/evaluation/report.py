"""report: an evaluation as a page: one self-contained index.html, with scores.tsv and figures.json beside it.

Everything that comes from a message is escaped; the page runs no script and loads nothing (its policy forbids both).
Fails with `OSError`.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gatekeeper import __version__
from gatekeeper.app.evaluation.lines import Entry
from gatekeeper.app.evaluation.run import Evaluated, Mistake
from gatekeeper.classifier.curves import Step
from gatekeeper.classifier.intervals import Estimate
from gatekeeper.classifier.measure import RATES, Measured
from gatekeeper.classifier.phrases import phrase
from gatekeeper.classifier.ranking import Scored
from gatekeeper.cli import showing
from gatekeeper.cli.evaluation import figures
from gatekeeper.cli.evaluation.charts import charts
from gatekeeper.cli.evaluation.wishes import COLUMNS, wishes
from gatekeeper.message import parse
from gatekeeper.message.words import decoded_words
from gatekeeper.values import Label

_HERE = Path(__file__).parent
_LONGEST = 120  # characters of a subject or a word
_OPINIONS = {"fused": "words and linear model as one", "words": "the words alone", "linear": "the linear model alone"}


@dataclass(frozen=True, slots=True)
class Run:
    """What was evaluated, when (seconds of the epoch), and what came out."""

    orders: Sequence[Path]
    judged: Sequence[Entry]
    opinion: str
    when: float
    evaluated: Evaluated
    measured: Measured
    steps: Sequence[Step]


def write(into: Path, run: Run) -> None:
    """Write the page and its data into a directory."""
    (into / "index.html").write_text(page(run), encoding="utf-8", errors="backslashreplace")
    found = json.dumps(figures.as_json(run.measured, run.steps), indent=1)
    (into / "figures.json").write_text(found + "\n", encoding="ascii")
    scores = zip(run.judged, run.evaluated.scored.score.tolist(), strict=True)
    rows = "".join(f"{entry.label}\t{score!r}\t{showing.safe(str(entry.path))}\n" for entry, score in scores)
    (into / "scores.tsv").write_text(f"class\tscore\tpath\n{rows}", encoding="utf-8")


def page(run: Run) -> str:
    """The page as text."""
    templates = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style = (_HERE / "page.css").read_text()
    measured, ranked = run.measured, run.measured.ranked
    return templates.get_template("page.html").render(
        style=Markup(style),  # noqa: S704  # ours
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        version=__version__,
        when=showing.when(run.when),
        protocol=_protocol(run),
        opinion=_OPINIONS[run.opinion],
        measured=measured,
        cards=_cards(measured),
        tables=_tables(measured, run.evaluated.scored),
        charts=charts(run.evaluated.scored, ranked, measured.errors.cutoffs, run.steps) if ranked else [],
        worst=[_worst(run.evaluated.worst[label], label) for label in (Label.HAM, Label.SPAM)],
    )


def _protocol(run: Run) -> str:
    names = [showing.safe(order.name) for order in run.orders]
    if len(names) == 1:
        return f"from {names[0]}, in its order: each was judged, then learnt"
    return f"from {names[1]}, judged once {names[0]} had been learnt"


def _cards(measured: Measured) -> list[dict[str, str]]:
    """The figures that one looks at first."""
    errors = measured.errors
    cards = [_card("ham blocked", errors.ham_blocked), _card("spam not blocked", errors.spam_missed)]
    if measured.ranked:
        at = [
            _card(f"missed at {figures.rate(r)} % of ham", m)
            for r, m in zip(RATES, measured.ranked.missed, strict=True)
        ]
        cards = [_card("1-AUC", measured.ranked.one_minus_auc), *at[1:], *cards]
    return cards


def _card(name: str, estimate: Estimate) -> dict[str, str]:
    return {"name": name, "value": figures.percent(estimate.value), "interval": figures.interval(estimate)}


def _tables(measured: Measured, scored: Scored) -> list[dict[str, Any]]:
    cutoffs = measured.errors.cutoffs
    with_cutoffs = f"At the cut-offs: spam from {cutoffs.spam:.6g} on, ham up to {cutoffs.ham:.6g}"
    columns = ("in percent", "value", "95 % interval")
    tables = [
        {"title": "Whatever the cut-off", "columns": columns, "rows": _rows(figures.ranked_rows(measured))},
        {"title": with_cutoffs, "columns": columns, "rows": _rows(figures.error_rows(measured))},
    ]
    if measured.ranked:
        rows = wishes(Scored(scored.score[::-1], scored.is_spam[::-1]))
        tables.append({"title": "Cut-offs that would keep a promise", "columns": COLUMNS, "rows": rows})
    return tables


def _rows(rows: Sequence[figures.Row]) -> list[tuple[str, str, str]]:
    return [
        (name, figures.percent(found.value), figures.interval(found)) if found else (name, "-", "-")
        for name, found in rows
    ]


def _worst(mistakes: Sequence[Mistake], label: Label) -> dict[str, Any]:
    return {"label": label.value, "other": label.other.value, "mistakes": [_mistake(one) for one in mistakes]}


def _mistake(mistake: Mistake) -> dict[str, Any]:
    sender, subject = _heading(mistake.path)
    return {
        "score": f"{mistake.score:.6g}",
        "path": showing.safe(str(mistake.path)),
        "sender": sender,
        "subject": subject,
        "clues": [
            {
                "word": _short(clue.word),
                "says": phrase(clue.word),
                "spam": f"{clue.spam:,}",
                "ham": f"{clue.ham:,}",
                "probability": f"{clue.probability:.3f}",
                "kind": "spam" if clue.probability > 0.5 else "ham",
            }
            for clue in mistake.clues
        ],
    }


def _heading(path: Path) -> tuple[str, str]:
    """From and Subject of a message; empty if it is no longer there."""
    try:
        message = parse(path.read_bytes())
    except OSError:
        return "", ""
    sender, subject = (message.values(name) for name in (b"from", b"subject"))
    return tuple(_short(decoded_words(b" ".join(found[:1]))) for found in (sender, subject))  # type: ignore[return-value]


def _short(text: str) -> str:
    """One line of text that cannot disturb those around it."""
    said = showing.safe(" ".join(text.split()))
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
