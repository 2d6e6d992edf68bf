-- needs ../shared/stores/promptfoo.db
.headers on
ATTACH 'file:../shared/stores/promptfoo.db?mode=ro' AS promptfoo;
.read sql/stores/promptfoo.sql
SELECT * FROM coverage;
SELECT * FROM metrics;

-- one row for a cell; 6 errors are NULL, and 'echo' is a provider without a label
SELECT count(*), count(DISTINCT model), count(DISTINCT question), count(score), sum(score) FROM results;
SELECT model, score, run, answer FROM results WHERE question = 'arith-18' AND model IN ('echo', 'sim-model-05', 'sim-model-23') ORDER BY model;
SELECT count(*) AS null_scores, sum(failure_reason = 2) AS errors, sum(eval_results.score) AS stored
  FROM results JOIN promptfoo.eval_results ON eval_results.rowid = answer WHERE results.score IS NULL;

-- the latest answers, counted without the view
SELECT count(*) AS latest, sum(score) AS total
  FROM (SELECT CASE WHEN failure_reason <> 2 THEN score END AS score,
               row_number() OVER (PARTITION BY provider, json_extract(test_case, '$.vars.qid') ORDER BY created_at DESC, rowid DESC) AS place
          FROM promptfoo.eval_results)
 WHERE place = 1;

-- other choices
UPDATE choice SET id = 'qid';
SELECT model, question, score FROM results WHERE model = 'sim-model-23' ORDER BY question LIMIT 3;
UPDATE choice SET metric = 'success';
SELECT metric, count(*), count(score), sum(score) FROM results;
UPDATE choice SET metric = 'correct';
SELECT metric, count(*), count(score), sum(score) FROM results;
SELECT * FROM metrics WHERE chosen;
UPDATE choice SET repeats = 'all';
SELECT metric, count(*), count(score), sum(score) FROM results;
UPDATE choice SET repeats = 'answered';
SELECT metric, count(*), count(score), sum(score) FROM results;
UPDATE choice SET description = 'other%';
SELECT count(*) FROM results;
SELECT * FROM coverage;
UPDATE choice SET description = 'arith%', prompt = 'Q {{qid}}%';
SELECT count(*) FROM results;
UPDATE choice SET metric = 'accuracy';
UPDATE choice SET repeats = 'mean';
SELECT metric, repeats FROM choice;

-- the main job, on the default choice
.read sql/stores/promptfoo.sql
CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE model <> 'sim-model-12';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
CREATE TEMP TABLE coreset AS SELECT rank, question FROM coreset_select((SELECT m FROM matrix), 8);
SELECT question FROM coreset ORDER BY rank;
SELECT * FROM way_back;
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results
                         WHERE model = 'sim-model-12' AND question IN (SELECT question FROM coreset)));

-- read-only, and nothing is left in the user's file
DELETE FROM promptfoo.evals;
SELECT count(*) FROM promptfoo.sqlite_schema WHERE name IN ('results', 'coverage', 'choice');
