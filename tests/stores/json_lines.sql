-- needs ../shared/stores/lmeval
.headers on
CREATE TEMP TABLE logs AS
  SELECT '../shared/stores/lmeval' AS path, '$.prompt_hash' AS model, '$.doc.id' AS question, '$.acc' AS score, '*/samples_arc_*.jsonl' AS files;
.read sql/stores/json_lines.sql
SELECT rows, questions, errors, unreadable FROM coverage;

-- a log of its own
SELECT count(writefile(name, text)) AS files FROM (
  SELECT 'r/a.jsonl' AS name,
   '{"who": "m1", "q": "x", "ok": true, "at": 9, "bench": "b", "text": "one"}' || char(13, 10) ||
   '{"who": "m1", "q": "x", "ok": false, "at": 10, "bench": "b", "text": "one"}' || char(10) ||
   '{"who": "m1", "q": 1, "ok": NaN, "at": 1, "bench": "b", "text": "two"}' || char(10) ||
   '{"who": "m1", "q": "1", "ok": 0.5, "at": 1, "bench": "b", "text": "two"}' || char(10) ||
   '{"who": "m1", "q": "y", "ok": "yes", "at": 1, "bench": "b", "text": "three"}' || char(10) ||
   '{"who": "m1", "q": "z", "ok": 1, "at": 1, "err": "timeout", "bench": "b", "text": "four"}' || char(10) || char(10) ||
   'not JSON' || char(10) || '{"q": "y", "ok": 1}' || char(10) AS text
  UNION ALL SELECT 'r/deep/b.jsonl',
   '{"who": "m2", "q": "x", "ok": 1, "at": 1, "err": null, "bench": "b", "text": "other"}' || char(10) ||
   '{"who": "m2", "q": "z", "ok": 1, "at": 1, "err": false, "bench": "c", "text": "four"}'
  UNION ALL SELECT 'r/other.json', 'x');
DROP TABLE logs;
CREATE TEMP TABLE logs AS SELECT 'r' AS path, '$.who' AS model, '$.q' AS question, '$.ok' AS score;
.read sql/stores/json_lines.sql
SELECT * FROM coverage;
SELECT model, question, typeof(question) AS type, score, file, line FROM results ORDER BY file, line;
DROP TABLE logs;
CREATE TEMP TABLE logs AS
  SELECT 'r' AS path, '$.who' AS model, '$.q' AS question, '$.ok' AS score, '$.at' AS run, '$.err' AS error, '$.bench' AS suite, '$.text' AS input;
.read sql/stores/json_lines.sql
SELECT * FROM coverage;
SELECT suite, model, question, score, run FROM results ORDER BY file, line;
UPDATE choice SET repeats = 'answered';
SELECT count(*), count(score) FROM results;
UPDATE choice SET repeats = 'all';
SELECT count(*), count(score) FROM results;
UPDATE choice SET repeats = 'mean';
CREATE TEMP TABLE coreset AS SELECT 'z' AS question UNION SELECT 1;
SELECT * FROM way_back;
UPDATE logs SET path = 'sql';
.read sql/stores/json_lines.sql

-- the main job, on lines made here: the chance to be right depends on the model and on the question
SELECT writefile('made/log.jsonl', group_concat(json_object('model', 'm' || (n / 60), 'question', n % 60, 'score',
         (n * 7919 + n * n * 104729) % 100 < n / 60 * 4 + n % 60 * 37 % 40), char(10))) > 0 AS written
  FROM (WITH RECURSIVE c(n) AS (VALUES(0) UNION ALL SELECT n + 1 FROM c LIMIT 1200) SELECT n FROM c);
DROP TABLE logs;
CREATE TEMP TABLE logs AS SELECT 'made' AS path, '$.model' AS model, '$.question' AS question, '$.score' AS score;
.read sql/stores/json_lines.sql
CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE model <> 'm11';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
DELETE FROM coreset;
INSERT INTO coreset SELECT question FROM coreset_select((SELECT m FROM matrix), 6);
SELECT text FROM way_back WHERE name LIKE '%.json';
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results
                         WHERE model = 'm11' AND question IN (SELECT question FROM coreset)));
