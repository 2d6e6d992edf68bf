-- promptfoo.sql: the results that promptfoo keeps, for sqlite-coreset.
--
-- Made for promptfoo 0.123, whose database is ~/.promptfoo/promptfoo.db; it is only read.
--
--     ATTACH 'file:promptfoo.db?mode=ro' AS promptfoo;
--     .read sql/stores/promptfoo.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results;
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT text FROM way_back WHERE name = 'command line';
--
-- What is what
--
--   model      the provider's label, where it has one, else its id
--   question   the test's metadata under the key choice.id ('id'), else its description, else its vars
--   score      the weighted mean of the test's assertions; NULL where the test ended in an error,
--              which promptfoo stores as 0 with failure_reason 2
--   run        when the answer was stored, in seconds since 1970
--   answer     rowid of promptfoo.eval_results; the view logged has input (the vars), eval, description, prompt, test_case
--
-- Choosing: one line each, at any time after .read; views follow
--
--   UPDATE choice SET metric = 'success';         passed or not; or a named score, such as 'correct'
--   UPDATE choice SET id = 'qid';                 questions by metadata.qid
--   UPDATE choice SET description = 'arith%';     only evals whose description is LIKE this
--   UPDATE choice SET prompt = '%step by step%';  only prompts whose label is LIKE this
--   UPDATE choice SET repeats = 'all';            see below
--
-- Of several answers of a model to a question (evals of the same tests, --repeat) `results` has the latest,
-- which may be an error; with 'answered' the latest that is none; with 'all' every one, and score_matrix()
-- takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, ids that stand for two different inputs, prompts); metrics;
-- way_back, from your table coreset(question) to the tool:
--
--   command line            promptfoo eval --filter-pattern, for tests that have a description. It is quoted for
--                           a Unix shell. Give --providers to run another model.
--   coreset_tests.json      the tests, for those without description too (or where two share one):
--                             SELECT writefile(name, text) FROM way_back WHERE name = 'coreset_tests.json';
--                             promptfoo eval --tests coreset_tests.json
--                           One without a description has its vars as description, so that its answers join:
--                           promptfoo would call it 'Row #1'. They are as promptfoo stored them, templates not filled
--                           in, but without the assertions of defaultTest, which promptfoo has put before their own
--                           and your configuration still has. (A defaultTest in a file of its own cannot be told
--                           apart: its assertions would count twice.)
--
-- Traps
--
--   * test_idx is numbered anew by every filter: it is no id. --filter-metadata finds parts of words (q1 finds
--     q10 too), and several of them are ANDed: it cannot name a coreset.
--   * Tests from a CSV or JSON file without descriptions are called 'Row #1', 'Row #2', ... by their place in the file.
--     Where coverage.different_inputs is not 0, the file was changed: give the tests ids in their metadata.
--   * Several prompts in an eval are several answers to one question: where coverage.prompts is more than 1,
--     choose one.
--   * In a folder that you may not write to, a database in WAL mode opens with ?mode=ro&immutable=1 alone, and only while
--     the tool does not run.
--   * promptfoo's own indexes use json_extract(): up to SQLite 3.40 its database cannot be read under
--     PRAGMA trusted_schema = OFF.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coreset_tests;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.logged;
DROP VIEW IF EXISTS temp.metrics;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT NOT NULL DEFAULT 'score',
  id TEXT NOT NULL DEFAULT 'id',
  description TEXT, -- NULL: every eval
  prompt TEXT, -- NULL: every prompt
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered or all" CHECK (repeats IN ('latest', 'answered', 'all')));
INSERT INTO temp.choice DEFAULT VALUES;

-- Every answer, with the score of the chosen metric. A test without a named score is no row of it.
CREATE TEMP VIEW logged AS
  SELECT coalesce(nullif(json_extract(provider, '$.label'), ''), json_extract(provider, '$.id'), provider) AS model,
         coalesce(json_extract(test_case, '$.metadata."' || choice.id || '"'),
                  nullif(json_extract(test_case, '$.description'), ''), json_extract(test_case, '$.vars')) AS question,
         CASE WHEN failure_reason = 2 THEN NULL
              WHEN metric = 'score' THEN score
              WHEN metric = 'success' THEN success
              ELSE json_extract(named_scores, '$."' || metric || '"') END AS score,
         NULL AS suite, metric, json_extract(test_case, '$.vars') AS input,
         iif(typeof(answer.created_at) = 'integer', answer.created_at / 1000, unixepoch(answer.created_at)) AS run,
         eval_id AS eval, evals.description, json_extract(answer.prompt, '$.label') AS prompt, test_case, answer.rowid AS answer
    FROM temp.choice, promptfoo.eval_results AS answer LEFT JOIN promptfoo.evals ON evals.id = eval_id
   WHERE (choice.description IS NULL OR evals.description LIKE choice.description)
     AND (choice.prompt IS NULL OR json_extract(answer.prompt, '$.label') LIKE choice.prompt)
     AND (metric IN ('score', 'success') OR failure_reason = 2
          OR json_type(named_scores, '$."' || metric || '"') IS NOT NULL);

