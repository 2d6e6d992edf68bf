-- The rules that all table-valued functions follow.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 600)
  SELECT i / 30 AS model, i % 30 AS question, ((i * 7919 + i / 30 * 104729) % 1009) < 200 + 30 * (i / 30) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
.print -- by position, by name, and NULL for the default
CREATE TABLE a AS SELECT rank, question FROM mrmr_select((SELECT m FROM m), 6, 'MIQ', 3, 'auto');
SELECT count(*) FROM a;
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 6) EXCEPT SELECT * FROM a;
SELECT rank, question FROM mrmr_select WHERE k = 6 AND matrix = (SELECT m FROM m) EXCEPT SELECT * FROM a;
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 6, NULL, NULL, NULL) EXCEPT SELECT * FROM a;
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 6.0, 'miq', 3.0) WHERE estimator = NULL EXCEPT SELECT * FROM a;
.print -- inputs show the value in force
SELECT DISTINCT k, scheme, neighbors, estimator, include, budget FROM mrmr_select((SELECT m FROM m), '10%');
SELECT DISTINCT k, scheme, neighbors, matrix = (SELECT m FROM m) FROM mrmr_select((SELECT m FROM m), 2.0, 'miq', 4.0);
SELECT DISTINCT k, typeof(k), seed FROM random_select((SELECT m FROM m));
SELECT DISTINCT selector, options FROM coreset_select((SELECT m FROM m), 1);
SELECT DISTINCT kernel, degree, alpha IS NOT NULL, gamma, level, selector
  FROM krr_predict((SELECT m FROM m), (SELECT score_matrix('new', question, 1) FROM r WHERE question < 4));
SELECT DISTINCT kernel, degree, alpha, gamma, level
  FROM krr_predict((SELECT m FROM m), (SELECT score_matrix('new', question, 1) FROM r WHERE question < 4), 'rbf', NULL, 2, NULL, NULL, 0);
SELECT DISTINCT predictor, level
  FROM coreset_predict((SELECT m FROM m), (SELECT score_matrix('new', question, 1) FROM r WHERE question < 4));
.print -- IN runs once for each value
SELECT scheme, count(*) FROM mrmr_select((SELECT m FROM m), 3) WHERE scheme IN ('MID', 'MI') GROUP BY scheme;
SELECT k, count(*) FROM random_select((SELECT m FROM m)) WHERE k IN (2, 4, '10%') GROUP BY k;
SELECT k, seed, count(*) FROM random_select((SELECT m FROM m)) WHERE k IN (SELECT column1 FROM (VALUES(1), (3))) AND seed IN (7, 8) GROUP BY k, seed;
SELECT group_concat(rank, ' ') FROM (SELECT rank FROM random_select((SELECT m FROM m)) WHERE k IN (1, 3, 2) ORDER BY rank LIMIT 4);
SELECT count(*) FROM random_select((SELECT m FROM m)) WHERE k IN (2, 99);
SELECT level, count(*) FROM krr_predict((SELECT m FROM m), (SELECT score_matrix('new', question, 1) FROM r WHERE question < 4))
 WHERE level IN (0, 0.5) GROUP BY level;
