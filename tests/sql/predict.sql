-- Predicting full scores.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 1200)
  SELECT i / 40 AS model, 'q' || (i % 40) AS question,
         ((i * 7919 + i / 40 * 104729) % 1009) < 150 + 25 * (i / 40) AS score FROM n;
CREATE VIEW source AS SELECT score_matrix(model, question, score) AS m FROM r WHERE model % 5 > 0;
CREATE TABLE s AS SELECT m FROM source;
CREATE TABLE coreset AS SELECT question FROM mrmr_select((SELECT m FROM s), 10, 'MID');
CREATE TABLE answers AS SELECT model, question, score FROM r JOIN coreset USING (question) WHERE model % 5 = 0;
CREATE TABLE t AS SELECT score_matrix(model, question, score) AS m FROM answers;
.print -- two matrices: every model of the second, in order
SELECT model, round(predicted, 9), round(lower, 6), round(upper, 6), observed, answered, unknown FROM krr_predict((SELECT m FROM s), (SELECT m FROM t));
.print -- the defaults by name, coreset_predict, ridge = linear
SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t)) EXCEPT
  SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t), 'poly', 2, NULL, NULL, '{"selector":"mrmr","scheme":"MID"}', 0.9);
SELECT model, predicted FROM krr_blup_irt_predict((SELECT m FROM s), (SELECT m FROM t)) EXCEPT
  SELECT model, predicted FROM coreset_predict((SELECT m FROM s), (SELECT m FROM t));
SELECT model, predicted FROM ridge_predict((SELECT m FROM s), (SELECT m FROM t)) EXCEPT
  SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t), 'linear');
SELECT model, predicted FROM ridge_predict((SELECT m FROM s), (SELECT m FROM t), 2) EXCEPT
  SELECT model, predicted FROM coreset_predict((SELECT m FROM s), (SELECT m FROM t), 'ridge') WHERE options = '{"alpha":2}';
SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t), 'rbf', NULL, 1) EXCEPT
  SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t)) WHERE kernel = 'rbf' AND alpha = 1 AND gamma = 0.1;
.print -- one matrix: sources answered nearly all of the benchmark, the others are targets: the same predictions
CREATE TABLE one AS SELECT score_matrix(model, question, score) AS m FROM r
 WHERE model % 5 > 0 OR question IN (SELECT question FROM coreset);
SELECT model, predicted FROM krr_predict((SELECT m FROM one)) EXCEPT SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t));
SELECT count(*) FROM krr_predict((SELECT m FROM one));
SELECT count(*) FROM krr_predict((SELECT m FROM s));
.print -- a model in both matrices is no source
SELECT model, predicted FROM krr_predict((SELECT score_matrix(model, question, score) FROM r), (SELECT m FROM t)) EXCEPT
  SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t));
.print -- subsets: each target from what it answered, alone or in company
CREATE TABLE mixed AS SELECT model, question, score FROM r WHERE model % 5 = 0 AND (model + substr(question, 2)) % 7 < 1 + model / 10;
SELECT model, round(predicted, 9), answered FROM krr_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM mixed));
SELECT one.model FROM (SELECT DISTINCT model FROM mixed) AS one, krr_predict((SELECT m FROM s),
    (SELECT score_matrix(model, question, score) FROM mixed WHERE mixed.model = one.model)) AS alone,
  krr_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM mixed)) AS together
 WHERE together.model = one.model AND abs(together.predicted - alone.predicted) > 1e-12;
.print -- intervals: wider for a higher level; none at level 0; NULL where the methods need more sources
SELECT level, count(lower), max(predicted BETWEEN lower AND upper), round(avg(upper - lower), 6)
  FROM krr_blup_predict((SELECT m FROM s), (SELECT m FROM t)) WHERE level IN (0, 0.5, 0.9, 0.99) GROUP BY level;
SELECT selector, count(lower) FROM krr_blup_predict((SELECT score_matrix(model, question, score) FROM r WHERE model IN (1, 2, 3, 4, 6, 7, 8, 9, 11)), (SELECT m FROM t))
 WHERE selector IN ('kriging', 'kriging_irt', 'mrmr', 'fixed') GROUP BY selector;
SELECT count(lower) FROM krr_blup_predict((SELECT score_matrix(model, question, score) FROM r WHERE model IN (1, 29)), (SELECT m FROM t));
.print -- a target that answered everything is known exactly
SELECT max(abs(predicted - observed)) < 1e-12, max(upper - lower) < 1e-12
  FROM krr_blup_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM r WHERE model % 5 = 0));
