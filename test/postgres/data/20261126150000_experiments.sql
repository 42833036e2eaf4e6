INSERT INTO experiment (key, name, model_id, dataset_id, protocol, seed, options, engine, record_count, records_per_item)
SELECT repeat('6', 64), 'token-faithfulness', r.model_id, d.id, 'corrected', 0, '{}', r.engine, 1, 1 FROM result r, dataset d LIMIT 1;
INSERT INTO experiment_item (experiment_id, index, key) SELECT id, 0, repeat('5', 64) FROM experiment;
INSERT INTO experiment_row (experiment_id, item, ordinal, method, setting, metric, value)
SELECT id, 0, 0, 'depass', 'patch-top', 'logit', 1 FROM experiment;
