// Command overshare sets detection accuracy against the data that was exposed to get it, on a
// synthetic country of wallet users.
//
// Data goes to files and standard output; everything else goes to standard error, as lines that
// begin with "overshare: error:", "overshare: warning:" or "overshare: hint:". The exit code is 0
// when the work is done, 1 when it failed or was interrupted, 2 when the command line or a scenario
// was wrong.
package main

import (
	"context"
	"io"
	"os"
	"runtime/debug"
)

// spare is the garbage that is let grow before it is collected, in percent of what is in use. What a run keeps
// are rows of plain bytes, which cost the collector nothing to go through, so a quarter is enough: at full
// scale it saves a gigabyte. GOGC in the environment has precedence.
const spare = 25

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(spare)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}

// run is the whole program; env holds lines of the form NAME=value.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	a := newApp(stdin, stdout, stderr, env, shipped())
	ctx, stop := a.untilInterrupted(context.Background())
	defer stop()
	return a.execute(ctx, args)
}
