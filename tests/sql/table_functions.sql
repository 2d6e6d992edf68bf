-- The rules that all table-valued functions follow.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 600)
  SELECT i / 30 AS model, i % 30 AS question, ((i * 7919 + i / 30 * 104729) % 1009) < 200 + 30 * (i / 30) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
.print -- by position, by name, and NULL for the default
CREATE TABLE a AS SELECT rank, question FROM mrmr_select((SELECT m FROM m), 6, 'MID', 3, 'auto');
SELECT count(*) FROM a;
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 6) EXCEPT SELECT * FROM a;
SELECT rank, question FROM mrmr_select WHERE k = 6 AND matrix = (SELECT m FROM m) EXCEPT SELECT * FROM a;
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 6, NULL, NULL, NULL) EXCEPT SELECT * FROM a;
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 6.0, 'mid', 3.0) WHERE estimator = NULL EXCEPT SELECT * FROM a;
.print -- inputs show the value in force
SELECT DISTINCT k, scheme, neighbors, estimator, include, budget FROM mrmr_select((SELECT m FROM m), '10%');
SELECT DISTINCT k, scheme, neighbors, matrix = (SELECT m FROM m) FROM mrmr_select((SELECT m FROM m), 2.0, 'miq', 4.0);
SELECT DISTINCT k, typeof(k), seed FROM random_select((SELECT m FROM m));
SELECT DISTINCT selector, options FROM coreset_select((SELECT m FROM m), 1);
SELECT DISTINCT kernel, degree, alpha IS NOT NULL, gamma, level, selector
  FROM krr_predict((SELECT m FROM m), (SELECT score_matrix('new', question, 1) FROM r WHERE question < 4));
SELECT DISTINCT kernel, degree, alpha, gamma, level
  FROM krr_predict((SELECT m FROM m), (SELECT score_matrix('new', question, 1) FROM r WHERE question < 4), 'rbf', NULL, 2, NULL, 0);
SELECT DISTINCT predictor, level
  FROM coreset_predict((SELECT m FROM m), (SELECT score_matrix('new', question, 1) FROM r WHERE question < 4));
.print -- IN runs once for each value
SELECT scheme, count(*) FROM mrmr_select((SELECT m FROM m), 3) WHERE scheme IN ('MID', 'MI') GROUP BY scheme;
SELECT k, count(*) FROM random_select((SELECT m FROM m)) WHERE k IN (2, 4, '10%') GROUP BY k;
.print -- given twice
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE k = 6;
SELECT * FROM mrmr_select WHERE matrix = (SELECT m FROM m) AND scheme = 'MID' AND scheme = 'MIQ';
.print -- another operator than = or IN
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE k > 5;
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE k IS 5;
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE scheme LIKE 'M%';
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE scheme IS NULL;
SELECT * FROM mrmr_select((SELECT m FROM m)) WHERE neighbors BETWEEN 3 AND 4;
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
EXPLAIN QUERY PLAN SELECT * FROM mrmr_select((SELECT x'00'), 5) ORDER BY rank DESC;
SELECT group_concat(rank, ' ') FROM (SELECT rank FROM mrmr_select((SELECT m FROM m), 5) ORDER BY rank DESC);
SELECT group_concat(rank, ' ') FROM (SELECT rank FROM mrmr_select((SELECT m FROM m), 3) WHERE scheme IN ('MID', 'MIQ') ORDER BY rank);
.print -- LIMIT ends the work: with a budget that the included questions break, only the first rows can be had
SELECT rank, question FROM random_select((SELECT m FROM m), 4) WHERE include = '[3, 1, 2]' AND budget = 2 LIMIT 2;
SELECT rank, question FROM random_select((SELECT m FROM m), 4) WHERE include = '[3, 1, 2]' AND budget = 2;
.print -- correlated arguments, in either order of writing, and LEFT JOIN
CREATE TABLE sizes AS SELECT column1 AS size FROM (VALUES(1), (3), (2));
SELECT size, count(*) FROM sizes, random_select((SELECT m FROM m), size) GROUP BY size;
SELECT size, count(*) FROM random_select((SELECT m FROM m), size), sizes GROUP BY size;
SELECT size, count(*) FROM sizes, random_select WHERE matrix = (SELECT m FROM m) AND k = size GROUP BY size;
SELECT size, count(rank) FROM sizes LEFT JOIN random_select((SELECT m FROM m), size) ON rank > 1 GROUP BY size;
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
