-- What a database's schema can do with the functions, and what it must not: stored columns, partial and unique indexes, conflicts, names that
-- stand before those of the extension, DEFENSIVE and untrusted schemas. trusted_schema.sql has views and triggers.
.dbconfig defensive on
.dbconfig trusted_schema off
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 240)
  SELECT i / 20 AS model, i % 20 AS question, ((i * 7919 + i / 20 * 104729) % 1009) < 200 + 50 * (i / 20) AS score FROM n;
CREATE TABLE o AS SELECT score_matrix(model, question, score) AS m FROM r;
SELECT count(*) FROM coreset_select((SELECT m FROM o), 2);
.print -- stored columns, which are computed when a row is written; an error leaves no row
CREATE TABLE stored(id INTEGER PRIMARY KEY, m BLOB, fit AS (krr_fit(m, '[1, 2]')) STORED, info AS (coreset_info(m)) STORED);
INSERT INTO stored(m) SELECT m FROM o;
SELECT fit = krr_fit(m, '[1, 2]'), info = coreset_info(m) FROM stored;
INSERT INTO stored(m) VALUES (x'00');
INSERT INTO stored(m) SELECT score_matrix(model, question + 100, score) FROM r;
UPDATE stored SET m = CAST(substr(m, 1, 200) AS BLOB);
INSERT INTO stored(m) VALUES (NULL);
SELECT count(*), count(fit), count(info) FROM stored;
.print -- an index that is partial and unique
CREATE UNIQUE INDEX by_info ON stored(coreset_info(m)) WHERE score_matrix_info(m) IS NOT NULL;
INSERT INTO stored(m) SELECT m FROM o;
INSERT OR IGNORE INTO stored(m) SELECT m FROM o;
INSERT OR REPLACE INTO stored(id, m) SELECT 50, m FROM o;
INSERT INTO stored(id, m) SELECT 51, m FROM o WHERE true ON CONFLICT DO UPDATE SET id = 52;
SELECT id, info = coreset_info(m) FROM stored WHERE m IS NOT NULL;
SELECT count(*) FROM stored WHERE coreset_info(m) = (SELECT coreset_info(m) FROM o) AND score_matrix_info(m) IS NOT NULL;
PRAGMA integrity_check;
.print -- a constraint that is an error rather than false, and a default
CREATE TABLE checked(m BLOB CHECK (score_matrix_info(m) NOT LIKE '{"models":1,%'), version DEFAULT (coreset_version()));
INSERT INTO checked(m) SELECT score_matrix(1, 1, 1);
INSERT INTO checked(m) VALUES (x'436f72654d617400'), ('text');
INSERT OR IGNORE INTO checked(m) VALUES (zeroblob(1000));
INSERT INTO checked(m) SELECT m FROM o;
SELECT count(*), version = coreset_version() FROM checked;
.print -- aggregates and subqueries have no place there
CREATE TABLE a(x CHECK (score_matrix(1, 1, x) IS NOT NULL));
CREATE TABLE a(x, y AS (coreset_select(1, 1, x)));
CREATE TABLE a(x CHECK (x IN (SELECT name FROM coreset_methods)));
CREATE INDEX a ON r(kendall_tau(score, model));
SELECT score_matrix(model, question, score) OVER (PARTITION BY model) FROM r;
SELECT score_matrix(DISTINCT model, question, score) FROM r;
.print -- the tables cannot be written, changed, indexed or made anew
INSERT INTO coreset_methods(name) VALUES ('mine');
DELETE FROM coreset_methods;
UPDATE coreset_select SET k = 5;
CREATE INDEX a ON coreset_methods(name);
CREATE INDEX a ON r(coreset_version());
CREATE INDEX a ON r(model || coreset_info());
CREATE TRIGGER a AFTER INSERT ON coreset_methods BEGIN SELECT 1; END;
ALTER TABLE coreset_methods RENAME TO other;
DROP TABLE coreset_methods;
CREATE VIRTUAL TABLE a USING coreset_select;
.print -- a table of the same name stands before a function: an error, not another answer
CREATE VIEW coreset_select AS SELECT 1 AS rank, 99 AS question;
SELECT * FROM coreset_select((SELECT m FROM o), 2);
SELECT mrmr_select(model, question, score, 2) FROM r;
DROP VIEW coreset_select;
.print -- so it is with json_each, which reads arguments
CREATE VIEW json_each AS SELECT 1 AS key, 99 AS value, 'integer' AS type, '[99]' AS json;
SELECT * FROM random_select((SELECT m FROM o), 2) WHERE include = '[3]';
SELECT krr_fit(m, '[3]') FROM o;
DROP VIEW json_each;
CREATE TEMP TABLE json_each(key, value, type);
SELECT * FROM coreset_select((SELECT m FROM o), 2, '{"selector":"mrmr"}');
SELECT coreset_select(model, question, score, 2, 'mrmr', '{"neighbors":4}') FROM r;
DROP TABLE json_each;
CREATE VIRTUAL TABLE json_each USING fts4(key, value, type);
SELECT question FROM random_select((SELECT m FROM o), 1) WHERE include = '[3]';
INSERT INTO json_each VALUES ('a', '99', 'integer');
SELECT question FROM random_select((SELECT m FROM o), 1) WHERE include = '[3]';
SELECT krr_fit(m, '[3]') FROM o;
DROP TABLE json_each;
SELECT question FROM random_select((SELECT m FROM o), 1) WHERE include = '[3]';
.print -- triggers that fail within triggers, with a conflict clause from outside
CREATE TABLE log(a UNIQUE);
CREATE TRIGGER into_log AFTER INSERT ON log BEGIN SELECT score_matrix_info(new.a) FROM r; END;
CREATE TRIGGER into_stored AFTER DELETE ON stored BEGIN INSERT OR IGNORE INTO log VALUES (coalesce(old.m, x'00')); END;
DELETE FROM stored WHERE m IS NULL;
DELETE FROM stored WHERE m IS NOT NULL;
SELECT count(*), (SELECT count(*) FROM log) FROM stored;
.print -- a view of itself, an error in LIMIT; still usable
CREATE VIEW self AS SELECT * FROM coreset_select((SELECT score_matrix(rank, question, 1) FROM self), 1);
SELECT * FROM self;
SELECT count(*) FROM coreset_methods LIMIT coreset_info(x'00');
SELECT coreset_info(score_matrix(model, question, score)) = (SELECT coreset_info(score_matrix_merge(m)) FROM o) FROM r;
