-- evalite.sql: the results that Evalite keeps, for sqlite-coreset.
--
-- Made for Evalite 0.19, whose database is node_modules/.evalite/cache.sqlite; it is only read. Evalite 1.0 (beta)
-- keeps results in memory unless evalite.config.ts says storage: () => createSqliteStorage("evalite.db"), and it
-- calls its tables otherwise: there .read sql/stores/evalite_1.sql after this.
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
--   score      that of the scorer; NULL where the task or a scorer failed
--   suite      for variants the name of the eval without them, else its file
--   run        the number of the run, which counts up
--   trial      the trial, from 0; NULL where an eval has one
--   answer     id of evalite.results; the view logged has input, expected, filepath as well
--
-- Choosing: one line each, at any time after .read; views follow
--
--   UPDATE choice SET metric = 'numeric';         another scorer; at first it is that of the very first score
--   UPDATE choice SET repeats = 'trials';         see below
--
-- Of several answers of a model to a question `results` has one, the last trial of the latest run, even if that
-- failed; with 'answered' the latest that did not fail. With 'trials' it has every trial of the latest run, with 'all'
-- every answer: score_matrix() takes their mean.
--
-- The views: results; coverage (rows, errors, repeats, ids that stand for two different inputs, which cannot be as
-- the input is the id, and answers that lost their input); metrics; way_back, from your table coreset(question) to
-- the tool:
--
--   coreset_data.json       [{"input": ..., "expected": ...}, ...], which is what the eval's `data` takes:
--                             import coreset from "./coreset_data.json" with { type: "json" };
--                             evalite("arith", { data: coreset, ... })
--   command line            evalite run, on the file of that eval
--
-- Traps
--
--   * A task that runs into the time limit is stored with an empty input: nobody can tell which question it was. Such
--     answers are no rows of results; coverage counts them as lost.
--   * In a folder that you may not write to, a database in WAL mode opens with ?mode=ro&immutable=1 alone, and only while
--     the tool does not run.
--   * An input that occurs twice in `data` is one question. Inputs that are no JSON (functions, classes, files) come
--     back as Evalite wrote them down: write those entries of the file by hand.

DROP VIEW IF EXISTS temp.way_back;
DROP VIEW IF EXISTS temp.coverage;
DROP VIEW IF EXISTS temp.results;
DROP VIEW IF EXISTS temp.logged;
DROP VIEW IF EXISTS temp.metrics;
DROP VIEW IF EXISTS temp.scored;
DROP VIEW IF EXISTS temp.failed;
DROP VIEW IF EXISTS temp.runs_of_evals;
DROP TABLE IF EXISTS temp.choice;

CREATE TEMP TABLE choice(
  metric TEXT,
  repeats TEXT NOT NULL DEFAULT 'latest'
    CONSTRAINT "repeats is latest, answered, trials or all" CHECK (repeats IN ('latest', 'answered', 'trials', 'all')));
INSERT INTO temp.choice(metric) VALUES((SELECT name FROM evalite.scores ORDER BY id LIMIT 1));

-- Runs of evals, their answers with each score, and answers of tasks that failed, which have no scores. evalite_1.sql
-- makes these three anew from the tables of 1.0.
CREATE TEMP VIEW runs_of_evals AS
  SELECT id, run_id, name, filepath, nullif(variant_name, '') AS variant, nullif(variant_group, '') AS variants_of
    FROM evalite.evals;
CREATE TEMP VIEW scored AS
  SELECT results.id, eval_id, input, expected, trial_index, scores.name AS scorer, scores.score
    FROM evalite.scores JOIN evalite.results ON results.id = result_id WHERE status = 'success';
CREATE TEMP VIEW failed AS
  SELECT id, eval_id, input, expected, trial_index FROM evalite.results WHERE status <> 'success';

