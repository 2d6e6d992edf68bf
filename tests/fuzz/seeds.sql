-- seeds.sql: small matrices, fits and bundles of them that fuzzing begins with, written to the folder that :folder names.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 60)
  SELECT i / 6 AS model, CASE WHEN i % 6 < 3 THEN i % 6 ELSE 'question ' || (i % 6) END AS question,
         (i * 7919 + i / 6 * 31) % 10 < 3 + i / 10 AS score FROM n;
CREATE TABLE seeds(name, bytes);
INSERT INTO seeds SELECT 'binary', score_matrix(model, question, score) FROM r;
INSERT INTO seeds SELECT 'holes', score_matrix(model, question, CASE WHEN rowid % 7 <> 3 THEN score END) FROM r;
INSERT INTO seeds SELECT 'rates', score_matrix(model, question, (score + model % 3) / 3.0, length(question)) FROM r;
INSERT INTO seeds SELECT 'trials', score_matrix(model, question, score) FROM (SELECT model, question, score FROM r UNION ALL SELECT model, question, 1 - score FROM r WHERE model < 4);
INSERT INTO seeds SELECT 'sums', score_matrix(model, question, score) FROM (SELECT model, question, score + 0.1 AS score FROM r UNION ALL SELECT model, question, score * 1e17 FROM r WHERE model < 3);
INSERT INTO seeds SELECT 'targets', score_matrix(100 + model, question, score) FROM r WHERE question IN (1, 'question 4') AND model < 4;
INSERT INTO seeds SELECT 'fit', coreset_fit(bytes, '[1,"question 4",2]') FROM seeds WHERE name = 'binary';
INSERT INTO seeds SELECT 'fit_' || column1, coreset_fit(bytes, '[1,"question 4"]', column1, NULL, 'none') FROM seeds, (VALUES('krr'), ('ridge'), ('aipw'), ('mean'), ('krr_blup')) WHERE name = 'rates';
INSERT INTO seeds SELECT 'suites', coreset_suites(suite, bytes) FROM (SELECT name AS suite, bytes FROM seeds WHERE name IN ('targets', 'holes') UNION ALL SELECT 7, bytes FROM seeds WHERE name = 'binary');
INSERT INTO seeds SELECT 'suites_of_fits', coreset_suites(name, bytes) FROM seeds WHERE name LIKE 'fit%';
SELECT count(writefile(:folder || '/' || name, bytes)) || ' seeds' FROM seeds WHERE bytes IS NOT NULL;
