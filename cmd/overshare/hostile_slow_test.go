//go:build slow && linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program prepares the shipped program in a folder. HOSTILE_BINARY names another build to try the cases on.
func program(dir string, args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "TEST_CHILD=shipped")
	if other := os.Getenv("HOSTILE_BINARY"); other != "" {
		c = exec.Command(other, args...)
	}
	c.Dir = dir
	return c
}

// inShell runs a line of shell in which $O is the program, and returns its exit code.
func inShell(t *testing.T, dir, script string) (stdout, stderr string, code int) {
	t.Helper()
	c := program(dir)
	shell := exec.Command("bash", "-c", script)
	shell.Dir, shell.Env = dir, append(c.Environ(), "O="+c.Path)
	var out, err bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &err
	_ = shell.Run() // the exit code tells
	return out.String(), err.String(), shell.ProcessState.ExitCode()
}

// contents returns the names of all that lies in dir.
func contents(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

// The environment in which the program runs may be as it likes: the output full or closed, no more files to
// open, a link that leads nowhere, somebody else's folder in the place.
func TestHostilePlaces(t *testing.T) {
	const small = "$O run --users 600 --quiet --out "
	for _, c := range []struct {
		name, script string
		code         int
		want         string // on standard error
		left         string // in the folder
	}{
		{"help for nothing", "$O help nosuch", 2, `has no command "nosuch"`, ""},
		{"help on a full disk", "$O --help >/dev/full", 1, "cannot write to standard output: no space left on device", ""},
		{"result on a full disk", small + "a >/dev/full", 1, "the run folder a is complete all the same", "a"},
		{"a reader who has seen enough", "$O scenarios show | true; echo ${PIPESTATUS[0]} >&2", 0, "1", ""},
		{"few files", "ulimit -n 16; " + small + "a --format csv,parquet", 0, "", "a"},
		{"a dangling link", "ln -s nowhere a; " + small + "a", 1, "is a link that leads nowhere", "a"},
		{"a web app", "mkdir a; echo '{\"name\": \"app\"}' >a/manifest.json; echo x >a/thesis; " + small + "a --force; ls a >&2", 0, "thesis", "a"},
		{"a thesis in a run", small + "a; echo x >a/thesis; " + small + "a --force && exit 9; cat a/thesis >&2", 0, "holds thesis, which is no file of the run", "a"},
		{"an empty folder", "mkdir a; " + small + "a; test -f a/manifest.json", 0, "", "a"},
		{"a terminal that closes", "nohup " + small + "a 2>/dev/null & sleep 0.05; kill -HUP $!; wait $!; test -f a/manifest.json", 0, "", "a"},
		{"no memory", "$O run --users 4e9 --out a", 2, "GiB of memory, and there are", ""},
		{"no disk", "$O export transactions --users 4e9 --out a", 2, "of disk, and there are", ""},
		{"a sample that no run takes", "$O export items --users 10 --regime sample-101 --out a", 2, "sample-101: want a percentage", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			_, stderr, code := inShell(t, dir, c.script)
			if code != c.code || !strings.Contains(stderr, c.want) {
				t.Errorf("code %d, stderr %q", code, stderr)
			}
			if got := contents(t, dir); got != c.left {
				t.Errorf("left %q, want %q", got, c.left)
			}
		})
	}
}

// bigTable writes a table whose evaluation takes some seconds.
func bigTable(t *testing.T, name string) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("label,scope,time,a,b,c,d,e,f,g,h\n")
	x := uint32(1)
	for i := range 300_000 {
		x = x*1664525 + 1013904223
		fmt.Fprintf(&b, "%d,%d,%d", x>>31&(x>>28), x>>30&1, i/1000)
		for range 8 {
			x = x*1664525 + 1013904223
			fmt.Fprintf(&b, ",%d", x>>12)
		}
		b.WriteString("\n")
	}
	must(t, os.WriteFile(name, b.Bytes(), 0o666))
}

