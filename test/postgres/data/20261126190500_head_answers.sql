INSERT INTO head_answer (key, model_id, data) SELECT repeat('6', 64), id, '\x0a' FROM model LIMIT 1;
