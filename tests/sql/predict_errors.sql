-- What prediction refuses; the connection stays usable.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 200)
  SELECT i / 20 AS model, i % 20 AS question, ((i * 7919 + i / 20 * 104729) % 1009) < 200 + 60 * (i / 20) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
CREATE TABLE t AS SELECT score_matrix('new', question, score) AS m FROM r WHERE model = 3 AND question < 5;
CREATE TABLE f AS SELECT krr_fit(m, '[1, 2, 3]') AS f FROM m;
.print -- options
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t), 'sigmoid');
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t), 'poly', 0);
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t), 'poly', 9);
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t), 'poly', 1.5);
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t), 'poly', 2, -1);
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t), 'poly', 2, 'auto');
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t), 'rbf', 2, 1, 0);
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t), 'rbf', 2, 1, 9e999);
SELECT * FROM ridge_predict((SELECT m FROM m), (SELECT m FROM t), -0.5);
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t)) WHERE level = 1;
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t)) WHERE level = -0.1;
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t)) WHERE level = 'high';
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM t)) WHERE selector = 'best';
SELECT count(*) FROM krr_predict((SELECT m FROM m), (SELECT m FROM t)) WHERE selector IN ('fixed', '{"selector":"mrmr","scheme":"MIQ"}');
SELECT * FROM coreset_predict((SELECT m FROM m), (SELECT m FROM t), 'magic');
SELECT * FROM coreset_predict((SELECT m FROM m), (SELECT m FROM t), 'krr') WHERE options = '{"slope":1}';
SELECT * FROM coreset_predict((SELECT m FROM m), (SELECT m FROM t), 'ridge') WHERE options = '{"kernel":"poly"}';
.print -- matrices
SELECT * FROM krr_predict(NULL, (SELECT m FROM t));
SELECT * FROM krr_predict('x', (SELECT m FROM t));
SELECT * FROM krr_predict((SELECT m FROM m), 5);
SELECT * FROM krr_predict((SELECT m FROM m), x'00');
SELECT * FROM krr_predict((SELECT score_matrix('a', question, score) FROM r WHERE model = 1), (SELECT m FROM t));
SELECT * FROM krr_predict((SELECT score_matrix(model, question, score) FROM r WHERE question = 1), (SELECT m FROM t));
SELECT * FROM krr_predict((SELECT score_matrix(model, question, 1) FROM r), (SELECT m FROM t));
SELECT * FROM krr_predict((SELECT score_matrix(model, question, score) FROM r WHERE model <> 2 OR question < 9), (SELECT m FROM t));
.print -- no question in common; ids that differ in type
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT score_matrix('new', question + 100, score) FROM r));
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT score_matrix('new', CAST(question AS TEXT), score) FROM r WHERE model = 1));
SELECT * FROM krr_predict((SELECT score_matrix(model, 'q' || question, score) FROM r), (SELECT score_matrix('new', question, score) FROM r WHERE model = 1));
SELECT * FROM krr_predict((SELECT f FROM f), (SELECT score_matrix('new', CAST(question AS TEXT), score) FROM r WHERE model = 1));
.print -- fits
SELECT krr_fit((SELECT m FROM m), '[]');
SELECT krr_fit((SELECT m FROM m), '[1, 1]');
SELECT krr_fit((SELECT m FROM m), '[1, "1"]');
SELECT krr_fit((SELECT m FROM m), '[1, 77]');
SELECT krr_fit((SELECT m FROM m), 'q1');
SELECT krr_fit((SELECT m FROM m), NULL);
SELECT krr_fit(NULL, '[1]');
SELECT krr_fit((SELECT m FROM m), '[1]', 'cubic');
SELECT krr_fit((SELECT m FROM m), '[1]', 'poly', 2, -3);
SELECT coreset_fit((SELECT m FROM m), '[1]', 'magic');
SELECT krr_predict('x', question, score) FROM r WHERE model = 1;
SELECT krr_predict(NULL, question, score) FROM r WHERE model = 1;
SELECT krr_predict((SELECT m FROM m), question, score) FROM r WHERE model = 1;
SELECT ridge_predict((SELECT f FROM f), question, score) FROM r WHERE model = 1;
SELECT krr_predict((SELECT f FROM f), question, score) FROM r WHERE model = 1 AND question <> 2;
SELECT krr_predict((SELECT f FROM f), question, NULL) FROM r WHERE model = 1;
SELECT krr_predict(CASE WHEN question < 9 THEN f ELSE krr_fit(m, '[1, 2, 4]') END, question, score) FROM r, f, m WHERE model = 1;
SELECT krr_predict((SELECT f FROM f), question, 'right') FROM r WHERE model = 1;
SELECT krr_predict((SELECT f FROM f), 1.5, score) FROM r WHERE model = 1;
SELECT krr_predict((SELECT CAST(substr(f, 1, length(f) - 1) AS BLOB) FROM f), question, score) FROM r WHERE model = 1;
SELECT krr_predict((SELECT CAST(substr(f, 1, 90) || x'07' || substr(f, 92) AS BLOB) FROM f), question, score) FROM r WHERE model = 1;
SELECT * FROM krr_predict((SELECT f FROM f));
SELECT * FROM krr_predict((SELECT f FROM f), (SELECT score_matrix('new', question, score) FROM r WHERE model = 1 AND question < 3));
SELECT * FROM ridge_predict((SELECT f FROM f), (SELECT m FROM t));
.print -- still usable
SELECT model, answered FROM krr_predict((SELECT m FROM m), (SELECT m FROM t));
