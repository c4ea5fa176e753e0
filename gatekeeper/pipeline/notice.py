"""notice: what the recipients of a changed message are told, in plain words."""


def notice(message_id: str) -> str:
    """Stands above the list of what was removed; `message_id` finds the original in the quarantine."""
    return (
        "This message had attachments that are not let through, so it was changed on its way to you.\n"
        "If you need one of them, ask whoever runs your mail; the whole original is kept for a while.\n"
        f"Its id: {message_id}"
    )
