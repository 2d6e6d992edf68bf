-- mlflow.sql: the evaluations of generative models that MLflow keeps, for sqlite-coreset.
--
-- Made for MLflow 3 (its tables as of 3.7), whose database is mlflow.db or what --backend-store-uri sqlite:/// says; it is
-- only read. What mlflow.genai.evaluate() stored is read: traces, and the feedback of scorers and people on them.
--
--     ATTACH 'file:mlflow.db?mode=ro' AS mlflow;
--     .read sql/stores/mlflow.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'qa_golden_set';
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT writefile(name, text) FROM way_back WHERE name LIKE '%.json';
--
-- What is what
--
--   model      the run's parameter 'model', else the logged model of the trace, else the run's name; for traces without a
--              run the experiment
--   question   id of the record of the evaluation dataset that has the trace's inputs, else the inputs, as JSON
--   score      the feedback's value: a number, true and false as 1 and 0, text as the table ratings says ('yes' 1, 'no' 0);
--              NULL for other text, where the scorer ended in an error, and where the trace did
--   suite      the dataset that the run logged, else the experiment
--   run        when the trace began, in milliseconds since 1970
--   answer     id of mlflow.assessments, NULL where the trace ended in an error and has none; the view logged has trace,
--              value (of the feedback), record, input and cut_off
--
-- Choosing: one line each, at any time after .read; views follow
--
--   UPDATE choice SET metric = 'safety';          another feedback; at first it is the name of the very first one
--   UPDATE choice SET model = 'llm';              models by this parameter of the run; NULL: no parameter
--   UPDATE choice SET source = 'HUMAN';           only feedback of people; or of CODE, or an LLM_JUDGE
--   UPDATE choice SET repeats = 'all';            see below
--   INSERT INTO ratings VALUES('partly', 0.5);    scores for other values that are text
--
-- Of several answers of a model to a question (runs, and several feedbacks of a name on one trace) `results` has the
-- latest feedback on the latest trace, even if it ended in an error; with 'answered' the latest that has a score; with
-- 'all' every one, and score_matrix() takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, questions that stand for two different inputs, which cannot be but for
-- previews; rows whose inputs were cut off; rows whose value is text that has no rating; rows that are lost, as their trace
-- has no inputs: they are no rows of results); metrics; way_back, from your table coreset(question) to the tool:
--
--   coreset_data.json       inputs and expectations:
--                             data = json.load(open("coreset_data.json"))
--                             mlflow.genai.evaluate(data=data, predict_fn=..., scorers=[...])
--   coreset_records.json    the ids of the records, for those that are in a dataset
--   command line            the call
--
-- Traps
--
--   * evaluate() names every run anew. Say which model it is: mlflow.log_param("model", ...) in the run, or
--     mlflow.set_active_model(name=...) before. Without, every run is a model of its own.
--   * Inputs are whole in the trace's root span. Where spans are not in the database (before MLflow 3.6, or archived), there
--     is only a preview: at most 1000 letters, and of a conversation perhaps its last message alone. Questions that begin
--     alike become one, and a dataset's record is not found. coverage.cut_off counts what ends in '...'.
--   * What was overridden, is deleted, is an expectation or is about one span inside a trace, is no feedback on an answer.
--   * A dataset's record is found by its inputs: it must be in the dataset of the same name as the suite. Inputs that are in
--     no dataset are one question only where their keys come in one order, that of the function's arguments.
--   * In a folder that you may not write to, a database in WAL mode opens with ?mode=ro&immutable=1 alone, and only while
--     the tool does not run.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.logged;
DROP VIEW IF EXISTS temp.metrics;
DROP VIEW IF EXISTS temp.feedback;
DROP VIEW IF EXISTS temp.feedback_read;
DROP VIEW IF EXISTS temp.traces_read;
DROP VIEW IF EXISTS temp.runs_read;
DROP VIEW IF EXISTS temp.records_read;
DROP TABLE IF EXISTS temp.ratings;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT CONSTRAINT "no feedback on a trace in mlflow" CHECK (metric IS NOT NULL),
  model TEXT DEFAULT 'model', -- NULL: no parameter
  source TEXT CONSTRAINT "source is HUMAN, LLM_JUDGE, CODE or NULL" CHECK (source IN ('HUMAN', 'LLM_JUDGE', 'CODE')), -- NULL: all
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered or all" CHECK (repeats IN ('latest', 'answered', 'all')));
INSERT INTO temp.choice(metric)
  VALUES((SELECT name FROM mlflow.assessments WHERE assessment_type = 'feedback' AND valid ORDER BY created_timestamp, assessment_id LIMIT 1));

