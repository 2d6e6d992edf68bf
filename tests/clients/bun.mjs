// bun:sqlite. It has no way to interrupt a statement.
import { Database } from 'bun:sqlite';
import { readFileSync } from 'node:fs';

const extension = process.argv[2];
const db = new Database(':memory:');
db.loadExtension(extension);
db.exec(readFileSync('tests/clients/scores.sql', 'utf8'));

const { matrix } = db.prepare("SELECT score_matrix(model, question, score) AS matrix FROM results WHERE model <> 'newcomer'").get();
console.log(`matrix ${matrix.length} bytes`);
for (const { rank, question } of db.prepare("SELECT rank, question FROM coreset_select(?, '10%')").all(matrix)) {
  console.log(`${rank} ${question}`);
}
const { answers } = db.prepare(`SELECT score_matrix(model, question, score) AS answers FROM results WHERE model = 'newcomer'
  AND question IN (SELECT question FROM coreset_select(?, '10%'))`).get(matrix);
for (const row of db.prepare('SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)').all(matrix, answers)) {
  console.log(row.model, row.predicted.toFixed(3), row.lower.toFixed(3), row.upper.toFixed(3));
}

try {
  db.prepare('SELECT rank FROM coreset_select(?, 61)').all(matrix);
} catch (error) {
  if (error.message.includes('coreset_select(): k')) console.log('error names coreset_select() and k');
}
console.log(`${db.prepare('SELECT count(*) AS n FROM results').get().n} rows`);
