-- lm_eval.sql: the logs of EleutherAI's lm-evaluation-harness, for sqlite-coreset.
--
-- Made for lm-evaluation-harness 0.4 (0.4.3 to 0.4.13), run with --log_samples --output_path FOLDER: files
-- samples_TASK_DATE.jsonl, and results_DATE.json beside them. Needs the functions readfile() and fsdir() of the
-- sqlite3 shell.
--
--     CREATE TEMP TABLE logs AS SELECT 'lm_eval_output' AS path;      -- the folder, or several in several rows
--     .read sql/stores/lm_eval.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'gsm8k';
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT text FROM way_back WHERE name = 'command line';
--
-- What is what
--
--   model      model_name of the results file with the same date beside it, else the name of the folder
--   question   the task and the hash of the document: task/doc_hash
--   score      one of the line's `metrics`; NULL where it is null or NaN
--   suite      the task
--   run        the date in the file's name
--   filter     what the answer went through: gsm8k is logged once for each of two filters
--   document   doc_id; the view chosen has input (prompt_hash) as well
--
-- Choosing: one line each, at any time after .read, which begins with this choice; views follow
--
--   UPDATE choice SET metric = 'acc_norm';        at first, each task's first metric with its first filter; the
--                                                 view metrics lists them. Tasks without it have no rows
--   UPDATE choice SET filter = 'flexible-extract';
--   UPDATE choice SET repeats = 'all';            see below
--
-- Of several answers of a model to a question `results` has that of the latest run, even if it is NULL; with 'answered'
-- the latest with a score; with 'all' every one, and score_matrix() takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, ids that stand for two different inputs: other prompts, as few
-- shots or a template were changed; lines that could not be read); metrics; way_back, from your table
-- coreset(question) to the tool:
--
--   command line            lm_eval --tasks ... --samples ..., quoted for a Unix shell; add --model and the rest.
--   coreset_samples.json    what --samples takes, which may be the name of a file as well
--
-- Traps
--
--   * doc_id is wrong in logs of runs with --samples in another order than ascending: questions are known by their
--     hash, and the way back takes the doc_id that most lines give for it, and sorts.
--   * A document that a task has twice has one hash: it is one question.
--   * A line with NaN or Infinity is no JSON: these words are read as null, and the line is kept. A line that is no JSON
--     otherwise is counted as unreadable.
--   * Metrics that are no number for one document (perplexities, BLEU) are left out.
--   * A file must be smaller than 700 MB; links are not followed.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.chosen;
DROP VIEW IF EXISTS temp.metrics;
DROP TABLE IF EXISTS temp.metrics_logged;
DROP TABLE IF EXISTS temp.logged;
DROP TABLE IF EXISTS temp.log_files_found;
DROP TABLE IF EXISTS temp.log_files;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT, -- NULL: the first of each task
  filter TEXT, -- NULL: the first that has the metric
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered or all" CHECK (repeats IN ('latest', 'answered', 'all')));
INSERT INTO temp.choice DEFAULT VALUES;

