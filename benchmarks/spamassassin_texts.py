"""spamassassin_texts: what it costs to render what SpamAssassin's rules look at, here and in SpamAssassin itself.

python -m benchmarks.spamassassin_texts [--count 400] [--rounds 3]. Needs SpamAssassin and the corpora. Each round takes
the same messages through both, one after the other, on one core each; CPU time without start-up. No rule is run.
"""

import argparse
import gc
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from gatekeeper.message import parse
from gatekeeper.spamassassin.texts import Surroundings, texts_of
from gatekeeper.spamassassin.texts.hosts import Registry
from tests.servers.spamassassin import redirectors, words_of
from tests.unit.message.test_corpora import CORPORA

_NAMES = [
    *("From", "To", "Subject", "Message-ID", "Received", "X-Mailer", "Date", "Content-Type", "Reply-To", "Return-Path"),
    *("ToCc", "MESSAGEID", "EnvelopeFrom", "ALL", "X-Spam-Relays-Untrusted", "X-Spam-Relays-External", "From:addr"),
    *("From:name", "From:raw", "Subject:raw", "To:addr", "ALL:raw"),
]
_SCRIPT = """
use strict; use Mail::SpamAssassin;
my $names = shift;
my $sa = Mail::SpamAssassin->new({local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => '/dev/null',
    rules_filename => '/usr/share/spamassassin', site_rules_filename => '/etc/spamassassin', username => 'nobody'});
$sa->init(1);
my @mails = map { open my $h, '<:raw', $_ or die; local $/; scalar <$h> } @ARGV;
my $start = times;
for my $raw (@mails) {
    my $message = $sa->parse($raw, 1);
    my $status = Mail::SpamAssassin::PerMsgStatus->new($sa, $message);
    $status->extract_message_metadata;
    my @values = map { $status->get($_) } split / /, $names;
    $message->get_rendered_body_text_array; $message->get_decoded_body_text_array; $message->get_pristine;
    my @uris = $status->get_uri_list;
    $status->finish; $message->finish;
}
print scalar(times) - $start;
"""


def ours(mails: list[bytes], around: Surroundings) -> float:
    """Seconds of CPU."""
    start = time.process_time()
    for raw in mails:
        texts = texts_of(parse(raw), None, around)
        for name in _NAMES:
            texts.header(name)
        _ = texts.body, texts.rawbody, texts.full, texts.uris, texts.html
    return time.process_time() - start


def theirs(paths: list[Path]) -> float:
    """Seconds of CPU."""
    with tempfile.NamedTemporaryFile("w", suffix=".pl") as script:
        script.write(_SCRIPT)
        script.flush()
        command = ["perl", script.name, " ".join(_NAMES), *map(str, paths)]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    gc.set_threshold(50_000, 20, 50)  # as in the gateway's workers
    registry = Registry(words_of("util_rb_tld"), words_of("util_rb_2tld"), words_of("util_rb_3tld"))
    around = Surroundings(registry=registry, redirectors=redirectors())
    for corpus in ("spamassassin-public", "vger-2019-2022", "phish-2023-2024"):
        found = sorted(path for path in (CORPORA / corpus).rglob("*") if path.is_file() and path.name != ".complete")
        paths = found[:: max(1, len(found) // asked.count)][: asked.count]
        mails = [path.read_bytes() for path in paths]
        ours(mails[:20], around)
        rounds = [(ours(mails, around), theirs(paths)) for _ in range(asked.rounds)]
        here, there = (median(seconds) / len(mails) * 1000 for seconds in zip(*rounds, strict=True))
        size = sum(map(len, mails)) / len(mails) / 1000
        print(f"| {corpus} | {len(mails)} | {size:.1f} | {here:.2f} | {there:.2f} | {there / here:.1f} |")


if __name__ == "__main__":
    main()
