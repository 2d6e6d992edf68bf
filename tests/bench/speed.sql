-- speed.sql: reading rows, selecting and fitting, as shares of SQLite's own scan.
--
--     make bench
--
-- 400 models x 12,000 questions, made up, text ids; each statement twice, the faster one
-- counts. julianday('now') is good to a millisecond.
.bail on
.mode markdown
CREATE TABLE clock(what, run, at);
CREATE TABLE by_model AS
  WITH RECURSIVE a(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM a WHERE i < 399), b(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM b WHERE j < 11999)
  SELECT printf('provider/model-%05d', i * 7919 % 100003) AS model, printf('question-%06d', j * 104729 % 1000003) AS question,
         abs(i * 2654435761 + j * 40503 + i * j * j % 977 * 7919) / 32 % 1000 < 200 + i + j * 37 % 300 AS score
    FROM a CROSS JOIN b;
CREATE TABLE by_question AS SELECT * FROM by_model ORDER BY question, model;
CREATE TABLE at_random AS SELECT * FROM by_model ORDER BY random();
CREATE TEMP TABLE m(m);
CREATE TEMP TABLE scan(x);
INSERT INTO clock VALUES('scan, model order', 1, julianday('now'));
INSERT INTO scan SELECT sum(length(model) + length(question) + score) FROM by_model;
INSERT INTO clock VALUES('scan, model order', 1, julianday('now'));
INSERT INTO clock VALUES('scan, model order', 2, julianday('now'));
INSERT INTO scan SELECT sum(length(model) + length(question) + score) FROM by_model;
INSERT INTO clock VALUES('scan, model order', 2, julianday('now'));
INSERT INTO clock VALUES('score_matrix, model order', 1, julianday('now'));
DELETE FROM m; INSERT INTO m SELECT score_matrix(model, question, score) FROM by_model;
INSERT INTO clock VALUES('score_matrix, model order', 1, julianday('now'));
INSERT INTO clock VALUES('score_matrix, model order', 2, julianday('now'));
DELETE FROM m; INSERT INTO m SELECT score_matrix(model, question, score) FROM by_model;
INSERT INTO clock VALUES('score_matrix, model order', 2, julianday('now'));
INSERT INTO clock VALUES('scan, question order', 1, julianday('now'));
INSERT INTO scan SELECT sum(length(model) + length(question) + score) FROM by_question;
INSERT INTO clock VALUES('scan, question order', 1, julianday('now'));
INSERT INTO clock VALUES('scan, question order', 2, julianday('now'));
INSERT INTO scan SELECT sum(length(model) + length(question) + score) FROM by_question;
INSERT INTO clock VALUES('scan, question order', 2, julianday('now'));
INSERT INTO clock VALUES('score_matrix, question order', 1, julianday('now'));
DELETE FROM m; INSERT INTO m SELECT score_matrix(model, question, score) FROM by_question;
INSERT INTO clock VALUES('score_matrix, question order', 1, julianday('now'));
INSERT INTO clock VALUES('score_matrix, question order', 2, julianday('now'));
DELETE FROM m; INSERT INTO m SELECT score_matrix(model, question, score) FROM by_question;
INSERT INTO clock VALUES('score_matrix, question order', 2, julianday('now'));
INSERT INTO clock VALUES('scan, random order', 1, julianday('now'));
INSERT INTO scan SELECT sum(length(model) + length(question) + score) FROM at_random;
INSERT INTO clock VALUES('scan, random order', 1, julianday('now'));
INSERT INTO clock VALUES('scan, random order', 2, julianday('now'));
INSERT INTO scan SELECT sum(length(model) + length(question) + score) FROM at_random;
INSERT INTO clock VALUES('scan, random order', 2, julianday('now'));
INSERT INTO clock VALUES('score_matrix, random order', 1, julianday('now'));
DELETE FROM m; INSERT INTO m SELECT score_matrix(model, question, score) FROM at_random;
INSERT INTO clock VALUES('score_matrix, random order', 1, julianday('now'));
INSERT INTO clock VALUES('score_matrix, random order', 2, julianday('now'));
DELETE FROM m; INSERT INTO m SELECT score_matrix(model, question, score) FROM at_random;
INSERT INTO clock VALUES('score_matrix, random order', 2, julianday('now'));
INSERT INTO clock VALUES('mrmr_select, 600 questions', 1, julianday('now'));
INSERT INTO scan SELECT count(*) FROM mrmr_select((SELECT m FROM m), 600);
INSERT INTO clock VALUES('mrmr_select, 600 questions', 1, julianday('now'));
INSERT INTO clock VALUES('mrmr_select, 600 questions', 2, julianday('now'));
INSERT INTO scan SELECT count(*) FROM mrmr_select((SELECT m FROM m), 600);
INSERT INTO clock VALUES('mrmr_select, 600 questions', 2, julianday('now'));
INSERT INTO clock VALUES('kriging_select, 600 questions', 1, julianday('now'));
INSERT INTO scan SELECT count(*) FROM kriging_select((SELECT m FROM m), 600);
INSERT INTO clock VALUES('kriging_select, 600 questions', 1, julianday('now'));
INSERT INTO clock VALUES('kriging_select, 600 questions', 2, julianday('now'));
INSERT INTO scan SELECT count(*) FROM kriging_select((SELECT m FROM m), 600);
INSERT INTO clock VALUES('kriging_select, 600 questions', 2, julianday('now'));
CREATE VIEW seconds AS
  SELECT what, min(seconds) AS seconds FROM (SELECT what, run, 86400 * (max(at) - min(at)) AS seconds FROM clock GROUP BY what, run) GROUP BY what;
SELECT what, printf('%.0f', 1000 * seconds) AS ms,
       printf('%.2f', seconds / (SELECT seconds FROM seconds AS s WHERE s.what = 'scan, ' || CASE WHEN seconds.what LIKE 'score_matrix%' THEN substr(seconds.what, 15) ELSE 'model order' END)) AS 'of the scan',
       printf('%.2f', seconds / (SELECT seconds FROM seconds AS s WHERE s.what = 'score_matrix, model order')) AS 'of score_matrix, model order'
  FROM seconds ORDER BY what LIKE '%select%', what;
