-- Several suites.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 3600)
  SELECT CASE i % 3 WHEN 0 THEN 'math' WHEN 1 THEN 'code' ELSE 7 END AS suite, i / 90 AS model, i % 90 / 3 AS question,
         ((i * 7919 + i / 90 * 104729 + i % 3 * 31) % 1009) < 100 + 20 * (i / 90) + (i / 90 * 37 + i % 3 * 17) % 5 * 30 AS score FROM n;
CREATE TABLE s AS SELECT suite, score_matrix(model, question, score) AS m FROM r WHERE model % 4 > 0 GROUP BY suite;
CREATE TABLE coreset AS SELECT suite, question FROM s, coreset_select(m, 6);
CREATE TABLE answers AS SELECT suite, model, question, score FROM r JOIN coreset USING (suite, question) WHERE model % 4 = 0;
CREATE TABLE t AS SELECT suite, score_matrix(model, question, score) AS m FROM answers GROUP BY suite;
CREATE TABLE b AS SELECT (SELECT coreset_suites(suite, m) FROM s) AS s, (SELECT coreset_suites(suite, m) FROM t) AS t;
.print -- the order of rows is nothing; no rows are NULL
SELECT (SELECT coreset_suites(suite, m) FROM (SELECT * FROM s ORDER BY suite DESC)) = s FROM b;
SELECT coreset_suites(suite, m) IS NULL FROM s WHERE 0;
SELECT json_extract(coreset_info(s), '$.format', '$.version', '$.method'), json_array_length(coreset_info(s), '$.suites') FROM b;
SELECT json_extract(value, '$.suite', '$.value.format', '$.value.models') FROM b, json_each(coreset_info(s), '$.suites');
.print -- a row for every suite of every target, and the overall score
CREATE TABLE every AS SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b));
SELECT suite, model, round(predicted, 4), round(lower, 4), round(upper, 4), reach, round(observed, 4), answered, unknown, round(alone, 4) FROM every LIMIT 8;
SELECT count(*), count(suite), count(DISTINCT model), sum(lower <= predicted AND predicted <= upper), sum(predicted <> alone) FROM every;
.print -- alone is what coreset_predict says; where nothing pulls, the interval is too
SELECT count(*), sum(e.alone = p.predicted AND e.reach = p.reach AND e.observed = p.observed AND e.answered = p.answered),
       sum(e.predicted <> p.predicted OR (e.lower = p.lower AND e.upper = p.upper))
  FROM every AS e JOIN (SELECT s.suite, p.* FROM s JOIN t USING (suite), coreset_predict(s.m, t.m) AS p) AS p USING (suite, model);
.print -- the overall score is the weighted mean; a weight of 0 leaves a suite out
SELECT count(*) FROM every AS e JOIN (SELECT model, avg(predicted) AS p, avg(alone) AS a, sum(answered) AS n, avg(observed) AS o FROM every WHERE suite IS NOT NULL GROUP BY model) USING (model)
 WHERE suite IS NULL AND (abs(predicted - p) > 1e-12 OR abs(alone - a) > 1e-12 OR answered <> n OR abs(observed - o) > 1e-12);
CREATE TABLE weighted AS SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["math", 3], [7, 1.0], ["code", 0]]');
SELECT count(*), sum(abs(w.predicted - (3 * m.predicted + s.predicted) / 4) < 1e-12) FROM weighted AS w JOIN every AS m USING (model) JOIN every AS s USING (model)
 WHERE w.suite IS NULL AND m.suite = 'math' AND s.suite = 7;
SELECT count(*) FROM (SELECT * FROM weighted WHERE suite IS NOT NULL EXCEPT SELECT * FROM every);
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["math", 3e300], [7, 1e300], ["code", 0]]') EXCEPT SELECT * FROM weighted;
.print -- with it what is missing in a suite is no matter: its answers, or sources
SELECT count(*), count(predicted), count(lower), sum(abs(observed - o) < 1e-12), sum(abs(alone - a) < 1e-12)
  FROM coreset_predict_suites((SELECT s FROM b), (SELECT coreset_suites(suite, m) FROM t WHERE suite <> 'code'), '[["math", 1], [7, 1], ["code", 0]]') AS p
  JOIN (SELECT model, avg(observed) AS o, avg(alone) AS a FROM every WHERE suite <> 'code' GROUP BY model) USING (model) WHERE suite IS NULL;
SELECT count(*), count(lower) FROM coreset_predict_suites((SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(model, question, score) AS m FROM r
  WHERE model % 4 > 0 AND (suite <> 'code' OR model < 3) GROUP BY suite)), (SELECT coreset_suites(suite, m) FROM t WHERE suite <> 'code'), '[["math", 1], [7, 1], ["code", 0]]') WHERE suite IS NULL;
.print -- fits of the same coresets; levels; none of the order of rows
CREATE TABLE f AS SELECT coreset_suites(suite, fit) AS f FROM (SELECT suite, coreset_fit(m, (SELECT json_group_array(question) FROM coreset WHERE coreset.suite = s.suite)) AS fit FROM s);
SELECT count(*), sum(abs(f.predicted - e.predicted) < 1e-12 AND abs(f.lower - e.lower) < 1e-12 AND abs(f.upper - e.upper) < 1e-12 AND f.alone = e.alone)
  FROM coreset_predict_suites((SELECT f FROM f), (SELECT t FROM b)) AS f JOIN every AS e ON e.suite IS f.suite AND e.model = f.model;
