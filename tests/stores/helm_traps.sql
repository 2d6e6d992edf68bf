-- What helm.sql makes of what the sample does not have: perturbations, several lists of statistics of an instance, trials,
-- runs in v9 and v10, NaN, files that are cut off, other places of the model in a run's name.
.headers on
SELECT count(writefile('h/' || name, text)) AS files FROM (
  SELECT 'v9/a:x=1,model=m_1/run_spec.json' AS name, '{"name": "a:x=1,model=m_1", "adapter_spec": {"model_deployment": "m/1"}}' AS text
  UNION ALL SELECT 'v9/a:x=1,model=m_1/per_instance_stats.json', '[
    {"instance_id": "id0", "train_trial_index": 0, "stats": [{"name": {"name": "num_references", "split": "test"}, "count": 1, "mean": 4.0}]},
    {"instance_id": "id0", "train_trial_index": 0, "stats": [{"name": {"name": "f1", "split": "test"}, "count": 1, "mean": 0.25}]},
    {"instance_id": "id0", "train_trial_index": 1, "stats": [{"name": {"name": "f1", "split": "test"}, "count": 1, "mean": 0.75}]},
    {"instance_id": "id0", "perturbation": {"name": "typos"}, "train_trial_index": 0, "stats": [
      {"name": {"name": "f1", "split": "test", "perturbation": {"name": "typos"}}, "count": 1, "mean": 0.0}]},
    {"instance_id": "id1", "train_trial_index": 0, "stats": [{"name": {"name": "f1", "split": "test"}, "count": 1, "mean": NaN}]},
    {"instance_id": "id2", "train_trial_index": 0, "stats": [{"name": {"name": "f1", "split": "valid"}, "count": 0}]},
    {"instance_id": "id3", "train_trial_index": 0, "stats": [{"name": {"name": "f1", "split": "test"}, "count": 1, "mean": 1}]}]'
  UNION ALL SELECT 'v9/a:x=1,model=m_1/instances.json', '[{"id": "id0", "input": {"text": "one"}}, {"id": "id3", "input": {"text": "four"}},
    {"id": "id0", "input": {"text": "oen"}, "perturbation": {"name": "typos"}}]'
  UNION ALL SELECT 'v10/a:model=m_1,x=1/run_spec.json', '{"name": "a:model=m_1,x=1", "adapter_spec": {"model": "m/1"}}'
  UNION ALL SELECT 'v10/a:model=m_1,x=1/per_instance_stats.json', '[
    {"instance_id": "id0", "train_trial_index": 0, "stats": [{"name": {"name": "f1", "split": "test"}, "count": 1, "mean": 0.5}]}]'
  UNION ALL SELECT 'v10/a:model=m_1,x=1/instances.json', '[{"id": "id0", "input": {"text": "another one"}}]'
  UNION ALL SELECT 'v10/b:model=m_1/run_spec.json', '{"name": "b:model=m_1", "adapter_spec": {"model": "m/1"}}'
  UNION ALL SELECT 'v10/b:model=m_1/per_instance_stats.json', '[
    {"instance_id": "id0", "train_trial_index": 0, "stats": [{"name": {"name": "f1", "split": "test"}, "count": 1, "mean": 1}]}]'
  UNION ALL SELECT 'v10/c:model=m_1/run_spec.json', '{"name": "c:model=m_1", "adapter_spec": {"model": "m/1"}}'
  UNION ALL SELECT 'v10/c:model=m_1/per_instance_stats.json', '[{"instance_id": "id0", "tr');
CREATE TEMP TABLE logs AS SELECT 'h' AS path;
.read sql/stores/helm.sql
SELECT * FROM coverage;
SELECT * FROM metrics;
SELECT suite, model, question, score, run, trial FROM results ORDER BY suite, question;
UPDATE choice SET repeats = 'trials';
SELECT suite, question, score, run, trial FROM results ORDER BY suite, question, trial;
UPDATE choice SET repeats = 'all', split = 'test';
SELECT suite, question, score, run, trial FROM results ORDER BY suite, question, run, trial;
UPDATE choice SET repeats = 'answered', split = 'valid';
SELECT suite, question, score, run, trial FROM results;
UPDATE choice SET metric = 'num_references', split = NULL;
SELECT suite, question, score, run, trial FROM results;
UPDATE choice SET metric = NULL;
CREATE TEMP TABLE coreset AS SELECT 'id3' AS question;
SELECT * FROM way_back;

-- the file that --cache-instances reads, cut down as helm.sql says
SELECT writefile('input_instances.json', '[{"split": "train", "input": {"text": "t"}}, {"split": "test"}, {"split": "test"}, {"split": "test", "input": {"text": "four"}}]') > 0 AS written;
SELECT writefile(file, json_group_array(json(instance))) > 0 AS written
  FROM (SELECT file, json_set(value, '$.id', 'id' || key) AS instance
          FROM (SELECT 'input_instances.json' AS file), json_each(readfile(file))
         WHERE json_extract(value, '$.split') = 'train' OR 'id' || key IN (SELECT question FROM coreset));
SELECT CAST(readfile('input_instances.json') AS TEXT) AS instances;
INSERT INTO coreset VALUES('id9');
SELECT * FROM way_back WHERE name = 'command line';
UPDATE logs SET path = 'sql';
.read sql/stores/helm.sql
