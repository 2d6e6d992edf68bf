-- stopping.sql: what remaining_sd promises, and what the error then is.
--
--     make stopping
--
-- Binary and pass@1 sets of the reference database; for each of seeds 1 to 5 a random half of the
-- models, at most 50, are the sources. coreset_select chooses; after so many percent of the questions,
-- its remaining_sd, and the RMSE of coreset_predict on the other models.
.bail on
.mode markdown
CREATE TABLE split AS
  SELECT dataset, seed, model, row_number() OVER (PARTITION BY dataset, seed ORDER BY
           ((model + 1) * 2654435761 + seed * 40503) * 48271 % 2147483647) AS place,
         count(*) OVER (PARTITION BY dataset, seed) AS models
    FROM (SELECT DISTINCT dataset, model FROM reference.scores
           WHERE dataset IN ('commonsense', 'gsm', 'mmlu', 'arc_challenge', 'ifeval') OR dataset LIKE '%pass_at_1_v3'),
         (SELECT value AS seed FROM generate_series(1, 5));
CREATE TABLE sources AS
  SELECT dataset, seed, score_matrix(model, question, score) AS m FROM reference.scores JOIN split USING (dataset, model)
   WHERE place <= min(models / 2, 50) GROUP BY dataset, seed;
CREATE TABLE picks AS
  SELECT dataset, seed, rank, question, remaining_sd, n FROM sources
    JOIN (SELECT dataset, count(DISTINCT question) AS n FROM reference.scores GROUP BY dataset) USING (dataset), coreset_select(m, '30%');
CREATE TABLE targets AS
  SELECT dataset, seed, percent, score_matrix(model, question, score) AS m, max(remaining_sd) FILTER (WHERE rank = max(1, n * percent / 100)) AS remaining_sd
    FROM (SELECT column1 AS percent FROM (VALUES(1), (2), (5), (10), (20), (30))) JOIN picks ON rank <= max(1, n * percent / 100)
         JOIN reference.scores USING (dataset, question) JOIN split USING (dataset, seed, model) WHERE place > min(models / 2, 50)
   GROUP BY dataset, seed, percent;
CREATE TABLE truth AS SELECT dataset, model, avg(score) AS score FROM reference.scores GROUP BY dataset, model;
SELECT CASE WHEN dataset LIKE '%pass%' THEN 'pass@1' ELSE 'binary' END AS kind, percent || '%' AS questions,
       printf('%.4f', avg(remaining_sd)) AS remaining_sd, printf('%.4f', avg(error)) AS RMSE
  FROM (SELECT t.dataset, t.seed, percent, max(remaining_sd) AS remaining_sd, rmse(score, predicted) AS error
          FROM targets AS t JOIN sources AS s USING (dataset, seed), coreset_predict(s.m, t.m) AS p
               JOIN truth ON truth.dataset = t.dataset AND truth.model = p.model GROUP BY t.dataset, t.seed, percent)
 GROUP BY kind, percent;
