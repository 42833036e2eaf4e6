INSERT INTO intervention (key, model_id, sequence_id, position, change_kinds, changes, vectors, target_type, target_token_id,
  value_before, value_free, value_frozen, taken, tokens, mode, rule, temperature, exclude_first, engine, milliseconds)
SELECT repeat('7', 64), model_id, sequence_id, position, '{head}', '[{"kind": "head", "layer": 0, "heads": [0], "to": "zero"}]', '{}',
  'logit', 1, 3, 1, 2, '[]', '{}', mode, rule, temperature, exclude_first, engine, 1 FROM result LIMIT 1;
INSERT INTO site_mean (model_id, dataset_id, place, positions, vector_hash, engine)
SELECT r.model_id, d.id, '0.mlp_out', 3, v.hash, r.engine FROM result r, dataset d, vector v LIMIT 1;
