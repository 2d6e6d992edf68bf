-- What deepeval.sql makes of what the sample does not have: names and inputs with quotes and %, a model that is an object, a
-- payload that is no JSON, a conversation without scenario, an error without words.
.headers on
ATTACH ':memory:' AS deepeval;
.read tests/stores/samples/deepeval.sql
INSERT INTO deepeval.test_runs(id, created_at, test_file, hyperparameters_json, payload_json) VALUES
  (20, '2026-07-01', 'it''s 100%.py', '{"model":{"name":"x","n":1}}', 'NaN'),
  (21, '2026-07-01', 'it''s 100%.py', '{"model":"o''brien \"q\" %"}', '{"testCases":[{"input":"50% of o''brien''s \"x\"","context":null}]}'),
  (22, '2026-07-02', 'it''s 100%.py', '{"model":"last"}', '{"testCases":[{"input":NaN}]}');
INSERT INTO deepeval.test_cases(id, test_run_id, kind, "order", name, input, expected_output) VALUES
  (2001, 20, 'single-turn', 0, 'case 1', '50% of o''brien''s "x"', NULL), (2002, 21, 'single-turn', 0, 'case 1', '50% of o''brien''s "x"', 'z'),
  (2003, 20, 'multi-turn', 1, 'case 2', NULL, NULL), (2004, 21, 'multi-turn', 1, 'case 2', NULL, NULL),
  (2005, 22, 'single-turn', 0, 'case 1', '50% of o''brien''s "x"', 'z');
INSERT INTO deepeval.metric_data(test_run_id, owner_type, owner_id, name, score, error) VALUES
  (20, 'test_case', 2001, 'Correctness [GEval]', 0.5, NULL), (21, 'test_case', 2002, 'Correctness [GEval]', 0.25, ''),
  (20, 'test_case', 2003, 'Correctness [GEval]', 1, NULL), (21, 'test_case', 2004, 'Correctness [GEval]', 0, NULL),
  (22, 'test_case', 2005, 'Correctness [GEval]', 1, NULL);
.read sql/stores/deepeval.sql
SELECT * FROM coverage;
SELECT * FROM results WHERE suite LIKE 'it%' ORDER BY answer;
SELECT score_matrix_info(score_matrix(model, question, score)) FROM results WHERE suite LIKE 'it%';
CREATE TEMP TABLE coreset AS SELECT DISTINCT question FROM results WHERE suite LIKE 'it%';
SELECT * FROM way_back;
