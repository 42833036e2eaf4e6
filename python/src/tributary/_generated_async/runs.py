from typing import Any, Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import Mode, PartitionKind, Rule, RunComputes, RunStatus


class Runs(BaseModel):
    runs: Optional["RunsRuns"]


class RunsRuns(BaseModel):
    page_info: "RunsRunsPageInfo" = Field(alias="pageInfo")
    nodes: list["RunsRunsNodes"]


class RunsRunsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


class RunsRunsNodes(BaseModel):
    number: int
    model: "RunsRunsNodesModel"
    dataset: "RunsRunsNodesDataset"
    computes: RunComputes
    change: Optional[str]
    partition_kind: PartitionKind = Field(alias="partitionKind")
    mode: Mode
    rule: Rule
    options: Any
    status: RunStatus
    total: int
    progress: "RunsRunsNodesProgress"


class RunsRunsNodesModel(BaseModel):
    slug: str
    layers: int
    heads: int


class RunsRunsNodesDataset(BaseModel):
    slug: str


class RunsRunsNodesProgress(BaseModel):
    done: int
    failed: int


Runs.model_rebuild()
RunsRuns.model_rebuild()
RunsRunsNodes.model_rebuild()
