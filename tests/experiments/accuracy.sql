-- accuracy.sql: the default method and its competitors on the reference database.
--
--     make accuracy
--
-- Five binary sets with 15, 30 and 50 source models, two pass@1 sets with 15 (of 25);
-- coresets of 5, 10 and 15%; binned and random splits with seeds 1 to 10. Every figure is an average
-- over sets and seeds, of the targets only.
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
  SELECT column1 AS method, column2 AS selector, column3 AS predictor FROM (VALUES
    ('the default', NULL, NULL),
    ('the default, outside none', '{"selector":"kriging_irt","outside":"none"}', '{"predictor":"krr_blup_irt","outside":"none"}'),
    ('kriging, krr_blup_irt', 'kriging', 'krr_blup_irt'), ('kriging, krr_blup', 'kriging', 'krr_blup'),
    ('mRMR MID, krr', '{"selector":"mrmr","scheme":"MID"}', 'krr'), ('mRMR MIQ, krr', '{"selector":"mrmr","scheme":"MIQ"}', 'krr'),
    ('mRMR MID, ridge', '{"selector":"mrmr","scheme":"MID"}', 'ridge'), ('mRMR MIQ, ridge', '{"selector":"mrmr","scheme":"MIQ"}', 'ridge'),
    ('random, AIPW', 'random', 'aipw'), ('random, mean', 'random', 'mean'));
CREATE TABLE results AS
  SELECT kind, splits.column1 AS split, cells.sources, cells.k AS k, method, avg(rmse) AS rmse, avg(mae) AS mae, avg(kendall_tau) AS kendall,
         avg(spearman_rho) AS spearman
    FROM methods, (VALUES('binned'), ('random')) AS splits, cells JOIN sets USING (kind),
         coreset_evaluate(m, cells.k, methods.selector, methods.predictor, cells.sources, splits.column1, 10)
   GROUP BY kind, splits.column1, cells.sources, cells.k, method;
CREATE VIEW grid AS
  SELECT method, kind, sources, group_concat(printf('%.0f', 10000 * rmse), ' ') AS rmse, group_concat(printf('%.0f', 10000 * mae), ' ') AS mae,
         group_concat(printf('%.2f', kendall), ' ') AS kendall, group_concat(printf('%.2f', spearman), ' ') AS spearman
    FROM (SELECT * FROM results WHERE split = 'binned' ORDER BY length(k), k) GROUP BY method, kind, sources;
.print 'Binned splits. Columns hold three figures: 5, 10 and 15% of the questions. RMSE and MAE x 1e4.'
.print
SELECT kind, sources, method, rmse AS 'RMSE', mae AS 'MAE', kendall AS 'Kendall', spearman AS 'Spearman' FROM grid
 ORDER BY kind, sources, method NOT LIKE 'the default%', method NOT LIKE 'kriging%', method LIKE 'random%', method;
.print
.print 'Our own methods against the best competitor of each cell, and on average over the cells.'
.print
CREATE VIEW own AS SELECT method FROM methods WHERE selector IS NULL OR selector = 'kriging' OR method LIKE 'the default%';
CREATE VIEW best AS
  SELECT kind, split, sources, k, min(rmse) AS rmse, min(mae) AS mae FROM results WHERE method NOT IN (SELECT method FROM own)
   GROUP BY kind, split, sources, k;
CREATE VIEW shares AS
  SELECT split, kind, method, sources, k, ours.rmse AS our_rmse, ours.mae AS our_mae, best.rmse AS best_rmse, best.mae AS best_mae
    FROM results AS ours JOIN best USING (kind, split, sources, k) WHERE method IN (SELECT method FROM own);
SELECT * FROM (
  SELECT split, kind, method, sources, group_concat(printf('%.2f', our_rmse / best_rmse), ' ') AS 'RMSE',
         group_concat(printf('%.2f', our_mae / best_mae), ' ') AS 'MAE'
    FROM (SELECT * FROM shares ORDER BY length(k), k) GROUP BY split, kind, method, sources
  UNION ALL
  SELECT split, kind, method, 'mean', printf('%.3f', avg(our_rmse) / avg(best_rmse)), printf('%.3f', avg(our_mae) / avg(best_mae))
    FROM shares GROUP BY split, kind, method)
 ORDER BY split, kind, method NOT LIKE 'the%', method NOT LIKE '%irt', sources;