CREATE TEMP TABLE ratings(value TEXT PRIMARY KEY, score REAL NOT NULL);
INSERT INTO temp.ratings VALUES('yes', 1), ('no', 0);

-- Runs, traces, and the records of datasets. `leaves` is the inputs without regard to the order of their keys: Python
-- writes them in the order of the function's arguments, a dataset in that of the record.
CREATE TEMP VIEW runs_read AS
  SELECT run_uuid, lifecycle_stage, runs.name AS run_name,
         (SELECT value FROM mlflow.params WHERE params.run_uuid = runs.run_uuid AND key = (SELECT model FROM temp.choice)) AS model,
         (SELECT min(datasets.name) FROM mlflow.inputs JOIN mlflow.datasets ON dataset_uuid = source_id
           WHERE destination_type = 'RUN' AND destination_id = runs.run_uuid AND inputs.source_type = 'DATASET') AS suite
    FROM mlflow.runs;
CREATE TEMP VIEW traces_read AS
  SELECT request_id, experiment_id, status, timestamp_ms,
         coalesce((SELECT value FROM mlflow.trace_request_metadata AS metadata
                    WHERE metadata.request_id = trace_info.request_id AND key = 'mlflow.sourceRun'),
                  (SELECT destination_id FROM mlflow.entity_associations
                    WHERE source_type = 'trace' AND source_id = trace_info.request_id AND destination_type = 'run'
                    ORDER BY destination_id LIMIT 1)) AS run_id,
         (SELECT logged_models.name
            FROM mlflow.trace_request_metadata AS metadata JOIN mlflow.logged_models ON model_id = metadata.value
           WHERE metadata.request_id = trace_info.request_id AND key = 'mlflow.modelId') AS model,
         (SELECT json_extract(content, '$.attributes."mlflow.spanInputs"') FROM mlflow.spans
           WHERE trace_id = trace_info.request_id AND parent_span_id IS NULL AND json_valid(content) ORDER BY span_id LIMIT 1) AS inputs,
         coalesce(nullif(request_preview, ''),
                  (SELECT value FROM mlflow.trace_request_metadata AS metadata
                    WHERE metadata.request_id = trace_info.request_id AND key = 'mlflow.traceInputs')) AS preview
    FROM mlflow.trace_info;
CREATE TEMP VIEW records_read AS
  SELECT dataset_record_id AS record, evaluation_datasets.name AS suite, inputs, expectations,
         (SELECT group_concat(fullkey || type || coalesce(atom, ''), char(10))
            FROM (SELECT * FROM json_tree(inputs) WHERE type NOT IN ('object', 'array') ORDER BY fullkey)) AS leaves
    FROM mlflow.evaluation_dataset_records JOIN mlflow.evaluation_datasets USING (dataset_id) WHERE json_valid(inputs);

-- Every feedback on a whole trace. (+ keeps SQLite from making an index of all feedback for one use.)
CREATE TEMP VIEW feedback_read AS
  SELECT trace_id, assessments.name, coalesce(run_id, iif(json_valid(assessment_metadata),
                                        json_extract(assessment_metadata, '$."mlflow.assessment.sourceRunId"'), NULL)) AS run_id,
         iif(coalesce(error, 'null') = 'null' AND json_valid(value), value, NULL) AS value, created_timestamp, assessment_id
    FROM temp.choice CROSS JOIN mlflow.assessments
   WHERE +assessment_type = 'feedback' AND valid AND (choice.source IS NULL OR source_type = choice.source)
     AND (span_id IS NULL OR EXISTS (SELECT 1 FROM mlflow.spans WHERE spans.trace_id = assessments.trace_id
                                        AND spans.span_id = assessments.span_id AND parent_span_id IS NULL));

