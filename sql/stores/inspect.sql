-- inspect.sql: the logs of UK AISI's Inspect, for sqlite-coreset.
--
-- Made for Inspect (inspect_ai) 0.3 and its logs of version 2: .json, and .eval, which are zip files. Needs the functions
-- readfile(), fsdir() and zipfile() of the sqlite3 shell; a shell without zipfile() says so and reads .json alone. Newer
-- versions of Inspect compress .eval with zstd, which zipfile() cannot read, and then the script says so. Convert them:
--
--     inspect log convert --to json --output-dir json_logs logs
--
--     CREATE TEMP TABLE logs AS SELECT 'logs' AS path;                -- the folder, or several in several rows
--     .read sql/stores/inspect.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'bench';
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT text FROM way_back WHERE name = 'command line';
--
-- What is what
--
--   model      eval.model
--   question   the sample's id: a number, or text
--   score      value of a scorer: C and yes 1, P 0.5, I, N and no 0, numbers and truth values as they are; NULL where
--              the sample ended in an error, was not scored, or has NaN or another word
--   suite      eval.task; samples of different tasks may have the same id
--   run        eval.created
--   trial      the epoch
--   log        the file; the view chosen has input as well
--
-- Choosing: one line each, at any time after .read, which begins with this choice; views follow
--
--   UPDATE choice SET metric = 'judge.depth';     a scorer, or scorer.key where its value is an object or a list; at
--                                                 first the task's first scorer. The view metrics lists them
--   UPDATE choice SET repeats = 'trials';         see below
--
-- Of several answers of a model to a question `results` has one, the last epoch of the latest run, even if that is an
-- error; with 'answered' the latest with a score. With 'trials' it has every epoch of the latest run, with 'all' every
-- answer: score_matrix() takes their mean, as Inspect does with epochs.
--
-- The views: results; coverage (rows, errors, repeats, ids that stand for two different inputs, and how many logs or
-- samples of all suites could not be read); metrics; way_back, from your table coreset(question) to the tool:
--
--   command line            inspect eval ... --sample-id ..., quoted for a Unix shell; add --model
--   coreset_samples.json    the ids, for Python: eval("bench.py", sample_id=json.load(open("coreset_samples.json"))).
--                           An id with a comma can go no other way.
--
-- Traps
--
--   * --sample-id takes patterns: * ? [ in an id are escaped.
--   * A log that lies in the folder twice (as .eval and as .json) is read once, known by eval.eval_id.
--   * One task with other task arguments (-T) is the same suite: where coverage.different_inputs is not 0, use folders.
--   * A file with NaN or Infinity is no JSON: these words are read as null.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.chosen;
DROP VIEW IF EXISTS temp.metrics;
DROP TABLE IF EXISTS temp.metrics_logged;
DROP TABLE IF EXISTS temp.logged;
DROP TABLE IF EXISTS temp.log_files;
DROP TABLE IF EXISTS temp.log_texts;
DROP TABLE IF EXISTS temp.log_checks;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT, -- NULL: the first of each task
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered, trials or all" CHECK (repeats IN ('latest', 'answered', 'trials', 'all')));
INSERT INTO temp.choice DEFAULT VALUES;

-- The texts of all logs: of a .json the whole, entry NULL, of a .eval its header and its samples. One that zipfile()
-- cannot decompress is NULL. A .eval without the end of a zip file, which was cut off, would end the statement: it counts as
-- unreadable.
CREATE TEMP TABLE log_texts(name, entry, text);
INSERT INTO temp.log_texts
  SELECT name, NULL, CAST(readfile(name) AS TEXT) FROM temp.logs, fsdir(logs.path || '/.') WHERE name LIKE '%.json';
INSERT INTO temp.log_texts
  SELECT name, NULL, '' FROM temp.logs, fsdir(logs.path || '/.') WHERE name LIKE '%.eval' AND NOT instr(readfile(name), X'504B0506');
INSERT INTO temp.log_texts
  SELECT file.name, entry.name, CAST(entry.data AS TEXT)
    FROM temp.logs, fsdir(logs.path || '/.') AS file, zipfile(file.name) AS entry
   WHERE file.name LIKE '%.eval' AND instr(readfile(file.name), X'504B0506') AND (entry.name IN ('header.json', '_journal/start.json') OR entry.name LIKE 'samples/%.json');

CREATE TEMP TABLE log_checks(
  logs CONSTRAINT "no logs of Inspect below the path in logs" CHECK (logs > 0),
  closed CONSTRAINT "these .eval are compressed with zstd: inspect log convert --to json --output-dir json_logs logs"
    CHECK (closed = 0),
  unreadable);
INSERT INTO temp.log_checks(closed) SELECT count(*) FROM temp.log_texts WHERE text IS NULL;

UPDATE temp.log_texts SET text = replace(replace(replace(text, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null')
 WHERE NOT json_valid(text);

-- The logs of evals, each once.
CREATE TEMP TABLE log_files(name, model, suite, run, scorer, task_file);
INSERT INTO temp.log_files
  SELECT name, json_extract(text, '$.eval.model'), json_extract(text, '$.eval.task'), json_extract(text, '$.eval.created'),
         json_extract(text, '$.results.scores[0].name'), json_extract(text, '$.eval.task_file')
    FROM (SELECT name, text, min((name LIKE '%.eval') || name)
            FROM (SELECT name, text, min(coalesce(entry, '') = '_journal/start.json') FROM temp.log_texts
                   WHERE json_valid(text) AND coalesce(entry, '') NOT LIKE 'samples/%' GROUP BY name)
           WHERE json_type(text, '$.eval.model') = 'text'
           GROUP BY coalesce(json_extract(text, '$.eval.eval_id'), name));
INSERT INTO temp.log_checks(logs) SELECT count(*) FROM temp.log_files;

-- One row for each sample and score; for a sample without scores one row whose metric is NULL.
CREATE TEMP TABLE logged(model, question, score, suite, metric, input, run, trial, log);
INSERT INTO temp.logged
  WITH samples(log, text) AS (
    SELECT name, value FROM temp.log_texts, json_each(text, '$.samples') WHERE entry IS NULL AND json_valid(text)
    UNION ALL
    SELECT name, text FROM temp.log_texts WHERE entry LIKE 'samples/%' AND json_valid(text)),
  parts(log, id, input, epoch, failed, metric, type, value) AS (
    SELECT log, json_extract(text, '$.id'), json_extract(text, '$.input'), json_extract(text, '$.epoch'),
           coalesce(json_type(text, '$.error'), 'null') <> 'null',
           iif(json_type(scorer.value, '$.value') IN ('object', 'array'), scorer.key || '.' || part.key, scorer.key),
           part.type, part.value
      FROM samples LEFT JOIN json_each(text, '$.scores') AS scorer ON scorer.type = 'object'
           LEFT JOIN json_each(scorer.value, '$.value') AS part)
  SELECT model, id,
         CASE WHEN failed THEN NULL
              WHEN type IN ('integer', 'real', 'true', 'false') THEN value
              WHEN value IN ('C', 'P', 'I', 'N') THEN CASE value WHEN 'C' THEN 1 WHEN 'P' THEN 0.5 ELSE 0 END
              WHEN lower(value) IN ('yes', 'true') THEN 1
              WHEN lower(value) IN ('no', 'false') THEN 0
              WHEN json_valid(value) AND json_type(value) IN ('integer', 'real') THEN json_extract(value, '$') END,
         suite, metric, input, run, epoch, log
    FROM parts JOIN temp.log_files ON log_files.name = log;

INSERT INTO temp.log_checks(unreadable) SELECT count(*) FROM temp.log_texts WHERE NOT json_valid(text);
DROP TABLE temp.log_texts;

CREATE TEMP TABLE metrics_logged AS
  SELECT logged.suite, metric, count(*) AS rows,
         min(CASE WHEN metric = scorer THEN 0 WHEN metric LIKE scorer || '.%' THEN 1 ELSE 2 END) AS place
    FROM temp.logged JOIN temp.log_files ON log_files.name = log WHERE metric IS NOT NULL GROUP BY 1, 2;

CREATE TEMP VIEW metrics AS
  SELECT suite, metric, rows, fits AND row_number() OVER (PARTITION BY suite ORDER BY fits DESC, place, metric) = 1 AS chosen
    FROM (SELECT found.*, choice.metric IS NULL OR choice.metric = found.metric AS fits
            FROM temp.metrics_logged AS found, temp.choice);

CREATE TEMP TRIGGER choice_metric BEFORE UPDATE OF metric ON choice
  WHEN NEW.metric NOT IN (SELECT metric FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such metric: SELECT * FROM metrics');
END;

-- A sample without scores is missing in every metric.
CREATE TEMP VIEW chosen AS
  SELECT model, question, score, suite, metrics.metric, input, run, trial, log
    FROM temp.logged JOIN temp.metrics USING (suite) WHERE chosen AND (logged.metric IS NULL OR logged.metric = metrics.metric);

-- The row of a group that has max() gives the other columns too. place is the run, the log, and the epoch.
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, trial, log
    FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) = 'all'
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, log
    FROM (SELECT model, question, score, suite, metric, run, trial, log,
                 max(((SELECT repeats FROM temp.choice) = 'latest' OR score IS NOT NULL)
                     || run || log || printf('%010d', trial)) AS place
            FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) IN ('latest', 'answered') GROUP BY suite, model, question)
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, log
    FROM (SELECT *, max(run || log) OVER (PARTITION BY suite, model, question) AS last
            FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) = 'trials')
   WHERE run || log = last;

CREATE TEMP VIEW coverage AS
  WITH cells AS (
    SELECT suite, model, question, count(*) AS answers, count(score) AS scores FROM temp.chosen GROUP BY suite, model, question),
  inputs AS MATERIALIZED (SELECT suite, question FROM temp.chosen GROUP BY suite, question HAVING min(input) <> max(input))
  SELECT suite, sum(answers) AS rows, count(DISTINCT model) AS models, count(DISTINCT question) AS questions,
         sum(answers) - sum(scores) AS errors, sum(answers) - count(*) AS repeats,
         (SELECT count(*) FROM inputs WHERE inputs.suite IS cells.suite) AS different_inputs,
         (SELECT max(unreadable) FROM temp.log_checks) AS unreadable
    FROM cells GROUP BY suite;

CREATE TEMP VIEW way_back AS
  WITH found AS (SELECT DISTINCT question, suite FROM temp.chosen WHERE question IN (SELECT question FROM coreset)),
  tasks(suite, ids, commas, task) AS (
    SELECT suite,
           group_concat(replace(replace(replace(replace(question, '[', '[[]'), '*', '[*]'), '?', '[?]'), '''', '''\'''''), ','),
           max(instr(question, ',')),
           (SELECT coalesce(max(task_file) || '@', '') FROM temp.log_files WHERE log_files.suite = found.suite) || suite
      FROM (SELECT * FROM found ORDER BY suite, question) AS found GROUP BY suite)
  SELECT 'command line' AS name,
         CASE WHEN EXISTS (SELECT question FROM coreset EXCEPT SELECT question FROM found)
              THEN (SELECT 'not in these logs: ' || count(*) || ' of coreset, such as ' || min(question)
                      FROM (SELECT question FROM coreset EXCEPT SELECT question FROM found))
              WHEN commas > 0 THEN 'no command line can name an id with a comma: use coreset_samples.json'
              ELSE 'inspect eval ' || task || ' --sample-id ''' || ids || '''' END AS text
    FROM (SELECT 1) LEFT JOIN tasks
  UNION ALL
  SELECT 'coreset_samples.json', json_group_array(question) FROM (SELECT DISTINCT question FROM found ORDER BY question);
