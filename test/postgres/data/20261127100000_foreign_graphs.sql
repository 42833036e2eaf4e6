INSERT INTO attribution_graph (key, sets, options, node_count, edge_count, imported)
VALUES (repeat('9', 64), '[]', '{}', 0, 0, '{"model": "m", "prompt": "p", "tokens": ["p"], "maker": "another program", "nodeThreshold": null}');
INSERT INTO graph_file (graph_id, document) SELECT id, '{}' FROM attribution_graph WHERE model_id IS NULL;
