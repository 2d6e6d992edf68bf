-- predictions.sql: what may differ by 1e-12: one number at the end of each line.
.bail on
CREATE TABLE r AS
  WITH RECURSIVE m(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM m LIMIT 620),
                 q(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM q LIMIT 400)
  SELECT i AS model, j AS question, abs(i * 2654435761 + j * 40503 + i * j * j % 977 * 7919) / 32 % 1000 < 200 + i % 400 + j * 37 % 300 AS score FROM m, q;
CREATE TABLE source AS SELECT 40 AS models, score_matrix(model, question, score) AS m FROM r WHERE model <= 40
  UNION ALL SELECT 600, score_matrix(model, question, score) FROM r WHERE model <= 600;
CREATE TABLE target AS SELECT score_matrix(model, question, score) AS t FROM r WHERE model > 600 AND question * 7 % 10 = 1;
SELECT models, method, model, printf('%!.17g', predicted) FROM source, target,
  (SELECT DISTINCT name AS method FROM coreset_methods WHERE kind = 'predictor'), coreset_predict(m, t, method);
SELECT models, model, printf('%!.17g', lower) FROM source, target, coreset_predict(m, t) WHERE models = 40;
