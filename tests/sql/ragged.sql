-- Tables as ragged as people's: which models are sources, which questions the benchmark, and what is said of the rest.
CREATE TABLE r AS
  WITH RECURSIVE m(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM m LIMIT 24), q(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM q LIMIT 36)
  SELECT 'm' || printf('%02d', i) AS model, j AS question, ((i * 37 + j * 53 + i * j * 11) % 29 < i + j % 7) AS score FROM m, q;
CREATE TABLE ragged(name TEXT, m BLOB);
INSERT INTO ragged SELECT 'complete', score_matrix(model, question, score) FROM r;
.print -- two models that ran ten times as much as the others are sources on what all share
INSERT INTO ragged SELECT 'wide', score_matrix(model, question, score) FROM (SELECT * FROM r UNION ALL
  SELECT column1, value, (value * column2 % 7 < 3) FROM (VALUES('w1', 2), ('w2', 3)), generate_series(1, 400));
.print -- a question that one model answered; models that only ran last month's coreset; everyone's own third
INSERT INTO ragged SELECT 'lone', score_matrix(model, question, score) FROM (SELECT * FROM r UNION ALL SELECT 'm10', 999, 1);
INSERT INTO ragged SELECT 'month', score_matrix(model, question, score) FROM r WHERE model < 'm21' OR question IN (3, 8, 13, 21, 34);
INSERT INTO ragged SELECT 'sparse', score_matrix(model, question, score) FROM r WHERE (rowid * 2654435761 % 1000003) % 10 < 4;
.print -- two benchmarks in one table: the one that more models ran, for its size
INSERT INTO ragged SELECT 'two', score_matrix(model, question, score) FROM (SELECT * FROM r UNION ALL
  SELECT 'other' || (question % 5), 'x' || question || model, score FROM r WHERE model < 'm04');
SELECT name, role, count(*) FROM ragged, score_matrix_models(m) GROUP BY 1, 2;
SELECT name, role, count(*), sum(answered > 0) FROM ragged, score_matrix_questions(m) GROUP BY 1, 2;
.print -- every verb works on these alone
SELECT name, count(*), max(CASE WHEN typeof(question) = 'text' OR question > 36 THEN 1 ELSE 0 END) FROM ragged, coreset_select(m) GROUP BY 1;
SELECT name, k, count(*) FROM ragged, coreset_evaluate(m, '50%') WHERE seeds = 1 AND name <> 'sparse' GROUP BY 1;
SELECT name, json_extract(coreset_info(coreset_fit(m, '[3,8,13]', 'mean', NULL, 'none')), '$.models', '$.benchmark_questions') FROM ragged;
SELECT name, count(*), count(predicted), count(lower) FROM ragged, coreset_predict(m) WHERE name IN ('month', 'two') GROUP BY 1;
SELECT count(*) FROM ragged, coreset_predict(m, (SELECT score_matrix('new', question, score) FROM r WHERE model = 'm24' AND question IN (3, 8, 21))) WHERE name = 'month';
.print -- with two matrices, models of both are no sources, and do not shape the benchmark
SELECT model, answered, unknown FROM ragged, coreset_predict(m, (SELECT score_matrix(model, question, score) FROM (SELECT 'w1' AS model, question, score FROM r WHERE model = 'm01' UNION ALL SELECT 'w1', 400, 1))) WHERE name = 'wide';
.print -- nobody to predict
SELECT * FROM ragged, coreset_predict(m) WHERE name = 'complete';
SELECT * FROM ragged, coreset_predict(m, (SELECT score_matrix(model, question, score) FROM r WHERE model = 'nobody')) WHERE name = 'wide';
.print -- questions that are no part of the benchmark
SELECT * FROM ragged, coreset_select(m, 3) AS s WHERE name = 'lone' AND s.include = '[999]';
SELECT coreset_fit(m, '[1,999]') FROM ragged WHERE name = 'lone';
SELECT count(*) FROM ragged, coreset_select(m) AS s WHERE name = 'lone' AND s.exclude = '[999, 3]';
.print -- a number and the same number as text
CREATE TABLE twins AS SELECT score_matrix(model, CASE WHEN model < 'm13' THEN question ELSE CAST(question AS TEXT) END, score) AS m FROM r;
SELECT json_extract(score_matrix_info(m), '$.twins') FROM twins UNION ALL SELECT json_extract(score_matrix_info(m), '$.twins') FROM ragged;
SELECT count(*) FROM twins, coreset_select(m, 3);
SELECT count(*) FROM twins, coreset_evaluate(m, 3);
SELECT count(*) FROM twins, coreset_predict(m);
SELECT coreset_fit(m, '[1]') FROM twins;
SELECT coreset_select(model, CASE WHEN model < 'm13' THEN question ELSE CAST(question AS TEXT) END, score, 3) FROM r;
SELECT role, count(*) FROM twins, score_matrix_models(m) GROUP BY 1;
SELECT json_extract(score_matrix_info(score_matrix(model, q, score)), '$.twins'), json_array_length(coreset_select(model, q, score, 3))
  FROM (SELECT model, question AS q, score FROM r UNION ALL SELECT model, CAST(question AS TEXT), score FROM r WHERE question < 4);
