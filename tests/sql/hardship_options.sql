-- Hard scores again, of kinds that hardship.sql lacks, with every method, option at its limits, level and from fits: finite numbers and intervals
-- that hold their predictions, or a sentence.
CREATE TABLE base AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 240)
  SELECT i / 12 AS model, i % 12 AS question, (i * 7919 + i / 12 * 104729 + i % 12 * 31) % 1009 < 150 + 40 * (i / 12) AS score,
         ((i * 7919 + i / 12 * 104729) % 1009 + 40 * (i / 12)) / 2000.0 AS rate FROM n;
CREATE TABLE hard(name, model, question, score, weight);
INSERT INTO hard SELECT 'all models equal', model, question, question % 3 = 1, 1 FROM base;
INSERT INTO hard SELECT 'all models equal, rates', model, question, (1 + question) / 13.0, 1 FROM base;
INSERT INTO hard SELECT 'all questions equal', model, question, model % 3 = 1, 1 FROM base;
INSERT INTO hard SELECT 'all questions equal, rates', model, question, (1 + model) / 21.0, 1 FROM base;
INSERT INTO hard SELECT 'condition 1e16', model, question, (model + 1) * (question + 1) / 300.0 + rate * 1e-16, 1 FROM base;
INSERT INTO hard SELECT 'the last bits', model, question, 1 + (model * question % 3) * 2.220446049250313e-16, 1 FROM base;
INSERT INTO hard SELECT 'the last bit of 1e288', model, question, 1e288 * (1 - score * 1.1102230246251565e-16), 1 FROM base;
INSERT INTO hard SELECT 'one of 1e288', model, question, CASE WHEN model = 3 AND question = 4 THEN 1e288 ELSE 0 END, 1 FROM base;
INSERT INTO hard SELECT 'the smallest normal', model, question, 2.2250738585072014e-308 * (1 + rate), 1 FROM base;
INSERT INTO hard SELECT 'magnitudes by question', model, question, rate * CAST('1e' || (45 * question - 300) AS REAL), 1 FROM base;
INSERT INTO hard SELECT 'weights 1e-300 to 1e300', model, question, score, CAST('1e' || (54 * question - 300) AS REAL) FROM base;
INSERT INTO hard SELECT 'weights 1e-300 to 1e300, rates', model, question, rate, CAST('1e' || (54 * question - 300) AS REAL) FROM base;
INSERT INTO hard SELECT 'subnormal weights', model, question, score, 4.9e-324 FROM base;
INSERT INTO hard SELECT 'large weights', model, question, score, 9e306 FROM base;
INSERT INTO hard SELECT 'the weight of one question', model, question, rate, question = 5 FROM base;
INSERT INTO hard SELECT 'holes', model, question, CASE WHEN (model + 2 * question) % 4 > 0 THEN score END, 1 FROM base;
INSERT INTO hard SELECT 'holes, rates', model, question, CASE WHEN (model + 2 * question) % 4 > 0 THEN rate END, 1 FROM base;
INSERT INTO hard SELECT 'trials', model, question, score, 1 FROM base UNION ALL SELECT 'trials', model, question, 1 - score, 1 FROM base WHERE (model + question) % 2;
INSERT INTO hard SELECT 'from -0 to 0', model, question, CASE WHEN score THEN -0.0 ELSE 4.9e-324 END, 1 FROM base;
INSERT INTO hard SELECT 'half of the models', model, question, model % 2 = 0 OR question = 2, 1 FROM base;
CREATE TABLE matrices AS SELECT name, score_matrix(model, question, score, weight) FILTER (WHERE model < 15) AS s, score_matrix(model, question, score, weight) AS m,
  score_matrix(model, question, score, weight) FILTER (WHERE model >= 15 AND question % 3 = 1) AS t FROM hard GROUP BY name;
CREATE TABLE targets AS SELECT m.name, model FROM matrices AS m, score_matrix_models(m.t);
CREATE TABLE selectors AS SELECT DISTINCT name AS selector FROM coreset_methods WHERE kind = 'selector';
CREATE TABLE predictors AS SELECT DISTINCT name AS predictor FROM coreset_methods WHERE kind = 'predictor';
SELECT count(*), count(DISTINCT name), count(s), count(t) FROM matrices;
.print -- every selector ranks all questions, with numbers that are finite
SELECT name, min(ranked), max(ranked), sum(odd) FROM (SELECT m.name, s.selector, count(DISTINCT question) AS ranked,
    sum(NOT (abs(ifnull(relevance, 0)) < 9e999 AND abs(ifnull(redundancy, 0)) < 9e999 AND abs(ifnull(objective, 0)) < 9e999 AND ifnull(remaining_sd, 0) BETWEEN 0 AND 9e307)) AS odd
  FROM matrices AS m, selectors AS s, coreset_select(m.s, NULL, s.selector) GROUP BY 1, 2) GROUP BY name;
.print -- every estimator, scheme and number of neighbours of mrmr that the scores allow
SELECT m.name, count(*), count(objective) FROM matrices AS m, (VALUES('MID'), ('MIQ'), ('MI')) AS scheme, (VALUES(1), (6)) AS neighbors,
  mrmr_select(m.s, 5, scheme.column1, neighbors.column1) GROUP BY m.name;
SELECT m.name, count(*), sum(abs(objective) < 9e999) FROM matrices AS m, (VALUES(1), (9)) AS neighbors, mrmr_select(m.s, 5, 'MIQ', neighbors.column1, 'lnc')
 WHERE NOT json_extract(score_matrix_info(m.s), '$.binary') AND m.name <> 'trials' GROUP BY m.name;
