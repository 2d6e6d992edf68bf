-- A store that tests/stores/samples/deepeval.sql makes, as DeepEval would, opened as a user opens it.
.headers on
ATTACH 'deepeval.db' AS deepeval;
.read tests/stores/samples/deepeval.sql
DETACH deepeval;
ATTACH 'file:deepeval.db?mode=ro' AS deepeval;
.read sql/stores/deepeval.sql
SELECT * FROM coverage;
SELECT * FROM metrics;

-- one row for a cell; errors are NULL, also where a 0 is stored beside them
SELECT count(*), count(DISTINCT model), count(DISTINCT question), count(score), round(sum(score), 3) AS total FROM results;
SELECT model, question, score, run, trial, answer FROM results WHERE score IS NULL ORDER BY answer;
SELECT count(*) AS zeros_beside_errors FROM deepeval.metric_data WHERE error IS NOT NULL AND score = 0;
SELECT question, score, run, trial FROM results WHERE model = 'sim-3' ORDER BY question LIMIT 12;
SELECT DISTINCT model FROM results WHERE model NOT LIKE 'sim-_%' ORDER BY model;

-- the latest answers, counted without the view
SELECT count(*) AS latest, round(sum(score), 3) AS total
  FROM (SELECT CASE WHEN error IS NULL THEN score END AS score,
               row_number() OVER (PARTITION BY coalesce(hyperparameters_json ->> 'model', identifier), input
                                      ORDER BY test_runs.created_at DESC, metric_data.id DESC) AS place
          FROM deepeval.test_runs JOIN deepeval.test_cases ON test_runs.id = test_cases.test_run_id JOIN deepeval.metric_data ON test_cases.id = owner_id
         WHERE owner_type = 'test_case' AND metric_data.name LIKE 'Correct%' AND test_runs.id <> 14)
 WHERE place = 1;

-- other choices
UPDATE choice SET repeats = 'answered';
SELECT question, score, run, trial FROM results WHERE model = 'sim-3' AND run = 3 AND trial < 3 ORDER BY trial;
UPDATE choice SET repeats = 'trials';
SELECT question, score, run, trial FROM results WHERE model = 'sim-3' AND run = 13 ORDER BY answer;
UPDATE choice SET repeats = 'all';
SELECT count(*), count(score) FROM results;
UPDATE choice SET repeats = 'latest', model = 'llm';
SELECT model, count(*) FROM results GROUP BY model ORDER BY model;
UPDATE choice SET model = NULL;
SELECT min(model), count(DISTINCT model) FROM results;
UPDATE choice SET model = 'model', metric = 'Faithfulness';
SELECT metric, count(*), count(score), round(sum(score), 3) AS total FROM results;
UPDATE choice SET metric = 'Role Adherence';
SELECT model, question, score, suite FROM results ORDER BY question;
SELECT * FROM coverage;
CREATE TEMP TABLE coreset AS SELECT question FROM results;
SELECT * FROM way_back;
DROP TABLE coreset;
UPDATE choice SET metric = 'accuracy';
UPDATE choice SET repeats = 'mean';
SELECT metric, repeats FROM choice;

-- the main job, on the default choice
.read sql/stores/deepeval.sql
CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE model <> 'sim-7';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
CREATE TEMP TABLE coreset AS SELECT rank, question FROM coreset_select((SELECT m FROM matrix), 5);
SELECT * FROM way_back;
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results
                         WHERE model = 'sim-7' AND question IN (SELECT question FROM coreset)));
INSERT INTO coreset(question) VALUES('what is 0 / 0?');
SELECT text FROM way_back WHERE name = 'command line';

-- read-only, and nothing is left in the user's file
DELETE FROM deepeval.test_runs;
SELECT count(*) FROM deepeval.sqlite_schema WHERE name IN ('results', 'coverage', 'choice');

-- a store without metrics of test cases
DETACH deepeval;
ATTACH ':memory:' AS deepeval;
.read tests/stores/samples/deepeval.sql
DELETE FROM deepeval.metric_data WHERE owner_type = 'test_case';
.read sql/stores/deepeval.sql
