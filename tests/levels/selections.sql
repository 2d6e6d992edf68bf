-- selections.sql: what must be the same to the last bit, whatever the instructions and threads.
.bail on
CREATE TABLE r AS -- 1100 models fill 18 words of 64 bits; scores with many ties
  WITH RECURSIVE m(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM m LIMIT 1100),
                 q(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM q LIMIT 230)
  SELECT i AS model, j AS question, abs(i * 2654435761 + j * 40503 + i * j * j % 977 * 7919) / 32 % 1000 AS draw FROM m, q;
CREATE TABLE matrices AS
  SELECT 'many models' AS name, score_matrix(model, question, draw < 200 + model % 400 + question * 37 % 300) AS m FROM r
  UNION ALL SELECT 'binary', score_matrix(model, question, draw < 200 + model * 6 + question * 37 % 300) FROM r WHERE model <= 90
  UNION ALL SELECT 'missing', score_matrix(model, question, draw < 200 + model * 6 + question * 37 % 300) FROM r WHERE model <= 90 AND draw % 11 > 0
  UNION ALL SELECT 'real', score_matrix(model, question, draw / 1000.0 * model / 60) FROM r WHERE model <= 60 AND question <= 120;
SELECT name, selector, rank, question, printf('%!.17g %!.17g %!.17g', relevance, redundancy, objective), printf('%!.17g', remaining_sd)
  FROM matrices, (SELECT DISTINCT name AS method FROM coreset_methods WHERE kind = 'selector'), coreset_select(m, 40, method);
SELECT name, rank, question, printf('%!.17g', objective) FROM matrices, mrmr_select(m, 25, 'MIQ') WHERE name <> 'many models';
