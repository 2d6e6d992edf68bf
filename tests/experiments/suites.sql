-- suites.sql: several suites predicted together, beside each alone.
--
--     make accuracy
--
-- Suites that the same models ran: three of HELM, and code benchmarks with 25 models; `unseen`, which nothing was tuned on, the
-- categories of LiveBench (models that lack some are among them) and the difficulties of LiveCodeBench. `strangers`: two sets whose
-- model ids do not name the same models, the first 100 of each, where suites tell nothing of each other.
-- Sources are drawn at random, or evenly over ten bins of the mean score, 10 times; all others are targets, and run 1, 3 and 10% of each
-- suite. RMSE x 1e4; together / alone: of each cell, a suite with one kind of split, number of sources and share.
CREATE TEMP TABLE suite_rows(name, suite, model, question, score);
INSERT INTO suite_rows
  SELECT 'HELM', dataset, model, question, score FROM reference.scores WHERE dataset IN ('commonsense', 'gsm', 'mmlu')
  UNION ALL SELECT 'code', dataset, model, question, score FROM reference.scores WHERE dataset LIKE '%pass_at_1_v3'
  UNION ALL SELECT 'strangers', dataset, model, question, score FROM reference.scores WHERE dataset IN ('arc_challenge', 'ifeval') AND model < 100
  UNION ALL SELECT 'LiveBench', substr(topic, 1, instr(topic, '/') - 1), model, question, score FROM more.scores WHERE dataset = 'livebench_2024'
  UNION ALL SELECT 'LiveCodeBench', substr(topic, instr(topic, '/') + 1), model, question, score FROM more.scores WHERE dataset = 'lcb_codegen_time';
CREATE TEMP TABLE suite_truth AS
  SELECT name, suite, model, avg(score) AS truth, count(score) * 1.0 / max(count(score)) OVER (PARTITION BY name, suite) AS complete
    FROM suite_rows GROUP BY name, suite, model;
DELETE FROM suite_truth WHERE complete < 1; -- nobody knows these scores
CREATE TEMP TABLE suite_models AS
  SELECT name, model, ntile(10) OVER (PARTITION BY name ORDER BY avg(truth), model) AS bin, count(*) OVER (PARTITION BY name) AS models
    FROM suite_truth GROUP BY name, model;
CREATE TEMP TABLE suite_draws AS -- every model of a set in random order
  SELECT name, seed.value AS seed, s.question AS model, s.rank
    FROM (SELECT name, score_matrix(which.value, model, which.value) AS m FROM suite_models, generate_series(0, 1) AS which GROUP BY name) AS sets,
         generate_series(1, 10) AS seed, coreset_select(m, '100%', 'random', json_object('seed', seed.value)) AS s;
CREATE TEMP TABLE suite_splits AS -- the first so many are sources
  SELECT name, way.column1 AS way, seed, model, models,
         row_number() OVER (PARTITION BY name, way.column1, seed ORDER BY CASE way.column1 WHEN 'binned' THEN deal ELSE 1 END, rank) AS place
    FROM (SELECT *, row_number() OVER (PARTITION BY name, seed, bin ORDER BY rank) AS deal FROM suite_draws JOIN suite_models USING (name, model)),
         (VALUES('random'), ('binned')) AS way;
CREATE TEMP TABLE suite_sources AS
  SELECT name, way, seed, sources.column1 AS sources, suite, score_matrix(model, question, score) AS m
    FROM (VALUES(15), (30), (50)) AS sources JOIN suite_splits ON place <= sources.column1 AND sources.column1 + 10 <= models JOIN suite_rows USING (name, model)
   GROUP BY name, way, seed, sources.column1, suite;
CREATE TEMP TABLE suite_targets AS
  SELECT name, way, seed, sources, share, suite, score_matrix(model, question, score) AS m
    FROM (SELECT name, way, seed, sources, suite, share.column1 AS share, c.question FROM suite_sources, (VALUES('1%'), ('3%'), ('10%')) AS share, coreset_select(m, share.column1) AS c)
    JOIN suite_splits USING (name, way, seed) JOIN suite_rows USING (name, model, suite, question) WHERE place > sources
   GROUP BY name, way, seed, sources, share, suite;
CREATE TEMP TABLE suite_runs AS
  SELECT name, way, seed, sources, s, share, t
    FROM (SELECT name, way, seed, sources, coreset_suites(suite, m) AS s FROM suite_sources GROUP BY name, way, seed, sources)
    JOIN (SELECT name, way, seed, sources, share, coreset_suites(suite, m) AS t FROM suite_targets GROUP BY name, way, seed, sources, share) USING (name, way, seed, sources);
