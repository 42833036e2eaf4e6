-- Graphs that other programs made: their files as they came, and rows that claim nothing that the files do not say.

ALTER TABLE "attribution_graph"
  ALTER COLUMN "model_id" DROP NOT NULL,
  ALTER COLUMN "sequence_id" DROP NOT NULL,
  ALTER COLUMN "position" DROP NOT NULL,
  ALTER COLUMN "nodes_by" DROP NOT NULL,
  ALTER COLUMN "edge_kind" DROP NOT NULL,
  ALTER COLUMN "rule" DROP NOT NULL,
  ALTER COLUMN "temperature" DROP NOT NULL,
  ALTER COLUMN "exclude_first" DROP NOT NULL,
  ALTER COLUMN "engine" DROP NOT NULL,
  ALTER COLUMN "whole_node_count" DROP NOT NULL,
  ALTER COLUMN "whole_edge_count" DROP NOT NULL,
  ALTER COLUMN "completeness_error" DROP NOT NULL,
  ALTER COLUMN "milliseconds" DROP NOT NULL,
  -- All of what a computed graph says, or nothing of it, so that neither is ever taken for the other.
  ADD CONSTRAINT "attribution_graph_computed_or_foreign" CHECK (
    num_nulls("model_id", "sequence_id", "position", "nodes_by", "edge_kind", "rule", "temperature", "exclude_first", "engine",
      "whole_node_count", "whole_edge_count", "completeness_error", "milliseconds") = 0
    OR ("imported" IS NOT NULL AND "replacement_score" IS NULL AND "completeness_score" IS NULL
      AND num_nonnulls("model_id", "sequence_id", "position", "nodes_by", "edge_kind", "rule", "temperature", "exclude_first", "engine",
        "whole_node_count", "whole_edge_count", "completeness_error", "milliseconds") = 0));

CREATE TABLE "graph_file" (
    "graph_id" BIGINT NOT NULL,
    "document" TEXT NOT NULL,

    CONSTRAINT "graph_file_pkey" PRIMARY KEY ("graph_id")
);
ALTER TABLE "graph_file"
  ADD CONSTRAINT "graph_file_graph_id_fkey" FOREIGN KEY ("graph_id") REFERENCES "attribution_graph"("id") ON DELETE CASCADE ON UPDATE CASCADE;

COMMENT ON TABLE "attribution_graph" IS 'One graph of a prompt: how tokens, features, heads and MLPs lead to the logits. Its nodes are graph_node, its edges graph_edge. One that another program made has no model, and its file is graph_file.';
COMMENT ON COLUMN "attribution_graph"."model_id" IS 'The model: model.id; null where another program made the graph.';
COMMENT ON COLUMN "attribution_graph"."sequence_id" IS 'The tokens the model read: sequence.id; null where another program made the graph.';
COMMENT ON COLUMN "attribution_graph"."imported" IS 'Of a graph that came from a file: what the file says of itself; where another program made it, which (maker). Null where it was computed here.';
COMMENT ON TABLE "graph_file" IS 'The file of a graph that another program made.';
COMMENT ON COLUMN "graph_file"."graph_id" IS 'The graph: attribution_graph.id.';
COMMENT ON COLUMN "graph_file"."document" IS 'Its JSON, as circuit-tracer and Neuronpedia exchange it.';
COMMENT ON VIEW "graph_edge_readable" IS 'Edges of graphs with the names of their ends; without the graphs of other programs.';
