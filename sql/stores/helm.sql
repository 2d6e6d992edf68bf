-- helm.sql: the runs of Stanford CRFM's HELM, for sqlite-coreset.
--
-- Made for crfm-helm 0.5: folders benchmark_output/runs/SUITE/RUN with run_spec.json and per_instance_stats.json. Needs
-- the functions readfile() and fsdir() of the sqlite3 shell.
--
--     CREATE TEMP TABLE logs AS SELECT 'benchmark_output/runs' AS path;       -- the folder, or several in several rows
--     .read sql/stores/helm.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'mmlu:subject=x';
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT writefile(name, text) FROM way_back WHERE name = 'coreset_ids.txt';
--
-- What is what
--
--   model      the run spec's adapter_spec.model, else model_deployment
--   question   instance_id
--   score      mean of a statistic; NULL where it has none or NaN
--   suite      the run spec's name without its model; instances of different suites have the same ids
--   run        HELM's --suite, the folder that the run lies in. Of two the longer name is the later, then the greater: v10
--              comes after v9
--   trial      train_trial_index
--   log        the run's folder; the view chosen has input as well, from the run's instances.json, where that is there
--
-- Choosing: one line each, at any time after .read, which begins with this choice; views follow
--
--   UPDATE choice SET metric = 'quasi_exact_match';   another statistic; the view metrics lists them. At first it is
--                                                     the suite's first that counts no tokens or time
--   UPDATE choice SET split = 'valid';                only instances of a split
--   UPDATE choice SET repeats = 'trials';             see below
--
-- Of several answers of a model to a question `results` has one, the last trial of the latest run, even if it is NULL; with
-- 'answered' the latest with a score. With 'trials' it has every trial of the latest run, with 'all' every answer:
-- score_matrix() takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, ids that stand for two different inputs, and how many files of
-- all suites could not be read); metrics; way_back, from your table coreset(question) to the tool:
--
--   coreset_ids.txt         the instances' ids, one a line; a coreset is of one suite
--   command line            helm-run has no option for instances, but with --cache-instances it reads those of a scenario
--                           from a file. Make that file with --cache-instances --cache-instances-only, then keep of it
--                           the coreset, and what examples in the prompt are taken from:
--
--     SELECT writefile(file, json_group_array(json(instance)))
--       FROM (SELECT file, json_set(value, '$.id', 'id' || key) AS instance
--               FROM (SELECT 'benchmark_output/scenario_instances/SCENARIO/input_instances.json' AS file), json_each(readfile(file))
--              WHERE json_extract(value, '$.split') = 'train' OR 'id' || key IN (SELECT question FROM coreset));
--
-- Traps
--
--   * A perturbed instance has the id of the original: perturbed ones are left out.
--   * An instance's id is its place in the scenario, from id0.
--   * A file with NaN is no JSON: NaN and Infinity are read as null.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.chosen;
DROP VIEW IF EXISTS temp.metrics;
DROP TABLE IF EXISTS temp.metrics_logged;
DROP TABLE IF EXISTS temp.logged;
DROP TABLE IF EXISTS temp.log_files;
DROP TABLE IF EXISTS temp.log_texts;
DROP TABLE IF EXISTS temp.log_inputs;
DROP TABLE IF EXISTS temp.log_checks;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT, -- NULL: the first of each suite
  split TEXT, -- NULL: every split
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered, trials or all" CHECK (repeats IN ('latest', 'answered', 'trials', 'all')));
INSERT INTO temp.choice DEFAULT VALUES;

-- The texts of the files: rtrim(x, replace(x, '/', '')) is x up to its last '/'.
CREATE TEMP TABLE log_texts(folder, file, text);
INSERT INTO temp.log_texts
  SELECT rtrim(name, replace(name, '/', '')), replace(name, rtrim(name, replace(name, '/', '')), ''), CAST(readfile(name) AS TEXT)
    FROM temp.logs, fsdir(logs.path || '/.')
   WHERE name GLOB '*/run_spec.json' OR name GLOB '*/per_instance_stats.json' OR name GLOB '*/instances.json';
