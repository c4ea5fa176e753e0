"""verifiers: do we, opendkim and rspamd say the same of signed messages, and rspamd of those with an ARC chain?

    python -m benchmarks.verifiers [--corpora DIR]

As root, with the packages opendkim and rspamd. The messages are those of the corpus `hard-mime` that carry a
DKIM-Signature, with the keys that lie beside them there, served by a name server of our own (most keys are gone: then
all should say so); and made ones, signed here, then changed in one way each. A row of the table has what each of the
three said of one signature, and how often; where they differ, the messages are named below it.
"""

import argparse
import json
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.parse import CORPORA, machine
from gatekeeper.authentication import arc, dkim
from gatekeeper.authentication.author import author_domains
from gatekeeper.message import parse
from tests.servers import opendkim
from tests.servers.dns import DnsServer
from tests.servers.room import LOOPBACK, Running, free_port, listening, require_root, room, wait_until
from tests.unit.authentication.signers import FORMS, MESSAGE, ed_key, record_of_modulus, rsa_key, signed, with_tag
from tests.unit.authentication.test_arc import sealed
from tests.unit.authentication.world import World

_CONFIG = """\
.include "$CONFDIR/common.conf"
options {{
    pidfile = "{home}/rspamd.pid";
    control_socket = "{home}/control.sock mode=0600";
    url_tld = "/usr/share/rspamd/effective_tld_names.dat";
    dns {{ nameserver = ["{dns}"]; timeout = 1s; retransmits = 2; }}
    filters = "dkim";
}}
logging {{ type = "file"; filename = "{home}/rspamd.log"; level = "warning"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
"""
_OFF = """
antivirus asn bimi clickhouse dcc dkim_signing dmarc elastic fuzzy_check gpt greylist history_redis known_senders
mx_check neural p0f phishing ratelimit rbl replies reputation rspamd_update spf surbl url_redirector
"""
_SYMBOLS = {
    "R_DKIM_ALLOW": "pass",
    "R_DKIM_REJECT": "fail",
    "R_DKIM_PERMFAIL": "permfail",
    "R_DKIM_TEMPFAIL": "tempfail",
    "ARC_ALLOW": "arc=pass",
    "ARC_REJECT": "arc=fail",
    "ARC_INVALID": "arc=invalid",
    "ARC_DNSFAIL": "arc=dnsfail",
}
_SAMPLE = "20120113._domainkey.gmail.com"
_LETTER = MESSAGE.replace(b"Subject:  ", b"Subject: ")  # opendkim's test mode does not see the second blank

Keys = Mapping[str, str]


