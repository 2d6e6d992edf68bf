-- next.sql: questions chosen as answers come: coreset_next() beside a coreset of the same size.
--
--     make accuracy
--
-- Models that answered every question of a set; random splits into 30 or 60% sources and up to 40 targets, three each. 1, 3 and 10% of the
-- questions: all from coreset_select(), or the first half of them, and the second half from coreset_next(), for each target its own. Sets
-- where the design is static are shown with what the adaptive one was spared: nothing is lost there. RMSE x 1e4; coverage and width of 90% intervals,
-- with selector 'next' in two batches. `unseen`: the method was not tuned on this set.
CREATE TEMP TABLE halves AS -- of each size, which part of the coreset comes first
  SELECT name, seed, sources, last, m, k.column1 AS share, max(2, CAST(round(questions * k.column1 / 100.0) AS INTEGER)) AS k
    FROM runs JOIN ranges USING (name), (VALUES(1), (3), (10)) AS k WHERE seed <= 3;
CREATE TEMP TABLE static AS
  SELECT name, seed, sources, share, c.rank, c.question FROM halves, coreset_select(m, halves.k) AS c;
CREATE TEMP TABLE asked(name, seed, sources, share, way, model, question);
INSERT INTO asked
  SELECT c.name, c.seed, c.sources, c.share, 'static', p.model, c.question
    FROM static AS c JOIN halves AS h USING (name, seed, sources, share) CROSS JOIN placed AS p ON p.name = c.name AND p.seed = c.seed AND place > last AND place <= last + 40;
CREATE TEMP TABLE first_half AS
  SELECT h.name, h.seed, h.sources, h.share, score_matrix(a.model, a.question, e.score) AS t
    FROM halves AS h JOIN asked AS a USING (name, seed, sources, share) JOIN static AS c USING (name, seed, sources, share, question)
         JOIN every AS e ON e.name = a.name AND e.model = a.model AND e.question = a.question WHERE rank <= h.k - h.k / 2 GROUP BY 1, 2, 3, 4;
CREATE TEMP TABLE designs(name, seed, sources, share, design);
CREATE TEMP TABLE later AS
  SELECT name, seed, sources, share, n.model, n.question, n.design FROM first_half JOIN halves AS h USING (name, seed, sources, share), coreset_next(m, t, h.k / 2) AS n;
INSERT INTO designs SELECT DISTINCT name, seed, sources, share, design FROM later;
INSERT INTO asked
  SELECT a.name, a.seed, a.sources, a.share, 'next', a.model, a.question
    FROM asked AS a JOIN static AS c USING (name, seed, sources, share, question) JOIN halves AS h USING (name, seed, sources, share) WHERE way = 'static' AND rank <= h.k - h.k / 2;
INSERT INTO asked SELECT name, seed, sources, share, 'next', model, question FROM later;
CREATE TEMP TABLE next_targets AS
  SELECT a.name, a.seed, a.sources, a.share, way, score_matrix(a.model, a.question, e.score) AS t
    FROM asked AS a JOIN every AS e ON e.name = a.name AND e.model = a.model AND e.question = a.question GROUP BY 1, 2, 3, 4, 5;
CREATE TEMP TABLE next_predicted AS
  SELECT name, seed, sources, share, way, p.model, p.predicted, p.lower, p.upper FROM next_targets JOIN halves USING (name, seed, sources, share), coreset_predict(m, t) AS p
   WHERE p.selector = iif(way = 'next', '{"selector":"next","batches":2}', 'kriging_irt');
CREATE TEMP TABLE next_sets AS
  SELECT name, sources, share, way, sqrt(avg(pow(predicted - truth, 2))) AS rmse, avg(truth BETWEEN lower - 1e-12 AND upper + 1e-12) AS coverage, avg(upper - lower) AS width,
         (SELECT avg(design = 'adaptive') FROM designs AS d WHERE d.name = p.name AND d.sources = p.sources AND d.share = p.share) AS adaptive
    FROM next_predicted AS p JOIN complete AS c USING (name, model) GROUP BY 1, 2, 3, 4;
.print
.print 'Half of the questions chosen by a model''s answers to the other half: coreset_next() beside a coreset of the same size.'
.print
SELECT n.name, iif(n.name IN ('commonsense', 'gsm', 'mmlu', 'arc_challenge', 'ifeval'), '', 'unseen') AS ' ', n.sources AS 'sources, %', n.share AS 'questions, %',
       printf('%.2f', n.adaptive) AS adaptive, printf('%.0f', 1e4 * n.rmse) AS next, printf('%.0f', 1e4 * s.rmse) AS coreset, printf('%.3f', n.rmse / s.rmse) AS 'next / coreset',
       printf('%.3f', n.coverage) AS coverage, printf('%.0f', 1e4 * n.width) AS width, printf('%.3f', s.coverage) AS 'coverage, coreset', printf('%.0f', 1e4 * s.width) AS 'width, coreset'
  FROM next_sets AS n JOIN next_sets AS s USING (name, sources, share) WHERE n.way = 'next' AND s.way = 'static' ORDER BY 2, 1, 3, 4;
.print
.print 'The same over all cells: geometric means, and the worst.'
.print
SELECT iif(n.name IN ('commonsense', 'gsm', 'mmlu', 'arc_challenge', 'ifeval'), 'tuned', 'unseen') AS sets, n.share AS 'questions, %', count(*) AS cells, printf('%.3f', exp(avg(ln(n.rmse / s.rmse)))) AS 'next / coreset',
       printf('%.3f', max(n.rmse / s.rmse)) AS worst, printf('%.3f', avg(n.coverage)) AS coverage, printf('%.3f', min(n.coverage)) AS lowest, printf('%.2f', exp(avg(ln(n.width / s.width)))) AS 'width / coreset'
  FROM next_sets AS n JOIN next_sets AS s USING (name, sources, share) WHERE n.way = 'next' AND s.way = 'static' GROUP BY 1, 2 ORDER BY 1, 2;
