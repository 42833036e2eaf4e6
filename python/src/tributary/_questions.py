"""Arguments in Python's words as the server's inputs."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence, Union

Layer = Union[int, str, None]
Token = Union[str, int]


def partition_input(
    by: str,
    layer: Layer = None,
    groups: Union[str, Sequence[Sequence[int]], None] = None,
    neurons: Optional[Sequence[int]] = None,
    module: Optional[str] = None,
    basis: Optional[Sequence[Sequence[float]]] = None,
    source: Optional[str] = None,
    features: Optional[Sequence[int]] = None,
    budget: Optional[int] = None,
) -> dict[str, Any]:
    """``by`` and what belongs to it. What belongs to another kind is refused, as it would have no effect."""
    given = {"groups": groups, "neurons": neurons, "module": module, "basis": basis, "source": source, "features": features, "budget": budget}
    allowed: dict[str, tuple[str, ...]] = {
        "token": (),
        "group": ("groups",),
        "head": (),
        "neuron": ("neurons",),
        "module": ("module",),
        "subspace": ("basis",),
        "feature": ("source", "features", "budget"),
    }
    if by not in allowed:
        raise ValueError(f"by is {by!r}; expected one of {', '.join(allowed)}")
    stray = [name for name, value in given.items() if value is not None and name not in allowed[by]]
    if stray:
        raise ValueError(f"{stray[0]} does not belong to a split by {by}")
    if by == "feature":
        if source is None:
            raise ValueError("a split by feature needs its source, such as 2-res")
        if layer is not None:
            raise ValueError("the feature set says at which layer it splits; leave layer out")
        chosen = {"features": None if features is None else list(features), "budget": budget}
        return {"feature": {"source": source, **{name: value for name, value in chosen.items() if value is not None}}}
    split: dict[str, Any] = {}
    if isinstance(layer, int):
        split["layer"] = layer
    elif layer == "all" and by == "neuron":
        split["everyLayer"] = True
    elif layer not in (None, "all"):
        raise ValueError(f'layer is {layer!r}; expected a number or "all"')
    if isinstance(groups, str):
        split["by"] = groups.upper()
    elif groups is not None:
        split["positions"] = [list(group) for group in groups]
    if neurons is not None:
        split["neurons"] = list(neurons)
    if by == "module":
        split["module"] = (module or "attention").upper()
    if basis is not None:
        split["basis"] = [[float(value) for value in row] for row in basis]
    return {by: split}


def token_input(token: Token) -> dict[str, Any]:
    return {"id": token} if isinstance(token, int) else {"text": token}


def target_input(
    target: Optional[Token],
    minus: Optional[Token],
    direction: Optional[tuple[int, Sequence[float]]],
    answer: Union[str, Sequence[int], None] = None,
    feature: Optional[str] = None,
) -> Optional[dict[str, Any]]:
    """None asks for whatever token the model ranks first."""
    others = [name for name, value in (("direction", direction), ("answer", answer), ("feature", feature)) if value is not None]
    if len(others) > 1 or (others and (target is not None or minus is not None)):
        raise ValueError(f"{others[0]} says what is attributed; leave target, minus and the others out")
    if answer is not None:
        return {"answer": {"text": answer} if isinstance(answer, str) else {"tokenIds": list(answer)}}
    if feature is not None:
        source, slash, index = feature.rpartition("/")
        if not slash or not index.isdecimal():
            raise ValueError(f"{feature!r} is no feature of a model; expected source/index, such as 2-res/17")
        return {"feature": {"source": source, "index": int(index)}}
    if direction is not None:
        return {"direction": {"layer": direction[0], "vector": [float(value) for value in direction[1]]}}
    if minus is not None:
        difference: dict[str, Any] = {"minus": token_input(minus)}
        if target is not None:
            difference["token"] = token_input(target)
        return {"logitDifference": difference}
    return None if target is None else {"logit": token_input(target)}


def attribute_input(model: str, text: Union[str, Sequence[int], Sequence[Mapping[str, str]]], said: Mapping[str, Any]) -> dict[str, Any]:
    """Text, token ids, or a chat as messages with ``role`` and ``content``."""
    asked: dict[str, Any] = {"model": model, **{name: value for name, value in said.items() if value is not None}}
    if isinstance(text, str):
        asked["text"] = text
    elif len(text) > 0 and isinstance(text[0], Mapping):
        asked["messages"] = [dict(message) for message in text]  # type: ignore[arg-type]
    else:
        asked["tokenIds"] = list(text)
    return asked


def graph_input(model: str, text: Union[str, Sequence[int], Sequence[Mapping[str, str]]], sets: Optional[Sequence[str]], by: Optional[str], said: Mapping[str, Any]) -> dict[str, Any]:
    """Features of sets are nodes, or heads, or modules."""
    if sets is not None and by not in (None, "feature"):
        raise ValueError(f"nodes are features of sets, or by {by}; leave one out")
    nodes: dict[str, Any] = {"by": "FEATURE", "sets": list(sets)} if sets is not None else {"by": (by or "head").upper()}
    return attribute_input(model, text, {**nodes, **said})
