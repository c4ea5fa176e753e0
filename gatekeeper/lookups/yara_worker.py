"""yara_worker: the program that matches YARA rules against messages, each in a process of its own (`cell_worker`).

Started as `python -I -m gatekeeper.lookups.yara_worker DESCRIPTOR LIMITS RULES`; RULES is a descriptor of a file with
the compiled rules. They are loaded before any child is forked: a child can load nothing.
"""

import os
import sys
from collections.abc import Sequence

import msgspec

from gatekeeper.lookups import yara_wire
from gatekeeper.lookups.cell_child import Cage, failure_of
from gatekeeper.lookups.cell_wire import encode_failure
from gatekeeper.lookups.cell_worker import serve
from gatekeeper.lookups.yara_rules import Matcher


def main(arguments: Sequence[str]) -> None:
    """`arguments`: the descriptors of the control socket and of the rules, between them the limits as JSON."""
    cage = msgspec.json.decode(arguments[1], type=Cage)
    rules = int(arguments[2])
    matcher = Matcher(os.pread(rules, os.fstat(rules).st_size, 0))
    os.close(rules)
    serve(int(arguments[0]), cage, lambda question: _respond(question, matcher))


def _respond(question: bytes, matcher: Matcher) -> bytes:
    try:
        readings = yara_wire.decode_question(question)
        hits = [hit for number, data in enumerate(readings) if data for hit in matcher.hits(data, number)]
        return yara_wire.encode(hits)
    except Exception as error:
        return encode_failure(failure_of(error, "yara"))


if __name__ == "__main__":
    main(sys.argv[1:])
