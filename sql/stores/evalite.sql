-- evalite.sql: the results that Evalite keeps, for sqlite-coreset.
--
-- Made for Evalite 0.19, whose database is node_modules/.evalite/cache.sqlite; it is only read. Evalite 1.0 (beta)
-- keeps results in memory unless evalite.config.ts says storage: () => createSqliteStorage("cache.sqlite"), and then
-- in the same tables.
--
--     ATTACH 'file:evalite.db?mode=ro' AS evalite;
--     .read sql/stores/evalite.sql
--     SELECT * FROM coverage;
--     CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE suite = 'arith';
--     CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 10);
--     SELECT writefile(name, text) FROM way_back WHERE name = 'coreset_data.json';
--
-- What is what
--
--   model      the variant (evalite.each), else the name of the eval
--   question   the input, as JSON
--   score      that of the scorer; NULL where the task or a scorer failed or the run was broken off
--   suite      the name of the eval without variants, for an eval with variants; else its file
--   input      the input
--   run        the run's number, which counts up
--   trial, expected    of the answer
--
-- Choosing: one line each, at any time after .read; views follow
--
--   UPDATE choice SET metric = 'numeric';         another scorer; at first it is that of the very first score
--   UPDATE choice SET repeats = 'trials';         see below
--
-- Of several answers of a model to a question `results` has one, the last trial of the latest run, even if that
-- failed; with 'answered' the latest that did not fail. With 'trials' it has every trial of the latest run, with 'all'
-- every answer; score_matrix() takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, ids that stand for two different inputs, which cannot be
-- here); metrics; way_back, from your table coreset(question) to the tool:
--
--   coreset_data.json       [{"input": ..., "expected": ...}, ...], what `data` of the eval takes:
--                             import coreset from "./coreset_data.json" with { type: "json" };
--                             evalite("arith", { data: coreset, ... })
--   command line            evalite run, with the files of these evals
--
-- Traps
--
--   * Inputs that are not JSON (functions, classes) or hold files are kept as Evalite writes them down: {"data"} of
--     such tests must be written by hand.
--   * An input that occurs twice in `data` is one question.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.logged;
DROP VIEW IF EXISTS temp.metrics;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT,
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered, trials or all" CHECK (repeats IN ('latest', 'answered', 'trials', 'all')));
INSERT INTO temp.choice(metric) SELECT name FROM evalite.scores ORDER BY id LIMIT 1;

-- Every answer, with the score of the chosen scorer. A failed task has no scores; a scorer that an eval does not use
-- gives it no rows.
CREATE TEMP VIEW logged AS
  SELECT coalesce(nullif(variant_name, ''), evals.name) AS model, input AS question,
         CASE WHEN answer.status = 'success' THEN scores.score END AS score,
         coalesce(nullif(variant_group, ''), filepath) AS suite, metric, input,
         evals.run_id AS run, trial_index AS trial, expected, filepath, answer.id AS answer
    FROM temp.choice, evalite.results AS answer JOIN evalite.evals ON evals.id = answer.eval_id
         LEFT JOIN evalite.scores ON scores.result_id = answer.id AND scores.name = metric
   WHERE scores.id IS NOT NULL OR answer.status <> 'success';
