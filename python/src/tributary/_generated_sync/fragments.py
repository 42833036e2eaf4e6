from typing import Literal, Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ComponentKind, Mode, PartitionKind, Rule, TargetType


class ContributionPage(BaseModel):
    total_count: int = Field(alias="totalCount")
    page_info: "ContributionPagePageInfo" = Field(alias="pageInfo")
    nodes: list["ContributionPageNodes"]


class ContributionPagePageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


class ContributionPageNodes(BaseModel):
    ordinal: int
    score: float
    component: "ContributionPageNodesComponent"


class ContributionPageNodesComponent(BaseModel):
    typename__: Literal[
        "Component",
        "FeatureComponent",
        "GroupComponent",
        "HeadComponent",
        "NeuronComponent",
        "OtherComponent",
        "TokenComponent",
    ] = Field(alias="__typename")
    kind: ComponentKind
    index: int
    layer: Optional[int]
    label: str


class AttributionParts(BaseModel):
    id: str
    key: str
    warnings: list[str]
    model: "AttributionPartsModel"
    sequence: "AttributionPartsSequence"
    target: "AttributionPartsTarget"
    partition_kind: PartitionKind = Field(alias="partitionKind")
    mode: Mode
    rule: Rule
    temperature: float
    engine: str
    completeness_error: float = Field(alias="completenessError")
    component_count: int = Field(alias="componentCount")
    stored_count: int = Field(alias="storedCount")
    tail_mass: float = Field(alias="tailMass")
    contributions: "AttributionPartsContributions"


class AttributionPartsModel(BaseModel):
    slug: str
    layers: int
    heads: int


class AttributionPartsSequence(BaseModel):
    text: Optional[str]
    tokens: list["AttributionPartsSequenceTokens"]


class AttributionPartsSequenceTokens(BaseModel):
    index: int
    token_id: int = Field(alias="tokenId")
    text: str
    start: Optional[int]
    end: Optional[int]


class AttributionPartsTarget(BaseModel):
    type_: TargetType = Field(alias="type")
    text: Optional[str]
    minus_text: Optional[str] = Field(alias="minusText")
    position: int
    value: float
    probability: Optional[float]
    layer: Optional[int]


class AttributionPartsContributions(ContributionPage):
    pass


class ExampleParts(BaseModel):
    rank: int
    value: float
    position: int
    token: str
    first: int
    tokens: list[str]
    values: list[float]


ContributionPage.model_rebuild()
AttributionParts.model_rebuild()
ExampleParts.model_rebuild()