CREATE TEMP TABLE suite_results AS
  SELECT name, way, seed, sources, share, p.suite, p.model, truth, predicted, alone, lower, upper
    FROM suite_runs, coreset_predict_suites(s, t, NULL, NULL, NULL, 'kriging_irt') AS p
    JOIN (SELECT * FROM suite_truth UNION ALL
          SELECT name, NULL, model, avg(truth), 1 FROM suite_truth JOIN (SELECT name, count(DISTINCT suite) AS suites FROM suite_truth GROUP BY name) USING (name)
           GROUP BY name, model HAVING count(*) = suites) AS truths USING (name) WHERE truths.suite IS p.suite AND truths.model = p.model;
CREATE TEMP TABLE suite_alone AS -- the interval of each alone
  SELECT name, way, seed, sources, share, suite, p.model, p.lower, p.upper
    FROM suite_sources JOIN suite_targets AS t USING (name, way, seed, sources, suite), coreset_predict(suite_sources.m, t.m, NULL, NULL, 'kriging_irt') AS p;
CREATE TEMP TABLE suite_cells AS
  SELECT name, way, sources, share, suite, sqrt(avg((predicted - truth) * (predicted - truth))) AS together, sqrt(avg((alone - truth) * (alone - truth))) AS alone,
         avg(truth BETWEEN r.lower AND r.upper) AS coverage, avg(r.upper - r.lower) AS width, avg(a.upper - a.lower) AS alone_width, avg(truth BETWEEN a.lower AND a.upper) AS alone_coverage
    FROM suite_results AS r LEFT JOIN suite_alone AS a USING (name, way, seed, sources, share, suite, model)
   GROUP BY name, way, sources, share, suite;
.print
.print 'Several suites together: geometric means over the cells of a set.'
.print
SELECT name, iif(name LIKE 'Live%', 'unseen', '') AS ' ', share AS '%', count(*) AS cells, printf('%.0f', 1e4 * avg(alone)) AS alone, printf('%.0f', 1e4 * avg(together)) AS together,
       printf('%.3f', exp(avg(ln(together / alone)))) AS 'together / alone', printf('%.3f', max(together / alone)) AS worst, sum(together / alone > 1.015) AS 'above 1.015',
       printf('%.2f', avg(coverage)) AS coverage, printf('%.2f', min(coverage)) AS lowest, printf('%.2f', avg(alone_coverage)) AS 'coverage alone', printf('%.2f', exp(avg(ln(width / alone_width)))) AS 'width / alone'
  FROM suite_cells WHERE suite IS NOT NULL GROUP BY name, share ORDER BY name LIKE 'Live%', name, length(share), share;
.print
.print 'The overall score, with equal weights.'
.print
SELECT name, iif(name LIKE 'Live%', 'unseen', '') AS ' ', share AS '%', printf('%.0f', 1e4 * avg(alone)) AS alone, printf('%.0f', 1e4 * avg(together)) AS together,
       printf('%.3f', exp(avg(ln(together / alone)))) AS 'together / alone', printf('%.3f', max(together / alone)) AS worst, printf('%.2f', avg(coverage)) AS coverage, printf('%.2f', min(coverage)) AS lowest, printf('%.0f', 1e4 * avg(width)) AS width
  FROM suite_cells WHERE suite IS NULL GROUP BY name, share ORDER BY name LIKE 'Live%', name, length(share), share;

-- One suite that targets have not run, predicted from the others
CREATE TEMP TABLE suite_missing AS
  SELECT r.name, way, seed, sources, r.suite, p.model, truth, predicted, lower, upper, source_mean
    FROM (SELECT g.name, way, seed, sources, s, one.suite,
                 (SELECT coreset_suites(t.suite, t.m) FROM suite_targets AS t WHERE t.name = g.name AND t.way = g.way AND t.seed = g.seed AND t.sources = g.sources AND t.share = '3%' AND t.suite <> one.suite) AS t
            FROM (SELECT * FROM suite_runs WHERE share = '3%') AS g JOIN (SELECT DISTINCT name, suite FROM suite_truth) AS one USING (name)) AS r
    JOIN (SELECT name, way, seed, sources, suite, avg(truth) AS source_mean FROM (SELECT DISTINCT sources FROM suite_sources) JOIN suite_splits ON place <= sources JOIN suite_truth USING (name, model) GROUP BY 1, 2, 3, 4, 5) USING (name, way, seed, sources, suite),
         coreset_predict_suites(s, t, NULL, NULL, NULL, 'kriging_irt') AS p JOIN suite_truth AS y ON y.name = r.name AND y.suite = r.suite AND y.model = p.model WHERE p.suite = r.suite;
