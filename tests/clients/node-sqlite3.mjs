// npm's sqlite3, which works with callbacks and runs statements in other threads.
import sqlite3 from 'sqlite3';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const extension = process.argv[2];
const db = new sqlite3.Database(':memory:');
const all = promisify(db.all.bind(db));
await promisify(db.loadExtension.bind(db))(extension);
await promisify(db.exec.bind(db))(readFileSync('tests/clients/scores.sql', 'utf8'));

const [{ matrix }] = await all("SELECT score_matrix(model, question, score) AS matrix FROM results WHERE model <> 'newcomer'");
console.log(`matrix ${matrix.length} bytes`);
for (const { rank, question } of await all("SELECT rank, question FROM coreset_select(?, '10%')", [matrix])) {
  console.log(`${rank} ${question}`);
}
const [{ answers }] = await all(`SELECT score_matrix(model, question, score) AS answers FROM results WHERE model = 'newcomer'
  AND question IN (SELECT question FROM coreset_select(?, '10%'))`, [matrix]);
for (const row of await all('SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)', [matrix, answers])) {
  console.log(row.model, row.predicted.toFixed(3), row.lower.toFixed(3), row.upper.toFixed(3));
}

await all('SELECT rank FROM coreset_select(?, 61)', [matrix]).catch((error) => {
  if (error.message.includes('coreset_select(): k')) console.log('error names coreset_select() and k');
});

setTimeout(() => db.interrupt(), 300);
await all("SELECT count(*) FROM coreset_evaluate(?, '10%') WHERE seeds = 1000000", [matrix]).catch((error) => {
  console.log(error.code === 'SQLITE_INTERRUPT' ? 'interrupted' : error.message);
});
console.log(`${(await all('SELECT count(*) AS n FROM results'))[0].n} rows`);
