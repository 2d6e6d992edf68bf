-- A store that tests/stores/samples/phoenix.sql makes, as Phoenix would, opened as a user opens it.
.headers on
ATTACH 'phoenix.db' AS phoenix;
.read tests/stores/samples/phoenix.sql
DETACH phoenix;
ATTACH 'file:phoenix.db?mode=ro' AS phoenix;
.read sql/stores/phoenix.sql
SELECT * FROM coverage;
SELECT * FROM metrics;

-- one row for a cell; both kinds of error are NULL; example 30, which is deleted, and experiment 12 are left out
SELECT suite, count(*), count(DISTINCT model), count(DISTINCT question), count(score), sum(score) FROM results GROUP BY suite;
SELECT model, question, score, run, answer FROM results WHERE score IS NULL ORDER BY answer;
SELECT DISTINCT model, typeof(question) AS type FROM results WHERE run > 10 OR run < 3 ORDER BY 1, 2;
SELECT count(*) FROM results WHERE question = 'ex-30' OR run = 12;
SELECT question, score, run, trial FROM results WHERE model = 'sim-2' AND question BETWEEN 'ex-03' AND 'ex-06' ORDER BY question;

-- the latest answers, counted without the view
SELECT count(*) AS latest, sum(score) AS total
  FROM (SELECT annotation.score, run.dataset_example_id,
               row_number() OVER (PARTITION BY coalesce(model_name, experiment.metadata ->> 'model', experiment.name), run.dataset_example_id
                                      ORDER BY experiment.id DESC, repetition_number DESC) AS place
          FROM phoenix.experiments AS experiment LEFT JOIN phoenix.experiment_prompt_tasks USING (id)
               JOIN phoenix.experiment_runs AS run ON experiment_id = experiment.id
               LEFT JOIN phoenix.experiment_run_annotations AS annotation ON experiment_run_id = run.id AND annotation.name = 'correctness'
         WHERE dataset_id = 1 AND experiment.id <> 12 AND run.dataset_example_id <> 30)
 WHERE place = 1;

-- other choices
UPDATE choice SET repeats = 'answered';
SELECT count(*), count(score) FROM results;
UPDATE choice SET repeats = 'trials';
SELECT question, score, run, trial FROM results WHERE model = 'sim-2' AND run = 13 ORDER BY answer;
UPDATE choice SET repeats = 'all';
SELECT count(*), count(score) FROM results;
UPDATE choice SET repeats = 'latest', model = 'variant';
SELECT model, count(*) FROM results WHERE suite = 'golden-set' GROUP BY model ORDER BY model;
UPDATE choice SET model = NULL;
SELECT min(model), max(model), count(DISTINCT model) FROM results;
UPDATE choice SET model = 'model', experiment = 'experiment-1%';
SELECT suite, rows, models, experiments FROM coverage;
UPDATE choice SET experiment = NULL, metric = 'tone';
SELECT * FROM coverage;
INSERT INTO ratings VALUES('polite', 1), ('rude', 0);
SELECT * FROM coverage;
SELECT metric, count(*), count(score), sum(score) FROM results;
UPDATE choice SET metric = 'accuracy';
UPDATE choice SET repeats = 'mean';
SELECT metric, repeats FROM choice;

-- the main job, on the default choice
.read sql/stores/phoenix.sql
CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'golden-set' AND model <> 'sim-7';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
CREATE TEMP TABLE coreset AS SELECT rank, question FROM coreset_select((SELECT m FROM matrix), 5);
SELECT question FROM coreset ORDER BY rank;
SELECT * FROM way_back;
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results
                         WHERE suite = 'golden-set' AND model = 'sim-7' AND question IN (SELECT question FROM coreset)));

-- examples without ids, numbers of two and four digits; one that is deleted
DELETE FROM coreset;
INSERT INTO coreset(question) VALUES(31), (1001);
SELECT json_extract(text, '$.variables.input.exampleIds') FROM way_back WHERE name = 'coreset_split.json';
INSERT INTO coreset(question) VALUES('ex-30');
SELECT text FROM way_back WHERE name = 'command line';

-- read-only, and nothing is left in the user's file
DELETE FROM phoenix.experiments;
SELECT count(*) FROM phoenix.sqlite_schema WHERE name IN ('results', 'coverage', 'choice');

-- a store whose experiments are all ephemeral
DETACH phoenix;
ATTACH ':memory:' AS phoenix;
.read tests/stores/samples/phoenix.sql
UPDATE phoenix.experiments SET is_ephemeral = 1;
.read sql/stores/phoenix.sql