SELECT count(*), sum(w.upper - w.lower >= e.upper - e.lower), sum(w.predicted = e.predicted)
  FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b)) AS w JOIN every AS e ON e.suite IS w.suite AND e.model = w.model WHERE w.level = 0.99;
SELECT * FROM every EXCEPT SELECT * FROM coreset_predict_suites(
  (SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(model, question, score) AS m FROM (SELECT * FROM r WHERE model % 4 > 0 ORDER BY score, question DESC) GROUP BY suite)),
  (SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(model, question, score) AS m FROM (SELECT * FROM answers ORDER BY question, model DESC) GROUP BY suite)));
SELECT DISTINCT weights, predictor, options, selector, level FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), NULL, 'krr', '{"alpha":1}', 'fixed', 0.8);
.print -- a suite that a target did not run, or of which all its answers are unknown
CREATE TABLE some AS SELECT coreset_suites(suite, m) AS t FROM (SELECT suite, score_matrix(model, question, score) AS m
  FROM (SELECT * FROM answers WHERE model <> 20 OR suite <> 'math' UNION ALL SELECT 'code', 99, question, NULL FROM answers UNION ALL SELECT 'code', 20, 'no question', 1) GROUP BY suite);
CREATE TABLE lacking AS SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM some));
SELECT suite, model, round(predicted, 4), round(lower, 4), round(upper, 4), reach, round(observed, 4), answered, unknown, round(alone, 4) FROM lacking WHERE model IN (20, 99);
SELECT count(*) FROM (SELECT * FROM lacking WHERE model NOT IN (20, 99) EXCEPT SELECT * FROM every);
SELECT DISTINCT suite, count(*) FROM coreset_predict_suites((SELECT s FROM b), (SELECT coreset_suites(suite, m) FROM t WHERE suite = 7)) WHERE answered = 0 GROUP BY suite;
.print -- one bundle has sources and targets; a target in one suite may be a source in another, whose score is known
CREATE TABLE one AS SELECT coreset_suites(suite, m) AS s FROM (SELECT suite, score_matrix(model, question, score) AS m
  FROM r WHERE model % 4 > 0 OR (suite = 'math' AND model = 8) OR (suite, question) IN (SELECT suite, question FROM coreset) GROUP BY suite);
CREATE TABLE both AS SELECT * FROM coreset_predict_suites((SELECT s FROM one));
SELECT suite, model, round(predicted, 4), round(lower, 4), round(upper, 4), reach, round(observed, 4), answered, round(alone, 4) FROM both WHERE model = 8;
SELECT (SELECT avg(score) FROM r WHERE suite = 'math' AND model = 8) = predicted FROM both WHERE suite = 'math' AND model = 8;
SELECT suite, count(*) FROM (SELECT suite, model FROM both EXCEPT SELECT suite, model FROM every);
.print -- one suite gives itself back
SELECT count(*), sum(predicted = alone) FROM coreset_predict_suites((SELECT coreset_suites(suite, m) FROM s WHERE suite = 7), (SELECT coreset_suites(suite, m) FROM t WHERE suite = 7));
.print -- scales of their own
SELECT count(*), sum(abs(x.predicted - 100 * e.predicted - 3) < 1e-6 AND abs(x.upper - 100 * e.upper - 3) < 1e-6)
  FROM coreset_predict_suites((SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(model, question, 3 + 100 * score) AS m FROM r WHERE model % 4 > 0 GROUP BY suite)),
    (SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(model, question, 3 + 100 * score) AS m FROM answers GROUP BY suite))) AS x JOIN every AS e ON e.suite IS x.suite AND e.model = x.model;
.print -- sources that lack a suite; too few in any two; too few for intervals
SELECT count(*), count(predicted), count(lower) FROM coreset_predict_suites((SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(model, question, score) AS m FROM r
  WHERE model % 4 > 0 AND NOT (suite = 7 AND model < 15) AND NOT (suite = 'code' AND model > 30) GROUP BY suite)), (SELECT t FROM b));
SELECT * FROM coreset_predict_suites((SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(suite || model, question, score) AS m FROM r WHERE model % 4 > 0 GROUP BY suite)), (SELECT t FROM b));
SELECT count(*), sum(predicted = alone), count(lower) FROM coreset_predict_suites((SELECT coreset_suites(column1, m) FROM s, (VALUES(1), (2)) WHERE suite = 7),
  (SELECT coreset_suites(column1, m) FROM t, (VALUES(1), (2)) WHERE suite = 7), NULL, 'krr', NULL, '{"selector":"mrmr","neighbors":25}');
