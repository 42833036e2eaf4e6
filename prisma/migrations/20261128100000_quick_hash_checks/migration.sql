-- The same check of rows that are written by the thousand, in a twentieth of the time. Counting 64 characters in a regular
-- expression took 16 µs a key, a fifth of what a result costs to insert; looking for a foreign character takes 0.8.

ALTER TABLE "sequence"
  DROP CONSTRAINT "sequence_hash_form",
  ADD CONSTRAINT "sequence_hash_form" CHECK (octet_length("hash") = 64 AND "hash" !~ '[^0-9a-f]');

ALTER TABLE "result"
  DROP CONSTRAINT "result_key_form",
  DROP CONSTRAINT "result_next_key_form",
  ADD CONSTRAINT "result_key_form" CHECK (octet_length("key") = 64 AND "key" !~ '[^0-9a-f]'),
  ADD CONSTRAINT "result_next_key_form" CHECK (octet_length("next_key") = 64 AND "next_key" !~ '[^0-9a-f]');
