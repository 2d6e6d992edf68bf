-- evalite_1.sql: after evalite.sql, for a database of Evalite 1.0 (beta 16), which calls its tables otherwise: evals are
-- suites, and results are evals.

DROP VIEW temp.failed;
DROP VIEW temp.scored;
DROP VIEW temp.runs_of_evals;

CREATE TEMP VIEW runs_of_evals AS
  SELECT id, run_id, name, filepath, nullif(variant_name, '') AS variant, nullif(variant_group, '') AS variants_of
    FROM evalite.suites;
CREATE TEMP VIEW scored AS
  SELECT evals.id, suite_id AS eval_id, input, expected, trial_index, scores.name AS scorer, scores.score
    FROM evalite.scores JOIN evalite.evals ON evals.id = scores.eval_id WHERE status = 'success';
CREATE TEMP VIEW failed AS
  SELECT id, suite_id AS eval_id, input, expected, trial_index FROM evalite.evals WHERE status <> 'success';
