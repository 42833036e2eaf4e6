"""What can be asked, written once for both clients.

An operation is a generator: it yields calls and is sent their answers. ``Client`` makes each call and waits for it,
``AsyncClient`` awaits it.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from typing import Any, Callable, Generator, Optional, TypeVar

import pandas as pd
import pyarrow.parquet as pq

from .attribution import Attribution, attribution_of
from .errors import BadInput, NotFound, TooLarge
from .feature import Feature, feature_of
from .graph import Graph, graph_of

#: Largest page that the server gives.
PAGE = 100


@dataclass(frozen=True)
class Ask:
    """An operation of GraphQL: a method of the generated clients, called on either."""

    call: Callable[[Any], Any]


@dataclass(frozen=True)
class Download:
    """A file from ``/export``."""

    what: str
    params: dict[str, str]


T = TypeVar("T")
Operation = Generator[Any, Any, T]
Table = Generator[Any, Any, pd.DataFrame]


def _at(page: Callable[[Any, Optional[str]], Any], after: Optional[str]) -> Callable[[Any], Any]:
    """The call of one page, which stays that page's."""
    return lambda client: page(client, after)


def all_pages(page: Callable[[Any, Optional[str]], Any], name: str) -> Operation[list[Any]]:
    """The nodes of every page of a connection at the root."""
    after: Optional[str] = None
    nodes: list[Any] = []
    while True:
        answer = yield Ask(_at(page, after))
        connection = getattr(answer, name)
        nodes.extend(connection.nodes)
        if not connection.page_info.has_next_page:
            return nodes
        after = connection.page_info.end_cursor


def attribute(asked: dict[str, Any]) -> Operation[Attribution]:
    answer = yield Ask(lambda client: client.attribute(input=asked, first=PAGE))
    return (yield from _with_all_contributions(answer.attribute))


def stored(key: str) -> Operation[Attribution]:
    """A stored attribution, by its key."""
    node_id = base64.b64encode(f"Attribution:{key}".encode()).decode()
    answer = yield Ask(lambda client: client.attribution(id=node_id, first=PAGE, after=None))
    if answer.node is None:
        raise NotFound(f"There is no attribution with the key {key}.", "NOT_FOUND")
    return (yield from _with_all_contributions(answer.node))


def _with_all_contributions(parts: Any) -> Generator[Any, Any, Attribution]:
    page = parts.contributions
    contributions = list(page.nodes)
    while page.page_info.has_next_page:
        answer = yield Ask(_at(lambda client, after: client.attribution(id=parts.id, first=PAGE, after=after), page.page_info.end_cursor))
        page = answer.node.later
        contributions.extend(page.nodes)
    return attribution_of(parts, contributions)


def runs() -> Table:
    nodes = yield from all_pages(lambda client, after: client.runs(first=PAGE, after=after), "runs")
    rows = [
        {
            "run": run.number,
            "model": run.model.slug,
            "dataset": run.dataset.slug,
            "computes": run.computes.value.lower(),
            "change": run.change,
            "partition": run.partition_kind.value.lower(),
            "layer": run.options.get("layer"),
            "target": run.options.get("target"),
            "mode": run.mode.value.lower(),
            "rule": run.rule.value.lower().replace("_", "-"),
            "temperature": run.options.get("temperature"),
            "status": run.status.value.lower(),
            "total": run.total,
            "done": run.progress.done,
            "failed": run.progress.failed,
            "layers": run.model.layers,
            "heads": run.model.heads,
        }
        for run in nodes
    ]
    return pd.DataFrame(rows).sort_values("run", ignore_index=True) if rows else pd.DataFrame(columns=["run", "model", "dataset"])


def models() -> Table:
    nodes = yield from all_pages(lambda client, after: client.models(first=PAGE, after=after), "models")
    return pd.DataFrame([node.model_dump() for node in nodes])


def datasets() -> Table:
    nodes = yield from all_pages(lambda client, after: client.datasets(first=PAGE, after=after), "datasets")
    return pd.DataFrame([node.model_dump() for node in nodes])


def feature_sets(model: Optional[str]) -> Table:
    nodes = yield from all_pages(lambda client, after: client.feature_sets(model=model, first=PAGE, after=after), "feature_sets")
    rows = [
        {
            "model": each.model.slug,
            "source": each.source,
            "source_set": each.source_set,
            "layer": each.layer,
            "site": each.site,
            "features": each.feature_count,
            "activation": each.activation,
            "verdict": each.verdict.value.lower(),
            "datasets": [sweep.dataset.slug for sweep in each.sweeps if sweep.status.value == "DONE"],
        }
        for each in nodes
    ]
    return pd.DataFrame(rows, columns=["model", "source", "source_set", "layer", "site", "features", "activation", "verdict", "datasets"])


def feature(name: str, dataset: Optional[str], examples: int) -> Operation[Feature]:
    parts = name.split("/")
    if len(parts) != 3 or not parts[2].isdecimal():
        raise ValueError(f"{name!r} is no feature; expected model/source/index, such as demo/2-res/17")
    model, source, index = parts
    answer = yield Ask(lambda client: client.feature(model=model, source=source, index=int(index), dataset=dataset, examples=examples))
    if answer.feature is None:
        raise NotFound(f"There is no feature {name}.", "NOT_FOUND")
    return feature_of(answer.feature)


