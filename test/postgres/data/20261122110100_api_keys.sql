INSERT INTO api_key (name, hash, scopes) VALUES ('old', repeat('0', 64), '{read}');
