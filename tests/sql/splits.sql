-- Splits of coreset_evaluate: who learns and who is predicted; dates and families of models.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 1200)
  SELECT 'm' || printf('%02d', i / 60) AS model, i % 60 AS question, ((i * 7919 + i / 60 * 104729) % 1009) < 150 + 40 * (i / 60 * 7 % 20) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
-- a score that no two models share, by their place; dates, two models each of a month, and two of none; families
CREATE TABLE known AS SELECT model, row_number() OVER (ORDER BY avg(score), model) AS place FROM r GROUP BY model;
CREATE TABLE dates AS SELECT model, iif(place IN (3, 18), NULL, printf('2024-%02d', 1 + substr(model, 2) / 2)) AS date FROM known;
CREATE TABLE families AS SELECT model, iif(model < 'm06', 'base', NULL) AS family FROM known;
CREATE TABLE released AS SELECT json_group_array(json_array(model, date)) AS released FROM dates;
CREATE TABLE related AS SELECT json_group_array(json_array(model, family)) AS families FROM families;
CREATE VIEW targets AS SELECT s.column1 AS split, seed, model FROM (VALUES('binned'), ('random'), ('strong'), ('weak'), ('gap'), ('time')) AS s,
  coreset_evaluate_models((SELECT m FROM m), 3, 'random', 'mean', NULL, s.column1, 3, 0, (SELECT released FROM released));
.print -- how many are on each side: three quarters learn, of a gap half; later seeds learn from a tenth less where the sides are given
SELECT split, group_concat(seed || ':' || sources || '/' || targets, ' '), max(source_models), max(undated) FROM (VALUES('binned'), ('random'), ('strong'), ('weak'), ('gap'), ('time')) AS s,
  coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, s.column1, 3, NULL, (SELECT released FROM released)) GROUP BY s.column1;
.print -- strong, weak, gap: the targets by their place, the same for every seed
SELECT split, seed, group_concat(place, ' ') FROM (SELECT * FROM targets JOIN known USING (model) ORDER BY place) WHERE split IN ('strong', 'weak', 'gap') AND seed <> 2 GROUP BY split, seed;
.print -- time: those of the date at which the cut falls are targets
SELECT min(date), max(date), count(*) FROM targets JOIN dates USING (model) WHERE split = 'time' AND seed = 1;
SELECT source_models, sources, targets, undated FROM (VALUES(10), (11), (12), ('50%')) AS s, coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', s.column1, 'time', 1, 0, (SELECT released FROM released));
.print -- later seeds differ by the sources alone
SELECT split, count(DISTINCT rmse) FROM (VALUES('strong'), ('weak'), ('gap'), ('time')) AS s,
  coreset_evaluate((SELECT m FROM m), 12, 'mrmr', 'krr', NULL, s.column1, 4, NULL, (SELECT released FROM released)) GROUP BY s.column1;
.print -- two sources are left whole
SELECT sources FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', 2, 'strong', 3);
SELECT sources FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', 3, 'gap', 3);
.print -- dates: numbers; texts to the day and the second; the same moment in several forms is one date
SELECT group_concat(model) FROM coreset_evaluate_models((SELECT m FROM m), 3, 'random', 'mean', 2, 'time', 1, 0, '[["m01", 3], ["m02", 1.5], ["m03", 2], ["m04", -1]]');
SELECT group_concat(model) FROM coreset_evaluate_models((SELECT m FROM m), 3, 'random', 'mean', 2, 'time', 1, 0, '[["m01", "2024-03-01T10:00:01Z"], ["m02", "2024-03-01 10:00"], ["m03", "2024"], ["m04", "2024-02-29"]]');
SELECT group_concat(model) FROM coreset_evaluate_models((SELECT m FROM m), 3, 'random', 'mean', 3, 'time', 1, 0, '[["m01", "2024"], ["m02", "2024-01-01T00:00:00.000Z"], ["m03", "2025-01"], ["m04", "2025-01-01"], ["m05", "1999-12-31"]]');
SELECT group_concat(model) FROM coreset_evaluate_models((SELECT m FROM m), 3, 'random', 'mean', 3, 'time', 1, 0, '[["m01", "2024-02-29T23:59:59.5"], ["m02", "2024-02-29T23:59:59.25"], ["m03", "2024-03-01"], ["m04", "2024-02-29T23:59"]]');
.print -- models that the matrix lacks are passed over
SELECT sources, targets, undated FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, 'time', 1, 0, '[["m01", 3], ["m02", 1.5], ["m03", 2], ["m04", -1], ["x", 9], [5, 9]]');
SELECT sources, targets FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, 'random', 1, 0, NULL, '[["x", 9], [5, 9], ["m01", 9]]');
.print -- families: never on both sides, whatever the split
SELECT split, count(*), sum(relatives NOT IN (0, 6)) FROM (SELECT s.column1 AS split, seed, count(family) AS relatives FROM (VALUES('binned'), ('random')) AS s,
  coreset_evaluate_models((SELECT m FROM m), 3, 'random', 'mean', NULL, s.column1, 20, 0, NULL, (SELECT families FROM related)) AS e JOIN families USING (model) GROUP BY 1, 2) GROUP BY 1;