.print
.print 'A suite that targets have not run, from 3% of the others, beside the mean score of the sources.'
.print
SELECT name, iif(name LIKE 'Live%', 'unseen', '') AS ' ', printf('%.0f', 1e4 * sqrt(avg((source_mean - truth) * (source_mean - truth)))) AS 'mean of sources', printf('%.0f', 1e4 * sqrt(avg((predicted - truth) * (predicted - truth)))) AS predicted,
       printf('%.2f', sqrt(avg((predicted - truth) * (predicted - truth)) / avg((source_mean - truth) * (source_mean - truth)))) AS share, printf('%.2f', avg(truth BETWEEN lower AND upper)) AS coverage, printf('%.0f', 1e4 * avg(upper - lower)) AS width,
       sum(predicted IS NULL) AS 'not predicted'
  FROM suite_missing GROUP BY name ORDER BY name LIKE 'Live%', name;

-- Targets beyond the sources: the weakest 60% learn and the strongest are predicted (strong), or the other way round (weak)
CREATE TEMP TABLE suite_far AS
  SELECT name, model, way.column1 AS way, CASE way.column1 WHEN 'strong' THEN place < 0.6 ELSE place > 0.4 END AS is_source
    FROM (SELECT name, model, percent_rank() OVER (PARTITION BY name ORDER BY avg(truth), model) AS place FROM suite_truth GROUP BY name, model), (VALUES('strong'), ('weak')) AS way;
CREATE TEMP TABLE suite_far_sources AS
  SELECT name, way, suite, score_matrix(model, question, score) AS m FROM suite_rows JOIN suite_far USING (name, model) WHERE is_source GROUP BY name, way, suite;
CREATE TEMP TABLE suite_far_targets AS
  SELECT name, way, share, suite, score_matrix(model, question, score) AS m
    FROM (SELECT name, way, suite, share.column1 AS share, c.question FROM suite_far_sources, (VALUES('1%'), ('3%'), ('10%')) AS share, coreset_select(m, share.column1) AS c)
    JOIN suite_far USING (name, way) JOIN suite_rows USING (name, model, suite, question) WHERE NOT is_source GROUP BY name, way, share, suite;
CREATE TEMP TABLE suite_far_results AS
  SELECT s.name, way, share, p.*, truth
    FROM (SELECT name, way, coreset_suites(suite, m) AS s FROM suite_far_sources GROUP BY name, way) AS s
    JOIN (SELECT name, way, share, coreset_suites(suite, m) AS t FROM suite_far_targets GROUP BY name, way, share) USING (name, way),
         coreset_predict_suites(s, t, NULL, NULL, NULL, 'kriging_irt') AS p
    JOIN (SELECT name, suite, model, truth FROM suite_truth UNION ALL
          SELECT name, NULL, model, avg(truth) FROM suite_truth JOIN (SELECT name, count(DISTINCT suite) AS suites FROM suite_truth GROUP BY name) USING (name)
           GROUP BY name, model HAVING count(*) = suites) AS y ON y.name = s.name AND y.suite IS p.suite AND y.model = p.model;
.print
.print 'Targets beyond the sources, all suites together; and the overall score.'
.print
SELECT name, iif(name LIKE 'Live%', 'unseen', '') AS ' ', way, share AS '%', printf('%.2f', avg(reach = 'inside')) AS inside,
       printf('%.0f', 1e4 * sqrt(avg((alone - truth) * (alone - truth)) FILTER (WHERE suite IS NOT NULL))) AS alone, printf('%.0f', 1e4 * sqrt(avg((predicted - truth) * (predicted - truth)) FILTER (WHERE suite IS NOT NULL))) AS together,
       printf('%.2f', avg(truth BETWEEN lower AND upper) FILTER (WHERE suite IS NOT NULL)) AS coverage,
       printf('%.0f', 1e4 * sqrt(avg((alone - truth) * (alone - truth)) FILTER (WHERE suite IS NULL))) AS 'overall: alone', printf('%.0f', 1e4 * sqrt(avg((predicted - truth) * (predicted - truth)) FILTER (WHERE suite IS NULL))) AS ' together',
       printf('%.2f', avg(truth BETWEEN lower AND upper) FILTER (WHERE suite IS NULL)) AS ' coverage'
  FROM suite_far_results WHERE name IN ('HELM', 'LiveBench', 'LiveCodeBench') GROUP BY name, way, share ORDER BY name, way, length(share), share;
