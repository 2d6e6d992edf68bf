-- What evalite.sql makes of what the sample does not have: failures, trials, evals without variants, and the tables of
-- Evalite 1.0. The table definitions are those of the packages 0.19.0 and 1.0.0-beta.16, as far as they are read.
.headers on
ATTACH ':memory:' AS evalite;
CREATE TABLE evalite.evals(id INTEGER PRIMARY KEY, run_id INTEGER, name TEXT, filepath TEXT, variant_name TEXT, variant_group TEXT);
CREATE TABLE evalite.results(id INTEGER PRIMARY KEY, eval_id INTEGER, input TEXT, expected TEXT, status TEXT, trial_index INTEGER);
CREATE TABLE evalite.scores(id INTEGER PRIMARY KEY, result_id INTEGER, name TEXT, score FLOAT);
INSERT INTO evalite.evals VALUES (1, 1, 'plain', 'it''s.eval.ts', NULL, NULL), (2, 2, 'plain', 'it''s.eval.ts', NULL, NULL);
INSERT INTO evalite.results VALUES
  (1, 1, '"one"', '"1"', 'success', 0), (2, 1, '"one"', '"1"', 'success', 1), -- two trials
  (3, 1, '"two"', NULL, 'success', 0), (4, 1, '"two"', NULL, 'success', 1),
  (5, 2, '"one"', '"1"', 'success', 0), (6, 2, '"one"', '"1"', 'success', 1),
  (7, 2, '"two"', NULL, 'fail', 0), -- the task failed in the latest run
  (8, 2, '""', '""', 'fail', 0); -- time ran out
INSERT INTO evalite.scores(result_id, name, score) VALUES
  (1, 'exact', 0), (2, 'exact', 1), (3, 'exact', 1), (4, 'exact', 1), (5, 'exact', 1), (6, 'exact', 0), (6, 'judge', 0.25);
.read sql/stores/evalite.sql
SELECT * FROM coverage;
SELECT model, question, score, suite, run, trial, answer FROM results ORDER BY answer;
UPDATE choice SET repeats = 'answered';
SELECT question, score, run, trial FROM results ORDER BY answer;
UPDATE choice SET repeats = 'trials';
SELECT question, score, run, trial FROM results ORDER BY answer;
UPDATE choice SET repeats = 'all';
SELECT question, score, run, trial FROM results ORDER BY answer;
UPDATE choice SET metric = 'judge', repeats = 'latest';
SELECT question, score, run, trial FROM results ORDER BY answer;
UPDATE choice SET metric = 'exact';
CREATE TEMP TABLE coreset AS SELECT '"one"' AS question UNION SELECT '"two"';
SELECT * FROM way_back;
INSERT INTO coreset VALUES('"three"');
SELECT * FROM way_back WHERE name = 'command line';
CREATE TEMP TABLE latest_before AS SELECT model, question, score, suite, run, trial, answer FROM results;

-- the same in the tables of 1.0
CREATE TEMP TABLE suites AS SELECT * FROM evalite.evals;
CREATE TEMP TABLE evals AS SELECT * FROM evalite.results;
CREATE TEMP TABLE old_scores AS SELECT * FROM evalite.scores;
DETACH evalite;
ATTACH ':memory:' AS evalite;
CREATE TABLE evalite.suites AS SELECT * FROM temp.suites;
CREATE TABLE evalite.evals AS SELECT id, eval_id AS suite_id, input, expected, status, trial_index FROM temp.evals;
CREATE TABLE evalite.scores AS SELECT id, result_id AS eval_id, name, score FROM temp.old_scores;
.read sql/stores/evalite.sql
.read sql/stores/evalite_1.sql
SELECT * FROM metrics;
SELECT * FROM coverage;
SELECT count(*) AS rows, (SELECT count(*) FROM (SELECT model, question, score, suite, run, trial, answer FROM results
                                                INTERSECT SELECT * FROM latest_before)) AS the_same FROM results;
