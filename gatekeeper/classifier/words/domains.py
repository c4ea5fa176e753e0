"""domains: the name of a host → its domain, by rule of thumb. It cannot fail.

The list of public suffixes takes long to load and changes; a word must be the same next year.
"""


def domain_of(host: bytes) -> bytes:
    """The last two labels, three where the last two are short: `example.com`, `example.co.uk`."""
    labels = host.split(b".")
    if labels[-1].isdigit():  # an address in numbers
        return host
    count = 3 if len(labels[-1]) == 2 and len(labels[-2:][0]) <= 3 else 2
    return b".".join(labels[-count:])


def host_in(target: bytes) -> bytes:
    """The host that an address leads to, in lower case, with its port left out; empty if it names none."""
    rest = target.partition(b"//")[2].lstrip(b"/")
    for end in (b"/", b"?", b"#", b"\\"):
        rest = rest.partition(end)[0]
    return rest.rpartition(b"@")[2].partition(b":")[0].lower()
