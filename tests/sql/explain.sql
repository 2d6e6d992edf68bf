-- Which answers moved a prediction: coreset_explain, against coreset_predict and plain SQL.
CREATE TABLE t AS WITH RECURSIVE n(i, draw) AS (VALUES(0, 20261124) UNION ALL
    SELECT i + 1, (draw * 1103515245 + 12345) % 2147483648 FROM n LIMIT 34 * 50)
  SELECT iif(i / 50 < 30, 'm', 'new') || (i / 50) AS model, i % 50 AS question,
         (draw >> 8) % 100 < i / 50 * 17 % 34 * 2 + i % 50 * 37 % 50 - 10 AS score FROM n;
CREATE TABLE m AS SELECT (SELECT score_matrix(model, question, score) FROM t WHERE model LIKE 'm%') AS source,
                         (SELECT score_matrix(model, question, score) FROM t WHERE model LIKE 'new%' AND question % 5 = 1) AS target;
SELECT model, question, score, round(expected, 6), round(contribution, 6)
  FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m)) ORDER BY abs(contribution) DESC, model, question LIMIT 4;
.print -- with every predictor contributions and one number add up to the predictions
SELECT name, count(*), max(rest) - min(rest) < 1e-13
  FROM (SELECT name, predicted - (SELECT sum(contribution) FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m), name) AS e WHERE e.model = p.model) AS rest
          FROM (SELECT DISTINCT name FROM coreset_methods WHERE kind = 'predictor'), coreset_predict((SELECT source FROM m), (SELECT target FROM m), name) AS p WHERE level = 0)
 GROUP BY name;
.print -- that number is the prediction of a target all of whose answers are as expected
WITH e AS MATERIALIZED (SELECT * FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m), 'ridge', '{"alpha":0.5}')),
  average AS (SELECT score_matrix('average', question, expected) AS target FROM e WHERE model = 'new30')
SELECT abs(p.predicted + (SELECT sum(contribution) FROM e WHERE model = 'new31') - q.predicted) < 1e-13
  FROM ridge_predict((SELECT source FROM m), (SELECT target FROM average), 0.5) AS p,
       ridge_predict((SELECT source FROM m), (SELECT target FROM m), 0.5) AS q WHERE q.model = 'new31';
.print -- expected is the mean of the sources, score the answer, contributions of the plain mean are theirs divided by their number
SELECT count(*), sum(e.score = t.score), max(abs(expected - (SELECT avg(score) FROM t WHERE t.question = e.question AND model LIKE 'm%'))) < 1e-14,
       max(abs(contribution - (e.score - expected) / 10)) < 1e-14
  FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m), 'mean') AS e JOIN t USING (model, question);
.print -- the order of rows makes no difference to the last bit
WITH orders AS MATERIALIZED (
  SELECT 1 AS number, score_matrix(model, question, score) AS target FROM (SELECT * FROM t WHERE model LIKE 'new%' AND question % 5 = 1 ORDER BY question DESC)
   UNION ALL SELECT 2, score_matrix(model, question, score) FROM (SELECT * FROM t WHERE model LIKE 'new%' AND question % 5 = 1 ORDER BY score, model))
SELECT count(*), count(DISTINCT rows) FROM (
  SELECT group_concat(printf('%s %d %.17g', model, question, contribution)) AS rows
    FROM orders CROSS JOIN coreset_explain((SELECT source FROM m), orders.target) GROUP BY number);
.print -- one matrix; answers that nobody knows, and a target without any that helps, have no rows
CREATE TABLE odd AS SELECT * FROM t WHERE model LIKE 'm%' OR question % 5 = 1;
INSERT INTO odd VALUES ('new30', 99, 1), ('nobody', 99, 1);
SELECT model, count(*), max(question) FROM coreset_explain((SELECT score_matrix(model, question, score) FROM odd)) GROUP BY model;
.print -- targets that answered different questions
SELECT model, count(*), round(sum(contribution), 6) FROM coreset_explain((SELECT source FROM m),
  (SELECT score_matrix(model, question, score) FROM t WHERE model LIKE 'new%' AND (question + length(model) + substr(model, 5)) % 4 = 1)) GROUP BY model;
.print -- a fit says the same
CREATE TABLE f AS SELECT coreset_fit(source, (SELECT json_group_array(question) FROM (SELECT DISTINCT question FROM t WHERE question % 5 = 1)), 'krr_blup', NULL, 'none') AS fit FROM m;
SELECT count(*), max(abs(f.contribution - e.contribution)) < 1e-12, max(abs(f.expected - e.expected)) < 1e-14
  FROM coreset_explain((SELECT fit FROM f), (SELECT target FROM m)) AS f
  JOIN coreset_explain((SELECT source FROM m), (SELECT target FROM m), 'krr_blup') AS e USING (model, question);
.print -- scores on another scale
SELECT max(abs(a.contribution - (b.contribution / 100))) < 1e-12, max(abs(a.expected * 100 - 50 - b.expected)) < 1e-11
  FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m)) AS a
  JOIN coreset_explain((SELECT score_matrix(model, question, 100 * score - 50) FROM t WHERE model LIKE 'm%'),
                       (SELECT score_matrix(model, question, 100 * score - 50) FROM t WHERE model LIKE 'new%' AND question % 5 = 1)) AS b USING (model, question);
.print -- inputs in force
SELECT DISTINCT predictor, options FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m), 'KRR', '{"degree":3}');
SELECT DISTINCT predictor FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m));
.print -- what is refused
SELECT * FROM coreset_explain;
SELECT * FROM coreset_explain(NULL);
SELECT * FROM coreset_explain((SELECT source FROM m));
SELECT * FROM coreset_explain((SELECT source FROM m), 5);
SELECT * FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m), 'guess');
SELECT * FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m), 'krr', '{"alpha":-1}');
SELECT * FROM coreset_explain((SELECT source FROM m), (SELECT target FROM m), NULL, NULL, 'mrmr');
SELECT * FROM coreset_explain((SELECT source FROM m), (SELECT score_matrix('x', 'y', 1)));
SELECT * FROM coreset_explain((SELECT source FROM m), (SELECT score_matrix('x', 1, 30)));
SELECT * FROM coreset_explain((SELECT fit FROM f), (SELECT score_matrix('x', 1, 1)));
SELECT * FROM coreset_explain((SELECT fit FROM f), (SELECT target FROM m), NULL, '{"alpha":1}');
