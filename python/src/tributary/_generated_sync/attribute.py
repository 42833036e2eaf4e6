from typing import Optional

from .base_model import BaseModel
from .fragments import AttributionParts


class Attribute(BaseModel):
    attribute: Optional["AttributeAttribute"]


AttributeAttribute = AttributionParts
Attribute.model_rebuild()
