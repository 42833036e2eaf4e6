from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import FeatureVerdict, RunStatus


class FeatureSets(BaseModel):
    feature_sets: Optional["FeatureSetsFeatureSets"] = Field(alias="featureSets")


class FeatureSetsFeatureSets(BaseModel):
    page_info: "FeatureSetsFeatureSetsPageInfo" = Field(alias="pageInfo")
    nodes: list["FeatureSetsFeatureSetsNodes"]


class FeatureSetsFeatureSetsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


class FeatureSetsFeatureSetsNodes(BaseModel):
    name: str
    source: str
    source_set: str = Field(alias="sourceSet")
    layer: int
    site: str
    feature_count: int = Field(alias="featureCount")
    activation: str
    verdict: FeatureVerdict
    model: "FeatureSetsFeatureSetsNodesModel"
    sweeps: list["FeatureSetsFeatureSetsNodesSweeps"]


class FeatureSetsFeatureSetsNodesModel(BaseModel):
    slug: str


class FeatureSetsFeatureSetsNodesSweeps(BaseModel):
    status: RunStatus
    tokens: float
    dataset: "FeatureSetsFeatureSetsNodesSweepsDataset"


class FeatureSetsFeatureSetsNodesSweepsDataset(BaseModel):
    slug: str


FeatureSets.model_rebuild()
FeatureSetsFeatureSets.model_rebuild()
FeatureSetsFeatureSetsNodes.model_rebuild()
FeatureSetsFeatureSetsNodesSweeps.model_rebuild()
