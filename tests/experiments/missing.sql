-- missing.sql: what holes in the data cost.
--
--     make missing-data
--
-- On the score matrices of the reference database, each number an average over the data
-- sets of its kind and over seeds 1 to 40. For each data set and seed a random half of the models, at
-- most 50, are the sources and the others the targets; 10% of the questions are chosen
-- by mrmr_select and the targets predicted by krr_predict from their answers to these.
--
-- Sources: so many percent of their cells are dropped at random; of '50% at random' a random half of
-- each model's answers, of 'each its own 40%' all but 40%. 'weak lack hard' is the pattern of a
-- benchmark that grew: the weaker half of the sources lack 4 of 5 of the hardest quarter of the
-- questions (20% of their cells). 'releases': questions came in five releases, and the strongest
-- third of the models lack the two oldest of them, the next third the oldest (20% of the cells).
-- overlap: how much of the coreset is that of the complete data. RMSE x 10^4 of the targets.
--
-- Targets: so many percent of their answers to the coreset are dropped at random.
.bail on
.mode markdown
CREATE TABLE settings AS SELECT column1 AS kind, column2 AS dataset FROM (VALUES
  ('binary', 'commonsense'), ('binary', 'gsm'), ('binary', 'mmlu'),
  ('pass@k', 'LBPP_Python_pass_at_1_v3'), ('pass@k', 'MBPP_mbpp_pass_at_1_v3'));
CREATE TABLE seeds AS SELECT value AS seed FROM generate_series(1, 40);
-- uniform numbers for anything that has a number and a seed: two multiplicative steps
CREATE TABLE split AS
  SELECT dataset, seed, model, row_number() OVER (PARTITION BY dataset, seed ORDER BY
           ((model + 1) * 2654435761 + seed * 40503) * 48271 % 2147483647) AS place,
         count(*) OVER (PARTITION BY dataset, seed) AS models
    FROM (SELECT DISTINCT dataset, model FROM reference.scores WHERE dataset IN (SELECT dataset FROM settings)), seeds;
CREATE TABLE source_rows AS
  SELECT s.dataset, seed, s.model, question, score,
         (((s.model * 1009 + question) * 2654435761 + seed * 97) % 4294967296 * 48271 % 2147483647) / 2147483647.0 AS draw
    FROM reference.scores AS s JOIN split USING (dataset, model) WHERE place <= min(models / 2, 50);
CREATE TABLE target_rows AS
  SELECT s.dataset, seed, s.model, question, score,
         (((s.model * 1013 + question) * 2654435761 + seed * 89) % 4294967296 * 69621 % 2147483647) / 2147483647.0 AS draw
    FROM reference.scores AS s JOIN split USING (dataset, model) WHERE place > min(models / 2, 50);
CREATE TABLE kinds_of_model AS
  SELECT dataset, seed, model, ntile(2) OVER strength = 1 AS is_weak, ntile(3) OVER strength - 1 AS lacks
    FROM source_rows GROUP BY dataset, seed, model
  WINDOW strength AS (PARTITION BY dataset, seed ORDER BY avg(score));
CREATE TABLE kinds_of_question AS
  SELECT dataset, seed, question, ntile(4) OVER (PARTITION BY dataset, seed ORDER BY avg(score), question) = 1 AS is_hard,
         ntile(5) OVER (PARTITION BY dataset, seed ORDER BY (question * 2654435761 + seed * 97) * 48271 % 2147483647) AS release
    FROM source_rows GROUP BY dataset, seed, question;
CREATE TABLE patterns AS SELECT column1 AS pattern, column2 AS share FROM (VALUES
  ('complete', 0), ('5% at random', 0.05), ('10% at random', 0.1), ('20% at random', 0.2), ('30% at random', 0.3),
  ('50% at random', NULL), ('each its own 40%', NULL), ('weak lack hard', NULL), ('releases', NULL));
CREATE TABLE matrices AS
  SELECT dataset, seed, pattern, score_matrix(model, question, score) AS m
    FROM (SELECT *, row_number() OVER own / (count(*) OVER own + 1.0) AS place
            FROM source_rows WINDOW own AS (PARTITION BY dataset, seed, model ORDER BY draw
                                            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
         JOIN kinds_of_model USING (dataset, seed, model) JOIN kinds_of_question USING (dataset, seed, question), patterns
   WHERE CASE pattern WHEN '50% at random' THEN place >= 0.5
                      WHEN 'each its own 40%' THEN place >= 0.6
                      WHEN 'weak lack hard' THEN NOT (is_weak AND is_hard AND draw < 0.8)
                      WHEN 'releases' THEN release > lacks
                      ELSE draw >= share END
   GROUP BY dataset, seed, pattern;
CREATE TABLE coresets AS
  SELECT dataset, seed, pattern, rank, question FROM matrices, mrmr_select(m, '10%');
CREATE TABLE truth AS SELECT dataset, seed, model, avg(score) AS score FROM target_rows GROUP BY dataset, seed, model;
CREATE TABLE predictions AS
  SELECT t.dataset, t.seed, t.pattern, p.model, p.predicted
    FROM (SELECT dataset, seed, pattern, score_matrix(model, question, score) AS target
            FROM coresets JOIN target_rows USING (dataset, seed, question) GROUP BY dataset, seed, pattern) AS t
         JOIN matrices AS m USING (dataset, seed, pattern), krr_predict(m.m, t.target) AS p;
.print 'Holes in the sources'
.print
SELECT kind, pattern, printf('%.2f', avg(overlap)) AS overlap, printf('%.0f', 10000 * avg(error)) AS 'RMSE x 1e4'
  FROM settings JOIN (
    SELECT dataset, seed, pattern, rmse(score, predicted) AS error,
           (SELECT count(*) FROM coresets AS a JOIN coresets AS b USING (dataset, seed, question)
             WHERE a.dataset = p.dataset AND a.seed = p.seed AND a.pattern = 'complete' AND b.pattern = p.pattern) * 1.0 /
           (SELECT max(rank) FROM coresets AS a WHERE a.dataset = p.dataset AND a.seed = p.seed) AS overlap
      FROM predictions AS p JOIN truth USING (dataset, seed, model) GROUP BY dataset, seed, pattern) USING (dataset)
 JOIN patterns USING (pattern)
 GROUP BY kind, pattern ORDER BY kind, patterns.rowid;

CREATE TABLE dropped AS SELECT value / 100.0 AS share FROM generate_series(0, 90, 10);
.print
.print 'Answers that targets lack'
.print
SELECT kind, printf('%.0f%%', 100 * share) AS dropped, printf('%.0f', 10000 * avg(error)) AS 'RMSE x 1e4'
  FROM settings JOIN (
    SELECT t.dataset, t.seed, share, rmse(truth.score, p.predicted) AS error
      FROM (SELECT dataset, seed, share, score_matrix(model, question, CASE WHEN draw < share THEN NULL ELSE score END) AS target
              FROM coresets JOIN target_rows USING (dataset, seed, question), dropped
             WHERE pattern = 'complete' GROUP BY dataset, seed, share) AS t
           JOIN matrices AS m USING (dataset, seed), krr_predict(m.m, t.target) AS p
           JOIN truth ON truth.dataset = t.dataset AND truth.seed = t.seed AND truth.model = p.model
     WHERE m.pattern = 'complete' GROUP BY t.dataset, t.seed, share) USING (dataset)
 GROUP BY kind, share;
