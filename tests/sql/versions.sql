-- What depends on the version of SQLite: FULL JOIN and RIGHT JOIN, since 3.39; what it hands over of vectors and to RIGHT JOIN.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 600)
  SELECT i / 30 AS model, i % 30 AS question, ((i * 7919 + i / 30 * 104729) % 1009) < 200 + 30 * (i / 30) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
CREATE TABLE five AS SELECT rank, question FROM random_select((SELECT m FROM m), 5, 1);
CREATE TABLE seven AS SELECT rank, question FROM mrmr_select((SELECT m FROM m), 7);
CREATE TABLE truth AS SELECT model, avg(score) AS score FROM r WHERE model < 12 GROUP BY model;
CREATE TABLE t AS SELECT score_matrix(model, question, score) AS t FROM r WHERE model > 7 AND question < 9;
.print -- FULL JOIN: from tables, of two functions, of a table and a function on either side
SELECT count(*), count(a.rank), count(b.rank), sum(a.rank), sum(b.rank) FROM five AS a FULL JOIN seven AS b USING (question);
SELECT count(*), count(a.rank), count(b.rank), sum(a.rank), sum(b.rank)
  FROM random_select((SELECT m FROM m), 5, 1) AS a FULL JOIN mrmr_select((SELECT m FROM m), 7) AS b USING (question);
SELECT count(*), count(a.rank), count(b.rank) FROM random_select((SELECT m FROM m), 5, 1) AS a FULL JOIN random_select((SELECT m FROM m), 5, 1) AS b USING (question);
SELECT count(*), count(a.rank), count(b.rank) FROM random_select((SELECT m FROM m), 5, 1) AS a FULL JOIN random_select((SELECT m FROM m), 5, 1) AS b ON 0;
SELECT count(*), count(truth.model), count(p.model) FROM truth FULL JOIN coreset_predict((SELECT m FROM m), (SELECT t FROM t)) AS p ON p.model = truth.model;
SELECT count(*), count(truth.model), count(p.model) FROM coreset_predict((SELECT m FROM m), (SELECT t FROM t)) AS p FULL JOIN truth ON p.model = truth.model;
SELECT count(*), count(r.model), count(s.rank) FROM r FULL JOIN random_select((SELECT m FROM m), 5, 1) AS s ON s.question = r.question AND r.model < 3 AND s.rank > 2;
SELECT count(*), count(q.question), count(c.model) FROM (SELECT question FROM seven) AS q FULL JOIN score_matrix_cells((SELECT m FROM m)) AS c ON c.question = q.question AND c.model = 4;
SELECT count(*), count(a.rank), count(b.rank), count(c.rank) FROM five AS a FULL JOIN random_select((SELECT m FROM m), 7, 2) AS b USING (question)
  FULL JOIN mrmr_select((SELECT m FROM m), 7) AS c USING (question);
SELECT count(*), count(a.rank), count(b.rank), count(c.rank) FROM five AS a FULL JOIN (SELECT * FROM random_select((SELECT m FROM m), 7, 2)) AS b USING (question)
  FULL JOIN seven AS c USING (question);
.print -- RIGHT JOIN: of a function to a table; and of a table to a function, where SQLite may withhold the inputs
SELECT count(*), count(a.rank), sum(b.rank) FROM random_select((SELECT m FROM m), 5, 1) AS a RIGHT JOIN seven AS b USING (question);
SELECT count(*), count(b.rank), sum(a.rank) FROM seven AS b RIGHT JOIN random_select((SELECT m FROM m), 5, 1) AS a USING (question);
SELECT count(*), count(b.rank), sum(a.rank) FROM random_select((SELECT m FROM m), 5, 1) AS a LEFT JOIN seven AS b USING (question);
.print -- rows of several constants as the list of a vector
SELECT k, seed, count(*) FROM random_select((SELECT m FROM m)) WHERE (k, seed) IN (VALUES (2, 5), (3, 6)) GROUP BY k, seed;
.print -- U+0000 in JSON: the question of that name, or an error, and never that of what comes before it
CREATE TABLE zero AS SELECT score_matrix(model, CASE question WHEN 0 THEN 'q' WHEN 1 THEN 'q' || char(0) || 'x' ELSE question END, score) AS m FROM r;
SELECT hex(question) FROM random_select((SELECT m FROM zero), 1) WHERE include = '["q\u0000x"]';
SELECT count(*) FROM random_select((SELECT m FROM zero)) WHERE exclude = '["q\u0000x", "q"]';
SELECT hex(question) FROM random_select((SELECT m FROM zero), 1) WHERE include = '["q"]';
SELECT count(*) FROM coreset_select((SELECT m FROM zero), 2, '{"selector\u0000":"random"}');
.print -- but a backslash and u0000 behind it are letters
SELECT count(*) FROM random_select((SELECT m FROM zero), 1) WHERE include = '["q\\u0000x"]';
