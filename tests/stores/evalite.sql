-- needs ../shared/stores/evalite.db
.headers on
ATTACH 'file:../shared/stores/evalite.db?mode=ro' AS evalite;
.read sql/stores/evalite.sql
SELECT * FROM coverage;
SELECT * FROM metrics;
SELECT suite, metric, count(*), count(DISTINCT model), count(DISTINCT question), count(score), sum(score), min(run), max(run) FROM results;
SELECT model, score, answer FROM results WHERE question LIKE '{"qid":"q7",%' ORDER BY model LIMIT 4;
UPDATE choice SET metric = 'numeric';
SELECT metric, count(*), sum(score), min(score), max(score) FROM results;
UPDATE choice SET repeats = 'all';
SELECT metric, count(*), sum(score) FROM results;
UPDATE choice SET metric = 'accuracy';
UPDATE choice SET repeats = 'mean';

-- the main job, on the default choice
.read sql/stores/evalite.sql
CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE model <> 'sim-06';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 4);
SELECT * FROM way_back;
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results
                         WHERE model = 'sim-06' AND question IN (SELECT question FROM coreset)));
