-- Results go with the users' scale: scores of 0 and 100, or of 1e200, are the same problem.
CREATE TABLE r AS
  WITH RECURSIVE m(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM m LIMIT 14),
                 q(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM q LIMIT 20)
  SELECT i AS model, j AS question, (i * 7919 + j * 104729 + i * j * 1013) % 997 / 2000.0 + i % 20 / 40.0 AS score,
         (i * 37 + j * 53 + i * j * 11) % 17 < i + j % 5 AS correct
    FROM m, q;
.print -- predictions and intervals, whatever the unit
CREATE TABLE p AS SELECT column1 AS unit, p.* FROM (VALUES(2.0), (100.0), (1e100), (1e160), (1e287), (1e-160), (1e-280)) AS unit,
  coreset_predict((SELECT score_matrix(model, question, (score - 2) * column1) FROM r WHERE model < 13),
                  (SELECT score_matrix(model, question, (score - 2) * column1) FROM r WHERE model >= 13 AND question % 4 = 1)) AS p;
SELECT p.unit, count(*), max(abs(p.predicted / p.unit - q.predicted / q.unit)) < 1e-12, max(abs(p.lower / p.unit - q.lower / q.unit)) < 1e-9,
       max(abs(p.upper / p.unit - q.upper / q.unit)) < 1e-9, min(p.upper / p.unit - p.lower / p.unit) > 0.01
  FROM p JOIN p AS q USING (model) WHERE q.unit = 2 GROUP BY p.unit;
.print -- remaining_sd is on the users' scale, what is maximised is not
SELECT max(abs(a.remaining_sd - 100 * b.remaining_sd)) < 1e-9, max(abs(a.objective - b.objective)) < 1e-12
  FROM kriging_select((SELECT score_matrix(model, question, 100 * correct) FROM r)) AS a
  JOIN kriging_select((SELECT score_matrix(model, question, correct) FROM r)) AS b USING (rank);
SELECT (SELECT max(rank) FROM (SELECT rank, lag(remaining_sd, 1, 100) OVER (ORDER BY rank) AS before
          FROM kriging_select((SELECT score_matrix(model, question, 100 * correct) FROM r))) WHERE before > 10)
     = (SELECT max(rank) FROM (SELECT rank, lag(remaining_sd, 1, 1) OVER (ORDER BY rank) AS before
          FROM kriging_select((SELECT score_matrix(model, question, correct) FROM r))) WHERE before > 0.1);
.print -- every question answered: the interval is the score, and holds it, in spite of rounding
SELECT count(*), avg(rmse) < 1e-12, min(coverage), max(width) < 1e-12 FROM coreset_evaluate((SELECT score_matrix(model, question, score, 1 + question % 3) FROM r), '100%', NULL, NULL, 10, NULL, 40);
.print -- a prediction lies in its own interval, even one beyond the possible
SELECT p.column1, count(*), sum(predicted > 1) > 0, sum(predicted BETWEEN lower AND upper) FROM (VALUES('krr'), ('ridge')) AS p,
  coreset_predict((SELECT score_matrix(model, question, (model * 37 + question * 53 + model * question * 11) % 17 < model + question % 5 + 2) FROM r),
    (SELECT score_matrix(column1 || right, question, right) FROM (VALUES(0), (1), (2), (3), (4), (5), (6)) AS t, (SELECT 0 AS right UNION ALL SELECT 1),
      (SELECT DISTINCT question FROM r) WHERE question % 7 <> column1), p.column1, '{"alpha":0.001}') GROUP BY 1;
.print -- sources alike on the coreset: the mean of the rest, weighted, moved by how the target differs
CREATE TABLE w AS SELECT model, question, CASE question WHEN 1 THEN 1 ELSE (model * 7 + question * question * 5) % 12 < 3 END AS score,
  CASE question WHEN 1 THEN 1 ELSE 100 END AS weight FROM r WHERE model <= 12 AND question <= 10;
WITH rest AS (SELECT 1.0 * sum(weight * score) / sum(weight) AS mean, sum(weight) / 12 AS weight FROM w WHERE question > 1)
SELECT column1, abs(predicted - (column1 + rest.weight * max(0, min(1, rest.mean + column1 - 1))) / (1 + rest.weight)) < 1e-12, round(predicted, 6)
  FROM rest, (VALUES(1), (0.9)) AS answer, krr_blup_predict((SELECT score_matrix(model, question, score, weight) FROM w), (SELECT score_matrix('t', x, column1) FROM (SELECT 1 AS x)));
.print -- the seed of a random selector follows the split unless it is given, in whichever object
SELECT options, count(DISTINCT rmse) FROM (SELECT o.column1 AS options, rmse FROM (VALUES('{}'), ('{"seed":null}'), ('{"seed":0}'), ('{"seed":7}')) AS o,
  coreset_evaluate((SELECT score_matrix(model, question, score) FROM r), 6, json_set(o.column1, '$.selector', 'random'), 'mean', 10, 'strong', 8)) GROUP BY 1 ORDER BY 1;
