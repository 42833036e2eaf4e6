"""HTTP with patience: what may be asked again is, and every failure becomes an exception of ``errors``."""

from __future__ import annotations

import json
import random
from typing import Any, Mapping, Optional, Union

import httpx

from .errors import TributaryError, Timeout, Unavailable, error_of

#: Longest that a server's Retry-After is waited for, in seconds.
MOST_PATIENCE = 60.0
#: Statuses after which the same question may succeed: too many requests, a database or a proxy that is away.
PASSING = (429, 502, 503)


class Patience:
    """How often to ask again, and how long to wait before; every question here only reads, so it may be repeated."""

    def __init__(self, retries: int) -> None:
        if retries < 0:
            raise ValueError(f"retries is {retries}; it can be 0 or more")
        self.retries = retries

    def wait_after(self, attempt: int, response: Optional[httpx.Response]) -> Optional[float]:
        """Seconds until the next attempt; None where there is none."""
        if attempt >= self.retries or (response is not None and response.status_code not in PASSING):
            return None
        told = response.headers.get("retry-after", "") if response is not None else ""
        if told.isdigit():
            return float(told) if float(told) <= MOST_PATIENCE else None
        return float(0.25 * 2**attempt * (1 + random.random()))


def refusal_of(response: httpx.Response) -> TributaryError:
    """What a response that is no answer says."""
    try:
        errors = json.loads(response.content).get("errors")
        if errors:
            return error_of(errors[0])
    except (ValueError, AttributeError):
        pass
    return TributaryError(
        f"{response.url} answered with status {response.status_code} and nothing that Tributary would say; is this its address?",
        "UNEXPECTED",
    )


def failure_of(error: httpx.TransportError, url: Union[str, httpx.URL]) -> TributaryError:
    """A connection that was not made, or broke."""
    if isinstance(error, httpx.TimeoutException):
        return Timeout(f"{url} did not answer in time; give Client a longer timeout, or ask for less.", "TIMEOUT")
    return Unavailable(f"{url} cannot be reached ({error}); is the server running?", "UNREACHABLE")


def headers_of(api_key: Optional[str]) -> Mapping[str, Any]:
    return {"x-api-key": api_key} if api_key else {}
