from enum import Enum


class ComponentKind(str, Enum):
    ATTENTION = "ATTENTION"
    BIAS = "BIAS"
    ERROR = "ERROR"
    FEATURE = "FEATURE"
    GROUP = "GROUP"
    HEAD = "HEAD"
    INSIDE = "INSIDE"
    MLP = "MLP"
    NEURON = "NEURON"
    OUTSIDE = "OUTSIDE"
    RESIDUAL = "RESIDUAL"
    REST = "REST"
    SAE_BIAS = "SAE_BIAS"
    SKIP = "SKIP"
    STREAM = "STREAM"
    TOKEN = "TOKEN"


class FeatureUnit(str, Enum):
    FEATURE = "FEATURE"
    POSITION = "POSITION"


class FeatureVerdict(str, Enum):
    FLAGGED = "FLAGGED"
    OK = "OK"
    REFUSED = "REFUSED"


class GraphEdges(str, Enum):
    DIRECT = "DIRECT"
    TOTAL = "TOTAL"


class GraphNodesBy(str, Enum):
    FEATURE = "FEATURE"
    HEAD = "HEAD"
    MODULE = "MODULE"


class GroupBy(str, Enum):
    ROLES = "ROLES"
    SENTENCES = "SENTENCES"
    WORDS = "WORDS"


class Mode(str, Enum):
    CORRECTED = "CORRECTED"
    REFERENCE = "REFERENCE"


class Module(str, Enum):
    ATTENTION = "ATTENTION"
    MLP = "MLP"


class PartitionKind(str, Enum):
    FEATURE = "FEATURE"
    GROUP = "GROUP"
    HEAD = "HEAD"
    MODULE = "MODULE"
    NEURON = "NEURON"
    SUBSPACE = "SUBSPACE"
    TOKEN = "TOKEN"


class Rule(str, Enum):
    LINEAR_NORM = "LINEAR_NORM"
    LINEAR_WEIGHTED = "LINEAR_WEIGHTED"
    RELU = "RELU"
    SOFTMAX = "SOFTMAX"
    TAYLOR = "TAYLOR"


class RunComputes(str, Enum):
    ATTRIBUTIONS = "ATTRIBUTIONS"
    INTERVENTIONS = "INTERVENTIONS"


class RunStatus(str, Enum):
    CANCELLED = "CANCELLED"
    DONE = "DONE"
    FAILED = "FAILED"
    PAUSED = "PAUSED"
    RUNNING = "RUNNING"


class TargetType(str, Enum):
    ANSWER = "ANSWER"
    DIRECTION = "DIRECTION"
    FEATURE = "FEATURE"
    LOGIT = "LOGIT"
    LOGIT_DIFFERENCE = "LOGIT_DIFFERENCE"