SELECT count(DISTINCT rmse) FROM coreset_evaluate((SELECT score_matrix(model, question, score) FROM r), 6, '{"selector":"random","seed":7}', 'mean', 10, 'strong', 8);
.print -- a question that no source of a split answered: chosen from the others
SELECT count(*), max(rmse) IS NOT NULL FROM coreset_evaluate((SELECT score_matrix(model, question, score) FROM r WHERE question < 20 OR model = 2), 20);
SELECT count(*), max(rmse) IS NOT NULL FROM coreset_evaluate((SELECT score_matrix(model, question, score) FROM r WHERE question < 20 OR model < 4), '100%');
.print -- what is refused
SELECT * FROM coreset_evaluate((SELECT score_matrix(model, question, score) FROM r WHERE model < 3), 2);
SELECT model, round(predicted, 9) FROM coreset_predict((SELECT score_matrix(model, question, correct) FROM r),
  (SELECT score_matrix(column1, column2, column3) FROM (VALUES('good', 1, 1), ('typo', 1, 1e160), ('typo', 2, 1))));
SELECT count(*) FROM kriging_select((SELECT score_matrix(model, question, score, 1e306 * question) FROM r));
SELECT * FROM coreset_predict((SELECT krr_fit(score_matrix(model, question, correct), '[1]') FROM r), (SELECT score_matrix('t', 1, 1)), 'ridge');
SELECT count(*) FROM coreset_predict((SELECT krr_fit(score_matrix(model, question, correct), '[1]') FROM r), (SELECT score_matrix('t', 1, 1)), 'krr');
.print -- scales: sources of 0 and 1, and a target in percent; binary answers of 1 and 2; sources within [0, 1]; others
CREATE TABLE unit AS SELECT model, question, 0.1 + 0.8 * correct AS score FROM r;
UPDATE unit SET score = 0.3 WHERE question = 3 AND model = 1;
CREATE TABLE target AS SELECT question, correct FROM r WHERE model = 2 AND question < 9;
SELECT predicted FROM coreset_predict((SELECT score_matrix(model, question, correct) FROM r), (SELECT score_matrix('n', question, 100 * correct) FROM target));
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, correct) FROM r), (SELECT score_matrix('n', question, correct) FROM target));
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, 1 + correct) FROM r), (SELECT score_matrix('n', question, correct) FROM target));
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, 1 + correct) FROM r), (SELECT score_matrix('n', question, 1.5) FROM target));
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, score) FROM unit), (SELECT score_matrix('n', question, correct) FROM target));
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, score) FROM unit), (SELECT score_matrix('n', question, 1.001 * correct) FROM target));
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, score) FROM unit), (SELECT score_matrix('n', question, -correct) FROM target));
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, 10 * score) FROM unit), (SELECT score_matrix('n', question, 15 * correct) FROM target));
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, 10 * score) FROM unit), (SELECT score_matrix('n', question, 20 * correct) FROM target));
.print -- all answers within [0, 1], and sources beyond 2 with a mean above 1: by a matrix, a fit, an aggregate; one more answer is enough
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, 100 * score) FROM unit), (SELECT score_matrix('n', question, correct) FROM target));
SELECT count(*) FROM coreset_predict((SELECT coreset_fit(score_matrix(model, question, 100 * score), (SELECT json_group_array(question) FROM target)) FROM unit), (SELECT score_matrix('n', question, correct) FROM target));
SELECT coreset_predict(f, question, correct) FROM target, (SELECT coreset_fit(score_matrix(model, question, 100 * score), (SELECT json_group_array(question) FROM target)) AS f FROM unit);
SELECT coreset_predict(f, question, 100 * correct) FROM target, (SELECT coreset_fit(score_matrix(model, question, correct), (SELECT json_group_array(question) FROM target)) AS f FROM r);
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, 100 * score) FROM unit), (SELECT score_matrix('n', question, correct * CASE question WHEN 2 THEN 7 ELSE 1 END) FROM target));
.print -- no answers, or none but 0 and the lowest score, say nothing about the scale
SELECT model, predicted IS NULL, answered FROM coreset_predict((SELECT score_matrix(model, question, 100 * score) FROM unit), (SELECT score_matrix('x', question, NULL) FROM target));
SELECT model, answered FROM coreset_predict((SELECT score_matrix(model, question, 100 * score) FROM unit), (SELECT score_matrix('x', question, 0) FROM target));
SELECT model, answered FROM coreset_predict((SELECT score_matrix(model, question, 1 + 4 * correct) FROM r), (SELECT score_matrix('x', question, 1) FROM target));
SELECT model, predicted IS NULL, answered, unknown FROM coreset_predict((SELECT score_matrix(model, question, score) FROM (SELECT model, question, 100 * score AS score FROM unit UNION ALL SELECT 'x', 999, 0.5)));
