"""forms: what a form holds, checked. Nobody gets a file in, and no field is endless.

form = await forms.read(request)
name = form.text("name", "Name")
if form.mistakes: …                  # by field, in words for people
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from starlette.requests import Request

FIELDS = 2_000  # of one form
LONGEST = 10_000  # characters of one field


@dataclass(slots=True)
class Form:
    """The fields that were sent, and what is wrong with them."""

    fields: dict[str, list[str]]
    mistakes: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, label: str, *, most: int = 200, needed: bool = True) -> str:
        """One line, without white space around it."""
        return self._one(name, label, self._first(name).strip(), most, needed)

    def secret(self, name: str, label: str, *, most: int = 1_000) -> str:
        """A password: as it was typed."""
        return self._one(name, label, self._first(name), most, needed=True)

    def path(self, name: str) -> str:
        """Where to go next; `/` if that is none of our pages."""
        return own_path(self._first(name))

    def many(self, name: str) -> list[str]:
        """All that were sent under this name, such as the boxes that are ticked."""
        return self.fields.get(name, [])

    def chosen(self, name: str, label: str, choices: Collection[str]) -> str:
        """One of several; "" and a mistake if it is none of them."""
        value = self._first(name)
        if value in choices:
            return value
        self.mistakes[name] = f"{label}: choose one."
        return ""

    def _first(self, name: str) -> str:
        return next(iter(self.fields.get(name, [])), "")

    def _one(self, name: str, label: str, value: str, most: int, needed: bool) -> str:
        if needed and not value:
            self.mistakes[name] = f"{label} is missing."
        elif len(value) > most:
            self.mistakes[name] = f"{label} is longer than {most} characters."
        elif value and not value.isprintable():
            self.mistakes[name] = f"{label} holds what cannot be shown."
        else:
            return value
        return ""


def own_path(text: str) -> str:
    r"""`text` if it is a path of this site, else `/`. Browsers read `//host` and `/\host` as another one."""
    sound = text.startswith("/") and text.isprintable() and text[1:2] not in ("/", "\\") and len(text) <= 2_000
    return text if sound else "/"


async def read(request: Request) -> Form:
    """What was sent. Fields that are too long count as empty."""
    sent = await request.form(max_files=0, max_fields=FIELDS)
    fields: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value if len(value) <= LONGEST else "")
    return Form(fields)
