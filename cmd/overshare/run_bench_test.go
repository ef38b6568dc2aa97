package main

import (
	"io"
	"strings"
	"testing"
)

// A whole run, from the command line to the tables: 2 M people. A profile of it:
//
//	go test ./cmd/overshare -run xxx -bench Run -benchtime 1x -cpuprofile run.prof
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		args := []string{"run", "--users", "2e6", "--out", b.TempDir()}
		if code := run(args, strings.NewReader(""), io.Discard, io.Discard, nil); code != 0 {
			b.Fatalf("exit code %d", code)
		}
	}
}
