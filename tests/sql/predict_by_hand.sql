-- Predictions from one question, worked out in plain SQL.
-- The source models: their answer x to question 1, and y, the mean of their answers to all ten.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 160)
  SELECT i / 10 AS model, i % 10 AS question, ((i * 7919 + i / 10 * 104729) % 1009) < 200 + 40 * (i / 10) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
CREATE TABLE s AS SELECT model, max(CASE question WHEN 1 THEN score END) AS x, avg(score) AS y FROM r GROUP BY model;
CREATE TABLE t AS SELECT score_matrix(column1, 1, column2) AS m FROM (VALUES('no', 0), ('yes', 1));
SELECT count(*), sum(x), sum(y) FROM s;
.print -- ridge: slope = Sxy / (Sxx + alpha) about the means
WITH alphas(alpha) AS (VALUES(0.5), (1), (7), (1000)),
  mean AS (SELECT avg(x) AS x, avg(y) AS y FROM s),
  sums AS (SELECT sum((s.x - mean.x) * (s.x - mean.x)) AS xx, sum((s.x - mean.x) * (s.y - mean.y)) AS xy FROM s, mean)
SELECT a.alpha, model, round(predicted, 6),
       abs(predicted - (mean.y + sums.xy / (sums.xx + a.alpha) * ((model = 'yes') - mean.x))) < 1e-12
  FROM alphas AS a, mean, sums, ridge_predict((SELECT m FROM m), (SELECT m FROM t), a.alpha);
.print -- kernels: the values f of the two targets solve (N + alpha / G) f = N (mean y), with G the kernel of 0 and 1
-- and N how many sources gave each answer. For poly G = [1, 1; 1, 2^degree], for rbf [1, e; e, 1], e = exp(-gamma).
CREATE VIEW kernels AS
  SELECT 'poly' AS kernel, degree.column1 AS degree, NULL AS gamma, 1.0 AS a, 1.0 AS b, pow(2, degree.column1) AS c
    FROM (VALUES(1), (2), (3), (8)) AS degree
  UNION ALL SELECT 'rbf', NULL, gamma.column1, 1.0, exp(-gamma.column1), 1.0 FROM (VALUES(0.3), (1), (2.5)) AS gamma;
CREATE VIEW n AS SELECT sum(x = 0) AS n0, sum(x = 1) AS n1, avg(CASE x WHEN 0 THEN y END) AS y0, avg(CASE x WHEN 1 THEN y END) AS y1 FROM s;
CREATE VIEW system AS  -- p f0 + q f1 = n0 y0, q f0 + r f1 = n1 y1
  SELECT kernel, degree, gamma, alpha.column1 AS alpha, n0 + alpha.column1 * c / (a * c - b * b) AS p,
         -alpha.column1 * b / (a * c - b * b) AS q, n1 + alpha.column1 * a / (a * c - b * b) AS r, n0 * y0 AS v0, n1 * y1 AS v1
    FROM kernels, n, (VALUES(0.5), (1), (7)) AS alpha;
CREATE VIEW solved AS SELECT *, (v0 * r - v1 * q) / (p * r - q * q) AS f0, (v1 * p - v0 * q) / (p * r - q * q) AS f1 FROM system;
SELECT s.kernel, s.degree, s.gamma, s.alpha, round(f0, 6), round(f1, 6),
       (SELECT max(abs(predicted - CASE model WHEN 'no' THEN f0 ELSE f1 END)) < 1e-12 FROM
          krr_predict((SELECT m FROM m), (SELECT m FROM t), s.kernel, s.degree, s.alpha, s.gamma)) AS right
  FROM solved AS s ORDER BY s.kernel, s.degree, s.gamma, s.alpha;
.print -- the default is poly of degree 2; gamma of rbf is 1 / questions = 1
SELECT max(abs(p.predicted - CASE model WHEN 'no' THEN f0 ELSE f1 END)) < 1e-12
  FROM solved AS s, krr_predict((SELECT m FROM m), (SELECT m FROM t)) AS p WHERE p.alpha = 7 AND s.kernel = 'poly' AND s.degree = 2 AND s.alpha = 7;
SELECT max(abs(p.predicted - CASE model WHEN 'no' THEN f0 ELSE f1 END)) < 1e-12, max(p.gamma)
  FROM solved AS s, krr_predict((SELECT m FROM m), (SELECT m FROM t), 'rbf') AS p WHERE p.alpha = 7 AND s.kernel = 'rbf' AND s.gamma = 1 AND s.alpha = 7;
.print -- alpha NULL: the one with the least leave-one-out error of 10^-1, 10^-0.5, ..., 10^1; poly of degree 2
-- Leaving out a source with answer x changes its residual y - f(x) to (y - f(x)) / (1 - h), h = [inverse of (N + alpha / G)](x, x).
CREATE TABLE loo AS WITH grid(alpha) AS (SELECT pow(10, column1) FROM (VALUES(-1), (-0.5), (0), (0.5), (1))),
  system AS (SELECT alpha, n0 + alpha * 4 / 3 AS p, -alpha / 3 AS q, n1 + alpha / 3 AS r, n0 * y0 AS v0, n1 * y1 AS v1 FROM grid, n),
  solved AS (SELECT alpha, p, r, p * r - q * q AS d, (v0 * r - v1 * q) / (p * r - q * q) AS f0, (v1 * p - v0 * q) / (p * r - q * q) AS f1 FROM system)
