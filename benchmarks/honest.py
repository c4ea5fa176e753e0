"""honest: real mail in the order of its arrival, without what gives its class away. `SystemExit` if it is not there."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from pathlib import Path

import xxhash

from gatekeeper.message import parse
from gatekeeper.message.text import texts

TESTED_FROM = {
    "spamassassin-public": datetime(2002, 9, 1, tzinfo=UTC).timestamp(),
    "vger-2019-2022": datetime(2021, 7, 1, tzinfo=UTC).timestamp(),
}
"""The corpora whose spam and ham came the same way, and from when on a frozen model is tested."""

_GIVES_AWAY = re.compile(
    rb"(?:X-Spam|X-Forefront|X-MS-Exchange|X-Microsoft-Antispam|Authentication-Results|ARC-|Received-SPF|X-YMail|"
    rb"X-Apparently-To|X-Bogosity|X-Spamd|X-Rspamd|X-Virus|X-Amavis|DKIM-Filter)",
    re.IGNORECASE,
)
_FROM_LINE = re.compile(rb">*From [^\n]*\n")
_BODY = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_YEARS = (datetime(2001, 1, 1, tzinfo=UTC).timestamp(), datetime(2004, 1, 1, tzinfo=UTC).timestamp())
_ALIKE = 0.8
_COMMON = 300


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as every engine is given it. `again`: a message much like it arrived before."""

    arrived: float
    path: Path
    is_spam: bool
    raw: bytes
    again: bool


def mail_of(corpora: Path, name: str) -> list[Mail]:
    """All of one corpus, as it arrived."""
    files = [(path, kind == "spam") for kind in ("ham", "spam") for path in (corpora / name / kind).rglob("*.*")]
    read = [(path, is_spam, path.read_bytes()) for path, is_spam in files if path.is_file()]
    if not read:
        raise SystemExit(f"no {name} in {corpora}: unpack the corpora there, or say where they are with --corpora DIR")
    dated = sorted((_arrival(path, raw), path.name, path, is_spam, stripped(raw)) for path, is_spam, raw in read)
    return [
        Mail(arrived, path, is_spam, raw, again)
        for (arrived, _, path, is_spam, raw), again in zip(dated, _alike(raw for *_, raw in dated), strict=True)
    ]


def stripped(raw: bytes) -> bytes:
    """Without what another filter wrote of it, and without the line of an mbox."""
    raw = _FROM_LINE.sub(b"", raw, count=1) if _FROM_LINE.match(raw) else raw
    body = _BODY.search(raw)
    end = body.end() if body else len(raw)
    kept: list[bytes] = []
    drop = False
    for line in raw[:end].splitlines(keepends=True):
        if line[:1] not in b" \t" or not line.strip():
            drop = _GIVES_AWAY.match(line) is not None
        if not drop:
            kept.append(line)
    return (b"".join(kept) + raw[end:]).replace(b"phishing@pot", b"")


def _arrival(path: Path, raw: bytes) -> float:
    """In the name, or in what the last server wrote; the sender's own date only if that is all there is."""
    if (stamp := path.name.partition("-")[0]).isdecimal() and path.suffix == ".eml":
        return float(stamp)
    lines = _FOLD.sub(b" ", _BODY.split(raw, maxsplit=1)[0]).splitlines()
    written = [line.rpartition(b";")[2] for line in lines if line[:9].lower() == b"received:"]
    written += [line[5:] for line in lines if line[:5].lower() == b"date:"]
    times = (parsedate_tz(text.decode("latin-1").strip()) for text in written)
    plausible = (time for parts in times if parts and _YEARS[0] < (time := mktime_tz(parts)) < _YEARS[1])
    return next(plausible, _YEARS[0])


def _alike(messages: Iterator[bytes]) -> Iterator[bool]:
    """For each message whether four fifths of its and an earlier one's three-word shingles are the same."""
    holders: dict[int, list[int]] = defaultdict(list)
    sizes: list[int] = []
    for number, raw in enumerate(messages):
        words = re.findall(r"\w+", texts(parse(raw)).visible[:10_000].lower())
        runs = (" ".join(words[n : n + 3]) for n in range(max(1, len(words) - 2)))
        shingles = {xxhash.xxh3_64_intdigest(run.encode()) for run in runs}
        shared: Counter[int] = Counter()
        for shingle in shingles:
            if len(holders[shingle]) < _COMMON:
                shared.update(holders[shingle])
            holders[shingle].append(number)
        sizes.append(len(shingles))
        best = shared.most_common(5)
        yield any(count >= _ALIKE * (len(shingles) + sizes[other] - count) for other, count in best)