-- The row of a group that has max() gives the other columns too. Of two answers in a second the one stored last is
-- the later: place is the second, then the row.
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, answer
    FROM temp.logged WHERE (SELECT repeats FROM temp.choice) = 'all'
  UNION ALL
  SELECT model, question, score, NULL, (SELECT metric FROM temp.choice), run, answer
    FROM (SELECT model, question, score, run, answer,
                 max((((SELECT repeats FROM temp.choice) = 'latest' OR score IS NOT NULL) << 62) + (run << 30) + answer) AS place
            FROM temp.logged WHERE (SELECT repeats FROM temp.choice) <> 'all' GROUP BY model, question);

CREATE TEMP VIEW metrics AS
  SELECT NULL AS suite, name AS metric, count(*) AS rows, name = (SELECT metric FROM temp.choice) AS chosen
    FROM (SELECT key AS name FROM promptfoo.eval_results, json_each(named_scores)
          UNION ALL SELECT column1 FROM promptfoo.eval_results, (VALUES ('score'), ('success')))
   GROUP BY name;

CREATE TEMP TRIGGER choice_metric BEFORE UPDATE OF metric ON choice
  WHEN NEW.metric NOT IN (SELECT metric FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such metric: SELECT * FROM metrics');
END;

CREATE TEMP VIEW coverage AS
  WITH cells AS (SELECT model, question, count(*) AS answers, count(score) AS scores FROM temp.logged GROUP BY model, question)
  SELECT NULL AS suite, coalesce(sum(answers), 0) AS rows, count(DISTINCT model) AS models, count(DISTINCT question) AS questions,
         coalesce(sum(answers) - sum(scores), 0) AS errors, coalesce(sum(answers), 0) - count(*) AS repeats,
         (SELECT count(*) FROM (SELECT 1 FROM temp.logged GROUP BY question HAVING min(input) <> max(input))) AS different_inputs,
         (SELECT count(DISTINCT prompt) FROM temp.logged) AS prompts
    FROM cells;

-- The tests of the coreset, as stored with their latest answers, but for the assertions of defaultTest before their own.
CREATE TEMP VIEW coreset_tests AS
  SELECT question, test.description,
         CASE WHEN json_type(test_case, '$.assert') = 'array' THEN json_set(test_case, '$.assert', json((
           SELECT json_group_array(json(value)) FROM (
             SELECT value FROM json_each(test_case, '$.assert')
              WHERE value IS NOT json_extract(config, '$.defaultTest.assert[' || key || ']') ORDER BY key))))
           ELSE test_case END AS test
    FROM (SELECT question, test_case, eval, json_extract(test_case, '$.description') AS description,
                 max((run << 30) + answer)
            FROM temp.logged WHERE question IN (SELECT question FROM coreset) GROUP BY question) AS test
         LEFT JOIN promptfoo.evals ON evals.id = eval;

-- A pattern can only serve where every test has a description and shares it with no other. In it, what means something
-- in a regular expression is escaped, ^(...)$ makes it match whole descriptions, and for the shell ' becomes '\''.
CREATE TEMP VIEW way_back AS
  WITH escaped(text) AS (
    SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
             description, '\', '\\'), '^', '\^'), '$', '\$'), '.', '\.'), '|', '\|'), '?', '\?'), '*', '\*'), '+', '\+'),
             '(', '\('), ')', '\)'), '[', '\['), ']', '\]'), '{', '\{'), '}', '\}')
      FROM temp.coreset_tests ORDER BY description)
  SELECT 'command line' AS name,
         CASE WHEN EXISTS (SELECT question FROM coreset EXCEPT SELECT question FROM temp.coreset_tests)
              THEN (SELECT 'not in this store: ' || count(*) || ' of coreset, such as ' || min(question)
                      FROM (SELECT question FROM coreset EXCEPT SELECT question FROM temp.coreset_tests))
              WHEN EXISTS (SELECT 1 FROM temp.coreset_tests WHERE coalesce(description, '') = '')
                OR EXISTS (SELECT 1 FROM temp.logged
                            WHERE json_extract(test_case, '$.description') IN (SELECT description FROM temp.coreset_tests)
                              AND question NOT IN (SELECT question FROM coreset))
              THEN 'promptfoo eval --tests coreset_tests.json'
              ELSE 'promptfoo eval --filter-pattern ''^(' || replace(group_concat(text, '|'), '''', '''\''''') || ')$''' END AS text
    FROM escaped
  UNION ALL
  SELECT 'coreset_tests.json',
         json_group_array(json(iif(coalesce(description, '') = '', json_set(test, '$.description', question), test)))
    FROM (SELECT * FROM temp.coreset_tests ORDER BY question);
