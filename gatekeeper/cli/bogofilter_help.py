"""bogofilter_help: what `bogofilter -h` and `-Q` print here. It cannot fail."""

from gatekeeper import __version__
from gatekeeper.cli.bogofilter_options import Options

HELP = """\
bogofilter version {version} (gatekeeper)

Usage:  gatekeeper bogofilter [options] < message

help options:
  -h, --help                - print this help message.
  -V, --version             - print version information and exit.
  -Q, --query               - query (display) the settings in force.
classification options:
  -p, --passthrough         - passthrough: the message with a line added to its header.
  -e, --ham-true            - exit with code 0 for ham and unsure too.
  -u, --update-as-scored    - score message as spam or non-spam and register accordingly.
  -M, --classify-mbox       - take what is given for an mbox of several messages.
  -b, --classify-stdin      - take the names of files and directories from standard input.
  -B, --classify-files      - take the names of files and directories from the command line.
  -R, --dataframe           - print an R data frame.
registration options:
  -s, --register-spam       - register message(s) as spam.
  -n, --register-ham        - register message(s) as non-spam.
  -S, --unregister-spam     - undo the registration of message(s) as spam.
  -N, --unregister-nonspam  - undo the registration of message(s) as non-spam.
general options:
  -c, --config-file=file    - read specified config file.
  -C, --no-config-file      - don't read /etc/bogofilter.cf and ~/.bogofilter.cf.
  -d, --bogofilter-dir=path - state directory of gatekeeper; --state=path is the same.
  -l, --use-syslog          - write messages to syslog.
  -L, --syslog-tag=tag      - specify the tag value for log messages.
  -I, --input-file=file     - read message from 'file' instead of stdin.
  -O, --output-file=file    - save message to 'file' in passthrough mode.
parameter options:
  -E v1[,v2]                - set effective size factors for spam and ham (--sp-esf, --ns-esf).
  -m v1[,v2[,v3]]           - set min_dev, robs, and robx (--min-dev, --robs, --robx).
  -o v1[,v2]                - set spam and ham cutoff values (--spam-cutoff, --ham-cutoff).
info options:
  -t, --terse               - terse output.
  -T, --fixed-terse-format  - terse output in a format that never varies; -TT: the score alone.
  -q, --quiet               - suppress token statistics.
  -U, --report-unsure       - print statistics if spamicity is 'unsure'.
  -v, --verbosity           - print the header line, -vv a histogram too, -vvv every word.

--option=value sets an option of bogofilter.cf. Accepted and without effect here: -H, -k, -D, -x, -X, -y, and what
bogofilter.cf says of Berkeley DB, charsets, token lengths and further word lists.

Exit codes: 0 spam, 1 ham, 2 unsure, 3 error.
"""


def query(options: Options) -> str:
    """As `bogofilter -Q` prints it, without what means nothing here."""
    settings, parameters = options.settings, options.settings.parameters()
    numbers = {
        "robx": parameters.robx,
        "robs": parameters.robs,
        "min_dev": parameters.min_dev,
        "ham_cutoff": settings.ham_cutoff,
        "spam_cutoff": settings.spam_from(),
        "ns_esf": settings.ns_esf,
        "sp_esf": settings.sp_esf,
    }
    texts = {
        "stats-in-header": "Yes" if settings.stats_in_header else "No",
        "report-unsure": "Yes" if settings.report_unsure else "No",
        "thresh-update": f"{settings.thresh_update:.6f}",
        "spam-header-name": settings.spam_header_name,
        "spam-header-place": settings.spam_header_place or "''",
        "spam-subject-tag": settings.spam_subject_tag or "''",
        "unsure-subject-tag": settings.unsure_subject_tag or "''",
        "header-format": settings.header_format,
        "terse-format": settings.terse_format,
        "log-header-format": settings.log_header_format,
        "log-update-format": settings.log_update_format,
        "spamicity-tags": ", ".join(settings.spamicity_tags),
        "spamicity-formats": ", ".join(settings.spamicity_formats),
    }
    lines = [f"# bogofilter version {__version__} (gatekeeper)", ""]
    lines += [f"{name:11s} = {value:0.6f}  # ({value:8.2e})" for name, value in numbers.items()]
    lines += ["", *(f"{name:17s} = {text}" for name, text in texts.items())]
    return "\n".join(lines) + "\n"
