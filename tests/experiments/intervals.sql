-- intervals.sql: whether 90% intervals hold the truth nine times out of ten.
--
--     make intervals
--
-- The default method; pooled over the binary sets of the reference database, seeds 1 to 40, or
-- the pass@1 sets, seeds 1 to 300: only 25 models, two sets and one size. Coverage and width (x 1e4) of the intervals, RMSE x 1e4.
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
SELECT kind, splits.column1 AS split, sources, cells.k AS k, printf('%.3f', avg(coverage)) AS coverage,
       printf('%.0f', 10000 * avg(width)) AS width, printf('%.0f', 10000 * avg(rmse)) AS RMSE,
       printf('%.0f', 1000 * avg(select_seconds)) AS 'selection, ms', printf('%.0f', 1000 * avg(predict_seconds)) AS 'prediction with intervals, ms'
  FROM (VALUES('binned'), ('random')) AS splits, cells JOIN sets USING (kind),
       coreset_evaluate(m, cells.k, NULL, NULL, sources, splits.column1, CASE kind WHEN 'binary' THEN 40 ELSE 300 END)
 GROUP BY kind, split, sources, cells.k ORDER BY kind, split, sources, length(cells.k), cells.k;
