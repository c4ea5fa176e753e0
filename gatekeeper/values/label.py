"""label: what a message is (by its teacher), and what the classifier takes it for. It cannot fail."""

from enum import StrEnum


class Label(StrEnum):
    """What somebody who knows says a message is."""

    SPAM = "spam"
    HAM = "ham"

    @property
    def other(self) -> "Label":
        """The other class."""
        return Label.HAM if self is Label.SPAM else Label.SPAM


class Band(StrEnum):
    """What a score means: two cut-offs make three bands (bogofilter's Spam, Unsure, Ham)."""

    SPAM = "spam"
    UNSURE = "unsure"
    HAM = "ham"