.print -- given twice
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE k = 6;
SELECT * FROM mrmr_select WHERE matrix = (SELECT m FROM m) AND scheme = 'MID' AND scheme = 'MIQ';
CREATE VIEW five AS SELECT rank, question, k FROM mrmr_select((SELECT m FROM m), 5);
SELECT * FROM five WHERE k = 6;
.print -- given twice, but with one value
SELECT count(*) FROM mrmr_select((SELECT m FROM m), 5) WHERE k = 5;
SELECT count(*) FROM five WHERE k = 5;
.print -- given, and the input of another
SELECT a.rank FROM random_select((SELECT m FROM m), 2) AS a JOIN random_select((SELECT m FROM m)) AS b WHERE a.k = b.k;
.print -- a test of the value in force, which is not an input, has a plus
SELECT count(*) FROM five WHERE +k = 5;
SELECT count(*) FROM five WHERE +k > 5;
.print -- OR: of outputs, of an input with itself, of complete sets of inputs; each row once
SELECT rank FROM mrmr_select((SELECT m FROM m)) WHERE rank = 2 OR rank = 5 OR question = -1;
SELECT count(*) FROM score_matrix_cells((SELECT m FROM m)) WHERE model = 3 OR question = 4;
SELECT k, count(*) FROM random_select((SELECT m FROM m)) WHERE k = 2 OR k = '10%' GROUP BY k;
SELECT k, rank FROM random_select WHERE (matrix = (SELECT m FROM m) AND k = 2) OR (matrix = (SELECT m FROM m) AND k = 3);
SELECT seed, count(*) FROM random_select((SELECT m FROM m)) WHERE (k = 2 AND seed = 5) OR (k = 3 AND seed = 6) GROUP BY seed;
SELECT seed, count(*) FROM random_select WHERE matrix = (SELECT m FROM m) AND ((k = 2 AND seed = 5) OR (k = 3 AND seed = 6)) GROUP BY seed;
SELECT count(*) FROM random_select WHERE (matrix = (SELECT m FROM m) AND k = 2) OR k = 3;
SELECT a.rank, b.rank FROM random_select((SELECT m FROM m), 3) AS a LEFT JOIN random_select((SELECT m FROM m), 2) AS b ON a.rank = b.rank OR b.question = -1;
.print -- another operator than = or IN
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE k > 5;
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE k IS 5;
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE scheme LIKE 'M%';
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE scheme IS NULL;
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE neighbors BETWEEN 3 AND 4;
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE k <> 5;
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE k IS NOT NULL;
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE scheme GLOB 'M*';
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE k > 5 OR rank = 1;
SELECT * FROM krr_predict((SELECT m FROM m)) WHERE alpha >= 1;
.print -- a required input that is missing, or NULL
SELECT * FROM mrmr_select;
SELECT * FROM coreset_select WHERE k = 5;
SELECT * FROM krr_predict;
SELECT * FROM mrmr_select(NULL, 5);
.print -- too many arguments
SELECT * FROM score_matrix_models((SELECT m FROM m), 5);
.print -- conditions on outputs are SQLite's business
SELECT rank FROM mrmr_select((SELECT m FROM m), 10) WHERE rank > 7 AND relevance >= 0;
.print -- ORDER BY rank needs no sorter, ORDER BY rank DESC and others do
EXPLAIN QUERY PLAN SELECT * FROM mrmr_select((SELECT x'00'), 5) ORDER BY rank;
EXPLAIN QUERY PLAN SELECT * FROM random_select((SELECT x'00'), 5) WHERE question <> 3 ORDER BY rank LIMIT 2;
EXPLAIN QUERY PLAN SELECT * FROM mrmr_select((SELECT x'00'), 5) ORDER BY rank DESC;
SELECT group_concat(rank, ' ') FROM (SELECT rank FROM mrmr_select((SELECT m FROM m), 5) ORDER BY rank DESC);
SELECT group_concat(rank, ' ') FROM (SELECT rank FROM mrmr_select((SELECT m FROM m), 3) WHERE scheme IN ('MID', 'MIQ') ORDER BY rank);
.print -- LIMIT ends the work: with a budget that the included questions break, only the first rows can be had
SELECT rank, question FROM random_select((SELECT m FROM m), 4) WHERE include = '[3, 1, 2]' AND budget = 2 LIMIT 2;
SELECT count(*) FROM random_select((SELECT m FROM m), 4) WHERE include = '[3, 1, 2]' AND budget = 2;
.print -- correlated arguments, in either order of writing, and LEFT JOIN
CREATE TABLE sizes AS SELECT column1 AS size FROM (VALUES(1), (3), (2));
SELECT size, count(*) FROM sizes, random_select((SELECT m FROM m), size) GROUP BY size;
SELECT size, count(*) FROM random_select((SELECT m FROM m), size), sizes GROUP BY size;
SELECT size, count(*) FROM sizes, random_select WHERE matrix = (SELECT m FROM m) AND k = size GROUP BY size;
SELECT size, count(rank) FROM sizes LEFT JOIN random_select((SELECT m FROM m), size) ON rank > 1 GROUP BY size;
SELECT size, count(rank) FROM sizes LEFT JOIN random_select ON matrix = (SELECT m FROM m) AND k = size AND rank > 1 GROUP BY size;
SELECT size, count(*) FROM random_select((SELECT m FROM m), size) CROSS JOIN sizes GROUP BY size;
SELECT size, (SELECT group_concat(rank) FROM random_select((SELECT m FROM m), size)) FROM sizes;
SELECT size FROM sizes WHERE EXISTS (SELECT 1 FROM random_select((SELECT m FROM m), size) WHERE rank = 2);
.print -- two functions that wait for each other cannot be planned
SELECT * FROM random_select((SELECT m FROM m), b.rank) AS a, random_select((SELECT m FROM m), a.rank) AS b;
.print -- one function feeds another; the order of an outer table is kept, or sorted
SELECT a.rank, count(b.rank) FROM random_select((SELECT m FROM m), 3) AS a, random_select((SELECT m FROM m), a.rank) AS b GROUP BY a.rank;
SELECT group_concat(rank, ' ') FROM (SELECT rank FROM sizes, random_select((SELECT m FROM m), size) ORDER BY rank);
SELECT group_concat(rank, ' ') FROM (SELECT rank FROM sizes, random_select((SELECT m FROM m), size) ORDER BY size DESC, rank);
SELECT group_concat(rank, ' ') FROM (SELECT DISTINCT rank FROM sizes, random_select((SELECT m FROM m), size));
SELECT rank, count(*) FROM sizes, random_select((SELECT m FROM m), size) GROUP BY rank;
.print -- a matrix from a column, also NULL
SELECT count(*) FROM (SELECT m FROM m UNION ALL SELECT m FROM m) AS t, random_select(t.m, 2);
SELECT count(*) FROM (SELECT NULL AS m) AS t LEFT JOIN random_select(t.m, 2);
SELECT count(*) FROM (SELECT NULL AS m) AS t LEFT JOIN score_matrix_models(t.m);
.print -- OFFSET, and LIMIT over several runs
SELECT rank FROM random_select((SELECT m FROM m)) LIMIT 2 OFFSET 3;
SELECT group_concat(rank, ' ') FROM (SELECT rank FROM random_select((SELECT m FROM m)) WHERE k IN (3, 4) LIMIT 3 OFFSET 2);
SELECT s.seed, count(DISTINCT question) FROM (VALUES(1), (2)) AS v, (SELECT 3 AS seed) AS s, random_select((SELECT m FROM m), 5, s.seed) GROUP BY 1;
.print -- joined back to the table the matrix came from
SELECT count(*) FROM mrmr_select((SELECT m FROM m), 5) JOIN r USING (question);
.print -- in a view, with trusted_schema off
CREATE VIEW chosen AS SELECT rank, question FROM coreset_select((SELECT m FROM m), 3);
CREATE VIEW matrix AS SELECT score_matrix(model, question, score) AS m FROM r;
CREATE VIEW predicted AS SELECT model, round(predicted, 6) AS predicted FROM coreset_predict((SELECT m FROM matrix), (
  SELECT score_matrix('new', question, question % 2) FROM chosen));
