-- Graphs of prompts: nodes and edges as rows, since they are filtered, ordered and paged where they lie.

CREATE TABLE "attribution_graph" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "model_id" SMALLINT NOT NULL,
    "sequence_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "nodes_by" TEXT NOT NULL,
    "sets" JSONB NOT NULL,
    "edge_kind" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "rule" TEXT NOT NULL,
    "temperature" DOUBLE PRECISION NOT NULL,
    "exclude_first" BOOLEAN NOT NULL,
    "engine" TEXT NOT NULL,
    "node_count" INTEGER NOT NULL,
    "edge_count" INTEGER NOT NULL,
    "whole_node_count" INTEGER NOT NULL,
    "whole_edge_count" INTEGER NOT NULL,
    "replacement_score" DOUBLE PRECISION,
    "completeness_score" DOUBLE PRECISION,
    "completeness_error" DOUBLE PRECISION NOT NULL,
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "milliseconds" DOUBLE PRECISION NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "attribution_graph_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "attribution_graph_key_key" ON "attribution_graph"("key");
CREATE INDEX "attribution_graph_sequence_id_model_id_idx" ON "attribution_graph"("sequence_id", "model_id");
CREATE INDEX "attribution_graph_model_id_idx" ON "attribution_graph"("model_id");
ALTER TABLE "attribution_graph"
  ADD CONSTRAINT "attribution_graph_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "attribution_graph_sequence_id_fkey" FOREIGN KEY ("sequence_id") REFERENCES "sequence"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "attribution_graph_key_form" CHECK ("key" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "attribution_graph_nodes_known" CHECK ("nodes_by" IN ('feature', 'head', 'module')),
  ADD CONSTRAINT "attribution_graph_edges_known" CHECK ("edge_kind" IN ('direct', 'total'));

CREATE TABLE "graph_node" (
    "graph_id" BIGINT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "source" TEXT,
    "layer" SMALLINT,
    "number" INTEGER NOT NULL,
    "position" INTEGER,
    "label" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "constant" DOUBLE PRECISION NOT NULL,
    "activation" DOUBLE PRECISION,
    "probability" DOUBLE PRECISION,
    "influence" DOUBLE PRECISION NOT NULL,
    "cumulative" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "graph_node_pkey" PRIMARY KEY ("graph_id", "ordinal")
);
CREATE UNIQUE INDEX "graph_node_graph_id_name_key" ON "graph_node"("graph_id", "name");
CREATE INDEX "graph_node_graph_id_influence_idx" ON "graph_node"("graph_id", "influence" DESC);
ALTER TABLE "graph_node"
  ADD CONSTRAINT "graph_node_graph_id_fkey" FOREIGN KEY ("graph_id") REFERENCES "attribution_graph"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "graph_node_kind_known" CHECK ("kind" IN
    ('token', 'feature', 'head', 'attention', 'mlp', 'error', 'rest', 'skip', 'stream', 'sae_bias', 'bias', 'logit'));

CREATE TABLE "graph_edge" (
    "graph_id" BIGINT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "from_ordinal" INTEGER NOT NULL,
    "to_ordinal" INTEGER NOT NULL,
    "weight" DOUBLE PRECISION NOT NULL,
    "magnitude" DOUBLE PRECISION NOT NULL,
    "share" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "graph_edge_pkey" PRIMARY KEY ("graph_id", "ordinal")
);
CREATE INDEX "graph_edge_graph_id_from_ordinal_idx" ON "graph_edge"("graph_id", "from_ordinal");
CREATE INDEX "graph_edge_graph_id_to_ordinal_idx" ON "graph_edge"("graph_id", "to_ordinal");
CREATE INDEX "graph_edge_graph_id_magnitude_idx" ON "graph_edge"("graph_id", "magnitude" DESC);
ALTER TABLE "graph_edge"
  ADD CONSTRAINT "graph_edge_graph_id_fkey" FOREIGN KEY ("graph_id") REFERENCES "attribution_graph"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "graph_edge_from_fkey" FOREIGN KEY ("graph_id", "from_ordinal") REFERENCES "graph_node"("graph_id", "ordinal") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "graph_edge_to_fkey" FOREIGN KEY ("graph_id", "to_ordinal") REFERENCES "graph_node"("graph_id", "ordinal") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE VIEW "graph_edge_readable" AS
