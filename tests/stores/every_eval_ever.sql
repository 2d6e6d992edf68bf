-- A folder that tests/stores/samples/every_eval_ever.sql makes, as the converters of Every Eval Ever would.
.headers on
.read tests/stores/samples/every_eval_ever.sql
CREATE TEMP TABLE logs AS SELECT 'every_eval_ever' AS path;
.read sql/stores/every_eval_ever.sql
SELECT * FROM coverage;
SELECT * FROM metrics;
SELECT suite, metric, count(*), count(DISTINCT model), count(DISTINCT question), count(score), sum(score) FROM results GROUP BY suite;
SELECT model, question, score, CAST(run AS TEXT) AS run, sample FROM results WHERE sample IN ('3', 'id3') AND model <= 'org1/sim-1' ORDER BY 1, 2;
SELECT sample, score, run, line FROM results WHERE model = 'org0/sim-2' AND suite = 'gsm8k' ORDER BY length(sample), sample LIMIT 5;
SELECT model, question, score, line FROM results WHERE score IS NULL;

-- the latest answers, counted without the view: three of sim-2 from the later run
SELECT suite, sum(score) AS total
  FROM (SELECT evaluation ->> 'score' AS score, suite
          FROM (SELECT line.value ->> 'evaluation_name' AS suite, line.value -> 'evaluation' AS evaluation, line.value ->> 'error' AS error,
                       row_number() OVER (PARTITION BY line.value ->> 'model_id', line.value ->> 'evaluation_name', line.value ->> 'sample_id'
                                              ORDER BY file.name GLOB '*/00000000-*' DESC, line.key DESC) AS place
                  FROM fsdir('every_eval_ever') AS file,
                       json_each('[' || replace(rtrim(CAST(readfile(file.name) AS TEXT), char(10)), char(10), ',') || ']') AS line
                 WHERE file.name GLOB '*.jsonl' AND line.value ->> 'evaluation_name' <> 'mmlu')
         WHERE place = 1 AND error IS NULL)
 GROUP BY suite;

-- other choices
UPDATE choice SET metric = 'judged';
SELECT suite, metric, count(*), count(score), sum(score) FROM results GROUP BY suite;
SELECT * FROM coverage;
UPDATE choice SET metric = 'f1';
UPDATE choice SET metric = NULL, repeats = 'answered';
SELECT model, question, score, line FROM results WHERE suite = 'security_guide' AND model = 'org1/sim-3' AND sample = '4';
UPDATE choice SET repeats = 'all';
SELECT suite, count(*), count(score) FROM results GROUP BY suite;
UPDATE choice SET repeats = 'mean';
UPDATE choice SET question = 'doc_id';
UPDATE choice SET question = 'sample_id', repeats = 'latest';
SELECT suite, questions, different_inputs FROM coverage;
SELECT min(question), max(question) FROM results;

-- the main job
.read sql/stores/every_eval_ever.sql
CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'gsm8k' AND model <> 'org1/sim-7';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 5);
SELECT * FROM way_back;
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results JOIN coreset USING (question)
                                                 WHERE model = 'org1/sim-7'));
INSERT INTO coreset SELECT DISTINCT question FROM results WHERE sample IN ('2', 'id2', '4') AND suite <> 'gsm8k';
SELECT * FROM way_back;
INSERT INTO coreset VALUES('gsm8k/none');
SELECT text FROM way_back WHERE name = 'command line';

-- what the sample does not have: no .json beside it, hashes of different converters, ids with quotes, NaN, lines of other logs
CREATE TEMP TABLE files(name, text);
INSERT INTO files VALUES
  ('odd/a/1.jsonl',
   '{"model_id": "m''1", "evaluation_name": "it''s 100%", "sample_id": "q''1", "sample_hash": "aa", "input": {"raw": "x"}, "evaluation": {"score": NaN}, "error": null}' || char(13, 10) ||
   '{"model_id": "m''1", "evaluation_name": "it''s 100%", "sample_id": "q\"2", "sample_hash": "", "input": {"raw": "y"}, "evaluation": {"score": 1}, "error": ""}' || char(10) ||
   '{"model_id": "m''1", "evaluation_name": "it''s 100%", "sample_id": "q%3", "input": {"raw": "z"}, "evaluation": {"score": true}}' || char(10) ||
   char(10) || '{"doc_id": 1, "acc": 1.0}' || char(10) || '{"model_id": "m''1", "evaluation_na' || char(10)),
  ('odd/a/2_samples.jsonl',
   '{"model_id": "m2", "evaluation_name": "it''s 100%", "sample_id": "q''1", "sample_hash": "bb", "input": {"raw": "x"}, "evaluation": {"score": 0.5}}' || char(10) ||
   '{"model_id": "m2", "evaluation_name": "it''s 100%", "sample_id": "q\"2", "input": {"raw": "another"}, "evaluation": {"score": 0}}'),
  ('odd/a/2.json', '{"evaluation_timestamp": "last May", "retrieved_timestamp": "1790000000", "eval_library": {"name": "inspect_ai"}, "x": NaN}');
SELECT count(writefile(name, text)) AS files FROM files;
UPDATE logs SET path = 'odd';
.read sql/stores/every_eval_ever.sql
SELECT * FROM coverage;
SELECT model, question, score, run, file, line FROM results ORDER BY 1, 2;
UPDATE choice SET question = 'sample_id';
SELECT * FROM coverage;
DELETE FROM coreset;
INSERT INTO coreset SELECT DISTINCT question FROM results;
SELECT * FROM way_back;
SELECT writefile('odd/b/3.jsonl.gz', 'x');
.read sql/stores/every_eval_ever.sql
UPDATE logs SET path = 'sql';
.read sql/stores/every_eval_ever.sql
SELECT count(writefile('other/samples_gsm8k.jsonl', '{"doc_id": 1, "acc": 1.0}')) AS files;
UPDATE logs SET path = 'other';
.read sql/stores/every_eval_ever.sql
