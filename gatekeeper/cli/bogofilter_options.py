"""bogofilter_options: the arguments of `bogofilter`, as getopt_long(3) and its own `bogoconfig.c` read them.

What bogofilter refuses ends the program through `UsageError`, with its words; what it only complains of (an unknown
option) is told, and the rest goes on.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gatekeeper.cli.bogofilter_settings import SettingError, Settings, names, number, set_option

_WITH_VALUE = "cdEIkLmoOxXy"
_FLAGS = "bBCDeHhlMnNpPqQRsStTuUvV"

_LONG = {
    "bogofilter-dir": "d",
    "classify-files": "B",
    "classify-mbox": "M",
    "classify-stdin": "b",
    "config-file": "c",
    "dataframe": "R",
    "debug-flags": "x",
    "debug-to-stdout": "D",
    "fixed-terse-format": "T",
    "ham-true": "e",
    "help": "h",
    "input-file": "I",
    "no-config-file": "C",
    "no-header-tags": "H",
    "nonspam-exits-zero": "e",
    "output-file": "O",
    "passthrough": "p",
    "query": "Q",
    "quiet": "q",
    "register-ham": "n",
    "register-spam": "s",
    "report-unsure": "U",
    "syslog-tag": "L",
    "timestamp-date": "y",
    "unregister-nonspam": "N",
    "unregister-spam": "S",
    "update-as-scored": "u",
    "use-syslog": "l",
    "verbosity": "v",
    "version": "V",
}
_CONFLICTS = {"s": "nS", "n": "sN", "S": "sN", "N": "nS"}
_CONFIGS = (Path("/etc/bogofilter.cf"), Path("~/.bogofilter.cf"))


class UsageError(Exception):
    """bogofilter would say this and end with 3."""


@dataclass(slots=True)
class Options:
    """What is to be done. `given` are the letters of the options without values, `v` as often as it was given."""

    settings: Settings = field(default_factory=Settings)
    given: str = ""
    directory: str = ""
    state: str = ""
    input: str = ""
    output: str = ""
    files: list[str] = field(default_factory=list)

    def __contains__(self, letter: str) -> bool:
        return letter in self.given

    @property
    def verbose(self) -> int:
        """How often `-v` was given; `-T` prints at least once."""
        return max(self.given.count("v"), "T" in self)

    @property
    def registers(self) -> str:
        """What to undo, then what to learn, as the log has it: `Sn`."""
        return "".join(letter for letter in "SNsn" if letter in self.given)


def options_of(arguments: Sequence[str], complain: Callable[[str], object]) -> Options:
    """Read arguments and configuration files; the arguments have the last word."""
    options, settings = Options(), Settings()
    pairs = list(_pairs(arguments, options, complain))
    files = [value for name, value in pairs if name == "c"]
    if not files and not any(name == "C" for name, _ in pairs):
        files = [str(path) for found in _CONFIGS if (path := found.expanduser()).is_file()]
    for file in files:
        _read_config(file, settings)
    options.settings = settings
    for name, value in pairs:
        _apply(options, name, value, complain)
    _check(options, complain)
    return options


def _pairs(arguments: Sequence[str], options: Options, complain: Callable[[str], object]) -> Iterator[tuple[str, str]]:
    """Letter or long name of each option with its value; what is no option goes to `options.files`."""
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            options.files += waiting
            return
        if word.startswith("--"):
            yield from _long(word, waiting, complain)
        elif word.startswith("-") and len(word) > 1:
            yield from _short(word, waiting, complain)
        else:
            options.files.append(word)


def _short(word: str, waiting: list[str], complain: Callable[[str], object]) -> Iterator[tuple[str, str]]:
    for place, letter in enumerate(word[1:], 2):
        if letter in _WITH_VALUE:
            yield letter, word[place:] or _value(word, waiting)
            return
        if letter in _FLAGS:
            yield letter, ""
        else:
            complain(f"Unknown option '{word}'.")


def _long(word: str, waiting: list[str], complain: Callable[[str], object]) -> Iterator[tuple[str, str]]:
    name, equals, value = word[2:].partition("=")
    every = [*_LONG, *names(), "state"]
    found = [name] if name in every else sorted({one for one in every if one.startswith(name)})
    if len(found) != 1:
        complain(f"Unknown option '{word}'.")
        return
    letter = _LONG.get(found[0], found[0])
    if letter in _FLAGS:
        yield letter, ""
    else:
        yield letter, value if equals else _value(word, waiting)


def _value(word: str, waiting: list[str]) -> str:
    if not waiting:
        raise UsageError(f"Option {word} requires an argument.")
    return waiting.pop(0)


def _apply(options: Options, name: str, value: str, complain: Callable[[str], object]) -> None:
    if name in _FLAGS:
        if any(other in options for other in _CONFLICTS.get(name, "")):
            raise UsageError("Error:  Invalid combination of options.")
        options.given += name
        options.settings.terse |= name in "tT"
        options.settings.report_unsure |= name == "U"
    elif name in ("m", "o", "E"):
        _numbers(options.settings, name, value, complain)
    elif name == "L":
        options.given += "l"
        options.settings.syslog_tag = value
    elif name in ("d", "I", "O", "state"):
        setattr(options, {"d": "directory", "I": "input", "O": "output", "state": "state"}[name], value)
    elif len(name) > 1:
        try:
            set_option(options.settings, name, value)
        except SettingError:
            complain(f"Cannot parse --{name} option argument '{value}'.")


_LISTS = {"m": ("min_dev", "robs", "robx"), "o": ("spam_cutoff", "ham_cutoff"), "E": ("sp_esf", "ns_esf")}


def _numbers(settings: Settings, name: str, value: str, complain: Callable[[str], object]) -> None:
    """A list that may be shortened, and may skip fields with bare commas."""
    try:
        for attribute, text in zip(_LISTS[name], value.split(","), strict=False):
            if text:
                setattr(settings, attribute, number(text))
    except SettingError:
        complain(f"Cannot parse -{name} option argument '{value}'.")


def _read_config(file: str, settings: Settings) -> None:
    try:
        lines = Path(file).read_text("utf-8", "surrogateescape").splitlines()
    except OSError as error:
        raise UsageError(f"Cannot open {file}: {os.strerror(error.errno or 0)}") from None
    for line in lines:
        name, equals, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            set_option(settings, name.strip() if equals else line, value.split("\t#")[0].split(" #")[0].strip())
        except (KeyError, SettingError):
            raise UsageError(f"{file}: Error - bad parameter '{line.strip()}'") from None


def _check(options: Options, complain: Callable[[str], object]) -> None:
    if options.output and "p" not in options:
        complain(f"Warning: Option -O {options.output} has no effect without -p")
    if options.registers and ("u" in options or "R" in options):
        raise UsageError("Error:  Option '-u' may not be used with options '-s', '-n', '-S', or '-N'.")
    if options.files and "B" not in options:
        raise UsageError(f"Extra arguments given, first: {options.files[0]}. Aborting.")
    modes = options.given.count("T")
    if modes > 2:
        raise UsageError("Invalid '-T' usage")
    if modes:
        options.settings.terse_format = "%1.1c %-8.6g" if modes == 1 else "%0.16f"
    if not 0.0 <= options.settings.robx <= 1.0:
        raise UsageError(f"Invalid robx value ({options.settings.robx:f}).  Must be between 0.0 and 1.0")
    try:
        options.settings.parameters()
    except ValueError as error:
        raise UsageError(f"Invalid value: {error}") from None
