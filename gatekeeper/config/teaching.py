"""teaching: addresses at which our own users say what a message is."""

import msgspec


class Teaching(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[teaching]: addresses at which our own users say what a message is; mail to them goes nowhere else."""

    spam: list[str] = []  # "spam@example.org": what is attached to mail that comes here is spam
    ham: list[str] = []  # "ham@example.org": it is wanted