-- That of the metric, and every trace of an evaluation that ended in an error and has none.
CREATE TEMP VIEW feedback AS
  SELECT trace_id, run_id, value, created_timestamp, assessment_id
    FROM temp.feedback_read WHERE +name = (SELECT metric FROM temp.choice)
  UNION ALL
  SELECT request_id, NULL, NULL, 0, NULL
    FROM mlflow.trace_info
   WHERE status = 'ERROR'
     AND EXISTS (SELECT 1 FROM mlflow.trace_tags
                  WHERE trace_tags.request_id = trace_info.request_id AND key = 'mlflow.eval.requestId')
     AND NOT EXISTS (SELECT 1 FROM mlflow.trace_tags
                      WHERE trace_tags.request_id = trace_info.request_id AND key = 'mlflow.trace.sourceScorer')
     AND NOT EXISTS (SELECT 1 FROM mlflow.assessments
                      WHERE trace_id = trace_info.request_id AND name = (SELECT metric FROM temp.choice)
                        AND assessment_type = 'feedback' AND valid);

-- LIMIT -1 limits nothing: it makes SQLite work out a column once, where it would otherwise do so for each use.
CREATE TEMP VIEW logged AS
  WITH found AS (
    SELECT coalesce(runs_read.model, traces_read.model, run_name, experiments.name) AS model, coalesce(suite, experiments.name) AS suite,
           iif(status = 'ERROR', NULL, feedback.value) AS value, coalesce(inputs, preview) AS text, inputs IS NULL AS previewed,
           timestamp_ms AS run, created_timestamp, trace_id AS trace, assessment_id AS answer
      FROM temp.feedback
           JOIN (SELECT request_id, experiment_id, status, timestamp_ms, run_id, model, inputs, iif(inputs IS NULL, preview, NULL) AS preview
                   FROM temp.traces_read) AS traces_read ON request_id = trace_id
           JOIN mlflow.experiments USING (experiment_id)
           LEFT JOIN temp.runs_read ON run_uuid = coalesce(feedback.run_id, traces_read.run_id)
     WHERE experiments.lifecycle_stage = 'active' AND coalesce(runs_read.lifecycle_stage, 'active') = 'active' LIMIT -1),
  asked AS (
    SELECT *, iif(json_valid(text), json(text), text) AS input, previewed AND text LIKE '%...' AS cut_off FROM found LIMIT -1),
  keyed AS (
    SELECT *, (SELECT group_concat(fullkey || type || coalesce(atom, ''), char(10))
                 FROM (SELECT * FROM json_tree(iif(json_valid(input), input, NULL))
                        WHERE type NOT IN ('object', 'array') ORDER BY fullkey)) AS leaves
      FROM asked LIMIT -1)
  SELECT model, coalesce(record, input) AS question,
         CASE json_type(value) WHEN 'true' THEN 1 WHEN 'false' THEN 0 WHEN 'integer' THEN json_extract(value, '$')
                               WHEN 'real' THEN json_extract(value, '$')
                               WHEN 'text' THEN (SELECT score FROM temp.ratings WHERE ratings.value = json_extract(keyed.value, '$')) END AS score,
         keyed.suite, (SELECT metric FROM temp.choice) AS metric, input, keyed.leaves, run, value, record, cut_off, created_timestamp,
         trace, answer
    FROM keyed LEFT JOIN (SELECT suite, leaves, min(record) AS record FROM temp.records_read GROUP BY 1, 2) AS records
         ON records.suite = keyed.suite AND records.leaves = keyed.leaves;

-- The row of a group that has max() gives the other columns too. place is the trace's time, the feedback's, and their ids;
-- with 'all' every place is a group. (Two branches, as the other scripts have, would find the inputs twice.)
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, answer
    FROM (SELECT model, question, score, suite, metric, run, answer,
                 max(printf('%d%020d%020d', (SELECT repeats FROM temp.choice) <> 'answered' OR score IS NOT NULL, run, created_timestamp)
                     || trace || coalesce(answer, '')) AS place
            FROM temp.logged WHERE question IS NOT NULL
           GROUP BY suite, model, question,
                    iif((SELECT repeats FROM temp.choice) = 'all', trace || ' ' || coalesce(answer, ''), NULL));

