# The gem sqlite3.
require 'sqlite3'

extension = ARGV[0]
db = SQLite3::Database.new(':memory:')
db.enable_load_extension(true)
db.load_extension(extension)
db.enable_load_extension(false)
db.execute_batch(File.read('tests/clients/scores.sql'))

# A String of bytes (ASCII-8BIT), as what is fetched is, is bound as a blob; any other needs SQLite3::Blob.new(string).
matrix = db.get_first_value("SELECT score_matrix(model, question, score) FROM results WHERE model <> 'newcomer'")
puts "matrix #{matrix.bytesize} bytes"
db.execute("SELECT rank, question FROM coreset_select(?, '10%')", [matrix]) do |rank, question|
  puts "#{rank} #{question}"
end
answers = db.get_first_value(<<~SQL, [matrix])
  SELECT score_matrix(model, question, score) FROM results WHERE model = 'newcomer'
     AND question IN (SELECT question FROM coreset_select(?, '10%'))
SQL
db.execute('SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)', [matrix, answers]) do |row|
  puts format('%s %.3f %.3f %.3f', *row)
end

begin
  db.execute('SELECT rank FROM coreset_select(?, 61)', [matrix])
rescue SQLite3::Exception => error
  puts 'error names coreset_select() and k' if error.message.include?('coreset_select(): k')
end
puts "#{db.get_first_value('SELECT count(*) FROM results')} rows"
