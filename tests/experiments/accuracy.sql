-- accuracy.sql: the default method and its competitors on the reference database.
--
--     make accuracy
--
-- Five binary sets with 15, 30 and 50 source models, two pass@1 sets with 15 (of 25);
-- coresets of 5, 10 and 15%; binned splits with seeds 1 to 10. Every figure is an average over sets
-- and seeds, of the targets only.
.bail on
.mode markdown
CREATE TABLE sets AS
  SELECT dataset, CASE WHEN dataset LIKE '%pass%' THEN 'pass@1' ELSE 'binary' END AS kind,
         score_matrix(model, question, score) AS m
    FROM reference.scores
   WHERE dataset IN ('commonsense', 'gsm', 'mmlu', 'arc_challenge', 'ifeval') OR dataset LIKE '%pass_at_1_v3'
   GROUP BY dataset;
CREATE TABLE cells AS
  SELECT 'binary' AS kind, k.column1 AS k, s.column1 AS sources FROM (VALUES('5%'), ('10%'), ('15%')) AS k, (VALUES(15), (30), (50)) AS s
  UNION ALL SELECT 'pass@1', column1, 15 FROM (VALUES('5%'), ('10%'), ('15%'));
CREATE TABLE methods AS
  SELECT column1 AS method, column2 AS selector, column3 AS predictor, column4 AS options FROM (VALUES
    ('the default', NULL, NULL, NULL), ('kriging, krr_blup', 'kriging', 'krr_blup', NULL),
    ('mRMR MID, krr', 'mrmr', 'krr', '{"scheme":"MID"}'), ('mRMR MIQ, krr', 'mrmr', 'krr', '{"scheme":"MIQ"}'),
    ('mRMR MID, ridge', 'mrmr', 'ridge', '{"scheme":"MID"}'), ('mRMR MIQ, ridge', 'mrmr', 'ridge', '{"scheme":"MIQ"}'),
    ('random, AIPW', 'random', 'aipw', NULL), ('random, mean', 'random', 'mean', NULL));
CREATE TABLE results AS
  SELECT kind, sources, cells.k AS k, method, avg(rmse) AS rmse, avg(mae) AS mae, avg(kendall) AS kendall, avg(spearman) AS spearman
    FROM methods, cells JOIN sets USING (kind),
         coreset_evaluate(m, cells.k, methods.selector, methods.predictor, sources, 'binned', 10, options)
   GROUP BY kind, sources, cells.k, method;
CREATE VIEW grid AS
  SELECT method, kind, sources, group_concat(printf('%.0f', 10000 * rmse), ' ') AS rmse, group_concat(printf('%.0f', 10000 * mae), ' ') AS mae,
         group_concat(printf('%.2f', kendall), ' ') AS kendall, group_concat(printf('%.2f', spearman), ' ') AS spearman
    FROM (SELECT * FROM results ORDER BY length(k), k) GROUP BY method, kind, sources;
.print 'Columns hold three figures: 5, 10 and 15% of the questions. RMSE and MAE x 1e4.'
.print
SELECT kind, sources, method, rmse AS 'RMSE', mae AS 'MAE', kendall AS 'Kendall', spearman AS 'Spearman' FROM grid
 ORDER BY kind, sources, method <> 'the default', method NOT LIKE 'kriging%', method LIKE 'random%', method;
.print
.print 'The default, and kriging with krr_blup, against the best competitor of each cell, and on average over the cells.'
.print
CREATE VIEW own AS SELECT method FROM methods WHERE selector IS NULL OR selector = 'kriging';
CREATE VIEW best AS
  SELECT kind, sources, k, min(rmse) AS rmse, min(mae) AS mae FROM results WHERE method NOT IN (SELECT method FROM own) GROUP BY kind, sources, k;
CREATE VIEW shares AS
  SELECT kind, sources, k, method, ours.rmse / best.rmse AS rmse, ours.mae / best.mae AS mae
    FROM results AS ours JOIN best USING (kind, sources, k) WHERE method IN (SELECT method FROM own);
SELECT * FROM (SELECT method, kind, sources, group_concat(printf('%.2f', rmse), ' ') AS 'RMSE', group_concat(printf('%.2f', mae), ' ') AS 'MAE'
  FROM (SELECT * FROM shares ORDER BY length(k), k) GROUP BY method, kind, sources
UNION ALL
SELECT method, kind, 'mean', printf('%.3f', avg(ours.rmse) / avg(best.rmse)), printf('%.3f', avg(ours.mae) / avg(best.mae))
  FROM results AS ours JOIN best USING (kind, sources, k) WHERE method IN (SELECT method FROM own) GROUP BY method, kind)
 ORDER BY method NOT LIKE 'the%', kind, sources;
