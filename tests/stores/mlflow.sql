-- A store that tests/stores/samples/mlflow.sql makes, as MLflow would, opened as a user opens it.
.headers on
ATTACH 'mlflow.db' AS mlflow;
.read tests/stores/samples/mlflow.sql
DETACH mlflow;
ATTACH 'file:mlflow.db?mode=ro' AS mlflow;
.read sql/stores/mlflow.sql
SELECT * FROM coverage;
SELECT * FROM metrics;

-- one row for a cell; errors of scorers and of traces, and NaN, are NULL
SELECT suite, count(*), count(DISTINCT model), count(DISTINCT question), count(score), sum(score) FROM results GROUP BY suite;
SELECT model, question, score, answer FROM results WHERE score IS NULL ORDER BY model, question;
SELECT DISTINCT model FROM results WHERE suite = 'qa_golden_set' ORDER BY model;
SELECT suite, model, substr(question, 1, 40) AS question, score, answer FROM results WHERE suite <> 'qa_golden_set' ORDER BY answer;
SELECT model, question, score, answer FROM results
 WHERE model IN ('sim-1', 'sim-2', 'sim-6') AND suite = 'qa_golden_set' AND question < 'dr-05' ORDER BY model, question;

-- the answers of run r14 are the latest of sim-2, counted without the view
SELECT count(*) AS latest, sum(CAST(value AS REAL)) AS total
  FROM (SELECT value, row_number() OVER (PARTITION BY substr(request_id, 7) ORDER BY timestamp_ms DESC) AS place
          FROM mlflow.trace_info JOIN mlflow.assessments ON trace_id = request_id
         WHERE name = 'correctness' AND (request_id LIKE 't-r02%' OR request_id LIKE 't-r14%'))
 WHERE place = 1;
SELECT count(*), sum(score) FROM results WHERE model = 'sim-2';

-- other choices
UPDATE choice SET repeats = 'answered';
SELECT count(*), count(score) FROM results WHERE model = 'sim-5';
UPDATE choice SET repeats = 'all';
SELECT model, question, score, answer FROM results WHERE question IN ('dr-03', 'dr-04') AND model = 'sim-6' ORDER BY answer;
UPDATE choice SET source = 'HUMAN';
SELECT model, question, score, answer FROM results WHERE score IS NOT NULL ORDER BY answer;
UPDATE choice SET source = 'PEOPLE';
UPDATE choice SET source = NULL, repeats = 'latest', model = 'llm';
SELECT model, count(*) FROM results WHERE suite = 'qa_golden_set' AND model NOT LIKE 'bold%' GROUP BY model ORDER BY model;
UPDATE choice SET model = NULL;
SELECT count(DISTINCT model) FROM results WHERE suite = 'qa_golden_set';
UPDATE choice SET model = 'model', metric = 'safety';
SELECT * FROM coverage;
INSERT INTO ratings VALUES('unknown', 0.5);
SELECT count(*), count(score), sum(score) FROM results;
UPDATE choice SET metric = 'accuracy';
UPDATE choice SET repeats = 'mean';
SELECT metric, repeats FROM choice;

-- the main job, on the default choice
.read sql/stores/mlflow.sql
CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'qa_golden_set' AND model <> 'sim-7';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
CREATE TEMP TABLE coreset AS SELECT rank, question FROM coreset_select((SELECT m FROM matrix), 5);
SELECT * FROM way_back;
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results
                         WHERE suite = 'qa_golden_set' AND model = 'sim-7' AND question IN (SELECT question FROM coreset)));

-- questions that are in no dataset, one of them cut off; one that is not there
DELETE FROM coreset;
INSERT INTO coreset(question) SELECT question FROM results WHERE suite = 'dataset' AND score = 1;
SELECT * FROM way_back;
INSERT INTO coreset(question) SELECT question FROM results WHERE suite = 'dataset' AND score = 0;
SELECT name, substr(text, 1, 80) AS text FROM way_back;
INSERT INTO coreset(question) VALUES('dr-31');
SELECT text FROM way_back WHERE name = 'command line';

-- read-only, and nothing is left in the user's file
DELETE FROM mlflow.runs;
SELECT count(*) FROM mlflow.sqlite_schema WHERE name IN ('results', 'coverage', 'choice');

-- a store without feedback
DETACH mlflow;
ATTACH ':memory:' AS mlflow;
.read tests/stores/samples/mlflow.sql
DELETE FROM mlflow.assessments WHERE assessment_type = 'feedback';
.read sql/stores/mlflow.sql
