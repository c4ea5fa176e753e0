"""bogofilter_settings: what can be set, by a line of bogofilter.cf or by `--name=value`, with bogofilter's defaults.

`set_option` raises `SettingError` on what cannot be read, and `KeyError` on a name that bogofilter does not have.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from gatekeeper.classifier.parameters import Parameters

_EPSILON = 100 * 2.0**-52  # bogofilter's EPS: what is nearer to 0 means the default, or "no such class"


class SettingError(ValueError):
    """What cannot be read as the value of a setting."""


@dataclass(slots=True)
class Settings:
    """The names are those of bogofilter.cf; see `bogofilter -QQ`."""

    robs: float = 0.0
    robx: float = 0.0
    min_dev: float = 0.0
    ham_cutoff: float = 0.45
    spam_cutoff: float = 0.99
    ns_esf: float = 1.0
    sp_esf: float = 1.0
    thresh_update: float = 0.0
    stats_in_header: bool = True
    terse: bool = False
    report_unsure: bool = False
    spam_header_name: str = "X-Bogosity"
    spam_header_place: str = ""
    spam_subject_tag: str = ""
    unsure_subject_tag: str = ""
    syslog_tag: str = ""
    bogofilter_dir: str = ""
    header_format: str = "%h: %c, tests=bogofilter, spamicity=%p, version=%v"
    terse_format: str = "%1.1c %f"
    log_header_format: str = "%h: %c, spamicity=%p, version=%v"
    log_update_format: str = "register-%r, %w words, %m messages"
    spamicity_tags: list[str] = field(default_factory=lambda: ["Spam", "Ham", "Unsure"])
    spamicity_formats: list[str] = field(default_factory=lambda: ["%0.6f", "%0.6f", "%0.6f"])

    def parameters(self) -> Parameters:
        """0 means the default, as bogofilter has it; `ValueError` on what is out of range."""
        default = Parameters()
        robs, robx, min_dev = (
            getattr(self, name) if abs(getattr(self, name)) >= _EPSILON else getattr(default, name)
            for name in ("robs", "robx", "min_dev")
        )
        return Parameters(robs, robx, min_dev, self.sp_esf, self.ns_esf)

    def spam_from(self) -> float:
        """The score from which on a message is spam."""
        return self.spam_cutoff if self.spam_cutoff >= _EPSILON else 0.99

    @property
    def two_classes(self) -> bool:
        """Whether all that is no spam is ham."""
        return self.ham_cutoff < _EPSILON


WITHOUT_EFFECT = (
    "block-on-subnets",
    "charset-default",
    "db-cachesize",
    "db-log-autoremove",
    "db-transaction",
    "db-txn-durable",
    "max-multi-token-len",
    "max-token-len",
    "min-token-len",
    "multi-token-count",
    "replace-nonascii-characters",
    "timestamp",
    "token-count",
    "token-count-max",
    "token-count-min",
    "unicode",
    "user-config-file",
    "wordlist",
)
"""What bogofilter can set and means nothing here."""


def number(text: str) -> float:
    """A number as bogofilter.cf has them."""
    try:
        return float(text)
    except ValueError:
        raise SettingError(text) from None


def _truth(text: str) -> bool:
    return text[:1].lower() in ("y", "t", "1")  # str_to_bool of bogofilter


def _three(text: str, before: list[str]) -> list[str]:
    """What is left out stays as it was."""
    fields = text.replace(",", " ").split()[:3]
    return fields + before[len(fields) :]


_READ: dict[type, Callable[[str], object]] = {float: number, bool: _truth, str: str}


def names() -> list[str]:
    """Every name that may be set."""
    return [name.replace("_", "-") for name in Settings.__slots__] + list(WITHOUT_EFFECT)


def set_option(settings: Settings, name: str, value: str) -> None:
    """Set one of `names()`."""
    name = name.replace("_", "-")
    if name in WITHOUT_EFFECT:
        return
    attribute = name.replace("-", "_")
    if attribute not in Settings.__slots__:
        raise KeyError(name)
    before = getattr(settings, attribute)
    setattr(settings, attribute, _three(value, before) if isinstance(before, list) else _READ[type(before)](value))
