INSERT INTO model_alias (hash, model_id) VALUES (repeat('9', 64), 3);
