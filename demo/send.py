"""send: bring one message to the gateway as a mail server would, and keep what was said."""

import smtplib

from demo.samples import Sample


def send(sample: Sample, port: int) -> str:
    """The reply that decided: the first refusal, or the one after the final dot."""
    with smtplib.SMTP(
        "127.0.0.1", port, local_hostname="mail." + sample.sender.partition("@")[2], timeout=60
    ) as client:
        client.ehlo()
        code, text = client.mail(sample.sender)
        if code < 400:
            code, text = client.rcpt(sample.recipient)
        if code < 400:
            code, text = client.data(sample.raw)
    return f"{code} {text.decode('ascii', 'replace')}"
