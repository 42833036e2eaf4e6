"""The Python of docs/export.md, on files that an export of the analyst's world has written: pandas, and Polars where it is."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

FILES = os.environ.get("TRIBUTARY_TEST_FILES", "")
pytestmark = pytest.mark.skipif(not FILES, reason="TRIBUTARY_TEST_FILES names no folder with an export of the analyst's world (test/python writes one)")

PAGE = (Path(__file__).parents[2] / "docs" / "export.md").read_text()
BLOCKS = re.findall(r"^```py\n(.*?)^```", PAGE, re.S | re.M)
MEANS = {"L0.H0": 1.5, "L0.H1": -3, "L1.H0": 0.5, "L1.H1": 2}


def run(library: str) -> dict[str, Any]:
    pytest.importorskip(library)
    [block] = [block for block in BLOCKS if f"import {library}" in block]
    space: dict[str, Any] = {}
    exec(block.replace('"heads', f'"{FILES}/heads'), space)
    return space


def test_pandas_reads_model_and_run_from_the_folders() -> None:
    space = run("pandas")
    assert space["answer"].to_dict() == MEANS
    table = space["contributions"]
    assert set(table.run_id.astype(int)) == {3} and set(table.model) == {"tiny"} and str(table.score.dtype) == "float32"


def test_polars_reads_model_and_run_from_the_folders() -> None:
    space = run("polars")
    assert dict(space["answer"].iter_rows()) == MEANS
    table = space["contributions"].collect()
    assert set(table["run_id"]) == {3} and set(table["model"]) == {"tiny"} and str(table["score"].dtype) == "Float32"
