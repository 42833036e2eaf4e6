from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import FeatureUnit, GraphEdges, GraphNodesBy, GroupBy, Mode, Module, Rule


class AnswerInput(BaseModel):
    """An answer of any number of tokens that follows the prompt, by exactly one of these."""

    text: Optional[str] = None
    "Its text; the leading space may be left out."
    token_ids: Optional[list[int]] = Field(alias="tokenIds", default=None)
    "Its tokens, by their numbers in the vocabulary."


class AttributeInput(BaseModel):
    """One attribution to be computed, or to be found if it was computed before."""

    decode: Optional[int] = None
    "Also decode each component with the whole vocabulary: its k tokens with the largest logits, 1 to 100. Only where a logit is read."
    exclude_first: Optional[bool] = Field(alias="excludeFirst", default=None)
    "Whether the first position takes no MLP share except at itself (token partition only); when absent, as the tokenizer has it: yes where it adds a token at the beginning."
    messages: Optional[list["MessageInput"]] = None
    "The prompt as a chat, written by the model's own chat template; instead of `text`."
    mode: Optional[Mode] = None
    "Which reading of the method; CORRECTED when absent."
    model: str
    "The model's slug or hash."
    partition: "PartitionInput"
    "How to split the residual stream."
    position: Optional[int] = None
    "Where the target is read: from 0, or negative from the end; the last position when absent."
    rule: Optional[Rule] = None
    "How neurons' outputs are shared; SOFTMAX when absent."
    target: Optional["TargetInput"] = None
    "What to attribute; the logit of the model's own next token when absent."
    temperature: Optional[float] = None
    "τ of the softmax rule; 0.1 when absent."
    text: Optional[str] = None
    "The prompt as text; instead of `tokenIds`."
    timeout_ms: Optional[int] = Field(alias="timeoutMs", default=60000)
    "How long to wait for a computation. When it ends, the error has the id of the job, which goes on."
    token_ids: Optional[list[int]] = Field(alias="tokenIds", default=None)
    "The prompt as token ids, used as they are; instead of `text`."


class AttributionGraphInput(BaseModel):
    """One graph to be computed, or to be found if it was computed before."""

    by: Optional[GraphNodesBy] = None
    "Instead of feature sets: HEAD or MODULE. HEAD when both are absent."
    edge_threshold: Optional[float] = Field(alias="edgeThreshold", default=None)
    "Edges are kept until they make up this share of what goes through edges; 0.98 when absent."
    edges: Optional[GraphEdges] = None
    "What an edge holds; DIRECT when absent."
    exclude_first: Optional[bool] = Field(alias="excludeFirst", default=None)
    "Whether the first position takes no MLP share except at itself; when absent, as the tokenizer has it."
    features: Optional[int] = None
    "Of each set, at most so many features are nodes before pruning; 512 when absent."
    max_nodes: Optional[int] = Field(alias="maxNodes", default=None)
    "At most so many nodes are kept; tokens and logits always are. 500 when absent."
    messages: Optional[list["MessageInput"]] = None
    "The prompt as a chat, written by the model's own chat template; instead of `text`."
    model: str
    "The model's slug or hash."
    node_threshold: Optional[float] = Field(alias="nodeThreshold", default=None)
    "Nodes are kept until they make up this share of all influence; 0.8 when absent."
    position: Optional[int] = None
    "Where the logits are read: from 0, or negative from the end; the last position when absent."
    rule: Optional[Rule] = None
    "How neurons' outputs are shared; SOFTMAX when absent."
    sets: Optional[list[str]] = None
    "Names of feature sets whose features are the nodes."
    targets: Optional[list[str]] = None
    "Tokens whose logits are nodes, as text or `#id`; the model's first choices up to 95 % of the probability when absent."
    temperature: Optional[float] = None
    "τ of the softmax rule; 0.1 when absent."
    text: Optional[str] = None
    "The prompt as text; instead of `tokenIds`."
    timeout_ms: Optional[int] = Field(alias="timeoutMs", default=60000)
    "How long to wait for a computation. When it ends, the error has the id of the job, which goes on."
    token_ids: Optional[list[int]] = Field(alias="tokenIds", default=None)
    "The prompt as token ids, used as they are; instead of `text`."


class DirectionInput(BaseModel):
    """The projection of the stream on a direction: probe weights, a row of an SAE encoder …"""

    layer: Optional[int] = None
    "The layer whose input is read; L (as many as there are) is the stream before the final norm. The probe's own when absent."
    probe: Optional[str] = None
    "Instead of `vector`: a trained probe of the model with one direction; its name in `probes`."
    vector: Optional[list[float]] = None
    "D numbers."


