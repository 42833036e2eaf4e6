from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class Datasets(BaseModel):
    datasets: Optional["DatasetsDatasets"]


class DatasetsDatasets(BaseModel):
    page_info: "DatasetsDatasetsPageInfo" = Field(alias="pageInfo")
    nodes: list["DatasetsDatasetsNodes"]


class DatasetsDatasetsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


class DatasetsDatasetsNodes(BaseModel):
    slug: str
    title: str
    format: str
    prompt_count: int = Field(alias="promptCount")


Datasets.model_rebuild()
DatasetsDatasets.model_rebuild()
