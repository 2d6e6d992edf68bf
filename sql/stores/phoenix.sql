-- phoenix.sql: the experiments that Arize Phoenix keeps, for sqlite-coreset.
--
-- Made for Phoenix 15 and later (2026), whose database is phoenix.db in its working directory, ~/.phoenix by default;
-- it is only read. Up to 14 examples had no ids of their own, before 14 experiments no prompt tasks: it says then that
-- there is no such table or column.
--
--     ATTACH 'file:phoenix.db?mode=ro' AS phoenix;
--     .read sql/stores/phoenix.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'golden-set';
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT writefile(name, text) FROM way_back WHERE name = 'coreset_split.json';
--     SELECT text FROM way_back WHERE name = 'command line';
--
-- What is what
--
--   model      the model of the experiment's prompt task, else the experiment's metadata under 'model', else its name
--   question   the example's external id, else its number
--   score      that of the annotation; NULL where the task or the evaluator ended in an error, or there is only a label
--   suite      the dataset
--   run        the number of the experiment, which counts up
--   trial      the repetition, from 1
--   answer     id of phoenix.experiment_runs; the view logged has experiment, label and input, the hash of the example as it
--              was then
--
-- Choosing: one line each, at any time after .read; views follow
--
--   UPDATE choice SET metric = 'relevance';       another annotation; at first it is the name of the very first one
--   UPDATE choice SET model = 'variant';          models by this key of the metadata; NULL: by the experiment's name
--   UPDATE choice SET experiment = 'v2%';         only experiments whose name is LIKE this
--   UPDATE choice SET suite = 'golden-set';       only this dataset: examples of two datasets may have the same external id
--   UPDATE choice SET repeats = 'trials';         see below
--   INSERT INTO ratings VALUES('correct', 1), ('incorrect', 0);    scores for labels that have none
--
-- Of several answers of a model to a question `results` has one, the last repetition of the latest experiment, even if it
-- ended in an error; with 'answered' the latest that has a score. With 'trials' it has every repetition of the latest
-- experiment, with 'all' every answer: score_matrix() takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, ids of examples that were changed between experiments, rows that
-- have a label alone, and experiments: more than models where a model was evaluated again, or with another prompt);
-- metrics; way_back, from your table coreset(question) to the tool:
--
--   coreset_split.json      a request that makes the split 'coreset' of these examples
--   command line            curl, which sends it. Then run on this split alone:
--                             dataset = client.datasets.get_dataset(dataset="golden-set", splits=["coreset"])
--                             client.experiments.run_experiment(dataset=dataset, task=...)
--                           or choose the split in the playground. A name of a split can be there once: delete the old one.
--
-- Traps
--
--   * Experiments of the playground that were not saved are ephemeral, and deleted after a time: they are left out.
--   * Examples that are deleted from their dataset are left out, as they could not be asked again.
--   * An experiment's name and metadata say which model it was only if you write it there:
--     run_experiment(..., experiment_metadata={"model": "..."}). Without, every experiment is a model, and experiments of
--     the same name are one.
--   * In a folder that you may not write to, a database in WAL mode opens with ?mode=ro&immutable=1 alone, and only while
--     the tool does not run.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.logged;
DROP VIEW IF EXISTS temp.metrics;
DROP VIEW IF EXISTS temp.contents_read;
DROP VIEW IF EXISTS temp.runs_read;
DROP VIEW IF EXISTS temp.experiments_read;
DROP VIEW IF EXISTS temp.examples_read;
DROP TABLE IF EXISTS temp.ratings;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT CONSTRAINT "no annotation of an experiment in phoenix" CHECK (metric IS NOT NULL),
  model TEXT DEFAULT 'model', -- NULL: the experiment's name
  experiment TEXT, -- NULL: every experiment
  suite TEXT, -- NULL: every dataset
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered, trials or all" CHECK (repeats IN ('latest', 'answered', 'trials', 'all')));
INSERT INTO temp.choice(metric)
  VALUES((SELECT annotation.name
            FROM phoenix.experiment_run_annotations AS annotation JOIN phoenix.experiment_runs ON experiment_runs.id = experiment_run_id
                 JOIN phoenix.experiments ON experiments.id = experiment_id
           WHERE NOT is_ephemeral ORDER BY annotation.id LIMIT 1));

CREATE TEMP TABLE ratings(label TEXT PRIMARY KEY, score REAL NOT NULL);

