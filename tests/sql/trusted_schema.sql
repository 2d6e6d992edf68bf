-- Every function in the schema, under trusted_schema = OFF: views, triggers, generated columns, indexes, constraints.
PRAGMA trusted_schema = OFF;
PRAGMA trusted_schema;
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 240)
  SELECT i / 20 AS model, i % 20 AS question, ((i * 7919 + i / 20 * 104729) % 1009) < 200 + 50 * (i / 20) AS score FROM n;
CREATE VIEW matrix AS SELECT score_matrix(model, question, score) AS m, score_matrix(model, question, score, 1) AS w FROM r;
CREATE VIEW merged AS SELECT score_matrix_merge(m) AS m FROM matrix;
CREATE VIEW info AS SELECT score_matrix_info(m) AS info FROM merged;
CREATE VIEW cells AS SELECT * FROM score_matrix_cells((SELECT m FROM merged));
CREATE VIEW questions AS SELECT * FROM score_matrix_questions((SELECT m FROM merged));
CREATE VIEW models AS SELECT * FROM score_matrix_models((SELECT m FROM merged));
CREATE VIEW selected AS SELECT rank, question FROM coreset_select((SELECT m FROM merged), 4);
CREATE VIEW by_name AS SELECT rank, question FROM kriging_irt_select((SELECT m FROM merged)) WHERE k = 4;
CREATE VIEW random AS SELECT rank, question FROM random_select((SELECT m FROM merged), '20%');
CREATE VIEW limited AS SELECT rank, question FROM random_select((SELECT m FROM merged)) WHERE include = '[3]' AND exclude = '[4]'
  AND costs = '[[0,1],[1,1],[2,1],[3,1],[5,1],[6,1],[7,1],[8,1],[9,1],[10,1],[11,1],[12,1],[13,1],[14,1],[15,1],[16,1],[17,1],[18,1],[19,9]]' AND budget = 18;
CREATE VIEW arrays AS SELECT coreset_select(model, question, score, 4) AS a, kriging_irt_select(model, question, score, 4) AS b,
  coreset_select(model, question, score, 4, 'random') AS c FROM r;
CREATE VIEW target AS SELECT score_matrix('new', question, question % 2) AS m FROM selected;
CREATE VIEW predicted AS SELECT * FROM coreset_predict((SELECT m FROM merged), (SELECT m FROM target));
CREATE VIEW krr AS SELECT * FROM krr_blup_irt_predict((SELECT m FROM merged), (SELECT m FROM target));
CREATE VIEW ridge AS SELECT * FROM ridge_predict((SELECT m FROM merged), (SELECT m FROM target));
CREATE VIEW fits AS SELECT coreset_fit(m, a) AS any, krr_blup_irt_fit(m, a) AS krr, ridge_fit(m, a) AS ridge FROM merged, arrays;
CREATE VIEW applied AS SELECT coreset_predict((SELECT any FROM fits), question, score) AS any, krr_blup_irt_predict((SELECT krr FROM fits), question, score) AS krr,
  ridge_predict((SELECT ridge FROM fits), question, score) AS ridge FROM r WHERE model = 5;
CREATE VIEW evaluated AS SELECT * FROM coreset_evaluate((SELECT m FROM merged), '[4, 2]', 'random', 'mean');
CREATE VIEW evaluated_models AS SELECT * FROM coreset_evaluate_models((SELECT m FROM merged), 4, 'random', 'mean');
CREATE VIEW evaluated_questions AS SELECT * FROM coreset_evaluate_questions((SELECT m FROM merged), 4, 'random');
CREATE VIEW judged AS SELECT mae(score, model / 12.0) AS a, rmse(score, model / 12.0) AS b, pearson_r(score, model) AS c,
  spearman_rho(score, model) AS d, kendall_tau(score, model) AS e, mutual_info(score, model) AS f, mutual_info(score, model, 4) AS g,
  mutual_info(score, model, 3, 'ross') AS h FROM r;
CREATE VIEW running AS SELECT coreset_version() AS version, coreset_info() AS info;
SELECT m = w FROM matrix;
SELECT json_extract(info, '$.cells') FROM info;
SELECT (SELECT count(*) FROM cells), (SELECT count(*) FROM questions), (SELECT count(*) FROM models);
SELECT count(*) FROM selected JOIN by_name USING (rank, question);
SELECT count(*) FROM random;
SELECT count(*), sum(question IN (4, 19)) FROM limited;
SELECT (SELECT json_group_array(question) FROM selected) = a, a = b, json_array_length(c) FROM arrays;
SELECT count(*), sum(a.predicted = b.predicted) FROM predicted AS a JOIN krr AS b USING (model);
SELECT count(*) FROM ridge;
SELECT typeof(any), any = krr, typeof(ridge) FROM fits;
SELECT any = krr, abs(krr - ridge) < 0.5 FROM applied;
SELECT round(a, 6), round(b, 6), round(c, 6), round(d, 6), round(e, 6), f >= 0, g >= 0, f = h FROM judged;
SELECT (SELECT count(*) FROM evaluated), (SELECT count(*) FROM evaluated WHERE +k = 2), (SELECT count(*) FROM evaluated_models), (SELECT count(*) FROM evaluated_questions);
SELECT version IS NOT NULL, json_valid(info) FROM running;
.print -- inputs of a function in a view can be set from outside, = or IN, and outputs tested with OR
CREATE VIEW open AS SELECT rank, question, k, scheme FROM mrmr_select((SELECT m FROM merged));
SELECT k, scheme, count(*) FROM open WHERE k IN (2, 3) AND scheme = 'MIQ' GROUP BY k;
SELECT count(*) FROM open WHERE rank = 1 OR question = 7 OR rank = 20;
.print -- a trigger that keeps the coreset of a table, and one that uses an aggregate
CREATE TABLE chosen(rank, question);
CREATE TABLE arrays_log(a);
CREATE TRIGGER choose AFTER INSERT ON r BEGIN
  DELETE FROM chosen;
  INSERT INTO chosen SELECT rank, question FROM mrmr_select((SELECT score_matrix(model, question, score) FROM r), 3);
  INSERT INTO arrays_log SELECT mrmr_select(model, question, score, 3) FROM r;
END;
INSERT INTO r VALUES(12, 0, 1);
SELECT (SELECT json_group_array(question) FROM chosen) = a FROM arrays_log;
.print -- scalars in a constraint, a generated column and an index
CREATE TABLE store(name TEXT, m BLOB CHECK (score_matrix_info(m) NOT LIKE '{"models":1,%'),
  info AS (score_matrix_info(m)));
CREATE INDEX by_info ON store(score_matrix_info(m));
INSERT INTO store SELECT 'good', m FROM matrix;
SELECT name, json_extract(info, '$.cells') FROM store;
INSERT INTO store SELECT 'one model', score_matrix(1, 1, 1);
INSERT INTO store VALUES('no matrix', x'00');
SELECT count(*) FROM store WHERE score_matrix_info(m) = (SELECT score_matrix_info(m) FROM matrix);
.print -- an error from within a view names the function; a trigger that fails undoes the statement
CREATE VIEW failing AS SELECT * FROM mrmr_select((SELECT m FROM merged), 9999);
SELECT * FROM failing;
CREATE TRIGGER refuse BEFORE DELETE ON r BEGIN SELECT count(*) FROM random_select((SELECT m FROM merged), 0); END;
DELETE FROM r WHERE model = 3;
SELECT count(*) FROM r WHERE model = 3;
