-- needs ../shared/stores/helm
.headers on
CREATE TEMP TABLE logs AS SELECT '../shared/stores/helm/benchmark_output/runs' AS path;
.read sql/stores/helm.sql
SELECT * FROM coverage;
SELECT * FROM metrics;
SELECT suite, metric, run, count(*), count(DISTINCT model), count(DISTINCT question), count(score), sum(score) FROM results GROUP BY suite;
SELECT model, sum(score) FROM results GROUP BY model ORDER BY model;
SELECT question, score FROM results WHERE model = 'sim/0' AND question IN ('id0', 'id1') ORDER BY question;
UPDATE choice SET metric = 'num_prompt_tokens';
SELECT metric, count(*), sum(score) FROM results;
UPDATE choice SET metric = 'f1';
UPDATE choice SET split = 'train';
UPDATE choice SET repeats = 'mean';

-- the main job
UPDATE choice SET metric = NULL, split = 'test';
CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE model <> 'sim/4';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 5);
SELECT * FROM way_back;
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results
                         WHERE model = 'sim/4' AND question IN (SELECT question FROM coreset)));
