-- A row in every table, as the first version wrote them.
INSERT INTO model (id, slug, hash, name, architecture, tokenizer_hash, layers, residual_width, heads, key_value_heads,
  head_width, neurons, vocabulary_size, max_positions, parameters, config)
VALUES (3, 'old', repeat('a', 64), 'old', 'llama', repeat('b', 64), 2, 8, 2, 2, 4, 16, 100, 64, 12345, '{"a": 1}');
INSERT INTO model_location (model_id, host, path) VALUES (3, 'host', '/models/old');
INSERT INTO dataset (id, slug, title, format, content_hash, prompt_count) VALUES (1, 'old', 'Old', 'jsonl', repeat('c', 64), 1);
INSERT INTO prompt (id, dataset_id, index, text, answer) VALUES (1, 1, 0, 'a b', 'c');
INSERT INTO sequence (id, hash, tokenizer_hash, token_count, text) VALUES (1, repeat('d', 64), repeat('b', 64), 2, 'a b');
INSERT INTO sequence_token VALUES (1, 0, 5, 'a', 0, 1), (1, 1, 6, ' b', 1, 3);
INSERT INTO prompt_sequence VALUES (1, repeat('b', 64), 1, 7, ' c', 1);
INSERT INTO vector (hash, rows, width, data) VALUES ('v', 1, 2, '\x0000803f00000040');
INSERT INTO result (id, key, model_id, sequence_id, position, partition_kind, partition, target_type, target_token_id,
  target_text, target_value, target_probability, mode, rule, temperature, exclude_first, engine, completeness_error,
  component_count, stored_count, tail_mass, scores_vector_hash, milliseconds)
VALUES (1, repeat('e', 64), 3, 1, 1, 'token', '{"by": "token", "layer": 0}', 'logit', 7, ' c', 3, 0.5, 'corrected',
  'softmax', 0.1, true, 'onnx-cpu-float32', 0, 2, 2, 0, 'v', 1);
INSERT INTO contribution (result_id, score, ordinal, component_index, kind, model_id)
VALUES (1, 1, 0, 0, 'token', 3), (1, 2, 1, 1, 'token', 3);
INSERT INTO run (id, key, model_id, dataset_id, partition_kind, mode, rule, options, status, total)
VALUES (1, repeat('f', 64), 3, 1, 'token', 'corrected', 'softmax', '{}', 'done', 1);
INSERT INTO run_item VALUES (1, 1, 'done', repeat('e', 64), 1, NULL);
