-- What lm_eval.sql makes of what the sample does not have: NaN, lines that are no JSON, other runs, wrong doc_ids, documents
-- that occur twice, metrics that are no number, results files that are missing.
.headers on
CREATE TEMP TABLE files(name, text);
INSERT INTO files VALUES
  ('o/m__1/results_2026-01-01T10-00-00.000000.json', '{"results": {"t_a": {"acc,none": 0.5, "acc_stderr,none": NaN}}, "model_name": "m/1"}'),
  ('o/m__1/samples_t_a_2026-01-01T10-00-00.000000.jsonl',
   '{"doc_id": 0, "filter": "none", "metrics": ["acc", "loss", "words"], "doc_hash": "A", "prompt_hash": "p", "acc": 1.0, "loss": 0.5, "words": [1, 2]}' || char(13, 10) ||
   '{"doc_id": 1, "filter": "none", "metrics": ["acc", "loss", "words"], "doc_hash": "B", "prompt_hash": "p", "acc": NaN, "loss": -Infinity, "words": [1, 2]}' || char(10) ||
   char(10) ||
   '{"doc_id": 2, "filter": "none", "metrics": ["acc", "loss", "words"], "doc_hash": "C", "prompt_hash": "p", "acc": true, "lo' || char(10) ||
   '{"doc_id": 3, "doc": "a \"quoted\" \\n text with NaN", "filter": "none", "metrics": ["acc", "loss", "words"], "doc_hash": "D", "prompt_hash": "p", "acc": false, "loss": 1, "words": [1, 2]}' || char(10) ||
   '{"doc_id": 4, "filter": "none", "metrics": ["acc", "loss", "words"], "doc_hash": "D", "prompt_hash": "p", "acc": true, "loss": 1, "words": [1, 2]}'),
  -- a later run of the same model: unsorted --samples, so that doc_ids are exchanged; another prompt
  ('o/m__1/results_2026-02-01T10-00-00.json', '{"model_name": "m/1"}'),
  ('o/m__1/samples_t_a_2026-02-01T10-00-00.jsonl',
   '{"doc_id": 1, "filter": "none", "metrics": ["acc"], "doc_hash": "A", "prompt_hash": "q", "acc": 0.0}' || char(10) ||
   '{"doc_id": 0, "filter": "none", "metrics": ["acc"], "doc_hash": "B", "prompt_hash": "p", "acc": 1.0}' || char(10)),
  -- --output_path named a file
  ('o/flat/mine_2026-01-03T10-00-00.000000.json', '{"model_name": "m/3"}'),
  ('o/flat/samples_t_a_2026-01-03T10-00-00.000000.jsonl', '{"doc_id": 0, "filter": "none", "metrics": ["acc"], "doc_hash": "A", "prompt_hash": "p", "acc": 1.0}'),
  -- no results file
  ('o/deep/m__2/samples_t_a_2026-01-02T10-00-00.000000.jsonl',
   '{"doc_id": 0, "filter": "none", "metrics": ["acc"], "doc_hash": "A", "prompt_hash": "p", "acc": 0.0}' || char(10) ||
   '{"doc_id": 1, "filter": "none", "metrics": ["acc"], "doc_hash": "B", "prompt_hash": "p", "acc": null}' || char(10) ||
   '{"doc_id": 5, "filter": "none", "metrics": ["acc"], "doc_hash": "E", "prompt_hash": "p", "acc": 1}' || char(10));
SELECT count(writefile(name, text)) AS files FROM files;
CREATE TEMP TABLE logs AS SELECT 'o' AS path;
.read sql/stores/lm_eval.sql
SELECT * FROM coverage;
SELECT * FROM metrics;
SELECT model, question, score, run, document FROM results ORDER BY model, question;
UPDATE choice SET repeats = 'answered';
SELECT model, question, score, run FROM results ORDER BY model, question;
UPDATE choice SET repeats = 'all';
SELECT model, question, score, run FROM results ORDER BY model, question, run, document;
UPDATE choice SET metric = 'loss';
SELECT model, question, score, run FROM results ORDER BY model, question, run, document;
UPDATE choice SET metric = NULL;
CREATE TEMP TABLE coreset AS SELECT 't_a/E' AS question UNION SELECT 't_a/A';
SELECT * FROM way_back;
INSERT INTO coreset VALUES('t_a/Z');
SELECT * FROM way_back WHERE name = 'command line';

-- other folders
UPDATE logs SET path = 'sql';
.read sql/stores/lm_eval.sql
UPDATE logs SET path = 'nowhere';
.read sql/stores/lm_eval.sql
