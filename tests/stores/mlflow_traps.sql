-- What mlflow.sql makes of what the sample does not have: names and inputs with quotes and %, a trace without inputs, spans
-- whose inputs are no text, values that are objects and arrays, Infinity.
.headers on
ATTACH ':memory:' AS mlflow;
.read tests/stores/samples/mlflow.sql
INSERT INTO mlflow.runs(run_uuid, name, status, lifecycle_stage, experiment_id) VALUES
  ('h1', 'it''s 100%', 'FINISHED', 'active', 1), ('h2', 'o"b', 'FINISHED', 'active', 1);
INSERT INTO mlflow.trace_info(request_id, experiment_id, timestamp_ms, status, request_preview) VALUES
  ('h-1', 1, 1, 'OK', 'o''b "q" 100%'), ('h-2', 1, 2, 'OK', NULL), ('h-3', 1, 3, 'ERROR', 'o''b "q" 100%'), ('h-4', 1, 4, 'OK', 'plain'),
  ('h-5', 1, 5, 'OK', 'plain');
INSERT INTO mlflow.spans(trace_id, experiment_id, span_id, parent_span_id, name, status, start_time_unix_nano, content) VALUES
  ('h-4', 1, 's', NULL, 'x', 'OK', 0, '{"attributes":{"mlflow.spanInputs":{"a":[1,2],"b":1}}}'),
  ('h-5', 1, 's', NULL, 'x', 'OK', 0, '{"attributes":{"mlflow.spanInputs":"{\"a\": [1, 2], \"b\": 1}"}}');
INSERT INTO mlflow.trace_request_metadata VALUES
  ('mlflow.sourceRun', 'h1', 'h-1'), ('mlflow.sourceRun', 'h1', 'h-2'), ('mlflow.sourceRun', 'h2', 'h-3'), ('mlflow.sourceRun', 'h2', 'h-4'),
  ('mlflow.sourceRun', 'h1', 'h-5');
INSERT INTO mlflow.trace_tags VALUES('mlflow.eval.requestId', 'x', 'h-3');
INSERT INTO mlflow.assessments(assessment_id, trace_id, name, assessment_type, value, created_timestamp, last_updated_timestamp, source_type, valid) VALUES
  ('b1', 'h-1', 'correctness', 'feedback', '{"a":1}', 1, 1, 'CODE', 1), ('b2', 'h-2', 'correctness', 'feedback', '0.5', 1, 1, 'CODE', 1),
  ('b3', 'h-4', 'correctness', 'feedback', '"yes"', 1, 1, 'CODE', 1), ('b4', 'h-4', 'correctness', 'feedback', 'Infinity', 0, 1, 'CODE', 1),
  ('b5', 'h-5', 'correctness', 'feedback', '[1]', 1, 1, 'CODE', 1);
.read sql/stores/mlflow.sql
SELECT * FROM coverage;
SELECT * FROM results WHERE suite = 'arith' ORDER BY run;
UPDATE choice SET repeats = 'all';
SELECT model, question, score, answer FROM results WHERE suite = 'arith' ORDER BY run, answer;
CREATE TEMP TABLE coreset AS SELECT DISTINCT question FROM results WHERE suite = 'arith';
SELECT * FROM way_back;