CREATE TEMP VIEW logged AS
  SELECT coalesce(variant, name) AS model, input AS question, score, coalesce(variants_of, filepath) AS suite,
         scorer AS metric, input, run_id AS run, trial_index AS trial, expected, filepath, scored.id AS answer
    FROM temp.scored JOIN temp.runs_of_evals ON runs_of_evals.id = eval_id
   WHERE scorer = (SELECT metric FROM temp.choice)
  UNION ALL
  SELECT coalesce(variant, name), input, NULL, coalesce(variants_of, filepath), (SELECT metric FROM temp.choice), input,
         run_id, trial_index, expected, filepath, failed.id
    FROM temp.failed JOIN temp.runs_of_evals ON runs_of_evals.id = eval_id
   WHERE input NOT IN ('""', 'null');

-- The row of a group that has max() gives the other columns too. place is the run, the trial, and the row.
CREATE TEMP VIEW results AS
  SELECT model, question, score, suite, metric, run, trial, answer
    FROM temp.logged WHERE (SELECT repeats FROM temp.choice) = 'all'
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, answer
    FROM (SELECT model, question, score, suite, metric, run, trial, answer,
                 max(printf('%d%020d%010d%020d', (SELECT repeats FROM temp.choice) = 'latest' OR score IS NOT NULL,
                            run, coalesce(trial, 0), answer)) AS place
            FROM temp.logged WHERE (SELECT repeats FROM temp.choice) IN ('latest', 'answered') GROUP BY suite, model, question)
  UNION ALL
  SELECT model, question, score, suite, metric, run, trial, answer
    FROM (SELECT *, max(run) OVER (PARTITION BY suite, model, question) AS last
            FROM temp.logged WHERE (SELECT repeats FROM temp.choice) = 'trials')
   WHERE run = last;

CREATE TEMP VIEW metrics AS
  SELECT coalesce(variants_of, filepath) AS suite, scorer AS metric, count(*) AS rows,
         scorer = (SELECT metric FROM temp.choice) AS chosen
    FROM temp.scored JOIN temp.runs_of_evals ON runs_of_evals.id = eval_id GROUP BY 1, 2;

CREATE TEMP TRIGGER choice_metric BEFORE UPDATE OF metric ON choice
  WHEN NEW.metric NOT IN (SELECT metric FROM metrics)
BEGIN
  SELECT RAISE(ABORT, 'there is no such metric: SELECT * FROM metrics');
END;

CREATE TEMP VIEW coverage AS
  WITH cells AS (
    SELECT suite, model, question, count(*) AS answers, count(score) AS scores FROM temp.logged GROUP BY suite, model, question),
  inputs AS MATERIALIZED (SELECT suite, question FROM temp.logged GROUP BY suite, question HAVING min(input) <> max(input)),
  lost AS MATERIALIZED (SELECT coalesce(variants_of, filepath) AS suite
                          FROM temp.failed JOIN temp.runs_of_evals ON runs_of_evals.id = eval_id WHERE input IN ('""', 'null'))
  SELECT suite, sum(answers) AS rows, count(DISTINCT model) AS models, count(DISTINCT question) AS questions,
         sum(answers) - sum(scores) AS errors, sum(answers) - count(*) AS repeats,
         (SELECT count(*) FROM inputs WHERE inputs.suite IS cells.suite) AS different_inputs,
         (SELECT count(*) FROM lost WHERE lost.suite = cells.suite) AS lost
    FROM cells GROUP BY suite;

CREATE TEMP VIEW way_back AS
  WITH found AS (
    SELECT question, expected, filepath, max(answer) FROM temp.logged WHERE question IN (SELECT question FROM coreset) GROUP BY question)
  SELECT 'command line' AS name,
         CASE WHEN EXISTS (SELECT question FROM coreset EXCEPT SELECT question FROM found)
              THEN (SELECT 'not in this store: ' || count(*) || ' of coreset, such as ' || min(question)
                      FROM (SELECT question FROM coreset EXCEPT SELECT question FROM found))
              ELSE (SELECT group_concat('evalite run ''' || replace(filepath, '''', '''\''''') || '''', ' && ')
                      FROM (SELECT DISTINCT filepath FROM found ORDER BY filepath)) END AS text
  UNION ALL
  SELECT 'coreset_data.json', json_group_array(iif(expected IS NULL, json_object('input', json(question)),
                                                   json_object('input', json(question), 'expected', json(expected))))
    FROM (SELECT question, expected FROM found ORDER BY question);
