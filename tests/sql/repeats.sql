-- Repeated runs are counts: scores of 0 and 1 stay binary in kind, whatever their averages.
-- 24 models of growing ability on 80 questions of growing difficulty, one run each.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 24 * 80)
  SELECT i % 24 AS model, i / 24 AS question,
         (i * 7919 + (i / 24) * 104729 + (i % 24) * 1299709) % 1009 < 600 + 25 * (i % 24) - 9 * (i / 24) AS score FROM n;
CREATE TABLE again(model, question, score);                                       -- re-runs
CREATE VIEW s AS SELECT * FROM r UNION ALL SELECT * FROM again;
CREATE VIEW source AS SELECT score_matrix(model, question, score) AS m FROM s WHERE model % 4 <> 3;
CREATE VIEW target AS SELECT score_matrix(model, question, score) AS m FROM r WHERE model % 4 = 3 AND question % 7 = 2;
CREATE TABLE once AS SELECT m AS source, (SELECT m FROM target) AS target FROM source;
CREATE TABLE predicted AS SELECT model, predicted FROM once, coreset_predict(once.source, once.target);
.print -- one re-run that disagrees, one that agrees: 16 bytes each
INSERT INTO again SELECT model, question, 1 - score FROM r WHERE model = 5 AND question = 30;
SELECT length(m) - length(source) FROM source, once;
INSERT INTO again SELECT model, question, score FROM r WHERE model = 6 AND question = 31;
SELECT length(m) - length(source) FROM source, once;
SELECT m ->> 'cells', m ->> 'repeats', m ->> 'binary' FROM (SELECT score_matrix_info(m) AS m FROM source);
SELECT model, question, score, repeats FROM source, score_matrix_cells(source.m) WHERE repeats > 1;
.print -- the order of rows does not matter, nor the way they are spread over matrices
SELECT m = (SELECT score_matrix(model, question, score) FROM (SELECT * FROM s WHERE model % 4 <> 3 ORDER BY question DESC, score, model)) FROM source;
SELECT m = (SELECT score_matrix_merge(part) FROM (SELECT score_matrix(model, question, score) AS part FROM s WHERE model % 4 <> 3 GROUP BY score)) FROM source;
SELECT m = (SELECT score_matrix_merge(part) FROM (SELECT source AS part FROM once UNION ALL
  SELECT score_matrix(model, question, score) FROM again)) FROM source;
SELECT score_matrix_merge(part) = (SELECT score_matrix(model, question, score) FROM (SELECT * FROM s UNION ALL SELECT * FROM s) WHERE model % 4 <> 3)
  FROM (SELECT m AS part FROM source UNION ALL SELECT m FROM source);
.print -- the default methods remain those of binary scores, and hardly notice
CREATE VIEW averages AS SELECT score_matrix(model, question, score) AS m FROM   -- the same, real-valued
  (SELECT model, question, avg(score) AS score FROM s WHERE model % 4 <> 3 GROUP BY 1, 2);
CREATE VIEW default_picks AS SELECT rank, question FROM source, coreset_select(m, 12);
SELECT count(*) FROM (SELECT question FROM default_picks INTERSECT SELECT question FROM once, coreset_select(once.source, 12));
SELECT group_concat(question) = (SELECT group_concat(question) FROM source, kriging_select(source.m, 12)) FROM default_picks;
SELECT max(abs(objective - (SELECT k.objective FROM averages, kriging_select(averages.m, 12) AS k WHERE k.rank = d.rank))) < 1e-12
  FROM averages, kriging_irt_select(averages.m, 12, 'none') AS d;
SELECT max(abs(p.predicted - q.predicted)) < 0.005, max(abs(p.predicted - q.predicted)) > 0
  FROM source, target, coreset_predict(source.m, target.m) AS p JOIN predicted AS q USING (model);
SELECT min(abs(p.predicted - k.predicted)) > 1e-6 FROM source, target, coreset_predict(source.m, target.m) AS p
  JOIN (SELECT model, predicted FROM source, target, krr_blup_predict(source.m, target.m)) AS k USING (model);
SELECT max(abs(p.predicted - k.predicted)) < 1e-12 FROM averages, target, krr_blup_irt_predict(averages.m, target.m, 'none') AS p
  JOIN (SELECT model, predicted FROM averages, target, krr_blup_predict(averages.m, target.m)) AS k USING (model);
.print -- mrmr takes averages for real-valued scores
SELECT count(*) FROM once, mrmr_select(once.source, 3, 'MIQ', 3, 'ross');
SELECT count(*) FROM source, mrmr_select(source.m, 3, 'MIQ', 3, 'ross');
SELECT count(*) FROM source, mrmr_select(source.m, 3, 'MIQ', 3, 'ksg');
.print -- five runs of everything
DELETE FROM again;
INSERT INTO again WITH RECURSIVE n(run) AS (VALUES(1) UNION ALL SELECT run + 1 FROM n LIMIT 4)
  SELECT model, question, (model * 7 + question * 13 + run * 31) % 10 < 6 + 3 * (2 * score - 1) FROM r, n;
SELECT score_matrix_info(m) ->> 'repeats' FROM source;
SELECT max(abs(s.objective - k.objective)) > 1e-3 FROM source, kriging_irt_select(source.m, 12) AS s
  JOIN (SELECT rank, objective FROM source, kriging_select(source.m, 12)) AS k USING (rank);
SELECT min(abs(p.predicted - k.predicted)) > 1e-6 FROM source, target, krr_blup_irt_predict(source.m, target.m) AS p
  JOIN (SELECT model, predicted FROM source, target, krr_blup_predict(source.m, target.m)) AS k USING (model);
SELECT m = (SELECT score_matrix_merge(part) FROM (SELECT score_matrix(model, question, score) AS part FROM s WHERE model % 4 <> 3 GROUP BY score)) FROM source;
.print -- a fit that learnt from trials takes answers from 0 to 1
SELECT predicted BETWEEN 0 AND 1 FROM (SELECT coreset_predict(coreset_fit(m, '[2, 40]'), column1, column2) AS predicted
  FROM source, (VALUES(2, 0.5), (40, 1)));
SELECT coreset_predict(coreset_fit(m, '[2, 40]'), column1, column2) FROM source, (VALUES(2, 1.5), (40, 1));
.print -- real-valued: a fraction, a sum above the count, one below 0, one that is not whole
DELETE FROM again;
CREATE VIEW is_real AS SELECT max(abs(s.objective - k.objective)) < 1e-12 AS is_real, length(m) > 10000 AS is_large
  FROM source, kriging_irt_select(source.m, 12, 'none') AS s
  JOIN (SELECT rank, objective FROM source, kriging_select(source.m, 12)) AS k USING (rank);
SELECT * FROM is_real;
INSERT INTO again VALUES (5, 30, 0.5);
SELECT * FROM is_real;
UPDATE again SET score = 3;
SELECT * FROM is_real;
UPDATE again SET score = -1;
SELECT * FROM is_real;
UPDATE again SET score = 0.1;
INSERT INTO again VALUES (5, 30, 0.2), (5, 30, 0.7);
SELECT * FROM is_real;
DELETE FROM again;
UPDATE r SET score = 0.25 WHERE model = 5 AND question = 30;
SELECT * FROM is_real;
.print -- three quarters of a success and a quarter make one; what models scored that are no sources does not matter
INSERT INTO again VALUES (5, 30, 0.75);
SELECT * FROM is_real;
INSERT INTO again VALUES (100, 1, 0.25);
SELECT is_real FROM is_real;