-- The experiments that are kept, and the examples that are still in their datasets. The row of a group that has max()
-- gives the other columns too; LIMIT -1 limits nothing, but makes SQLite find them once, not for every answer.
CREATE TEMP VIEW experiments_read AS
  SELECT experiments.id, dataset_id, datasets.name AS suite, experiments.name AS experiment,
         coalesce(iif(choice.model <> 'model', json_extract(experiments.metadata, '$."' || choice.model || '"'), NULL),
                  iif(choice.model IS NULL, NULL, model_name), json_extract(experiments.metadata, '$."' || choice.model || '"'),
                  experiments.name) AS model
    FROM temp.choice CROSS JOIN phoenix.experiments JOIN phoenix.datasets ON datasets.id = dataset_id
         LEFT JOIN phoenix.experiment_prompt_tasks ON experiment_prompt_tasks.id = experiments.id
   WHERE NOT is_ephemeral AND (choice.experiment IS NULL OR experiments.name LIKE choice.experiment)
     AND (choice.suite IS NULL OR datasets.name = choice.suite) LIMIT -1;
CREATE TEMP VIEW examples_read AS
  SELECT dataset_examples.id, dataset_id, coalesce(external_id, dataset_examples.id) AS question
    FROM (SELECT dataset_example_id, revision_kind, max(dataset_version_id) FROM phoenix.dataset_example_revisions GROUP BY 1) AS last
         JOIN phoenix.dataset_examples ON dataset_examples.id = dataset_example_id
   WHERE revision_kind <> 'DELETE' LIMIT -1;

CREATE TEMP VIEW runs_read AS
  SELECT experiment_runs.id, error, model, question, suite, experiment, experiment_id, dataset_example_id, repetition_number
    FROM phoenix.experiment_runs JOIN temp.experiments_read ON experiments_read.id = experiment_id
         JOIN temp.examples_read ON examples_read.id = dataset_example_id;

-- The content of the examples as experiments found them.
CREATE TEMP VIEW contents_read AS
  SELECT experiment_id, used.dataset_example_id, coalesce(hex(content_hash), json_array(input, output)) AS content
    FROM phoenix.experiments_dataset_examples AS used JOIN phoenix.dataset_example_revisions AS revision
         ON revision.id = dataset_example_revision_id;

-- Every annotation of the metric, and every run that ended in an error and has none. (+ keeps SQLite from making an index
-- of all annotations for one use.)
CREATE TEMP VIEW logged AS
  SELECT model, question,
         iif(coalesce(annotation.error, run.error) IS NULL,
             coalesce(annotation.score, (SELECT score FROM temp.ratings WHERE ratings.label = annotation.label)), NULL) AS score,
         suite, annotation.name AS metric,
         (SELECT content FROM temp.contents_read AS contents WHERE contents.experiment_id = run.experiment_id
             AND contents.dataset_example_id = run.dataset_example_id) AS input,
         experiment_id AS run, repetition_number AS trial, experiment,
         iif(coalesce(annotation.error, run.error) IS NULL, label, NULL) AS label, run.id AS answer
    FROM phoenix.experiment_run_annotations AS annotation CROSS JOIN temp.runs_read AS run ON run.id = experiment_run_id
   WHERE +annotation.name = (SELECT metric FROM temp.choice)
  UNION ALL
  SELECT model, question, NULL, suite, (SELECT metric FROM temp.choice),
         (SELECT content FROM temp.contents_read AS contents WHERE contents.experiment_id = run.experiment_id
             AND contents.dataset_example_id = run.dataset_example_id),
         experiment_id, repetition_number, experiment, NULL, run.id
    FROM temp.runs_read AS run
   WHERE error IS NOT NULL AND NOT EXISTS (SELECT 1 FROM phoenix.experiment_run_annotations
                                            WHERE experiment_run_id = run.id AND name = (SELECT metric FROM temp.choice));

-- place is the experiment, the repetition, and the row.
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, trial, answer
    FROM temp.logged WHERE (SELECT repeats FROM temp.choice) = 'all'
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, answer
    FROM (SELECT model, question, score, suite, metric, run, trial, answer,
                 max(printf('%d%020d%010d%020d', (SELECT repeats FROM temp.choice) = 'latest' OR score IS NOT NULL,
                            run, trial, answer)) AS place
            FROM temp.logged WHERE (SELECT repeats FROM temp.choice) IN ('latest', 'answered') GROUP BY suite, model, question)
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, answer
    FROM (SELECT model, question, score, suite, metric, run, trial, answer, max(run) OVER (PARTITION BY suite, model, question) AS last
            FROM temp.logged WHERE (SELECT repeats FROM temp.choice) = 'trials')
   WHERE run = last;

