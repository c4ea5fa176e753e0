"""sealing: a message in a zip with a password, so that nothing opens it by accident: AES, as 7-Zip and others read it.

Fails with `NotDone` where the library for it is not installed.
"""

import io
import secrets

from gatekeeper.quarantine.acts import NotDone

try:
    import pyzipper
except ModuleNotFoundError:  # the extra `web`
    pyzipper = None

_OCTETS = 9


def sealed(name: str, raw: bytes) -> tuple[bytes, str]:
    """The archive, and its password, which is made for it."""
    if pyzipper is None:
        raise NotDone("a zip with a password needs a library: pip install 'gatekeeper[web]'")
    password, made = secrets.token_urlsafe(_OCTETS), io.BytesIO()
    with pyzipper.AESZipFile(made, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.writestr(name, raw)
    return made.getvalue(), password
