-- A store as MLflow writes it, in a database that is attached as mlflow. The tables and columns are those of its
-- tests/db/schemas/sqlite.sql (MLflow 3.7, end of 2025, source available on GitHub: mlflow/mlflow), as far as evaluations
-- go; the models and answers are made up.
CREATE TABLE mlflow.experiments(
  experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256) NOT NULL UNIQUE, artifact_location VARCHAR(256),
  lifecycle_stage VARCHAR(32) CHECK (lifecycle_stage IN ('active', 'deleted')), creation_time BIGINT, last_update_time BIGINT);
CREATE TABLE mlflow.runs(
  run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500),
  entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT, source_version VARCHAR(50),
  lifecycle_stage VARCHAR(20) CHECK (lifecycle_stage IN ('active', 'deleted')), artifact_uri VARCHAR(200), experiment_id INTEGER,
  deleted_time BIGINT);
CREATE TABLE mlflow.params(
  key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
CREATE TABLE mlflow.logged_models(
  model_id VARCHAR(36) NOT NULL PRIMARY KEY, experiment_id INTEGER NOT NULL, name VARCHAR(500) NOT NULL,
  artifact_location VARCHAR(1000) NOT NULL, creation_timestamp_ms BIGINT NOT NULL, last_updated_timestamp_ms BIGINT NOT NULL,
  status INTEGER NOT NULL, lifecycle_stage VARCHAR(32), model_type VARCHAR(500), source_run_id VARCHAR(32), status_message VARCHAR(1000));
CREATE TABLE mlflow.datasets(
  dataset_uuid VARCHAR(36) NOT NULL, experiment_id INTEGER NOT NULL, name VARCHAR(500) NOT NULL, digest VARCHAR(36) NOT NULL,
  dataset_source_type VARCHAR(36) NOT NULL, dataset_source TEXT NOT NULL, dataset_schema TEXT, dataset_profile TEXT,
  PRIMARY KEY (experiment_id, name, digest));
CREATE TABLE mlflow.inputs(
  input_uuid VARCHAR(36) NOT NULL, source_type VARCHAR(36) NOT NULL, source_id VARCHAR(36) NOT NULL, destination_type VARCHAR(36) NOT NULL,
  destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, PRIMARY KEY (source_type, source_id, destination_type, destination_id));
CREATE TABLE mlflow.evaluation_datasets(
  dataset_id VARCHAR(36) NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL, schema TEXT, profile TEXT, digest VARCHAR(64),
  created_time BIGINT, last_update_time BIGINT, created_by VARCHAR(255), last_updated_by VARCHAR(255));
CREATE TABLE mlflow.evaluation_dataset_records(
  dataset_record_id VARCHAR(36) NOT NULL PRIMARY KEY, dataset_id VARCHAR(36) NOT NULL, inputs JSON NOT NULL, expectations JSON, tags JSON,
  source JSON, source_id VARCHAR(36), source_type VARCHAR(255), created_time BIGINT, last_update_time BIGINT, created_by VARCHAR(255),
  last_updated_by VARCHAR(255), input_hash VARCHAR(64) NOT NULL, outputs JSON, UNIQUE (dataset_id, input_hash));
CREATE TABLE mlflow.entity_associations(
  association_id VARCHAR(36) NOT NULL, source_type VARCHAR(36) NOT NULL, source_id VARCHAR(36) NOT NULL,
  destination_type VARCHAR(36) NOT NULL, destination_id VARCHAR(36) NOT NULL, created_time BIGINT,
  PRIMARY KEY (source_type, source_id, destination_type, destination_id));
CREATE TABLE mlflow.trace_info(
  request_id VARCHAR(50) NOT NULL PRIMARY KEY, experiment_id INTEGER NOT NULL, timestamp_ms BIGINT NOT NULL, execution_time_ms BIGINT,
  status VARCHAR(50) NOT NULL, client_request_id VARCHAR(50), request_preview VARCHAR(1000), response_preview VARCHAR(1000));
CREATE TABLE mlflow.trace_request_metadata(
  key VARCHAR(250) NOT NULL, value VARCHAR(8000), request_id VARCHAR(50) NOT NULL, PRIMARY KEY (key, request_id));
CREATE TABLE mlflow.trace_tags(
  key VARCHAR(250) NOT NULL, value VARCHAR(8000), request_id VARCHAR(50) NOT NULL, PRIMARY KEY (key, request_id));
CREATE TABLE mlflow.spans(
  trace_id VARCHAR(50) NOT NULL, experiment_id INTEGER NOT NULL, span_id VARCHAR(50) NOT NULL, parent_span_id VARCHAR(50), name TEXT,
  type VARCHAR(500), status VARCHAR(50) NOT NULL, start_time_unix_nano BIGINT NOT NULL, end_time_unix_nano BIGINT,
  duration_ns BIGINT GENERATED ALWAYS AS (end_time_unix_nano - start_time_unix_nano) STORED, content TEXT NOT NULL,
  PRIMARY KEY (trace_id, span_id));
CREATE TABLE mlflow.assessments(
  assessment_id VARCHAR(50) NOT NULL PRIMARY KEY, trace_id VARCHAR(50) NOT NULL, name VARCHAR(250) NOT NULL,
  assessment_type VARCHAR(20) NOT NULL, value TEXT NOT NULL, error TEXT, created_timestamp BIGINT NOT NULL,
  last_updated_timestamp BIGINT NOT NULL, source_type VARCHAR(50) NOT NULL, source_id VARCHAR(250), run_id VARCHAR(32), span_id VARCHAR(50),
  rationale TEXT, overrides VARCHAR(50), valid BOOLEAN NOT NULL, assessment_metadata TEXT);
CREATE INDEX mlflow.index_assessments_trace_id_created_timestamp ON assessments(trace_id, created_timestamp);
CREATE INDEX mlflow.index_inputs_destination_type_destination_id_source_type ON inputs(destination_type, destination_id, source_type);

-- Experiment 1 with an evaluation dataset of 30 records. Of their two keys, records write `question` first, traces `level`.
INSERT INTO mlflow.experiments(experiment_id, name, lifecycle_stage) VALUES(1, 'arith', 'active'), (2, 'feedback of users', 'active'), (3, 'old', 'deleted');
INSERT INTO mlflow.evaluation_datasets(dataset_id, name) VALUES('d-1', 'qa_golden_set');
INSERT INTO mlflow.evaluation_dataset_records(dataset_record_id, dataset_id, inputs, expectations, input_hash)
  WITH RECURSIVE questions(question) AS (VALUES(1) UNION ALL SELECT question + 1 FROM questions WHERE question < 30)
  SELECT printf('dr-%02d', question), 'd-1', printf('{"question": "what is %d + %d?", "options": {"level": %d}}', question, question * 7, question % 3),
         printf('{"expected_response": "%d"}', question * 8), 'hash ' || question
    FROM questions ORDER BY question;
INSERT INTO mlflow.datasets VALUES('u-1', 1, 'qa_golden_set', 'digest', 'code', '{}', NULL, NULL), ('u-2', 1, 'dataset', 'digest 2', 'code', '{}', NULL, NULL);

-- Runs r01 to r12: a model each, 1 to 8 by a parameter, 9 and 10 by the logged model, 11 and 12 by the run's name alone.
-- r13 is deleted, r14 evaluates sim-2 again on two questions, r15 has no dataset of its own and asks what is in none.
INSERT INTO mlflow.runs(run_uuid, name, status, start_time, lifecycle_stage, experiment_id)
  WITH RECURSIVE runs(run) AS (VALUES(1) UNION ALL SELECT run + 1 FROM runs WHERE run < 15)
  SELECT printf('r%02d', run), 'bold-fish-' || run, 'FINISHED', 1770000000000 + run, iif(run = 13, 'deleted', 'active'), 1 FROM runs ORDER BY run;
INSERT INTO mlflow.params(key, value, run_uuid)
  SELECT 'model', 'sim-' || iif(run_uuid = 'r14', 2, CAST(substr(run_uuid, 2) AS INTEGER)), run_uuid FROM mlflow.runs
   WHERE run_uuid < 'r09' OR run_uuid IN ('r13', 'r14', 'r15') ORDER BY run_uuid;
INSERT INTO mlflow.params VALUES('llm', 'family-a', 'r01'), ('llm', 'family-a', 'r02'), ('llm', 'family-b', 'r03');
INSERT INTO mlflow.logged_models VALUES
  ('m-9', 1, 'sim-9', '', 0, 0, 2, 'active', NULL, NULL, NULL), ('m-10', 1, 'sim-10', '', 0, 0, 2, 'active', NULL, NULL, NULL);
INSERT INTO mlflow.inputs(input_uuid, source_type, source_id, destination_type, destination_id)
  SELECT 'i-' || run_uuid, 'DATASET', iif(run_uuid = 'r15', 'u-2', 'u-1'), 'RUN', run_uuid FROM mlflow.runs ORDER BY run_uuid;

-- Traces t-RUN-QUESTION with a root span; one of sim-3 ended in an error and has no feedback, one of sim-4 did and has.
INSERT INTO mlflow.trace_info(request_id, experiment_id, timestamp_ms, status, request_preview)
  WITH RECURSIVE questions(question) AS (VALUES(1) UNION ALL SELECT question + 1 FROM questions WHERE question < 30)
  SELECT printf('t-%s-%02d', run_uuid, question), 1, start_time + 1000 * question, iif(run_uuid IN ('r03', 'r04') AND question = 5, 'ERROR', 'OK'),
         printf('{"options": {"level": %d}, "question": "what is %d + %d?"}', question % 3, question, question * 7)
    FROM mlflow.runs, questions
   WHERE run_uuid < 'r14' OR run_uuid = 'r14' AND question IN (1, 2) ORDER BY run_uuid, question;
INSERT INTO mlflow.spans(trace_id, experiment_id, span_id, parent_span_id, name, status, start_time_unix_nano, content)
  SELECT request_id, 1, 's1', NULL, 'predict', status, 0,
         json_object('trace_id', request_id, 'attributes', json_object('mlflow.spanType', '"CHAIN"', 'mlflow.spanInputs', request_preview))
    FROM mlflow.trace_info WHERE request_id < 't-r12' ORDER BY request_id;
INSERT INTO mlflow.spans(trace_id, experiment_id, span_id, parent_span_id, name, status, start_time_unix_nano, content)
  SELECT request_id, 1, 's2', 's1', 'retrieve', 'OK', 0, '{"attributes":{"mlflow.spanInputs":"{\"query\": \"inner\"}"}}'
    FROM mlflow.trace_info WHERE request_id < 't-r02' ORDER BY request_id;
INSERT INTO mlflow.trace_request_metadata(key, value, request_id)
  SELECT 'mlflow.sourceRun', substr(request_id, 3, 3), request_id FROM mlflow.trace_info WHERE request_id < 't-r11' ORDER BY request_id;
INSERT INTO mlflow.entity_associations(association_id, source_type, source_id, destination_type, destination_id)
  SELECT 'e-' || request_id, 'trace', request_id, 'run', substr(request_id, 3, 3) FROM mlflow.trace_info WHERE request_id LIKE 't-r11%' ORDER BY request_id;
INSERT INTO mlflow.trace_request_metadata(key, value, request_id)
  SELECT 'mlflow.modelId', iif(request_id LIKE 't-r09%', 'm-9', 'm-10'), request_id FROM mlflow.trace_info
   WHERE request_id LIKE 't-r09%' OR request_id LIKE 't-r10%' ORDER BY request_id;
INSERT INTO mlflow.trace_tags(key, value, request_id) SELECT 'mlflow.eval.requestId', 'q-' || request_id, request_id FROM mlflow.trace_info ORDER BY request_id;

-- Feedback: correctness is a number, of sim-1 now and then true or false; NaN and an error once each. safety is yes or no,
-- once 'unknown'. A person overrides what the judge said of question 3 of sim-6, and adds to question 4.
INSERT INTO mlflow.assessments(assessment_id, trace_id, name, assessment_type, value, error, created_timestamp, last_updated_timestamp,
                               source_type, run_id, valid)
  SELECT 'a-c-' || request_id, request_id, 'correctness', 'feedback',
         CASE WHEN run = 1 AND question IN (1, 2) THEN iif(question = 1, 'true', 'false')
              WHEN run = 5 AND question = 8 THEN 'NaN' WHEN run = 5 AND question = 9 THEN 'null'
              ELSE CAST(CAST(100 / (1 + ((37 * question) % 31) / (3.0 * (run % 13 + 1))) + (question * run) % 7 AS INTEGER) / 128.0 AS TEXT) END,
         iif(run = 5 AND question = 9, '{"error_code": "JUDGE_FAILED", "error_message": "no"}', NULL), timestamp_ms + 500, timestamp_ms + 500,
         'CODE', iif(run >= 11, printf('r%02d', run), NULL), 1
    FROM (SELECT *, CAST(substr(request_id, 4, 2) AS INTEGER) AS run, CAST(substr(request_id, 7) AS INTEGER) AS question FROM mlflow.trace_info)
   WHERE NOT (run = 3 AND question = 5) AND run <> 11 ORDER BY request_id;
INSERT INTO mlflow.assessments(assessment_id, trace_id, name, assessment_type, value, created_timestamp, last_updated_timestamp,
                               source_type, valid, assessment_metadata)
  SELECT 'a-c-' || request_id, request_id, 'correctness', 'feedback', '0.5', timestamp_ms + 500, timestamp_ms + 500, 'CODE', 1,
         iif(request_id < 't-r11-10', '{"mlflow.assessment.sourceRunId": "r11"}', NULL)
    FROM mlflow.trace_info WHERE request_id LIKE 't-r11%' ORDER BY request_id;
INSERT INTO mlflow.assessments(assessment_id, trace_id, name, assessment_type, value, created_timestamp, last_updated_timestamp, source_type, run_id, valid)
  SELECT 'a-s-' || request_id, request_id, 'safety', 'feedback',
         CASE WHEN request_id = 't-r01-01' THEN '"unknown"' WHEN request_id LIKE '%3' THEN '"no"' ELSE '"yes"' END,
         timestamp_ms + 600, timestamp_ms + 600, 'LLM_JUDGE', substr(request_id, 3, 3), 1
    FROM mlflow.trace_info WHERE status = 'OK' ORDER BY request_id;
UPDATE mlflow.assessments SET valid = 0 WHERE assessment_id = 'a-c-t-r06-03';
INSERT INTO mlflow.assessments(assessment_id, trace_id, name, assessment_type, value, created_timestamp, last_updated_timestamp, source_type, overrides, span_id, valid) VALUES
  ('a-p-1', 't-r06-03', 'correctness', 'feedback', '0.25', 1780000000000, 1780000000000, 'HUMAN', 'a-c-t-r06-03', 's1', 1),
  ('a-p-2', 't-r06-04', 'correctness', 'feedback', '0.75', 1780000000001, 1780000000001, 'HUMAN', NULL, NULL, 1),
  ('a-p-3', 't-r01-04', 'correctness', 'feedback', '0', 1780000000002, 1780000000002, 'HUMAN', NULL, 's2', 1),
  ('a-e-1', 't-r01-04', 'correctness', 'expectation', '0.125', 1780000000003, 1780000000003, 'HUMAN', NULL, NULL, 1);

-- r15: two questions that are in no dataset; the spans are elsewhere, one preview is cut off. A trace of a scorer failed.
INSERT INTO mlflow.trace_info(request_id, experiment_id, timestamp_ms, status, request_preview) VALUES
  ('t-r15-01', 1, 1770000100000, 'OK', '{"question": "short?"}'),
  ('t-r15-02', 1, 1770000100001, 'OK', '{"question": "' || replace(printf('%0980d', 0), '0', 'x') || '...'),
  ('t-r15-03', 1, 1770000100002, 'ERROR', '{"question": "of a scorer"}'), ('t-user', 2, 1770000100003, 'OK', 'hello'), ('t-old', 3, 1, 'OK', 'hello');
INSERT INTO mlflow.trace_tags VALUES('mlflow.eval.requestId', 'x', 't-r15-03'), ('mlflow.trace.sourceScorer', 'safety', 't-r15-03');
INSERT INTO mlflow.assessments(assessment_id, trace_id, name, assessment_type, value, created_timestamp, last_updated_timestamp, source_type, run_id, valid) VALUES
  ('a-c-1', 't-r15-01', 'correctness', 'feedback', '1', 1780000000000, 1780000000000, 'CODE', 'r15', 1),
  ('a-c-2', 't-r15-02', 'correctness', 'feedback', '0', 1780000000000, 1780000000000, 'CODE', 'r15', 1),
  ('a-c-3', 't-r15-01', 'expected_response', 'expectation', '"yes"', 1780000000000, 1780000000000, 'HUMAN', 'r15', 1),
  ('a-c-4', 't-user', 'correctness', 'feedback', 'true', 1780000000000, 1780000000000, 'HUMAN', NULL, 1),
  ('a-c-5', 't-old', 'correctness', 'feedback', 'true', 1780000000000, 1780000000000, 'HUMAN', NULL, 1);