class FeatureSplitInput(BaseModel):
    """One component per feature that fires, what the set does not rebuild, and what it adds anyway."""

    budget: Optional[int] = None
    "How many of the strongest are split out; 64 when absent. The others stay in the rest. Beside `features`: at how many of the places where they fire, or how many of them where each is one component (when absent, all that are named)."
    features: Optional[list[int]] = None
    "Only these are split out, at the `budget` places where they fire most strongly; `warnings` says when that is reached."
    per: Optional[FeatureUnit] = None
    "What one component is; POSITION when absent."
    source: str
    "The feature set: one of the model's, such as 6-res-jb."


class FeatureTargetInput(BaseModel):
    """The pre-activation of a feature, where its set reads."""

    index: int
    "Its number in the set, from 0."
    source: str
    "The feature set: one of the model's, such as 6-res-jb."


class GroupSplitInput(BaseModel):
    """One component per group of positions."""

    by: Optional[GroupBy] = None
    "Grouped by the text; by words when `positions` is absent too."
    layer: Optional[int] = None
    "Split at the input of this layer; 0, the embedding, when absent."
    positions: Optional[list[list[int]]] = None
    "Disjoint groups of positions instead; positions in none of them become one last group, the rest."


class HeadSplitInput(BaseModel):
    """One component per attention head."""

    layer: Optional[int] = None
    "Split after the attention of this layer; every layer, one start each, when absent."


class LogitDifferenceInput(BaseModel):
    """The logit of one token minus that of another."""

    minus: "TokenInput"
    "The token whose logit is subtracted."
    token: Optional["TokenInput"] = None
    "The first token; the model's own next token when absent."


class MessageInput(BaseModel):
    """One message of a chat."""

    content: str
    "The words."
    role: str
    "Whose words they are: system, user, assistant, or what the template knows."


class ModuleSplitInput(BaseModel):
    """A sublayer's output, and the stream that enters it."""

    layer: Optional[int] = None
    "Its layer; every layer, one start each, when absent."
    module: Module
    "The sublayer."


class NeuronSplitInput(BaseModel):
    """One component per MLP neuron; needs `layer` or `everyLayer`."""

    every_layer: Optional[bool] = Field(alias="everyLayer", default=None)
    "Split every layer, one start each."
    layer: Optional[int] = None
    "Split after the MLP of this layer."
    neurons: Optional[list[int]] = None
    "The neurons to split out; all when absent. The others stay in the rest."


class PartitionInput(BaseModel):
    """How to split the residual stream, exactly one of these."""

    feature: Optional["FeatureSplitInput"] = None
    "By feature of a feature set."
    group: Optional["GroupSplitInput"] = None
    "By word, sentence or any group of positions."
    head: Optional["HeadSplitInput"] = None
    "By attention head."
    module: Optional["ModuleSplitInput"] = None
    "By sublayer."
    neuron: Optional["NeuronSplitInput"] = None
    "By MLP neuron."
    subspace: Optional["SubspaceSplitInput"] = None
    "By subspace."
    token: Optional["TokenSplitInput"] = None
    "By token."


class SubspaceSplitInput(BaseModel):
    """What lies inside a subspace of the stream, and what outside."""

    basis: Optional[list[list[float]]] = None
    "Vectors of D numbers that span it; they are orthonormalised."
    layer: Optional[int] = None
    "Split at the input of this layer; the probe's own when absent."
    probe: Optional[str] = None
    "Instead of `basis`: a trained probe of the model, whose weights span it; its name in `probes`."


class TargetInput(BaseModel):
    """The number to attribute, exactly one of these."""

    answer: Optional["AnswerInput"] = None
    "A whole answer: the sum of the logits of its tokens, each read where it is predicted."
    direction: Optional["DirectionInput"] = None
    "A projection on a direction."
    feature: Optional["FeatureTargetInput"] = None
    "The pre-activation of a feature."
    logit: Optional["TokenInput"] = None
    "The logit of this token."
    logit_difference: Optional["LogitDifferenceInput"] = Field(
        alias="logitDifference", default=None
    )
    "The difference of two logits."


class TokenInput(BaseModel):
    """One token of the vocabulary, by exactly one of these."""

    id: Optional[int] = None
    "Its number in the vocabulary."
    text: Optional[str] = None
    "Text that is one token where it follows the prompt; the leading space may be left out."


class TokenSplitInput(BaseModel):
    """One component per position."""

    layer: Optional[int] = None
    "Split at the input of this layer; 0, the embedding, when absent."


AttributeInput.model_rebuild()
AttributionGraphInput.model_rebuild()
LogitDifferenceInput.model_rebuild()
PartitionInput.model_rebuild()
TargetInput.model_rebuild()
