"""What needs no server: arguments, patience, pictures, exceptions, types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pandas as pd
import pytest

import tributary
from tributary._questions import attribute_input, graph_input, partition_input, target_input
from tributary.attribution import Attribution, head_array

HERE = Path(__file__).parent.parent


def test_arguments_become_the_inputs_of_the_server() -> None:
    assert partition_input("group", groups="words") == {"group": {"by": "WORDS"}}
    assert partition_input("group", groups=[[0], [1, 2]]) == {"group": {"positions": [[0], [1, 2]]}}
    assert partition_input("neuron", "all") == {"neuron": {"everyLayer": True}}
    assert partition_input("head", 3) == {"head": {"layer": 3}}
    assert partition_input("module") == {"module": {"module": "ATTENTION"}}
    assert target_input(" he", " she", None) == {"logitDifference": {"token": {"text": " he"}, "minus": {"text": " she"}}}
    assert target_input(17, None, None) == {"logit": {"id": 17}}
    assert target_input(None, None, None) is None
    assert target_input(None, None, None, "New York") == {"answer": {"text": "New York"}}
    assert target_input(None, None, None, [1, 2]) == {"answer": {"tokenIds": [1, 2]}}
    assert target_input(None, None, None, None, "2-res/17") == {"feature": {"source": "2-res", "index": 17}}
    assert partition_input("feature", source="2-res", budget=8) == {"feature": {"source": "2-res", "budget": 8}}
    assert graph_input("m", "x", ["1-res"], None, {"maxNodes": 3, "targets": None}) == {"model": "m", "text": "x", "by": "FEATURE", "sets": ["1-res"], "maxNodes": 3}
    assert graph_input("m", "x", None, None, {})["by"] == "HEAD"
    assert attribute_input("m", [1, 2], {})["tokenIds"] == [1, 2]
    assert attribute_input("m", [{"role": "user", "content": "x"}], {})["messages"] == [{"role": "user", "content": "x"}]


WRONG = [
    lambda: partition_input("feature"),
    lambda: partition_input("feature", 2, source="2-res"),
    lambda: partition_input("head", source="2-res"),
    lambda: target_input("a", None, None, "b"),
    lambda: target_input(None, None, None, None, "17"),
    lambda: graph_input("m", "x", ["1-res"], "head", {}),
]


@pytest.mark.parametrize("wrong", [lambda: partition_input("word"), lambda: partition_input("token", neurons=[1]), lambda: partition_input("head", "first"), *WRONG])
def test_what_cannot_be_meant_is_refused_before_it_is_sent(wrong: object) -> None:
    with pytest.raises(ValueError):
        wrong()  # type: ignore[operator]


def answering(*responses: httpx.Response) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    asked: list[httpx.Request] = []
    left = list(responses)

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return left.pop(0)

    return httpx.MockTransport(handle), asked


RUNS = {"data": {"runs": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}}}


def refusal(status: int, code: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"errors": [{"message": "A sentence.", "extensions": {"code": code, "limit": 3}}]}, headers=headers)


def test_a_busy_server_is_asked_again_and_the_key_goes_along() -> None:
    transport, asked = answering(refusal(429, "RATE_LIMITED", **{"retry-after": "0"}), refusal(503, "DATABASE_UNAVAILABLE"), httpx.Response(200, json=RUNS))
    assert tributary.Client("http://there", "secret", transport=transport).runs().empty
    assert [request.headers["x-api-key"] for request in asked] == ["secret"] * 3


def test_patience_ends() -> None:
    transport, asked = answering(*[refusal(429, "RATE_LIMITED", **{"retry-after": "0"}) for _ in range(3)])
    with pytest.raises(tributary.RateLimited, match="A sentence."):
        tributary.Client("http://there", transport=transport, retries=2).runs()
    assert len(asked) == 3
    transport, asked = answering(refusal(429, "RATE_LIMITED", **{"retry-after": "3600"}))
    with pytest.raises(tributary.RateLimited):
        tributary.Client("http://there", transport=transport).runs()


@pytest.mark.parametrize(
    ("code", "kind"),
    [("BAD_INPUT", tributary.BadInput), ("NOT_FOUND", tributary.NotFound), ("UNAUTHENTICATED", tributary.Unauthenticated), ("SOMETHING_NEW", tributary.TributaryError)],
)
def test_refusals_are_exceptions_with_the_sentence_of_the_server(code: str, kind: type[tributary.TributaryError]) -> None:
    transport, _ = answering(httpx.Response(200, json={"data": None, "errors": [{"message": "A sentence.", "extensions": {"code": code, "limit": 3}}]}))
    with pytest.raises(kind, match="A sentence.") as caught:
        tributary.Client("http://there", transport=transport).runs()
    assert (caught.value.code, caught.value.details) == (code, {"limit": 3})


def test_no_server_and_no_tributary_are_told() -> None:
    with pytest.raises(tributary.Unavailable, match="is the server running"):
        tributary.Client("http://127.0.0.1:1", retries=0).runs()
    transport, _ = answering(httpx.Response(404, text="<html>"))
    with pytest.raises(tributary.TributaryError, match="is this its address"):
        tributary.Client("http://there", transport=transport).runs()


def attribution(frame: pd.DataFrame) -> Attribution:
    return Attribution("k", "demo", 2, 2, ("a",), " <Paris>", None, 4.0, 0.5, "token", "corrected", "softmax", 0.1, 1e-7, 0.0, (), frame)


def frame_of(*rows: tuple[str, int, int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["component_kind", "layer", "component_index", "component", "score"])


def test_a_notebook_shows_the_prompt_as_a_heat_map_and_nothing_of_it_is_markup() -> None:
    html = attribution(frame_of(("token", 0, 0, "<b>", 4.0), ("token", 0, 1, " b", -2.0), ("bias", 0, 0, "BIAS", 1.0)))._repr_html_()
    assert "&lt;b&gt;</span>" in html and "<b></span>" not in html and "&lt;Paris&gt;" in html
    assert "rgb(255,140,30)" in html and "rgb(158,198,255)" in html
    assert "BIAS" not in html


def test_heads_are_an_array_by_layer_and_head() -> None:
    array = head_array(frame_of(("head", 1, 0, "L1.H0", 3.0), ("residual", 1, 0, "L1.RESIDUAL", 9.0)), 2, 2)
    assert array[1, 0] == 3.0 and pd.isna(array[0]).all()


def test_the_generated_clients_are_those_of_the_schema() -> None:
    done = subprocess.run([sys.executable, "generate.py", "--check"], cwd=HERE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