CREATE TEMP VIEW metrics AS
  SELECT suite, name AS metric, sum(rows) AS rows, name = (SELECT metric FROM temp.choice) AS chosen
    FROM (SELECT experiment_id, name, count(*) AS rows
            FROM phoenix.experiment_run_annotations JOIN phoenix.experiment_runs ON experiment_runs.id = experiment_run_id
           GROUP BY 1, 2) JOIN temp.experiments_read ON experiments_read.id = experiment_id
   GROUP BY 1, 2;

CREATE TEMP TRIGGER choice_metric BEFORE UPDATE OF metric ON choice
  WHEN NEW.metric NOT IN (SELECT metric FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such metric: SELECT * FROM metrics');
END;

CREATE TEMP TRIGGER choice_suite BEFORE UPDATE OF suite ON choice
  WHEN NEW.suite NOT IN (SELECT name FROM phoenix.datasets)
BEGIN
  SELECT RAISE(ABORT, 'there is no such dataset: SELECT suite FROM coverage');
END;

CREATE TEMP VIEW coverage AS
  WITH cells AS MATERIALIZED (
    SELECT suite, model, question, count(*) AS answers, count(score) AS scores, sum(label IS NOT NULL AND score IS NULL) AS labels,
           min(input) AS least, max(input) AS greatest
      FROM temp.logged GROUP BY suite, model, question),
  inputs AS MATERIALIZED (SELECT suite, question FROM cells GROUP BY suite, question HAVING min(least) <> max(greatest))
  SELECT suite, sum(answers) AS rows, count(DISTINCT model) AS models, count(DISTINCT question) AS questions,
         sum(answers) - sum(scores) AS errors, sum(answers) - count(*) AS repeats,
         (SELECT count(*) FROM inputs WHERE inputs.suite = cells.suite) AS different_inputs, sum(labels) AS labels_alone,
         (SELECT count(*) FROM temp.experiments_read WHERE experiments_read.suite = cells.suite) AS experiments
    FROM cells GROUP BY suite;

-- Phoenix calls an example by base64 of 'DatasetExample:' and its number: the first is a constant of 20 letters, and the
-- digits follow in threes.
CREATE TEMP VIEW way_back AS
  WITH found AS (
    SELECT question, id, dataset_id FROM temp.examples_read
     WHERE question IN (SELECT question FROM coreset) AND dataset_id IN (SELECT dataset_id FROM temp.experiments_read)),
  parts AS (
    SELECT id, place, substr(id, place, 3) AS digits
      FROM found JOIN (SELECT column1 AS place FROM (VALUES (1), (4), (7), (10), (13), (16), (19))) ON place <= length(id)),
  bits AS (
    SELECT *, (unicode(digits) << 16) + (coalesce(unicode(substr(digits, 2)), 0) << 8) + coalesce(unicode(substr(digits, 3)), 0) AS bits,
           'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/' AS letters
      FROM parts),
  codes AS (
    SELECT id, 'RGF0YXNldEV4YW1wbGU6'
               || group_concat(substr(letters, (bits >> 18) + 1, 1) || substr(letters, (bits >> 12 & 63) + 1, 1)
                               || iif(length(digits) > 1, substr(letters, (bits >> 6 & 63) + 1, 1), '=')
                               || iif(length(digits) > 2, substr(letters, (bits & 63) + 1, 1), '='), '') AS code
      FROM (SELECT * FROM bits ORDER BY id, place) GROUP BY id)
  SELECT 'command line' AS name,
         CASE WHEN EXISTS (SELECT question FROM coreset EXCEPT SELECT question FROM found)
              THEN (SELECT 'not in this store: ' || count(*) || ' of coreset, such as ' || min(question)
                      FROM (SELECT question FROM coreset EXCEPT SELECT question FROM found))
              WHEN (SELECT count(DISTINCT dataset_id) FROM found) > 1
              THEN (SELECT 'in several datasets: ' || count(*) || ' examples, such as ' || min(question) || '; first UPDATE choice SET suite' FROM found)
              ELSE 'curl -s http://localhost:6006/graphql -H ''Content-Type: application/json'' -d @coreset_split.json' END AS text
  UNION ALL
  SELECT 'coreset_split.json',
         json_object('query', 'mutation ($input: CreateDatasetSplitWithExamplesInput!) { createDatasetSplitWithExamples(input: $input) '
                              || '{ datasetSplit { id name } } }',
                     'variables', json_object('input', json_object('name', 'coreset', 'color', '#5bdbff', 'exampleIds', json(ids))))
    FROM (SELECT json_group_array(code) AS ids FROM (SELECT code FROM codes ORDER BY id));
