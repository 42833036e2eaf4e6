INSERT INTO probe (hash, name, model_id, layer, accuracy, tested, trained, weights_hash, train_dataset_id, test_dataset_id, engine)
SELECT repeat('4', 64), 'a probe', r.model_id, 1, 1, 1, 1, v.hash, d.id, d.id, r.engine FROM result r, vector v, dataset d LIMIT 1;
