-- needs ../shared/stores/lmeval
.headers on
CREATE TEMP TABLE logs AS SELECT '../shared/stores/lmeval' AS path;
.read sql/stores/lm_eval.sql
SELECT * FROM coverage;
SELECT * FROM metrics;
SELECT suite, metric, filter, count(*), count(DISTINCT model), count(DISTINCT question), count(score), sum(score) FROM results GROUP BY suite;
SELECT model, question, score, run, document FROM results
 WHERE document = 3 AND model IN ('org0/sim-00b', 'org1/sim-13b') ORDER BY suite, model;
SELECT model, sum(score) FROM results WHERE suite = 'gsm8k' GROUP BY model ORDER BY model LIMIT 4;
UPDATE choice SET filter = 'flexible-extract';
SELECT suite, metric, filter, count(*), sum(score) FROM results GROUP BY suite;
UPDATE choice SET metric = 'acc_norm', filter = NULL;
SELECT suite, metric, filter, count(*), sum(score) FROM results GROUP BY suite;
UPDATE choice SET metric = 'f1';
UPDATE choice SET filter = 'strict';
UPDATE choice SET repeats = 'mean';

-- the main job
UPDATE choice SET metric = NULL;
CREATE TEMP TABLE matrix AS
  SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'gsm8k' AND model <> 'org1/sim-07b';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 6);
SELECT * FROM way_back;
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results
                         WHERE model = 'org1/sim-07b' AND question IN (SELECT question FROM coreset)));
INSERT INTO coreset SELECT question FROM results WHERE suite = 'arc_challenge' AND document IN (17, 4);
SELECT * FROM way_back;
