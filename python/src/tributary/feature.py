"""One feature as people work with it: tables of what it says, where it fires, and what is like it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, Optional

import pandas as pd

from .attribution import _colour

EXAMPLE_COLUMNS = ("kind", "at_least", "rank", "value", "token", "position", "first", "tokens", "values")


@dataclass(frozen=True)
class Feature:
    """A feature of a set, with the statistics of one dataset; those are None where its set was not swept over it."""

    #: model/source/index
    name: str
    model: str
    source: str
    index: int
    #: Where the set reads: 2.resid_post.
    site: str
    #: Its best explanation.
    label: Optional[str]
    #: Length of its decoder row.
    decoder_norm: Optional[float]
    #: The dataset of the statistics.
    dataset: Optional[str]
    #: Tokens of the dataset that were seen, and those among them that it fires at.
    tokens: Optional[int]
    fired: Optional[int]
    #: fired ÷ tokens
    density: Optional[float]
    #: Of the activations that are not 0.
    mean: Optional[float]
    max: Optional[float]
    #: One row per token whose logit it raises or lowers most: token_id, token, logit.
    logits: pd.DataFrame = field(repr=False)
    #: One row per example: the columns of docs/export.md, ``tokens`` and ``values`` as lists.
    examples: pd.DataFrame = field(repr=False)
    #: How often each strength occurs: at_least, below, count.
    histogram: pd.DataFrame = field(repr=False)
    #: Features whose decoder rows are most like its own: feature, label, cosine.
    neighbours: pd.DataFrame = field(repr=False)
    #: Features that fire where it fires: feature, label, share of its firings.
    co_firing: pd.DataFrame = field(repr=False)
    #: What people say it is about: description, author, method, score, votes.
    explanations: pd.DataFrame = field(repr=False)

    def _repr_html_(self) -> str:
        """In a notebook: what it is about, what it raises, and its strongest examples as heat maps."""
        about = "" if self.label is None else f": {escape(self.label)}"
        fires = "" if self.density is None else f", fires at {self.density:.2%} of the tokens of {escape(self.dataset or '')}"
        raised = self.logits[self.logits.logit > 0].nlargest(5, "logit").token
        says = "" if raised.empty else f"<div>raises {', '.join(f'<code>{escape(token)}</code>' for token in raised)}</div>"
        strongest = self.examples[self.examples.kind == "strongest"].head(5)
        lines = "".join(_example(row.tokens, row.values_) for row in strongest.rename(columns={"values": "values_"}).itertuples())
        return f"<div style='font-family:sans-serif'><div><b>{escape(self.name)}</b>{about}{fires}</div>{says}{lines}</div>"


def _example(tokens: list[str], values: list[float]) -> str:
    largest = max((abs(value) for value in values), default=0.0) or 1.0
    cells = "".join(
        f"<span title='{value:.4g}' style='background:{_colour(value / largest)};color:#111;white-space:pre'>{escape(token)}</span>"
        for token, value in zip(tokens, values)
    )
    return f"<div style='font-family:monospace'>{cells}</div>"


def feature_of(parts: Any) -> Feature:
    about = parts.statistics
    return Feature(
        name=parts.name,
        model=parts.set_.model.slug,
        source=parts.set_.source,
        index=parts.index,
        site=parts.set_.site,
        label=parts.label,
        decoder_norm=parts.decoder_norm,
        dataset=None if about is None else about.dataset,
        tokens=None if about is None else int(about.tokens),
        fired=None if about is None else int(about.fired),
        density=None if about is None else about.density,
        mean=None if about is None else about.mean,
        max=None if about is None else about.max,
        logits=_frame(("token_id", "token", "logit"), ((each.token_id, each.text, each.logit) for each in [*parts.top_logits, *parts.bottom_logits])),
        examples=_examples(about),
        histogram=_frame(("at_least", "below", "count"), ((each.from_, each.to, each.count) for each in ([] if about is None else about.histogram))),
        neighbours=_frame(("feature", "label", "cosine"), ((each.feature.name, each.feature.label, each.cosine) for each in parts.neighbours)),
        co_firing=_frame(("feature", "label", "share"), ((each.feature.name, each.feature.label, each.share) for each in ([] if about is None else about.co_firing))),
        explanations=_frame(
            ("description", "author", "method", "score", "votes"),
            ((each.description, each.author, each.method, each.score, each.votes) for each in parts.explanations),
        ),
    )


def _frame(columns: tuple[str, ...], rows: Any) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _examples(about: Any) -> pd.DataFrame:
    if about is None:
        return _frame(EXAMPLE_COLUMNS, [])
    rows = [("strongest", None, example) for example in about.strongest]
    rows += [("interval", interval.from_, example) for interval in about.intervals for example in interval.examples]
    frame = _frame(
        EXAMPLE_COLUMNS,
        ((kind, at_least, each.rank, each.value, each.token, each.position, each.first, each.tokens, each.values) for kind, at_least, each in rows),
    )
    return frame.astype({"at_least": "float64"})
