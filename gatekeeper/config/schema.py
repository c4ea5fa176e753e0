"""schema: every setting, its type, its default and what it means.

One struct for each table of `gatekeeper.toml`. Checks bring their own tables (`[checks.NAME]`), which `app` adds.
Times are seconds, sizes bytes. An empty string or list switches a thing off. The comment after a setting is what
`gatekeeper config show` prints.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.config.dependencies import Dependencies
from gatekeeper.config.digest import Digest
from gatekeeper.config.directory import Directory
from gatekeeper.config.quarantine import Quarantine
from gatekeeper.config.scand import Scand
from gatekeeper.config.teaching import Teaching
from gatekeeper.config.web import Web

Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]
Score = float
Probability = Annotated[float, Meta(ge=0, le=1)]
Verify = Literal["none", "list", "callout", "ldap"]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One table of the configuration file: unknown keys are mistakes, values do not change."""


class Gateway(Table, frozen=True):
    """[gateway]: the host and its processes."""

    hostname: str = ""  # our name in greetings, Received and headers; empty: the system's
    state: str = "/var/lib/gatekeeper"  # journal, quarantine, learnt state
    workers: Annotated[int, Meta(ge=0)] = 0  # processes for each front; 0: one for each core
    user: str = ""  # the account to become after binding the sockets, when started as root
    trusted_networks: list[str] = []  # mail servers and load balancers before us, whose word about the client counts
    own_networks: list[str] = []  # servers and users of our own, whose mail goes out: it is signed, and answers awaited
    drain: Seconds = 60.0  # how long an old worker may finish its sessions after a reload or stop


class SmtpLimits(Table, frozen=True):
    """[smtp.limits]"""

    size: Count = 50_000_000  # largest message
    line: Count = 8192  # longest command; lines of a message are not limited
    commands: Count = 1000  # commands without a message taken, accepted recipients not counted, then 421
    errors: Count = 20  # rejected commands in one session, then 421
    recipients: Count = 1000  # recipients of one message, then 452
    sessions: Count = 500  # simultaneous sessions of one worker, then 421
    idle: Seconds = 300.0  # silence of a client
    transaction: Seconds = 1800.0  # from MAIL to the dot
    memory: Count = 1_000_000  # a larger body lives in a temporary file
    in_flight: Count = 200_000_000  # bytes of bodies held by one worker, then 452 4.3.1


class Smtp(Table, frozen=True):
    """[smtp]: the proxy front."""

    listen: list[str] = []  # "127.0.0.1:2525", "[::1]:25"; empty: no proxy
    certificate: str = ""  # PEM chain for STARTTLS; empty: not offered
    key: str = ""  # PEM private key, if it is not in the same file
    scan_timeout: Seconds = 30.0  # from the dot to the verdict, then 451
    xclient_networks: list[str] = []  # who may use XCLIENT
    xforward_networks: list[str] = []  # who may use XFORWARD
    proxy_networks: list[str] = []  # who must begin with a PROXY protocol header (v1 or v2)
    normalise_networks: list[str] = []  # whose bare CR and LF are made CRLF instead of refused
    limits: SmtpLimits = SmtpLimits()


class Milter(Table, frozen=True):
    """[milter]: the milter front."""

    socket: str = ""  # "unix:/run/gatekeeper/milter.sock", "inet:8891@127.0.0.1"; empty: no milter
    owner: str = ""  # user[:group] that the unix socket belongs to, so that the MTA can connect
    mode: str = "0660"  # of the unix socket
    timeout: Seconds = 7210.0  # silence of the MTA, libmilter's own default
    scan_timeout: Seconds = 30.0  # from end of message to the verdict, then tempfail


class Relay(Table, frozen=True):
    """[relay]: next hops."""

    mailertable: str = ""  # sendmail's text format
    transport: str = ""  # Postfix's transport maps instead: "hash:/etc/postfix/transport"
    virtusertable: str = ""  # sendmail's: other addresses for recipients
    domains: list[str] = []  # domains we take mail for; empty: those that the tables above name
    connections: Count = 15  # sessions with one next hop, over all workers
    wait: Seconds = 10.0  # for a free session, then 451
    connect_timeout: Seconds = 10.0
    hop_timeout: Seconds = 60.0  # one delivery, half of it kept for the content and the hop's last reply; then 451
    command_timeout: Seconds = 30.0  # for each earlier reply
    idle: Seconds = 10.0  # how long an unused session is kept
    messages: Count = 100  # messages over one session
    probe: Seconds = 300.0  # how often a hop's capabilities are asked anew
    tls: Literal["none", "may", "must"] = "may"  # STARTTLS towards the hop; "may" does not verify certificates
    callout_sender: str = ""  # MAIL FROM of recipient callouts; empty: the null sender
    callout_ttl: Seconds = 3600.0  # how long a callout's answer is remembered