def features(what: str, model: Optional[str], source: Optional[str], dataset: Optional[str]) -> Table:
    """Tables of features or of their examples, set after set."""
    known = yield from feature_sets(model)
    fitting = known if source is None else known[known.source == source]
    if fitting.empty:
        wanted = "/".join(part for part in (model, source) if part is not None)
        raise NotFound(f"There is no feature set{f' {wanted}' if wanted else ''}; client.feature_sets() lists what there is.", "NOT_FOUND")
    frames: list[pd.DataFrame] = []
    for about in fitting.itertuples():
        said = {"model": about.model, "source": about.source, **({} if dataset is None else {"dataset": dataset})}
        frames.extend((yield from _frames(what, said, 0, max(0, int(about.features) - 1))))
    return pd.concat(frames, ignore_index=True)


def graph(asked: dict[str, Any]) -> Operation[Graph]:
    answer = yield Ask(lambda client: client.attribution_graph(input=asked))
    return (yield from stored_graph(answer.attribution_graph.key))


def stored_graph(key: str) -> Operation[Graph]:
    tables = []
    for table in ("graphs", "nodes", "edges"):
        tables.append(_read((yield Download("graph", {"table": table, "graph": key, "format": "parquet"}))))
    [about] = tables[0].to_dict("records")
    return graph_of(about, tables[1], tables[2])


def load(dataset: str, model: Optional[str], run: Optional[int]) -> Table:
    """Contributions of one run: several would be several partitions in one table."""
    chosen = yield from _the_run(dataset, model, run)
    return (yield from _table("contributions", chosen))


def results(dataset: Optional[str], model: Optional[str], run: Optional[int]) -> Table:
    known = yield from runs()
    fitting = _fitting(known, dataset, model, run)
    return (yield from _table("attributions", fitting[fitting.done > 0]))


def head_means(run: int) -> Operation[tuple[pd.DataFrame, int, int]]:
    known = yield from runs()
    fitting = _fitting(known, None, None, run)
    [about] = fitting.to_dict("records")
    if about["partition"] != "head":
        raise BadInput(f"Run {run} is split by {about['partition']}, not by head.", "BAD_INPUT")
    frame = yield from _table("contributions", fitting)
    means = frame[frame.component_kind == "head"].groupby(["component_kind", "layer", "component_index"], as_index=False).score.mean()
    return means, int(about["layers"]), int(about["heads"])


def _the_run(dataset: str, model: Optional[str], run: Optional[int]) -> Generator[Any, Any, pd.DataFrame]:
    known = yield from runs()
    fitting = _fitting(known, dataset, model, run)
    if len(fitting) == 1:
        return fitting
    described = "; ".join(f"{row.run}: by {row.partition}, layer {row.layer}, {row.rule}, {row.model}" for row in fitting.itertuples())
    raise BadInput(f"{dataset} has {len(fitting)} runs, which are different partitions; name one with run= ({described}).", "BAD_INPUT")


def _fitting(known: pd.DataFrame, dataset: Optional[str], model: Optional[str], run: Optional[int]) -> pd.DataFrame:
    # Runs of interventions have no contributions; whoever names one is told so by the export.
    fitting = known if run is not None or known.empty else known[known.computes == "attributions"]
    for column, value in (("dataset", dataset), ("model", model), ("run", run)):
        if value is not None:
            fitting = fitting[fitting[column] == value]
    if fitting.empty:
        said = ", ".join(f"{name} {value}" for name, value in (("dataset", dataset), ("model", model), ("run", run)) if value is not None)
        raise NotFound(f"There is no run with {said or 'any result'}; client.runs() lists what there is.", "NOT_FOUND")
    return fitting


def _table(what: str, runs: pd.DataFrame) -> Generator[Any, Any, pd.DataFrame]:
    """Files of these runs as one table, run after run."""
    frames: list[pd.DataFrame] = []
    for about in runs.itertuples():
        frames.extend((yield from _frames(what, {"run": str(about.run)}, 0, max(0, int(about.total) - 1))))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _frames(what: str, said: dict[str, str], first: int, last: int) -> Generator[Any, Any, list[pd.DataFrame]]:
    """The prompts or features from ``first`` to ``last``; where they are too many for one file, each half for itself."""
    try:
        content = yield Download(what, {**said, "format": "parquet", "from": str(first), "to": str(last)})
        return [_read(content)]
    except TooLarge:
        if first == last:
            raise
    middle = (first + last) // 2
    return (yield from _frames(what, said, first, middle)) + (yield from _frames(what, said, middle + 1, last))


def _read(content: bytes) -> pd.DataFrame:
    frame = pq.read_table(io.BytesIO(content)).to_pandas()
    for column in ("extra", "partition_detail", "options", "sets"):
        if column in frame:
            frame[column] = frame[column].map(json.loads)
    for column in ("layer", "start_layer", "component_position", "token_start", "token_end", "rank", "expected_rank", "sweep_id"):
        if column in frame:
            frame[column] = frame[column].astype("Int64")
    return frame
