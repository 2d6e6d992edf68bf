-- The same arguments run once for a statement: rows that are read again are the rows.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 600)
  SELECT i / 30 AS model, i % 30 AS question, ((i * 7919 + i / 30 * 104729) % 1009) < 200 + 30 * (i / 30) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
CREATE TABLE t AS SELECT score_matrix('new ' || model, question, score) AS t FROM r WHERE question < 4 + model % 3;
CREATE TABLE chosen AS SELECT rank, question, round(objective, 9) AS objective FROM mrmr_select((SELECT m FROM m), 8);
CREATE TABLE predicted AS SELECT model, round(predicted, 9) AS predicted, answered, round(alpha, 9) AS alpha, round(lower, 9) AS lower
  FROM krr_predict((SELECT m FROM m), (SELECT t FROM t));
.print -- LEFT JOIN, EXISTS, a scalar subquery: as from a table
SELECT count(*), count(rank), sum(rank), round(sum(objective), 6) FROM r LEFT JOIN chosen USING (question);
SELECT count(*), count(rank), sum(rank), round(sum(objective), 6) FROM r LEFT JOIN mrmr_select((SELECT m FROM m), 8) AS s USING (question);
SELECT count(*), sum(question) FROM r WHERE EXISTS (SELECT 1 FROM chosen WHERE chosen.question = r.question AND rank > 3);
SELECT count(*), sum(question) FROM r WHERE EXISTS (SELECT 1 FROM mrmr_select((SELECT m FROM m), 8) AS s WHERE s.question = r.question AND rank > 3);
SELECT sum((SELECT rank FROM chosen WHERE chosen.question = r.question)) FROM r;
SELECT sum((SELECT rank FROM mrmr_select((SELECT m FROM m), 8) AS s WHERE s.question = r.question)) FROM r;
SELECT count(*) FROM r WHERE question NOT IN (SELECT question FROM mrmr_select((SELECT m FROM m), 8));
.print -- a function joined with itself stands at two rows at once: every output, and inputs whose value in force each row has of its own
SELECT count(*), sum(a.model = b.model), sum(round(a.predicted, 9) = b.predicted), sum(a.answered = b.answered)
  FROM krr_predict((SELECT m FROM m), (SELECT t FROM t)) AS a, predicted AS b WHERE a.model = b.model;
SELECT count(*), count(DISTINCT x.alpha), sum(x.alpha = a.alpha), sum(y.alpha = b.alpha), sum(x.predicted = a.predicted), sum(y.predicted = b.predicted)
  FROM (SELECT model, round(predicted, 9) AS predicted, round(alpha, 9) AS alpha FROM krr_predict((SELECT m FROM m), (SELECT t FROM t))) AS x,
       (SELECT model, round(predicted, 9) AS predicted, round(alpha, 9) AS alpha FROM krr_predict((SELECT m FROM m), (SELECT t FROM t))) AS y,
       predicted AS a, predicted AS b WHERE a.model = x.model AND b.model = y.model;
SELECT count(*), sum(a.score = b.score) FROM score_matrix_cells((SELECT m FROM m)) AS a, score_matrix_cells((SELECT m FROM m)) AS b
 WHERE a.model = b.model AND a.question = b.question;
SELECT count(*), sum(a.mean = b.mean), sum(a.discrimination = b.discrimination) FROM score_matrix_questions((SELECT m FROM m)) AS a, score_matrix_questions((SELECT m FROM m)) AS b
 WHERE a.question = b.question;
SELECT count(*), sum(a.mean = b.mean) FROM score_matrix_models((SELECT m FROM m)) AS a, score_matrix_models((SELECT m FROM m)) AS b WHERE a.model = b.model;
SELECT count(*) FROM coreset_methods AS a, coreset_methods AS b WHERE a.name = b.name AND a.option IS b.option AND a.choices IS b.choices AND a.summary = b.summary;
SELECT count(*), sum(a.rmse = b.rmse) FROM coreset_evaluate((SELECT m FROM m), 5, 'random', 'mean') AS a, coreset_evaluate((SELECT m FROM m), 5, 'random', 'mean') AS b
 WHERE a.seed = b.seed;
.print -- intervals, where one reads them and the other does not
SELECT count(*), sum(round(b.lower, 9) = p.lower), sum(round(a.predicted, 9) = p.predicted)
  FROM krr_predict((SELECT m FROM m), (SELECT t FROM t)) AS a CROSS JOIN krr_predict((SELECT m FROM m), (SELECT t FROM t)) AS b CROSS JOIN predicted AS p
 WHERE a.model = b.model AND a.model = p.model;
.print -- who reads a few rows, then more, then fewer
SELECT i, (SELECT question FROM mrmr_select((SELECT m FROM m), 8) WHERE rank = i) = (SELECT question FROM chosen WHERE rank = i)
  FROM (SELECT column1 AS i FROM (VALUES(2), (1), (5), (3), (8), (9), (4), (9)));
.print -- the order of one within the other: the inner one ends while the outer one is at its first row, and the other way round
SELECT group_concat(a.rank || b.rank, ' ') FROM random_select((SELECT m FROM m), 3) AS a CROSS JOIN random_select((SELECT m FROM m), 3) AS b;
SELECT group_concat(a.rank || b.rank, ' ') FROM random_select((SELECT m FROM m), 4) AS a CROSS JOIN random_select((SELECT m FROM m), 4) AS b WHERE b.rank = a.rank + 1;
.print -- other arguments are other runs: of other types, of no value and of NULL, in turns
SELECT k.column1, typeof(k.column1), s.k, count(*) FROM (VALUES(3), (3.0), ('10%'), (4), (3)) AS k, random_select((SELECT m FROM m), k.column1) AS s
 GROUP BY 1, 2, 3 ORDER BY 2, 1;
