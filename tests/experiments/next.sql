-- next.sql: questions chosen as answers come: coreset_next() beside a coreset of the same size, and stopping when an interval is narrow
-- enough.
--
--     make accuracy
--
-- Models that answered every question of a set; random splits into 30 or 60% sources and up to 40 targets, four each (those of compare.sql).
-- `tuned`: the method was found on these sets, with a former default; the others were not looked at. None of those is of right and wrong
-- answers, and so the design would be static: here half of the score and more counts as right.
CREATE TEMP TABLE tuned_sets AS SELECT column1 AS name FROM (VALUES('commonsense'), ('gsm'), ('mmlu'), ('arc_challenge'), ('ifeval'));
INSERT INTO every
  SELECT name || ', right or wrong', model, question, score >= 0.5, released FROM every
   WHERE name IN ('alpaca_eval_1', 'lcb_codegen_time', 'livebench_2024', 'LBPP_Python_pass_at_1_v3', 'MBPP_mbpp_pass_at_1_v3') AND score IS NOT NULL;
INSERT INTO ranges SELECT name, 1, count(DISTINCT question) FROM every WHERE name LIKE '%, right or wrong' GROUP BY name;
INSERT INTO complete
  SELECT name, model, avg(score), row_number() OVER (PARTITION BY name ORDER BY model), count(*) OVER (PARTITION BY name)
    FROM every JOIN ranges USING (name) WHERE name LIKE '%, right or wrong' GROUP BY name, model HAVING count(score) = questions;
INSERT INTO placed
  SELECT p.name || ', right or wrong', model, c.truth, seed, p.models, place FROM placed AS p JOIN complete AS c USING (model) WHERE c.name = p.name || ', right or wrong';
INSERT INTO runs
  SELECT r.name || ', right or wrong', seed, sources, last,
         (SELECT score_matrix(e.model, question, score) FROM placed AS p CROSS JOIN every AS e USING (name, model)
           WHERE p.name = r.name || ', right or wrong' AND p.seed = r.seed AND place <= last)
    FROM runs AS r WHERE r.name || ', right or wrong' IN (SELECT name FROM complete);

-- 1. 1, 3 and 10% of the questions: all from coreset_select(), or the first half of them, and the second from coreset_next() for each target.
-- RMSE x 1e4; coverage and width of 90% intervals, with selector 'next' in two batches.
CREATE TEMP TABLE halves AS
  SELECT name, seed, sources, last, m, k.column1 AS share, max(2, CAST(round(questions * k.column1 / 100.0) AS INTEGER)) AS k
    FROM runs JOIN ranges USING (name), (VALUES(1), (3), (10)) AS k WHERE name IN tuned_sets OR name LIKE '%, right or wrong';
CREATE TEMP TABLE static AS SELECT name, seed, sources, share, halves.k AS size, c.rank, c.question FROM halves, coreset_select(m, halves.k) AS c;
CREATE TEMP TABLE asked(name, seed, sources, share, way, model, question);
INSERT INTO asked
  SELECT c.name, c.seed, c.sources, c.share, w.column1, p.model, c.question
    FROM static AS c JOIN runs USING (name, seed, sources) CROSS JOIN placed AS p ON p.name = c.name AND p.seed = c.seed AND place > last AND place <= last + 40
         JOIN (VALUES('static'), ('next')) AS w ON w.column1 = 'static' OR rank <= size - size / 2;
CREATE TEMP VIEW next_targets AS
  SELECT a.name, a.seed, a.sources, a.share, way, score_matrix(a.model, a.question, e.score) AS t
    FROM asked AS a CROSS JOIN every AS e ON e.name = a.name AND e.model = a.model AND e.question = a.question GROUP BY 1, 2, 3, 4, 5;
CREATE TEMP TABLE later AS
  SELECT name, seed, sources, share, n.model, n.question, n.design
    FROM next_targets AS h JOIN halves USING (name, seed, sources, share), coreset_next(m, t, halves.k / 2) AS n WHERE h.way = 'next';
INSERT INTO asked SELECT name, seed, sources, share, 'next', model, question FROM later;
CREATE TEMP TABLE next_predicted AS
  SELECT name, seed, sources, share, h.way, p.model, p.predicted, p.lower, p.upper FROM next_targets AS h JOIN halves USING (name, seed, sources, share), coreset_predict(m, t) AS p
   WHERE p.selector = iif(h.way = 'next', '{"selector":"next","batches":2}', 'kriging_irt');
CREATE TEMP TABLE next_sets AS
  SELECT p.name, sources, share, p.way, sqrt(avg(pow(predicted - truth, 2))) AS rmse, avg(truth BETWEEN lower - 1e-12 AND upper + 1e-12) AS coverage, avg(upper - lower) AS width,
         (SELECT avg(design = 'adaptive') FROM later AS d WHERE d.name = p.name AND d.sources = p.sources AND d.share = p.share) AS adaptive
    FROM next_predicted AS p JOIN complete USING (name, model) GROUP BY 1, 2, 3, 4;
CREATE TEMP VIEW next_pairs AS
  SELECT iif(n.name IN tuned_sets, 'tuned', 'unseen') AS sets, n.*, n.rmse / s.rmse AS ratio, s.rmse AS static_rmse, s.coverage AS static_coverage, s.width AS static_width
    FROM next_sets AS n JOIN next_sets AS s USING (name, sources, share) WHERE n.way = 'next' AND s.way = 'static';
