-- What inspect.sql makes of what the sample does not have: all kinds of values, NaN, errors, a crashed run, files that are no
-- logs, ids that are hard to name, a zip file that is compressed with zstd (its bytes are below; Python wrote them).
.headers on
SELECT count(writefile(name, text)) AS files FROM (
  SELECT 'i/a.json' AS name, '{"version": 2, "eval": {"eval_id": "a", "created": "2026-01-01", "task": "t", "task_file": "bench.py", "model": "m/a"},
    "results": {"scores": [{"name": "judge", "scorer": "judge"}]}, "samples": [
    {"id": "x", "epoch": 1, "input": "1", "scores": {"match": {"value": "yes"}, "judge": {"value": {"a": 1, "b": "C"}}}},
    {"id": "a,b", "epoch": 1, "input": "2", "scores": {"match": {"value": NaN}, "judge": {"value": [0.25, "0.5"]}}},
    {"id": "*[?", "epoch": 1, "input": "3", "scores": {"match": {"value": "False"}}},
    {"id": "it''s", "epoch": 1, "input": "4", "scores": {"match": {"value": true}}},
    {"id": 7, "epoch": 1, "input": "5", "scores": {"match": {"value": "perhaps"}}},
    {"id": "e", "epoch": 1, "input": "6", "error": {"message": "m"}, "scores": {"match": {"value": "C"}}},
    {"id": "u", "epoch": 1, "input": "7"}]}' AS text
  UNION ALL SELECT 'i/later/b.json', '{"version": 2, "status": "error", "eval": {"eval_id": "b", "created": "2026-01-02", "task": "t", "model": "m/a"}, "samples": [
    {"id": "x", "epoch": 1, "input": "other", "scores": {"match": {"value": 0.5}}},
    {"id": "x", "epoch": 2, "input": "1", "error": {"message": "m"}}]}'
  UNION ALL SELECT 'i/later/copy of b.json', '{"version": 2, "status": "error", "eval": {"eval_id": "b", "created": "2026-01-02", "task": "t", "model": "m/a"}, "samples": [
    {"id": "x", "epoch": 1, "input": "1", "scores": {"match": {"value": 0.25}}}]}'
  UNION ALL SELECT 'i/c.json', '{"version": 2, "eval": {"eval_id": "c", "created": "2026-01-02", "task": "other", "model": "m/a"}, "samples": [
    {"id": "x", "epoch": 1, "input": "9", "scores": {"match": {"value": "C"}}}]}'
  UNION ALL SELECT 'i/broken.json', '{"version": 2, "eval": {"eval_id": "d"'
  UNION ALL SELECT 'i/cut_off.eval', 'PK'
  UNION ALL SELECT 'i/logs.json', '{"a.json": {"eval": {}}}');
CREATE TEMP TABLE logs AS SELECT 'i' AS path;
.read sql/stores/inspect.sql
SELECT * FROM metrics;
UPDATE choice SET metric = 'match';
SELECT * FROM coverage;
SELECT suite, model, question, score, run, trial FROM results ORDER BY suite, question;
UPDATE choice SET repeats = 'answered';
SELECT suite, question, score, run, trial FROM results WHERE question = 'x' ORDER BY suite;
UPDATE choice SET repeats = 'trials';
SELECT suite, question, score, run, trial FROM results WHERE question = 'x' ORDER BY suite, trial;
UPDATE choice SET repeats = 'all';
SELECT suite, question, score, run, trial FROM results WHERE question = 'x' ORDER BY suite, run, trial;
UPDATE choice SET metric = 'judge.1', repeats = 'latest';
SELECT suite, question, score FROM results WHERE score IS NOT NULL;
UPDATE choice SET metric = NULL;
SELECT suite, metric FROM metrics WHERE chosen;
CREATE TEMP TABLE coreset AS SELECT '*[?' AS question UNION SELECT 'it''s' UNION SELECT 7;
SELECT * FROM way_back;
UPDATE choice SET metric = 'match';
SELECT * FROM way_back;
INSERT INTO coreset VALUES('a,b');
SELECT * FROM way_back;
INSERT INTO coreset VALUES('7'); -- the id is a number
SELECT * FROM way_back WHERE name = 'command line';

-- zstd, and no logs at all
SELECT writefile('z/new.eval', X'504B0304140000005D000000215C72096B7804000000040000000B0000006865616465722E6A736F6E7B7D7878504B01021403140000005D000000215C72096B7804000000040000000B00000000000000000000008001000000006865616465722E6A736F6E504B05060000000001000100390000002D0000000000') > 0 AS written;
UPDATE logs SET path = 'z';
.read sql/stores/inspect.sql
