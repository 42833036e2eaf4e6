/* Written by web/make-types.ts from schema/schema.graphql (npm run web:types); not by hand. */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** A text, and the feature sets whose activations are wanted. */
export type ActivationsInput = {
  /** The slug or hash of the model. */
  model: string;
  /** All feature sets of this release instead: `res-jb`. */
  sourceSet?: string | null | undefined;
  /** The feature sets: `6-res-jb`. */
  sources?: Array<string> | null | undefined;
  /** The text; instead of `tokenIds`. */
  text?: string | null | undefined;
  /** How long to wait for the computation. When it ends, the error has the id of the job, which goes on. */
  timeoutMs?: number | null | undefined;
  /** Token ids, used as they are; instead of `text`. */
  tokenIds?: Array<number> | null | undefined;
};

/** What a feature is about. */
export type AddExplanationInput = {
  /** What it is about, in at most 2000 characters. */
  description: string;
  /** The model that wrote it, where one did. */
  explainer?: string | null | undefined;
  /** The feature, from 0. */
  index: number;
  /** How it was made, e.g. `human`, `oai_token-act-pair`. */
  method?: string | null | undefined;
  /** The slug or hash of the model. */
  model: string;
  /** The feature set, e.g. `6-res-jb`. */
  source: string;
};

/** An answer of any number of tokens that follows the prompt, by exactly one of these. */
export type AnswerInput =
  {   /** Its text; the leading space may be left out. */
  text: string; tokenIds?: never; }
  |  { text?: never;   /** Its tokens, by their numbers in the vocabulary. */
  tokenIds: Array<number>; };

/** A head, and the prompt that it reads. */
export type AttentionPatternInput = {
  /** Its number within the layer, from 0. */
  head: number;
  /** The layer of the head, from 0. */
  layer: number;
  /** The prompt as a chat, written by the model's own chat template; instead of `text`. */
  messages?: Array<MessageInput> | null | undefined;
  /** The model's slug or hash. */
  model: string;
  /** The prompt as text; instead of `tokenIds`. */
  text?: string | null | undefined;
  /** How long to wait for a computation. When it ends, the error has the id of the job, which goes on. */
  timeoutMs?: number | null | undefined;
  /** The prompt as token ids, used as they are; instead of `text`. */
  tokenIds?: Array<number> | null | undefined;
};

/** One attribution to be computed, or to be found if it was computed before. */
export type AttributeInput = {
  /** Also decode each component with the whole vocabulary: its k tokens with the largest logits, 1 to 100. Only where a logit is read. */
  decode?: number | null | undefined;
  /** Whether the first position takes no MLP share except at itself (token partition only); when absent, as the tokenizer has it: yes where it adds a token at the beginning. */
  excludeFirst?: boolean | null | undefined;
  /** The prompt as a chat, written by the model's own chat template; instead of `text`. */
  messages?: Array<MessageInput> | null | undefined;
  /** Which reading of the method; CORRECTED when absent. */
  mode?: Mode | null | undefined;
  /** The model's slug or hash. */
  model: string;
  /** How to split the residual stream. */
  partition: PartitionInput;
  /** Where the target is read: from 0, or negative from the end; the last position when absent. */
  position?: number | null | undefined;
  /** How neurons' outputs are shared; SOFTMAX when absent. */
  rule?: Rule | null | undefined;
  /** What to attribute; the logit of the model's own next token when absent. */
  target?: TargetInput | null | undefined;
  /** τ of the softmax rule; 0.1 when absent. */
  temperature?: number | null | undefined;
  /** The prompt as text; instead of `tokenIds`. */
  text?: string | null | undefined;
  /** How long to wait for a computation. When it ends, the error has the id of the job, which goes on. */
  timeoutMs?: number | null | undefined;
  /** The prompt as token ids, used as they are; instead of `text`. */
  tokenIds?: Array<number> | null | undefined;
};

/** What attributions can be ordered by. Those that have no such number are left out. */
export type AttributionField =
  /** How far the scores are from summing to the value. */
  | 'COMPLETENESS_ERROR'
  /** When they were stored. */
  | 'CREATED'
  /** The expected token's probability. */
  | 'EXPECTED_PROBABILITY'
  /** The expected token's rank. */
  | 'EXPECTED_RANK'
  /** The probability of the token that the model ranks first. */
  | 'PREDICTED_PROBABILITY'
  /** The target token's probability. */
  | 'PROBABILITY'
  /** The target's value. */
  | 'VALUE';

/** Which stored attributions to give; every condition that is there must hold. */
export type AttributionFilter = {
  /** Only of prompts in datasets whose text contains this, in capitals or not. */
  containing?: string | null | undefined;
  /** Only where the model ranks the expected token first (true), or another one (false). Neither where nothing was expected. */
  correct?: boolean | null | undefined;
  /** Only of prompts in the dataset with this slug. */
  dataset?: string | null | undefined;
  /** Only where the completeness error is at most this. */
  maxCompletenessError?: number | null | undefined;
  /** Only where the expected token's probability is at most this. */
  maxExpectedProbability?: number | null | undefined;
  /** Only where the expected token's rank is at most this: 5 for among the first five. */
  maxExpectedRank?: number | null | undefined;
  /** Only where the target token's probability is at most this. */
  maxProbability?: number | null | undefined;
  /** Only where the target's value is at most this. */
  maxValue?: number | null | undefined;
  /** Only where the completeness error is at least this. */
  minCompletenessError?: number | null | undefined;
  /** Only where the expected token's probability is at least this. */
  minExpectedProbability?: number | null | undefined;
  /** Only where the target token's probability is at least this. */
  minProbability?: number | null | undefined;
  /** Only where the target's value is at least this. */
  minValue?: number | null | undefined;
  /** Only computed in this mode. */
  mode?: Mode | null | undefined;
  /** Only of the model with this slug. */
  model?: string | null | undefined;
  /** Only with this kind of partition. */
  partition?: PartitionKind | null | undefined;
  /** Only where the model ranks the token with exactly this text first. */
  predictedText?: string | null | undefined;
  /** Only computed by this rule. */
  rule?: Rule | null | undefined;
  /** Only those that this run asked for: its global id, or its number. */
  run?: string | null | undefined;
  /** Only where the target is the token with exactly this text, e.g. ` Paris`. */
  targetText?: string | null | undefined;
};

/** One graph to be computed, or to be found if it was computed before. */
export type AttributionGraphInput = {
  /** Instead of feature sets: HEAD or MODULE. HEAD when both are absent. */
  by?: GraphNodesBy | null | undefined;
  /** Edges are kept until they make up this share of what goes through edges; 0.98 when absent. */
  edgeThreshold?: number | null | undefined;
  /** What an edge holds; DIRECT when absent. */
  edges?: GraphEdges | null | undefined;
  /** Whether the first position takes no MLP share except at itself; when absent, as the tokenizer has it. */
  excludeFirst?: boolean | null | undefined;
  /** Of each set, at most so many features are nodes before pruning; 512 when absent. */
  features?: number | null | undefined;
  /** At most so many nodes are kept; tokens and logits always are. 500 when absent. */
  maxNodes?: number | null | undefined;
  /** The prompt as a chat, written by the model's own chat template; instead of `text`. */
  messages?: Array<MessageInput> | null | undefined;
  /** The model's slug or hash. */
  model: string;
  /** Nodes are kept until they make up this share of all influence; 0.8 when absent. */
  nodeThreshold?: number | null | undefined;
  /** Where the logits are read: from 0, or negative from the end; the last position when absent. */
  position?: number | null | undefined;
  /** How neurons' outputs are shared; SOFTMAX when absent. */
  rule?: Rule | null | undefined;
  /** Names of feature sets whose features are the nodes. */
  sets?: Array<string> | null | undefined;
  /** Tokens whose logits are nodes, as text or `#id`; the model's first choices up to 95 % of the probability when absent. */
  targets?: Array<string> | null | undefined;
  /** τ of the softmax rule; 0.1 when absent. */
  temperature?: number | null | undefined;
  /** The prompt as text; instead of `tokenIds`. */
  text?: string | null | undefined;
  /** How long to wait for a computation. When it ends, the error has the id of the job, which goes on. */
  timeoutMs?: number | null | undefined;
  /** The prompt as token ids, used as they are; instead of `text`. */
  tokenIds?: Array<number> | null | undefined;
};

/** How attributions are ordered. Of equal ones the newest is first. */
export type AttributionOrder = {
  /** What to order by. */
  by: AttributionField;
  /** Largest (newest) or smallest (oldest) first. */
  direction?: OrderDirection;
};

/** What a component is. */
export type ComponentKind =
  /** A whole attention sublayer's output. */
  | 'ATTENTION'
  /** Every bias met on the way; exists only where the model has biases. */
  | 'BIAS'
  /** What a feature set does not rebuild of a position. */
  | 'ERROR'
  /** One feature of a feature set. */
  | 'FEATURE'
  /** A group of positions, decomposed as a unit. */
  | 'GROUP'
  /** One attention head. */
  | 'HEAD'
  /** What lies inside the subspace. */
  | 'INSIDE'
  /** A whole MLP's output. */
  | 'MLP'
  /** One neuron of an MLP. */
  | 'NEURON'
  /** What lies outside the subspace. */
  | 'OUTSIDE'
  /** The stream that enters a split sublayer. */
  | 'RESIDUAL'
  /** Everything that a neuron split does not name, or the features of a position that a feature split leaves. */
  | 'REST'
  /** What a feature set adds whatever fires. */
  | 'SAE_BIAS'
  /** A transcoder's linear path at a position. */
  | 'SKIP'
  /** The stream beside a sublayer whose output is split into features. */
  | 'STREAM'
  /** One position of the sequence. */
  | 'TOKEN';

/** The projection of the stream on a direction: probe weights, a row of an SAE encoder … */
export type DirectionInput = {
  /** The layer whose input is read; L (as many as there are) is the stream before the final norm. The probe's own when absent. */
  layer?: number | null | undefined;
  /** Instead of `vector`: a trained probe of the model with one direction; its name in `probes`. */
  probe?: string | null | undefined;
  /** D numbers. */
  vector?: Array<number> | null | undefined;
};

/** What features can be ordered by. Of those that never fired, mean and max count as 0. */
export type FeatureField =
  /** Length of the decoder row. */
  | 'DECODER_NORM'
  /** How often they fire. */
  | 'DENSITY'
  /** Their number in the set. */
  | 'INDEX'
  /** Largest activation. */
  | 'MAX'
  /** Mean of the activations that are not 0. */
  | 'MEAN';

