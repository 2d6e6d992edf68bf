<?php
// The class SQLite3. Extensions are found in the folder of php.ini's sqlite3.extension_dir, here given to php with -d.
$extension = $argv[1];
$db = new SQLite3(':memory:');
$db->enableExceptions(true);
$db->loadExtension(basename("$extension.so"));
$db->exec(file_get_contents('tests/clients/scores.sql'));

function run(string $sql, string ...$matrices): array {
    global $db;
    $statement = $db->prepare($sql);
    foreach ($matrices as $i => $matrix) {
        $statement->bindValue($i + 1, $matrix, SQLITE3_BLOB);
    }
    $result = $statement->execute();
    $rows = [];
    while ($row = $result->fetchArray(SQLITE3_NUM)) {
        $rows[] = $row;
    }
    return $rows;
}

$matrix = run("SELECT score_matrix(model, question, score) FROM results WHERE model <> 'newcomer'")[0][0];
printf("matrix %d bytes\n", strlen($matrix));
foreach (run("SELECT rank, question FROM coreset_select(?, '10%')", $matrix) as [$rank, $question]) {
    print("$rank $question\n");
}
$answers = run("SELECT score_matrix(model, question, score) FROM results WHERE model = 'newcomer'
  AND question IN (SELECT question FROM coreset_select(?, '10%'))", $matrix)[0][0];
foreach (run('SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)', $matrix, $answers) as $row) {
    vprintf("%s %.3f %.3f %.3f\n", $row);
}

try {
    run('SELECT rank FROM coreset_select(?, 61)', $matrix);
} catch (Exception $error) {
    if (str_contains($error->getMessage(), 'coreset_select(): k')) {
        print("error names coreset_select() and k\n");
    }
}
printf("%d rows\n", $db->querySingle('SELECT count(*) FROM results'));
