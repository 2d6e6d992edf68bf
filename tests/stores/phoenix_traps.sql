-- What phoenix.sql makes of what the sample does not have: names and ids with quotes and %, metadata without a usable model,
-- errors beside scores, an id that two datasets share.
.headers on
ATTACH ':memory:' AS phoenix;
.read tests/stores/samples/phoenix.sql
INSERT INTO phoenix.dataset_examples(id, dataset_id, external_id) VALUES(2001, 2, 'o''b "q" 100%');
INSERT INTO phoenix.dataset_example_revisions(dataset_example_id, dataset_version_id, input, output, metadata, revision_kind)
  VALUES(2001, 2, '{}', '{}', '{}', 'CREATE');
INSERT INTO phoenix.experiments(id, dataset_id, dataset_version_id, name, repetitions, metadata) VALUES
  (20, 2, 2, 'it''s 100%', 1, '{"model":null}'), (21, 2, 2, 'y', 1, '{"model":{"name":"x"}}'), (22, 2, 2, 'z', 1, 'null');
INSERT INTO phoenix.experiment_runs(id, experiment_id, dataset_example_id, repetition_number, output, start_time, end_time, error) VALUES
  (5001, 20, 2001, 1, '{}', '', '', NULL), (5002, 20, 1001, 1, '{}', '', '', 'boom'), (5003, 21, 2001, 1, '{}', '', '', 'late'),
  (5004, 22, 2001, 1, '{}', '', '', NULL);
INSERT INTO phoenix.experiment_run_annotations(experiment_run_id, name, annotator_kind, label, score, error, metadata, start_time, end_time) VALUES
  (5001, 'correctness', 'CODE', 'good', NULL, NULL, '{}', '', ''), (5003, 'correctness', 'CODE', 'good', 1, NULL, '{}', '', ''),
  (5004, 'correctness', 'CODE', 'bad', 0, NULL, '{}', '', '');
.read sql/stores/phoenix.sql
SELECT * FROM coverage;
SELECT * FROM results WHERE run >= 20 ORDER BY answer;
CREATE TEMP TABLE coreset AS SELECT DISTINCT question FROM results WHERE suite = 'talks';
SELECT text FROM way_back WHERE name = 'command line';
UPDATE choice SET suite = 'golden-set';
UPDATE choice SET suite = 'talks';
SELECT text FROM way_back WHERE name = 'command line';
SELECT json_extract(text, '$.variables.input.exampleIds') FROM way_back WHERE name = 'coreset_split.json';
SELECT suite, count(*) FROM results GROUP BY suite;
UPDATE choice SET suite = 'walks';
