-- What promptfoo.sql makes of what the sample does not have. The tables are those of promptfoo 0.123, as far as they
-- are read.
.headers on
ATTACH ':memory:' AS promptfoo;
CREATE TABLE promptfoo.evals(id TEXT PRIMARY KEY, created_at INTEGER, description TEXT, results TEXT, config TEXT);
CREATE TABLE promptfoo.eval_results(
  id TEXT PRIMARY KEY, created_at INTEGER, eval_id TEXT, prompt_idx INTEGER, test_idx INTEGER, test_case TEXT, prompt TEXT,
  provider TEXT, success INTEGER, score REAL, named_scores TEXT, failure_reason INTEGER NOT NULL DEFAULT 0);
INSERT INTO promptfoo.evals VALUES
  ('e1', 1, NULL, '{}', '{"defaultTest":{"assert":[{"type":"is-json"},{"type":"latency","threshold":9}]}}'),
  ('e2', 2, 'second', '{}', '{}');
INSERT INTO promptfoo.eval_results(id, created_at, eval_id, test_case, prompt, provider, success, score, named_scores, failure_reason) VALUES
  -- a description full of what means something in a regular expression or to a shell
  ('1', '2026-01-01 00:00:00', 'e1', '{"description":"a+b (\\d) [x]{1}^$|?*. it''s","vars":{"q":1},"assert":[{"type":"is-json"},{"type":"latency","threshold":9},{"type":"equals","value":"{{q}}"}]}', '{"raw":"p","label":"p"}', '{"id":"m1","label":""}', 1, 1, '{"a.b":0.5}', 0),
  -- no description: vars
  ('2', '2026-01-01 00:00:00', 'e1', '{"vars":{"q":2},"assert":[{"type":"is-json"},{"type":"equals","value":"2"}]}', '{"raw":"p","label":"p"}', '{"id":"m1"}', 0, 0, '{}', 1),
  -- a number as id
  ('3', '2026-01-01 00:00:00', 'e1', '{"description":"third","vars":{"q":3},"metadata":{"id":7}}', '{"raw":"p","label":"p"}', '{"id":"m1"}', 1, 0.75, '{}', 0),
  -- the latest answer is an error; its time is in milliseconds
  ('4', 1798761600000, 'e2', '{"description":"third","vars":{"q":3},"metadata":{"id":7}}', '{"raw":"p","label":"p"}', '{"id":"m1"}', 0, 0, '{}', 2),
  -- another prompt, and other vars under the same description
  ('5', '2026-01-02 00:00:00', 'e2', '{"description":"third","vars":{"q":4}}', '{"raw":"p, step by step","label":"p, step by step"}', '{"id":"m2"}', 1, 1, '{}', 0),
  ('6', '2026-01-02 00:00:00', 'e2', '{"description":"fourth","vars":{"q":4}}', '{"raw":"p, step by step","label":"p, step by step"}', '{"id":"m2"}', 1, 1, '{}', 0),
  ('7', '2026-01-02 00:00:01', 'e2', '{"description":"fourth","vars":{"q":5}}', '{"raw":"p, step by step","label":"p, step by step"}', '{"id":"m2"}', 0, 0, '{}', 1);
.read sql/stores/promptfoo.sql
SELECT * FROM coverage;
SELECT model, question, typeof(question) AS type, score, answer FROM results ORDER BY answer;
UPDATE choice SET repeats = 'answered';
SELECT model, question, score, answer FROM results ORDER BY answer;
UPDATE choice SET metric = 'a.b';
SELECT model, question, score, answer FROM results ORDER BY answer;
UPDATE choice SET metric = 'score', prompt = '%step by step';
SELECT model, question, score, answer FROM results ORDER BY answer;
UPDATE choice SET prompt = NULL, description = 'sec%';
SELECT count(*) FROM results;
UPDATE choice SET description = NULL;

-- a pattern; then a test without description, one that shares its description, one that is not there
CREATE TEMP TABLE coreset AS SELECT question FROM results WHERE question LIKE 'a+b%';
SELECT * FROM way_back;
INSERT INTO coreset VALUES('fourth');
SELECT * FROM way_back WHERE name = 'command line';
INSERT INTO coreset VALUES('{"q":2}');
SELECT * FROM way_back;
DELETE FROM coreset;
INSERT INTO coreset VALUES(7);
SELECT * FROM way_back;
INSERT INTO coreset VALUES('fifth'), ('sixth');
SELECT * FROM way_back;
