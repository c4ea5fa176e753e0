"""Makes zips for tests."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(parts: dict[str, str | bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def office(parts: dict[str, str | bytes]) -> bytes:
    """An Office document of these parts."""
    return package({"[Content_Types].xml": "<Types/>", **parts})


def relation(kind: str, target: str, mode: str = "External") -> str:
    return (
        f'<Relationships><Relationship Type="{RELATION}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
