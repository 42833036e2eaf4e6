"""Attributions of language models as DataFrames and arrays.

    >>> import tributary
    >>> client = tributary.Client()
    >>> client.attribute("The capital of France is", "demo").frame.nlargest(1, "score").component.item()
    ' France'
"""

from .async_client import AsyncClient
from .attribution import Attribution
from .client import Client
from .errors import (
    BadInput,
    Forbidden,
    NotFound,
    RateLimited,
    Timeout,
    TooLarge,
    TributaryError,
    Unauthenticated,
    Unavailable,
)
from .feature import Feature
from .graph import Graph

__all__ = [
    "AsyncClient",
    "Attribution",
    "BadInput",
    "Client",
    "Feature",
    "Forbidden",
    "Graph",
    "NotFound",
    "RateLimited",
    "Timeout",
    "TooLarge",
    "TributaryError",
    "Unauthenticated",
    "Unavailable",
]
