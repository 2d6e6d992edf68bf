-- deepeval.sql: the test runs that DeepEval keeps, for sqlite-coreset.
--
-- Made for DeepEval's local SQLite store, schema version 1 (2026): deepeval set-local-store sqlite, then every test run
-- is appended to .deepeval/deepeval.db, or to deepeval.db in the results folder. It is only read.
--
--     ATTACH 'file:deepeval.db?mode=ro' AS deepeval;
--     .read sql/stores/deepeval.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'test_arith.py';
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT writefile(name, text) FROM way_back WHERE name = 'coreset_goldens.json';
--
-- What is what
--
--   model      the hyperparameter 'model' of the test run, else its identifier, else 'test run' and its number
--   question   the test case's input, or its scenario where it is a conversation; its name where there is neither
--   score      that of the metric; NULL where the metric ended in an error or was skipped
--   suite      the dataset's alias, else the test file; NULL for evaluate() on test cases of its own
--   run        the number of the test run, which counts up
--   trial      the test case's place in the test run
--   answer     id of deepeval.metric_data; the view logged has test_case as well, and input: what was asked and expected
--
-- Choosing: one line each, at any time after .read; views follow
--
--   UPDATE choice SET metric = 'Faithfulness';    another metric; at first it is that of the very first score
--   UPDATE choice SET model = 'llm';              another hyperparameter; NULL: the identifier
--   UPDATE choice SET repeats = 'trials';         see below
--
-- Of several answers of a model to a question `results` has one, the last test case of the latest run, even if its metric
-- ended in an error; with 'answered' the latest that has a score. With 'trials' (deepeval test run --repeat) it has every
-- test case of the latest run, with 'all' every one: score_matrix() takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, and inputs that were stored with two different expected outputs);
-- metrics; way_back, from your table coreset(question) to the tool:
--
--   coreset_goldens.json    the goldens, with expected output and context:
--                             dataset = EvaluationDataset()
--                             dataset.add_goldens_from_json_file(file_path="coreset_goldens.json")
--   command line            deepeval test run, on the test files they come from
--
-- Traps
--
--   * Hyperparameters are what log_hyperparameters or evaluate(hyperparameters={"model": ...}) was given. Without a model
--     there, and without an identifier, every test run is a model of its own.
--   * evaluation_model is the judge, not the model that answers.
--   * Metrics of traces and spans are stored beside those of test cases: only those of test cases are rows here.
--   * In a folder that you may not write to, a database in WAL mode opens with ?mode=ro&immutable=1 alone, and only while
--     the tool does not run.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.logged;
DROP VIEW IF EXISTS temp.metrics;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT CONSTRAINT "no metric of a test case in deepeval" CHECK (metric IS NOT NULL),
  model TEXT DEFAULT 'model', -- NULL: the identifier
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered, trials or all" CHECK (repeats IN ('latest', 'answered', 'trials', 'all')));
INSERT INTO temp.choice(metric) VALUES((SELECT name FROM deepeval.metric_data WHERE owner_type = 'test_case' ORDER BY id LIMIT 1));

CREATE TEMP VIEW logged AS
  SELECT coalesce(iif(json_valid(hyperparameters_json), json_extract(hyperparameters_json, '$."' || choice.model || '"'), NULL),
                  nullif(identifier, ''), 'test run ' || test_runs.id) AS model,
         coalesce(input, test_cases.name) AS question, iif(error IS NULL, score, NULL) AS score, coalesce(dataset_alias, test_file) AS suite,
         metric_data.name AS metric, json_array(input, expected_output) AS input, test_runs.id AS run, "order" AS trial,
         test_cases.id AS test_case, metric_data.id AS answer
    FROM temp.choice CROSS JOIN deepeval.metric_data JOIN deepeval.test_cases ON test_cases.id = owner_id
         JOIN deepeval.test_runs ON test_runs.id = test_cases.test_run_id
   WHERE owner_type = 'test_case' AND metric_data.name = metric;

