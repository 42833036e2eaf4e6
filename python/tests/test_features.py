"""Features and graphs in Python, asked of a server whose store is that of test/export/seed.ts."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tributary

URL = os.environ.get("TRIBUTARY_FEATURES_URL", "")
pytestmark = pytest.mark.skipif(not URL, reason="TRIBUTARY_FEATURES_URL names no server with features and graphs (test/python starts one)")

PAGE = (Path(__file__).parents[2] / "docs" / "features.md").read_text()
BLOCKS = re.findall(r"^```py\n(.*?)^```", PAGE, re.S | re.M)
GRAPH = "1" * 64


def test_a_feature_is_tables() -> None:
    with tributary.Client(URL) as client:
        feature = client.feature("tiny/1-res/2")
        assert (feature.label, feature.dataset, feature.tokens, feature.fired, feature.max) == ("countries in Europe", "capitals", 15, 3, 6)
        assert list(feature.logits.token) == [" word2", " the", " not"] and list(feature.logits.logit) == [2.5, 1, -1.5]
        strongest = feature.examples[feature.examples.kind == "strongest"]
        assert list(strongest.value) == [4, 3, 2] and strongest.tokens[0] == [" capital", " of", " France", " is"] and strongest["values"][0] == [0, 0.5, 4, 0]
        assert feature.histogram["count"].sum() == 3
        assert list(feature.neighbours.feature) == ["tiny/1-res/3", "tiny/1-res/4"] and list(feature.co_firing.share) == [0.5]
        assert list(feature.explanations.author) == ["file"]
        html = feature._repr_html_()
        assert "countries in Europe" in html and "title='4'" in html and " word2" in html
        silent = client.feature("tiny/1-res/11")
        assert silent.fired == 0 and silent.max is None and silent.examples.empty
        assert client.feature("tiny/1-res/2", dataset="capitals").density == feature.density


def test_what_is_no_feature_is_told() -> None:
    with tributary.Client(URL) as client:
        with pytest.raises(ValueError, match="expected model/source/index"):
            client.feature("1-res/2")
        with pytest.raises(tributary.NotFound, match="no feature tiny/1-res/99"):
            client.feature("tiny/1-res/99")
        with pytest.raises(tributary.NotFound, match="no feature set tiny/9-none"):
            client.features("9-none", model="tiny")


def test_sets_and_tables_of_features_and_examples() -> None:
    with tributary.Client(URL) as client:
        [known] = client.feature_sets().to_dict("records")
        assert known["source"] == "1-res" and known["features"] == 12 and known["datasets"] == ["capitals"]
        table = client.features("1-res", model="tiny", dataset="capitals")
        assert list(table["index"]) == list(range(12)) and set(table.model) == {"tiny"} and str(table["max"].dtype) == "float32"
        examples = client.examples("1-res")
        assert len(examples) == 55
        np.testing.assert_array_equal(examples[(examples["index"] == 2) & (examples.kind == "strongest")].value, [4, 3, 2])


def test_a_stored_graph_is_tables_of_nodes_and_edges() -> None:
    with tributary.Client(URL) as client:
        graph = client.stored_graph(GRAPH)
        assert graph.prompt == "The capital of France is" and len(graph.tokens) == 5 and graph.options["nodeThreshold"] == 0.8
        assert list(graph.nodes.node) == ["E_7_3", "0_h1_4", "3_300_4"] and list(graph.nodes.ordinal) == [0, 1, 2]
        np.testing.assert_allclose(graph.weights(), [[0, 0, 0], [1.5, 0, 0], [0.75, -2.25, 0]])
        assert "L0.H1@4" in graph._repr_html_()
        with pytest.raises(tributary.NotFound, match="no graph 3333"):
            client.stored_graph("3" * 64)


def test_the_same_awaited() -> None:
    async def ask() -> tuple[Any, ...]:
        async with tributary.AsyncClient(URL) as client:
            return await asyncio.gather(client.feature("tiny/1-res/2"), client.features("1-res"), client.examples("1-res"), client.feature_sets(), client.stored_graph(GRAPH))

    feature, features, examples, sets, graph = asyncio.run(ask())
    assert (feature.index, len(features), len(examples), len(sets), len(graph.edges)) == (2, 12, 55, 1, 3)


def test_what_the_page_says() -> None:
    space: dict[str, Any] = {}
    answers = []
    for block in BLOCKS:
        exec(block.replace("http://127.0.0.1:4000", URL).replace("demo/2-res/17", "tiny/1-res/2").replace("2-res", "1-res"), space)
        answers.append(space.pop("answer", None))
    assert list(answers[0].value) == [4, 3, 2]
    assert isinstance(answers[1], pd.DataFrame) and list(answers[1]["index"]) == [10, 8, 9]
