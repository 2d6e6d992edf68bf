// libsql, the package without a scope; @libsql/client cannot load extensions.
import Database from 'libsql';
import PromiseDatabase from 'libsql/promise';
import { readFileSync } from 'node:fs';

const extension = process.argv[2];
const db = new Database(':memory:');
db.loadExtension(extension);
db.exec(readFileSync('tests/clients/scores.sql', 'utf8'));

// A Buffer that is the only argument would be taken for a list of arguments: in an array.
const { matrix } = db.prepare("SELECT score_matrix(model, question, score) AS matrix FROM results WHERE model <> 'newcomer'").get();
console.log(`matrix ${matrix.length} bytes`);
for (const { rank, question } of db.prepare("SELECT rank, question FROM coreset_select(?, '10%')").all([matrix])) {
  console.log(`${rank} ${question}`);
}
const { answers } = db.prepare(`SELECT score_matrix(model, question, score) AS answers FROM results WHERE model = 'newcomer'
  AND question IN (SELECT question FROM coreset_select(?, '10%'))`).get([matrix]);
for (const row of db.prepare('SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)').all([matrix, answers])) {
  console.log(row.model, row.predicted.toFixed(3), row.lower.toFixed(3), row.upper.toFixed(3));
}

try {
  db.prepare('SELECT rank FROM coreset_select(?, 61)').all([matrix]);
} catch (error) {
  if (error.message.includes('coreset_select(): k')) console.log('error names coreset_select() and k');
}

// Who wants to interrupt needs the second interface, which works in other threads.
const later = new PromiseDatabase(':memory:');
later.loadExtension(extension);
await later.exec(readFileSync('tests/clients/scores.sql', 'utf8'));
const long = await later.prepare("SELECT count(*) FROM coreset_evaluate(?, '10%') WHERE seeds = 1000000");
setTimeout(() => later.interrupt(), 300);
try {
  await long.all([matrix]);
} catch (error) {
  console.log(error.code === 'SQLITE_INTERRUPT' ? 'interrupted' : error.message);
}
const [{ n }] = await (await later.prepare('SELECT count(*) AS n FROM results')).all();
console.log(`${n} rows`);
