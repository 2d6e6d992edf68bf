-- What SQLite's planner makes of conditions on inputs: the same rows as from a table of all runs, in every version.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 600)
  SELECT i / 30 AS model, i % 30 AS question, ((i * 7919 + i / 30 * 104729) % 1009) < 200 + 30 * (i / 30) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
CREATE TABLE w(k, seed);
INSERT INTO w VALUES (2, 5), (3, 6);
-- every run of k = 1 ... 6 and seed = 0 ... 6; k = 30 and seed = 0 are the defaults
CREATE TABLE runs(rank, question, k, seed);
WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 7)
INSERT INTO runs SELECT f.rank, f.question, f.k, f.seed
  FROM (SELECT i AS k FROM n WHERE i > 0 UNION ALL VALUES(30)) AS k, (SELECT i AS seed FROM n) AS s,
       random_select((SELECT m FROM m), k.k, s.seed) AS f;
SELECT count(*) FROM runs;
.print -- OR on one input
SELECT k, count(*), sum(question) FROM random_select((SELECT m FROM m)) WHERE k = 2 OR k = 3 GROUP BY k;
SELECT k, count(*), sum(question) FROM runs WHERE k IN (2, 3) AND seed = 0 GROUP BY k;
SELECT k, count(*) FROM random_select((SELECT m FROM m)) WHERE k = 2 OR k = '10%' OR 5.0 = k GROUP BY k;
SELECT k, seed, count(*) FROM random_select((SELECT m FROM m)) WHERE (k = 2 OR k = 3) AND (seed = 4 OR seed = 5) GROUP BY k, seed;
SELECT k, count(*) FROM random_select((SELECT m FROM m)) WHERE k = 2 OR k IN (3, 4) GROUP BY k;
SELECT k, count(*) FROM random_select WHERE matrix = (SELECT m FROM m) AND (k = 2 OR k = 3) GROUP BY k;
SELECT k, rank FROM random_select((SELECT m FROM m)) WHERE (k = 2 OR k = 3) AND rank = 2 ORDER BY k;
SELECT k, count(*) FROM random_select((SELECT m FROM m)) WHERE k = (SELECT min(k) FROM w) OR k = (SELECT max(k) FROM w) GROUP BY k;
SELECT w.k, count(*) FROM w, random_select((SELECT m FROM m)) AS f WHERE f.k = w.k OR f.k = w.seed GROUP BY w.k;
SELECT w.k, count(rank) FROM w LEFT JOIN random_select((SELECT m FROM m)) AS f ON f.k = w.k OR f.k = w.seed GROUP BY w.k;
.print -- OR over different inputs: each side is a run
SELECT k, seed, count(*), sum(question) FROM random_select((SELECT m FROM m)) WHERE k = 2 OR seed = 3 GROUP BY k, seed;
SELECT k, seed, count(*), sum(question) FROM runs WHERE (k = 2 AND seed = 0) OR (k = 30 AND seed = 3) GROUP BY k, seed;
SELECT k, seed, count(*), sum(question) FROM random_select((SELECT m FROM m)) WHERE (k = 2 AND seed = 5) OR (k = 3 AND seed = 6) GROUP BY k, seed;
SELECT k, seed, count(*), sum(question) FROM runs WHERE (k = 2 AND seed = 5) OR (k = 3 AND seed = 6) GROUP BY k, seed;
SELECT k, rank, question FROM random_select((SELECT m FROM m)) WHERE (k = 2 AND rank = 2) OR (k = 3 AND rank > 1) ORDER BY k, rank;
SELECT k, rank, question FROM runs WHERE seed = 0 AND ((k = 2 AND rank = 2) OR (k = 3 AND rank > 1)) ORDER BY k, rank;
SELECT rank FROM random_select((SELECT m FROM m)) WHERE (k = 5 AND rank = 2) OR (k = 5 AND rank = 4) OR (rank = 5 AND k = 5);
SELECT count(*) FROM random_select((SELECT m FROM m)) WHERE (k = 2 AND seed = 5) OR (k = 2 AND seed = 5 AND rank = 1);
SELECT w.k, f.k, f.seed, count(*) FROM w, random_select((SELECT m FROM m)) AS f WHERE f.k = w.k OR f.seed = w.seed GROUP BY 1, 2, 3;
SELECT count(*) FROM random_select((SELECT m FROM m)) WHERE k = 1 OR seed = 1 OR (k = 2 AND seed = 2) OR (k = 3 AND seed = 3) OR (k = 4 AND seed = 4);
SELECT count(*) FROM random_select((SELECT m FROM m), 5) WHERE seed = 2 OR (seed = 3 AND rank = 1);
.print -- where a run has what OR chooses, and other inputs are only looked at
SELECT k, min(seed), min(rank) FROM random_select WHERE matrix = (SELECT m FROM m) AND (k = 2 OR k = 3) GROUP BY k;
SELECT f.k, min(f.seed), min(f.rank) FROM m, random_select(m.m) AS f WHERE f.k = 2 OR f.k = 3 GROUP BY f.k;
SELECT f.k, min(f.seed), count(*) FROM m, random_select(m.m) AS f WHERE (f.k = 2 AND f.rank = 1) OR (f.k = 2 AND f.rank = 2) GROUP BY f.k;
.print -- a side that takes the default says so, or it may be the only run there is; one that gives nothing is no run
SELECT k, seed, count(*) FROM random_select((SELECT m FROM m)) WHERE (seed = 1 AND k = 2) OR (seed = 1 AND k = NULL) GROUP BY k, seed;
SELECT k, count(*) FROM random_select((SELECT m FROM m)) WHERE k = 2 OR rank = 1 GROUP BY k;
.print -- of inputs outside of the OR those by position are known on each side of it, and those that are no subquery
SELECT count(*) FROM random_select WHERE matrix = (SELECT m FROM m) AND (k = 2 OR seed = 3);
SELECT count(*) FROM random_select WHERE (matrix = (SELECT m FROM m) AND k = 2) OR (matrix = (SELECT m FROM m) AND seed = 3);
.print -- a matrix from another table of the join, which comes first
SELECT count(*) FROM m, random_select(m.m) WHERE k = 2 OR k = 3;
SELECT count(*) FROM m CROSS JOIN random_select(m.m) WHERE k = 2 OR seed = 3;
SELECT count(*) FROM m LEFT JOIN random_select(m.m) ON k = 2 OR seed = 3;
SELECT count(*) FROM m CROSS JOIN random_select WHERE matrix = m.m AND (k = 2 OR seed = 3);
.print -- a test of the value in force has a plus
SELECT count(*) FROM random_select((SELECT m FROM m), 5) WHERE +k = 5 OR rank = 1;
SELECT count(*) FROM random_select((SELECT m FROM m), 5) WHERE +k = 6 OR rank = 1;
.print -- given twice, with two values; with one it is given once
SELECT * FROM random_select((SELECT m FROM m)) WHERE k = 5 AND k = 6;
SELECT * FROM random_select((SELECT m FROM m), 5) WHERE k = 6;
SELECT * FROM random_select((SELECT m FROM m), 5) WHERE (k, seed) = (6, 1);
SELECT * FROM random_select((SELECT m FROM m), (SELECT 5)) WHERE k = (SELECT 6);
SELECT count(*) FROM random_select((SELECT m FROM m), 5) WHERE k = 5;
SELECT count(*) FROM random_select((SELECT m FROM m), (SELECT 5)) WHERE k = 5 AND seed = 1 AND (SELECT 1) = seed;
SELECT count(*) FROM w, random_select((SELECT m FROM m), w.k, w.seed) AS f WHERE f.k = w.k AND f.seed = w.seed;
SELECT * FROM w, random_select((SELECT m FROM m), w.k) AS f WHERE f.k = w.seed;
.print -- given, and among several: an OR, an IN
SELECT k, count(*) FROM random_select((SELECT m FROM m), 5) WHERE k = 5 OR k = 6;
SELECT k, count(*) FROM random_select((SELECT m FROM m), 5) WHERE k IN (4, 5);
SELECT k, count(*) FROM random_select((SELECT m FROM m), 5) WHERE k IN (SELECT 5 UNION SELECT 7) AND seed IN (1, 2) AND seed = 1;
SELECT k, count(*) FROM random_select((SELECT m FROM m)) WHERE (k = 6 OR k = 6) AND seed = 1;
SELECT * FROM random_select((SELECT m FROM m), 5) WHERE k = 6 OR k = 7;
SELECT * FROM random_select((SELECT m FROM m), 5) WHERE k IN (SELECT 6);
SELECT * FROM random_select((SELECT m FROM m)) WHERE k IN (5, 6) AND k IN (6, 7);
SELECT w.k, count(*) FROM w CROSS JOIN random_select((SELECT m FROM m)) AS f WHERE f.k = w.k AND f.k IN (2, 3) GROUP BY w.k;
.print -- given, and the input of another
SELECT w.seed, count(*) FROM w, random_select((SELECT m FROM m), 3) AS f WHERE f.k = w.k;
SELECT a.k, b.k, count(*) FROM random_select((SELECT m FROM m)) AS a JOIN random_select((SELECT m FROM m)) AS b ON b.k = a.k WHERE a.k IN (2, 3) GROUP BY 1, 2;
SELECT a.k, b.k, count(*) FROM random_select((SELECT m FROM m), 4) AS a JOIN random_select((SELECT m FROM m)) AS b ON b.k = a.k;
SELECT count(*) FROM random_select((SELECT m FROM m), 4) AS a JOIN random_select((SELECT m FROM m), 4) AS b USING (k, rank);
SELECT count(*) FROM random_select((SELECT m FROM m), 4) AS a JOIN random_select((SELECT m FROM m), 3) AS b USING (k, rank);
.print -- IN: a list, a table, a query; the values in force may be others
SELECT k, seed, count(*) FROM random_select((SELECT m FROM m)) WHERE k IN (2, '10%') AND seed IN (SELECT seed FROM w) GROUP BY k, seed;
SELECT count(*) FROM random_select((SELECT m FROM m)) WHERE k IN (SELECT k FROM w WHERE k > 9);
SELECT w.k, count(*) FROM w, random_select((SELECT m FROM m)) AS f WHERE f.k IN (w.k, 1) GROUP BY w.k;
SELECT k, count(*) FROM random_select((SELECT m FROM m)) WHERE k IN (1, NULL, 2) GROUP BY k;
.print -- vectors
SELECT k, seed, count(*), sum(question) FROM runs WHERE (k, seed) IN (VALUES (2, 5), (3, 6)) GROUP BY k, seed;
SELECT k, seed, count(*), sum(question) FROM random_select((SELECT m FROM m)) WHERE (k, seed) IN w GROUP BY k, seed;
SELECT k, seed, count(*), sum(question) FROM random_select((SELECT m FROM m)) WHERE (seed, k) IN (SELECT seed, k FROM w) GROUP BY k, seed;
SELECT k, seed, count(*), sum(question) FROM random_select((SELECT m FROM m)) WHERE (k, seed) IN (SELECT * FROM (VALUES (2, 5), (3, 6))) GROUP BY k, seed;
SELECT k, seed, count(*), sum(question) FROM random_select((SELECT m FROM m)) WHERE (k, seed) IN (SELECT * FROM (SELECT 2, 5 UNION ALL SELECT 3, 6)) GROUP BY k, seed;
SELECT k, seed, count(*), sum(question) FROM random_select WHERE (matrix, k, seed) IN (SELECT m, k, seed FROM m, w) GROUP BY k, seed;
SELECT k, seed, count(*) FROM random_select((SELECT m FROM m)) WHERE (k, seed) IN (SELECT * FROM (VALUES ('10%', 5), (2.0, 6))) GROUP BY k, seed;
SELECT k, rank, question FROM random_select((SELECT m FROM m)) WHERE (k, rank) IN (SELECT * FROM (VALUES (2, 2), (3, 1))) ORDER BY k;
SELECT k, rank, question FROM runs WHERE seed = 0 AND (k, rank) IN (VALUES (2, 2), (3, 1)) ORDER BY k;
SELECT k, seed, count(*) FROM random_select((SELECT m FROM m)) WHERE (k, seed) = (2, 5);
SELECT w.k, w.seed, count(*) FROM w, random_select((SELECT m FROM m)) AS f WHERE (f.k, f.seed) = (w.k, w.seed) GROUP BY 1, 2;
SELECT w.k, (SELECT count(*) FROM random_select((SELECT m FROM m)) AS f WHERE (f.k, f.seed) IN (SELECT w.k, w.seed)) FROM w;
.print -- joins of two functions: by outputs, by inputs, one with itself
CREATE TABLE five AS SELECT rank, question FROM random_select((SELECT m FROM m), 5, 1);
CREATE TABLE seven AS SELECT rank, question FROM mrmr_select((SELECT m FROM m), 7);
SELECT count(*), sum(a.rank), sum(b.rank) FROM five AS a JOIN seven AS b USING (question);
SELECT count(*), sum(a.rank), sum(b.rank) FROM random_select((SELECT m FROM m), 5, 1) AS a JOIN mrmr_select((SELECT m FROM m), 7) AS b USING (question);
SELECT count(*), count(b.rank), sum(b.rank) FROM five AS a LEFT JOIN seven AS b USING (question);
SELECT count(*), count(b.rank), sum(b.rank) FROM random_select((SELECT m FROM m), 5, 1) AS a LEFT JOIN mrmr_select((SELECT m FROM m), 7) AS b USING (question);
SELECT a.rank, count(b.rank), sum(b.question) FROM random_select((SELECT m FROM m), 3) AS a, random_select((SELECT m FROM m), a.rank, a.rank) AS b GROUP BY a.rank;
SELECT k, count(rank), sum(question) FROM runs WHERE k = seed AND k < 4 GROUP BY k;
SELECT a.k, b.k, count(*) FROM random_select((SELECT m FROM m), 2) AS a JOIN random_select((SELECT m FROM m)) AS b ON b.k = a.k + 1 GROUP BY 1, 2;
SELECT count(*), sum(a.question = b.question), sum(a.rank = b.rank) FROM random_select((SELECT m FROM m), 6) AS a, random_select((SELECT m FROM m), 6) AS b;
SELECT group_concat(a.question || '-' || b.question, ' ') FROM random_select((SELECT m FROM m), 3, 4) AS a, random_select((SELECT m FROM m), 3, 4) AS b;
SELECT group_concat(a.question || '-' || b.question, ' ') FROM (SELECT * FROM runs WHERE k = 3 AND seed = 4) AS a, (SELECT * FROM runs WHERE k = 3 AND seed = 4) AS b;
SELECT count(*) FROM random_select((SELECT m FROM m), 4) AS a, random_select((SELECT m FROM m), 4) AS b, random_select((SELECT m FROM m), 4) AS c WHERE a.rank < b.rank AND b.rank < c.rank;
.print -- rowids: the same for the same inputs, and different for others
SELECT count(*) FROM random_select((SELECT m FROM m), 6) AS a, random_select((SELECT m FROM m), 6) AS b WHERE a.rowid = b.rowid;
SELECT count(DISTINCT rowid) FROM random_select((SELECT m FROM m)) WHERE k IN (2, 3, 4) AND seed IN (1, 2);
SELECT count(DISTINCT f.rowid) FROM (SELECT '{"seed":1}' || printf('%.*c', column1, ' ') AS options FROM (VALUES(0), (1), (2), (30), (31))) AS o,
  coreset_select((SELECT m FROM m), 3, 'random', o.options) AS f;
.print -- more conditions than SQLite lets a function take over
SELECT count(*) FROM random_select((SELECT m FROM m)) WHERE rank > -1 AND rank > -2 AND rank > -3 AND rank > -4 AND rank > -5 AND rank > -6
  AND rank > -7 AND rank > -8 AND rank > -9 AND rank > -10 AND rank > -11 AND rank > -12 AND rank > -13 AND rank > -14 AND k = '10%';
SELECT count(*) FROM random_select((SELECT m FROM m)) WHERE rank > -1 AND rank > -2 AND rank > -3 AND rank > -4 AND rank > -5 AND rank > -6
  AND rank > -7 AND rank > -8 AND rank > -9 AND rank > -10 AND rank > -11 AND rank > -12 AND rank > -13 AND rank > -14 AND rank > -15 AND rank > -16 AND k = '10%';
SELECT count(*) FROM random_select((SELECT m FROM m)) WHERE +rank > -1 AND +rank > -2 AND +rank > -3 AND +rank > -4 AND rank > -5 AND rank > -6
  AND rank > -7 AND rank > -8 AND rank > -9 AND rank > -10 AND rank > -11 AND rank > -12 AND rank > -13 AND rank > -14 AND rank > -15 AND rank > -16 AND k = '10%';
