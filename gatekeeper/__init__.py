"""gatekeeper: a mail gateway that keeps spam and worms away from the mail server behind it."""

__version__ = "0.1.0"
