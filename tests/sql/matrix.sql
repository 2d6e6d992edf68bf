-- Score matrices as values.
CREATE TABLE r(model, question, score);
INSERT INTO r VALUES('a', 1, 1), ('a', 2, 0), ('b', 1, 0), ('b', 2, 1), ('b', 'x', 1), (7, 'x', 0), (7, 1, NULL);
.print -- what went in comes out, with its type, in order: integers first
SELECT model, typeof(model), question, typeof(question), score, repeats
  FROM score_matrix_cells((SELECT score_matrix(model, question, score) FROM r));
.print -- the only row of a cell that is NULL registers both ids
SELECT json_remove(score_matrix_info(score_matrix('m', 'q', NULL)), '$.bytes');
.print -- no rows give NULL, and info of it is NULL
SELECT score_matrix(model, question, score) IS NULL, score_matrix_info(NULL) IS NULL FROM r WHERE 0;
.print -- integral REAL ids are integers; -0.0 is 0.0
SELECT model, typeof(model), question, score FROM score_matrix_cells((SELECT score_matrix(3.0, -0.0, -0.0)));
.print -- repeats are averaged; info counts those beyond the first
CREATE TABLE e AS WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n LIMIT 30)
  SELECT 'm' || i % 3 AS model, i % 5 AS question, (i * 7 % 10) / 10.0 AS score FROM n;
SELECT model, question, round(score, 12), repeats FROM score_matrix_cells((SELECT score_matrix(model, question, score) FROM e))
EXCEPT SELECT model, question, round(avg(score), 12), count(*) FROM e GROUP BY model, question;
SELECT json_extract(score_matrix_info(score_matrix(model, question, score)), '$.repeats', '$.binary') FROM e;
.print -- the average of equal scores is that score
SELECT score = 0.1, repeats FROM score_matrix_cells((SELECT score_matrix('m', 'q', 0.1) FROM e));
.print -- neither the order of the rows nor the shards make a difference
SELECT count(DISTINCT m) FROM (
  SELECT score_matrix(model, question, score) AS m FROM (SELECT * FROM e ORDER BY score)
  UNION ALL SELECT score_matrix(model, question, score) FROM (SELECT * FROM e ORDER BY -score, model)
  UNION ALL SELECT score_matrix_merge(part)
              FROM (SELECT score_matrix(model, question, score) AS part FROM e GROUP BY score)
  UNION ALL SELECT score_matrix_merge(part)
              FROM (SELECT score_matrix(model, question, score) AS part FROM e GROUP BY rowid));
.print -- merging NULLs only gives NULL; the matrix of one is itself
SELECT score_matrix_merge(NULL) IS NULL;
SELECT score_matrix_merge(m) = m FROM (SELECT score_matrix(model, question, score) AS m FROM r);
.print -- two values of any kind take one bit for each cell, others eight bytes
CREATE TABLE big AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 64000)
  SELECT i / 640 AS m, i % 640 AS q, (i * 2654435761 % 4294967296) / 2147483648 AS s FROM n;
SELECT octets BETWEEN 8000 AND 8000 + 740 * 8 + 128 FROM (SELECT length(score_matrix(m, q, s)) AS octets FROM big);
SELECT octets BETWEEN 8000 AND 8000 + 740 * 8 + 128 FROM (SELECT length(score_matrix(m, q, 2.5 + 9 * s)) AS octets FROM big);
SELECT octets > 512000 FROM (SELECT length(score_matrix(m, q, s + m)) AS octets FROM big);
SELECT count(*), sum(score) = (SELECT sum(s) FROM big) FROM score_matrix_cells((SELECT score_matrix(m, q, s) FROM big));
.print -- means and discrimination against plain SQL
CREATE TABLE f AS SELECT score_matrix(m, q, s) AS m FROM big WHERE (m + q) % 7 <> 0;
SELECT question, answered, round(mean, 12) FROM score_matrix_questions((SELECT m FROM f))
EXCEPT SELECT q, count(*), round(avg(s), 12) FROM big WHERE (m + q) % 7 <> 0 GROUP BY q;
SELECT model, answered, round(mean, 12) FROM score_matrix_models((SELECT m FROM f))
EXCEPT SELECT m, count(*), round(avg(s), 12) FROM big WHERE (m + q) % 7 <> 0 GROUP BY m;
SELECT round(discrimination, 9) = (
  SELECT round(pearson_r(s, (t.total - s) / (t.n - 1)), 9)
    FROM big JOIN (SELECT m, sum(s) * 1.0 AS total, count(*) AS n FROM big WHERE (m + q) % 7 <> 0 GROUP BY m) AS t USING (m)
   WHERE q = 5 AND (m + q) % 7 <> 0)
  FROM score_matrix_questions((SELECT m FROM f)) WHERE question = 5;
.print -- weights
SELECT question, weight FROM score_matrix_questions((SELECT score_matrix(m, q, s, CASE q WHEN 2 THEN 2.5 WHEN 3 THEN NULL ELSE 1 END)
  FROM big WHERE q < 4 AND m < 4));
SELECT mean FROM score_matrix_models((SELECT score_matrix('m', column1, column1, column1) FROM (VALUES(1), (2), (5))));
.print -- unusual ids: empty, unicode, quotes, a zero byte, very long
SELECT substr(hex(question), 1, 20), length(hex(question)) FROM score_matrix_cells((SELECT score_matrix('m', column1, 1)
  FROM (VALUES(''), ('é"\'), (CAST(x'610062' AS TEXT)), (printf('%.400c', 'z'))))) ORDER BY length(hex(question)), 1;
.print -- many of each, ordered by bytes
SELECT group_concat(question, ' ') FROM score_matrix_questions((SELECT score_matrix('m', column1, 1)
  FROM (VALUES('b'), ('B'), ('a'), ('ab'), (10), (9), (-1), ('10'), ('Z'))));
.print -- a stored matrix is as good as a new one
CREATE TABLE stored AS SELECT score_matrix(model, question, score) AS m FROM r;
SELECT count(*) FROM stored, score_matrix_cells(stored.m);
.print -- weights and scores whose products are beyond the largest number, and weights near the smallest
SELECT printf('%.3e', unit), printf('%.6e', mean) FROM (SELECT column1 AS unit FROM (VALUES(1e100), (4e307), (1e-300), (4e-320))),
  score_matrix_models((SELECT score_matrix(1, q.column1, q.column2, unit * q.column3)
    FROM (VALUES('a', 1e288, 1), ('b', -5e287, 2), ('c', 2e287, 4)) AS q));
SELECT model, mean FROM score_matrix_models((SELECT score_matrix(1, column1, 1, 0) FROM (VALUES(1), (2))));
