"""The questions of docs/analysis.md in Python, asked of a server whose store is that of test/store/analyst-world.ts."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tributary

URL = os.environ.get("TRIBUTARY_TEST_URL", "")
pytestmark = pytest.mark.skipif(not URL, reason="TRIBUTARY_TEST_URL names no server with the analyst's world (test/python starts one)")

PAGE = (Path(__file__).parents[2] / "docs" / "analysis.md").read_text()
BLOCKS = re.findall(r"^```py\n(.*?)^```", PAGE, re.S | re.M)


@pytest.fixture(scope="module")
def answers() -> list[Any]:
    """What each block leaves as ``answer``; they share one namespace, as the page is read from its head."""
    space: dict[str, Any] = {}
    exec(BLOCKS[0].replace("http://127.0.0.1:4000", URL), space)
    found = []
    for block in BLOCKS[1:]:
        exec(block, space)
        found.append(space.pop("answer"))
    return found


def test_there_are_ten(answers: list[Any]) -> None:
    assert len(answers) == 10


def test_runs_say_what_they_compute() -> None:
    import tributary

    runs = tributary.Client(URL).runs()
    assert set(runs.computes) == {"attributions"} and runs.change.isna().all()


def test_1_mean_by_relative_position(answers: list[Any]) -> None:
    table = answers[0]
    assert list(table.index) == [0, 3, 6, 9] and list(table.tokens) == [3, 3, 3, 3]
    np.testing.assert_allclose(table.mean_score, [5 / 3, 4 / 3, 1 / 3, 2], rtol=1e-6)


def test_2_heads_of_a_task(answers: list[Any]) -> None:
    np.testing.assert_allclose(answers[1], [[1.5, -3], [0.5, 2]])


def test_3_share_of_the_subject(answers: list[Any]) -> None:
    assert answers[2] == pytest.approx((4 / 8 + 2 / 4 + 3 / 4) / 3)


def test_4_words_beside_their_tokens(answers: list[Any]) -> None:
    table = answers[3]
    assert list(table.loc[(0, 0)]) == ["Paris", 4.5, 4.0]
    assert len(table) == 12


def test_5_probability_of_the_answer(answers: list[Any]) -> None:
    assert answers[4].p_right.to_dict() == pytest.approx({"facts": 0.5, "ioi": 0.8})
    assert answers[4].share_right.to_dict() == pytest.approx({"facts": 2 / 3, "ioi": 1})


def test_6_histogram_of_completeness(answers: list[Any]) -> None:
    assert answers[5].to_dict() == {-8: 4, -7: 5, -6: 5}


def test_7_prompts_by_heads(answers: list[Any]) -> None:
    assert list(answers[6].columns) == ["L0.H0", "L0.H1", "L1.H0", "L1.H1"]
    np.testing.assert_allclose(answers[6].to_numpy(), [[1, -2, 0.5, 3], [2, -4, 0.5, 1]])


def test_8_a_run_elsewhere(answers: list[Any]) -> None:
    assert len(answers[7]) == 16 and set(answers[7].model) == {"tiny"} and set(answers[7].run_id) == {3}


def test_9_a_field_of_the_records(answers: list[Any]) -> None:
    assert answers[8].to_dict() == pytest.approx({"P106": 0.75, "P17": 0.375})


def test_10_every_neuron(answers: list[Any]) -> None:
    assert answers[9].shape == (3, 302) and answers[9][0, 8] == -3


def test_several_partitions_are_not_mixed_into_one_table() -> None:
    with pytest.raises(tributary.BadInput, match=r"facts has 4 runs, which are different partitions; name one with run= \(1: by token"):
        tributary.Client(URL).load("facts")
    with pytest.raises(tributary.NotFound, match="dataset nothing"):
        tributary.Client(URL).load("nothing")
    with pytest.raises(tributary.BadInput, match="split by token"):
        tributary.Client(URL).heads(run=1)


def test_a_stored_attribution_comes_by_its_key_with_every_page() -> None:
    with tributary.Client(URL) as client:
        key = client.results(run=5).key[0]
        frame = client.contributions(key)
        assert len(frame) == 258 and frame.score.min() == -3
        with pytest.raises(tributary.NotFound):
            client.stored("0" * 64)


def test_the_same_awaited() -> None:
    async def ask() -> tuple[Any, Any]:
        async with tributary.AsyncClient(URL) as client:
            return await asyncio.gather(client.heads(run=3), client.load("ioi"))

    heads, table = asyncio.run(ask())
    np.testing.assert_allclose(heads, [[1.5, -3], [0.5, 2]])
    assert len(table) == 16