/** Which features to give; every condition that is there must hold. */
export type FeatureFilter = {
  /** Only those that fired in the dataset, or only those that never did. */
  fires?: boolean | null | undefined;
  /** Only these, in the order in which they stand here unless `orderBy` says another. */
  indexes?: Array<number> | null | undefined;
  /** Only where the label contains this, in capitals or not. `searchFeatures` ranks. */
  labelContains?: string | null | undefined;
  /** Only with a label, or only without. */
  labelled?: boolean | null | undefined;
  /** Only where this token is among `bottomLogits`. */
  lowers?: string | null | undefined;
  /** Only those that fire at most so often. */
  maxDensity?: number | null | undefined;
  /** Only those that fire at least so often. */
  minDensity?: number | null | undefined;
  /** Only those whose largest activation is at least this. */
  minMax?: number | null | undefined;
  /** Only where this token is among `topLogits`: its text, leading space and all. */
  raises?: string | null | undefined;
};

/** How features are ordered. Equal ones stand by their number. */
export type FeatureOrder = {
  /** What to order by. */
  by: FeatureField;
  /** Largest or smallest first. */
  direction?: OrderDirection;
};

/** One component per feature that fires, what the set does not rebuild, and what it adds anyway. */
export type FeatureSplitInput = {
  /** How many of the strongest are split out; 64 when absent. The others stay in the rest. */
  budget?: number | null | undefined;
  /** Only these are split out; instead of `budget`. */
  features?: Array<number> | null | undefined;
  /** What one component is; POSITION when absent. */
  per?: FeatureUnit | null | undefined;
  /** The feature set: one of the model's, such as 6-res-jb. */
  source: string;
};

/** The pre-activation of a feature, where its set reads. */
export type FeatureTargetInput = {
  /** Its number in the set, from 0. */
  index: number;
  /** The feature set: one of the model's, such as 6-res-jb. */
  source: string;
};

/** What one component of a split by feature is. */
export type FeatureUnit =
  /** A feature at all positions, carried as one. */
  | 'FEATURE'
  /** A feature at one position. */
  | 'POSITION';

/** What the self-test said when a feature set was added. */
export type FeatureVerdict =
  /** It does, but something is not as its files claim, or a neighbouring site fits better. */
  | 'FLAGGED'
  /** It rebuilds the vectors of its site. */
  | 'OK'
  /** It cannot be what its files say, and was added all the same. */
  | 'REFUSED';

/** What is saved with a graph, in the place of what was saved before. */
export type GraphAnnotationsInput = {
  /** Words for nodes. */
  labels?: Array<NodeLabelInput> | null | undefined;
  /** Ids of nodes that are pinned. */
  pinned?: Array<string> | null | undefined;
  /** Groups of nodes; a node is in one at most. */
  supernodes?: Array<SupernodeInput> | null | undefined;
};

/** What an edge holds. */
export type GraphEdges =
  /** What goes from node to node and through no other: the edges into a node sum to its value. */
  | 'DIRECT'
  /** Everything on the way, through the nodes between, too: the edges from each feature set, or from each sublayer and what goes around it, sum to the value. */
  | 'TOTAL';

/** What a node of a graph is. */
export type GraphNodeKind =
  /** What a layer's attention adds at a position. */
  | 'ATTENTION'
  /** Every bias met on the way. */
  | 'BIAS'
  /** What a set does not rebuild of a position. */
  | 'ERROR'
  /** A feature of a set at a position. */
  | 'FEATURE'
  /** What an attention head adds to the stream at a position. */
  | 'HEAD'
  /** The logit of one of the model's first choices. */
  | 'LOGIT'
  /** What an MLP adds at a position. */
  | 'MLP'
  /** The features of a position that are no nodes of their own. */
  | 'REST'
  /** What a set adds whatever fires. */
  | 'SAE_BIAS'
  /** A transcoder's linear path at a position. */
  | 'SKIP'
  /** The stream beside a sublayer that is split into features; only with total edges. */
  | 'STREAM'
  /** A token of the prompt. */
  | 'TOKEN';

/** What the nodes of a graph are. */
export type GraphNodesBy =
  /** Features of feature sets. */
  | 'FEATURE'
  /** Every head and every MLP at every position. */
  | 'HEAD'
  /** The attention and the MLP of every layer at every position. */
  | 'MODULE';

/** Where the numbers of a graph come from. */
export type GraphOrigin =
  /** They were computed here. */
  | 'COMPUTED'
  /** They are the word of a file of another program, which is all that is known of them. */
  | 'FOREIGN'
  /** They are the word of a file of Tributary, whose model is here. */
  | 'IMPORTED';

/** How positions are grouped by their text. */
export type GroupBy =
  /** The tokens of one message of a chat are one group, what stands between them another. */
  | 'ROLES'
  /** The tokens of one sentence are one group. */
  | 'SENTENCES'
  /** The tokens of one word are one group. */
  | 'WORDS';

/** One component per group of positions. */
export type GroupSplitInput = {
  /** Grouped by the text; by words when `positions` is absent too. */
  by?: GroupBy | null | undefined;
  /** Split at the input of this layer; 0, the embedding, when absent. */
  layer?: number | null | undefined;
  /** Disjoint groups of positions instead; positions in none of them become one last group, the rest. */
  positions?: Array<Array<number>> | null | undefined;
};

/** One head at one position, and the keys whose scores are explained. */
export type HeadAttentionInput = {
  /** Whether the first position takes no MLP share except at itself (token partition only); when absent, as the tokenizer has it. */
  excludeFirst?: boolean | null | undefined;
  /** Its number within the layer, from 0. */
  head: number;
  /** The position that is attended to; instead of `keys`. */
  key?: number | null | undefined;
  /** How many of the positions with the highest attention are explained, 1 to 100; 5 when absent. */
  keys?: number | null | undefined;
  /** The layer of the head, from 0. */
  layer: number;
  /** The prompt as a chat, written by the model's own chat template; instead of `text`. */
  messages?: Array<MessageInput> | null | undefined;
  /** The model's slug or hash. */
  model: string;
  /** How the streams that enter the head are split; by token when absent. */
  partition?: PartitionInput | null | undefined;
  /** The position that attends: from 0, or negative from the end; the last position when absent. */
  query?: number | null | undefined;
  /** How neurons' outputs are shared; SOFTMAX when absent. */
  rule?: Rule | null | undefined;
  /** τ of the softmax rule; 0.1 when absent. */
  temperature?: number | null | undefined;
  /** The prompt as text; instead of `tokenIds`. */
  text?: string | null | undefined;
  /** How long to wait for a computation. When it ends, the error has the id of the job, which goes on. */
  timeoutMs?: number | null | undefined;
  /** The prompt as token ids, used as they are; instead of `text`. */
  tokenIds?: Array<number> | null | undefined;
};

/** One component per attention head. */
export type HeadSplitInput = {
  /** Split after the attention of this layer; every layer, one start each, when absent. */
  layer?: number | null | undefined;
};

/** How far a job has come. */
export type JobState =
  /** A worker computes it. */
  | 'ACTIVE'
  /** Someone called it off. */
  | 'CANCELLED'
  /** Its answer is stored. */
  | 'DONE'
  /** It could not be computed; `error` says why. */
  | 'FAILED'
  /** No worker has taken it yet, or it will be tried again. */
  | 'WAITING';

/** The logit of one token minus that of another. */
export type LogitDifferenceInput = {
  /** The token whose logit is subtracted. */
  minus: TokenInput;
  /** The first token; the model's own next token when absent. */
  token?: TokenInput | null | undefined;
};

/** Components that are the same thing in every prompt of a run, as tokens and words are not. */
export type MeanKind =
  /** Attention sublayers' outputs. */
  | 'ATTENTION'
  /** Features of a feature set, at whatever position they fire. */
  | 'FEATURE'
  /** Attention heads. */
  | 'HEAD'
  /** What lies inside the subspace. */
  | 'INSIDE'
  /** MLPs' outputs. */
  | 'MLP'
  /** MLP neurons. */
  | 'NEURON'
  /** What lies outside the subspace. */
  | 'OUTSIDE';

/** One message of a chat. */
export type MessageInput = {
  /** The words. */
  content: string;
  /** Whose words they are: system, user, assistant, or what the template knows. */
  role: string;
};

/** Which reading of the method an attribution was computed with. */
export type Mode =
  /** The method as published and completed: the scores add up. */
  | 'CORRECTED'
  /** What the authors' code does beyond the paper, for comparing numbers. */
  | 'REFERENCE';

/** A sublayer of a transformer layer. */
export type Module =
  /** The attention sublayer. */
  | 'ATTENTION'
  /** The MLP sublayer. */
  | 'MLP';

/** A sublayer's output, and the stream that enters it. */
export type ModuleSplitInput = {
  /** Its layer; every layer, one start each, when absent. */
  layer?: number | null | undefined;
  /** The sublayer. */
  module: Module;
};

/** One component per MLP neuron; needs `layer` or `everyLayer`. */
export type NeuronSplitInput = {
  /** Split every layer, one start each. */
  everyLayer?: boolean | null | undefined;
  /** Split after the MLP of this layer. */
  layer?: number | null | undefined;
  /** The neurons to split out; all when absent. The others stay in the rest. */
  neurons?: Array<number> | null | undefined;
};

/** Words for a node. */
export type NodeLabelInput = {
  /** The id of the node. */
  node: string;
  /** The words. */
  text: string;
};

/** Where a job is that has not ended. */
export type OpenJobState =
  /** A worker has taken it. */
  | 'ACTIVE'
  /** No worker has taken it yet, or it will be tried again. */
  | 'WAITING';

/** Which end of an order comes first. */
export type OrderDirection =
  /** Smallest first. */
  | 'ASC'
  /** Largest first. */
  | 'DESC';

/** How to split the residual stream, exactly one of these. */
export type PartitionInput =
  {   /** By feature of a feature set. */
  feature: FeatureSplitInput; group?: never; head?: never; module?: never; neuron?: never; subspace?: never; token?: never; }
  |  { feature?: never;   /** By word, sentence or any group of positions. */
  group: GroupSplitInput; head?: never; module?: never; neuron?: never; subspace?: never; token?: never; }
  |  { feature?: never; group?: never;   /** By attention head. */
  head: HeadSplitInput; module?: never; neuron?: never; subspace?: never; token?: never; }
  |  { feature?: never; group?: never; head?: never;   /** By sublayer. */
  module: ModuleSplitInput; neuron?: never; subspace?: never; token?: never; }
  |  { feature?: never; group?: never; head?: never; module?: never;   /** By MLP neuron. */
  neuron: NeuronSplitInput; subspace?: never; token?: never; }
  |  { feature?: never; group?: never; head?: never; module?: never; neuron?: never;   /** By subspace. */
  subspace: SubspaceSplitInput; token?: never; }
  |  { feature?: never; group?: never; head?: never; module?: never; neuron?: never; subspace?: never;   /** By token. */
  token: TokenSplitInput; };

