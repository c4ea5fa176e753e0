"""dependency: what a gateway leans on to find its answers, and the ways in which that fails."""

from enum import StrEnum


class Dependency(StrEnum):
    """Each has its table `[dependencies.NAME]`, and each question names the one that it is put to."""

    DNS = "dns"
    ANTIVIRUS = "antivirus"
    DIRECTORY = "directory"
    OPENER = "opener"
    CLASSIFIER = "classifier"
    HASHES = "hashes"
    HISTORY = "history"
    PROGRAMS = "programs"


class Outage(StrEnum):
    """How it can fail to answer: it broke or nobody is there, it kept silent, it said no, it would cost too much."""

    DOWN = "down"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    LIMIT = "limit"


class Resort(StrEnum):
    """What becomes of a message then. `tag` says so in its header, `pass` in the journal alone."""

    DEFER = "defer"
    HOLD = "hold"
    TAG = "tag"
    PASS = "pass"  # noqa: S105  # no password
