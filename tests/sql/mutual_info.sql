-- Mutual information is that of the variables, whatever constant is added to one and whatever positive number it is multiplied by.
CREATE TABLE d AS WITH RECURSIVE s(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM s LIMIT 1000)
  SELECT i / 1000.0 AS x, i / 1000.0 + (i * 7919 % 1000) / 4000.0 AS y, i * 7919 % 1000 < i AS right, i * i % 64 AS whole, i / 100 * 0.1 AS level FROM s;
.print -- five times the same
SELECT count(DISTINCT column1), round(min(column1), 6) FROM (WITH i(a, b, c, d, e) AS (
  SELECT mutual_info(x, y), mutual_info(x + 10, y), mutual_info(x + 100, y), mutual_info(x + 1000, y), mutual_info(x + 1e5, y) FROM d)
  SELECT a AS column1 FROM i UNION ALL SELECT b FROM i UNION ALL SELECT c FROM i UNION ALL SELECT d FROM i UNION ALL SELECT e FROM i);
.print -- every estimator, each variable and both: how many maps, and values
CREATE TABLE maps AS SELECT column1 AS a, column2 AS b FROM (VALUES(1, 0), (1, -0.5), (1, 10), (1, -1000), (1, 1e6), (1, -1e6), (1e-9, 0), (1e9, 0), (0.7, 0.1), (1e-9, -1e-3), (1e9, 1e15), (3.3, -12.5));
SELECT estimator, count(*), count(DISTINCT x), count(DISTINCT y), count(DISTINCT both), max(x) = max(y) AND max(y) = max(both), round(max(x), 6) FROM (
  SELECT 'ksg' AS estimator, mutual_info(a * x + b, y) AS x, mutual_info(x, a * y + b) AS y, mutual_info(a * x + b, a * y + b) AS both FROM d, maps GROUP BY a, b
  UNION ALL SELECT 'ksg, ties', mutual_info(a * level + b, y), mutual_info(level, a * y + b), mutual_info(a * level + b, a * y + b) FROM d, maps GROUP BY a, b
  UNION ALL SELECT 'ross', mutual_info(a * right + b, y), mutual_info(right, a * y + b), mutual_info(a * right + b, a * y + b) FROM d, maps GROUP BY a, b
  UNION ALL SELECT 'ross, turned', mutual_info(a * x + b, right), mutual_info(x, a * right + b), mutual_info(a * x + b, a * right + b) FROM d, maps GROUP BY a, b
  UNION ALL SELECT 'table', mutual_info(a * right + b, x < 0.3), mutual_info(right, a * (x < 0.3) + b), mutual_info(a * right + b, a * (x < 0.3) + b) FROM d, maps GROUP BY a, b)
  GROUP BY 1;
.print -- LNC: the same where values stay exact; where they are rounded, up to what that does to its jitter
SELECT count(*), count(DISTINCT z) FROM (
  SELECT mutual_info(a * whole + b, whole * whole % 31, 3, 'lnc') AS z
    FROM d, (SELECT 1 AS a, 0 AS b UNION ALL VALUES (1, 1000), (1, -64e6), (3, 0), (1024, 7), (1e6, -5)) GROUP BY a, b);
SELECT max(abs(i - j)) FILTER (WHERE abs(b) <= 1000) < 1e-9, max(abs(i - j)) < 0.01 FROM (SELECT a, b, mutual_info(a * x + b, y, 3, 'lnc') AS i FROM d, maps GROUP BY a, b),
  (SELECT mutual_info(x, y, 3, 'lnc') AS j FROM d);
.print -- mRMR on scores of any scale, and with a constant of each question's own
CREATE TABLE r AS WITH RECURSIVE m(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM m LIMIT 20), q(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM q LIMIT 30)
  SELECT i AS model, j AS question, ((i * 7919 + j * 104729 + i * j * 1013) % 997 / 100 + i % 10) / 20.0 AS score FROM m, q;
CREATE TABLE u AS SELECT column1 AS a, column2 AS b, column3 AS own FROM (VALUES(1, 0, 0), (100, 0, 0), (1e-9, 0, 0), (1e9, 0, 0), (0.5, 0.2, 0), (1, -0.5, 0), (3, 100, 0), (1, 0, 1), (1, 1e6, 0));
CREATE TABLE s AS SELECT e.column1 AS estimator, a, b, own, p.rank, p.question, p.relevance, p.redundancy FROM (VALUES('ksg'), ('lnc')) AS e, u,
  mrmr_select((SELECT score_matrix(model, question, a * score + b + own * (question % 7)) FROM r), 12, 'MID', 3, e.column1) AS p;
SELECT estimator, count(DISTINCT question) FROM s WHERE b < 1e6 OR estimator = 'ksg' GROUP BY estimator, rank HAVING count(DISTINCT question) > 1;
SELECT estimator, count(*), max(abs(s.relevance - t.relevance)) < iif(estimator = 'ksg', 1e-12, 1e-6), max(abs(s.redundancy - t.redundancy)) < iif(estimator = 'ksg', 1e-12, 1e-6), max(t.relevance) > 0.3, max(t.redundancy) > 0.1
  FROM s JOIN s AS t USING (estimator, rank) WHERE t.a = 1 AND t.b = 0 AND t.own = 0 AND (s.b < 1e6 OR estimator = 'ksg') GROUP BY estimator;
