"""deployed: the snippets of deploy/, as they are but for the ports and sockets of a test."""

from pathlib import Path

_SNIPPETS = Path(__file__).parents[2] / "deploy" / "snippets"


def snippet(name: str, places: dict[str, str]) -> str:
    """The text of deploy/snippets/`name` with each key of `places` replaced; AssertionError if one is not in it."""
    text = (_SNIPPETS / name).read_text()
    for place, ours in places.items():
        assert place in text, f"deploy/snippets/{name} no longer names {place}"
        text = text.replace(place, ours)
    return text
