-- dial.sql: one row of `make dial`: the RMSE of the default, with the constants that the extension was built with, as a
-- share of that with outside = 'none' in both methods. Geometric means over the sets that the constants were chosen on and
-- 5 and 10% of the questions, 8 splits each; in brackets the worst set.
.bail on
.mode markdown
CREATE TABLE every(name, model, question, score, released); -- without types: some ids are texts that read as numbers
INSERT INTO every SELECT dataset, model, question, score, NULL FROM reference.scores WHERE dataset IN ('commonsense', 'mmlu', 'arc_challenge', 'ifeval')
  UNION ALL SELECT dataset, model, question, score, released FROM more.scores WHERE dataset IN ('lcb_codegen_time', 'mteb_tasks');
CREATE TABLE places AS SELECT name, model, percent_rank() OVER (PARTITION BY name ORDER BY avg(score), model) AS place FROM every GROUP BY name, model;
CREATE TABLE tried AS
  SELECT name, score_matrix(model, question, score) AS m, json_group_array(DISTINCT json_array(model, released)) FILTER (WHERE released IS NOT NULL) AS released,
         count(released) > 0 AS is_dated FROM every GROUP BY name
  UNION ALL SELECT name || ', middle', score_matrix(model, question, score), NULL, 0 FROM every JOIN places USING (name, model)
   WHERE name = 'arc_challenge' AND place BETWEEN 1 / 3.0 AND 2 / 3.0 GROUP BY name;
UPDATE tried SET released = (SELECT json_group_array(json(value)) FROM json_each(tried.released)) WHERE is_dated;
CREATE TABLE ways AS SELECT column1 AS way, column2 AS sources FROM
  (VALUES('strong', '60%'), ('gap', NULL), ('weak', '60%'), ('time', '60%'), ('random', 15), ('random', 30), ('binned', 15), ('binned', 30));
CREATE TABLE errors AS
  SELECT name, way, ways.sources, e.k, method, avg(rmse) AS rmse FROM tried, ways,
         (SELECT 'with' AS method, NULL AS selector, NULL AS predictor UNION ALL
          SELECT 'without', '{"selector":"kriging_irt","outside":"none"}', '{"predictor":"krr_blup_irt","outside":"none"}') AS methods,
         coreset_evaluate(m, '["5%","10%"]', methods.selector, methods.predictor, ways.sources, way, 8, 0, tried.released) AS e
   WHERE way <> 'time' OR is_dated GROUP BY name, way, ways.sources, e.k, method;
CREATE VIEW shares AS SELECT name, way, a.rmse / b.rmse AS share FROM errors AS a JOIN errors AS b USING (name, way, k)
 WHERE a.method = 'with' AND b.method = 'without' AND a.sources IS b.sources;
CREATE VIEW cells AS SELECT way, printf('%.2f (%.2f)', exp(avg(ln(share))), (SELECT max(mean) FROM (SELECT exp(avg(ln(share))) AS mean FROM shares AS s WHERE s.way = shares.way GROUP BY name))) AS cell
  FROM shares GROUP BY way;
SELECT :name AS coreset, :share AS share, :even AS even, max(cell) FILTER (WHERE way = 'strong') AS strong, max(cell) FILTER (WHERE way = 'gap') AS gap, max(cell) FILTER (WHERE way = 'weak') AS weak,
       max(cell) FILTER (WHERE way = 'time') AS time, max(cell) FILTER (WHERE way = 'random') AS random, max(cell) FILTER (WHERE way = 'binned') AS binned FROM cells;
