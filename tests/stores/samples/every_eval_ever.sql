-- A folder every_eval_ever as the converters of Every Eval Ever write it: the fields are those of its eval.schema.json and
-- instance_level_eval.schema.json, version 0.2.2 (2026, source available on GitHub: evaleval/every_eval_ever), the models and
-- answers are made up. Needs the shell's writefile().
--
-- gsm8k by lm_eval: 12 models, 30 samples, and sim-2 once more on three. security_guide by Inspect: 6 models, 10 samples
-- without hashes, two epochs, an error. mmlu by HELM: 4 models, 8 samples, two metrics, one with an unknown level.
CREATE TEMP TABLE eee_runs(suite, library, model, stamp, file, samples, epochs, results);
INSERT INTO temp.eee_runs
  WITH RECURSIVE models(model) AS (VALUES(1) UNION ALL SELECT model + 1 FROM models WHERE model < 12)
  SELECT suite, library, printf('org%d/sim-%d', model % 2, model), iif(library = 'helm', '2026-05-02T10:00:00Z', printf('%d', 1770000000 + model)),
         printf('every_eval_ever/data/%s/org%d/sim-%d/%08d-0000-4000-8000-%012d', suite, model % 2, model, model, column4),
         samples, epochs, results
    FROM models, (SELECT column1 AS suite, column2 AS library, column3 AS models, column4, column5 AS samples, column6 AS epochs, column7 AS results
                    FROM (VALUES ('gsm8k', 'lm_eval', 12, 1, 30, 1, '[null]'), ('security_guide', 'inspect_ai', 6, 2, 10, 2, '[null]'),
                                 ('mmlu', 'helm', 4, 3, 8, 1, '["exact_match:test","judged:test"]')))
   WHERE model <= models
  UNION ALL
  SELECT 'gsm8k', 'lm_eval', 'org0/sim-2', '1780000000.5', 'every_eval_ever/data/gsm8k/org0/sim-2/00000000-0000-4000-8000-000000000004', 3, 1, '[null]';
CREATE TEMP TABLE eee_lines AS
  SELECT file, sample, epoch, result.key AS result,
         json_object('schema_version', '0.2.2', 'evaluation_id', suite || '/' || model || '/' || stamp, 'model_id', model, 'evaluation_name', suite,
           'evaluation_result_id', result.value, 'sample_id', iif(library = 'helm', 'id' || sample, CAST(sample AS TEXT)),
           'sample_hash', iif(library = 'inspect_ai', NULL, lower(hex(sha3(suite || ' question ' || sample)))), 'interaction_type', 'single_turn',
           'input', json_object('raw', suite || ' question ' || sample, 'formatted', NULL, 'reference', json_array(CAST(sample AS TEXT)), 'choices', NULL),
           'output', json_object('raw', json_array('an answer'), 'reasoning_trace', NULL), 'messages', NULL,
           'answer_attribution', json_array(json_object('turn_idx', 0, 'source', 'output.raw', 'extracted_value', 'an answer',
                                                        'extraction_method', 'none', 'is_terminal', json('true'))),
           'evaluation', json_object('score', CASE WHEN failed THEN 0.0 WHEN result.key = 1 THEN iif(sample = 3, -1.0, 2.0)
                                                   ELSE score END, 'is_correct', json(iif(failed OR score < 1, 'false', 'true')),
                                     'num_turns', NULL, 'tool_calls_count', NULL),
           'token_usage', NULL, 'performance', NULL, 'error', iif(failed, 'TimeoutError: no answer', NULL),
           'metadata', iif(epochs > 1, json_object('epoch', CAST(epoch AS TEXT)), NULL)) AS text
    FROM (SELECT *, library = 'inspect_ai' AND model = 'org1/sim-3' AND sample = 4 AND epoch = 2 AS failed,
                 CAST(100 / (1 + ((37 * sample) % 31) / (3.0 * number)) + (sample * epoch * number) % 7 >= 55 AS REAL) AS score
            FROM (SELECT *, CAST(substr(model, 10) AS INTEGER) + (stamp > '178') AS number FROM temp.eee_runs)
                 JOIN (WITH RECURSIVE counted(sample) AS (VALUES(0) UNION ALL SELECT sample + 1 FROM counted WHERE sample < 29)
                                SELECT sample FROM counted) ON sample < samples
                 JOIN (SELECT 1 AS epoch UNION ALL SELECT 2) ON epoch <= epochs), json_each(results) AS result;
SELECT count(writefile(file || '_samples.jsonl', text)) AS samples
  FROM (SELECT file, group_concat(text, char(10)) || char(10) AS text
          FROM (SELECT * FROM temp.eee_lines ORDER BY file, epoch, sample, result) GROUP BY file);
SELECT count(writefile(file || '.json', json_object('schema_version', '0.2.2', 'evaluation_id', suite || '/' || model || '/' || stamp,
         'evaluation_timestamp', stamp, 'retrieved_timestamp', '1790000000',
         'source_metadata', json_object('source_type', 'evaluation_run', 'source_organization_name', 'nobody', 'evaluator_relationship', 'other'),
         'model_info', json_object('id', model, 'name', model), 'eval_library', json_object('name', library, 'version', 'unknown'),
         'evaluation_results', json((SELECT json_group_array(json_object('evaluation_result_id', value, 'evaluation_name', suite,
             'source_data', json_object('dataset_name', suite, 'source_type', 'other'),
             'metric_config', json(iif(key = 1, '{"metric_id":"judged","lower_is_better":false,"score_type":"levels",'
                                           || '"level_names":["bad","fair","good"],"has_unknown_level":true}',
                                       iif(value IS NULL, '{"lower_is_better":false}', '{"metric_name":"exact_match","lower_is_better":false}'))),
             'score_details', json_object('score', 0.5))) FROM json_each(results))),
         'detailed_evaluation_results', json_object('format', 'jsonl', 'file_path', file || '_samples.jsonl')))) AS runs
  FROM temp.eee_runs;
DROP TABLE temp.eee_lines;
DROP TABLE temp.eee_runs;
