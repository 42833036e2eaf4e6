"""The client for scripts and notebooks."""

from __future__ import annotations

import os
import time
from types import TracebackType
from typing import Any, Mapping, Optional, Sequence, TypeVar, Union, cast

import httpx
import numpy as np
import numpy.typing as npt
import pandas as pd

from . import _operations as operations
from ._generated_sync.client import GeneratedClient
from ._generated_sync.exceptions import GraphQLClientGraphQLMultiError, GraphQLClientHttpError, GraphQLClientInvalidResponseError
from ._questions import Layer, Token, attribute_input, graph_input, partition_input, target_input
from ._transport import Patience, failure_of, headers_of, refusal_of
from .attribution import Attribution, head_array
from .errors import TributaryError, error_of
from .feature import Feature
from .graph import Graph

T = TypeVar("T")

DEFAULT_URL = "http://127.0.0.1:4000"


class Client:
    """A Tributary server, whose answers are DataFrames and arrays.

    ``api_key`` is TRIBUTARY_API_KEY of the environment where it is not given. What the server cannot answer just now
    (busy, restarting) is asked again up to ``retries`` times; every other refusal is a ``TributaryError`` with its sentence.
    ``timeout`` is in seconds, for each request.
    """

    def __init__(
        self, url: str = DEFAULT_URL, api_key: Optional[str] = None, *, timeout: float = 120.0, retries: int = 4,
        transport: Optional[httpx.BaseTransport] = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._patience = Patience(retries)
        headers = headers_of(api_key or os.environ.get("TRIBUTARY_API_KEY"))
        self._http = httpx.Client(headers=headers, timeout=timeout, transport=_PatientTransport(self._patience, transport))
        self._graphql = GeneratedClient(url=f"{self.url}/graphql", http_client=cast(Any, self._http))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def attribute(
        self,
        text: Union[str, Sequence[int], Sequence[Mapping[str, str]]],
        model: str,
        by: str = "token",
        *,
        target: Optional[Token] = None,
        minus: Optional[Token] = None,
        direction: Optional[tuple[int, Sequence[float]]] = None,
        layer: Layer = None,
        groups: Union[str, Sequence[Sequence[int]], None] = None,
        neurons: Optional[Sequence[int]] = None,
        module: Optional[str] = None,
        basis: Optional[Sequence[Sequence[float]]] = None,
        source: Optional[str] = None,
        features: Optional[Sequence[int]] = None,
        budget: Optional[int] = None,
        answer: Union[str, Sequence[int], None] = None,
        feature: Optional[str] = None,
        position: Optional[int] = None,
        mode: str = "corrected",
        rule: str = "softmax",
        temperature: Optional[float] = None,
        exclude_first: Optional[bool] = None,
    ) -> Attribution:
        """Which parts of the prompt or the model make it say what it says; computed where nobody asked before.

        ``text`` is a prompt, token ids, or a chat as messages. ``target`` is a text that is one token, or a token id; without
        one it is what the model ranks first; a whole ``answer`` or the pre-activation of a ``feature`` (2-res/17) in its place.
        ``by`` is token, group, head, neuron, module, subspace, or feature: those of ``source``, the ``budget`` strongest.
        """
        said = {
            "partition": partition_input(by, layer, groups, neurons, module, basis, source, features, budget),
            "target": target_input(target, minus, direction, answer, feature),
            "position": position,
            "mode": mode.upper(),
            "rule": rule.upper().replace("-", "_"),
            "temperature": temperature,
            "excludeFirst": exclude_first,
        }
        return self._run(operations.attribute(attribute_input(model, text, said)))

    def contributions(self, key: str) -> pd.DataFrame:
        """The components of a stored attribution, one row each. ``key`` is ``Attribution.key`` or the column ``key``."""
        return (self.stored(key)).frame

    def stored(self, key: str) -> Attribution:
        """A stored attribution, by its key."""
        return self._run(operations.stored(key))

    def heads(
        self, text: Optional[str] = None, model: Optional[str] = None, *, run: Optional[int] = None, **said: Any
    ) -> npt.NDArray[np.float64]:
        """An array layer × head: of one prompt (``text``, ``model``, and what ``attribute`` takes), or the means of a ``run``."""
        if (run is None) == (text is None):
            raise ValueError("heads takes a text with its model, or a run")
        if run is not None:
            means, layers, heads = self._run(operations.head_means(run))
            return head_array(means, layers, heads)
        if text is None or model is None:
            raise ValueError("heads of a text needs its model")
        return (self.attribute(text, model, "head", **said)).heads()

    def load(self, dataset: str, *, model: Optional[str] = None, run: Optional[int] = None) -> pd.DataFrame:
        """Every component of every prompt of one run, with the columns of docs/export.md.

        A dataset with several runs holds several partitions, which must not be mixed: then ``run`` has to be named.
        """
        return self._run(operations.load(dataset, model, run))

    def results(
        self, dataset: Optional[str] = None, *, model: Optional[str] = None, run: Optional[int] = None
    ) -> pd.DataFrame:
        """One row for each prompt of the runs that fit: the record, the target, and all scores as a list."""
        return self._run(operations.results(dataset, model, run))

    def feature(self, name: str, *, dataset: Optional[str] = None, examples: int = 20) -> Feature:
        """Everything of one feature, by its name ``model/source/index``. Statistics are of ``dataset``, or of the one swept last.

        ``examples`` is how many there are of the strongest, and of each interval of strength.
        """
        return self._run(operations.feature(name, dataset, examples))

    def features(self, source: Optional[str] = None, *, model: Optional[str] = None, dataset: Optional[str] = None) -> pd.DataFrame:
        """One row for each feature of the sets that fit, and dataset that they were swept over: the columns of docs/export.md."""
        return self._run(operations.features("features", model, source, dataset))

    def examples(self, source: Optional[str] = None, *, model: Optional[str] = None, dataset: Optional[str] = None) -> pd.DataFrame:
        """One row for each stored place where a feature of the sets that fit fires, with the tokens and activations around."""
        return self._run(operations.features("examples", model, source, dataset))

    def feature_sets(self, model: Optional[str] = None) -> pd.DataFrame:
        """The feature sets that the server knows; ``datasets`` are those that they were swept over."""
        return self._run(operations.feature_sets(model))

    def graph(
        self,
        text: Union[str, Sequence[int], Sequence[Mapping[str, str]]],
        model: str,
        sets: Optional[Sequence[str]] = None,
        *,
        by: Optional[str] = None,
        targets: Optional[Sequence[str]] = None,
        edges: str = "direct",
        features: Optional[int] = None,
        node_threshold: Optional[float] = None,
        edge_threshold: Optional[float] = None,
        max_nodes: Optional[int] = None,
        position: Optional[int] = None,
        rule: str = "softmax",
        temperature: Optional[float] = None,
        exclude_first: Optional[bool] = None,
    ) -> Graph:
        """How the prompt leads to its logits, as tables of nodes and edges; computed where nobody asked before.

        Nodes are the features of ``sets`` (such as 2-res), or what heads and MLPs (``by`` head) or whole sublayers (module)
        add. ``targets`` are the logits, texts that are one token or ``#id``; else the model's first choices.
        """
        said = {
            "targets": None if targets is None else list(targets),
            "edges": edges.upper(),
            "features": features,
            "nodeThreshold": node_threshold,
            "edgeThreshold": edge_threshold,
            "maxNodes": max_nodes,
            "position": position,
            "rule": rule.upper().replace("-", "_"),
            "temperature": temperature,
            "excludeFirst": exclude_first,
        }
        return self._run(operations.graph(graph_input(model, text, sets, by, said)))

    def stored_graph(self, key: str) -> Graph:
        """A stored graph, by its key."""
        return self._run(operations.stored_graph(key))

    def runs(self) -> pd.DataFrame:
        """What was ingested, and how far it is; ``run`` is the number that others take."""
        return self._run(operations.runs())

    def models(self) -> pd.DataFrame:
        """The models that the server knows."""
        return self._run(operations.models())

    def datasets(self) -> pd.DataFrame:
        """The datasets that the server knows."""
        return self._run(operations.datasets())

    def _run(self, operation: operations.Operation[T]) -> T:
        """Makes the calls of an operation, one after the other; what one of them raises is raised where it was asked."""
        try:
            call = next(operation)
            while True:
                try:
                    answer = self._answer(call)
                except TributaryError as error:
                    call = operation.throw(error)
                else:
                    call = operation.send(answer)
        except StopIteration as end:
            return cast(T, end.value)

    def _answer(self, call: Any) -> Any:
        try:
            if isinstance(call, operations.Download):
                response = self._http.get(f"{self.url}/export/{call.what}", params=call.params)
                if response.status_code != 200:
                    raise refusal_of(response)
                return response.content
            return call.call(self._graphql)
        except GraphQLClientGraphQLMultiError as error:
            first = error.errors[0]
            raise error_of({"message": first.message, "extensions": first.extensions}) from error
        except (GraphQLClientHttpError, GraphQLClientInvalidResponseError) as error:
            raise refusal_of(cast(httpx.Response, error.response)) from error
        except httpx.TransportError as error:
            raise failure_of(error, self.url) from error


class _PatientTransport(httpx.BaseTransport):
    """Asks again what may succeed later."""

    def __init__(self, patience: Patience, inner: Optional[httpx.BaseTransport]) -> None:
        self._patience = patience
        self._inner = inner or httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        attempt = 0
        while True:
            response: Optional[httpx.Response] = None
            try:
                response = self._inner.handle_request(request)
            except httpx.ConnectError:
                wait = self._patience.wait_after(attempt, None)
                if wait is None:
                    raise
            else:
                wait = self._patience.wait_after(attempt, response)
                if wait is None:
                    return response
                response.close()
            time.sleep(wait)
            attempt += 1

    def close(self) -> None:
        self._inner.close()
