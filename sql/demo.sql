-- demo.sql: the main job from start to end, on a made-up eval store.
--
--     sqlite3 :memory: < sql/demo.sql        (from the top folder, after make)
--
-- The first part makes the data: seeded, the same on every machine. It uses exp(), which
-- the sqlite3 shell has. The second part is the tutorial; each statement is shown.
.bail on
.load ./coreset

-- Part 1: the data ------------------------------------------------------------------

-- 160,000 pseudo-random numbers in [0, 1) from a linear congruential generator; the
-- lower bits, which are not very random, are dropped. Then normal numbers, near enough:
-- sums of twelve, centred.
CREATE TEMP TABLE uniforms AS
  WITH RECURSIVE generator(i, state) AS (
    VALUES(0, 20261124)
    UNION ALL SELECT i + 1, (state * 1103515245 + 12345) % 2147483648 FROM generator LIMIT 160000)
  SELECT i, (state >> 8) / 8388608.0 AS u FROM generator;
CREATE UNIQUE INDEX temp.uniforms_i ON uniforms(i);
CREATE TEMP TABLE normals AS SELECT i / 12 AS i, sum(u) - 6 AS z FROM uniforms WHERE i < 37000 GROUP BY i / 12;
CREATE UNIQUE INDEX temp.normals_i ON normals(i);

-- Models have an ability and a talent of their own for each of 8 topics; questions have
-- a difficulty, and a discrimination: how sharply they tell able models from others.
CREATE TEMP TABLE abilities AS
  SELECT m.value AS m, t.value AS topic, 1.0 * a.z + 0.6 * b.z + 0.4 AS ability
    FROM generate_series(0, 119) AS m, generate_series(0, 7) AS t,
         normals AS a ON a.i = m.value, normals AS b ON b.i = 200 + 8 * m.value + t.value;
CREATE TEMP TABLE questions AS
  SELECT q.value AS q, q.value % 8 AS topic, 1.3 * z AS difficulty, 0.5 + 1.5 * u AS discrimination
    FROM generate_series(0, 999) AS q, normals ON normals.i = 2000 + q.value, uniforms ON uniforms.i = 38000 + q.value;

-- A model is right with probability 1 / (1 + exp(-discrimination * (ability - difficulty))).
CREATE TABLE results(model TEXT, question TEXT, score INTEGER);
INSERT INTO results
  SELECT printf('model-%03d', m), printf('question-%04d', q), u < 1 / (1 + exp(discrimination * (difficulty - ability)))
    FROM abilities JOIN questions USING (topic) JOIN uniforms ON uniforms.i = 40000 + 1000 * m + q;

-- Twenty models, spread over the abilities, play the newcomers.
CREATE TABLE newcomers AS
  SELECT model FROM (SELECT model, row_number() OVER (ORDER BY sum(score)) AS place FROM results GROUP BY model)
   WHERE place % 6 = 3;

-- Part 2: the tutorial --------------------------------------------------------------

.print
.print sqlite-coreset: know a score without running the whole benchmark
.print ----------------------------------------------------------------
.print
.print 'An eval store, made up: results(model, question, score), 120 models x 1000 questions.'
.print 'Twenty of the models play newcomers: their results are known here only to check the end.'
.mode box
.print
.print '1. Make a matrix of the results of the other 100 models. It is an ordinary value.'
.echo on
CREATE TEMP TABLE source AS
  SELECT score_matrix(model, question, score) AS matrix
    FROM results WHERE model NOT IN (SELECT model FROM newcomers);
.echo off
SELECT json_extract(info, '$.models') AS models, json_extract(info, '$.questions') AS questions,
       json_extract(info, '$.cells') AS scores, json_extract(info, '$.bytes') AS bytes
  FROM (SELECT score_matrix_info(matrix) AS info FROM source);

.print
.print '2. Choose the 5% of the questions that say most about the rest.'
.echo on
CREATE TEMP TABLE coreset AS
  SELECT * FROM coreset_select((SELECT matrix FROM source), '5%');
.echo off
SELECT rank, question, round(redundancy, 3) AS redundancy, round(remaining_sd, 4) AS remaining_sd FROM coreset
 WHERE rank <= 5 OR rank = 50;
.print '(Ranks 6 to 49 are not shown. remaining_sd: how uncertain a score still is after so many answers.)'

.print
.print '3. Run the newcomers on these 50 questions only (here: look their answers up).'
.echo on
CREATE TEMP TABLE answers AS
  SELECT model, question, score
    FROM results JOIN coreset USING (question) WHERE model IN (SELECT model FROM newcomers);
.echo off

.print
.print '4. Predict what they would have scored on all 1000, with an interval for nine out of ten.'
.echo on
CREATE TEMP TABLE predictions AS
  SELECT model, predicted, lower, upper
    FROM coreset_predict((SELECT matrix FROM source),
                         (SELECT score_matrix(model, question, score) FROM answers));
.echo off

.print
.print '5. Compare with the truth: the mean of each newcomer over all 1000 questions.'
.echo on
CREATE TEMP TABLE truth AS
  SELECT model, avg(score) AS score FROM results WHERE model IN (SELECT model FROM newcomers) GROUP BY model;
SELECT model, round(predicted, 3) AS predicted, round(lower, 3) AS lower, round(upper, 3) AS upper, score AS true,
       printf('%+.3f', predicted - score) AS error, CASE WHEN score BETWEEN lower AND upper THEN 'yes' ELSE 'no' END AS inside
  FROM predictions JOIN truth USING (model) ORDER BY true DESC;
.echo off

.print
.print '6. And with the usual shortcut, the plain mean of 50 random questions (average over 20 draws).'
.echo on
CREATE TEMP TABLE random_means AS
  SELECT draw.value AS draw, model, avg(score) AS predicted
    FROM generate_series(1, 20) AS draw, random_select((SELECT matrix FROM source), 50, draw.value)
         JOIN results USING (question)
   WHERE model IN (SELECT model FROM newcomers) GROUP BY draw.value, model;
SELECT '50 chosen questions, predicted' AS method,
       round(rmse(score, predicted), 4) AS rmse, round(mae(score, predicted), 4) AS mae,
       round(spearman_rho(score, predicted), 3) AS spearman, round(kendall_tau(score, predicted), 3) AS kendall
  FROM predictions JOIN truth USING (model)
UNION ALL
SELECT '50 random questions, mean', round(avg(rmse), 4), round(avg(mae), 4), round(avg(rho), 3), round(avg(tau), 3)
  FROM (SELECT rmse(score, predicted) AS rmse, mae(score, predicted) AS mae, spearman_rho(score, predicted) AS rho,
               kendall_tau(score, predicted) AS tau
          FROM random_means JOIN truth USING (model) GROUP BY draw);
.echo off
.print
.print 'Next: README.md shows the same on a table of your own.'
