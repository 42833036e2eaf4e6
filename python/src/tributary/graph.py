"""One attribution graph as people work with it: a table of nodes, a table of edges, and the array of their weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True)
class Graph:
    """How tokens, features, heads and MLPs of a prompt lead to its logits.

    ``nodes`` and ``edges`` have the columns of docs/export.md. ``from_ordinal`` and ``to_ordinal`` of an edge are the
    ``ordinal`` of its nodes, which is also their row here.
    """

    key: str
    model: str
    prompt: str
    tokens: tuple[str, ...]
    #: feature, head or module
    nodes_by: str
    #: direct or total
    edge_kind: str
    rule: str
    #: Of the influence that ends at tokens or at what the nodes do not explain, the share of tokens; NaN without either.
    replacement_score: float
    #: How much of what leads into nodes, weighted by their influence, is explained; NaN without influence.
    completeness_score: float
    #: The largest deviation of a node's edges and constant from its value, relative to the largest of them.
    completeness_error: float
    #: Thresholds and budgets.
    options: Mapping[str, Any]
    nodes: pd.DataFrame = field(repr=False)
    edges: pd.DataFrame = field(repr=False)

    def weights(self) -> npt.NDArray[np.float32]:
        """Weights of the edges, to × from, by ordinal; 0 where there is none."""
        array = np.zeros((len(self.nodes), len(self.nodes)), dtype=np.float32)
        array[self.edges.to_ordinal.to_numpy(), self.edges.from_ordinal.to_numpy()] = self.edges.weight.to_numpy()
        return array

    def _repr_html_(self) -> str:
        """In a notebook: the prompt, and the nodes with the most influence."""
        scores = f"replacement {self.replacement_score:.2f}, completeness {self.completeness_score:.2f}"
        head = f"<div><code>{escape(self.prompt)}</code>: {len(self.nodes)} nodes, {len(self.edges)} edges, {scores}</div>"
        strongest = self.nodes[~self.nodes.kind.isin(["logit"])].nlargest(10, "influence")
        table = strongest[["label", "kind", "influence"]].to_html(index=False, float_format="%.3g")
        return f"<div style='font-family:sans-serif'>{head}{table}</div>"


def graph_of(about: Mapping[str, Any], nodes: pd.DataFrame, edges: pd.DataFrame) -> Graph:
    return Graph(
        key=str(about["graph_key"]),
        model=str(about["model"]),
        prompt=str(about["prompt"]),
        tokens=tuple(about["tokens"]),
        nodes_by=str(about["nodes_by"]),
        edge_kind=str(about["edge_kind"]),
        rule=str(about["rule"]),
        replacement_score=float(about["replacement_score"]),
        completeness_score=float(about["completeness_score"]),
        completeness_error=float(about["completeness_error"]),
        options=about["options"],
        nodes=nodes,
        edges=edges,
    )
