-- Texts that are wholly numbers, as some hosts bind every number, count as SQLite itself has it.
CREATE TABLE matrices AS
  WITH RECURSIVE models(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM models LIMIT 6),
                 questions(j) AS (VALUES(1) UNION ALL SELECT j + 1 FROM questions LIMIT 9)
  SELECT score_matrix(i, j, (i * 7 + j * 5 + i * j) % 11 < i + 3) AS matrix FROM models, questions;
CREATE TABLE texts(t);
INSERT INTO texts VALUES ('3'), (' 3 '), ('+3'), ('03'), ('3.'), ('3.0'), ('3e0'), ('.3e1'), ('30E-1'), (char(9, 10, 11, 12, 13) || '3');
SELECT count(*), min(n), max(n) FROM (SELECT count(*) AS n FROM texts, random_select((SELECT matrix FROM matrices), t) GROUP BY texts.rowid);
SELECT DISTINCT seed, typeof(seed) FROM random_select((SELECT matrix FROM matrices), 2, '9007199254740993');
SELECT DISTINCT seed, typeof(seed) FROM random_select((SELECT matrix FROM matrices), 2, '9223372036854775807');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), '3x');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), '');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), ' ');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), '.');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), '3e');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), '3e+');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), '0x3');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), '3.5');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), '- 3');
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), '3' || char(160));
SELECT count(*) FROM random_select((SELECT matrix FROM matrices), 2, '9223372036854775808');
SELECT DISTINCT level FROM krr_predict((SELECT matrix FROM matrices), (SELECT score_matrix('new', 1, 1))) WHERE level = ' 5e-1 ';
