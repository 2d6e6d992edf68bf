-- What the owner of a benchmark must know of its questions: coreset_items, against plain SQL.
CREATE TABLE t AS WITH RECURSIVE n(i, draw) AS (VALUES(0, 20261124) UNION ALL
    SELECT i + 1, (draw * 1103515245 + 12345) % 2147483648 FROM n LIMIT 40 * 60)
  SELECT 'm' || (i / 60) AS model, i % 60 AS question, (draw >> 8) % 100 < i / 60 * 17 % 40 * 2 + i % 60 * 37 % 60 - 20 AS score FROM n;
UPDATE t SET score = 1 - score WHERE question = 17; -- its label is wrong
UPDATE t SET score = 1 WHERE question = 23;
UPDATE t SET score = (SELECT score FROM t AS o WHERE o.model = t.model AND o.question = 11) WHERE question IN (30, 44);
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM t;
SELECT question, answered, mean, round(discrimination, 6), round(p_value, 6), constant_among_best, duplicate_of
  FROM coreset_items((SELECT m FROM m)) WHERE question IN (11, 17, 23, 30, 44);
.print -- numbers are those of score_matrix_questions and of plain SQL
SELECT count(*), max(abs(i.mean - q.mean)) < 1e-15, max(abs(i.discrimination - q.discrimination)) < 1e-12
  FROM m, coreset_items(m.m) AS i JOIN score_matrix_questions(m.m) AS q USING (question, answered);
WITH best AS (SELECT model FROM t GROUP BY model ORDER BY avg(score) DESC, model LIMIT 10)
SELECT sum(constant_among_best), sum(constant_among_best = (SELECT min(score) = max(score) FROM t JOIN best USING (model) WHERE t.question = i.question))
  FROM coreset_items((SELECT m FROM m)) AS i;
.print -- p values of correlations without any are even: a tenth is below a tenth
WITH RECURSIVE n(i, draw) AS (VALUES(0, 5) UNION ALL SELECT i + 1, (draw * 1103515245 + 12345) % 2147483648 FROM n LIMIT 30 * 2000),
  noise AS (SELECT i / 2000 AS model, i % 2000 AS question, (draw >> 8) % 65536 / 65536.0 AS score FROM n)
SELECT round(avg(p_value < 0.1), 1), round(avg(p_value < 0.5), 1), count(duplicate_of) FROM coreset_items((SELECT score_matrix(model, question, score) FROM noise));
.print -- best: a count, a percentage, the value in force
SELECT best, sum(constant_among_best) FROM coreset_items((SELECT m FROM m), 2);
SELECT best, sum(constant_among_best) FROM coreset_items((SELECT m FROM m)) WHERE best = '50%';
SELECT best, sum(constant_among_best) FROM coreset_items((SELECT m FROM m), '0.1%');
SELECT best, sum(constant_among_best) FROM coreset_items((SELECT m FROM m), NULL);
SELECT best, sum(constant_among_best) FROM coreset_items((SELECT m FROM m), '40');
.print -- the order of rows makes no difference to the last bit
WITH orders AS MATERIALIZED (
  SELECT 1 AS number, score_matrix(model, question, score) AS matrix FROM (SELECT * FROM t ORDER BY score, model)
   UNION ALL SELECT 2, score_matrix(model, question, score) FROM (SELECT * FROM t ORDER BY question DESC))
SELECT count(*), count(DISTINCT rows) FROM (
  SELECT group_concat(printf('%d %.17g %.17g %.17g %d %s', question, mean, discrimination, p_value, constant_among_best, duplicate_of)) AS rows
    FROM orders CROSS JOIN coreset_items(orders.matrix) GROUP BY number);
.print -- ragged: those who answered; a duplicate is one among the models that answered both
WITH holes AS (SELECT model, question, iif(rowid * 7919 % 101 < 10, NULL, score) AS score FROM t)
SELECT question, answered, round(mean, 6), round(discrimination, 6), duplicate_of
  FROM coreset_items((SELECT score_matrix(model, question, score) FROM holes)) WHERE question IN (11, 17, 23, 30, 44);
.print -- questions that hardly anybody answered are not of the benchmark
SELECT count(*), max(question) FROM coreset_items((SELECT score_matrix(model, question, score) FROM (SELECT * FROM t UNION ALL SELECT 'm1', 999, 1)));
.print -- ids of both types
SELECT typeof(question), count(*), group_concat(quote(duplicate_of)) FROM coreset_items((
  SELECT score_matrix(model, iif(question % 2, 'q' || question, question), score) FROM t)) GROUP BY 1;
.print -- what is refused
SELECT * FROM coreset_items((SELECT m FROM m), 1);
SELECT * FROM coreset_items((SELECT m FROM m), 0);
SELECT * FROM coreset_items((SELECT m FROM m), 41);
SELECT * FROM coreset_items((SELECT m FROM m), -3);
SELECT * FROM coreset_items((SELECT m FROM m), '101%');
SELECT * FROM coreset_items((SELECT m FROM m), '0%');
SELECT * FROM coreset_items((SELECT m FROM m), 2.5);
SELECT * FROM coreset_items((SELECT m FROM m), 'all');
SELECT * FROM coreset_items;
SELECT * FROM coreset_items(NULL);
SELECT * FROM coreset_items(x'00');
SELECT * FROM coreset_items((SELECT coreset_fit(m, '[1,2]', 'mean', NULL, 'none') FROM m));
SELECT * FROM coreset_items((SELECT score_matrix('only', question, score) FROM t WHERE model = 'm1'));
SELECT * FROM coreset_items((SELECT score_matrix(model, iif(model < 'm2', question, '' || question), score) FROM t));