SELECT e.graph_id, m.slug AS model, s.text AS text, f.name AS from_node, f.label AS from_label, f.kind AS from_kind,
  t.name AS to_node, t.label AS to_label, t.kind AS to_kind, e.weight, e.share, t.value AS to_value, t.influence AS to_influence
FROM "graph_edge" e
JOIN "graph_node" f ON f.graph_id = e.graph_id AND f.ordinal = e.from_ordinal
JOIN "graph_node" t ON t.graph_id = e.graph_id AND t.ordinal = e.to_ordinal
JOIN "attribution_graph" g ON g.id = e.graph_id
JOIN "model" m ON m.id = g.model_id
JOIN "sequence" s ON s.id = g.sequence_id;

COMMENT ON TABLE "attribution_graph" IS 'One graph of a prompt: how tokens, features, heads and MLPs lead to the logits. Its nodes are graph_node, its edges graph_edge.';
COMMENT ON COLUMN "attribution_graph"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "attribution_graph"."key" IS 'sha256 of everything that the numbers depend on: same key, same numbers.';
COMMENT ON COLUMN "attribution_graph"."model_id" IS 'The model: model.id.';
COMMENT ON COLUMN "attribution_graph"."sequence_id" IS 'The tokens the model read: sequence.id.';
COMMENT ON COLUMN "attribution_graph"."position" IS 'Position where the logits are read.';
COMMENT ON COLUMN "attribution_graph"."nodes_by" IS 'feature: features of sets; head: heads and MLPs; module: the sublayers of every layer.';
COMMENT ON COLUMN "attribution_graph"."sets" IS 'The feature sets in the order of computation: hash, name, site, writes.';
COMMENT ON COLUMN "attribution_graph"."edge_kind" IS 'direct: what goes through no other node; total: everything on the way.';
COMMENT ON COLUMN "attribution_graph"."options" IS 'Features of each set, logits, thresholds and the budget of nodes.';
COMMENT ON COLUMN "attribution_graph"."rule" IS 'How a neuron''s output is shared.';
COMMENT ON COLUMN "attribution_graph"."temperature" IS 'Temperature of the softmax rule.';
COMMENT ON COLUMN "attribution_graph"."exclude_first" IS 'The first token takes no share of MLP outputs, except at itself.';
COMMENT ON COLUMN "attribution_graph"."engine" IS 'What computed it, and in which precision.';
COMMENT ON COLUMN "attribution_graph"."node_count" IS 'Nodes that were kept.';
COMMENT ON COLUMN "attribution_graph"."edge_count" IS 'Edges that were kept.';
COMMENT ON COLUMN "attribution_graph"."whole_node_count" IS 'Nodes before pruning.';
COMMENT ON COLUMN "attribution_graph"."whole_edge_count" IS 'Edges before pruning.';
COMMENT ON COLUMN "attribution_graph"."replacement_score" IS 'Of the influence that ends at tokens, errors and the rest, the share of tokens; null without any.';
COMMENT ON COLUMN "attribution_graph"."completeness_score" IS 'How much of what leads into nodes, weighted by their influence, is explained.';
COMMENT ON COLUMN "attribution_graph"."completeness_error" IS 'The largest deviation of a node''s edges and constant from its value, relative to the largest term.';
COMMENT ON COLUMN "attribution_graph"."annotations" IS 'What people have saved with it: pinned nodes, groups of nodes (supernodes), labels.';
COMMENT ON COLUMN "attribution_graph"."milliseconds" IS 'Time of the computation.';
COMMENT ON COLUMN "attribution_graph"."created_at" IS 'When it was stored.';
COMMENT ON TABLE "graph_node" IS 'One node of a graph.';
COMMENT ON COLUMN "graph_node"."graph_id" IS 'The graph: attribution_graph.id.';
COMMENT ON COLUMN "graph_node"."ordinal" IS 'Place in the order of computation: edges lead from smaller to larger.';
COMMENT ON COLUMN "graph_node"."name" IS 'Its id in the graph, as in the common JSON: 2_320_5 is feature 320 of layer 2 at position 5.';
COMMENT ON COLUMN "graph_node"."kind" IS 'token, feature, head, attention, mlp, error, rest, skip, stream, sae_bias, bias or logit.';
COMMENT ON COLUMN "graph_node"."source" IS 'Name of the feature set it belongs to.';
COMMENT ON COLUMN "graph_node"."layer" IS 'Its layer; null for tokens and biases.';
COMMENT ON COLUMN "graph_node"."number" IS 'Number of the feature, the head or the token in the vocabulary.';
COMMENT ON COLUMN "graph_node"."position" IS 'Its position; null for what reaches every position.';
COMMENT ON COLUMN "graph_node"."label" IS 'What a person reads.';
COMMENT ON COLUMN "graph_node"."value" IS 'What the edges into it and its constant sum to, in the whole graph: a pre-activation, a logit, a length.';
COMMENT ON COLUMN "graph_node"."constant" IS 'feature: what the biases of its set add.';
COMMENT ON COLUMN "graph_node"."activation" IS 'feature: how strongly it fires.';
COMMENT ON COLUMN "graph_node"."probability" IS 'logit: probability of the token.';
COMMENT ON COLUMN "graph_node"."influence" IS 'Its influence on the logits.';
COMMENT ON COLUMN "graph_node"."cumulative" IS 'Share of all influence that this node and those with more have.';
COMMENT ON TABLE "graph_edge" IS 'One edge of a graph. See the view graph_edge_readable.';
COMMENT ON COLUMN "graph_edge"."graph_id" IS 'The graph: attribution_graph.id.';
COMMENT ON COLUMN "graph_edge"."ordinal" IS 'By target, then by size.';
COMMENT ON COLUMN "graph_edge"."from_ordinal" IS 'Where it comes from: graph_node.ordinal.';
COMMENT ON COLUMN "graph_edge"."to_ordinal" IS 'Where it leads: graph_node.ordinal.';
COMMENT ON COLUMN "graph_edge"."weight" IS 'What it adds to the value of its target.';
COMMENT ON COLUMN "graph_edge"."magnitude" IS '|weight|';
COMMENT ON COLUMN "graph_edge"."share" IS '|weight| of the sum of all |weights| into its target, in the whole graph.';
COMMENT ON VIEW "graph_edge_readable" IS 'Edges of graphs with the names of their ends.';
COMMENT ON COLUMN "graph_edge_readable"."graph_id" IS 'attribution_graph.id';
COMMENT ON COLUMN "graph_edge_readable"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "graph_edge_readable"."text" IS 'The text that was tokenised.';
COMMENT ON COLUMN "graph_edge_readable"."from_node" IS 'Id of the node it comes from.';
COMMENT ON COLUMN "graph_edge_readable"."from_label" IS 'What a person reads.';
COMMENT ON COLUMN "graph_edge_readable"."from_kind" IS 'What kind of node that is.';
COMMENT ON COLUMN "graph_edge_readable"."to_node" IS 'Id of the node it leads to.';
COMMENT ON COLUMN "graph_edge_readable"."to_label" IS 'What a person reads.';
COMMENT ON COLUMN "graph_edge_readable"."to_kind" IS 'What kind of node that is.';
COMMENT ON COLUMN "graph_edge_readable"."weight" IS 'What it adds to the value of its target.';
COMMENT ON COLUMN "graph_edge_readable"."share" IS 'Of all that leads into its target, in absolute value.';
COMMENT ON COLUMN "graph_edge_readable"."to_value" IS 'The value of its target.';
COMMENT ON COLUMN "graph_edge_readable"."to_influence" IS 'The influence of its target on the logits.';