class Lists(Table, frozen=True):
    """[dns.lists]: block and allow lists are tested before they are believed; one out of order is suspended."""

    retest: Seconds = 3600.0  # between two tests of a list that is in order
    pause: Seconds = 300.0  # from a suspension to the next test; twice as long each time that goes wrong
    longest: Seconds = 86_400.0  # and no longer than this
    returns: Count = 3  # good tests in a row, until a suspended list is asked again
    apart: Seconds = 60.0  # between two of those


class Dns(Table, frozen=True):
    """[dns]"""

    servers: list[str] = []  # "127.0.0.1:53"; empty: /etc/resolv.conf
    timeout: Seconds = 3.0  # one question, all retries in it
    cache: Count = 50_000  # answers kept by one worker
    cache_size: Count = 20_000_000  # and their bytes
    lists: Lists = Lists()


class OpenerLimits(Table, frozen=True):
    """[opener.limits]: what one attachment may hold, with all that is inside it. Passing one is a finding."""

    depth: Count = 16  # containers in containers
    entries: Count = 10_000  # members that are looked at
    listed: Count = 20_000  # members of which only the name is looked at, when the others are used up
    expanded: Count = 200_000_000  # what they may unpack to, together
    member: Count = 50_000_000  # how much of one member is read
    ratio: Count = 200  # times its packed size, from 8 MB on, that is called a bomb


class Opener(Table, frozen=True):
    """[opener]: archives and documents are opened by processes of their own, one for each attachment."""

    processes: Count = 2  # attachments that one worker has open at a time
    seconds: Seconds = 10.0  # by the clock, for one attachment; as long may it wait
    cpu: Count = 8  # seconds of processor time
    memory: Count = 400_000_000  # beyond what the process has at its start
    limits: OpenerLimits = OpenerLimits()


class Antivirus(Table, frozen=True):
    """[antivirus]: what looks for worms: ClamAV daemons, and YARA rules of your own."""

    engines: list[str] = []  # "unix:/run/clamav/clamd.ctl", "tcp:127.0.0.1:3310": asked in turn until one says
    size: Count = 25_000_000  # largest message or part that is scanned; no more than StreamMaxLength in clamd.conf
    connect_timeout: Seconds = 3.0
    timeout: Seconds = 10.0  # one scan by one engine, then the next is asked
    connections: Count = 10  # scans that one worker has running at a time; MaxThreads in clamd.conf is for all of them
    remember: Seconds = 300.0  # how long an answer is good, if the engine's signatures stay the same
    yara: str = ""  # a directory with rules, NAME.yar; empty: none
    yara_timeout: Seconds = 5.0  # all rules over one message


class Policy(Table, frozen=True):
    """[policy]"""

    tag: Score = 5.0  # from this score on: header lines say so
    quarantine: Score = 8.0  # from this score on: held for review
    reject: Score = 15.0  # from this score on: refused
    on_reject_from_relay: Literal["quarantine", "reject", "tag", "discard"] = "quarantine"  # a trusted hop would bounce
    on_check_failure: Literal["defer", "quarantine", "tag"] = "defer"  # when a check of ours breaks
    exempt: list[str] = msgspec.field(default_factory=lambda: ["postmaster", "abuse"])  # free of block lists and score


class Domain(Table, frozen=True):
    """[domains."example.org"]: what differs for one recipient domain."""

    verify: Verify = "none"  # how recipients are verified before they are accepted
    delimiter: str = ""  # with verify = "list" or "ldap": "+" makes mail for joe+news belong to joe
    recipients: str = ""  # with verify = "list": a text file, one address or local part a line
    tag: Score | None = None
    quarantine: Score | None = None
    reject: Score | None = None


class Tables(Table, frozen=True):
    """[tables]: operators' files."""

    access: str = ""  # sendmail's access text (Connect:, From:, To:)
    senders: str = ""  # who is let in, kept out or held, what vouches for them, and for whom
    client_access: str = ""  # Postfix's check_client_access, "hash:/etc/postfix/client_access": name and address
    helo_access: str = ""  # what the client calls itself
    sender_access: str = ""  # the envelope sender
    recipient_access: str = ""  # each envelope recipient
    recipient_delimiter: str = ""  # Postfix's, for these and relay.transport: "+" makes joe+news an address of joe
    attachments: str = ""  # rules about attachments, asked first
    filename_rules: str = ""  # MailScanner's filename.rules.conf, asked after those
    archive_filename_rules: str = ""  # MailScanner's archives.filename.rules.conf, for what is inside attachments
    shipped_attachments: bool = True  # ask the rules that come with gatekeeper last
    header_checks: str = ""  # Postfix's, "pcre:/etc/postfix/header_checks": the fields of a message
    mime_header_checks: str = "$header_checks"  # the fields about MIME, and those of parts; empty: not looked up
    nested_header_checks: str = "$header_checks"  # the fields of attached messages; empty: not looked up
    body_checks: str = ""  # all other lines
    rules: list[str] = []  # files with rules of the operator's own, asked beside those that come with gatekeeper
    shipped_rules: bool = True  # ask those that come with gatekeeper
    rule_scores: str = ""  # what rules weigh, as `gatekeeper fit` wrote it; what is not in it weighs as it did
    procmail: str = ""  # recipes, as /etc/procmailrc has them, asked last
    spamassassin: list[str] = []  # SpamAssassin's rule files, or directories of them; empty: none
    procmail_programs: list[str] = []  # what these may run, by its absolute path: "/usr/local/bin/is-wanted"
    shipped_domains: bool = True  # ask no list about links to the well-known domains that come with gatekeeper