-- The row of a group that has max() gives the other columns too. Later runs have later rows: place is the row alone.
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, trial, answer
    FROM temp.logged WHERE (SELECT repeats FROM temp.choice) = 'all'
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, answer
    FROM (SELECT model, question, score, suite, metric, run, trial, answer,
                 max((((SELECT repeats FROM temp.choice) = 'latest' OR score IS NOT NULL) << 62) + answer) AS place
            FROM temp.logged WHERE (SELECT repeats FROM temp.choice) IN ('latest', 'answered') GROUP BY suite, model, question)
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, answer
    FROM (SELECT model, question, score, suite, metric, run, trial, answer, max(run) OVER (PARTITION BY suite, model, question) AS last
            FROM temp.logged WHERE (SELECT repeats FROM temp.choice) = 'trials')
   WHERE run = last;

CREATE TEMP VIEW metrics AS
  SELECT coalesce(dataset_alias, test_file) AS suite, name AS metric, sum(rows) AS rows,
         name = (SELECT metric FROM temp.choice) AS chosen
    FROM (SELECT test_run_id, name, count(*) AS rows FROM deepeval.metric_data WHERE owner_type = 'test_case' GROUP BY 1, 2)
         JOIN deepeval.test_runs ON test_runs.id = test_run_id
   GROUP BY 1, 2;

CREATE TEMP TRIGGER choice_metric BEFORE UPDATE OF metric ON choice
  WHEN NEW.metric NOT IN (SELECT metric FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such metric: SELECT * FROM metrics');
END;

CREATE TEMP VIEW coverage AS
  WITH cells AS (
    SELECT suite, model, question, count(*) AS answers, count(score) AS scores FROM temp.logged GROUP BY suite, model, question),
  inputs AS MATERIALIZED (SELECT suite, question FROM temp.logged GROUP BY suite, question HAVING min(input) <> max(input))
  SELECT suite, sum(answers) AS rows, count(DISTINCT model) AS models, count(DISTINCT question) AS questions,
         sum(answers) - sum(scores) AS errors, sum(answers) - count(*) AS repeats,
         (SELECT count(*) FROM inputs WHERE inputs.suite IS cells.suite) AS different_inputs
    FROM cells GROUP BY suite;

-- The goldens of the coreset, as their latest test cases were. The context is in the dump of the whole run alone.
CREATE TEMP VIEW way_back AS
  WITH found AS (
    SELECT question, suite, test_case, max(answer) FROM temp.logged WHERE question IN (SELECT question FROM coreset) GROUP BY question),
  goldens AS (
    SELECT question, iif(kind = 'multi-turn', json_object('scenario', input, 'expected_outcome', expected_output),
                         json_object('input', input, 'expected_output', expected_output)) AS golden,
           (SELECT json_extract(value, '$.context')
              FROM json_each(iif(json_valid(test_runs.payload_json), test_runs.payload_json, '{}'), iif(kind = 'multi-turn', '$.conversationalTestCases', '$.testCases'))
             WHERE coalesce(json_extract(value, '$.input'), json_extract(value, '$.scenario')) = input
             ORDER BY key LIMIT 1) AS context
      FROM found JOIN deepeval.test_cases ON test_cases.id = test_case JOIN deepeval.test_runs ON test_runs.id = test_run_id)
  SELECT 'command line' AS name,
         CASE WHEN EXISTS (SELECT question FROM coreset EXCEPT SELECT question FROM found)
              THEN (SELECT 'not in this store: ' || count(*) || ' of coreset, such as ' || min(question)
                      FROM (SELECT question FROM coreset EXCEPT SELECT question FROM found))
              ELSE (SELECT coalesce(group_concat('deepeval test run ''' || replace(file, '''', '''\''''') || '''', ' && '),
                                    'dataset.add_goldens_from_json_file(file_path="coreset_goldens.json")')
                      FROM (SELECT DISTINCT test_file AS file
                              FROM found JOIN deepeval.test_cases ON test_cases.id = test_case
                                   JOIN deepeval.test_runs ON test_runs.id = test_run_id
                             WHERE test_file <> '' ORDER BY file)) END AS text
  UNION ALL
  SELECT 'coreset_goldens.json',
         json_group_array(iif(context IS NULL, json(golden), json_set(golden, '$.context', json(context))))
    FROM (SELECT * FROM goldens ORDER BY question);