-- The files: rtrim(x, replace(x, '/', '')) is x up to its last '/'. A results file ends in the same date, and begins with
-- 'results', or with another name where --output_path was one.
CREATE TEMP TABLE log_files(name, model, suite, run);
INSERT INTO temp.log_files
  WITH names AS MATERIALIZED (
    SELECT name, rtrim(name, replace(name, '/', '')) AS folder
      FROM temp.logs, fsdir(logs.path || '/.') WHERE name GLOB '*/samples_*.jsonl' OR name GLOB '*_????-??-??T*.json'),
  stems AS (
    SELECT name, folder, substr(name, length(folder) + 9, length(name) - length(folder) - 14) AS stem
      FROM names WHERE name GLOB '*.jsonl'),
  samples AS (
    SELECT name, folder, rtrim(rtrim(stem, replace(stem, '_', '')), '_') AS suite,
           substr(stem, length(rtrim(stem, replace(stem, '_', ''))) + 1) AS run
      FROM stems),
  described AS (
    SELECT samples.*, (SELECT CAST(readfile(min(about.name)) AS TEXT) FROM names AS about
                        WHERE about.folder = samples.folder
                          AND substr(about.name, -length(run) - 6) = '_' || run || '.json') AS about
      FROM samples)
  SELECT name,
         coalesce(nullif(json_extract(iif(json_valid(about), about,
                    replace(replace(replace(about, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null')), '$.model_name'), ''),
                  replace(rtrim(folder, '/'), rtrim(rtrim(folder, '/'), replace(folder, '/', '')), '')),
         suite, run
    FROM described;
CREATE TEMP TABLE log_files_found(files CONSTRAINT "no samples_*.jsonl below the path in logs" CHECK (files > 0));
INSERT INTO temp.log_files_found SELECT count(*) FROM temp.log_files;

-- One row for each line and metric; for a line that cannot be read one without question and metric. A file becomes an
-- array of strings, its lines, so that a line that is no JSON spoils no other; they are divided at a character that no
-- text has.
CREATE TEMP TABLE logged(model, question, score, suite, metric, filter, input, run, document, line, place);
INSERT INTO temp.logged
  WITH lines(model, suite, run, line, text) AS (
    SELECT model, suite, run, key,
           CASE WHEN json_valid(value) THEN value
                WHEN json_valid(replace(replace(replace(value, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null'))
                THEN replace(replace(replace(value, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null') END
      FROM temp.log_files, json_each('[' || replace(json_quote(replace(CAST(readfile(name) AS TEXT), char(10), char(1114109))),
                                                    char(1114109), '","') || ']')
     WHERE value NOT IN ('', char(13)))
  SELECT model, suite || '/' || coalesce(json_extract(text, '$.doc_hash'), 'document ' || json_extract(text, '$.doc_id')),
         json_extract(text, '$."' || metrics.value || '"'), suite, metrics.value, coalesce(json_extract(text, '$.filter'), 'none'),
         json_extract(text, '$.prompt_hash'), run, json_extract(text, '$.doc_id'), line, metrics.key
    FROM lines LEFT JOIN json_each(text, '$.metrics') AS metrics
   WHERE text IS NULL OR json_type(text, '$."' || metrics.value || '"') IN ('integer', 'real', 'true', 'false', 'null');

CREATE TEMP TABLE metrics_logged AS
  SELECT suite, metric, filter, count(*) AS rows, min(1000 * line + place) AS place
    FROM temp.logged WHERE metric IS NOT NULL GROUP BY 1, 2, 3;

CREATE TEMP VIEW metrics AS
  SELECT suite, metric, filter, rows,
         fits AND row_number() OVER (PARTITION BY suite ORDER BY fits DESC, place, metric, filter) = 1 AS chosen
    FROM (SELECT found.*, (choice.metric IS NULL OR choice.metric = found.metric)
                           AND (choice.filter IS NULL OR choice.filter = found.filter) AS fits
            FROM temp.metrics_logged AS found, temp.choice);

CREATE TEMP TRIGGER choice_metric BEFORE UPDATE OF metric ON choice
  WHEN NEW.metric NOT IN (SELECT metric FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such metric: SELECT * FROM metrics');
END;

CREATE TEMP TRIGGER choice_filter BEFORE UPDATE OF filter ON choice
  WHEN NEW.filter NOT IN (SELECT filter FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such filter: SELECT * FROM metrics');
END;

CREATE TEMP VIEW chosen AS
  SELECT logged.* FROM temp.logged JOIN temp.metrics USING (suite, metric, filter) WHERE chosen;

-- The row of a group that has max() gives the other columns too. place is the run, then the line, the lowest first:
-- a document that a task has twice.
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, filter, document
    FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) = 'all'
  UNION ALL
  SELECT model, question, score, suite, metric, run, filter, document
    FROM (SELECT model, question, score, suite, metric, run, filter, document,
                 max(((SELECT repeats FROM temp.choice) = 'latest' OR score IS NOT NULL)
                     || run || printf('%012d', 999999999999 - line)) AS place
            FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) <> 'all' GROUP BY model, question);

CREATE TEMP VIEW coverage AS
  WITH cells AS (
    SELECT suite, model, question, count(*) AS answers, count(score) AS scores FROM temp.chosen GROUP BY suite, model, question),
  inputs AS MATERIALIZED (SELECT suite, question FROM temp.chosen GROUP BY suite, question HAVING min(input) <> max(input)),
  unreadable AS MATERIALIZED (SELECT suite, count(*) AS lines FROM temp.logged WHERE metric IS NULL GROUP BY suite)
  SELECT suite, sum(answers) AS rows, count(DISTINCT model) AS models, count(DISTINCT question) AS questions,
         sum(answers) - sum(scores) AS errors, sum(answers) - count(*) AS repeats,
         (SELECT count(*) FROM inputs WHERE inputs.suite IS cells.suite) AS different_inputs,
         coalesce((SELECT lines FROM unreadable WHERE unreadable.suite = cells.suite), 0) AS unreadable
    FROM cells GROUP BY suite;

-- doc_id of a question: the one that most lines give.
CREATE TEMP VIEW way_back AS
  WITH found AS (
    SELECT question, suite, document, max(1000000000 * lines - document)
      FROM (SELECT question, suite, document, count(*) AS lines FROM temp.chosen
             WHERE question IN (SELECT question FROM coreset) GROUP BY 1, 2, 3)
     GROUP BY question),
  tasks(suite, documents) AS (
    SELECT suite, json_group_array(document)
      FROM (SELECT DISTINCT suite, document FROM found ORDER BY suite, document) GROUP BY suite),
  samples(text, tasks) AS (
    SELECT json_group_object(suite, json(documents)), group_concat(suite, ',') FROM (SELECT * FROM tasks ORDER BY suite))
  SELECT 'command line' AS name,
         CASE WHEN EXISTS (SELECT question FROM coreset EXCEPT SELECT question FROM found)
              THEN (SELECT 'not in these logs: ' || count(*) || ' of coreset, such as ' || min(question)
                      FROM (SELECT question FROM coreset EXCEPT SELECT question FROM found))
              ELSE 'lm_eval --tasks ' || tasks || ' --samples ''' || text
                   || ''' --log_samples --output_path lm_eval_output' END AS text
    FROM samples
  UNION ALL
  SELECT 'coreset_samples.json', text FROM samples;
