-- Fits: a predictor that has learnt, as a value.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 480)
  SELECT i % 2 AS suite, i / 24 AS model, i % 24 AS question, ((i * 7919 + i / 24 * 104729) % 1009) < 200 + 30 * (i / 24) AS score FROM n;
CREATE TABLE m AS SELECT suite, score_matrix(model, question, score) AS m FROM r WHERE model < 16 GROUP BY suite;
CREATE TABLE coreset AS SELECT m.suite, rank, question FROM m, mrmr_select(m.m, 4, 'MID');
CREATE TABLE fits AS SELECT suite, krr_fit(m, (SELECT json_group_array(question) FROM coreset WHERE coreset.suite = m.suite)) AS fit FROM m;
CREATE TABLE answers AS SELECT suite, model, question, score FROM r JOIN coreset USING (suite, question) WHERE model >= 16;
.print -- one fit for each suite, applied to each group: as the table-valued function does
CREATE TABLE applied AS SELECT suite, model,
    krr_predict((SELECT fit FROM fits WHERE fits.suite = answers.suite), question, score) AS predicted FROM answers GROUP BY suite, model;
SELECT suite, model, round(predicted, 6) FROM applied;
SELECT count(*), max(abs(a.predicted - p.predicted)) < 1e-12 FROM m, krr_predict(m.m, (SELECT score_matrix(model, question, score)
  FROM answers WHERE answers.suite = m.suite)) AS p JOIN applied AS a ON a.suite = m.suite AND a.model = p.model;
SELECT count(*), max(abs(a.predicted - p.predicted)) < 1e-12 FROM fits, krr_predict(fits.fit, (SELECT score_matrix(model, question, score)
  FROM answers WHERE answers.suite = fits.suite)) AS p JOIN applied AS a ON a.suite = fits.suite AND a.model = p.model;
.print -- as a bound parameter
.parameter set @fit "(SELECT fit FROM fits WHERE suite = 1)"
SELECT count(*), max(abs(a.predicted - p.predicted)) < 1e-12 FROM
  (SELECT model, krr_predict(@fit, question, score) AS predicted FROM answers WHERE suite = 1 GROUP BY model) AS p
  JOIN applied AS a ON a.suite = 1 AND a.model = p.model;
.parameter clear
.print -- the options are those of the fit
CREATE TABLE kinds AS
  SELECT 'poly' AS kind, krr_fit(m, '[1, 3, 5]', 'poly', 3, 2.5) AS fit FROM m WHERE suite = 1
  UNION ALL SELECT 'linear', krr_fit(m, '[1, 3, 5]', 'linear', NULL, 2.5) FROM m WHERE suite = 1
  UNION ALL SELECT 'rbf', krr_fit(m, '[1, 3, 5]', 'rbf', NULL, 2.5, 0.7) FROM m WHERE suite = 1
  UNION ALL SELECT 'ridge', ridge_fit(m, '[1, 3, 5]', 2.5) FROM m WHERE suite = 1;
SELECT kind, kernel, p.degree, p.alpha, p.gamma FROM kinds, krr_predict(fit, (SELECT score_matrix('n', question, 1) FROM r WHERE question IN (1, 3, 5))) AS p
 WHERE kind <> 'ridge';
SELECT kind, predictor FROM kinds, coreset_predict(fit, (SELECT score_matrix('n', question, 1) FROM r WHERE question IN (1, 3, 5)));
.print -- linear and ridge are one method
SELECT a.predicted - b.predicted BETWEEN -1e-12 AND 1e-12 FROM
  coreset_predict((SELECT fit FROM kinds WHERE kind = 'linear'), (SELECT score_matrix('n', column1, column1 = 3) FROM (VALUES(1), (3), (5)))) AS a,
  coreset_predict((SELECT fit FROM kinds WHERE kind = 'ridge'), (SELECT score_matrix('n', column1, column1 = 3) FROM (VALUES(1), (3), (5)))) AS b;
.print -- coreset_fit names the method, by name or in JSON; the same bytes
SELECT coreset_fit(m, '[1, 3, 5]') = krr_blup_irt_fit(m, '[1, 3, 5]'), coreset_fit(m, '[1, 3, 5]', 'ridge') = ridge_fit(m, '[1, 3, 5]'),
       coreset_fit(m, '[1, 3, 5]', 'krr', '{"kernel":"rbf","gamma":0.7,"alpha":2.5}') = krr_fit(m, '[1, 3, 5]', 'rbf', NULL, 2.5, 0.7),
       coreset_fit(m, '[1, 3, 5]', '{"predictor":"ridge","alpha":2.5}') = ridge_fit(m, '[1, 3, 5]', 2.5)
  FROM m WHERE suite = 1;
.print -- selecting and fitting in one statement
SELECT typeof(krr_fit(m, (SELECT mrmr_select(model, question, score, 3) FROM r WHERE suite = 1 AND model < 16))) FROM m WHERE suite = 1;
.print -- a target without any usable answer is a row with NULL; one that lacks a question is an error that names it
SELECT model, predicted IS NULL, answered, unknown FROM krr_predict((SELECT fit FROM kinds LIMIT 1),
  (SELECT score_matrix(column1, column2, column3) FROM (VALUES('a', 1, 1), ('a', 3, 0), ('a', 5, 0), ('a', 7, 0), ('b', 7, 1))));
