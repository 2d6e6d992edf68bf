-- A database in UTF-16: texts are converted, compared and hashed as anywhere else.
PRAGMA encoding = 'UTF-16le';
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 600)
  SELECT 'modèle ' || (i / 30) AS model, 'é' || (i % 30) AS question, ((i * 7919 + i / 30 * 104729) % 1009) < 200 + 30 * (i / 30) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
SELECT count(*), count(s.rank), min(s.question) FROM r LEFT JOIN mrmr_select((SELECT m FROM m), 5, 'miq') AS s USING (question);
SELECT scheme, count(*) FROM mrmr_select((SELECT m FROM m), 2) WHERE scheme = 'mid' OR scheme = 'miq' GROUP BY scheme;
SELECT x.column1, group_concat(question = 'é3') FROM (VALUES('["é1"]'), ('["é2"]'), ('["é3"]'), ('["é1"]')) AS x, random_select((SELECT m FROM m), 1) AS s
 WHERE s.include = x.column1 GROUP BY 1;
SELECT count(DISTINCT rowid) FROM mrmr_select((SELECT m FROM m), 2) WHERE scheme IN ('mid', 'miq', 'MIQ');
SELECT * FROM mrmr_select((SELECT m FROM m), 2, 'é');
