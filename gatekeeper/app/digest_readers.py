"""digest_readers: whether what is sent to an address is read by several people, as the directory has it.

It is asked where people sign in by it (`web.directory`), and for domains that are verified by it. Where there is none,
nobody can tell, and an address is one person's. Fails with `DirectoryError`.
"""

from gatekeeper.app import directory
from gatekeeper.config.schema import Config
from gatekeeper.lookups.directory import forms
from gatekeeper.tables.address import split


class DigestReaders:
    """As `config` has it. Nothing connects before the first question."""

    def __init__(self, config: Config) -> None:
        verified = {name.lower().rstrip(".") for name, domain in config.domains.items() if domain.verify == "ldap"}
        self._config, self._verified = config, verified
        self._delimiters = directory.delimiters(config)

    async def are_many(self, address: str) -> bool:
        """It belongs to a list or to several; if nobody has heard of it, what stands before the delimiter does."""
        if not (self._config.web.directory or split(address)[1] in self._verified):
            return False
        from gatekeeper.app.directory_people import DirectoryPeople  # needs the extra ldap

        people = DirectoryPeople(self._config)
        for form in forms(address, self._delimiters):
            if (shared := await people.is_shared(form)) is not None:
                return shared
        return False