SELECT * FROM ragged, coreset_select(m, 3) AS s WHERE name = 'complete' AND s.exclude = '["5"]';
SELECT * FROM ragged, coreset_select(m, 3) AS s WHERE name = 'complete' AND s.costs = '[["5", 2]]';
.print -- text that is wholly a number counts as that number, everywhere; and the hint fits what does not
SELECT score_matrix(model, question, score) = score_matrix(model, question, CAST(score AS TEXT)), score_matrix(model, question, ' ' || score || '.0') = score_matrix(model, question, score) FROM r;
SELECT count(*), max(k) FROM ragged, random_select(m, '3', '7') WHERE name = 'complete';
SELECT count(*) FROM ragged, mrmr_select(m, ' 4 ') AS s WHERE name = 'complete' AND s.neighbors = '5' AND s.budget = '3.5';
SELECT round(rmse('0.5', x), 3), round(kendall_tau(x, y), 3) FROM (SELECT '1' AS x, 2 AS y UNION ALL VALUES ('2', '4'), (3, '3e0'));
SELECT count(*) FROM ragged, krr_predict(m, (SELECT score_matrix('n', question, '1') FROM r WHERE question < 5)) AS p WHERE name = 'complete' AND p.degree = '3' AND p.alpha = '0.5' AND p.level = '0.8';
SELECT score_matrix(model, question, '') FROM r;
SELECT score_matrix(model, question, ' NaN ') FROM r;
SELECT score_matrix(model, question, 'n/a') FROM r;
SELECT score_matrix(model, question, 'True') FROM r;
SELECT score_matrix(model, question, 'NO') FROM r;
SELECT score_matrix(model, question, 'F') FROM r;
SELECT score_matrix(model, question, 'C') FROM r;
SELECT score_matrix(model, question, '0.5%') FROM r;
SELECT score_matrix(model, question, 'inf') FROM r;
SELECT score_matrix(model, question, x'0100000000000000') FROM r;
SELECT score_matrix(x'0100000000000000', question, 1) FROM r;
SELECT count(*) FROM ragged, random_select(CAST(m AS TEXT), 3) WHERE name = 'complete';
SELECT count(*) FROM ragged, random_select(m, x'0300000000000000') WHERE name = 'complete';
SELECT count(*) FROM ragged, mrmr_select(m, 3, 'MID', x'0300000000000000') WHERE name = 'complete';
.print -- one bad group gives NULL, with every method; table-valued functions say what is wrong
SELECT suite, coreset_select(model, question, score, 3), mrmr_select(model, question, score, 3), coreset_select(model, question, score, 3, 'random') IS NULL
  FROM (SELECT 'equal' AS suite, model, question, 1 AS score FROM r UNION ALL SELECT 'fine', * FROM r UNION ALL SELECT 'one model', * FROM r WHERE model = 'm01'
        UNION ALL SELECT 'one question', * FROM r WHERE question = 1 UNION ALL SELECT 'disjoint', * FROM r WHERE substr(model, 2) + 0 = question) GROUP BY suite;
SELECT mrmr_select(model, question, score, 3) FROM r WHERE model < 'm06';
SELECT coreset_select(model, question, score, 5000) = coreset_select(model, question, score), coreset_select(model, question, score, '100%') = coreset_select(model, question, score) FROM r;
SELECT coreset_select(model, question, score, 0) FROM r;
SELECT coreset_fit(NULL, '[1]') IS NULL, coreset_fit(m, NULL) IS NULL, krr_fit(NULL, NULL, 'poly') IS NULL FROM twins;
SELECT * FROM coreset_select((SELECT score_matrix(model, question, 1) FROM r), 3);
SELECT * FROM mrmr_select((SELECT score_matrix(model, question, score) FROM r WHERE model < 'm06'), 3);
.print -- many suites, of which one has all scores equal: coresets, fits and predictions of the others
CREATE TABLE many AS SELECT 'good' AS suite, 'm' || a.value AS model, b.value AS question, (a.value * b.value + a.value) % 7 < 3 AS score
    FROM json_each('[1,2,3,4,5,6,7,8,9]') AS a, json_each('[1,2,3,4,5,6,7,8,9,10]') AS b
  UNION ALL SELECT 'equal', 'm' || a.value, b.value, 1 FROM json_each('[1,2,3,4,5,6,7,8,9]') AS a, json_each('[1,2,3]') AS b;
CREATE TABLE many_fits AS SELECT suite, coreset_fit(score_matrix(model, question, score), coreset_select(model, question, score, 4)) AS fit FROM many GROUP BY suite;
SELECT suite, fit IS NULL FROM many_fits;
SELECT suite, model, predicted IS NOT NULL
  FROM many_fits JOIN (SELECT suite, score_matrix('new', question, question % 2) AS matrix FROM many GROUP BY suite) AS new USING (suite), coreset_predict(fit, new.matrix)
 WHERE fit IS NOT NULL;
SELECT suite, round(coreset_predict(fit, question, question % 2), 4) > 0 FROM many_fits JOIN (SELECT DISTINCT suite, question FROM many) USING (suite) GROUP BY suite;
