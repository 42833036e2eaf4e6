"""Errors of the server as exceptions: each has the server's sentence, which says what to do."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class TributaryError(Exception):
    """What the server refused, or that it could not be reached."""

    def __init__(self, message: str, code: str, details: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        self.message = message
        #: What programs look at: BAD_INPUT, NOT_FOUND, TOO_LARGE …
        self.code = code
        #: Numbers that the server told with it: a limit, a cost, ``requestId``.
        self.details = dict(details or {})


class BadInput(TributaryError):
    """The question cannot be meant."""


class NotFound(TributaryError):
    """There is nothing of that name."""


class TooLarge(TributaryError):
    """It would cost more than the server's limit; ask for less at once."""


class Unauthenticated(TributaryError):
    """The server wants an API key."""


class Forbidden(TributaryError):
    """The API key is for something else."""


class RateLimited(TributaryError):
    """Too much was asked in a minute, also after waiting and asking again."""


class Unavailable(TributaryError):
    """The server, or its database, does not answer."""


class Timeout(TributaryError):
    """It took longer than the server, or this client, waits."""


KINDS = {
    "BAD_INPUT": BadInput,
    "NOT_FOUND": NotFound,
    "TOO_LARGE": TooLarge,
    "UNAUTHENTICATED": Unauthenticated,
    "FORBIDDEN": Forbidden,
    "RATE_LIMITED": RateLimited,
    "DATABASE_UNAVAILABLE": Unavailable,
    "UNREACHABLE": Unavailable,
    "TIMEOUT": Timeout,
}


def error_of(error: Mapping[str, Any]) -> TributaryError:
    """The exception of one error as GraphQL writes it."""
    details = dict(error.get("extensions") or {})
    code = str(details.pop("code", "INTERNAL_SERVER_ERROR"))
    return KINDS.get(code, TributaryError)(str(error.get("message", "The server told no reason.")), code, details)
