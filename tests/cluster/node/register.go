//go:build !plain

package main

// #cgo pkg-config: coreset
// #cgo LDFLAGS: -lsqlite3
// #include <sqlite3.h>
// #include <coreset.h>
// static int register_coreset(void) { return sqlite3_auto_extension((void (*)(void))sqlite3_coreset_init); }
import "C"

import "fmt"

// Gives every connection that this process will open the extension.
func register() error {
	if code := C.register_coreset(); code != 0 {
		return fmt.Errorf("sqlite3_auto_extension: error %d", code)
	}
	return nil
}
