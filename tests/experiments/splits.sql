-- splits.sql: the default where targets are unlike the sources, and what that costs where they are not.
--
--     make accuracy
--
-- All sets of the reference database and of more.db (tests/README.md), and the middle thirds of three rankings, where sources
-- differ little. `tuned`: the constants of the methods were chosen on this set; the others were not looked at before that.
-- `none` is the default with outside = 'none' in both methods, which is what it was before; `best` the better of AIPW and the plain mean on
-- random questions, each the mean of 20 draws on the identical splits. Sets with fewer than 15 targets are shown, and not in means.
-- RMSE x 1e4. s.e.: of a geometric mean over sets, in percent.
CREATE TEMP TABLE every(name, model, question, score, released); -- without types: some ids are texts that read as numbers
INSERT INTO every
  SELECT dataset, model, question, score, NULL FROM reference.scores
   WHERE dataset IN ('commonsense', 'gsm', 'mmlu', 'arc_challenge', 'ifeval') OR dataset LIKE '%pass_at_1_v3'
  UNION ALL SELECT dataset, model, question, score, released FROM more.scores;
CREATE TEMP TABLE places AS -- of each model in the ranking of its set, from 0 to 1
  SELECT name, model, percent_rank() OVER (PARTITION BY name ORDER BY avg(score), model) AS place FROM every GROUP BY name, model;
CREATE TEMP TABLE tried AS
  SELECT name, name NOT IN ('gsm', 'livebench_2024', 'alpaca_eval_1', 'MBPP_mbpp_pass_at_1_v3') AS tuned,
         score_matrix(model, question, score) AS m, (SELECT json_group_array(json_array(model, released))
           FROM (SELECT DISTINCT model, released FROM every AS e WHERE e.name = every.name AND released IS NOT NULL)) AS released,
         name IN ('lcb_codegen_time', 'mteb_tasks') AS is_dated -- elsewhere most models have one date
    FROM every GROUP BY name
  UNION ALL SELECT name || ', middle', name = 'arc_challenge', score_matrix(model, question, score), NULL, 0
    FROM every JOIN places USING (name, model) WHERE name IN ('arc_challenge', 'ifeval', 'mteb_tasks') AND place BETWEEN 1 / 3.0 AND 2 / 3.0 GROUP BY name;
CREATE TEMP TABLE ways AS
  SELECT column1 AS way, column2 AS sources FROM (VALUES('strong', '60%'), ('gap', NULL), ('weak', '60%'), ('time', '60%'));
CREATE TEMP VIEW without AS SELECT '{"selector":"kriging_irt","outside":"none"}' AS selector, '{"predictor":"krr_blup_irt","outside":"none"}' AS predictor;

-- 1. Beyond the sources: 2, 5, 10 and 15% of the questions, 5 splits each
CREATE TEMP TABLE beyond AS
  SELECT name, way, 'new' AS method, e.seed, e.k, rmse, coverage, width, e.targets FROM tried, ways,
         coreset_evaluate(m, '["2%","5%","10%","15%"]', NULL, NULL, ways.sources, way, 5, 0.9, tried.released) AS e
   WHERE way <> 'time' OR is_dated;
INSERT INTO beyond
  SELECT name, way, 'none', e.seed, e.k, rmse, NULL, NULL, e.targets FROM tried, ways, without,
         coreset_evaluate(m, '["2%","5%","10%","15%"]', without.selector, without.predictor, ways.sources, way, 5, 0.9, tried.released) AS e
   WHERE way <> 'time' OR is_dated;
INSERT INTO beyond
  SELECT name, way, p.column1, NULL, e.k, avg(rmse), NULL, NULL, e.targets FROM tried, ways, (VALUES('aipw'), ('mean')) AS p, generate_series(1, 20) AS draw,
         coreset_evaluate(m, '["2%","5%","10%","15%"]', json_object('selector', 'random', 'seed', draw.value), p.column1, ways.sources, way, 5, 0.9, tried.released) AS e
   WHERE way <> 'time' OR is_dated GROUP BY name, way, p.column1, e.k;
CREATE TEMP VIEW beyond_set AS
  SELECT *, CASE dense_rank() OVER (PARTITION BY name, way ORDER BY k) WHEN 1 THEN 2 WHEN 2 THEN 5 WHEN 3 THEN 10 ELSE 15 END AS share FROM (
    SELECT name, tuned, way, k, max(targets) AS targets, avg(rmse) FILTER (WHERE method = 'new') AS new, avg(rmse) FILTER (WHERE method = 'none') AS former,
           avg(rmse) FILTER (WHERE method = 'aipw') AS aipw, avg(rmse) FILTER (WHERE method = 'mean') AS mean, avg(coverage) AS coverage, avg(width) AS width
      FROM beyond JOIN tried USING (name) GROUP BY name, way, k);
CREATE TEMP TABLE beyond_sets AS SELECT *, min(aipw, mean) AS best FROM beyond_set;
.print
.print 'Targets beyond the sources, set by set; 5 and 10% of the questions. Shares: of the better of both random methods.'
.print
SELECT way, share AS '%', name, iif(tuned, '', 'unseen') AS ' ', targets, printf('%.0f', 1e4 * new) AS new, printf('%.0f', 1e4 * former) AS none, printf('%.0f', 1e4 * aipw) AS aipw, printf('%.0f', 1e4 * mean) AS mean,
       printf('%.2f', new / best) AS 'new / best', printf('%.2f', former / best) AS 'none / best', printf('%.2f', coverage) AS coverage, printf('%.0f', 1e4 * width) AS width
  FROM beyond_sets WHERE share IN (5, 10) ORDER BY CASE way WHEN 'strong' THEN 1 WHEN 'gap' THEN 2 WHEN 'weak' THEN 3 ELSE 4 END, share, tuned DESC, name;