/** What the residual stream is split into. */
export type PartitionKind =
  /** One component per feature of a feature set that fires. */
  | 'FEATURE'
  /** One component per group of positions: words, sentences, spans. */
  | 'GROUP'
  /** One component per attention head of a layer, and the stream that enters it. */
  | 'HEAD'
  /** A sublayer's output, and the stream that enters it. */
  | 'MODULE'
  /** One component per MLP neuron of a layer, and the rest. */
  | 'NEURON'
  /** What lies inside a subspace of the stream, and what outside. */
  | 'SUBSPACE'
  /** One component per position of the sequence. */
  | 'TOKEN';

/** How the output of an MLP's neuron is shared among the components that reach it. */
export type Rule =
  /** The minimum subtracted, divided by the sum. */
  | 'LINEAR_NORM'
  /** Relevance over the neuron's pre-activation. */
  | 'LINEAR_WEIGHTED'
  /** Positive relevances only, divided by their sum. */
  | 'RELU'
  /** Softmax of the relevances over the temperature: the method itself. */
  | 'SOFTMAX'
  /** Relevance times the slope of the activation through zero. */
  | 'TAYLOR';

/** How far a run has come. */
export type RunStatus =
  /** Someone stopped it for good. */
  | 'CANCELLED'
  /** Every prompt is done. */
  | 'DONE'
  /** Every prompt is done or failed, and at least one failed. */
  | 'FAILED'
  /** Someone stopped it for a while. */
  | 'PAUSED'
  /** Prompts are still open. */
  | 'RUNNING';

/** What lies inside a subspace of the stream, and what outside. */
export type SubspaceSplitInput = {
  /** Vectors of D numbers that span it; they are orthonormalised. */
  basis?: Array<Array<number>> | null | undefined;
  /** Split at the input of this layer; the probe's own when absent. */
  layer?: number | null | undefined;
  /** Instead of `basis`: a trained probe of the model, whose weights span it; its name in `probes`. */
  probe?: string | null | undefined;
};

/** Nodes to be put together under a name. */
export type SupernodeInput = {
  /** The name. */
  label: string;
  /** Ids of the nodes. */
  nodes: Array<string>;
};

/** The number to attribute, exactly one of these. */
export type TargetInput =
  {   /** A whole answer: the sum of the logits of its tokens, each read where it is predicted. */
  answer: AnswerInput; direction?: never; feature?: never; logit?: never; logitDifference?: never; }
  |  { answer?: never;   /** A projection on a direction. */
  direction: DirectionInput; feature?: never; logit?: never; logitDifference?: never; }
  |  { answer?: never; direction?: never;   /** The pre-activation of a feature. */
  feature: FeatureTargetInput; logit?: never; logitDifference?: never; }
  |  { answer?: never; direction?: never; feature?: never;   /** The logit of this token. */
  logit: TokenInput; logitDifference?: never; }
  |  { answer?: never; direction?: never; feature?: never; logit?: never;   /** The difference of two logits. */
  logitDifference: LogitDifferenceInput; };

/** What kind of number was attributed. */
export type TargetType =
  /** The sum of the logits of an answer's tokens, each read where it is predicted. */
  | 'ANSWER'
  /** The projection of the stream on a direction. */
  | 'DIRECTION'
  /** The pre-activation of a feature of a feature set. */
  | 'FEATURE'
  /** The logit of one token. */
  | 'LOGIT'
  /** The logit of one token minus that of another. */
  | 'LOGIT_DIFFERENCE';

/** One token of the vocabulary, by exactly one of these. */
export type TokenInput =
  {   /** Its number in the vocabulary. */
  id: number; text?: never; }
  |  { id?: never;   /** Text that is one token where it follows the prompt; the leading space may be left out. */
  text: string; };

/** One component per position. */
export type TokenSplitInput = {
  /** Split at the input of this layer; 0, the embedding, when absent. */
  layer?: number | null | undefined;
};

/** A text, and the model that would read it. */
export type TokenizeInput = {
  /** The model's slug or hash. */
  model: string;
  /** The text. */
  text: string;
};

/** Who a job is for. */
export type Urgency =
  /** Of an ingest. */
  | 'BULK'
  /** Someone waits for it; it overtakes bulk work. */
  | 'INTERACTIVE';

/** What one thinks of an explanation. */
export type Vote =
  /** Against it. */
  | 'DOWN'
  /** Neither: an earlier vote is taken back. */
  | 'NONE'
  /** For it. */
  | 'UP';

type ComponentParts_FeatureComponent_Fragment = { __typename: 'FeatureComponent', kind: ComponentKind, index: number, layer: number | null, label: string };

type ComponentParts_GroupComponent_Fragment = { __typename: 'GroupComponent', kind: ComponentKind, index: number, layer: number | null, label: string };

type ComponentParts_HeadComponent_Fragment = { __typename: 'HeadComponent', kind: ComponentKind, index: number, layer: number | null, label: string };

type ComponentParts_NeuronComponent_Fragment = { __typename: 'NeuronComponent', kind: ComponentKind, index: number, layer: number | null, label: string };

type ComponentParts_OtherComponent_Fragment = { __typename: 'OtherComponent', kind: ComponentKind, index: number, layer: number | null, label: string };

type ComponentParts_TokenComponent_Fragment = { __typename: 'TokenComponent', kind: ComponentKind, index: number, layer: number | null, label: string };

export type ComponentPartsFragment =
  | ComponentParts_FeatureComponent_Fragment
  | ComponentParts_GroupComponent_Fragment
  | ComponentParts_HeadComponent_Fragment
  | ComponentParts_NeuronComponent_Fragment
  | ComponentParts_OtherComponent_Fragment
  | ComponentParts_TokenComponent_Fragment
;

export type FeaturePartsFragment = { id: string, name: string, index: number, label: string | null };

export type MethodFragment = { partitionKind: PartitionKind, mode: Mode, rule: Rule, temperature: number, excludeFirst: boolean, engine: string, milliseconds: number, completenessError: number, componentCount: number, storedCount: number, tailMass: number };

export type TargetPartsFragment = { type: TargetType, position: number, tokenId: number | null, text: string | null, minusTokenId: number | null, minusText: string | null, layer: number | null, feature: number | null, site: string | null, activation: number | null, value: number, probability: number | null };

export type TokenPartsFragment = { index: number, tokenId: number, text: string, start: number | null, end: number | null };

export type ModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ModelsQuery = { models: { nodes: Array<{ id: string, slug: string, name: string, architecture: string, layers: number, heads: number, neurons: number, maxPositions: number, tokenizerHash: string | null }> } | null };

export type TokenizeQueryVariables = Exact<{
  input: TokenizeInput;
}>;


export type TokenizeQuery = { tokenize: Array<{ index: number, tokenId: number, text: string, start: number | null, end: number | null }> | null };

export type CandidatesQueryVariables = Exact<{
  input: AttributeInput;
}>;


export type CandidatesQuery = { attribute: { id: string, candidates: Array<{ tokenId: number, text: string, logit: number, probability: number }> | null } | null };

export type AnswerQueryVariables = Exact<{
  input: AttributeInput;
  first?: number | null | undefined;
}>;