// Whatever the program is at, it ends within a second of a signal, says so, and leaves nothing.
func TestHostileSignals(t *testing.T) {
	dir := t.TempDir()
	must(t, syscall.Mkfifo(filepath.Join(dir, "fifo.yaml"), 0o666))
	bigTable(t, filepath.Join(dir, "big.csv"))
	before := contents(t, dir)
	for _, c := range []struct {
		name string
		args string
		at   []float64 // seconds after the start
	}{
		{"a scenario that never comes", "run fifo.yaml", []float64{0.5}},
		{"simulation", "run --users 2e7", []float64{0.3, 1, 3}},
		{"training", "run --users 1e6 --scorer gbdt", []float64{2, 4, 5}},
		{"oracle", "run --users 1e5 --studies oracle --set evaluation.oracle_futures=4000 --set evaluation.oracle_bills=20000", []float64{1, 2, 5}},
		{"channels", "run --users 1e6 --studies channels", []float64{6, 9}},
		{"items", "run --users 5e5 --studies items", []float64{4, 8}},
		{"epochs", "run --users 3e5 --studies epochs", []float64{3, 5}},
		{"countries", "run --users 1e5 --replicates 100", []float64{1, 3}},
		{"uniqueness", "uniqueness --users 1e6", []float64{1, 10, 15}},
		{"reidentify", "reidentify --users 1e6", []float64{0.3, 2, 6}},
		{"facts", "facts", []float64{1, 4}},
		{"evaluate", "evaluate big.csv --scorer gbdt,scorecard", []float64{0.2, 0.6, 1, 2}},
		{"export", "export people --users 1e6 --format csv,parquet", []float64{0.5, 3, 7}},
	} {
		for i, at := range c.at {
			number := []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT}[i%4]
			if signal.Ignored(number) { // under nohup the program is to go on, too
				number = syscall.SIGTERM
			}
			p := program(dir, append(strings.Fields(c.args), "--out", "out")...)
			var stderr bytes.Buffer
			p.Stderr = &stderr
			must(t, p.Start())
			time.Sleep(time.Duration(at * float64(time.Second)))
			sent := time.Now()
			must(t, p.Process.Signal(number))
			_ = p.Wait() // the exit code tells
			took := time.Since(sent)
			if p.ProcessState.ExitCode() == exitDone {
				t.Logf("%s: done before %v s", c.name, at)
				must(t, os.RemoveAll(filepath.Join(dir, "out")))
				continue
			}
			t.Logf("%s: %v after %v s: %.2f s", c.name, number, at, took.Seconds())
			if took > 1500*time.Millisecond { // a second, and what a busy machine adds
				t.Errorf("%s: %v after %v s: took %v", c.name, number, at, took)
			}
			if code := p.ProcessState.ExitCode(); code != exitFailed || !strings.HasSuffix(stderr.String(), "error: interrupted; nothing was written\n") {
				t.Errorf("%s: %v after %v s: code %d, stderr %.300q", c.name, number, at, code, stderr.String())
			}
			if left := contents(t, dir); left != before {
				t.Fatalf("%s: %v after %v s: left behind %q", c.name, number, at, left)
			}
		}
	}
}

// What a killed run leaves, the next one removes; a run under way is left alone.
func TestHostileLeftovers(t *testing.T) {
	dir := t.TempDir()
	start := func(name string) *exec.Cmd {
		p := program(dir, "run", "--users", "2e7", "--quiet", "--out", name)
		must(t, p.Start())
		for until := time.Now().Add(10 * time.Second); !strings.Contains(contents(t, dir), name+".partial") && time.Now().Before(until); {
			time.Sleep(20 * time.Millisecond)
		}
		return p
	}
	killed, alive := start("killed"), start("alive")
	must(t, killed.Process.Kill())
	_ = killed.Wait() // it was killed
	_, stderr, code := inShell(t, dir, "$O run --users 600 --quiet --out next")
	if code != exitDone || !strings.Contains(stderr, "overshare: hint: removed ") || !strings.Contains(stderr, ".killed.partial-") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
	if got := contents(t, dir); !strings.HasPrefix(got, ".alive.partial-") || strings.Contains(got, "killed") || !strings.HasSuffix(got, " next") {
		t.Errorf("there are %q", got)
	}
	must(t, alive.Process.Signal(syscall.SIGTERM))
	_ = alive.Wait() // it was interrupted
	if got := contents(t, dir); got != "next" {
		t.Errorf("there are %q", got)
	}
}

// A closed pipe in the middle of the work ends it like Ctrl-C.
func TestHostilePipe(t *testing.T) {
	dir := t.TempDir()
	began := time.Now()
	_, _, _ = inShell(t, dir, "$O run --users 2e7 --out a 2>&1 | head -1")
	if took := time.Since(began); took > 12*time.Second {
		t.Errorf("took %v", took)
	}
	if got := contents(t, dir); got != "" {
		t.Errorf("left %q", got)
	}
}