SELECT group_concat(n, ' ') FROM (SELECT count(*) AS n FROM (SELECT 1 AS g, 2 AS k UNION ALL VALUES(2, 3), (3, NULL), (4, 2), (5, 3), (6, NULL)) AS k,
  random_select((SELECT m FROM m), k.k) AS s GROUP BY g);
SELECT s.column1, group_concat(question) FROM (VALUES('mrmr'), ('random'), ('MRMR'), ('mrm')) AS s, coreset_select((SELECT m FROM m), 2, s.column1) GROUP BY 1;
SELECT count(*), count(DISTINCT question) FROM (SELECT 0 AS seed UNION ALL SELECT 1) AS s, random_select((SELECT m FROM m), 30, s.seed);
.print -- matrices from rows: equal ones and others of the same size
CREATE TABLE matrices AS SELECT 1 AS id, m FROM m UNION ALL SELECT 2, m FROM m UNION ALL
  SELECT 3, score_matrix(model, question, 1 - score) FROM r UNION ALL SELECT 4, m FROM m;
SELECT count(DISTINCT length(m)), count(DISTINCT m) FROM matrices;
SELECT a.id, b.mean + 0.5 > 1 FROM matrices AS a, score_matrix_models(a.m) AS b WHERE b.model = 19 ORDER BY a.id;
SELECT count(*), sum(x.mean = y.mean) FROM matrices AS a, score_matrix_models(a.m) AS x, score_matrix_models(a.m) AS y WHERE x.model = y.model;
.print -- more runs than are kept, twice
SELECT count(*), count(DISTINCT n || '-' || question) FROM (SELECT 0 AS again UNION ALL SELECT 1) AS a CROSS JOIN
  (WITH RECURSIVE n(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM n LIMIT 400) SELECT n FROM n) AS n, random_select((SELECT m FROM m), 3, n.n);
SELECT sum(a.question = b.question), count(*) FROM (WITH RECURSIVE n(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM n LIMIT 400) SELECT n FROM n) AS n,
  random_select((SELECT m FROM m), 3, n.n) AS a, random_select((SELECT m FROM m), 3, n.n % 300) AS b WHERE a.rank = b.rank AND n.n % 300 = n.n;
.print -- more rows than are kept: one reader, several in turn, and one that stands at a row while another goes through all
CREATE TABLE large AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 400000)
  SELECT score_matrix(i / 500, i % 500, i % 7 = i % 3) AS m FROM n;
SELECT count(*), sum(score) FROM score_matrix_cells((SELECT m FROM large));
SELECT count(*), sum(score) FROM (VALUES(1), (2), (3)) CROSS JOIN score_matrix_cells((SELECT m FROM large));
SELECT count(*), sum(a.score = (b.model * 500 + b.question) % 7 % 2), sum(b.score), sum(a.model + a.question)
  FROM (SELECT model, question, score FROM score_matrix_cells((SELECT m FROM large)) WHERE question = 499 AND model < 2 OR question = 0 AND model = 799) AS a
 CROSS JOIN score_matrix_cells((SELECT m FROM large)) AS b;
SELECT count(*) FROM score_matrix_cells((SELECT m FROM large)) AS a CROSS JOIN score_matrix_cells((SELECT m FROM large)) AS b ON b.rowid = a.rowid
 WHERE a.model IN (0, 799) AND a.question = 7;
.print -- an error behind rows that are read again comes where it would come
SELECT (SELECT max(question) FROM random_select((SELECT m FROM m), 4) WHERE include = '[3, 1, 2]' AND budget = 2 AND rank = i) FROM (VALUES(1)) AS v,
  (SELECT 1 AS i);
SELECT i, EXISTS (SELECT 1 FROM random_select((SELECT m FROM m), 4) WHERE include = '[3, 1, 2]' AND budget = 2 AND rank = i)
  FROM (SELECT column1 AS i FROM (VALUES(1), (2), (1), (2), (2)));
SELECT i, EXISTS (SELECT 1 FROM random_select((SELECT m FROM m), 4) WHERE include = '[3, 1, 2]' AND budget = 2 AND rank = i)
  FROM (SELECT column1 AS i FROM (VALUES(1), (2), (3), (2)));
SELECT count(*) FROM random_select((SELECT m FROM m), 4) AS a, random_select((SELECT m FROM m), 4) AS b
 WHERE a.include = '[3, 1, 2]' AND a.budget = 2 AND b.include = '[3, 1, 2]' AND b.budget = 2;
SELECT k.column1, (SELECT count(*) FROM random_select((SELECT m FROM m), k.column1)) FROM (VALUES(1), (31), (1)) AS k;
.print -- in a trigger, which runs for each row
CREATE TABLE log(n, ranks);
CREATE TABLE wish(n);
CREATE TRIGGER wished AFTER INSERT ON wish BEGIN
  INSERT INTO log SELECT new.n, group_concat(rank) FROM random_select((SELECT m FROM m), new.n); END;
INSERT INTO wish VALUES(4), (2), (4), (2);
SELECT * FROM log;
.print -- in a recursive query
WITH RECURSIVE next(n, question) AS (SELECT 1, question FROM random_select((SELECT m FROM m), 1)
  UNION ALL SELECT n + 1, s.question FROM next, random_select((SELECT m FROM m), 5) AS s WHERE s.rank = n + 1)
SELECT group_concat(question) = (SELECT group_concat(question) FROM random_select((SELECT m FROM m), 5)) FROM next;