SELECT alpha, f0, f1, (SELECT avg(pow(CASE x WHEN 0 THEN (y - f0) / (1 - r / d) ELSE (y - f1) / (1 - p / d) END, 2)) FROM s) AS error FROM solved;
SELECT model, abs(p.alpha - loo.alpha) < 1e-12, abs(p.predicted - CASE model WHEN 'no' THEN f0 ELSE f1 END) < 1e-12
  FROM krr_predict((SELECT m FROM m), (SELECT m FROM t)) AS p, (SELECT * FROM loo ORDER BY error LIMIT 1) AS loo;
.print -- weights: y is the weighted mean; the answers x are not weighted
CREATE TABLE w AS SELECT model, max(CASE question WHEN 1 THEN score END) AS x, sum(score * (1 + question)) / 55.0 AS y FROM r GROUP BY model;
WITH mean AS (SELECT avg(x) AS x, avg(y) AS y FROM w),
  sums AS (SELECT sum((w.x - mean.x) * (w.x - mean.x)) AS xx, sum((w.x - mean.x) * (w.y - mean.y)) AS xy FROM w, mean)
SELECT model, round(predicted, 6), abs(predicted - (mean.y + sums.xy / (sums.xx + 2) * ((model = 'yes') - mean.x))) < 1e-12
  FROM mean, sums, ridge_predict((SELECT score_matrix(model, question, score, 1 + question) FROM r), (SELECT m FROM t), 2);
.print -- scales: scores of 0 and 100, and of -3 and 12.5, are the same problem
SELECT column1, column2, max(abs(p.predicted - (column1 + (column2 - column1) * q.predicted))) < 1e-11
  FROM (VALUES(0, 100), (-3, 12.5), (1, 0)) AS scale,
       krr_predict((SELECT score_matrix(model, question, CASE score WHEN 0 THEN column1 ELSE column2 END) FROM r),
                   (SELECT score_matrix(model, 1, CASE model WHEN 'no' THEN column1 ELSE column2 END) FROM score_matrix_models((SELECT m FROM t)))) AS p,
       krr_predict((SELECT m FROM m), (SELECT m FROM t)) AS q
 WHERE p.model = q.model AND column1 < column2 GROUP BY column1;
.print -- observed is on the scale of the scores, over the answers used
SELECT observed, answered, unknown FROM ridge_predict((SELECT score_matrix(model, question, 100 * score) FROM r),
  (SELECT score_matrix('n', column1, column2) FROM (VALUES(1, 100), (2, 0), (3, 100), (4, 100), (77, 0))));
.print -- scores in [0, 1] that are not binary are used as they are: ridge again
CREATE TABLE c AS SELECT model, question, 0.25 + score * 0.5 + model / 100.0 AS score FROM r;
CREATE TABLE cs AS SELECT model, max(CASE question WHEN 1 THEN score END) AS x, avg(score) AS y FROM c GROUP BY model;
WITH mean AS (SELECT avg(x) AS x, avg(y) AS y FROM cs),
  sums AS (SELECT sum((cs.x - mean.x) * (cs.x - mean.x)) AS xx, sum((cs.x - mean.x) * (cs.y - mean.y)) AS xy FROM cs, mean)
SELECT round(predicted, 6), abs(predicted - (mean.y + sums.xy / (sums.xx + 0.3) * (0.6 - mean.x))) < 1e-12
  FROM mean, sums, ridge_predict((SELECT score_matrix(model, question, score) FROM c), (SELECT score_matrix('n', 1, 0.6)), 0.3);
.print -- targets that answered differing questions: each as if alone, here by hand from question 1 or 2
CREATE TABLE s2 AS SELECT model, max(CASE question WHEN 2 THEN score END) AS x, avg(score) AS y FROM r GROUP BY model;
WITH one AS (SELECT avg(x) AS x, avg(y) AS y, avg(x * x) - avg(x) * avg(x) AS xx, avg(x * y) - avg(x) * avg(y) AS xy FROM s),
     two AS (SELECT avg(x) AS x, avg(y) AS y, avg(x * x) - avg(x) * avg(x) AS xx, avg(x * y) - avg(x) * avg(y) AS xy FROM s2)
SELECT model, answered, abs(predicted - CASE model
    WHEN 'first' THEN one.y + one.xy / (one.xx + 1 / 16.0) * (1 - one.x)
    WHEN 'second' THEN two.y + two.xy / (two.xx + 1 / 16.0) * (1 - two.x) END) < 1e-12
  FROM one, two, ridge_predict((SELECT m FROM m), (SELECT score_matrix(column1, column2, column3) FROM
    (VALUES('first', 1, 1), ('second', 2, 1), ('neither', 99, 1), ('both', 1, 1), ('both', 2, 1))), 1);
.print -- a model in both matrices: a target, and no source
WITH o AS (SELECT * FROM s WHERE model NOT IN (3, 4)),
  mean AS (SELECT avg(x) AS x, avg(y) AS y FROM o),
  sums AS (SELECT sum((o.x - mean.x) * (o.x - mean.x)) AS xx, sum((o.x - mean.x) * (o.y - mean.y)) AS xy FROM o, mean)
SELECT p.model, abs(predicted - (mean.y + sums.xy / (sums.xx + 1) * (r.score - mean.x))) < 1e-12 FROM mean, sums,
  ridge_predict((SELECT m FROM m), (SELECT score_matrix(model, question, score) FROM r WHERE model IN (3, 4) AND question = 1), 1) AS p
  JOIN r ON r.model = p.model AND r.question = 1;