UPDATE temp.log_texts SET text = replace(replace(replace(text, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null')
 WHERE NOT json_valid(text);

-- The runs. The parts of a run spec's name are divided by ':' and ','.
CREATE TEMP TABLE log_files(folder, model, suite, run);
INSERT INTO temp.log_files
  SELECT folder, coalesce(json_extract(text, '$.adapter_spec.model'), json_extract(text, '$.adapter_spec.model_deployment')),
         (SELECT group_concat(iif(key = 0, part, iif(key = 1, ':', ',') || part), '')
            FROM (SELECT row_number() OVER (ORDER BY key) - 1 AS key, value AS part
                    FROM json_each('[' || replace(json_quote(replace(replace(json_extract(text, '$.name'), ':', char(1114109)),
                                                                        ',', char(1114109))), char(1114109), '","') || ']')
                   WHERE value NOT GLOB 'model=*' AND value NOT GLOB 'model_deployment=*' ORDER BY key)),
         replace(rtrim(above, '/'), rtrim(rtrim(above, '/'), replace(above, '/', '')), '')
    FROM (SELECT folder, text, rtrim(rtrim(folder, '/'), replace(folder, '/', '')) AS above
            FROM temp.log_texts WHERE file = 'run_spec.json' AND json_valid(text));

CREATE TEMP TABLE log_checks(
  runs CONSTRAINT "no run_spec.json and per_instance_stats.json below the path in logs" CHECK (runs > 0), unreadable);
INSERT INTO temp.log_checks
  SELECT (SELECT count(*) FROM temp.log_texts JOIN temp.log_files USING (folder) WHERE file = 'per_instance_stats.json'),
         (SELECT count(*) FROM temp.log_texts WHERE NOT json_valid(text));

-- One row for each original instance and statistic.
CREATE TEMP TABLE logged(model, question, score, suite, metric, split, run, trial, log, place);
INSERT INTO temp.logged
  SELECT model, json_extract(instance.value, '$.instance_id'),
         iif(json_type(stat.value, '$.mean') IN ('integer', 'real'), json_extract(stat.value, '$.mean'), NULL),
         suite, json_extract(stat.value, '$.name.name'), json_extract(stat.value, '$.name.split'), run,
         json_extract(instance.value, '$.train_trial_index'), folder, stat.key
    FROM temp.log_texts JOIN temp.log_files USING (folder), json_each(text) AS instance,
         json_each(instance.value, '$.stats') AS stat
   WHERE file = 'per_instance_stats.json' AND json_valid(text)
     AND coalesce(json_type(instance.value, '$.perturbation'), 'null') = 'null'
     AND coalesce(json_type(stat.value, '$.name.perturbation'), 'null') = 'null';

CREATE TEMP TABLE log_inputs(log, question, input, PRIMARY KEY (log, question)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.log_inputs
  SELECT folder, json_extract(value, '$.id'), coalesce(json_extract(value, '$.input.text'), json_extract(value, '$.input'))
    FROM temp.log_texts, json_each(text)
   WHERE file = 'instances.json' AND json_valid(text) AND coalesce(json_type(value, '$.perturbation'), 'null') = 'null'
     AND json_type(value, '$.id') = 'text';
DROP TABLE temp.log_texts;

CREATE TEMP TABLE metrics_logged AS
  SELECT suite, metric, count(*) AS rows,
         min(place + 1000 * (metric GLOB 'num_*' OR metric GLOB 'inference_*' OR metric GLOB 'finish_reason_*'
                             OR metric GLOB 'training_*' OR metric GLOB 'prompt_*' OR metric = 'batch_size')) AS place
    FROM temp.logged GROUP BY 1, 2;

CREATE TEMP VIEW metrics AS
  SELECT suite, metric, rows, fits AND row_number() OVER (PARTITION BY suite ORDER BY fits DESC, place, metric) = 1 AS chosen
    FROM (SELECT found.*, choice.metric IS NULL OR choice.metric = found.metric AS fits
            FROM temp.metrics_logged AS found, temp.choice);

CREATE TEMP TRIGGER choice_metric BEFORE UPDATE OF metric ON choice
  WHEN NEW.metric NOT IN (SELECT metric FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such metric: SELECT * FROM metrics');
END;

CREATE TEMP TRIGGER choice_split BEFORE UPDATE OF split ON choice
  WHEN NEW.split NOT IN (SELECT split FROM logged)
BEGIN
  SELECT RAISE(ABORT, 'there is no such split');
END;

CREATE TEMP VIEW chosen AS
  SELECT model, question, score, suite, metric, logged.split, (SELECT input FROM temp.log_inputs WHERE log_inputs.log = logged.log
           AND log_inputs.question = logged.question) AS input, run, trial, log
    FROM temp.logged JOIN temp.metrics USING (suite, metric)
   WHERE chosen AND logged.split = coalesce((SELECT split FROM temp.choice), logged.split);

-- The row of a group that has max() gives the other columns too. place is the run, the folder, and the trial.
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, trial, log
    FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) = 'all'
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, log
    FROM (SELECT model, question, score, suite, metric, run, trial, log,
                 max(((SELECT repeats FROM temp.choice) = 'latest' OR score IS NOT NULL)
                     || printf('%05d', length(run)) || run || log || printf('%010d', trial)) AS place
            FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) IN ('latest', 'answered') GROUP BY suite, model, question)
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, log
    FROM (SELECT *, max(printf('%05d', length(run)) || run || log) OVER (PARTITION BY suite, model, question) AS last
            FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) = 'trials')
   WHERE printf('%05d', length(run)) || run || log = last;

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
  SELECT 'command line' AS name,
         CASE WHEN EXISTS (SELECT question FROM coreset EXCEPT SELECT question FROM temp.chosen)
              THEN (SELECT 'not in these runs: ' || count(*) || ' of coreset, such as ' || min(question)
                      FROM (SELECT question FROM coreset EXCEPT SELECT question FROM temp.chosen))
              ELSE (SELECT group_concat('helm-run --run-entries ''' || replace(suite, '''', '''\''''')
                                        || iif(instr(suite, ':'), ',', ':') || 'model=MODEL'' --suite coreset --max-eval-instances ' || (SELECT count(*) FROM coreset)
                                        || ' --cache-instances', char(10))
                      FROM (SELECT DISTINCT suite FROM temp.chosen
                             WHERE question IN (SELECT question FROM coreset) ORDER BY suite)) END AS text
  UNION ALL
  SELECT 'coreset_ids.txt', group_concat(question, char(10)) || char(10)
    FROM (SELECT question FROM coreset ORDER BY length(question), question);
