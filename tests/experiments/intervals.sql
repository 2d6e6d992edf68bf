-- intervals.sql: whether 90% intervals hold the truth nine times out of ten.
--
--     make intervals
--
-- First whatever questions were answered, by default, by a named selector and as 'fixed': 5% of the questions, 40 sources,
-- 43 other models as targets; ten draws: minutes. Lowest: coverage in the worst of the sets. Then the coreset itself.
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
CREATE TABLE drawn AS -- the models of each draw in an order of their own, by a hash
  SELECT dataset, seed, model, row_number() OVER (PARTITION BY dataset, seed ORDER BY (number * 7919 + seed * 104729) * (number + 31 * seed) % 99991, number) AS place
    FROM (SELECT dataset, model, row_number() OVER (PARTITION BY dataset ORDER BY model) AS number
            FROM (SELECT DISTINCT dataset, model FROM reference.scores) JOIN sets USING (dataset) WHERE kind = 'binary'),
         (SELECT value AS seed FROM generate_series(1, 10));
CREATE TABLE draws AS
  SELECT dataset, seed, score_matrix(model, question, score) FILTER (WHERE place <= 40) AS sources, score_matrix(model, question, score) FILTER (WHERE place <= 20) AS before
    FROM drawn JOIN reference.scores USING (dataset, model) GROUP BY dataset, seed;
CREATE TABLE questions AS -- hard, first: ranks, from 0 to 1
  SELECT dataset, seed, question, percent_rank() OVER (PARTITION BY dataset, seed ORDER BY avg(score), question) AS hard,
         percent_rank() OVER (PARTITION BY dataset, seed ORDER BY question) AS first
    FROM drawn JOIN reference.scores USING (dataset, model) WHERE place <= 40 GROUP BY dataset, seed, question;
CREATE TABLE answered AS
  SELECT dataset, seed, 'the coreset' AS kind, question FROM draws, coreset_select(sources, '5%')
  UNION ALL SELECT dataset, seed, 'the coreset of half as many sources', question FROM draws, coreset_select(before, '5%')
  UNION ALL SELECT dataset, draws.seed, 'random', question FROM draws, random_select(sources, '5%', draws.seed)
  UNION ALL SELECT dataset, seed, 'the hardest', question FROM questions WHERE hard < 0.05
  UNION ALL SELECT dataset, seed, 'the easiest', question FROM questions WHERE hard > 0.95
  UNION ALL SELECT dataset, seed, 'the first', question FROM questions WHERE first < 0.05
  UNION ALL SELECT dataset, seed, 'of middling difficulty', question FROM questions WHERE hard BETWEEN 0.475 AND 0.525;
CREATE INDEX answered_question ON answered(dataset, seed, kind, question);
CREATE TABLE truths AS SELECT dataset, model, avg(score) AS truth FROM reference.scores GROUP BY dataset, model;
CREATE TABLE targets AS
  SELECT dataset, seed, kind, score_matrix(model, question, score) AS t
    FROM answered JOIN reference.scores USING (dataset, question) JOIN drawn USING (dataset, seed, model)
   WHERE place > 40 AND place <= 83 GROUP BY dataset, seed, kind;
CREATE TABLE hits AS
  SELECT kind, how.column1 AS how, dataset, avg(truth BETWEEN lower - 1e-9 AND upper + 1e-9) AS coverage, avg(upper - lower) AS width
    FROM (VALUES(NULL), ('kriging_irt'), ('fixed')) AS how, targets JOIN draws USING (dataset, seed),
         coreset_predict(sources, t, NULL, NULL, how.column1) AS p JOIN truths USING (dataset, model)
   GROUP BY kind, how, dataset;
SELECT kind AS answered, coalesce(how, 'the default') AS selector, printf('%.3f', avg(coverage)) AS coverage, printf('%.3f', min(coverage)) AS lowest,
       printf('%.0f', 10000 * avg(width)) AS width
  FROM hits GROUP BY kind, how ORDER BY kind, how;
CREATE TABLE cells AS
  SELECT 'binary' AS kind, k.column1 AS k, s.column1 AS sources FROM (VALUES('5%'), ('10%'), ('15%')) AS k, (VALUES(15), (30), (50)) AS s
  UNION ALL SELECT 'pass@1', column1, 15 FROM (VALUES('5%'), ('10%'), ('15%'));
SELECT kind, splits.column1 AS split, cells.sources, cells.k AS k, printf('%.3f', avg(coverage)) AS coverage,
       printf('%.0f', 10000 * avg(width)) AS width, printf('%.0f', 10000 * avg(rmse)) AS RMSE,
       printf('%.0f', 1000 * avg(select_seconds)) AS 'selection, ms', printf('%.0f', 1000 * avg(predict_seconds)) AS 'prediction with intervals, ms'
  FROM (VALUES('binned'), ('random')) AS splits, cells JOIN sets USING (kind),
       coreset_evaluate(m, cells.k, NULL, NULL, cells.sources, splits.column1, CASE kind WHEN 'binary' THEN 40 ELSE 300 END)
 GROUP BY kind, splits.column1, cells.sources, cells.k ORDER BY kind, splits.column1, cells.sources, length(cells.k), cells.k;
