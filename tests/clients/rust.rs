//! rusqlite, with its feature "load_extension".
use rusqlite::{params, Connection, ErrorCode, LoadExtensionGuard};
use std::path::Path;
use std::{env, fs, thread, time::Duration};

fn main() -> rusqlite::Result<()> {
    let extension = env::args().nth(1).expect("the extension");
    let db = Connection::open_in_memory()?;
    unsafe {
        let _guard = LoadExtensionGuard::new(&db)?;
        db.load_extension(Path::new(&extension), None)?;
    }
    db.execute_batch(&fs::read_to_string("tests/clients/scores.sql").unwrap())?;

    let sql = "SELECT score_matrix(model, question, score) FROM results WHERE model <> 'newcomer'";
    let matrix: Vec<u8> = db.query_row(sql, [], |row| row.get(0))?;
    println!("matrix {} bytes", matrix.len());
    let mut todo = db.prepare("SELECT rank, question FROM coreset_select(?, '10%')")?;
    let mut rows = todo.query([&matrix])?;
    while let Some(row) = rows.next()? {
        println!("{} {}", row.get::<_, i64>(0)?, row.get::<_, String>(1)?);
    }
    let sql = "SELECT score_matrix(model, question, score) FROM results WHERE model = 'newcomer'
        AND question IN (SELECT question FROM coreset_select(?, '10%'))";
    let answers: Vec<u8> = db.query_row(sql, [&matrix], |row| row.get(0))?;
    let mut predict = db.prepare("SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)")?;
    let mut rows = predict.query(params![matrix, answers])?;
    while let Some(row) = rows.next()? {
        let (model, predicted): (String, f64) = (row.get(0)?, row.get(1)?);
        println!("{} {:.3} {:.3} {:.3}", model, predicted, row.get::<_, f64>(2)?, row.get::<_, f64>(3)?);
    }

    let refused = db.query_row("SELECT rank FROM coreset_select(?, 61)", [&matrix], |row| row.get::<_, i64>(0));
    if refused.unwrap_err().to_string().contains("coreset_select(): k") {
        println!("error names coreset_select() and k");
    }

    let handle = db.get_interrupt_handle();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        handle.interrupt();
    });
    let sql = "SELECT count(*) FROM coreset_evaluate(?, '10%') WHERE seeds = 1000000";
    match db.query_row(sql, [&matrix], |row| row.get::<_, i64>(0)) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => println!("interrupted"),
        other => println!("not interrupted: {:?}", other),
    }
    let count: i64 = db.query_row("SELECT count(*) FROM results", [], |row| row.get(0))?;
    println!("{} rows", count);
    Ok(())
}
