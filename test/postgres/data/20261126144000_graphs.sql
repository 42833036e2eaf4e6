INSERT INTO attribution_graph (key, model_id, sequence_id, position, nodes_by, sets, edge_kind, options, rule, temperature, exclude_first,
  engine, node_count, edge_count, whole_node_count, whole_edge_count, completeness_error, milliseconds)
SELECT repeat('8', 64), model_id, sequence_id, position, 'head', '[]', 'direct', '{}', rule, temperature, exclude_first, engine,
  2, 1, 2, 1, 0, 1 FROM result LIMIT 1;
INSERT INTO graph_node (graph_id, ordinal, name, kind, number, label, constant, influence, cumulative)
SELECT id, n, 'node ' || n, 'token', n, 'a', 0, 1, 1 FROM attribution_graph, generate_series(0, 1) n;
INSERT INTO graph_edge (graph_id, ordinal, from_ordinal, to_ordinal, weight, magnitude, share)
SELECT id, 0, 0, 1, 1, 1, 1 FROM attribution_graph;
