"""certificate: from the PEM files that a setting names to TLS of a server. Fails with `OSError`, which says why."""

import errno
import ssl

_WRONG = {
    "PEM_LIB": "a certificate and its key are not both there in PEM",
    "KEY_VALUES_MISMATCH": "the key is that of another certificate",
}


def server_context(certificate: str, key: str) -> ssl.SSLContext:
    """`key` may be empty: then it is in the same file."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key or None, password=_no_password)
    except ssl.SSLError as error:
        raise OSError(error.errno, _WRONG.get(error.reason or "PEM_LIB", error.reason)) from None
    return context


def _no_password() -> str:
    """OpenSSL would ask the terminal for that of a key that has one, and there is nobody."""
    raise OSError(errno.EACCES, "the key has a password: write it without one")
