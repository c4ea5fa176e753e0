"""api: held mail for programs, as JSON (deploy/api.md). `/api/v1/…`, and `/api/openapi.json`, which describes it."""

from gatekeeper.web.api.application import api

__all__ = ["api"]