class Journal(Table, frozen=True):
    """[journal]"""

    keep_days: Count = 30


class Classifier(Table, frozen=True):
    """[classifier]: what is learnt from mail, and what follows from it."""

    fold: bool = False  # take words in lower case; what was learnt the other way is to be learnt again
    combiner: Literal["fisher", "robinson", "graham"] = "fisher"  # how the probabilities of words become one
    robs: Annotated[float, Meta(gt=0)] = 0.0178  # how much robx weighs against what is known of a word
    robx: Annotated[float, Meta(gt=0, lt=1)] = 0.52  # the probability of a word that nothing is known of
    min_dev: Annotated[float, Meta(ge=0, lt=0.5)] = 0.375  # words nearer to 0.5 than this do not count
    spam_cutoff: Probability = 0.0  # from this score on: spam; 0: fitted to ham_blocked once enough is learnt
    ham_cutoff: Probability = 0.0  # up to this score: ham; 0: fitted likewise
    ham_blocked: Annotated[float, Meta(gt=0, le=0.5)] = 0.001  # how much of the ham may be taken for spam
    keep_days: Count = 30  # how long the features of passed messages are kept, so that they can be learnt by their id
    keep_size: Count = 1_000_000_000  # how large that may become; the oldest go first
    autolearn: bool = False  # learn what rules, words and linear model agree on without doubt
    teacher_daily: Count = 50  # messages that one teacher teaches in a day; `gatekeeper learn` has no such limit
    teacher_share: Annotated[float, Meta(gt=0, le=1)] = 0.1  # of all that is learnt, the most that is one teacher's


class History(Table, frozen=True):
    """[history]: to whom our users wrote, and what became of others' mail."""

    keep_days: Count = 400  # how long a correspondent is known after the last letter to them
    rows: Count = 500_000  # of each kind of thing that are remembered; the oldest go first
    half_life: Annotated[float, Meta(gt=0)] = 30.0  # days after which what became of a sender's mail counts half
    domains: list[str] = []  # ours; empty: those of [relay], the mailertable and [domains]


class Campaigns(Table, frozen=True):
    """[campaigns]: what was reported with `gatekeeper report`, so that it is known again."""

    keep_days: Count = 90  # how long after its last report
    keep: Count = 20_000  # sketches of texts and files at most; the oldest go first


class Signing(Table, frozen=True):
    """[signing]: our own signatures."""

    key_table: str = ""  # opendkim's KeyTable: NAME DOMAIN:SELECTOR:FILE; what goes out from these domains is signed
    seal_as: str = ""  # the domain of the key by which ARC seals are made; empty: none
    seal: Literal["changed", "always"] = "changed"  # which of the mail that comes in is sealed


class Metrics(Table, frozen=True):
    """[metrics]"""

    listen: str = ""  # "127.0.0.1:9477": Prometheus endpoint; empty: none


class Logging(Table, frozen=True):
    """[log]"""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["logfmt", "json"] = "logfmt"


class Config(Table, frozen=True):
    """gatekeeper.toml as a whole."""

    gateway: Gateway = Gateway()
    smtp: Smtp = Smtp()
    milter: Milter = Milter()
    scand: Scand = Scand()
    relay: Relay = Relay()
    dns: Dns = Dns()
    opener: Opener = Opener()
    antivirus: Antivirus = Antivirus()
    dependencies: Dependencies = Dependencies()
    directory: Directory = Directory()
    policy: Policy = Policy()
    scores: dict[str, Score] = {}
    domains: dict[str, Domain] = {}
    tables: Tables = Tables()
    quarantine: Quarantine = Quarantine()
    web: Web = Web()
    journal: Journal = Journal()
    classifier: Classifier = Classifier()
    digest: Digest = Digest()
    teaching: Teaching = Teaching()
    history: History = History()
    campaigns: Campaigns = Campaigns()
    signing: Signing = Signing()
    metrics: Metrics = Metrics()
    log: Logging = Logging()
    checks: dict[str, dict[str, object]] = {}
