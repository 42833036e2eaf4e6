"""One attribution as people work with it: a table, an array, a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, Optional

import numpy as np
import numpy.typing as npt
import pandas as pd

COLUMNS = ("ordinal", "component_kind", "layer", "component_index", "component", "score")


@dataclass(frozen=True)
class Attribution:
    """A target's value split among components. ``frame`` has one row per component, in component order."""

    key: str
    model: str
    layers: int
    heads_per_layer: int
    tokens: tuple[str, ...]
    target: Optional[str]
    minus: Optional[str]
    #: What the scores sum to (once per layer where every layer is split).
    value: float
    probability: Optional[float]
    partition: str
    mode: str
    rule: str
    temperature: float
    completeness_error: float
    #: Sum of the scores of components without a row.
    tail_mass: float
    warnings: tuple[str, ...]
    frame: pd.DataFrame = field(repr=False)

    def heads(self) -> npt.NDArray[np.float64]:
        """Scores of the attention heads, layer × head; NaN for layers that were not split."""
        return head_array(self.frame, self.layers, self.heads_per_layer)

    def _repr_html_(self) -> str:
        """In a notebook: the prompt as a heat map, or the components with the largest scores."""
        title = f"{escape(self.model)} → <b>{escape(self.target or self.partition)}</b>"
        if self.minus:
            title += f" − <b>{escape(self.minus)}</b>"
        known = "" if self.probability is None else f", probability {self.probability:.1%}"
        head = f"<div>{title}: {self.value:.3f}{known} (error {self.completeness_error:.1e})</div>"
        is_text = self.frame.component_kind.isin(["token", "group"]).any()
        return f"<div style='font-family:sans-serif'>{head}{self._heat_map() if is_text else self._largest()}</div>"

    def _heat_map(self) -> str:
        parts = self.frame[self.frame.component_kind.isin(["token", "group"])]
        largest = float(parts.score.abs().max()) or 1.0
        cells = "".join(
            f"<span title='{row.score:.4g}' style='background:{_colour(row.score / largest)};color:#111;padding:2px 0;white-space:pre'>"
            f"{escape(row.component)}</span>"
            for row in parts.itertuples()
        )
        return f"<div style='font-family:monospace;line-height:2'>{cells}</div>"

    def _largest(self, count: int = 10) -> str:
        order = self.frame.score.abs().sort_values(ascending=False).index[:count]
        return str(self.frame.loc[order, ["component", "score"]].to_html(index=False, float_format="%.4g"))


def _colour(share: float) -> str:
    """Orange speaks for the target, blue against; on white, so that black text is read on all of them."""
    strength = min(1.0, abs(share))
    red, green, blue = (255, 140, 30) if share >= 0 else (60, 140, 255)
    mixed = (round(255 + (part - 255) * strength) for part in (red, green, blue))
    return "rgb({},{},{})".format(*mixed)


def head_array(frame: pd.DataFrame, layers: int, heads: int) -> npt.NDArray[np.float64]:
    """Rows of heads as an array layer × head."""
    array = np.full((layers, heads), np.nan)
    rows = frame[frame.component_kind == "head"]
    array[rows.layer.to_numpy(dtype=int), rows.component_index.to_numpy(dtype=int)] = rows.score.to_numpy()
    return array


def contribution_frame(contributions: list[Any]) -> pd.DataFrame:
    """One row per component."""
    rows = [
        (each.ordinal, each.component.kind.value.lower(), each.component.layer, each.component.index, each.component.label, each.score)
        for each in contributions
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"ordinal": "int64", "layer": "Int64", "component_index": "int64", "score": "float64"})


def attribution_of(parts: Any, contributions: list[Any]) -> Attribution:
    target = parts.target
    return Attribution(
        key=parts.key,
        model=parts.model.slug,
        layers=parts.model.layers,
        heads_per_layer=parts.model.heads,
        tokens=tuple(token.text for token in parts.sequence.tokens),
        target=target.text,
        minus=target.minus_text,
        value=target.value,
        probability=target.probability,
        partition=parts.partition_kind.value.lower(),
        mode=parts.mode.value.lower(),
        rule=parts.rule.value.lower().replace("_", "-"),
        temperature=parts.temperature,
        completeness_error=parts.completeness_error,
        tail_mass=parts.tail_mass,
        warnings=tuple(parts.warnings),
        frame=contribution_frame(contributions),
    )