export type AnswerQuery = { attribute: { id: string, key: string, warnings: Array<string>, partitionKind: PartitionKind, mode: Mode, rule: Rule, temperature: number, excludeFirst: boolean, engine: string, milliseconds: number, completenessError: number, componentCount: number, storedCount: number, tailMass: number, target: { type: TargetType, position: number, tokenId: number | null, text: string | null, minusTokenId: number | null, minusText: string | null, layer: number | null, feature: number | null, site: string | null, activation: number | null, value: number, probability: number | null }, sequence: { id: string, tokenCount: number, tokens: Array<{ index: number, text: string }> }, contributions: { totalCount: number, nodes: Array<{ ordinal: number, score: number, component:
          | { __typename: 'FeatureComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'GroupComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'HeadComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'NeuronComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'OtherComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'TokenComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
         }> } } | null };

export type StrongestQueryVariables = Exact<{
  input: AttributeInput;
  first?: number | null | undefined;
}>;


export type StrongestQuery = { attribute: { id: string, key: string, warnings: Array<string>, partitionKind: PartitionKind, mode: Mode, rule: Rule, temperature: number, excludeFirst: boolean, engine: string, milliseconds: number, completenessError: number, componentCount: number, storedCount: number, tailMass: number, target: { type: TargetType, position: number, tokenId: number | null, text: string | null, minusTokenId: number | null, minusText: string | null, layer: number | null, feature: number | null, site: string | null, activation: number | null, value: number, probability: number | null }, sequence: { id: string, tokenCount: number, tokens: Array<{ index: number, text: string }> }, contributions: { totalCount: number, nodes: Array<{ ordinal: number, score: number, component:
          | { __typename: 'FeatureComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'GroupComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'HeadComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'NeuronComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'OtherComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'TokenComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
         }> } } | null };

export type FeatureSharesQueryVariables = Exact<{
  input: AttributeInput;
  first?: number | null | undefined;
}>;


export type FeatureSharesQuery = { attribute: { id: string, key: string, warnings: Array<string>, scores: Array<number>, partitionKind: PartitionKind, mode: Mode, rule: Rule, temperature: number, excludeFirst: boolean, engine: string, milliseconds: number, completenessError: number, componentCount: number, storedCount: number, tailMass: number, target: { type: TargetType, position: number, tokenId: number | null, text: string | null, minusTokenId: number | null, minusText: string | null, layer: number | null, feature: number | null, site: string | null, activation: number | null, value: number, probability: number | null }, sequence: { id: string, tokenCount: number, tokens: Array<{ index: number, text: string }> }, contributions: { totalCount: number, nodes: Array<{ ordinal: number, score: number, component:
          | { __typename: 'FeatureComponent', position: number | null, kind: ComponentKind, index: number, layer: number | null, label: string, lookup: { id: string, name: string, index: number, label: string | null } | null }
          | { __typename: 'GroupComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'HeadComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'NeuronComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'OtherComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'TokenComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
         }> } } | null };

export type FeatureSetsQueryVariables = Exact<{
  model: string;
}>;


export type FeatureSetsQuery = { featureSets: { nodes: Array<{ id: string, source: string, layer: number, site: string, featureCount: number }> } | null };

export type FeatureNameQueryVariables = Exact<{
  model: string;
  source: string;
  index: number;
}>;


export type FeatureNameQuery = { feature: { id: string, name: string, index: number, label: string | null } | null };

export type FiringQueryVariables = Exact<{
  input: ActivationsInput;
  position: number;
}>;


export type FiringQuery = { activations: { tokens: Array<{ index: number, text: string }>, top: Array<{ values: Array<number>, feature: { id: string, name: string, index: number, label: string | null } }> } | null };

export type FeatureTextQueryVariables = Exact<{
  input: ActivationsInput;
  source: string;
  index: number;
}>;


export type FeatureTextQuery = { activations: { tokens: Array<{ index: number, tokenId: number, text: string }>, feature: { values: Array<number>, max: number, maxPosition: number | null } } | null };

export type FindFeatureQueryVariables = Exact<{
  text: string;
  model: string;
}>;


export type FindFeatureQuery = { searchFeatures: { nodes: Array<{ feature: { id: string, name: string, index: number, label: string | null } }> } | null };

export type TraceQueryVariables = Exact<{
  input: AttributeInput;
}>;


export type TraceQuery = { attribute: { id: string, scores: Array<number>, completenessError: number, target: { value: number } } | null };

export type ExamplePromptsQueryVariables = Exact<{ [key: string]: never; }>;


export type ExamplePromptsQuery = { datasets: { nodes: Array<{ id: string, slug: string, prompts: { nodes: Array<{ id: string, text: string }> } }> } | null };

export type ExperimentPartsFragment = { id: string, name: string, number: number, protocol: string, seed: number, status: RunStatus, total: number, error: string | null, startedAt: string, finishedAt: string | null, progress: { pending: number, done: number, failed: number }, model: { id: string, slug: string }, dataset: { id: string, slug: string } };

export type ExperimentsQueryVariables = Exact<{ [key: string]: never; }>;


export type ExperimentsQuery = { experiments: { nodes: Array<{ id: string, name: string, number: number, protocol: string, seed: number, status: RunStatus, total: number, error: string | null, startedAt: string, finishedAt: string | null, progress: { pending: number, done: number, failed: number }, model: { id: string, slug: string }, dataset: { id: string, slug: string } }> } | null };

export type ExperimentViewQueryVariables = Exact<{
  id: string;
}>;


export type ExperimentViewQuery = { experiment: { engine: string, options: unknown, id: string, name: string, number: number, protocol: string, seed: number, status: RunStatus, total: number, error: string | null, startedAt: string, finishedAt: string | null, train: { id: string, slug: string } | null, test: { id: string, slug: string } | null, report: { title: string, facts: Array<{ name: string, value: string }>, sections: Array<{ heading: string, text: Array<string>, figures: Array<{ title: string, svg: string }>, tables: Array<{ title: string, headings: Array<string>, rows: unknown }> }> } | null, progress: { pending: number, done: number, failed: number }, model: { id: string, slug: string }, dataset: { id: string, slug: string } } | null };

export type SweepPartsFragment = { status: RunStatus, prompts: number, tokens: number, firings: number, error: string | null, finishedAt: string | null, dataset: { id: string, slug: string } };

export type SetPartsFragment = { id: string, name: string, source: string, layer: number, site: string, writes: string | null, format: string, activation: string, featureCount: number, verdict: FeatureVerdict, varianceExplained: number, l0: number, sweeps: Array<{ status: RunStatus, prompts: number, tokens: number, firings: number, error: string | null, finishedAt: string | null, dataset: { id: string, slug: string } }> };

export type ExplanationPartsFragment = { id: string, description: string, author: string, method: string | null, explainer: string | null, score: number | null, scoreMethod: string | null, votes: number };

export type ExamplePartsFragment = { value: number, position: number, first: number, tokens: Array<string>, values: Array<number>, sequence: { id: string, tokenCount: number } };

export type FeatureListQueryVariables = Exact<{
  model: string;
  source: string;
  dataset?: string | null | undefined;
  where?: FeatureFilter | null | undefined;
  orderBy?: FeatureOrder | null | undefined;
  after?: string | null | undefined;
}>;


export type FeatureListQuery = { featureSet: { id: string, name: string, source: string, layer: number, site: string, writes: string | null, format: string, activation: string, featureCount: number, verdict: FeatureVerdict, varianceExplained: number, l0: number, sweeps: Array<{ status: RunStatus, prompts: number, tokens: number, firings: number, error: string | null, finishedAt: string | null, dataset: { id: string, slug: string } }> } | null, features: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, index: number, label: string | null, topLogits: Array<{ tokenId: number, text: string, logit: number }>, statistics: { density: number, mean: number | null, max: number | null } | null }> } | null };

export type FindFeaturesQueryVariables = Exact<{
  text: string;
  model: string;
  source: string;
  after?: string | null | undefined;
}>;


export type FindFeaturesQuery = { searchFeatures: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ rank: number, explanation: { id: string, description: string, author: string, method: string | null, explainer: string | null, score: number | null, scoreMethod: string | null, votes: number }, feature: { id: string, name: string, index: number, label: string | null } }> } | null };

export type FindExamplesQueryVariables = Exact<{
  text: string;
  model: string;
  source: string;
  after?: string | null | undefined;
}>;


export type FindExamplesQuery = { searchExamples: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ rank: number, matches: number, feature: { id: string, name: string, index: number, label: string | null }, example: { value: number, position: number, first: number, tokens: Array<string>, values: Array<number>, sequence: { id: string, tokenCount: number } } }> } | null };

export type FeatureViewQueryVariables = Exact<{
  model: string;
  source: string;
  index: number;
  dataset?: string | null | undefined;
  strongest: number;
  each: number;
}>;


export type FeatureViewQuery = { feature: { decoderNorm: number | null, id: string, name: string, index: number, label: string | null, set: { id: string, name: string, source: string, layer: number, site: string, writes: string | null, format: string, activation: string, featureCount: number, verdict: FeatureVerdict, varianceExplained: number, l0: number, model: { id: string, slug: string, layers: number }, sweeps: Array<{ status: RunStatus, prompts: number, tokens: number, firings: number, error: string | null, finishedAt: string | null, dataset: { id: string, slug: string } }> }, explanations: Array<{ id: string, description: string, author: string, method: string | null, explainer: string | null, score: number | null, scoreMethod: string | null, votes: number }>, topLogits: Array<{ tokenId: number, text: string, logit: number }>, bottomLogits: Array<{ tokenId: number, text: string, logit: number }>, logitHistogram: { low: number, high: number, counts: Array<number> } | null, neighbours: Array<{ cosine: number, feature: { id: string, name: string, index: number, label: string | null } }>, statistics: { dataset: string, tokens: number, fired: number, density: number, mean: number | null, max: number | null, sampled: number, histogram: Array<{ from: number, to: number, count: number }>, coFiring: Array<{ share: number, feature: { id: string, name: string, index: number, label: string | null } }>, strongest: Array<{ value: number, position: number, first: number, tokens: Array<string>, values: Array<number>, sequence: { id: string, tokenCount: number } }>, intervals: Array<{ from: number, to: number, fired: number, examples: Array<{ value: number, position: number, first: number, tokens: Array<string>, values: Array<number>, sequence: { id: string, tokenCount: number } }> }> } | null } | null };

export type FeatureEffectsQueryVariables = Exact<{
  model: string;
  source: string;
  index: number;
}>;


export type FeatureEffectsQuery = { feature: { id: string, effects: Array<{ score: number, position: number | null, attribution: { id: string, target: { type: TargetType, position: number, tokenId: number | null, text: string | null, minusTokenId: number | null, minusText: string | null, layer: number | null, feature: number | null, site: string | null, activation: number | null, value: number, probability: number | null }, sequence: { id: string, text: string | null } } }> } | null };

export type ExampleTokensQueryVariables = Exact<{
  id: string;
}>;


export type ExampleTokensQuery = { node:
    | { __typename: 'Attribution' }
    | { __typename: 'AttributionGraph' }
    | { __typename: 'Dataset' }
    | { __typename: 'Experiment' }
    | { __typename: 'Feature' }
    | { __typename: 'FeatureExplanation' }
    | { __typename: 'FeatureSet' }
    | { __typename: 'Intervention' }
    | { __typename: 'Job' }
    | { __typename: 'Model' }
    | { __typename: 'Prompt' }
    | { __typename: 'Run' }
    | { __typename: 'Sequence', id: string, text: string | null, tokens: Array<{ index: number, tokenId: number, text: string, start: number | null, end: number | null }> }
   | null };

export type EffectQueryVariables = Exact<{
  input: AttributeInput;
}>;