SELECT model FROM krr_predict((SELECT fit FROM kinds LIMIT 1), (SELECT score_matrix('a', column1, 1) FROM (VALUES(1), (5))));
SELECT krr_predict((SELECT fit FROM kinds LIMIT 1), column1, 1) FROM (VALUES(1), (5));
.print -- FILTER, and no rows
SELECT krr_predict((SELECT fit FROM fits WHERE suite = 1), question, score) FILTER (WHERE suite = 1) =
       (SELECT predicted FROM applied WHERE suite = 1 AND model = 17) FROM answers WHERE model = 17;
SELECT krr_predict((SELECT fit FROM fits), question, score) IS NULL FROM answers WHERE 0;
.print -- a fit is no matrix and a matrix no fit
SELECT score_matrix_merge(fit) IS NULL FROM fits;
SELECT * FROM mrmr_select((SELECT fit FROM fits LIMIT 1), 2);
SELECT krr_fit(fit, '[1]') FROM fits;
SELECT krr_predict((SELECT m FROM m LIMIT 1), question, score) FROM answers;
.print -- a fit that changes within a group, here because the group is of both suites
SELECT krr_predict((SELECT fit FROM fits WHERE fits.suite = answers.suite), question, score) FROM answers WHERE model = 17;
SELECT krr_predict(CASE WHEN question < 12 THEN fit END, question, score) FROM answers, (SELECT fit FROM fits WHERE suite = 1) WHERE suite = 1 AND model = 17;
.print -- still usable
SELECT count(*) FROM (SELECT krr_predict((SELECT fit FROM fits WHERE suite = 0), question, score) FROM answers WHERE suite = 0 GROUP BY model);
.print -- intervals from a fit: those of the sources it was fitted to; none where it was fitted without; NULL level 0
CREATE TABLE both AS SELECT m.suite, m.m AS m, (SELECT json_group_array(question) FROM coreset WHERE coreset.suite = m.suite) AS coreset,
  (SELECT score_matrix(model, question, score) FROM answers WHERE answers.suite = m.suite) AS t FROM m;
SELECT a.suite, count(*), max(abs(a.lower - b.lower)) < 1e-12, max(abs(a.upper - b.upper)) < 1e-12
  FROM (SELECT suite, p.* FROM both, coreset_predict(coreset_fit(m, coreset), t) AS p) AS a
  JOIN (SELECT suite, p.* FROM both, coreset_predict(m, t) AS p) AS b USING (suite, model) GROUP BY a.suite;
SELECT count(*), max(abs(a.lower - b.lower)) < 1e-12, max(abs(a.upper - b.upper)) < 1e-12
  FROM (SELECT suite, p.* FROM both, krr_predict(krr_fit(m, coreset, 'poly', 3, NULL, NULL, '{"selector":"mrmr","scheme":"MIQ"}'), t) AS p WHERE p.level = 0.8) AS a
  JOIN (SELECT suite, p.* FROM both, krr_predict(m, t, 'poly', 3, NULL, NULL, '{"selector":"mrmr","scheme":"MIQ"}', 0.8) AS p) AS b USING (suite, model);
SELECT how, count(lower), round(avg(upper - lower), 6) FROM both, (SELECT 'fixed' AS how UNION ALL SELECT 'none' UNION ALL SELECT 'random'),
  ridge_predict(ridge_fit(m, coreset, NULL, how), t) GROUP BY 1 ORDER BY 1;
SELECT count(lower) FROM both, coreset_predict(coreset_fit(m, coreset), t) WHERE level = 0;
SELECT length(coreset_fit(m, coreset, 'mean', NULL, 'none')) < length(coreset_fit(m, coreset, 'mean', NULL, 'random')) FROM both WHERE suite = 1;
SELECT count(lower), count(*) FROM both, coreset_predict(m, t) WHERE selector = 'none';
SELECT coreset_fit(m, coreset, 'mean', NULL, 'best') FROM both;
SELECT ridge_fit(m, coreset, 1, 5) FROM both;
SELECT ridge_fit(m, coreset, 1, '{"selector":"mrmr","schema":1}') FROM both;
SELECT * FROM both, coreset_predict(coreset_fit(m, coreset), t, NULL, NULL, 'fixed');
SELECT * FROM both, krr_predict(krr_fit(m, coreset), t) WHERE selector = 'kriging';
SELECT DISTINCT selector, level FROM both, coreset_predict(coreset_fit(m, coreset), t);
SELECT DISTINCT selector, level, lower FROM both, coreset_predict(m, t) WHERE selector = 'none' AND level = 0.8;
SELECT coreset_predict((SELECT coreset_fit(m, coreset) FROM both WHERE suite = 1), CAST(question AS TEXT), score) FROM answers WHERE model = 17;
