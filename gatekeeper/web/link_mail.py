"""link_mail: the mail with a link that signs somebody in. Pure."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

_TEXT = """\
Hello,

somebody, most likely you, wants to sign in at {site} as {address}.

To sign in, open this page and press the button on it:

{link}

The link is good once, and for {minutes} minutes. If it was not you, there is nothing to do.
"""


def link_mail(address: str, link: str, site: str, hostname: str, seconds: float) -> bytes:
    """To `address`, as it goes over the wire."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"gatekeeper <postmaster@{hostname}>"
    mail["To"] = address
    mail["Subject"] = "Your link to sign in"
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=hostname)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5.1: nobody answers it
    minutes = max(1, round(seconds / 60))
    mail.set_content(_TEXT.format(site=site, address=address, link=link, minutes=minutes), cte="7bit")
    return mail.as_bytes()
