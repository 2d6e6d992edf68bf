-- A store as DeepEval writes it, in a database that is attached as deepeval. The tables and columns are those of its
-- sqlite_store.py, schema version 1 (2026, source available on GitHub: confident-ai/deepeval); the models and answers
-- are made up.
CREATE TABLE deepeval.test_runs(
  id INTEGER PRIMARY KEY AUTOINCREMENT, created_at TEXT NOT NULL, identifier TEXT, test_file TEXT, dataset_alias TEXT,
  dataset_id TEXT, test_passed INTEGER, test_failed INTEGER, run_duration REAL, evaluation_cost REAL,
  official INTEGER NOT NULL DEFAULT 0, confident_test_run_id TEXT, hyperparameters_json TEXT, prompts_json TEXT,
  metrics_scores_json TEXT, payload_json TEXT NOT NULL);
CREATE TABLE deepeval.test_cases(
  id INTEGER PRIMARY KEY AUTOINCREMENT, test_run_id INTEGER NOT NULL REFERENCES test_runs(id) ON DELETE CASCADE,
  kind TEXT NOT NULL, "order" INTEGER, name TEXT, input TEXT, actual_output TEXT, expected_output TEXT, success INTEGER,
  run_duration REAL, evaluation_cost REAL, tags_json TEXT, payload_json TEXT);
CREATE TABLE deepeval.metric_data(
  id INTEGER PRIMARY KEY AUTOINCREMENT, test_run_id INTEGER NOT NULL REFERENCES test_runs(id) ON DELETE CASCADE,
  owner_type TEXT NOT NULL, owner_id INTEGER NOT NULL, name TEXT NOT NULL, score REAL, threshold REAL, success INTEGER,
  flaky INTEGER NOT NULL DEFAULT 0, strict_mode INTEGER NOT NULL DEFAULT 0, reason TEXT, error TEXT, evaluation_model TEXT,
  evaluation_cost REAL, input_tokens INTEGER, output_tokens INTEGER);
CREATE INDEX deepeval.idx_test_cases_run ON test_cases(test_run_id);
CREATE INDEX deepeval.idx_metric_data_run_name ON metric_data(test_run_id, name);
CREATE INDEX deepeval.idx_metric_data_owner ON metric_data(owner_type, owner_id);
PRAGMA deepeval.user_version = 1;

-- Test runs 1 to 12: a model each, on the same 30 test cases. 12 has no hyperparameters but an identifier.
INSERT INTO deepeval.test_runs(created_at, identifier, test_file, hyperparameters_json, payload_json)
  SELECT printf('2026-05-%02dT10:00:00.000000+00:00', value), iif(value = 12, 'nightly', NULL), 'test_arith.py',
         iif(value = 12, NULL, json_object('model', 'sim-' || value, 'temperature', '0.2', 'llm', 'family-' || (value % 3))),
         json_object('testCases', json((SELECT json_group_array(json_object(
           'name', 'test_case_' || question, 'input', printf('what is %d + %d?', question, question * 7),
           'context', json_array('Sums of whole numbers, part ' || (question % 4)))) FROM
             (WITH RECURSIVE questions(question) AS (VALUES(1) UNION ALL SELECT question + 1 FROM questions WHERE question < 30)
              SELECT question FROM questions))))
    FROM (WITH RECURSIVE runs(value) AS (VALUES(1) UNION ALL SELECT value + 1 FROM runs WHERE value < 12) SELECT value FROM runs) ORDER BY value;
INSERT INTO deepeval.test_cases(test_run_id, kind, "order", name, input, actual_output, expected_output, success)
  WITH RECURSIVE questions(question) AS (VALUES(1) UNION ALL SELECT question + 1 FROM questions WHERE question < 30)
  SELECT id, 'single-turn', question - 1, 'test_case_' || question, printf('what is %d + %d?', question, question * 7),
         CAST(question * 8 AS TEXT), CAST(question * 8 AS TEXT), 1
    FROM deepeval.test_runs, questions ORDER BY id, question;

