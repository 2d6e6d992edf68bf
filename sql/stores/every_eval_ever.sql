-- every_eval_ever.sql: results in the common format of Every Eval Ever (EvalEval Coalition), for sqlite-coreset.
--
-- Made for its schema 0.2.2 (0.2.0 and 0.2.1 are read as well): files UUID_samples.jsonl or UUID.jsonl with a line for each
-- sample and metric, and UUID.json beside them, which is what its converters of Inspect, HELM, lm-evaluation-harness and
-- LightEval write, and what its datastore holds. Needs the functions readfile() and fsdir() of the sqlite3 shell.
--
--     CREATE TEMP TABLE logs AS SELECT 'data' AS path;      -- the folder, or several in several rows
--     .read sql/stores/every_eval_ever.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'gsm8k';
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT writefile(name, text) FROM way_back WHERE name = 'coreset_ids.json';
--     SELECT text FROM way_back WHERE name = 'command line';
--
-- What is what
--
--   model      model_id
--   question   evaluation_name and sample_hash, or where that is missing sample_id: gsm8k/b4b30cbb...
--   score      evaluation.score; NULL where it is null or NaN, where the line has an error, and where it is -1 of a metric
--              whose has_unknown_level says that this means unknown
--   suite      evaluation_name
--   metric     the metric_id, else the metric_name of the result that evaluation_result_id points to in UUID.json, else that
--              id itself; 'score' for lines without one
--   run        evaluation_timestamp of UUID.json, else its retrieved_timestamp, in seconds since 1970; NULL without that file
--   sample     sample_id
--   file, line     of the answer; the view chosen has input (sample_hash, else input.raw) and library as well
--
-- Choosing: one line each, at any time after .read, which begins with this choice; views follow
--
--   UPDATE choice SET metric = 'f1';               at first, each evaluation's first metric; the view metrics lists them.
--                                                  Evaluations without it have no rows
--   UPDATE choice SET question = 'sample_id';      see the traps
--   UPDATE choice SET repeats = 'all';             see below
--
-- Of several answers of a model to a question `results` has the latest, even if it is an error: that of the latest run, there
-- of the last file by name and of its last line (Inspect's last epoch); with 'answered' the latest with a score; with 'all'
-- every one, and score_matrix() takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, ids that stand for two different inputs, which cannot be where the id
-- is a hash; lines of all evaluations that could not be read); metrics; way_back, from your table coreset(question) to
-- the tool:
--
--   coreset_ids.json        {"gsm8k": [3, 7]}: for each evaluation its sample_ids; lm_eval takes it as --samples
--   command line            lm_eval --tasks ... --samples coreset_ids.json for what lm_eval has run, inspect eval ... --sample-id
--                           for Inspect, quoted for a Unix shell; else the names of evaluations and their tool
--
-- Traps
--
--   * Each converter makes sample_hash in its own way, and HELM's is that of the whole prompt with its examples: where
--     coverage shows questions that only one model answered, choose 'sample_id', and look at different_inputs.
--   * The converters write 0 where a tool has no score (lm_eval) and judge Inspect's answers anew, by comparing them with the
--     reference; with the tool's own logs lm_eval.sql and inspect.sql know better.
--   * A line with NaN or Infinity is no JSON: these words are read as null, and the line is kept.
--   * Files that are compressed (.jsonl.gz, ...) must be decompressed first: it says so.
--   * A file must be smaller than 700 MB; links, as in a cache of Hugging Face, are not followed: hf download --local-dir.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.chosen;
DROP VIEW IF EXISTS temp.metrics;
DROP TABLE IF EXISTS temp.metrics_logged;
DROP TABLE IF EXISTS temp.logged;
DROP TABLE IF EXISTS temp.log_lines;
DROP TABLE IF EXISTS temp.log_metrics;
DROP TABLE IF EXISTS temp.log_checks;
DROP TABLE IF EXISTS temp.log_files;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT, -- NULL: the first of each evaluation
  question TEXT NOT NULL DEFAULT 'sample_hash'
    CONSTRAINT "question is sample_hash or sample_id" CHECK (question IN ('sample_hash', 'sample_id')),
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered or all" CHECK (repeats IN ('latest', 'answered', 'all')));
INSERT INTO temp.choice DEFAULT VALUES;