SELECT max(abs(predicted - observed)) < 1e-12, max(upper - lower) < 1e-12
  FROM coreset_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM r WHERE model % 5 = 0));
.print -- krr_blup_irt: something else than krr_blup for binary scores, the same for others but for what lies outside
SELECT sum(a.predicted <> b.predicted), max(abs(a.predicted - b.predicted)) < 0.1
  FROM krr_blup_irt_predict((SELECT m FROM s), (SELECT m FROM t)) AS a JOIN krr_blup_predict((SELECT m FROM s), (SELECT m FROM t)) AS b USING (model);
SELECT count(*), sum(a.predicted <> b.predicted)
  FROM krr_blup_irt_predict((SELECT score_matrix(model, question, (score + substr(question, 2) % 3) / 3.0) FROM r WHERE model % 5), (SELECT m FROM t), 'none') AS a
  JOIN krr_blup_predict((SELECT score_matrix(model, question, (score + substr(question, 2) % 3) / 3.0) FROM r WHERE model % 5), (SELECT m FROM t)) AS b USING (model);
.print -- the mean of the answers, and AIPW against a regression worked out here: two sources, three questions
SELECT max(abs(predicted - observed)) < 1e-15 FROM mean_predict((SELECT m FROM s), (SELECT m FROM t));
SELECT round(predicted, 12) FROM aipw_predict((SELECT score_matrix(column1, column2, column3) FROM (VALUES
    ('a', 1, 0), ('a', 2, 1), ('a', 3, 1), ('a', 4, 0), ('b', 1, 0), ('b', 2, 1), ('b', 3, 1), ('b', 4, 1))),
  (SELECT score_matrix('t', column1, column2) FROM (VALUES(1, 0), (2, 1))));
.print -- unknown questions do not count; nothing usable gives a row with NULL
SELECT model, predicted IS NULL, observed, answered, unknown FROM krr_predict((SELECT m FROM s), (SELECT score_matrix(column1, column2, column3)
  FROM (VALUES('a', 'q1', 1), ('a', 'q2', 0), ('a', 'other', 1), ('b', 'other', 1), ('b', 'q3', NULL))));
.print -- scales: the same with any two values, on the scale given
SELECT max(abs((b.predicted + 4) / 7 - a.predicted)) < 1e-12
  FROM krr_predict((SELECT m FROM s), (SELECT m FROM t)) AS a JOIN
       krr_predict((SELECT score_matrix(model, question, 7 * score - 4) FROM r WHERE model % 5 > 0),
                   (SELECT score_matrix(model, question, 7 * score - 4) FROM answers)) AS b USING (model);
.print -- and for real values on two scales outside [0, 1], with every kernel
CREATE TABLE c AS SELECT model, question, 60 * score + model + length(question) % 3 AS score FROM r;
SELECT k.column1, max(abs((b.predicted - 400) / 12.5 - a.predicted)) < 1e-9 FROM (VALUES('poly'), ('linear'), ('rbf')) AS k,
       krr_predict((SELECT score_matrix(model, question, score) FROM c WHERE model % 5 > 0),
                   (SELECT score_matrix(model, question, score) FROM c JOIN coreset USING (question) WHERE model % 5 = 0), k.column1) AS a,
       krr_predict((SELECT score_matrix(model, question, 12.5 * score + 400) FROM c WHERE model % 5 > 0),
                   (SELECT score_matrix(model, question, 12.5 * score + 400) FROM c JOIN coreset USING (question) WHERE model % 5 = 0), k.column1) AS b
 WHERE a.model = b.model GROUP BY k.column1;
.print -- weights: a question of weight 0 does not count in the score
SELECT max(abs(a.predicted - b.predicted)) < 1e-12 FROM
  krr_predict((SELECT score_matrix(model, question, score, question <> 'q39') FROM r WHERE model % 5 > 0),
              (SELECT score_matrix(model, question, score) FROM answers WHERE question <> 'q39')) AS a JOIN
  krr_predict((SELECT score_matrix(model, question, score) FROM r WHERE model % 5 > 0 AND question <> 'q39'),
              (SELECT score_matrix(model, question, score) FROM answers WHERE question <> 'q39')) AS b USING (model);
.print -- missing source answers are filled, never zero: close to the complete case
SELECT max(abs(a.predicted - b.predicted)) < 0.08 FROM krr_predict((SELECT m FROM s), (SELECT m FROM t)) AS a JOIN
  krr_predict((SELECT score_matrix(model, question, CASE WHEN (model * 13 + substr(question, 2) * 7) % 11 = 0 THEN NULL ELSE score END)
                 FROM r WHERE model % 5 > 0), (SELECT m FROM t)) AS b USING (model);