export type EffectQuery = { attribute: { id: string, key: string, scores: Array<number>, partitionKind: PartitionKind, mode: Mode, rule: Rule, temperature: number, excludeFirst: boolean, engine: string, milliseconds: number, completenessError: number, componentCount: number, storedCount: number, tailMass: number, target: { type: TargetType, position: number, tokenId: number | null, text: string | null, minusTokenId: number | null, minusText: string | null, layer: number | null, feature: number | null, site: string | null, activation: number | null, value: number, probability: number | null }, decoded: Array<{ component:
        | { __typename: 'FeatureComponent', position: number | null, kind: ComponentKind, index: number, layer: number | null, label: string }
        | { __typename: 'GroupComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
        | { __typename: 'HeadComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
        | { __typename: 'NeuronComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
        | { __typename: 'OtherComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
        | { __typename: 'TokenComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
      , tokens: Array<{ tokenId: number, text: string, logit: number }> }> | null, contributions: { nodes: Array<{ ordinal: number, score: number, component:
          | { __typename: 'FeatureComponent', position: number | null, kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'GroupComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'HeadComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'NeuronComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'OtherComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
          | { __typename: 'TokenComponent', kind: ComponentKind, index: number, layer: number | null, label: string }
         }> } } | null };

export type LaterFeaturesQueryVariables = Exact<{
  input: ActivationsInput;
  position: number;
}>;


export type LaterFeaturesQuery = { activations: { top: Array<{ values: Array<number>, feature: { id: string, name: string, index: number, label: string | null } }> } | null };

export type AddExplanationMutationVariables = Exact<{
  input: AddExplanationInput;
}>;


export type AddExplanationMutation = { addExplanation: { id: string, description: string, author: string, method: string | null, explainer: string | null, score: number | null, scoreMethod: string | null, votes: number, feature: { id: string, label: string | null } } | null };

export type VoteExplanationMutationVariables = Exact<{
  id: string;
  vote: Vote;
}>;


export type VoteExplanationMutation = { voteExplanation: { id: string, description: string, author: string, method: string | null, explainer: string | null, score: number | null, scoreMethod: string | null, votes: number, feature: { id: string, label: string | null } } | null };

export type FeatureVectorsQueryVariables = Exact<{
  name: string;
}>;


export type FeatureVectorsQuery = { featureVectors: { encoder: Array<number>, decoder: Array<number>, constant: number, feature: { id: string, name: string } } | null };

export type GraphPartsFragment = { id: string, key: string, origin: GraphOrigin, maker: string | null, modelName: string, prompt: string, tokenTexts: Array<string>, position: number | null, nodesBy: GraphNodesBy | null, edgeKind: GraphEdges | null, features: number | null, nodeThreshold: number | null, edgeThreshold: number | null, maxNodes: number | null, rule: Rule | null, temperature: number | null, engine: string | null, nodeCount: number, edgeCount: number, wholeNodeCount: number | null, wholeEdgeCount: number | null, replacementScore: number | null, completenessScore: number | null, completenessError: number | null, milliseconds: number | null, createdAt: string, model: { id: string, slug: string } | null, sets: Array<{ hash: string, name: string, site: string }>, annotations: { pinned: Array<string>, supernodes: Array<{ label: string, nodes: Array<string> }>, labels: Array<{ node: string, text: string }> } };

export type DrawingPartsFragment = { edgeCount: number, nodes: Array<{ nodeId: string, ordinal: number, kind: GraphNodeKind, source: string | null, layer: number | null, number: number, position: number | null, label: string, activation: number | null, probability: number | null, influence: number, cumulative: number }>, edges: Array<{ from: number, to: number, weight: number, share: number }> };

export type RequestGraphMutationVariables = Exact<{
  input: AttributionGraphInput;
}>;


export type RequestGraphMutation = { requestAttributionGraph: { graph: { id: string } | null, job: { id: string, state: JobState, flops: number, failures: number, startedAt: string | null } | null } | null };

export type GraphJobSubscriptionVariables = Exact<{
  id: string;
}>;


export type GraphJobSubscription = { jobProgress: { id: string, state: JobState, startedAt: string | null, flops: number, failures: number, error: { code: string, message: string } | null, attributionGraph: { id: string } | null } | null };

export type CancelGraphJobMutationVariables = Exact<{
  id: string;
}>;


export type CancelGraphJobMutation = { cancelJob: boolean };

export type GraphHeadQueryVariables = Exact<{
  id: string;
}>;


export type GraphHeadQuery = { node:
    | { id: string }
    | { id: string, key: string, origin: GraphOrigin, maker: string | null, modelName: string, prompt: string, tokenTexts: Array<string>, position: number | null, nodesBy: GraphNodesBy | null, edgeKind: GraphEdges | null, features: number | null, nodeThreshold: number | null, edgeThreshold: number | null, maxNodes: number | null, rule: Rule | null, temperature: number | null, engine: string | null, nodeCount: number, edgeCount: number, wholeNodeCount: number | null, wholeEdgeCount: number | null, replacementScore: number | null, completenessScore: number | null, completenessError: number | null, milliseconds: number | null, createdAt: string, model: { id: string, slug: string } | null, sets: Array<{ hash: string, name: string, site: string }>, annotations: { pinned: Array<string>, supernodes: Array<{ label: string, nodes: Array<string> }>, labels: Array<{ node: string, text: string }> } }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null };

export type GraphDrawnQueryVariables = Exact<{
  id: string;
  threshold: number;
  maxNodes: number;
  maxEdges: number;
}>;


export type GraphDrawnQuery = { node:
    | { id: string }
    | { id: string, drawing: { edgeCount: number, nodes: Array<{ nodeId: string, ordinal: number, kind: GraphNodeKind, source: string | null, layer: number | null, number: number, position: number | null, label: string, activation: number | null, probability: number | null, influence: number, cumulative: number }>, edges: Array<{ from: number, to: number, weight: number, share: number }> } }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null };

export type GraphSubgraphQueryVariables = Exact<{
  id: string;
  nodeIds: Array<string> | string;
}>;


export type GraphSubgraphQuery = { node:
    | { id: string }
    | { id: string, drawing: { edgeCount: number, nodes: Array<{ nodeId: string, ordinal: number, kind: GraphNodeKind, source: string | null, layer: number | null, number: number, position: number | null, label: string, activation: number | null, probability: number | null, influence: number, cumulative: number }>, edges: Array<{ from: number, to: number, weight: number, share: number }> } }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null };

export type GraphPictureQueryVariables = Exact<{
  input: AttributionGraphInput;
  threshold: number;
  maxNodes: number;
  maxEdges: number;
}>;


export type GraphPictureQuery = { attributionGraph: { id: string, key: string, origin: GraphOrigin, maker: string | null, modelName: string, prompt: string, tokenTexts: Array<string>, position: number | null, nodesBy: GraphNodesBy | null, edgeKind: GraphEdges | null, features: number | null, nodeThreshold: number | null, edgeThreshold: number | null, maxNodes: number | null, rule: Rule | null, temperature: number | null, engine: string | null, nodeCount: number, edgeCount: number, wholeNodeCount: number | null, wholeEdgeCount: number | null, replacementScore: number | null, completenessScore: number | null, completenessError: number | null, milliseconds: number | null, createdAt: string, drawing: { edgeCount: number, nodes: Array<{ nodeId: string, ordinal: number, kind: GraphNodeKind, source: string | null, layer: number | null, number: number, position: number | null, label: string, activation: number | null, probability: number | null, influence: number, cumulative: number }>, edges: Array<{ from: number, to: number, weight: number, share: number }> }, model: { id: string, slug: string } | null, sets: Array<{ hash: string, name: string, site: string }>, annotations: { pinned: Array<string>, supernodes: Array<{ label: string, nodes: Array<string> }>, labels: Array<{ node: string, text: string }> } } | null };

export type GraphNodeViewQueryVariables = Exact<{
  id: string;
  node: string;
  first?: number | null | undefined;
}>;


export type GraphNodeViewQuery = { node:
    | { id: string }
    | { id: string, nodes: { nodes: Array<{ nodeId: string, ordinal: number, kind: GraphNodeKind, source: string | null, layer: number | null, number: number, position: number | null, label: string, value: number | null, constant: number, activation: number | null, probability: number | null, influence: number, cumulative: number, incoming: { totalCount: number, nodes: Array<{ weight: number, share: number, from: { nodeId: string, ordinal: number, kind: GraphNodeKind, source: string | null, number: number, position: number | null, label: string } }> }, outgoing: { totalCount: number, nodes: Array<{ weight: number, share: number, to: { nodeId: string, ordinal: number, kind: GraphNodeKind, source: string | null, number: number, position: number | null, label: string } }> } }> } }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null };

export type ConnectedNodeFragment = { nodeId: string, ordinal: number, kind: GraphNodeKind, source: string | null, number: number, position: number | null, label: string };

export type GraphFeatureNamesQueryVariables = Exact<{
  model: string;
  source: string;
  indexes: Array<number> | number;
}>;


export type GraphFeatureNamesQuery = { features: { nodes: Array<{ id: string, name: string, index: number, label: string | null }> } | null };

export type GraphFeatureQueryVariables = Exact<{
  model: string;
  source: string;
  index: number;
}>;


export type GraphFeatureQuery = { feature: { id: string, label: string | null, name: string, topLogits: Array<{ text: string, tokenId: number, logit: number }>, bottomLogits: Array<{ text: string, tokenId: number, logit: number }> } | null };

export type GraphPathsQueryVariables = Exact<{
  id: string;
  from?: string | null | undefined;
  to?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type GraphPathsQuery = { node:
    | { id: string }
    | { id: string, paths: Array<{ weight: number, nodes: Array<{ nodeId: string, ordinal: number, kind: GraphNodeKind, source: string | null, number: number, position: number | null, label: string }> }> }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null };

export type GraphSetsQueryVariables = Exact<{
  model: string;
}>;


export type GraphSetsQuery = { model: { id: string, featureSets: Array<{ id: string, source: string, layer: number, site: string, width: number }> } | null };

export type StoredGraphsQueryVariables = Exact<{ [key: string]: never; }>;


export type StoredGraphsQuery = { attributionGraphs: { nodes: Array<{ id: string, maker: string | null, modelName: string, prompt: string, nodesBy: GraphNodesBy | null, nodeCount: number, createdAt: string, sets: Array<{ hash: string, name: string }> }> } | null };

export type SaveGraphNotesMutationVariables = Exact<{
  graph: string;
  annotations: GraphAnnotationsInput;
}>;


export type SaveGraphNotesMutation = { annotateGraph: { id: string, annotations: { pinned: Array<string>, supernodes: Array<{ label: string, nodes: Array<string> }>, labels: Array<{ node: string, text: string }> } } | null };

export type GraphFileQueryVariables = Exact<{
  id: string;
}>;


export type GraphFileQuery = { node:
    | { id: string }
    | { document: unknown, id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null };

export type HeadPatternQueryVariables = Exact<{
  input: AttentionPatternInput;
  packed?: boolean | null | undefined;
}>;


export type HeadPatternQuery = { attentionPattern: { layer: number, head: number, rows?: Array<Array<number>>, packedRows?: string, milliseconds: number, tokens: Array<{ index: number, tokenId: number, text: string, start: number | null, end: number | null }> } | null };

export type HeadWhyQueryVariables = Exact<{
  input: HeadAttentionInput;
  withPairs?: boolean | null | undefined;
}>;


export type HeadWhyQuery = { headAttention: { layer: number, head: number, query: number, pattern: Array<number>, rule: Rule, temperature: number, milliseconds: number, components: Array<{ kind: ComponentKind, layer: number | null, index: number, label: string }>, keys: Array<{ key: number, attention: number, score: number, byKey: Array<number>, byQuery: Array<number>, completenessError: number, pairs?: Array<Array<number>>, strongest: Array<{ score: number, query: { kind: ComponentKind, layer: number | null, index: number, label: string }, key: { kind: ComponentKind, layer: number | null, index: number, label: string } }> }> } | null };

export type HeadPromptsQueryVariables = Exact<{
  model: string;
  layer: number;
  head: number;
  where?: AttributionFilter | null | undefined;
  first?: number | null | undefined;
}>;


export type HeadPromptsQuery = { model: { id: string, componentEffects: Array<{ score: number, attribution: { id: string, sequence: { id: string, text: string | null }, target: { type: TargetType, position: number, value: number, text: string | null, minusText: string | null }, prompts: Array<{ id: string, text: string, dataset: { id: string, slug: string } }> } }> } | null };

export type HeadDatasetsQueryVariables = Exact<{ [key: string]: never; }>;


export type HeadDatasetsQuery = { datasets: { nodes: Array<{ id: string, slug: string }> } | null };

export type RunPartsFragment = { id: string, number: number, partitionKind: PartitionKind, mode: Mode, rule: Rule, options: unknown, status: RunStatus, total: number, error: string | null, startedAt: string, finishedAt: string | null, progress: { pending: number, done: number, failed: number }, model: { id: string, slug: string }, dataset: { id: string, slug: string } };

export type LibraryQueryVariables = Exact<{ [key: string]: never; }>;


export type LibraryQuery = { models: { totalCount: number, nodes: Array<{ id: string, slug: string, name: string, architecture: string, parameters: number, layers: number, heads: number, neurons: number, residualWidth: number, vocabularySize: number, hash: string }> } | null, datasets: { totalCount: number, nodes: Array<{ id: string, slug: string, title: string, format: string, promptCount: number, createdAt: string }> } | null, runs: { totalCount: number, nodes: Array<{ id: string, number: number, partitionKind: PartitionKind, mode: Mode, rule: Rule, options: unknown, status: RunStatus, total: number, error: string | null, startedAt: string, finishedAt: string | null, progress: { pending: number, done: number, failed: number }, model: { id: string, slug: string }, dataset: { id: string, slug: string } }> } | null };

export type LibraryFeatureSetsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LibraryFeatureSetsQuery = { featureSets: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, source: string, layer: number, site: string, writes: string | null, format: string, activation: string, featureCount: number, verdict: FeatureVerdict, varianceExplained: number, l0: number, labelled: { totalCount: number }, firing: { totalCount: number }, sweeps: Array<{ status: RunStatus, prompts: number, tokens: number, firings: number, error: string | null, finishedAt: string | null, dataset: { id: string, slug: string } }> }> } | null };

export type FindPromptsQueryVariables = Exact<{
  containing: string;
  dataset?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type FindPromptsQuery = { prompts: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, index: number, text: string, answer: string | null, dataset: { id: string, slug: string } }> } | null };

export type QueueQueryVariables = Exact<{
  failures: number;
}>;


export type QueueQuery = { queue: { donePerMinute: number, failedPerMinute: number, oldestWaitingSeconds: number, jobs: Array<{ state: OpenJobState, urgency: Urgency, count: number }>, workers: Array<{ connectedAt: string, engine: string, interactiveOnly: boolean, memoryLimitBytes: number }>, failures: Array<{ at: string, code: string, message: string }> } | null };

export type DatasetViewQueryVariables = Exact<{
  slug: string;
  containing?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type DatasetViewQuery = { dataset: { id: string, slug: string, title: string, format: string, promptCount: number, contentHash: string, prompts: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, index: number, text: string, answer: string | null, subject: string | null }> } } | null };

export type RunViewQueryVariables = Exact<{
  id: string;
}>;


export type RunViewQuery = { node:
    | { __typename: 'Attribution' }
    | { __typename: 'AttributionGraph' }
    | { __typename: 'Dataset' }
    | { __typename: 'Experiment' }
    | { __typename: 'Feature' }
    | { __typename: 'FeatureExplanation' }
    | { __typename: 'FeatureSet' }
    | { __typename: 'Intervention' }
    | { __typename: 'Job' }
    | { __typename: 'Model' }
    | { __typename: 'Prompt' }
    | { __typename: 'Run', id: string, number: number, partitionKind: PartitionKind, mode: Mode, rule: Rule, options: unknown, status: RunStatus, total: number, error: string | null, startedAt: string, finishedAt: string | null, failures: { totalCount: number, nodes: Array<{ error: string | null, prompt: { id: string, index: number, text: string } }> }, progress: { pending: number, done: number, failed: number }, model: { id: string, slug: string }, dataset: { id: string, slug: string } }
    | { __typename: 'Sequence' }
   | null };

export type RunCountsQueryVariables = Exact<{
  right: AttributionFilter;
  wrong: AttributionFilter;
}>;


export type RunCountsQuery = { right: { totalCount: number } | null, wrong: { totalCount: number } | null };

export type RunAttributionsQueryVariables = Exact<{
  where: AttributionFilter;
  orderBy: AttributionOrder;
  after?: string | null | undefined;
}>;


export type RunAttributionsQuery = { attributions: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, completenessError: number, target: { type: TargetType, position: number, tokenId: number | null, text: string | null, minusTokenId: number | null, minusText: string | null, layer: number | null, feature: number | null, site: string | null, activation: number | null, value: number, probability: number | null }, prediction: { tokenId: number, text: string | null, probability: number, correct: boolean | null, expected: { tokenId: number, text: string | null, rank: number, probability: number } | null } | null, sequence: { id: string, text: string | null, tokenCount: number }, prompts: Array<{ id: string, index: number, text: string, answer: string | null }> }> } | null };

export type RunComponentMeansQueryVariables = Exact<{
  id: string;
  kind: MeanKind;
  first: number;
}>;


export type RunComponentMeansQuery = { node:
    | { __typename: 'Attribution' }
    | { __typename: 'AttributionGraph' }
    | { __typename: 'Dataset' }
    | { __typename: 'Experiment' }
    | { __typename: 'Feature' }
    | { __typename: 'FeatureExplanation' }
    | { __typename: 'FeatureSet' }
    | { __typename: 'Intervention' }
    | { __typename: 'Job' }
    | { __typename: 'Model' }
    | { __typename: 'Prompt' }
    | { __typename: 'Run', id: string, componentMeans: Array<{ kind: MeanKind, layer: number | null, index: number, label: string, prompts: number, runPrompts: number, meanScore: number, meanMagnitude: number, meanShare: number | null, deviation: number | null }> }
    | { __typename: 'Sequence' }
   | null };

export type RunPositionMeansQueryVariables = Exact<{
  id: string;
}>;


export type RunPositionMeansQuery = { node:
    | { __typename: 'Attribution' }
    | { __typename: 'AttributionGraph' }
    | { __typename: 'Dataset' }
    | { __typename: 'Experiment' }
    | { __typename: 'Feature' }
    | { __typename: 'FeatureExplanation' }
    | { __typename: 'FeatureSet' }
    | { __typename: 'Intervention' }
    | { __typename: 'Job' }
    | { __typename: 'Model' }
    | { __typename: 'Prompt' }
    | { __typename: 'Run', id: string, positionMeans: Array<{ tenth: number, prompts: number, tokens: number, meanScore: number, meanMagnitude: number, meanShare: number | null, deviation: number | null }> }
    | { __typename: 'Sequence' }
   | null };

export type RunProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type RunProgressSubscription = { runProgress: { id: string, status: RunStatus, error: string | null, finishedAt: string | null, progress: { pending: number, done: number, failed: number } } | null };

export const ComponentPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Component\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"__typename\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<ComponentPartsFragment, unknown>;
export const FeaturePartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<FeaturePartsFragment, unknown>;
export const MethodFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"Method\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Attribution\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"partitionKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mode\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"temperature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"excludeFirst\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"componentCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"storedCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tailMass\"}}]}}]}") as DocumentNode<MethodFragment, unknown>;
export const TargetPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Target\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"type\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusTokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusText\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}}]}}]}") as DocumentNode<TargetPartsFragment, unknown>;
export const TokenPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TokenParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Token\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"start\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"end\"}}]}}]}") as DocumentNode<TokenPartsFragment, unknown>;
export const ExperimentPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExperimentParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Experiment\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"protocol\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"seed\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"total\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"startedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"progress\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pending\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"done\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failed\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}") as DocumentNode<ExperimentPartsFragment, unknown>;
export const SweepPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"SweepParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSweep\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"firings\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}") as DocumentNode<SweepPartsFragment, unknown>;
export const SetPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"SetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSet\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"writes\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"format\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"verdict\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"varianceExplained\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"l0\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sweeps\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"SweepParts\"}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"SweepParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSweep\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"firings\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}") as DocumentNode<SetPartsFragment, unknown>;
export const ExplanationPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExplanationParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureExplanation\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"description\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"author\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"method\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"explainer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"scoreMethod\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"votes\"}}]}}]}") as DocumentNode<ExplanationPartsFragment, unknown>;
export const ExamplePartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExampleParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureExample\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"values\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sequence\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenCount\"}}]}}]}}]}") as DocumentNode<ExamplePartsFragment, unknown>;
export const GraphPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraph\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"key\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"origin\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"maker\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"modelName\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenTexts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodesBy\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sets\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hash\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"features\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeThreshold\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeThreshold\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"maxNodes\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"temperature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"wholeNodeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"wholeEdgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"replacementScore\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessScore\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"createdAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"annotations\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pinned\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"supernodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"labels\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}}]}}]}") as DocumentNode<GraphPartsFragment, unknown>;
export const DrawingPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"DrawingParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphDrawing\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"influence\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"cumulative\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edges\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"weight\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"share\"}}]}}]}}]}") as DocumentNode<DrawingPartsFragment, unknown>;
export const ConnectedNodeFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ConnectedNode\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphNode\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<ConnectedNodeFragment, unknown>;
export const RunPartsFragmentDoc = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"RunParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Run\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"partitionKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mode\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"options\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"total\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"startedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"progress\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pending\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"done\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failed\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}") as DocumentNode<RunPartsFragment, unknown>;
export const ModelsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Models\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"models\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"100\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"architecture\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layers\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"heads\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"neurons\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"maxPositions\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenizerHash\"}}]}}]}}]}}]}") as DocumentNode<ModelsQuery, ModelsQueryVariables>;
export const TokenizeDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Tokenize\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"TokenizeInput\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenize\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"TokenParts\"}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TokenParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Token\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"start\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"end\"}}]}}]}") as DocumentNode<TokenizeQuery, TokenizeQueryVariables>;
export const CandidatesDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Candidates\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributeInput\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attribute\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"candidates\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"logit\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}}]}}]}}]}}]}") as DocumentNode<CandidatesQuery, CandidatesQueryVariables>;
export const AnswerDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Answer\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributeInput\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}},\"defaultValue\":{\"kind\":\"IntValue\",\"value\":\"1000\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attribute\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"key\"}},{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"Method\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"warnings\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"target\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sequence\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"contributions\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"by\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"ORDINAL\"}},{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"direction\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"ASC\"}}]}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"component\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Component\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"__typename\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"Method\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Attribution\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"partitionKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mode\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"temperature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"excludeFirst\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"componentCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"storedCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tailMass\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Target\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"type\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusTokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusText\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}}]}}]}") as DocumentNode<AnswerQuery, AnswerQueryVariables>;
export const StrongestDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Strongest\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributeInput\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}},\"defaultValue\":{\"kind\":\"IntValue\",\"value\":\"200\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attribute\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"key\"}},{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"Method\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"warnings\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"target\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sequence\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"contributions\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"by\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"MAGNITUDE\"}},{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"direction\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"DESC\"}}]}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"component\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Component\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"__typename\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"Method\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Attribution\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"partitionKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mode\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"temperature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"excludeFirst\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"componentCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"storedCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tailMass\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Target\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"type\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusTokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusText\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}}]}}]}") as DocumentNode<StrongestQuery, StrongestQueryVariables>;
export const FeatureSharesDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureShares\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributeInput\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}},\"defaultValue\":{\"kind\":\"IntValue\",\"value\":\"200\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attribute\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"key\"}},{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"Method\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"warnings\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"scores\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"target\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sequence\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"contributions\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"by\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"MAGNITUDE\"}},{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"direction\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"DESC\"}}]}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"component\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureComponent\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"lookup\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}}]}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Component\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"__typename\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"Method\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Attribution\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"partitionKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mode\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"temperature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"excludeFirst\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"componentCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"storedCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tailMass\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Target\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"type\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusTokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusText\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}}]}}]}") as DocumentNode<FeatureSharesQuery, FeatureSharesQueryVariables>;
export const FeatureSetsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSets\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureSets\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"100\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureCount\"}}]}}]}}]}}]}") as DocumentNode<FeatureSetsQuery, FeatureSetsQueryVariables>;
export const FeatureNameDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureName\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<FeatureNameQuery, FeatureNameQueryVariables>;
export const FiringDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Firing\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ActivationsInput\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activations\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"top\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"8\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"positions\"},\"value\":{\"kind\":\"ListValue\",\"values\":[{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}}]}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"ignoreSpecial\"},\"value\":{\"kind\":\"BooleanValue\",\"value\":false}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"values\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<FiringQuery, FiringQueryVariables>;
export const FeatureTextDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureText\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ActivationsInput\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activations\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"values\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"max\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"maxPosition\"}}]}}]}}]}}]}") as DocumentNode<FeatureTextQuery, FeatureTextQueryVariables>;
export const FindFeatureDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FindFeature\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"searchFeatures\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"in\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}}]}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"8\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<FindFeatureQuery, FindFeatureQueryVariables>;
export const TraceDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Trace\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributeInput\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attribute\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"scores\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"target\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}}]}}]}}]}}]}") as DocumentNode<TraceQuery, TraceQueryVariables>;
export const ExamplePromptsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"ExamplePrompts\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"datasets\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"5\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"1\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}}]}}]}}]}}]}") as DocumentNode<ExamplePromptsQuery, ExamplePromptsQueryVariables>;
export const ExperimentsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Experiments\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"experiments\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"100\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ExperimentParts\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExperimentParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Experiment\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"protocol\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"seed\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"total\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"startedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"progress\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pending\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"done\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failed\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}") as DocumentNode<ExperimentsQuery, ExperimentsQueryVariables>;
export const ExperimentViewDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"ExperimentView\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"experiment\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ExperimentParts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"options\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"train\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"test\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"report\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"title\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"facts\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sections\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"heading\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"figures\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"title\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"svg\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tables\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"title\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"headings\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rows\"}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExperimentParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Experiment\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"protocol\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"seed\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"total\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"startedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"progress\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pending\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"done\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failed\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}") as DocumentNode<ExperimentViewQuery, ExperimentViewQueryVariables>;
export const FeatureListDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureList\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureFilter\"}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureOrder\"}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureSet\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"SetParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"features\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"25\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pageInfo\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hasNextPage\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"endCursor\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"topLogits\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"logit\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"statistics\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"density\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mean\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"max\"}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"SweepParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSweep\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"firings\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"SetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSet\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"writes\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"format\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"verdict\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"varianceExplained\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"l0\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sweeps\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"SweepParts\"}}]}}]}}]}") as DocumentNode<FeatureListQuery, FeatureListQueryVariables>;
export const FindFeaturesDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FindFeatures\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"searchFeatures\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"in\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"sources\"},\"value\":{\"kind\":\"ListValue\",\"values\":[{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}]}}]}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"25\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pageInfo\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hasNextPage\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"endCursor\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rank\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"explanation\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ExplanationParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExplanationParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureExplanation\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"description\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"author\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"method\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"explainer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"scoreMethod\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"votes\"}}]}}]}") as DocumentNode<FindFeaturesQuery, FindFeaturesQueryVariables>;
export const FindExamplesDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FindExamples\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"searchExamples\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"in\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"sources\"},\"value\":{\"kind\":\"ListValue\",\"values\":[{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}]}}]}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"25\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pageInfo\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hasNextPage\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"endCursor\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rank\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"matches\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"example\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ExampleParts\"}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExampleParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureExample\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"values\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sequence\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenCount\"}}]}}]}}]}") as DocumentNode<FindExamplesQuery, FindExamplesQueryVariables>;
export const FeatureViewDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureView\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"strongest\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"each\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"decoderNorm\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"set\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"SetParts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layers\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"explanations\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ExplanationParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"topLogits\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"logit\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"bottomLogits\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"logit\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"logitHistogram\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"low\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"high\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"counts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"neighbours\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"cosine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"statistics\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"fired\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"density\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mean\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"max\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sampled\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"histogram\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"count\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"coFiring\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"share\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"strongest\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"strongest\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ExampleParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"intervals\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"each\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"fired\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"examples\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ExampleParts\"}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"SweepParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSweep\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"firings\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"SetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSet\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"writes\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"format\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"verdict\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"varianceExplained\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"l0\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sweeps\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"SweepParts\"}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExplanationParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureExplanation\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"description\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"author\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"method\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"explainer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"scoreMethod\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"votes\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExampleParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureExample\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"values\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sequence\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenCount\"}}]}}]}}]}") as DocumentNode<FeatureViewQuery, FeatureViewQueryVariables>;
export const FeatureEffectsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureEffects\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"effects\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"10\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attribution\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"target\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sequence\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Target\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"type\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusTokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusText\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}}]}}]}") as DocumentNode<FeatureEffectsQuery, FeatureEffectsQueryVariables>;
export const ExampleTokensDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"ExampleTokens\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"__typename\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Sequence\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"TokenParts\"}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TokenParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Token\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"start\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"end\"}}]}}]}") as DocumentNode<ExampleTokensQuery, ExampleTokensQueryVariables>;
export const EffectDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Effect\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributeInput\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attribute\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"key\"}},{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"Method\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"scores\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"target\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"decoded\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"component\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureComponent\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"logit\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"contributions\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"1000\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"by\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"MAGNITUDE\"}},{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"direction\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"DESC\"}}]}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"kinds\"},\"value\":{\"kind\":\"ListValue\",\"values\":[{\"kind\":\"EnumValue\",\"value\":\"FEATURE\"}]}}]}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"component\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureComponent\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}}]}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ComponentParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Component\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"__typename\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"Method\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Attribution\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"partitionKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mode\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"temperature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"excludeFirst\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"componentCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"storedCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tailMass\"}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Target\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"type\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusTokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusText\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}}]}}]}") as DocumentNode<EffectQuery, EffectQueryVariables>;
export const LaterFeaturesDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"LaterFeatures\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ActivationsInput\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activations\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"top\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"8\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"positions\"},\"value\":{\"kind\":\"ListValue\",\"values\":[{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}}]}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"ignoreSpecial\"},\"value\":{\"kind\":\"BooleanValue\",\"value\":false}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"values\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<LaterFeaturesQuery, LaterFeaturesQueryVariables>;
export const AddExplanationDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"mutation\",\"name\":{\"kind\":\"Name\",\"value\":\"AddExplanation\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AddExplanationInput\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"addExplanation\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ExplanationParts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExplanationParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureExplanation\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"description\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"author\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"method\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"explainer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"scoreMethod\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"votes\"}}]}}]}") as DocumentNode<AddExplanationMutation, AddExplanationMutationVariables>;
export const VoteExplanationDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"mutation\",\"name\":{\"kind\":\"Name\",\"value\":\"VoteExplanation\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"vote\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Vote\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"voteExplanation\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"vote\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"vote\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ExplanationParts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ExplanationParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureExplanation\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"description\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"author\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"method\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"explainer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"scoreMethod\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"votes\"}}]}}]}") as DocumentNode<VoteExplanationMutation, VoteExplanationMutationVariables>;
export const FeatureVectorsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureVectors\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureVectors\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"encoder\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"decoder\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"constant\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}}]}}]}}]}}]}") as DocumentNode<FeatureVectorsQuery, FeatureVectorsQueryVariables>;
export const RequestGraphDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"mutation\",\"name\":{\"kind\":\"Name\",\"value\":\"RequestGraph\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraphInput\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"requestAttributionGraph\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"graph\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"job\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"state\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"flops\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failures\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"startedAt\"}}]}}]}}]}}]}") as DocumentNode<RequestGraphMutation, RequestGraphMutationVariables>;
export const GraphJobDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"subscription\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphJob\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"jobProgress\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"state\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"startedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"flops\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failures\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"code\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"message\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attributionGraph\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}]}}]}}]}}]}") as DocumentNode<GraphJobSubscription, GraphJobSubscriptionVariables>;
export const CancelGraphJobDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"mutation\",\"name\":{\"kind\":\"Name\",\"value\":\"CancelGraphJob\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"cancelJob\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}]}]}}]}") as DocumentNode<CancelGraphJobMutation, CancelGraphJobMutationVariables>;
export const GraphHeadDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphHead\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraph\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphParts\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraph\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"key\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"origin\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"maker\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"modelName\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenTexts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodesBy\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sets\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hash\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"features\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeThreshold\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeThreshold\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"maxNodes\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"temperature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"wholeNodeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"wholeEdgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"replacementScore\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessScore\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"createdAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"annotations\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pinned\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"supernodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"labels\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}}]}}]}") as DocumentNode<GraphHeadQuery, GraphHeadQueryVariables>;
export const GraphDrawnDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphDrawn\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"threshold\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Float\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"maxNodes\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"maxEdges\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraph\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"drawing\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"threshold\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"threshold\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"maxNodes\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"maxNodes\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"maxEdges\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"maxEdges\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"DrawingParts\"}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"DrawingParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphDrawing\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"influence\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"cumulative\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edges\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"weight\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"share\"}}]}}]}}]}") as DocumentNode<GraphDrawnQuery, GraphDrawnQueryVariables>;
export const GraphSubgraphDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphSubgraph\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeIds\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"ListType\",\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraph\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"drawing\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeIds\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeIds\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"DrawingParts\"}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"DrawingParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphDrawing\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"influence\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"cumulative\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edges\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"weight\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"share\"}}]}}]}}]}") as DocumentNode<GraphSubgraphQuery, GraphSubgraphQueryVariables>;
export const GraphPictureDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphPicture\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraphInput\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"threshold\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Float\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"maxNodes\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"maxEdges\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attributionGraph\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphParts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"drawing\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"threshold\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"threshold\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"maxNodes\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"maxNodes\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"maxEdges\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"maxEdges\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"DrawingParts\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraph\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"key\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"origin\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"maker\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"modelName\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenTexts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodesBy\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sets\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hash\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"features\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeThreshold\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeThreshold\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"maxNodes\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"temperature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"wholeNodeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"wholeEdgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"replacementScore\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessScore\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"createdAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"annotations\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pinned\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"supernodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"labels\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"DrawingParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphDrawing\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edgeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"influence\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"cumulative\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"edges\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"weight\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"share\"}}]}}]}}]}") as DocumentNode<GraphPictureQuery, GraphPictureQueryVariables>;
export const GraphNodeViewDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphNodeView\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}},\"defaultValue\":{\"kind\":\"IntValue\",\"value\":\"25\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraph\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"1\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeIds\"},\"value\":{\"kind\":\"ListValue\",\"values\":[{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"}}]}}]}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"constant\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"influence\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"cumulative\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"incoming\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"weight\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"share\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ConnectedNode\"}}]}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"outgoing\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"weight\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"share\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ConnectedNode\"}}]}}]}}]}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ConnectedNode\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphNode\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<GraphNodeViewQuery, GraphNodeViewQueryVariables>;
export const GraphFeatureNamesDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphFeatureNames\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"indexes\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"ListType\",\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"features\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"indexes\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"indexes\"}}},{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"labelled\"},\"value\":{\"kind\":\"BooleanValue\",\"value\":true}}]}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"100\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Feature\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<GraphFeatureNamesQuery, GraphFeatureNamesQueryVariables>;
export const GraphFeatureDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphFeature\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"topLogits\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"logit\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"bottomLogits\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"logit\"}}]}}]}}]}}]}") as DocumentNode<GraphFeatureQuery, GraphFeatureQueryVariables>;
export const GraphPathsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphPaths\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}},\"defaultValue\":{\"kind\":\"IntValue\",\"value\":\"8\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraph\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"paths\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"from\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"to\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"weight\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"ConnectedNode\"}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"ConnectedNode\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphNode\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"ordinal\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}") as DocumentNode<GraphPathsQuery, GraphPathsQueryVariables>;
export const GraphSetsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphSets\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureSets\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"width\"}}]}}]}}]}}]}") as DocumentNode<GraphSetsQuery, GraphSetsQueryVariables>;
export const StoredGraphsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"StoredGraphs\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attributionGraphs\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"8\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"maker\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"modelName\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodesBy\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sets\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hash\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodeCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"createdAt\"}}]}}]}}]}}]}") as DocumentNode<StoredGraphsQuery, StoredGraphsQueryVariables>;
export const SaveGraphNotesDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"mutation\",\"name\":{\"kind\":\"Name\",\"value\":\"SaveGraphNotes\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"graph\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"annotations\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphAnnotationsInput\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"annotateGraph\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"graph\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"graph\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"annotations\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"annotations\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"annotations\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pinned\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"supernodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"labels\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}}]}}]}}]}") as DocumentNode<SaveGraphNotesMutation, SaveGraphNotesMutationVariables>;
export const GraphFileDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"GraphFile\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionGraph\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"document\"}}]}}]}}]}}]}") as DocumentNode<GraphFileQuery, GraphFileQueryVariables>;
export const HeadPatternDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"HeadPattern\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttentionPatternInput\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"packed\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Boolean\"}},\"defaultValue\":{\"kind\":\"BooleanValue\",\"value\":false}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attentionPattern\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"head\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rows\"},\"directives\":[{\"kind\":\"Directive\",\"name\":{\"kind\":\"Name\",\"value\":\"skip\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"if\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"packed\"}}}]}]},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"packedRows\"},\"directives\":[{\"kind\":\"Directive\",\"name\":{\"kind\":\"Name\",\"value\":\"include\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"if\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"packed\"}}}]}]},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"TokenParts\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TokenParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Token\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"start\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"end\"}}]}}]}") as DocumentNode<HeadPatternQuery, HeadPatternQueryVariables>;
export const HeadWhyDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"HeadWhy\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"HeadAttentionInput\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"withPairs\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Boolean\"}},\"defaultValue\":{\"kind\":\"BooleanValue\",\"value\":true}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"headAttention\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"input\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"head\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"query\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pattern\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"temperature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"milliseconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"components\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"keys\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"key\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attention\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"byKey\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"byQuery\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pairs\"},\"directives\":[{\"kind\":\"Directive\",\"name\":{\"kind\":\"Name\",\"value\":\"include\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"if\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"withPairs\"}}}]}]},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"strongest\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"12\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"query\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"key\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}}]}}]}}]}}]}}]}}]}") as DocumentNode<HeadWhyQuery, HeadWhyQueryVariables>;
export const HeadPromptsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"HeadPrompts\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"head\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionFilter\"}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}},\"defaultValue\":{\"kind\":\"IntValue\",\"value\":\"15\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"componentEffects\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"HEAD\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"head\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"score\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attribution\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sequence\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"target\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"type\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusText\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}}]}}]}}]}}]}") as DocumentNode<HeadPromptsQuery, HeadPromptsQueryVariables>;
export const HeadDatasetsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"HeadDatasets\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"datasets\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"100\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}}]}") as DocumentNode<HeadDatasetsQuery, HeadDatasetsQueryVariables>;
export const LibraryDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Library\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"models\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"100\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"architecture\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"parameters\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layers\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"heads\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"neurons\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"residualWidth\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"vocabularySize\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hash\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"datasets\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"100\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"title\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"format\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"promptCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"createdAt\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"runs\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"50\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"RunParts\"}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"RunParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Run\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"partitionKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mode\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"options\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"total\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"startedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"progress\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pending\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"done\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failed\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}") as DocumentNode<LibraryQuery, LibraryQueryVariables>;
export const LibraryFeatureSetsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"LibraryFeatureSets\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureSets\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"25\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pageInfo\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hasNextPage\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"endCursor\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"SetParts\"}},{\"kind\":\"Field\",\"alias\":{\"kind\":\"Name\",\"value\":\"labelled\"},\"name\":{\"kind\":\"Name\",\"value\":\"features\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"1\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"labelled\"},\"value\":{\"kind\":\"BooleanValue\",\"value\":true}}]}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}}]}},{\"kind\":\"Field\",\"alias\":{\"kind\":\"Name\",\"value\":\"firing\"},\"name\":{\"kind\":\"Name\",\"value\":\"features\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"1\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"ObjectValue\",\"fields\":[{\"kind\":\"ObjectField\",\"name\":{\"kind\":\"Name\",\"value\":\"fires\"},\"value\":{\"kind\":\"BooleanValue\",\"value\":true}}]}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"SweepParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSweep\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"firings\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"SetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"FeatureSet\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"name\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"source\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"writes\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"format\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"featureCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"verdict\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"varianceExplained\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"l0\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sweeps\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"SweepParts\"}}]}}]}}]}") as DocumentNode<LibraryFeatureSetsQuery, LibraryFeatureSetsQueryVariables>;
export const FindPromptsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"FindPrompts\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"containing\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"containing\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"containing\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"20\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pageInfo\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hasNextPage\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"endCursor\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"answer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}}]}}]}") as DocumentNode<FindPromptsQuery, FindPromptsQueryVariables>;
export const QueueDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"Queue\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"failures\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"queue\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"failures\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"failures\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"donePerMinute\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failedPerMinute\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"oldestWaitingSeconds\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"jobs\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"state\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"urgency\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"count\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"workers\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"connectedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"engine\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"interactiveOnly\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"memoryLimitBytes\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failures\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"at\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"code\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"message\"}}]}}]}}]}}]}") as DocumentNode<QueueQuery, QueueQueryVariables>;
export const DatasetViewDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"DatasetView\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"containing\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"title\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"format\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"promptCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"contentHash\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"25\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"containing\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"containing\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"ignoreCase\"},\"value\":{\"kind\":\"BooleanValue\",\"value\":true}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pageInfo\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hasNextPage\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"endCursor\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"answer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"subject\"}}]}}]}}]}}]}}]}") as DocumentNode<DatasetViewQuery, DatasetViewQueryVariables>;
export const RunViewDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"RunView\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"__typename\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Run\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"RunParts\"}},{\"kind\":\"Field\",\"alias\":{\"kind\":\"Name\",\"value\":\"failures\"},\"name\":{\"kind\":\"Name\",\"value\":\"items\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"20\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"},\"value\":{\"kind\":\"EnumValue\",\"value\":\"FAILED\"}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompt\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}}]}}]}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"RunParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Run\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"number\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"partitionKind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"mode\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rule\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"options\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"total\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"startedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"progress\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pending\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"done\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failed\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"model\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"dataset\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"slug\"}}]}}]}}]}") as DocumentNode<RunViewQuery, RunViewQueryVariables>;
export const RunCountsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"RunCounts\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"right\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionFilter\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"wrong\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionFilter\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"alias\":{\"kind\":\"Name\",\"value\":\"right\"},\"name\":{\"kind\":\"Name\",\"value\":\"attributions\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"1\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"right\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}}]}},{\"kind\":\"Field\",\"alias\":{\"kind\":\"Name\",\"value\":\"wrong\"},\"name\":{\"kind\":\"Name\",\"value\":\"attributions\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"1\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"wrong\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}}]}}]}}]}") as DocumentNode<RunCountsQuery, RunCountsQueryVariables>;
export const RunAttributionsDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"RunAttributions\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionFilter\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"AttributionOrder\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}},\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"String\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"attributions\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"IntValue\",\"value\":\"25\"}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"after\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"where\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"orderBy\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"totalCount\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pageInfo\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"hasNextPage\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"endCursor\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"nodes\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"completenessError\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"target\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"FragmentSpread\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prediction\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"correct\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"expected\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"rank\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}}]}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"sequence\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenCount\"}}]}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"answer\"}}]}}]}}]}}]}},{\"kind\":\"FragmentDefinition\",\"name\":{\"kind\":\"Name\",\"value\":\"TargetParts\"},\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Target\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"type\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"position\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"text\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusTokenId\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"minusText\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"feature\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"site\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"activation\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"value\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"probability\"}}]}}]}") as DocumentNode<RunAttributionsQuery, RunAttributionsQueryVariables>;
export const RunComponentMeansDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"RunComponentMeans\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"MeanKind\"}}}},{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Int\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"__typename\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Run\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"componentMeans\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}}},{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"first\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"kind\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"layer\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"index\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"label\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"runPrompts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"meanScore\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"meanMagnitude\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"meanShare\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"deviation\"}}]}}]}}]}}]}}]}") as DocumentNode<RunComponentMeansQuery, RunComponentMeansQueryVariables>;
export const RunPositionMeansDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"query\",\"name\":{\"kind\":\"Name\",\"value\":\"RunPositionMeans\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"node\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"__typename\"}},{\"kind\":\"InlineFragment\",\"typeCondition\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"Run\"}},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"positionMeans\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tenth\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"prompts\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"tokens\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"meanScore\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"meanMagnitude\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"meanShare\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"deviation\"}}]}}]}}]}}]}}]}") as DocumentNode<RunPositionMeansQuery, RunPositionMeansQueryVariables>;
export const RunProgressDocument = /* #__PURE__ */ JSON.parse("{\"kind\":\"Document\",\"definitions\":[{\"kind\":\"OperationDefinition\",\"operation\":\"subscription\",\"name\":{\"kind\":\"Name\",\"value\":\"RunProgress\"},\"variableDefinitions\":[{\"kind\":\"VariableDefinition\",\"variable\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},\"type\":{\"kind\":\"NonNullType\",\"type\":{\"kind\":\"NamedType\",\"name\":{\"kind\":\"Name\",\"value\":\"ID\"}}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"runProgress\"},\"arguments\":[{\"kind\":\"Argument\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"},\"value\":{\"kind\":\"Variable\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}}}],\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"id\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"status\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"error\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"finishedAt\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"progress\"},\"selectionSet\":{\"kind\":\"SelectionSet\",\"selections\":[{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"pending\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"done\"}},{\"kind\":\"Field\",\"name\":{\"kind\":\"Name\",\"value\":\"failed\"}}]}}]}}]}}]}") as DocumentNode<RunProgressSubscription, RunProgressSubscriptionVariables>;
