"""Questions that are computed: the bundled model behind a server with a worker, and the notebook from its first cell to its last."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

import tributary

URL = os.environ.get("TRIBUTARY_DEMO_URL", "")
pytestmark = pytest.mark.skipif(not URL, reason="TRIBUTARY_DEMO_URL names no server with the demo model (test/python starts one)")

NOTEBOOK = Path(__file__).parents[1] / "findings.ipynb"


def test_a_prompt_is_attributed() -> None:
    with tributary.Client(URL) as client:
        answer = client.attribute("The capital of France is", "demo", target="Paris")
        assert answer.target == " Paris" and answer.tokens[-1] == " is"
        assert answer.frame.score.sum() == pytest.approx(answer.value, rel=1e-5)
        assert answer.frame.nlargest(1, "score").component.item() == " France"
        assert "France" in answer._repr_html_()
        assert client.heads("The capital of France is", "demo").shape == (4, 8)
        words = client.attribute("The capital of France is", "demo", by="group", groups="words", layer=1)
        assert set(words.frame.component_kind) == {"group"}
        with pytest.raises(tributary.TributaryError, match="token"):
            client.attribute("The capital of France is", "demo", target="Paris and Rome")
        with pytest.raises(tributary.NotFound):
            client.attribute("x", "no-such-model")


def test_a_graph_is_computed_and_its_edges_sum_to_the_values() -> None:
    with tributary.Client(URL) as client:
        graph = client.graph("The capital of France is", "demo", ["1-res", "2-res"], node_threshold=1, edge_threshold=1, max_nodes=20_000)
        [logit] = graph.nodes[graph.nodes.kind == "logit"].nlargest(1, "probability").itertuples()
        into = graph.edges[graph.edges.to_ordinal == logit.ordinal]
        assert logit.label == " Paris" and into.weight.sum() + logit.constant == pytest.approx(logit.value, rel=1e-4)
        assert graph.weights()[logit.ordinal].sum() == pytest.approx(into.weight.sum(), rel=1e-5)
        assert client.stored_graph(graph.key).nodes.equals(graph.nodes)
        heads = client.graph("The capital of France is", "demo", targets=["Paris"])
        assert heads.nodes_by == "head" and "head" in set(heads.nodes.kind)


def test_features_are_components_and_targets_and_answers_have_several_tokens() -> None:
    with tributary.Client(URL) as client:
        split = client.attribute("The capital of France is", "demo", by="feature", source="2-res", budget=8)
        assert (split.frame.component_kind == "feature").sum() == 8 and split.frame.score.sum() == pytest.approx(split.value, rel=1e-5)
        number = int(split.frame[split.frame.component_kind == "feature"].component_index.iloc[0])
        why = client.attribute("The capital of France is", "demo", feature=f"2-res/{number}")
        assert why.frame.score.sum() == pytest.approx(why.value, rel=1e-4)
        answer = client.attribute("The capital of France is", "demo", answer=" Paris.")
        assert answer.frame.score.sum() == pytest.approx(answer.value, rel=1e-4)


def test_many_are_asked_at_once() -> None:
    async def ask() -> list[tributary.Attribution]:
        async with tributary.AsyncClient(URL) as client:
            countries = ("France", "Italy", "Spain")
            return await asyncio.gather(*(client.attribute(f"The capital of {country} is", "demo") for country in countries))

    assert [answer.target for answer in asyncio.run(ask())] == [" Paris", " Rome", " Madrid"]


def test_the_notebook_runs_and_its_findings_hold() -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    os.environ["TRIBUTARY_URL"] = URL
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    pictures = [output for cell in notebook.cells for output in cell.get("outputs", []) if "text/html" in output.get("data", {})]
    assert len(pictures) >= 2
