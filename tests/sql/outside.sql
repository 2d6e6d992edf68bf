-- Targets that are unlike the sources: outside = 'auto', and 'none'.
-- Four targets, the last ones, stronger than all 20 sources.
CREATE TABLE b AS WITH RECURSIVE m(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM m LIMIT 24), q(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM q LIMIT 200)
  SELECT 'm' || printf('%02d', i) AS model, j AS question, ((i * 7919 + j * 104729 + i * j * 1299709) % 1000) / 1000.0
         < CASE WHEN i <= 20 THEN (0.05 + i * 0.012) * 2 * (j % 200) / 200.0 ELSE 0.6 + 0.4 * (j % 200) / 200.0 END AS score FROM m, q;
CREATE TABLE truth AS SELECT model, avg(score) AS score FROM b GROUP BY model;
CREATE TABLE s AS SELECT score_matrix(model, question, score) AS m FROM b WHERE model <= 'm20';
CREATE TABLE t AS SELECT score_matrix(model, question, score) AS m FROM b
 WHERE model > 'm20' AND question IN (SELECT question FROM coreset_select((SELECT m FROM s), '10%'));
.print -- all above, near the truth, which is inside every interval; without, far below it, and in none
SELECT group_concat(DISTINCT reach), round(rmse(score, predicted), 3), sum(score BETWEEN lower AND upper)
  FROM coreset_predict((SELECT m FROM s), (SELECT m FROM t)) JOIN truth USING (model);
SELECT count(reach), round(rmse(score, predicted), 3), sum(score BETWEEN lower AND upper)
  FROM krr_blup_irt_predict((SELECT m FROM s), (SELECT m FROM t), 'none', '{"selector":"kriging_irt","outside":"none"}') JOIN truth USING (model);
.print -- the same of the weak: everything turned round
CREATE TABLE ws AS SELECT score_matrix(model, question, 1 - score) AS m FROM b WHERE model <= 'm20';
SELECT group_concat(DISTINCT reach), round(rmse(1 - score, predicted), 3), sum(1 - score BETWEEN lower AND upper)
  FROM coreset_predict((SELECT m FROM ws), (SELECT score_matrix(model, question, 1 - score) FROM b
    WHERE model > 'm20' AND question IN (SELECT question FROM coreset_select((SELECT m FROM ws), '10%')))) JOIN truth USING (model);
.print -- targets like the sources: all inside, and hardly another prediction; so with real-valued scores
CREATE TABLE like_them AS SELECT score_matrix(model, question, score) FILTER (WHERE model NOT IN ('m05', 'm12')) AS s,
  score_matrix(model, question, score) FILTER (WHERE model IN ('m05', 'm12') AND question % 9 = 4) AS t FROM b WHERE model <= 'm20';
SELECT group_concat(DISTINCT a.reach), max(abs(a.predicted - b.predicted)) < 0.02
  FROM like_them, krr_blup_irt_predict(s, t) AS a JOIN (SELECT model, predicted FROM like_them, krr_blup_irt_predict(s, t, 'none')) AS b USING (model);
CREATE TABLE graded AS SELECT model, question, (score + (question + substr(model, 2)) % 3) / 3.0 AS score FROM b;
SELECT group_concat(DISTINCT reach), max(abs(p.predicted - a.score)) < 0.1
  FROM coreset_predict((SELECT score_matrix(model, question, score) FROM graded WHERE model <= 'm20'),
                       (SELECT score_matrix(model, question, score) FROM graded WHERE model > 'm20' AND question % 7 = 3)) AS p
  JOIN (SELECT model, avg(score) AS score FROM graded GROUP BY model) AS a USING (model);
.print -- exact where everything is answered; a row without a prediction has no reach, nor have other predictors
SELECT max(abs(predicted - score)) < 1e-12, max(upper - lower) < 1e-12
  FROM coreset_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM b WHERE model > 'm20')) JOIN truth USING (model);
SELECT model, predicted, reach FROM coreset_predict((SELECT m FROM s), (SELECT score_matrix(column1, column2, column3) FROM (VALUES('new', 'x', 1), ('old', 7, 1)))) WHERE model = 'new';
SELECT p.column1, count(reach), count(predicted) FROM (VALUES('krr_blup'), ('krr'), ('ridge'), ('aipw'), ('mean')) AS p,
  coreset_predict((SELECT m FROM s), (SELECT m FROM t), p.column1) GROUP BY 1;
.print -- a fit keeps it: the same predictions, intervals and reach; from 'none' none
CREATE TABLE fit AS SELECT krr_blup_irt_fit((SELECT m FROM s), json_group_array(question), column1) AS fit, column1 AS outside
  FROM coreset_select((SELECT m FROM s), '10%'), (VALUES('auto'), ('none')) GROUP BY column1;
SELECT outside, count(f.reach), max(abs(f.predicted - p.predicted)) < 1e-12, max(abs(f.lower - p.lower)) < 1e-12, sum(f.reach IS NOT p.reach)
  FROM fit, coreset_predict(fit.fit, (SELECT m FROM t)) AS f JOIN coreset_predict((SELECT m FROM s), (SELECT m FROM t), '{"predictor":"krr_blup_irt","outside":"' || outside || '"}') AS p USING (model)
 GROUP BY outside;
SELECT outside, coreset_info(fit) ->> '$.options.outside' FROM fit ORDER BY outside;
.print -- the selector: anchors change the choice; without, and without curves, it is kriging
SELECT count(*) < 20 FROM (SELECT question FROM coreset_select((SELECT m FROM s), 20) INTERSECT SELECT question FROM kriging_irt_select((SELECT m FROM s), 20, 'none'));
SELECT sum(a.question <> b.question OR a.objective <> b.objective) FROM kriging_irt_select((SELECT score_matrix(model, question, score) FROM graded), 20, 'none') AS a
  JOIN kriging_select((SELECT score_matrix(model, question, score) FROM graded), 20) AS b USING (rank);
.print -- evaluations show it; every question of a split
SELECT reach, count(*) FROM coreset_evaluate_models((SELECT score_matrix(model, question, score) FROM b), '10%', NULL, NULL, 20, 'strong', 1) GROUP BY reach;
.print -- one question; sources that are equal in score, and nearly
SELECT reach IN ('inside', 'above', 'below'), predicted BETWEEN 0 AND 1, lower <= predicted AND predicted <= upper
  FROM coreset_predict((SELECT m FROM s), (SELECT score_matrix('new', 150, 1)));
SELECT reach IN ('inside', 'above', 'below'), predicted BETWEEN 0 AND 1, lower <= predicted AND predicted <= upper
  FROM coreset_predict((SELECT score_matrix(m.value, q.value, (q.value + m.value) % 2) FROM generate_series(1, 6) AS m, generate_series(1, 20) AS q),
                       (SELECT score_matrix('new', value, 1) FROM generate_series(1, 20, 4)));
.print -- what is refused
SELECT * FROM krr_blup_irt_predict((SELECT m FROM s), (SELECT m FROM t), 'sometimes');
SELECT * FROM coreset_select((SELECT m FROM s), 3, NULL, '{"outside":"sometimes"}');
SELECT * FROM coreset_predict((SELECT m FROM s), (SELECT m FROM t), 'krr', '{"outside":"none"}');
