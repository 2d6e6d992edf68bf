-- A store as Phoenix writes it, in a database that is attached as phoenix. The tables and columns are those of its
-- sqlite_schema.sql (2026, after Phoenix 15; source available on GitHub: Arize-ai/phoenix), as far as experiments go; the models
-- and answers are made up.
CREATE TABLE phoenix.datasets(
  id INTEGER NOT NULL PRIMARY KEY, name VARCHAR NOT NULL UNIQUE, description VARCHAR, metadata JSONB NOT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, user_id INTEGER);
CREATE TABLE phoenix.dataset_versions(
  id INTEGER NOT NULL PRIMARY KEY, dataset_id INTEGER NOT NULL, description VARCHAR, metadata JSONB NOT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, user_id INTEGER);
CREATE TABLE phoenix.dataset_examples(
  id INTEGER NOT NULL PRIMARY KEY, dataset_id INTEGER NOT NULL, span_rowid INTEGER,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, external_id VARCHAR, UNIQUE (dataset_id, external_id));
CREATE TABLE phoenix.dataset_example_revisions(
  id INTEGER NOT NULL PRIMARY KEY, dataset_example_id INTEGER NOT NULL, dataset_version_id INTEGER NOT NULL, input JSONB NOT NULL,
  output JSONB NOT NULL, metadata JSONB NOT NULL, revision_kind VARCHAR NOT NULL CHECK (revision_kind IN ('CREATE', 'PATCH', 'DELETE')),
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, content_hash BLOB, UNIQUE (dataset_example_id, dataset_version_id));
CREATE TABLE phoenix.experiments(
  id INTEGER NOT NULL PRIMARY KEY, dataset_id INTEGER NOT NULL, dataset_version_id INTEGER NOT NULL, name VARCHAR NOT NULL,
  description VARCHAR, repetitions INTEGER NOT NULL, metadata JSONB NOT NULL, project_name VARCHAR,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL,
  user_id INTEGER, is_ephemeral BOOLEAN DEFAULT 0 NOT NULL);
CREATE TABLE phoenix.experiment_prompt_tasks(
  id INTEGER NOT NULL PRIMARY KEY, type VARCHAR DEFAULT 'PROMPT' NOT NULL, prompt_version_id INTEGER, model_provider VARCHAR NOT NULL,
  model_name VARCHAR NOT NULL, custom_provider_id INTEGER, template_type VARCHAR NOT NULL, template_format VARCHAR NOT NULL,
  template JSONB NOT NULL, tools JSONB, response_format JSONB, invocation_parameters JSONB DEFAULT '{}' NOT NULL, connection JSONB,
  playground_config JSONB, stream_model_output BOOLEAN DEFAULT '1' NOT NULL);
CREATE TABLE phoenix.experiment_runs(
  id INTEGER NOT NULL PRIMARY KEY, experiment_id INTEGER NOT NULL, dataset_example_id INTEGER NOT NULL, repetition_number INTEGER NOT NULL,
  trace_id VARCHAR, output JSONB NOT NULL, start_time TIMESTAMP NOT NULL, end_time TIMESTAMP NOT NULL, prompt_token_count INTEGER,
  completion_token_count INTEGER, error VARCHAR, UNIQUE (experiment_id, dataset_example_id, repetition_number));
CREATE TABLE phoenix.experiment_run_annotations(
  id INTEGER NOT NULL PRIMARY KEY, experiment_run_id INTEGER NOT NULL, name VARCHAR NOT NULL,
  annotator_kind VARCHAR NOT NULL CHECK (annotator_kind IN ('LLM', 'CODE', 'HUMAN')), label VARCHAR, score FLOAT, explanation VARCHAR,
  trace_id VARCHAR, error VARCHAR, metadata JSONB NOT NULL, start_time TIMESTAMP NOT NULL, end_time TIMESTAMP NOT NULL,
  UNIQUE (experiment_run_id, name));
CREATE TABLE phoenix.experiments_dataset_examples(
  experiment_id INTEGER NOT NULL, dataset_example_id INTEGER NOT NULL, dataset_example_revision_id INTEGER NOT NULL,
  PRIMARY KEY (experiment_id, dataset_example_id));

-- Two datasets: golden-set, whose 32 examples have ids but for 31 and 32, and talks. In the second version of golden-set
-- example 5 was changed and example 30 deleted.
INSERT INTO phoenix.datasets(id, name, metadata) VALUES(1, 'golden-set', '{}'), (2, 'talks', '{}');
INSERT INTO phoenix.dataset_versions(id, dataset_id, metadata) VALUES(1, 1, '{}'), (2, 2, '{}'), (3, 1, '{}');
INSERT INTO phoenix.dataset_examples(id, dataset_id, external_id)
  WITH RECURSIVE examples(id) AS (VALUES(1) UNION ALL SELECT id + 1 FROM examples WHERE id < 32)
  SELECT id, 1, iif(id > 30, NULL, printf('ex-%02d', id)) FROM examples ORDER BY id;
