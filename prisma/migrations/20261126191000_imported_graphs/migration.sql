-- Graphs that came from files: what the file says besides nodes, edges and annotations, so that it can be written again.
ALTER TABLE "attribution_graph" ADD COLUMN "imported" JSONB;
COMMENT ON COLUMN "attribution_graph"."imported" IS 'Of a graph that came from a file: what the file says of itself. Null where it was computed here.';
