# SQLite's own Tcl interface.
package require sqlite3

lassign $argv extension
sqlite3 db :memory:
db enable_load_extension 1
db eval {SELECT load_extension($extension)}
set file [open tests/clients/scores.sql]
db eval [read $file]

# @matrix is bound as a blob always; $matrix as text, once anything has looked at it as a text.
set matrix [db onecolumn {SELECT score_matrix(model, question, score) FROM results WHERE model <> 'newcomer'}]
puts "matrix [string length $matrix] bytes"
db eval {SELECT rank, question FROM coreset_select(@matrix, '10%')} {
  puts "$rank $question"
}
set answers [db onecolumn {SELECT score_matrix(model, question, score) FROM results WHERE model = 'newcomer'
  AND question IN (SELECT question FROM coreset_select(@matrix, '10%'))}]
db eval {SELECT model, predicted, lower, upper FROM coreset_predict(@matrix, @answers)} {
  puts [format "%s %.3f %.3f %.3f" $model $predicted $lower $upper]
}

catch {db eval {SELECT rank FROM coreset_select(@matrix, 61)}} message
if {[string match "*coreset_select(): k*" $message]} {puts "error names coreset_select() and k"}

# "update" lets the events of a program happen, a click on "stop" too; what ends in an error or in something other than
# 0 interrupts.
set stop 0
after 300 {set stop 1}
db progress 10000 {update; set stop}
catch {db eval {SELECT count(*) FROM coreset_evaluate(@matrix, '10%') WHERE seeds = 1000000}} message
puts [expr {[string match *interrupted* $message] ? "interrupted" : $message}]
db progress 0 {}
puts "[db onecolumn {SELECT count(*) FROM results}] rows"
