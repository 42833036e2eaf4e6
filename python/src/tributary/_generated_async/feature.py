from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import ExampleParts


class Feature(BaseModel):
    feature: Optional["FeatureFeature"]


class FeatureFeature(BaseModel):
    name: str
    index: int
    label: Optional[str]
    decoder_norm: Optional[float] = Field(alias="decoderNorm")
    set_: "FeatureFeatureSet" = Field(alias="set")
    top_logits: list["FeatureFeatureTopLogits"] = Field(alias="topLogits")
    bottom_logits: list["FeatureFeatureBottomLogits"] = Field(alias="bottomLogits")
    neighbours: list["FeatureFeatureNeighbours"]
    explanations: list["FeatureFeatureExplanations"]
    statistics: Optional["FeatureFeatureStatistics"]


class FeatureFeatureSet(BaseModel):
    source: str
    site: str
    model: "FeatureFeatureSetModel"


class FeatureFeatureSetModel(BaseModel):
    slug: str


class FeatureFeatureTopLogits(BaseModel):
    token_id: int = Field(alias="tokenId")
    text: str
    logit: float


class FeatureFeatureBottomLogits(BaseModel):
    token_id: int = Field(alias="tokenId")
    text: str
    logit: float


class FeatureFeatureNeighbours(BaseModel):
    cosine: float
    feature: "FeatureFeatureNeighboursFeature"


class FeatureFeatureNeighboursFeature(BaseModel):
    name: str
    label: Optional[str]


class FeatureFeatureExplanations(BaseModel):
    description: str
    author: str
    method: Optional[str]
    score: Optional[float]
    votes: int


class FeatureFeatureStatistics(BaseModel):
    dataset: str
    tokens: float
    fired: float
    density: float
    mean: Optional[float]
    max: Optional[float]
    histogram: list["FeatureFeatureStatisticsHistogram"]
    co_firing: list["FeatureFeatureStatisticsCoFiring"] = Field(alias="coFiring")
    strongest: list["FeatureFeatureStatisticsStrongest"]
    intervals: list["FeatureFeatureStatisticsIntervals"]


class FeatureFeatureStatisticsHistogram(BaseModel):
    from_: float = Field(alias="from")
    to: float
    count: int


class FeatureFeatureStatisticsCoFiring(BaseModel):
    share: float
    feature: "FeatureFeatureStatisticsCoFiringFeature"


class FeatureFeatureStatisticsCoFiringFeature(BaseModel):
    name: str
    label: Optional[str]


FeatureFeatureStatisticsStrongest = ExampleParts


class FeatureFeatureStatisticsIntervals(BaseModel):
    from_: float = Field(alias="from")
    to: float
    fired: int
    examples: list["FeatureFeatureStatisticsIntervalsExamples"]


FeatureFeatureStatisticsIntervalsExamples = ExampleParts
Feature.model_rebuild()
FeatureFeature.model_rebuild()
FeatureFeatureSet.model_rebuild()
FeatureFeatureNeighbours.model_rebuild()
FeatureFeatureStatistics.model_rebuild()
FeatureFeatureStatisticsCoFiring.model_rebuild()
FeatureFeatureStatisticsIntervals.model_rebuild()
