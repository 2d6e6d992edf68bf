// database/sql with mattn's go-sqlite3.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	extension := os.Args[1]
	sql.Register("sqlite3_coreset", &sqlite3.SQLiteDriver{Extensions: []string{extension}})
	db, err := sql.Open("sqlite3_coreset", ":memory:")
	must(err)
	db.SetMaxOpenConns(1) // every connection to :memory: is a database of its own
	script, err := os.ReadFile("tests/clients/scores.sql")
	must(err)
	_, err = db.Exec(string(script))
	must(err)

	var matrix []byte
	must(db.QueryRow("SELECT score_matrix(model, question, score) FROM results WHERE model <> 'newcomer'").Scan(&matrix))
	fmt.Printf("matrix %d bytes\n", len(matrix))
	rows, err := db.Query("SELECT rank, question FROM coreset_select(?, '10%')", matrix)
	must(err)
	for rows.Next() {
		var rank int
		var question string
		must(rows.Scan(&rank, &question))
		fmt.Println(rank, question)
	}
	must(rows.Err())
	var answers []byte
	must(db.QueryRow(`SELECT score_matrix(model, question, score) FROM results WHERE model = 'newcomer'
		AND question IN (SELECT question FROM coreset_select(?, '10%'))`, matrix).Scan(&answers))
	var model string
	var predicted, lower, upper float64
	must(db.QueryRow("SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)", matrix, answers).
		Scan(&model, &predicted, &lower, &upper))
	fmt.Printf("%s %.3f %.3f %.3f\n", model, predicted, lower, upper)

	var count int
	err = db.QueryRow("SELECT rank FROM coreset_select(?, 61)", matrix).Scan(&count)
	if err != nil && strings.Contains(err.Error(), "coreset_select(): k") {
		fmt.Println("error names coreset_select() and k")
	}

	limited, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	err = db.QueryRowContext(limited, "SELECT count(*) FROM coreset_evaluate(?, '10%') WHERE seeds = 1000000", matrix).Scan(&count)
	if err == context.DeadlineExceeded || err != nil && strings.Contains(err.Error(), "interrupted") {
		fmt.Println("interrupted")
	}
	must(db.QueryRow("SELECT count(*) FROM results").Scan(&count))
	fmt.Println(count, "rows")
}
