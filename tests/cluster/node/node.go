// A node of a dqlite cluster that has the extension.
//
//	node FOLDER ADDRESS [ADDRESS OF A MEMBER ...]
//
// FOLDER is where its copy of the databases lies, ADDRESS where the others reach it, such as 10.0.0.1:9001. It runs until it is
// killed. Programs send their statements to whichever node leads: github.com/canonical/go-dqlite/driver finds it.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/canonical/go-dqlite/app"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: node FOLDER ADDRESS [ADDRESS OF A MEMBER ...]")
	}
	if err := register(); err != nil { // before any database is opened
		log.Fatal(err)
	}
	node, err := app.New(os.Args[1], app.WithAddress(os.Args[2]), app.WithCluster(os.Args[3:]))
	if err != nil {
		log.Fatal(err)
	}
	if err := node.Ready(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
	node.Handover(context.Background())
	node.Close()
}