.print
.print 'The same over sets with at least 15 targets: geometric means.'
.print
SELECT way, share AS '%', iif(tuned, 'tuned', 'unseen') AS sets, count(*) AS n, printf('%.2f', exp(avg(ln(new / best)))) AS 'new / best',
       printf('%.0f%%', 100 * sqrt(max(avg(ln(new / best) * ln(new / best)) - avg(ln(new / best)) * avg(ln(new / best)), 0) / max(count(*) - 1, 1))) AS 's.e.',
       printf('%.2f', max(new / best)) AS worst, sum(new / best > 1.05) AS 'above 1.05', printf('%.2f', exp(avg(ln(former / best)))) AS 'none / best',
       printf('%.2f', avg(coverage)) AS coverage, printf('%.2f', min(coverage)) AS lowest
  FROM beyond_sets WHERE targets >= 15 GROUP BY CASE way WHEN 'strong' THEN 1 WHEN 'gap' THEN 2 WHEN 'weak' THEN 3 ELSE 4 END, share, tuned ORDER BY CASE way WHEN 'strong' THEN 1 WHEN 'gap' THEN 2 WHEN 'weak' THEN 3 ELSE 4 END, share, tuned DESC;

-- 2. Targets like the sources: 5 and 10%, 10 splits each
CREATE TEMP TABLE within AS
  SELECT name, tuned, split.column1 AS way, sources.column1 AS sources, method, e.k, avg(rmse) AS rmse, max(e.targets) AS targets
    FROM tried, (VALUES('random'), ('binned')) AS split, (VALUES(15), (30), (50)) AS sources,
         (SELECT 'new' AS method, NULL AS selector, NULL AS predictor UNION ALL SELECT 'none', selector, predictor FROM without
          UNION ALL SELECT 'mRMR ' || s.column1 || ', ' || p.column1, json_object('selector', 'mrmr', 'scheme', s.column1), p.column1 FROM (VALUES('MID'), ('MIQ')) AS s, (VALUES('krr'), ('ridge')) AS p
          UNION ALL SELECT 'random, ' || column1, 'random', column1 FROM (VALUES('aipw'), ('mean'))) AS methods,
         coreset_evaluate(m, '["5%","10%"]', methods.selector, methods.predictor, sources.column1, split.column1, 10) AS e
   WHERE sources.column1 + 5 < (SELECT count(*) FROM score_matrix_models(m) WHERE role = 'source') GROUP BY name, split.column1, sources.column1, method, e.k;
CREATE TEMP TABLE within_sets AS
  SELECT name, tuned, way, sources, iif(k = min(k) OVER (PARTITION BY name, way, sources), 5, 10) AS share, targets, new, former, best FROM (
    SELECT name, tuned, way, sources, k, max(targets) AS targets, max(rmse) FILTER (WHERE method = 'new') AS new, max(rmse) FILTER (WHERE method = 'none') AS former,
           min(rmse) FILTER (WHERE method NOT IN ('new', 'none')) AS best FROM within GROUP BY name, way, sources, k);
.print
.print 'Targets like the sources: the default beside what it was, and beside the best competitor of each set (mRMR by MID or MIQ with krr or ridge,'
.print 'random questions with AIPW or the mean). Geometric means over sets with at least 15 targets, and the worst set.'
.print
SELECT way, sources, share AS '%', iif(tuned, 'tuned', 'unseen') AS sets, count(*) AS n, printf('%.3f', exp(avg(ln(new / former)))) AS 'new / none',
       printf('%.2f', max(new / former)) AS worst, printf('%.2f', exp(avg(ln(new / best)))) AS 'new / best', printf('%.2f', max(new / best)) AS ' worst',
       (SELECT group_concat(name, '; ') FROM within_sets AS w WHERE w.way = s.way AND w.sources = s.sources AND w.share = s.share AND w.tuned = s.tuned AND w.targets >= 15 AND w.new > w.best) AS 'above the best competitor'
  FROM within_sets AS s WHERE targets >= 15 GROUP BY way, sources, share, tuned ORDER BY way DESC, sources, share, tuned DESC;

-- 3. Few sources
.print
.print 'Few sources, random splits: coverage of 90% intervals; 5 splits each.'
.print
SELECT sources.column1 AS sources, e.split, k.column1 AS k, count(DISTINCT name) AS sets, printf('%.2f', avg(coverage)) AS coverage, printf('%.0f', 1e4 * avg(width)) AS width, printf('%.0f', 1e4 * avg(rmse)) AS RMSE
  FROM tried, (VALUES(3), (5), (8), (10)) AS sources, (VALUES('5%'), ('10%')) AS k, coreset_evaluate(m, k.column1, NULL, NULL, sources.column1, 'random', 5) AS e
 GROUP BY sources.column1, k.column1 ORDER BY sources.column1, length(k.column1);
