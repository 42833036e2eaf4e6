from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class AttributionGraph(BaseModel):
    attribution_graph: Optional["AttributionGraphAttributionGraph"] = Field(
        alias="attributionGraph"
    )


class AttributionGraphAttributionGraph(BaseModel):
    key: str
    model: Optional["AttributionGraphAttributionGraphModel"]


class AttributionGraphAttributionGraphModel(BaseModel):
    slug: str


AttributionGraph.model_rebuild()
AttributionGraphAttributionGraph.model_rebuild()