-- Two metrics of each test case. Correctness: an error, with the score 0 beside it, for the first test case of every
-- fourth run; Faithfulness: null where it was skipped. The same name for a trace is none of ours.
INSERT INTO deepeval.metric_data(test_run_id, owner_type, owner_id, name, score, threshold, success, error, evaluation_model)
  SELECT test_run_id, 'test_case', id, 'Correctness [GEval]',
         iif("order" = 0 AND test_run_id % 4 = 0, 0.0,
             CAST(100 / (1 + ((37 * "order") % 31) / (3.0 * test_run_id)) + ("order" * test_run_id) % 7 AS INTEGER) / 128.0),
         0.5, 1, iif("order" = 0 AND test_run_id % 4 = 0, 'The judge did not answer in JSON', NULL), 'judge-1'
    FROM deepeval.test_cases ORDER BY id;
INSERT INTO deepeval.metric_data(test_run_id, owner_type, owner_id, name, score, threshold, success, error, evaluation_model)
  SELECT test_run_id, 'test_case', id, 'Faithfulness', iif("order" = 3, NULL, ((id * 13) % 11) / 10.0), 0.5, 1, NULL, 'judge-1'
    FROM deepeval.test_cases ORDER BY id;
INSERT INTO deepeval.metric_data(test_run_id, owner_type, owner_id, name, score)
  SELECT test_run_id, 'trace', id, 'Correctness [GEval]', 0.123 FROM deepeval.test_cases WHERE "order" = 1 ORDER BY id;

-- Test run 13: sim-3 again, three test cases, of which the last is asked twice and the first has another expected output.
INSERT INTO deepeval.test_runs(created_at, test_file, hyperparameters_json, payload_json)
  VALUES('2026-06-01T10:00:00.000000+00:00', 'test_arith.py', '{"model":"sim-3"}', '{}');
INSERT INTO deepeval.test_cases(id, test_run_id, kind, "order", name, input, expected_output) VALUES
  (1001, 13, 'single-turn', 0, 'test_case_1', 'what is 1 + 7?', 'eight'),
  (1002, 13, 'single-turn', 1, 'test_case_2', 'what is 2 + 14?', '16'),
  (1003, 13, 'single-turn', 2, 'test_case_3', 'what is 3 + 21?', '24'),
  (1004, 13, 'single-turn', 3, 'test_case_3', 'what is 3 + 21?', '24');
INSERT INTO deepeval.metric_data(test_run_id, owner_type, owner_id, name, score, error) VALUES
  (13, 'test_case', 1001, 'Correctness [GEval]', 0.25, NULL), (13, 'test_case', 1002, 'Correctness [GEval]', NULL, 'timeout'),
  (13, 'test_case', 1003, 'Correctness [GEval]', 0.5, NULL), (13, 'test_case', 1004, 'Correctness [GEval]', 1.0, NULL);

-- Test run 14: conversations of a dataset, without model and identifier; hyperparameters that are no JSON, as Python
-- writes NaN.
INSERT INTO deepeval.test_runs(created_at, dataset_alias, hyperparameters_json, payload_json) VALUES
  ('2026-06-02T10:00:00.000000+00:00', 'talks', '{"temperature": NaN}',
   '{"conversationalTestCases":[{"scenario":"Wants a refund","context":["Refunds take a week"]},{"scenario":"Is lost"}]}');
INSERT INTO deepeval.test_cases(id, test_run_id, kind, "order", name, input, expected_output) VALUES
  (1005, 14, 'multi-turn', 0, 'talk_1', 'Wants a refund', 'Is told how long it takes'), (1006, 14, 'multi-turn', 1, 'talk_2', 'Is lost', NULL);
INSERT INTO deepeval.metric_data(test_run_id, owner_type, owner_id, name, score) VALUES
  (14, 'test_case', 1005, 'Role Adherence', 0.5), (14, 'test_case', 1006, 'Role Adherence', 1.0);