.print -- every predictor at every level and however the questions came about; then what does not hold
CREATE TABLE results AS SELECT m.name, p.predictor, how.column1 AS how, level.column1 AS level, model, predicted, lower, upper
  FROM matrices AS m, predictors AS p, (VALUES(0.5), (0.9999999999999998)) AS level, (VALUES('random'), (NULL)) AS how,
       coreset_predict(m.s, m.t, p.predictor, NULL, how.column1, level.column1);
SELECT name, count(*), count(predicted), sum(abs(predicted) < 9e307), sum(lower <= predicted AND predicted <= upper), count(lower), count(upper) FROM results GROUP BY name;
SELECT * FROM results WHERE NOT (lower <= predicted AND predicted <= upper) OR (lower IS NULL) <> (upper IS NULL);
.print -- a higher level is never narrower
SELECT count(*), sum(b.lower <= a.lower AND a.upper <= b.upper) FROM results AS a JOIN results AS b USING (name, predictor, model)
 WHERE a.how IS b.how AND a.level < b.level AND a.lower IS NOT NULL;
.print -- regressions with options at their limits
CREATE TABLE options(option);
INSERT INTO options SELECT json_object('kernel', 'poly', 'degree', degree.column1, 'alpha', alpha.column1)
  FROM (VALUES(1), (8)) AS degree, (VALUES(0), (4.9e-324), (1.7e308)) AS alpha;
INSERT INTO options SELECT json_object('kernel', 'rbf', 'gamma', gamma.column1, 'alpha', alpha.column1)
  FROM (VALUES(4.9e-324), (1e300)) AS gamma, (VALUES(0), (1.7e308), (NULL)) AS alpha;
INSERT INTO options SELECT json_object('kernel', 'linear', 'alpha', alpha.column1) FROM (VALUES(0), (4.9e-324), (1.7e308)) AS alpha;
CREATE TABLE optional AS SELECT m.name, option, predicted, lower, upper FROM matrices AS m, options, coreset_predict(m.s, m.t, 'krr', option, 'fixed', 0.9);
SELECT name, count(*), sum(abs(predicted) < 9e307), sum(lower <= predicted AND predicted <= upper), count(lower) FROM optional GROUP BY name;
SELECT * FROM optional WHERE NOT (lower <= predicted AND predicted <= upper) OR (lower IS NULL) <> (upper IS NULL) OR predicted IS NULL;
.print -- fits of every method give what the matrix gives, intervals too
CREATE TABLE fits AS SELECT name, predictor, coreset_fit(s, '[1,4,7,10]', predictor, NULL, 'random') AS fit FROM matrices, predictors;
SELECT f.name, count(*), sum(abs(a.predicted) < 9e307), sum(a.lower <= a.predicted AND a.predicted <= a.upper), count(a.lower),
       sum(abs(a.predicted - r.predicted) <= 1e-9 * abs(r.predicted) + 1e-12)
  FROM fits AS f JOIN matrices AS m USING (name), coreset_predict(f.fit, m.t, NULL, NULL, NULL, 0.5) AS a
  JOIN results AS r ON r.name = f.name AND r.predictor = f.predictor AND r.model = a.model AND r.how = 'random' AND r.level = 0.5
 WHERE f.name NOT LIKE 'holes%' GROUP BY f.name;
.print -- evaluation: finite errors, coverage a share
SELECT m.name, count(*), sum(rmse BETWEEN 0 AND 9e307 AND mae BETWEEN 0 AND 9e307), sum(coverage BETWEEN 0 AND 1), count(coverage), sum(abs(pearson_r) > 1 OR abs(kendall_tau) > 1)
  FROM matrices AS m, predictors AS p, coreset_evaluate(m.m, '[3, 9]', 'random', p.predictor, NULL, NULL, 1) GROUP BY m.name;
.print -- what nothing can be made of
SELECT score_matrix(model, question, 1e308) FROM base;
SELECT score_matrix(model, question, -1.7976931348623157e308) FROM base;
SELECT count(*) FROM coreset_select((SELECT score_matrix(model, question, 1e288) FROM base), 2);
SELECT count(*) FROM coreset_select((SELECT score_matrix(model, question, score, 1.7e308) FROM base), 2);
SELECT count(*) FROM coreset_predict((SELECT score_matrix(model, question, score, 1.7e308) FROM base), (SELECT score_matrix('new', 1, 1)));
SELECT count(mean) FROM score_matrix_models((SELECT score_matrix(model, question, score, 1.7e308) FROM base));
SELECT count(*) FROM coreset_predict((SELECT s FROM matrices WHERE name = 'the smallest normal'), (SELECT score_matrix('new', 1, 1e288)));
SELECT mae(x, -x), rmse(x, -x) FROM (SELECT 1e308 AS x UNION ALL VALUES(1));
.print -- statistics of pairs: largest, smallest, last bits
SELECT round(pearson_r(x, -x), 12), round(spearman_rho(x, -x), 12), round(kendall_tau(x, -x), 12) FROM (SELECT 1.7976931348623157e308 AS x UNION ALL VALUES(-1e308), (1), (5e-324));
SELECT round(pearson_r(x, x), 12), round(spearman_rho(x, x), 12), rmse(x, 2 * x) > 0 FROM (SELECT 4.9e-324 AS x UNION ALL VALUES(9.8e-324), (3e-323), (0));
SELECT round(pearson_r(x, -x), 12), round(kendall_tau(x, -x), 12), mutual_info(x, x) > 0 FROM (SELECT 1.0 AS x UNION ALL VALUES(1.0000000000000002), (1.0000000000000004), (1.0000000000000007));
