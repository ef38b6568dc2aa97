//go:build unix

package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// interrupted runs the program in an empty folder, sends it the signals once its work waits, and
// returns what it printed on standard error after that and its exit code.
func interrupted(t *testing.T, study string, signals ...syscall.Signal) (stderr string, code int, left []os.DirEntry) {
	t.Helper()
	dir := t.TempDir()
	c := exec.Command(os.Args[0], "run", "--users", "10", "--out", "runs/a")
	c.Dir = dir
	c.Env = append(os.Environ(), "TEST_CHILD=1", "STUDY="+study)
	pipe, err := c.StderrPipe()
	must(t, err)
	must(t, c.Start())
	lines := bufio.NewReader(pipe)
	for line := ""; !strings.Contains(line, "waiting"); {
		line, err = lines.ReadString('\n')
		must(t, err)
	}
	for _, s := range signals {
		must(t, c.Process.Signal(s))
	}
	rest, err := io.ReadAll(lines)
	must(t, err)
	_ = c.Wait() // the exit code tells
	left, err = os.ReadDir(dir)
	must(t, err)
	return string(rest), c.ProcessState.ExitCode(), left
}

func TestInterrupt(t *testing.T) {
	for name, c := range map[string]struct {
		study   string
		signals []syscall.Signal
	}{
		"Ctrl-C":                    {"slow", []syscall.Signal{syscall.SIGINT}},
		"terminated":                {"slow", []syscall.Signal{syscall.SIGTERM}},
		"terminal closed":           {"slow", []syscall.Signal{syscall.SIGHUP}},
		"pipe closed":               {"slow", []syscall.Signal{syscall.SIGPIPE}},
		"quit":                      {"slow", []syscall.Signal{syscall.SIGQUIT}},
		"twice, work does not hear": {"deaf", []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}},
		"once, work does not hear":  {"deaf", []syscall.Signal{syscall.SIGTERM}},
	} {
		t.Run(name, func(t *testing.T) {
			if slices.ContainsFunc(c.signals, func(s syscall.Signal) bool { return signal.Ignored(s) }) {
				t.Skip("the signal is ignored here, as under nohup, and the program then goes on as it should")
			}
			began := time.Now()
			stderr, code, left := interrupted(t, c.study, c.signals...)
			if passed := time.Since(began); passed > 10*time.Second { // a second and what a busy machine adds
				t.Errorf("took %v", passed)
			}
			if code != exitFailed {
				t.Errorf("exit code %d, want %d", code, exitFailed)
			}
			if !strings.HasSuffix(stderr, "overshare: error: interrupted; nothing was written\n") || strings.Count(stderr, "error") != 1 {
				t.Errorf("stderr %q", stderr)
			}
			if len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