INSERT INTO phoenix.dataset_examples(id, dataset_id, external_id) VALUES(1001, 2, NULL), (1002, 2, 'ex-01');
INSERT INTO phoenix.dataset_example_revisions(dataset_example_id, dataset_version_id, input, output, metadata, revision_kind, content_hash)
  SELECT id, dataset_id, json_object('question', 'question ' || id), json_object('answer', id), '{}', 'CREATE',
         iif(dataset_id = 1, CAST('hash of ' || id AS BLOB), NULL)
    FROM phoenix.dataset_examples ORDER BY id;
INSERT INTO phoenix.dataset_example_revisions(id, dataset_example_id, dataset_version_id, input, output, metadata, revision_kind, content_hash) VALUES
  (101, 5, 3, '{"question":"question 5, clearer"}', '{"answer":5}', '{}', 'PATCH', CAST('hash of 5, clearer' AS BLOB)),
  (102, 30, 3, '{}', '{}', '{}', 'DELETE', NULL);

-- Experiments 1 to 11: a model each, 1 to 4 with a prompt task, 5 to 10 with metadata, 11 with neither. Experiment 12 is
-- ephemeral, 13 evaluates sim-2 once more on the changed examples, in two repetitions, 14 is on the other dataset.
INSERT INTO phoenix.experiments(id, dataset_id, dataset_version_id, name, repetitions, metadata, is_ephemeral)
  WITH RECURSIVE experiments(id) AS (VALUES(1) UNION ALL SELECT id + 1 FROM experiments WHERE id < 14)
  SELECT id, iif(id = 14, 2, 1), iif(id = 14, 2, iif(id = 13, 3, 1)), iif(id = 13, 'again', 'experiment-' || id), iif(id = 13, 2, 1),
         iif(id BETWEEN 5 AND 10, json_object('model', 'sim-' || id, 'variant', 'v' || (id % 2)), '{}'), id = 12
    FROM experiments ORDER BY id;
INSERT INTO phoenix.experiment_prompt_tasks(id, model_provider, model_name, template_type, template_format, template) VALUES
  (1, 'OPENAI', 'sim-1', 'CHAT', 'MUSTACHE', '{}'), (2, 'OPENAI', 'sim-2', 'CHAT', 'MUSTACHE', '{}'),
  (3, 'OPENAI', 'sim-3', 'CHAT', 'MUSTACHE', '{}'), (4, 'OPENAI', 'sim-4', 'CHAT', 'MUSTACHE', '{}'),
  (12, 'OPENAI', 'sim-1', 'CHAT', 'MUSTACHE', '{}'), (13, 'OPENAI', 'sim-2', 'CHAT', 'F_STRING', '{}'),
  (14, 'OPENAI', 'sim-1', 'CHAT', 'MUSTACHE', '{}');
INSERT INTO phoenix.experiments_dataset_examples
  SELECT experiments.id, dataset_examples.id, revision.id
    FROM phoenix.experiments JOIN phoenix.dataset_examples USING (dataset_id)
         JOIN phoenix.dataset_example_revisions AS revision ON revision.dataset_example_id = dataset_examples.id
   WHERE iif(experiments.id = 13 AND dataset_examples.id IN (5, 30), revision.id > 100, revision.id <= 100)
     AND revision_kind <> 'DELETE' ORDER BY 1, 2;
INSERT INTO phoenix.experiment_runs(experiment_id, dataset_example_id, repetition_number, output, start_time, end_time, error)
  SELECT experiments.id, dataset_example_id, repetition, '{}', '2026-05-01 10:00:00', '2026-05-01 10:00:01',
         iif(experiments.id = 4 AND dataset_example_id = 7, 'RateLimitError', NULL)
    FROM phoenix.experiments JOIN phoenix.experiments_dataset_examples ON experiment_id = experiments.id
         JOIN (SELECT 1 AS repetition UNION ALL SELECT 2) ON repetition <= repetitions
   WHERE experiments.id < 13 OR dataset_example_id IN (3, 5, 6, 1001, 1002)
   ORDER BY experiments.id, dataset_example_id, repetition;

-- Annotations. correctness: none for the run that failed, an error of the evaluator for example 9 of experiment 6.
-- tone: labels without scores.
INSERT INTO phoenix.experiment_run_annotations(experiment_run_id, name, annotator_kind, label, score, error, metadata, start_time, end_time)
  SELECT id, 'correctness', 'LLM', NULL,
         iif(experiment_id = 6 AND dataset_example_id = 9, NULL,
             CAST(100 / (1 + ((37 * dataset_example_id) % 31) / (3.0 * (experiment_id % 13 + 1)))
                  + (dataset_example_id * experiment_id) % 7 AS INTEGER) / 128.0 + (repetition_number - 1) / 16.0),
         iif(experiment_id = 6 AND dataset_example_id = 9, 'the evaluator raised', NULL), '{}', start_time, end_time
    FROM phoenix.experiment_runs WHERE error IS NULL ORDER BY id;
INSERT INTO phoenix.experiment_run_annotations(experiment_run_id, name, annotator_kind, label, score, metadata, start_time, end_time)
  SELECT id, 'tone', 'LLM', iif(dataset_example_id % 3 = 0, 'rude', 'polite'), NULL, '{}', start_time, end_time
    FROM phoenix.experiment_runs WHERE error IS NULL AND experiment_id < 12 ORDER BY id;
