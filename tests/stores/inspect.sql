-- needs ../shared/stores/inspect
.headers on
CREATE TEMP TABLE logs AS SELECT '../shared/stores/inspect' AS path;
.read sql/stores/inspect.sql
SELECT * FROM coverage;
SELECT * FROM metrics;
SELECT suite, metric, count(*), count(DISTINCT model), count(DISTINCT question), typeof(question) AS type, count(score), sum(score) FROM results;
SELECT score, count(*) FROM results GROUP BY score;
SELECT model, question, trial, score FROM results WHERE model = 'mockllm/sim-00' AND question <= 3 ORDER BY question;
UPDATE choice SET repeats = 'answered';
SELECT count(*), count(score), sum(score) FROM results;
UPDATE choice SET repeats = 'trials';
SELECT count(*), count(score), sum(score) FROM results;
SELECT model, question, trial, score FROM results WHERE model = 'mockllm/sim-00' AND question <= 2 ORDER BY question, trial;
UPDATE choice SET repeats = 'all', metric = 'judge.depth';
SELECT metric, count(*), count(score), sum(score) FROM results;
UPDATE choice SET metric = 'judge';
UPDATE choice SET repeats = 'mean';

-- the two .eval hold what two of the .json do
SELECT count(writefile('only_eval/' || name, readfile('../shared/stores/inspect/' || name))) AS copied
  FROM (SELECT '2026-01-01T00-00-00+00-00_bench_00.eval' AS name UNION ALL SELECT '2026-01-01T00-00-00+00-00_bench_01.eval');
CREATE TEMP TABLE from_json AS SELECT model, question, trial, metric, score, input FROM logged WHERE model IN ('mockllm/sim-00', 'mockllm/sim-01');
UPDATE logs SET path = 'only_eval';
.read sql/stores/inspect.sql
SELECT * FROM coverage;
SELECT count(*) AS rows, (SELECT count(*) FROM (SELECT model, question, trial, metric, score, input FROM logged INTERSECT SELECT * FROM from_json)) AS the_same,
       (SELECT count(*) FROM from_json) AS of_json FROM logged;

-- the main job
UPDATE logs SET path = '../shared/stores/inspect';
.read sql/stores/inspect.sql
CREATE TEMP TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM results WHERE model <> 'mockllm/sim-06';
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.repeats') FROM matrix;
CREATE TEMP TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM matrix), 5);
SELECT * FROM way_back;
SELECT model, round(predicted, 3), lower < predicted AND predicted < upper AS inside, answered
  FROM coreset_predict((SELECT m FROM matrix), (SELECT score_matrix(model, question, score) FROM results
                         WHERE model = 'mockllm/sim-06' AND question IN (SELECT question FROM coreset)));
