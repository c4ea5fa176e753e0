"""shortcut_patterns: the regular expressions of the readers of shortcuts, linear like those of `message/patterns`."""

import re

LINE = re.compile(
    rb"(?:\A|\n)[ \t]*+(url|baseurl|iconfile|workingdirectory|command|exec|icon)[ \t]*+=[ \t]*+([^\r\n]{1,4000})",
    re.IGNORECASE,
)
"""A line of a .url, .website, .scf or .desktop file."""

ELEMENT = re.compile(
    rb"(?:<(?:\w{1,20}:)?(url|deeplink|command)>\s{0,100}|\b(codebase|href)\s{0,20}=\s{0,20}[\"'])([^<>\"']{1,4000})",
    re.IGNORECASE,
)
"""A place to go in a library, a saved search, a settings link, a Java launcher."""

NARROW_TEXT = re.compile(rb"[ -~]{4,}")
"""A readable text among other bytes."""

WIDE_TEXT = re.compile(rb"(?:[ -~]\0){4,}")
"""The same in UTF-16."""