.print
.print 'Half of the questions chosen by the answers to the other half: coreset_next() beside a coreset of the same size.'
.print
SELECT name, iif(sets = 'tuned', '', sets) AS ' ', sources AS 'sources, %', share AS 'questions, %', printf('%.2f', adaptive) AS adaptive,
       printf('%.0f', 1e4 * rmse) AS next, printf('%.0f', 1e4 * static_rmse) AS coreset, printf('%.3f', ratio) AS 'next / coreset',
       printf('%.3f', coverage) AS coverage, printf('%.0f', 1e4 * width) AS width, printf('%.3f', static_coverage) AS 'coverage, coreset', printf('%.0f', 1e4 * static_width) AS 'width, coreset'
  FROM next_pairs ORDER BY sets, name, sources, share;
.print
.print 'The same over cells: geometric means, and the worst; over all sizes at the end.'
.print
SELECT sets, ifnull(share, 'all') AS 'questions, %', count(*) AS cells, printf('%.3f', exp(avg(ln(ratio)))) AS 'next / coreset', printf('%.3f', max(ratio)) AS worst,
       printf('%.3f', avg(coverage)) AS coverage, printf('%.3f', min(coverage)) AS lowest, printf('%.3f', avg(static_coverage)) AS 'coverage, coreset', printf('%.2f', exp(avg(ln(width / static_width)))) AS 'width / coreset'
  FROM (SELECT sets, share, ratio, coverage, width, static_coverage, static_width FROM next_pairs UNION ALL SELECT sets, NULL, ratio, coverage, width, static_coverage, static_width FROM next_pairs)
 GROUP BY sets, share ORDER BY sets, share IS NULL, share;
SELECT name, printf('%.3f', exp(avg(ln(ratio)))) AS 'next / coreset' FROM next_pairs WHERE sets = 'tuned' GROUP BY name;

-- 2. Rounds of 2% of the questions, until the 90% interval is at most 0.15 of the range wide, and five at most; two splits, up to 20 targets.
CREATE TEMP TABLE steps AS
  SELECT name, seed, sources, last, m, range, max(2, CAST(round(questions * 0.02) AS INTEGER)) AS step FROM runs JOIN ranges USING (name)
   WHERE seed <= 2 AND (name IN tuned_sets OR name LIKE '%, right or wrong');
CREATE TEMP TABLE stop_picks AS SELECT name, seed, sources, step, c.rank, c.question FROM steps, coreset_select(m, 5 * step) AS c;
CREATE TEMP TABLE going AS
  SELECT w.column1 AS way, p.name, p.seed, sources, p.model
    FROM steps AS s CROSS JOIN placed AS p ON p.name = s.name AND p.seed = s.seed AND place > last AND place <= last + 20, (VALUES('coreset'), ('next')) AS w;
CREATE TEMP TABLE asked_so_far(way, name, seed, sources, model, question);
CREATE TEMP TABLE stopped(way, name, seed, sources, model, round, predicted, lower, upper, narrow);
CREATE TEMP VIEW stop_targets AS
  SELECT way, name, seed, sources, score_matrix(model, question, score) AS t
    FROM going JOIN asked_so_far USING (way, name, seed, sources, model) CROSS JOIN every AS e USING (name, model, question) GROUP BY 1, 2, 3, 4;
CREATE TEMP TABLE rounds(r);
CREATE TEMP TRIGGER one_round AFTER INSERT ON rounds BEGIN
  INSERT INTO asked_so_far
    SELECT h.way, name, seed, sources, n.model, n.question FROM stop_targets AS h JOIN steps USING (name, seed, sources), coreset_next(m, t, step) AS n WHERE h.way = 'next';
  INSERT INTO asked_so_far
    SELECT way, name, seed, sources, model, question FROM going JOIN stop_picks USING (name, seed, sources)
     WHERE (way = 'coreset' OR NEW.r = 1) AND rank > (NEW.r - 1) * step AND rank <= NEW.r * step;
  INSERT INTO stopped
    SELECT h.way, name, seed, sources, p.model, NEW.r, p.predicted, p.lower, p.upper, p.upper - p.lower <= 0.15 * range
      FROM stop_targets AS h JOIN steps USING (name, seed, sources), coreset_predict(m, t) AS p
     WHERE p.selector = iif(h.way = 'next' AND NEW.r > 1, json_object('selector', 'next', 'batches', NEW.r), 'kriging_irt')
       AND (p.upper - p.lower <= 0.15 * range OR NEW.r = 5);
  DELETE FROM going WHERE (way, name, seed, sources, model) IN (SELECT way, name, seed, sources, model FROM stopped);
END;
INSERT INTO rounds VALUES (1), (2), (3), (4), (5);
.print
.print 'Rounds of 2% of the questions until the 90% interval is at most 0.15 of the range wide, five at most.'
.print
SELECT iif(name IN tuned_sets, 'tuned', 'unseen') AS sets, sources AS 'sources, %', way, count(*) AS models, printf('%.2f', avg(narrow)) AS narrow, printf('%.1f%%', 2 * avg(round)) AS questions,
       printf('%.3f', avg(truth BETWEEN lower - 1e-12 AND upper + 1e-12)) AS coverage, printf('%.3f', avg(truth BETWEEN lower - 1e-12 AND upper + 1e-12) FILTER (WHERE narrow)) AS 'coverage, narrow',
       printf('%.3f', avg((upper - lower) / range)) AS width
  FROM stopped JOIN complete USING (name, model) JOIN ranges USING (name) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
