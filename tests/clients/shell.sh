#!/bin/bash
# The sqlite3 shell, where a matrix stays in a table or in a parameter. A second shell is for Ctrl-C: only one that
# thinks it talks to a person goes on afterwards.
extension=$1
sqlite3 -list -separator ' ' :memory: <<SQL 2>&1 | sed 's/.*coreset_select(): k .*/error names coreset_select() and k/'
.load $extension
.read tests/clients/scores.sql
.parameter init
INSERT INTO sqlite_parameters SELECT '@matrix', score_matrix(model, question, score) FROM results WHERE model <> 'newcomer';
SELECT 'matrix', length(@matrix), 'bytes';
SELECT rank, question FROM coreset_select(@matrix, '10%');
INSERT INTO sqlite_parameters
  SELECT '@answers', score_matrix(model, question, score) FROM results
   WHERE model = 'newcomer' AND question IN (SELECT question FROM coreset_select(@matrix, '10%'));
SELECT model, printf('%.3f', predicted), printf('%.3f', lower), printf('%.3f', upper) FROM coreset_predict(@matrix, @answers);
SELECT rank FROM coreset_select(@matrix, 61);
SQL

coproc SHELL { exec sqlite3 -interactive -list -separator ' ' :memory: 2>&1; }
shell=$SHELL_PID
cat >&"${SHELL[1]}" <<SQL
.load $extension
.read tests/clients/scores.sql
.parameter init
INSERT INTO sqlite_parameters SELECT '@matrix', score_matrix(model, question, score) FROM results WHERE model <> 'newcomer';
.print ready
SELECT count(*) FROM coreset_evaluate(@matrix, '10%') WHERE seeds = 1000000;
SELECT count(*), 'rows' FROM results;
.quit
SQL
while read -r line; do
  case $line in
  *ready) sleep 0.3 && kill -INT "$shell" ;;
  *interrupted*) echo interrupted ;;
  *rows) echo "${line##*> }" ;;
  esac
done <&"${SHELL[0]}"
