from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import (  # noqa: F401
    AttributionParts,
    AttributionPartsContributions,
    AttributionPartsModel,
    AttributionPartsSequence,
    AttributionPartsTarget,
    ContributionPage,
)


class Attribution(BaseModel):
    node: Optional[
        Annotated[
            Union["AttributionNodeNode", "AttributionNodeAttribution"],
            Field(discriminator="typename__"),
        ]
    ]


class AttributionNodeNode(BaseModel):
    typename__: Literal[
        "AttributionGraph",
        "Dataset",
        "Experiment",
        "Feature",
        "FeatureExplanation",
        "FeatureSet",
        "Intervention",
        "Job",
        "Model",
        "Node",
        "Prompt",
        "Run",
        "Sequence",
    ] = Field(alias="__typename")


class AttributionNodeAttribution(AttributionParts):
    typename__: Literal["Attribution"] = Field(alias="__typename")
    later: "AttributionNodeAttributionLater"


AttributionNodeAttributionLater = ContributionPage
Attribution.model_rebuild()
AttributionNodeAttribution.model_rebuild()