.print -- errors of coreset_suites
SELECT coreset_suites(NULL, m) FROM s;
SELECT coreset_suites(1.5, m) FROM s LIMIT 1;
SELECT coreset_suites('math', NULL);
SELECT coreset_suites('math', 'no matrix');
SELECT coreset_suites('math', zeroblob(40));
SELECT coreset_suites('math', m) FROM s;
SELECT coreset_suites(suite, CAST(substr(m, 1, 100) AS BLOB)) FROM s;
SELECT coreset_suites('math', s) FROM b;
SELECT coreset_suites(column1, column2) FROM (VALUES(1, (SELECT m FROM s WHERE suite = 7)), (2, (SELECT coreset_fit(m, '[1, 2]') FROM s WHERE suite = 7)));
SELECT coreset_suites(column1, column2) FROM (VALUES(1, (SELECT coreset_fit(m, '[1, 2]') FROM s WHERE suite = 7)), (2, (SELECT m FROM s WHERE suite = 7)));
.print -- errors of coreset_predict_suites
SELECT * FROM coreset_predict_suites();
SELECT * FROM coreset_predict_suites(NULL);
SELECT * FROM coreset_predict_suites('no bundle');
SELECT * FROM coreset_predict_suites((SELECT m FROM s));
SELECT * FROM coreset_predict_suites((SELECT coreset_fit(m, '[1, 2]') FROM s));
SELECT * FROM coreset_predict_suites((SELECT s FROM b));
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT m FROM t));
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT f FROM f));
SELECT * FROM coreset_predict_suites((SELECT f FROM f));
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT coreset_suites('other', m) FROM t WHERE suite = 7));
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT coreset_suites('7', m) FROM t WHERE suite = 7));
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT coreset_suites(7, m) FROM (SELECT score_matrix('a', 'q', 1) AS m)));
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT coreset_suites(7, m) FROM s WHERE suite = 7));
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["math", 1], ["code", 1]]');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["math", 1], ["other", 1]]');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["math", 1], ["code", 1], ["math", 1]]');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["math", -1], ["code", 1], [7, 1]]');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["math", "much"], ["code", 1], [7, 1]]');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["math", 0], ["code", 0], [7, 0]]');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '{"math":1}');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), NULL, 'no predictor');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b)) WHERE selector = 'none';
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b)) WHERE level = 0;
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b)) WHERE level = 2;
SELECT * FROM coreset_predict_suites((SELECT f FROM f), (SELECT t FROM b), NULL, 'krr');
SELECT * FROM coreset_predict_suites((SELECT f FROM f), (SELECT t FROM b)) WHERE selector = 'fixed';
SELECT * FROM coreset_predict_suites((SELECT f FROM f), (SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(model, question, score) AS m FROM answers WHERE question > 3 GROUP BY suite)));
SELECT * FROM coreset_predict_suites((SELECT coreset_suites(suite, coreset_fit(m, (SELECT json_group_array(question) FROM coreset WHERE coreset.suite = s.suite), NULL, NULL, 'none')) FROM s), (SELECT t FROM b));
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["7", 1]]');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT t FROM b), '[["math", true]]');
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(iif(suite = 'math', CAST(model AS TEXT), model), question, score) AS m FROM answers GROUP BY suite)));
SELECT * FROM coreset_predict_suites((SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(iif(suite = 7, CAST(model AS TEXT), model), question, score) AS m FROM r WHERE model % 4 > 0 GROUP BY suite)), (SELECT t FROM b));
SELECT * FROM coreset_predict_suites((SELECT s FROM b), (SELECT coreset_suites(suite, m) FROM (SELECT suite, score_matrix(CAST(model AS TEXT), question, score) AS m FROM r WHERE suite = 7 AND model = 5 AND question < 20 GROUP BY suite)));
.print -- a bundle anywhere else
SELECT score_matrix_info(s) FROM b;
SELECT score_matrix_merge(s) FROM b;
SELECT * FROM score_matrix_cells((SELECT s FROM b));
SELECT * FROM coreset_select((SELECT s FROM b), 3);
SELECT * FROM coreset_predict((SELECT s FROM b), (SELECT t FROM b));
SELECT * FROM coreset_predict((SELECT m FROM s), (SELECT t FROM b));
SELECT * FROM coreset_compare((SELECT s FROM b), (SELECT t FROM b));
SELECT coreset_fit(s, '[1, 2]') FROM b;
SELECT coreset_predict(s, 1, 1) FROM b;
SELECT * FROM coreset_evaluate((SELECT s FROM b), 3);
.print -- damaged bundles
SELECT coreset_info(CAST(substr(s, 1, length(s) - 8) AS BLOB)) FROM b;
SELECT coreset_info(CAST(s || x'00' AS BLOB)) FROM b;
SELECT coreset_info(CAST(substr(s, 1, 60) || x'ff' || substr(s, 62) AS BLOB)) FROM b;
SELECT coreset_info(CAST('CoreSui' || zeroblob(200) AS BLOB));
SELECT coreset_info(CAST('CoreSui' || x'00' AS BLOB));
SELECT coreset_info(CAST('CoreSui' || zeroblob(1) || x'01000000' || zeroblob(4) || x'4000000000000000' || zeroblob(40) AS BLOB));
SELECT * FROM coreset_predict_suites(CAST((SELECT substr(s, 1, 500) FROM b) AS BLOB));
