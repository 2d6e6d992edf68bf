-- Merging: the matrix of the parts equals the matrix of the whole, byte for byte.
-- Rows with repeats whose sums are not exact in doubles, NULLs, ids of both types, and weights.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 600)
  SELECT i % 11 AS model, CASE WHEN i % 7 < 3 THEN i % 7 ELSE 'q' || (i % 7) END AS question,
         CASE WHEN i % 13 = 0 THEN NULL ELSE (i * 37 % 10) / 10.0 END AS score,
         1 + (i % 7) / 10.0 AS weight, i % 5 AS shard, i / 100 AS month FROM n;
CREATE TABLE whole AS SELECT score_matrix(model, question, score, weight) AS m FROM r;
CREATE TABLE parts AS SELECT shard, month, score_matrix(model, question, score, weight) AS m FROM r GROUP BY shard, month;
SELECT count(*) FROM parts;
.print -- all at once, in any order
SELECT score_matrix_merge(parts.m) = whole.m FROM parts, whole;
SELECT score_matrix_merge(m) = (SELECT m FROM whole) FROM (SELECT m FROM parts ORDER BY month DESC, shard DESC);
.print -- merges of merges, by shard and by month
SELECT score_matrix_merge(m) = (SELECT m FROM whole) FROM (SELECT score_matrix_merge(m) AS m FROM parts GROUP BY shard);
SELECT score_matrix_merge(m) = (SELECT m FROM whole) FROM (SELECT score_matrix_merge(m) AS m FROM parts GROUP BY month);
.print -- one row each
SELECT score_matrix_merge(m) = (SELECT m FROM whole)
  FROM (SELECT score_matrix(model, question, score, weight) AS m FROM r GROUP BY rowid);
.print -- cells agree with the rows, both ways round
CREATE VIEW merged AS SELECT score_matrix_merge(m) AS m FROM parts;
SELECT count(*) FROM score_matrix_cells((SELECT m FROM merged));
SELECT model, question, round(score, 12), repeats FROM score_matrix_cells((SELECT m FROM merged)) EXCEPT
  SELECT model, question, round(avg(score), 12), count(score) FROM r GROUP BY model, question;
SELECT model, question, round(avg(score), 12), count(score) FROM r GROUP BY model, question HAVING count(score) > 0 EXCEPT
  SELECT model, question, round(score, 12), repeats FROM score_matrix_cells((SELECT m FROM merged));
.print -- 0.1 ten times is 0.1 exactly, though its sum in doubles is 0.9999999999999999
CREATE TABLE tenths AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 10) SELECT i, 0.1 AS score FROM n;
SELECT score = 0.1, repeats FROM score_matrix_cells((SELECT score_matrix('m', 'q', score) FROM tenths));
SELECT score = 0.1, repeats FROM score_matrix_cells((SELECT score_matrix_merge(m) FROM
  (SELECT score_matrix('m', 'q', score) AS m FROM tenths GROUP BY i % 3)));
.print -- large and small scores cancel exactly, whatever the order
SELECT score, repeats FROM score_matrix_cells((SELECT score_matrix('m', 'q', column1) FROM (VALUES(1e17), (3), (-1e17), (0))));
SELECT count(DISTINCT m) FROM (
  SELECT score_matrix('m', 'q', column1) AS m FROM (VALUES(1e17), (3), (-1e17), (1e-17), (0.1))
  UNION ALL SELECT score_matrix('m', 'q', column1) FROM (VALUES(0.1), (1e-17), (3), (1e17), (-1e17))
  UNION ALL SELECT score_matrix_merge(m) FROM (
    SELECT score_matrix('m', 'q', column1) AS m FROM (VALUES(1e17), (0.1))
    UNION ALL SELECT score_matrix('m', 'q', column1) FROM (VALUES(1e-17), (-1e17), (3))));
.print -- two binary parts with different values are binary no more; then the same as the whole
CREATE TABLE two AS SELECT 'a' AS part, score_matrix(column1, column2, column3) AS m FROM (VALUES(1, 1, 0), (1, 2, 1))
  UNION ALL SELECT 'b', score_matrix(column1, column2, column3) FROM (VALUES(2, 1, 0), (2, 2, 0.5));
SELECT part, json_extract(score_matrix_info(m), '$.binary', '$.low', '$.high') FROM two;
SELECT json_extract(score_matrix_info(score_matrix_merge(m)), '$.binary', '$.low', '$.high') FROM two;
SELECT score_matrix_merge(m) = (SELECT score_matrix(column1, column2, column3)
  FROM (VALUES(2, 2, 0.5), (1, 1, 0), (1, 2, 1), (2, 1, 0))) FROM two;
.print -- a repeat that averages 0 and 1 makes a third value
SELECT json_extract(score_matrix_info(score_matrix(column1, column2, column3)), '$.binary', '$.repeats')
  FROM (VALUES(1, 1, 0), (1, 2, 1), (1, 1, 1), (1, 3, 0));
.print -- parts that share nothing
SELECT json_remove(score_matrix_info(score_matrix_merge(m)), '$.bytes')
  FROM (SELECT score_matrix('a', 1, 0) AS m UNION ALL SELECT score_matrix('b', 2, 1));
.print -- a part that only registers ids; NULL parts, first and last
SELECT score_matrix_merge(m) = (SELECT score_matrix(column1, column2, column3) FROM (VALUES('a', 1, 0), ('b', 2, NULL)))
  FROM (SELECT NULL AS m UNION ALL SELECT score_matrix('a', 1, 0) UNION ALL SELECT score_matrix('b', 2, NULL) UNION ALL SELECT NULL);
.print -- merging a matrix with itself doubles the repeats and keeps the scores
SELECT max(a.repeats <> 2 * b.repeats), max(a.score <> b.score), count(*) FROM
  score_matrix_cells((SELECT score_matrix_merge(m) FROM (SELECT m FROM whole UNION ALL SELECT m FROM whole))) AS a JOIN
  score_matrix_cells((SELECT m FROM whole)) AS b USING (model, question);
.print -- weights of the parts
SELECT question, weight FROM score_matrix_questions((SELECT m FROM merged));
.print -- in groups
SELECT shard, score_matrix_merge(m) = (SELECT score_matrix(model, question, score, weight) FROM r WHERE r.shard = parts.shard)
  FROM parts GROUP BY shard;
.print -- parts of which one is refused; then still usable
SELECT score_matrix_merge(m) FROM (SELECT m FROM whole UNION ALL SELECT 17);
SELECT score_matrix_merge(m) FROM (SELECT m FROM whole UNION ALL SELECT score_matrix(1, 'q3', 1, 9));
SELECT score_matrix_merge(m) = m FROM whole;
