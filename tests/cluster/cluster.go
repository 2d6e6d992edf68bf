// A dqlite cluster of three nodes on loopback that has the extension: the main job through the leader, the same answers after
// it was killed, matrices of shards from different leaders, and a node without the extension.
//
//	cluster NODE PLAIN
//
// NODE and PLAIN are tests/cluster/node with the extension and without. Ends after a minute at the latest; the nodes end with it.
package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/canonical/go-dqlite/client"
	"github.com/canonical/go-dqlite/driver"
)

const (
	models    = 24
	questions = 1000
	failover  = 15 * time.Second // for a new leader; the election takes about three
	allowed   = time.Minute      // for everything
)

// A node, whether it runs or not.
type member struct {
	id      uint64
	address string
	folder  string
	process *exec.Cmd
}

var members []*member

func stopAll() {
	for _, m := range members {
		if m.process != nil {
			m.process.Process.Kill()
			m.process.Wait()
		}
	}
}

// Ends the test.
func fail(format string, values ...interface{}) {
	fmt.Printf("cluster: "+format+"\n", values...)
	stopAll()
	os.RemoveAll(filepath.Dir(members[0].folder))
	os.Exit(1)
}

func must(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

// An address on loopback that nobody listens on.
func freeAddress() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// Runs a node and waits until it says that it is ready.
func (m *member) start(program string, others ...string) {
	m.process = exec.Command(program, append([]string{m.folder, m.address}, others...)...)
	m.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	m.process.Stderr = os.Stderr
	output, err := m.process.StdoutPipe()
	must(err, "pipe")
	must(m.process.Start(), "node")
	line := make([]byte, len("ready\n"))
	if _, err := output.Read(line); err != nil || string(line) != "ready\n" {
		fail("node %d ended before it was ready", m.id)
	}
}

func (m *member) kill() {
	m.process.Process.Kill()
	m.process.Wait()
	m.process = nil
}

// All rows of a query, each as one text.
func query(db *sql.DB, statement string, arguments ...interface{}) ([]string, error) {
	rows, err := db.Query(statement, arguments...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var result []string
	for rows.Next() {
		values := make([]interface{}, len(columns))
		places := make([]interface{}, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			return nil, err
		}
		result = append(result, strings.TrimSuffix(fmt.Sprintln(values...), "\n"))
	}
	return result, rows.Err()
}

func blob(db *sql.DB, statement string, arguments ...interface{}) []byte {
	var value []byte
	must(db.QueryRow(statement, arguments...).Scan(&value), statement)
	return value
}

// Waits for a leader that is none of these, and returns it.
func leader(store client.NodeStore, not uint64) *member {
	for end := time.Now().Add(failover); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		context, cancel := context.WithTimeout(context.Background(), time.Second)
		connection, err := client.FindLeader(context, store)
		if err == nil {
			info, err := connection.Leader(context)
			connection.Close()
			for _, m := range members {
				if err == nil && info != nil && m.address == info.Address && m.id != not {
					m.id = info.ID
					cancel()
					return m
				}
			}
		}
		cancel()
	}
	fail("no leader after %v", failover)
	return nil
}

// Rows of a table from the leader; shard 0 has even questions, 1 odd ones, -1 all.
func fill(db *sql.DB, shard int) {
	_, err := db.Exec("CREATE TABLE results(model INTEGER, question INTEGER, score INTEGER)")
	must(err, "CREATE TABLE")
	values := []string{}
	flush := func() {
		_, err := db.Exec("INSERT INTO results VALUES " + strings.Join(values, ","))
		must(err, "INSERT")
		values = values[:0]
	}
	for m := 0; m < models; m++ {
		for q := 0; q < questions; q++ {
			if shard >= 0 && q%2 != shard {
				continue
			}
			score := 0
			if (m*7919+q*104729+m*q*31)%1009 < 150+30*m {
				score = 1
			}
			values = append(values, fmt.Sprintf("(%d,%d,%d)", m, q, score))
			if len(values) == 1000 {
				flush()
			}
		}
	}
	if len(values) > 0 {
		flush()
	}
}

const (
	known   = "SELECT score_matrix(model, question, score) FROM results WHERE model < 20"
	choice  = "SELECT rank, question FROM coreset_select((" + known + "), '5%')"
	answers = "SELECT score_matrix(model, question, score) FROM results WHERE model >= 20 AND question IN (SELECT question FROM todo)"
	predict = "SELECT model, predicted, lower, upper FROM coreset_predict((" + known + "), (" + answers + "))"
)

// The main job's answers.
func mainJob(db *sql.DB) string {
	chosen, err := query(db, choice)
	must(err, "coreset_select")
	predicted, err := query(db, predict)
	must(err, "coreset_predict")
	if len(chosen) != questions/20 || len(predicted) != 4 {
		fail("%d chosen, %d predicted", len(chosen), len(predicted))
	}
	return strings.Join(chosen, "\n") + "\n" + strings.Join(predicted, "\n")
}

func expect(holds bool, what string, values ...interface{}) {
	if !holds {
		fail(what, values...)
	}
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: cluster NODE PLAIN")
	}
	begin := time.Now()
	folder, err := os.MkdirTemp("", "cluster")
	if err != nil {
		log.Fatal(err)
	}
	store := client.NewInmemNodeStore()
	var nodes []client.NodeInfo
	for i := uint64(1); i <= 3; i++ {
		m := &member{id: i, address: freeAddress(), folder: filepath.Join(folder, fmt.Sprint(i))}
		must(os.Mkdir(m.folder, 0o755), "folder")
		members = append(members, m)
		nodes = append(nodes, client.NodeInfo{Address: m.address})
	}
	time.AfterFunc(allowed, func() { fail("not done after %v", allowed) })
	must(store.Set(context.Background(), nodes), "nodes")
	for i, m := range members {
		if i == 0 {
			m.start(os.Args[1])
		} else {
			m.start(os.Args[1], members[0].address)
		}
	}
	dqlite, err := driver.New(store, driver.WithLogFunc(func(client.LogLevel, string, ...interface{}) {}))
	must(err, "driver")
	sql.Register("dqlite", dqlite)
	open := func(name string) *sql.DB {
		db, err := sql.Open("dqlite", name)
		must(err, "open")
		return db
	}
	whole, shards := open("whole"), []*sql.DB{open("shard0"), open("shard1")}

	// the main job through the leader
	fill(whole, -1)
	for i, shard := range shards {
		fill(shard, i)
	}
	count, err := query(whole, "SELECT count(*), sum(score) FROM results")
	must(err, "count")
	expect(len(count) == 1 && strings.HasPrefix(count[0], fmt.Sprint(models*questions, " ")), "rows: %v", count)
	_, err = whole.Exec("CREATE TABLE todo AS " + choice)
	must(err, "CREATE TABLE AS")
	first := leader(store, 0)
	before := mainJob(whole)
	matrices := [][]byte{blob(shards[0], known), nil}

	// an error of a row: dqlite 1.11 gives the first column's name in the place of a SELECT's message; what writes has it
	const wrong = "SELECT question FROM coreset_select((" + known + "), 0)"
	_, err = query(whole, wrong)
	expect(err != nil, "an error is none")
	_, err = whole.Exec("CREATE TABLE failed AS " + wrong)
	expect(err != nil && err.Error() == "coreset_select(): k must be between 1 and 1000, got 0", "an error came as %v", err)

	// the leader is killed, and the next one answers the same
	killed := time.Now()
	first.kill()
	second := leader(store, first.id)
	after := mainJob(whole)
	waited := time.Since(killed)
	expect(after == before, "another answer after the leader's end:\n%s\n%s", before, after)

	// one shard's matrix is from the first leader, the other's from the second; together they are that of the whole
	matrices[1] = blob(shards[1], known)
	merged := blob(whole, "SELECT score_matrix_merge(column1) FROM (VALUES (?), (?))", matrices[0], matrices[1])
	expect(bytes.Equal(merged, blob(whole, known)), "the shards' matrix is not that of the whole")

	// the first comes back without the extension, and leads: what was made with it can be read, and nothing made
	first.start(os.Args[2])
	connection, err := client.FindLeader(context.Background(), store)
	must(err, "leader")
	must(connection.Transfer(context.Background(), first.id), "transfer")
	expect(leader(store, second.id) == first, "the node without the extension does not lead")
	todo, err := query(whole, "SELECT rank, question FROM todo ORDER BY rank")
	must(err, "todo")
	expect(strings.HasPrefix(before, strings.Join(todo, "\n")+"\n"), "todo is another:\n%v", todo)
	_, err = query(whole, "SELECT coreset_version()")
	expect(err != nil && strings.Contains(err.Error(), "no such function"), "a node without the extension says %v", err)

	stopAll()
	os.RemoveAll(folder)
	fmt.Printf("cluster: %d rows, a new leader's answers after %.1f s, ok in %.1f s\n", models*questions, waited.Seconds(), time.Since(begin).Seconds())
}