.print -- a target that answered everything is close to its own mean
SELECT max(abs(predicted - observed)) < 0.03 FROM ridge_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM r WHERE model % 5 = 0), 0.001);
.print -- fits: as a value, in the place of the source, and as an aggregate over a group
CREATE TABLE fits AS SELECT 'krr' AS method, krr_fit(m, (SELECT json_group_array(question) FROM coreset)) AS fit FROM s
  UNION ALL SELECT 'ridge', ridge_fit(m, (SELECT json_group_array(question) FROM coreset)) FROM s
  UNION ALL SELECT 'rbf', coreset_fit(m, (SELECT json_group_array(question) FROM coreset), 'krr', '{"kernel":"rbf"}') FROM s;
SELECT method, typeof(fit), length(fit) > 500 FROM fits;
SELECT model, predicted FROM krr_predict((SELECT fit FROM fits WHERE method = 'krr'), (SELECT m FROM t)) EXCEPT
  SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t));
SELECT model, predicted FROM coreset_predict((SELECT fit FROM fits WHERE method = 'ridge'), (SELECT m FROM t)) EXCEPT
  SELECT model, predicted FROM ridge_predict((SELECT m FROM s), (SELECT m FROM t));
SELECT model, krr_predict((SELECT fit FROM fits WHERE method = 'krr'), question, score) FROM answers GROUP BY model EXCEPT
  SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t));
SELECT model, coreset_predict((SELECT fit FROM fits WHERE method = 'rbf'), question, score) FROM answers GROUP BY model EXCEPT
  SELECT model, predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t), 'rbf');
SELECT ridge_predict((SELECT fit FROM fits WHERE method = 'ridge'), question, score) IS NULL FROM answers WHERE 0;
SELECT DISTINCT kernel, degree, gamma, alpha > 0 FROM krr_predict((SELECT fit FROM fits WHERE method = 'rbf'), (SELECT m FROM t));
.print -- repeats are averaged, other questions and NULLs ignored
SELECT krr_predict((SELECT fit FROM fits WHERE method = 'krr'), question, score) = (SELECT predicted FROM krr_predict((SELECT m FROM s), (SELECT m FROM t)) WHERE model = 5)
  FROM (SELECT question, score FROM answers WHERE model = 5 UNION ALL SELECT question, score FROM answers WHERE model = 5
        UNION ALL SELECT 'other', 1 UNION ALL SELECT question, NULL FROM coreset);
.print -- the coreset of a fit may come in any order
SELECT krr_fit(m, '["q1","q2"]') = krr_fit(m, '["q2","q1"]') FROM s;
.print -- answers to one of two subjects are no selector's choice: by default about nine in ten intervals hold the score
CREATE TABLE subjects AS WITH RECURSIVE m(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM m LIMIT 60), q(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM q LIMIT 200)
  SELECT 'm' || printf('%02d', i) AS model, CASE WHEN j <= 100 THEN 'law-' ELSE 'maths-' END || j AS question,
         ((i * 7919 + j * 104729 + i * j * 1299709) % 1000) / 1000.0 < 0.1 + 0.8 * CASE WHEN j <= 100 THEN (i * 37 % 61) / 61.0 ELSE (i * 23 + 11) % 59 / 59.0 END AS score
    FROM m, q;
CREATE TABLE subject_matrix AS SELECT score_matrix(model, question, score) FILTER (WHERE model <= 'm40') AS s, score_matrix(model, question, score) FILTER (WHERE model > 'm40' AND question LIKE 'law-%') AS t FROM subjects;
CREATE TABLE subject_score AS SELECT model, avg(score) AS truth FROM subjects GROUP BY model;
SELECT count(*), sum(truth BETWEEN lower AND upper) BETWEEN 18 AND 20 FROM coreset_predict((SELECT s FROM subject_matrix), (SELECT t FROM subject_matrix)) JOIN subject_score USING (model);
SELECT selector, count(*), sum(truth BETWEEN lower AND upper) < 10 FROM coreset_predict((SELECT s FROM subject_matrix), (SELECT t FROM subject_matrix)) JOIN subject_score USING (model)
 WHERE selector IN ('kriging_irt', 'fixed') GROUP BY 1 ORDER BY 1;
SELECT count(*), sum(truth BETWEEN lower AND upper) BETWEEN 18 AND 20
  FROM coreset_predict((SELECT coreset_fit(s, (SELECT json_group_array(DISTINCT question) FROM subjects WHERE question LIKE 'law-%')) FROM subject_matrix), (SELECT t FROM subject_matrix)) JOIN subject_score USING (model);
