-- json_lines.sql: any log of JSON lines with a model, a question and a score in each, for sqlite-coreset. A recipe.
--
-- Needs the functions readfile() and fsdir() of the sqlite3 shell. Say where the logs are and what the three are called
-- in them, as JSON paths:
--
--     CREATE TEMP TABLE logs AS
--       SELECT 'runs' AS path, '$.model' AS model, '$.question_id' AS question, '$.correct' AS score;
--     .read sql/stores/json_lines.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results;
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT writefile(name, text) FROM way_back;
--
-- path is a folder, in which all *.jsonl are read; several folders are several rows of logs. Where lines do not name the
-- model, 'folder' AS model takes the name of the folder that the file lies in. More columns of logs, each may be left out:
--
--   input      the path of what was asked, for coverage.different_inputs
--   run        the path of what says which answer is the later, such as a time; at first the file's name does, and in a
--              file the line
--   error      the path of what is there, and not null or false, where an answer failed: its score is NULL
--   suite      the path of the benchmark's name
--   files      another pattern of names, such as '*/results*.ndjson'
--
-- What is what
--
--   score      a number, or true and false as 1 and 0; NULL where it is null, NaN, missing or text, or `error` is there
--   file, line     of the answer; the view chosen has input as well
--
-- Choosing: at any time after .read, which begins with 'latest'
--
--   UPDATE choice SET repeats = 'all';
--
-- Of several answers of a model to a question `results` has the latest, even if it is NULL; with 'answered' the latest
-- with a score; with 'all' every one, and score_matrix() takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, ids that stand for two different inputs, lines that could not be
-- read, in all suites: no JSON, or without model or question); metrics; way_back, from your table coreset(question):
--
--   coreset_ids.txt         the ids, one a line
--   coreset_ids.json        the same as JSON
--
-- Traps
--
--   * A line with NaN or Infinity is no JSON: these words are read as null, and the line is kept.
--   * 1 and "1" are two questions. Where logs disagree, cast: score_matrix(model, CAST(question AS TEXT), score).
--   * A file must be smaller than 700 MB; links are not followed.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.chosen;
DROP VIEW IF EXISTS temp.metrics;
DROP TABLE IF EXISTS temp.logged;
DROP TABLE IF EXISTS temp.log_checks;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered or all" CHECK (repeats IN ('latest', 'answered', 'all')));
INSERT INTO temp.choice DEFAULT VALUES;

-- One row for each line; for one that cannot be read, a row without question. A file becomes an array of strings, its
-- lines, so that a line that is no JSON spoils no other; they are divided at a character that no text has. A name that
-- is no column of logs is found one level up, where it is the default.
CREATE TEMP TABLE logged(model, question, score, suite, input, run, file, line);
INSERT INTO temp.logged
  WITH paths AS MATERIALIZED (
    SELECT path, model, question, score,
           (SELECT input FROM temp.logs WHERE logs.rowid = row) AS input,
           (SELECT run FROM temp.logs WHERE logs.rowid = row) AS run,
           (SELECT error FROM temp.logs WHERE logs.rowid = row) AS error,
           (SELECT suite FROM temp.logs WHERE logs.rowid = row) AS suite, (SELECT files FROM temp.logs WHERE logs.rowid = row) AS files
      FROM (SELECT path, model, question, score, rowid AS row, NULL AS input, NULL AS run, NULL AS error, NULL AS suite,
                   '*.jsonl' AS files FROM temp.logs)),
  lines AS (
    SELECT paths.*, file.name AS file, rtrim(rtrim(file.name, replace(file.name, '/', '')), '/') AS folder, line.key AS line,
           CASE WHEN json_valid(value) THEN value
                WHEN json_valid(replace(replace(replace(value, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null'))
                THEN replace(replace(replace(value, '-Infinity', 'null'), 'Infinity', 'null'), 'NaN', 'null') END AS text
      FROM paths, fsdir(paths.path || '/.') AS file,
           json_each('[' || replace(json_quote(replace(CAST(readfile(file.name) AS TEXT), char(10), char(1114109))),
                                    char(1114109), '","') || ']') AS line
     WHERE file.name GLOB files AND value NOT IN ('', char(13)))
  SELECT iif(model = 'folder', replace(folder, rtrim(folder, replace(folder, '/', '')), ''), json_extract(text, model)),
         iif(model <> 'folder' AND json_extract(text, model) IS NULL, NULL, json_extract(text, question)),
         CASE WHEN coalesce(json_type(text, error), 'null') NOT IN ('null', 'false') THEN NULL
              WHEN json_type(text, score) IN ('integer', 'real', 'true', 'false') THEN json_extract(text, score) END,
         json_extract(text, suite), json_extract(text, input), coalesce(json_extract(text, run), file), file, line
    FROM lines;

CREATE TEMP TABLE log_checks(lines CONSTRAINT "no lines in files below the path in logs" CHECK (lines > 0), unreadable);
INSERT INTO temp.log_checks SELECT count(*), count(*) - count(question) FROM temp.logged;

CREATE TEMP VIEW chosen AS SELECT *, NULL AS metric FROM temp.logged WHERE question IS NOT NULL;

CREATE TEMP VIEW metrics AS SELECT suite, NULL AS metric, count(*) AS rows, 1 AS chosen FROM temp.chosen GROUP BY suite;

-- The row of a group that has max() gives the other columns too. place is the run, the file and the line.
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, file, line
    FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) = 'all'
  UNION ALL
  SELECT model, question, score, suite, metric, run, file, line
    FROM (SELECT model, question, score, suite, metric, run, file, line,
                 max(((SELECT repeats FROM temp.choice) = 'latest' OR score IS NOT NULL)
                     || iif(typeof(run) = 'text', run, printf('%040.9f', run)) || file || printf('%012d', line)) AS place
            FROM temp.chosen WHERE (SELECT repeats FROM temp.choice) <> 'all' GROUP BY suite, model, question);

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
  WITH ids AS (SELECT question FROM coreset ORDER BY question)
  SELECT 'coreset_ids.txt' AS name, group_concat(question, char(10)) || char(10) AS text FROM ids
  UNION ALL
  SELECT 'coreset_ids.json', json_group_array(question) FROM ids;