def main() -> None:
    """Ask all three, and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--corpora", type=Path, default=CORPORA)
    chosen = options.parse_args()
    require_root("opendkim", "rspamd")
    console = Console(width=120)
    console.print(machine())
    collected, keys = _collected(chosen.corpora / "hard-mime")
    console.print(_compared("the corpus", collected, keys))
    console.print(_compared("made messages", dict(_made()), _made_keys()))


def _compared(title: str, messages: Mapping[str, bytes], keys: Keys) -> Table:
    table = Table("gatekeeper", "opendkim", "rspamd", "messages", "e.g.", title=f"{title}: {len(messages)} messages")
    found: Counter[tuple[str, str, str]] = Counter()
    example: dict[tuple[str, str, str], str] = {}
    with DnsServer({name: {"TXT": [_quoted(record)]} for name, record in keys.items()}) as dns, _rspamd(dns) as port:
        for name, raw in messages.items():
            said = (_ours(raw, keys), _opendkim(raw, keys), _asked(port, raw))
            found[said] += 1
            example.setdefault(said, name)
    for said, count in found.most_common():
        table.add_row(*said, str(count), example[said])
    return table


def _ours(raw: bytes, keys: Keys) -> str:
    message = parse(raw)
    world = World({name: {"TXT": [record]} for name, record in keys.items()})
    authors = author_domains(message.values(b"from"))
    results, more = world.run(dkim.verify(message, authors, time.time(), 8))
    chain = world.run(arc.verify(message, time.time()))
    words = [_word(found.result, found.why) for found in results]
    words += [_word(f"arc={chain.result}", chain.why)] if chain.result != "none" else []
    words += [f"({more} more)"] if more else []
    return _counted(words)


def _word(result: str, why: str) -> str:
    return f"{result} ({why})" if why else result


def _counted(words: Iterable[str]) -> str:
    return ", ".join(f"{count} {word}" if count > 1 else word for word, count in Counter(words).items()) or "nothing"


def _opendkim(raw: bytes, keys: Keys) -> str:
    with room("opendkim") as place:
        return _counted(opendkim.verified(place, raw, keys))


def _asked(port: int, raw: bytes) -> str:
    request = urllib.request.Request(f"http://{LOOPBACK}:{port}/checkv2", data=raw)
    with urllib.request.urlopen(request, timeout=60) as reply:
        symbols = json.load(reply)["symbols"]
    words = [word for name, word in _SYMBOLS.items() for _ in symbols.get(name, {}).get("options", ())]
    return _counted(words)


@contextmanager
def _rspamd(dns: DnsServer) -> Iterator[int]:
    with room("rspamd") as home:
        (home / "local.d").mkdir()
        for module in _OFF.split():
            (home / "local.d" / f"{module}.conf").write_text("enabled = false;\n")
        port = free_port()
        (home / "rspamd.conf").write_text(_CONFIG.format(home=home, dns=dns.address, port=port))
        variables = {"LOCAL_CONFDIR": home, "DBDIR": home, "RUNDIR": home, "LOGDIR": home}
        arguments = [f"--var={name}={value}" for name, value in variables.items()]
        running = Running(["rspamd", "-f", "-i", "-c", home / "rspamd.conf", *arguments], home / "output")
        try:
            wait_until(lambda: listening(port), "rspamd", 180.0)  # it compiles its patterns first
            yield port
        finally:
            running.stop()


def _collected(place: Path) -> tuple[dict[str, bytes], Keys]:
    """The signed messages of the corpus by their path there, and the keys."""
    messages = {}
    for path in sorted(place.rglob("*")):
        raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if path.is_file() else b""
        if any(field.name.lower() in (dkim.NAME, b"arc-seal") for field in parse(raw).fields):
            messages[str(path.relative_to(place))] = raw
    data = place / "pypi-dkimpy" / "dkim" / "tests" / "data"
    rsa, ed = (data / "test.txt").read_text(), (data / "eximtest.dns").read_text()
    gmail = (place / "MimeKit" / "dkim" / "gmail.pub").read_text().splitlines()
    keys = {f"test._domainkey.{domain}": rsa for domain in ("example.com", "example.biz", "football.example.com")}
    keys["brisbane._domainkey.football.example.com"] = (
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    )
    keys |= {
        "sed._domainkey.test.ex": ed,
        _SAMPLE: "v=DKIM1; p=" + "".join(line for line in gmail if "---" not in line),
    }
    return messages, {name: record.replace("\n", "") for name, record in keys.items()}


def _made() -> Iterator[tuple[str, bytes]]:
    for form in FORMS:
        name, raw = b"/".join(form).decode(), signed(_LETTER, form=form)
        yield f"{name}: as signed", raw
        yield f"{name}: text added", raw + b"more\r\n"
        yield f"{name}: empty lines added", raw + b"\r\n\r\n"
        yield f"{name}: blanks added", raw.replace(b"two\t\tlines", b"two\t \tlines")
        yield f"{name}: another recipient", raw.replace(b"Kim <kim", b"Jim <kim")
        yield f"{name}: a field refolded", raw.replace(b"of\r\n\t Monday", b"of \r\n Monday")
        yield f"{name}: a second From", raw.replace(b"\r\nTo:", b"\r\nFrom: boss@bank.test\r\nTo:")
        yield f"{name}: l=, text added", signed(_LETTER, form=form, length=True) + b"more\r\n"
    base = signed()
    for tag, value in (
        (b"x", b"1000000000"),
        (b"t", b"9999999999"),
        (b"a", b"rsa-sha1"),
        (b"h", b"to:subject"),
        (b"d", b""),
    ):
        yield f"{tag.decode()}={value.decode()}", with_tag(base, tag, value)
    once = signed(include_headers=["from", "to", "subject"])
    yield "a second From that is not signed", once.replace(b"\r\nTo:", b"\r\nFrom: boss@bank.test\r\nTo:")
    for selector in ("weak", "huge", "revoked", "gone", "sha1", "tls", "strict"):
        yield f"key: {selector}", signed(selector=selector, identity=b"@news.out.test")
    yield "ed25519", signed(selector="ed", key=ed_key()[0], signature_algorithm=b"ed25519-sha256")
    yield "200 signatures of strangers", b"".join(_strangers(200)) + base
    yield "unsigned", MESSAGE
    chain = sealed(MESSAGE, "one")
    yield "a chain of one", chain
    yield "a chain of three", sealed(sealed(chain, "two"), "three")
    changed = chain.replace(b"Dear", b"[list] Dear")
    yield "a chain, the text changed", changed
    yield "a chain, the text changed by the next sealer", sealed(changed, "two", arrived=chain)
    yield "a chain, its results changed", chain.replace(b"dmarc=pass", b"dmarc=fail")
    yield "a chain without its first set", b"".join(sealed(chain, "two").partition(b"ARC-Seal: i=1")[:1]) + MESSAGE
    yield "a chain that says it is broken", sealed(changed, "two")


def _strangers(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield signed(domain=f"d{number}.test").partition(b"From: Ann")[0]


def _made_keys() -> Keys:
    good = rsa_key()[1]
    records = {
        "one": good,
        "weak": record_of_modulus((1 << 511) | 1),
        "huge": record_of_modulus((1 << 16_383) | 1),
        "revoked": "v=DKIM1; p=",
        "sha1": good.replace("v=DKIM1;", "v=DKIM1; h=sha1;"),
        "tls": good.replace("v=DKIM1;", "v=DKIM1; s=tlsrpt;"),
        "strict": good.replace("v=DKIM1;", "v=DKIM1; t=s;"),
        "ed": ed_key()[1],
    }
    chains = {f"s._domainkey.{name}.test": good for name in ("one", "two", "three")}
    return chains | {f"{selector}._domainkey.out.test": record for selector, record in records.items()}


def _quoted(record: str) -> str:
    return " ".join(f'"{record[start : start + 200]}"' for start in range(0, len(record), 200))


if __name__ == "__main__":
    main()
