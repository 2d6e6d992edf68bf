//go:build plain

package main

// A node without the extension.
func register() error { return nil }