-- The files, and what is said about each in the .json of the same name, where it is there.
CREATE TEMP TABLE log_files(name PRIMARY KEY, about);
INSERT INTO temp.log_files
  WITH names AS MATERIALIZED (
    SELECT DISTINCT name FROM temp.logs, fsdir(logs.path || '/.') WHERE name GLOB '*.jsonl*' OR name GLOB '*.json'),
  abouts AS (
    SELECT samples.name, CAST(readfile(about.name) AS TEXT) AS about
      FROM names AS samples LEFT JOIN names AS about
           ON about.name = iif(samples.name GLOB '*_samples.jsonl', substr(samples.name, 1, length(samples.name) - 14),
                               substr(samples.name, 1, length(samples.name) - 6)) || '.json'
     WHERE samples.name GLOB '*.jsonl' OR samples.name GLOB '*.jsonl.gz' OR samples.name GLOB '*.jsonl.zst'
        OR samples.name GLOB '*.jsonl.bz2' OR samples.name GLOB '*.jsonl.xz' OR samples.name GLOB '*.jsonl.lz4')
  SELECT name, CASE WHEN json_valid(about) THEN about
                    WHEN json_valid(replace(replace(replace(about, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null'))
                    THEN replace(replace(replace(about, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null') END
    FROM abouts;
CREATE TEMP TABLE log_checks(
  files CONSTRAINT "no *.jsonl below the path in logs" CHECK (files > 0),
  compressed CONSTRAINT "compressed *.jsonl.gz, .zst, .bz2, .xz or .lz4 in logs: decompress it first" CHECK (compressed = 0));
INSERT INTO temp.log_checks SELECT count(*), count(*) - sum(name GLOB '*.jsonl') FROM temp.log_files;

CREATE TEMP TABLE log_metrics(file, id, metric, unknown, PRIMARY KEY (file, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.log_metrics
  SELECT name, json_extract(value, '$.evaluation_result_id'),
         coalesce(json_extract(value, '$.metric_config.metric_id'), json_extract(value, '$.metric_config.metric_name'),
                  json_extract(value, '$.evaluation_result_id')),
         coalesce(json_extract(value, '$.metric_config.has_unknown_level'), 0)
    FROM temp.log_files, json_each(about, '$.evaluation_results')
   WHERE json_type(value, '$.evaluation_result_id') = 'text';

-- One row for each line; for one that cannot be read a row without model. A file becomes an array of strings, its lines, so
-- that a line that is no JSON spoils no other; they are divided at a character that no text has. A timestamp is either
-- seconds since 1970 or a date and time.
CREATE TEMP TABLE logged(model, score, suite, metric, sample, hash, input, run, library, file, line);
INSERT INTO temp.logged
  WITH files AS MATERIALIZED (
    SELECT name, json_extract(about, '$.eval_library.name') AS library,
           (SELECT time FROM (SELECT key, iif(value NOT GLOB '*[^0-9.]*', CAST(value AS REAL), unixepoch(value)) AS time
                                FROM json_each(json_array(json_extract(about, '$.evaluation_timestamp'),
                                                          json_extract(about, '$.retrieved_timestamp'))))
             WHERE time IS NOT NULL ORDER BY key LIMIT 1) AS run
      FROM temp.log_files),
  lines AS (
    SELECT name, library, run, key AS line,
           CASE WHEN json_valid(value) THEN value
                WHEN json_valid(replace(replace(replace(value, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null'))
                THEN replace(replace(replace(value, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null') END AS text
      FROM files, json_each('[' || replace(json_quote(replace(CAST(readfile(name) AS TEXT), char(10), char(1114109))),
                                           char(1114109), '","') || ']')
     WHERE value NOT IN ('', char(13))),
  fields AS (
    SELECT name, library, run, line, json_extract(text, '$.model_id') AS model, json_extract(text, '$.evaluation_name') AS suite,
           json_extract(text, '$.sample_id') AS sample, nullif(json_extract(text, '$.sample_hash'), '') AS hash,
           json_extract(text, '$.evaluation_result_id') AS id, nullif(json_extract(text, '$.error'), '') AS error,
           iif(json_type(text, '$.evaluation.score') IN ('integer', 'real', 'true', 'false'),
               json_extract(text, '$.evaluation.score'), NULL) AS score,
           iif(json_extract(text, '$.sample_hash') <> '', NULL, json_extract(text, '$.input.raw')) AS raw,
           json_type(text, '$.evaluation') = 'object' AS readable
      FROM lines)
  SELECT iif(suite IS NOT NULL AND sample IS NOT NULL AND readable, model, NULL),
         iif(error IS NULL AND NOT (score = -1 AND coalesce(unknown, 0)), score, NULL), suite, coalesce(metric, fields.id, 'score'),
         sample, hash, coalesce(hash, raw), run, library, name, line
    FROM fields LEFT JOIN temp.log_metrics ON log_metrics.file = name AND log_metrics.id = fields.id;

CREATE TEMP TABLE log_lines(lines CONSTRAINT "no line of Every Eval Ever in *.jsonl below the path in logs" CHECK (lines > 0));
INSERT INTO temp.log_lines SELECT count(model) FROM temp.logged;

CREATE TEMP TABLE metrics_logged AS
  SELECT suite, metric, count(*) AS rows, min(line) AS place FROM temp.logged WHERE model IS NOT NULL GROUP BY 1, 2;

CREATE TEMP VIEW metrics AS
  SELECT suite, metric, rows, fits AND row_number() OVER (PARTITION BY suite ORDER BY fits DESC, place, metric) = 1 AS chosen
    FROM (SELECT found.*, choice.metric IS NULL OR choice.metric = found.metric AS fits
            FROM temp.metrics_logged AS found, temp.choice);

CREATE TEMP TRIGGER choice_metric BEFORE UPDATE OF metric ON choice
  WHEN NEW.metric NOT IN (SELECT metric FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such metric: SELECT * FROM metrics');
END;

CREATE TEMP VIEW chosen AS
  SELECT model, suite || '/' || iif((SELECT question FROM temp.choice) = 'sample_hash', coalesce(hash, sample), sample) AS question,
         score, suite, metric, input, run, sample, library, file, line
    FROM temp.logged JOIN temp.metrics USING (suite, metric) WHERE chosen AND model IS NOT NULL;

-- The row of a group that has max() gives the other columns too. place is the run, the file and the line.
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, sample, file, line
    FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) = 'all'
  UNION ALL
  SELECT model, question, score, suite, metric, run, sample, file, line
    FROM (SELECT model, question, score, suite, metric, run, sample, file, line,
                 max(((SELECT repeats FROM temp.choice) = 'latest' OR score IS NOT NULL)
                     || printf('%020.6f', coalesce(run, 0)) || file || printf('%012d', line)) AS place
            FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) <> 'all' GROUP BY model, question);

CREATE TEMP VIEW coverage AS
  WITH cells AS (
    SELECT suite, model, question, count(*) AS answers, count(score) AS scores FROM temp.chosen GROUP BY suite, model, question),
  inputs AS MATERIALIZED (SELECT suite, question FROM temp.chosen GROUP BY suite, question HAVING min(input) <> max(input))
  SELECT suite, sum(answers) AS rows, count(DISTINCT model) AS models, count(DISTINCT question) AS questions,
         sum(answers) - sum(scores) AS errors, sum(answers) - count(*) AS repeats,
         (SELECT count(*) FROM inputs WHERE inputs.suite = cells.suite) AS different_inputs,
         (SELECT count(*) FROM temp.logged WHERE model IS NULL) AS unreadable
    FROM cells GROUP BY suite;

-- sample_id of a question: the one that most lines give; a number where it is one.
CREATE TEMP VIEW way_back AS
  WITH found AS (
    SELECT question, suite, sample, library, max(lines)
      FROM (SELECT question, suite, sample, min(library) AS library, count(*) AS lines FROM temp.chosen
             WHERE question IN (SELECT question FROM coreset) GROUP BY 1, 2, 3 ORDER BY length(sample), sample)
     GROUP BY question),
  ids AS (
    SELECT DISTINCT suite, library, sample, iif(CAST(CAST(sample AS INTEGER) AS TEXT) = sample, CAST(sample AS INTEGER), sample) AS id
      FROM found ORDER BY suite, length(sample), sample),
  tasks AS (
    SELECT suite, min(library) AS library, json_group_array(id) AS ids, group_concat(sample, ',') AS list
      FROM ids GROUP BY suite)
  SELECT 'command line' AS name,
         CASE WHEN EXISTS (SELECT question FROM coreset EXCEPT SELECT question FROM found)
              THEN (SELECT 'not in these logs: ' || count(*) || ' of coreset, such as ' || min(question)
                      FROM (SELECT question FROM coreset EXCEPT SELECT question FROM found))
              ELSE (SELECT group_concat(CASE library
                             WHEN 'lm_eval' THEN 'lm_eval --tasks ''' || replace(suite, '''', '''\''''') || ''' --samples coreset_ids.json'
                             WHEN 'inspect_ai' THEN 'inspect eval ''' || replace(suite, '''', '''\''''') || ''' --sample-id '''
                                                    || replace(list, '''', '''\''''') || ''''
                             ELSE suite || coalesce(', with ' || library, '') || ': the samples in coreset_ids.json' END, char(10))
                      FROM tasks) END AS text
  UNION ALL
  SELECT 'coreset_ids.json', json_group_object(suite, json(ids)) FROM (SELECT suite, ids FROM tasks ORDER BY suite);