CREATE TEMP VIEW metrics AS
  SELECT coalesce(suite, experiments.name) AS suite, feedback_read.name AS metric, count(*) AS rows,
         feedback_read.name = (SELECT metric FROM temp.choice) AS chosen
    FROM temp.feedback_read JOIN temp.traces_read ON request_id = trace_id JOIN mlflow.experiments USING (experiment_id)
         LEFT JOIN temp.runs_read ON run_uuid = coalesce(feedback_read.run_id, traces_read.run_id)
   WHERE experiments.lifecycle_stage = 'active' AND coalesce(runs_read.lifecycle_stage, 'active') = 'active'
   GROUP BY 1, 2;

CREATE TEMP TRIGGER choice_metric BEFORE UPDATE OF metric ON choice
  WHEN NEW.metric NOT IN (SELECT metric FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such metric: SELECT * FROM metrics');
END;

CREATE TEMP VIEW coverage AS
  WITH cells AS MATERIALIZED (
    SELECT suite, model, question, count(*) AS answers, count(score) AS scores, sum(cut_off) AS cut_off,
           sum(score IS NULL AND json_type(value) = 'text') AS unrated, min(leaves) AS least, max(leaves) AS greatest
      FROM temp.logged GROUP BY suite, model, question),
  inputs AS MATERIALIZED (SELECT suite, question FROM cells GROUP BY suite, question HAVING min(least) <> max(greatest))
  SELECT suite, sum(answers) AS rows, count(DISTINCT model) AS models, count(DISTINCT question) AS questions,
         sum(answers) - sum(scores) AS errors, sum(answers) - count(*) AS repeats,
         (SELECT count(*) FROM inputs WHERE inputs.suite = cells.suite) AS different_inputs, sum(cut_off) AS cut_off,
         coalesce(sum(unrated), 0) AS unrated, sum(iif(question IS NULL, answers, 0)) AS lost
    FROM cells GROUP BY suite;

-- The inputs of the coreset with what was expected: of the record, else of the latest trace.
CREATE TEMP VIEW way_back AS
  WITH found AS (
    SELECT question, input, record, cut_off, trace, max(printf('%020d', run) || trace)
      FROM temp.logged WHERE question IN (SELECT question FROM coreset) GROUP BY question),
  expected AS (
    SELECT question, coalesce((SELECT inputs FROM temp.records_read WHERE records_read.record = found.record), input) AS inputs,
           iif(record IS NULL,
               (SELECT nullif(json_group_object(name, json(value)), '{}') FROM
                  (SELECT name, value FROM mlflow.assessments
                    WHERE trace_id = trace AND assessment_type = 'expectation' AND valid AND json_valid(value)
                    ORDER BY name, created_timestamp)),
               (SELECT nullif(expectations, 'null') FROM temp.records_read WHERE records_read.record = found.record)) AS expectations
      FROM found WHERE NOT cut_off)
  SELECT 'command line' AS name,
         CASE WHEN EXISTS (SELECT question FROM coreset EXCEPT SELECT question FROM found)
              THEN (SELECT 'not in this store: ' || count(*) || ' of coreset, such as ' || min(question)
                      FROM (SELECT question FROM coreset EXCEPT SELECT question FROM found))
              WHEN EXISTS (SELECT 1 FROM found WHERE cut_off)
              THEN (SELECT 'cut off in this store: ' || count(*) || ' of coreset, such as ' || min(question) FROM found WHERE cut_off)
              ELSE 'mlflow.genai.evaluate(data=json.load(open("coreset_data.json")), predict_fn=..., scorers=[...])' END AS text
  UNION ALL
  SELECT 'coreset_data.json',
         json_group_array(iif(expectations IS NULL, json_object('inputs', json(iif(json_valid(inputs), inputs, json_quote(inputs)))),
           json_object('inputs', json(iif(json_valid(inputs), inputs, json_quote(inputs))), 'expectations', json(expectations))))
    FROM (SELECT * FROM expected ORDER BY question)
  UNION ALL
  SELECT 'coreset_records.json', json_group_array(record) FROM (SELECT record FROM found WHERE record IS NOT NULL ORDER BY record);