CREATE VIEW judged AS SELECT round(mae(model, score), 6) AS mae, mrmr_select(model, question, score, 4) AS four FROM r;
PRAGMA trusted_schema = OFF;
SELECT count(*) FROM chosen;
SELECT count(*) FROM predicted;
SELECT * FROM judged;
.print -- in a trigger
CREATE TABLE log(question);
CREATE TABLE wish(n);
CREATE TRIGGER wished AFTER INSERT ON wish BEGIN
  INSERT INTO log SELECT question FROM random_select((SELECT m FROM m), new.n, 1); END;
INSERT INTO wish VALUES(4);
SELECT count(*) FROM log;
.print -- a table-valued function is no table
CREATE VIRTUAL TABLE t USING mrmr_select;
INSERT INTO mrmr_select(rank) VALUES(1);
.print -- a run costs more than stepping through a table: beside another table, one run and not one for each row
CREATE TABLE truth AS SELECT 1 AS suite, model, avg(score) AS score FROM r GROUP BY model;
CREATE TABLE newer AS SELECT 1 AS suite, (SELECT m FROM m) AS source, score_matrix('n' || model, question, score) AS target FROM r;
CREATE INDEX by_model ON truth(model, suite);
EXPLAIN QUERY PLAN SELECT p.model FROM newer JOIN truth USING (suite), coreset_predict(newer.source, newer.target) AS p WHERE p.model = truth.model;
.print -- a run of so many rows that they are not kept, which fails at its last
CREATE TEMP TABLE crowd AS WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n LIMIT 120000)
  SELECT score_matrix('n' || i, j, s) AS t FROM (SELECT i, 1 AS j, i % 2 AS s FROM n UNION ALL SELECT 120000, 2, 50);
SELECT count(*) FROM coreset_predict((SELECT score_matrix(column1, column2, (column1 + column2) % 3 > 0) FROM (SELECT a.value AS column1, b.value AS column2 FROM json_each('[1,2,3,4,5]') AS a, json_each('[1,2,3,4,5,6]') AS b)), (SELECT t FROM crowd), 'mean');
