"""evidence: what a sender wrote, as a finding may show it to people: on one line, with nothing unseen in it."""


def spelt_out(text: str, most: int) -> str:
    r"""The first `most` letters of `text`; those that cannot be seen as `\u200b`."""
    text = text[:most]
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
