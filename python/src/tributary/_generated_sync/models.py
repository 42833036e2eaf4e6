from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class Models(BaseModel):
    models: Optional["ModelsModels"]


class ModelsModels(BaseModel):
    page_info: "ModelsModelsPageInfo" = Field(alias="pageInfo")
    nodes: list["ModelsModelsNodes"]


class ModelsModelsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


class ModelsModelsNodes(BaseModel):
    slug: str
    name: str
    architecture: str
    layers: int
    heads: int
    neurons: int
    residual_width: int = Field(alias="residualWidth")
    vocabulary_size: int = Field(alias="vocabularySize")


Models.model_rebuild()
ModelsModels.model_rebuild()
