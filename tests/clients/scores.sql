-- Twelve models have answered sixty questions, and so has a newcomer: of its answers only those to the coreset are used.
CREATE TABLE results AS
  WITH RECURSIVE models(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM models LIMIT 13),
                 questions(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM questions LIMIT 60)
  SELECT CASE i WHEN 0 THEN 'newcomer' ELSE printf('model-%02d', i) END AS model, printf('question-%02d', j) AS question,
         (i * 7919 + j * 104729 + i * j * 31) % 1009 < 250 + 400 * i / 12 + 10 * (j % 30) AS score
    FROM models, questions;
