INSERT INTO feature_set (id, model_id, source, source_set, hash, format, layer, site, width, written_width, feature_count,
  activation, normalisation, claims, verdict, variance_explained, l0, silent, self_test)
VALUES (5, 3, '1-res', 'res', repeat('1', 64), 'saelens', 1, '1.resid_post', 8, 8, 2, 'relu', 'none', '{}', 'ok', 0.9, 1, 0, '{}');
INSERT INTO feature_set_location (set_id, host, path) VALUES (5, 'host', '/sets/1-res');
INSERT INTO feature (set_id, index, decoder_norm, top_tokens, top_texts, top_logits) VALUES (5, 0, 1, '{7}', '{" c"}', '{2}'), (5, 1, 1, '{}', '{}', '{}');
INSERT INTO feature_sweep (id, set_id, dataset_id, status, prompts, options, engine, tokens)
VALUES (1, 5, 1, 'done', 1, '{}', 'onnx-cpu-float32', 2);
INSERT INTO feature_shard VALUES (1, 0, 1, 'done', 2, 1, 1, NULL);
INSERT INTO feature_sweep_state VALUES (5, 1, 0, '\x00');
INSERT INTO feature_statistics (set_id, index, sweep_id, fired, density, mean, max, sampled) VALUES (5, 0, 1, 1, 0.5, 2, 2, 1);
INSERT INTO feature_sequence VALUES (1, 1);
INSERT INTO feature_example VALUES (5, 0, 1, 'strongest', 9, 0, 1, 1, 2, 0, '\x0000000000000040');
INSERT INTO feature_explanation (id, set_id, index, description, author, key) VALUES (1, 5, 0, 'a letter', 'old', repeat('2', 64));
INSERT INTO feature_vote (set_id, explanation_id, voter, vote) VALUES (5, 1, 'local', 1);