SELECT split, sources, targets FROM (VALUES('binned'), ('random'), ('strong'), ('weak'), ('gap'), ('time')) AS s,
  coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, s.column1, 1, 0, (SELECT released FROM released), (SELECT families FROM related));
SELECT count(*) AS related_sources FROM families JOIN known USING (model) WHERE family = 'base' AND place <= 15;
.print -- drawn without families or with every model in one of its own it is the same; 5 and '5' are two families
SELECT count(*), sum(a.rmse = b.rmse AND a.sources = b.sources) FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') AS a
  JOIN coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, NULL, NULL, NULL, NULL, (SELECT json_group_array(json_array(model, model || 'x')) FROM known)) AS b USING (seed);
SELECT sources FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', 19, 'random', 1, 0, NULL, '[["m01", 5], ["m02", "5"], ["m03", "6"]]');
SELECT DISTINCT sources FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', 19, 'random', 9, 0, NULL, (SELECT json_group_array(json_array(model, model >= 'm10')) FROM known));
.print -- in the order of ids, whatever their type
SELECT group_concat(model) FROM coreset_evaluate_models((SELECT score_matrix(iif(model < 'm05', CAST(substr(model, 2) AS INTEGER), model), question, score) FROM r), 3, 'random', 'mean', 2, 'time', 1, 0, '[[1, 3], [2, 1.5], ["m13", 2], ["m14", -1]]');
.print -- what is refused: the split
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, 'time');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', 15, 'gap');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', 20, 'gap');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', 1, 'gap');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', 18, 'time', 1, 0, (SELECT released FROM released));
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, 'time', 1, 0, '[["m01", 1], ["m02", 2]]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, 'time', 1, 0, '[]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, 'time', 1, 0, '[["m01", 1], ["m02", 1], ["m03", 1]]');
.print -- released
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = 'soon';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '{"m01": "2024"}';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = 5;
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '["m01", "m02"]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[["m01"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[["m01", 2024, 5]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[[null, 2024]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[[1.5, 2024]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[["m01", 2024], ["m01", 2024]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[["m01", true]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[["m01", [2024]]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[["m01", 1e999]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[["m01", "2024"], ["m02", 2024]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE released = '[["m01", 2024], ["m02", null], ["m03", "2024"]]';
SELECT * FROM coreset_evaluate((SELECT score_matrix(5, question, score) FROM r), 3) WHERE released = '[["5", 2024]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", ""]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "20240501"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "2024-5-1"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "2024-13"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "2024-04-31"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "2023-02-29"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "1900-02-29"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "2024-05-01T"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "2024-05-01T24:00"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "2024-05-01T10:00:00+02:00"]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "2024-05-01T10:00:00."]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3) WHERE released = '[["m01", "2024-05 "]]';
.print -- families
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE families = '["m01"]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE families = '{}';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE families = '[["m01", 2.5]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE families = '[["m01", false]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE families = '[["m01", {}]]';
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean') WHERE families = '[["m01", 1], ["m02", 1], ["m01", 2]]';
.print -- families that leave fewer than two sources
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, 'random', 1, 0, NULL, (SELECT json_group_array(json_array(model, 1)) FROM known));
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, 'strong', 1, 0, NULL, (SELECT json_group_array(json_array(model, place IN (1, 20) OR place % 2)) FROM known WHERE place <> 4));
SELECT * FROM coreset_evaluate((SELECT m FROM m), 3, 'random', 'mean', NULL, 'weak', 1, 0, NULL, (SELECT json_group_array(json_array(model, place < 2 OR place > 6)) FROM known));
