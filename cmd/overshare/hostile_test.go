package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"overshare/results"
)

const (
	escape  = "\x1b[31m\x9b2J\x7f\u202e"
	forged  = "\novershare: error: forged\nhint: forged"
	hostile = "a" + escape + forged + "\r\u2028z"
)

// checkPrinted finds what must never be printed, whatever the program was given: anything that steers a
// terminal, lines that the program did not begin itself, words of the language it is written in, endless lines.
func checkPrinted(t *testing.T, stdout, stderr string) {
	t.Helper()
	for name, text := range map[string]string{"stdout": stdout, "stderr": stderr} {
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && steers(r) }) {
			t.Errorf("%s steers the terminal: %.300q", name, text)
		}
		for l := range strings.Lines(text) {
			if strings.HasPrefix(l, "overshare: error: forged") || strings.HasPrefix(l, "hint:") {
				t.Errorf("%s holds a forged line: %.300q", name, text)
			}
			if len(l) > 6*longestLine {
				t.Errorf("%s holds a line of %d bytes", name, len(l))
			}
			if name == "stderr" && !strings.HasPrefix(l, "overshare: ") {
				t.Errorf("stderr line %.100q", l)
			}
		}
		for _, word := range []string{"strconv.", "invalid syntax", "2006-01-02", "%!", "goroutine", "parse error", "out of range"} {
			if strings.Contains(text, word) {
				t.Errorf("%s says %q: %.300q", name, word, text)
			}
		}
	}
}

// Whatever stands in flags, arguments, names and files, every message is a line of the program's own.
func TestHostileText(t *testing.T) {
	t.Chdir(t.TempDir())
	long := strings.Repeat("x", 100_000)
	must(t, os.WriteFile("title.yaml", []byte("title: \"x\\nsha256: forged\\noverseas: forged\"\nset: {run.users: 5}\n"), 0o666))
	must(t, os.WriteFile("bad.yaml", []byte("title: \"\\e[31m\"\nset:\n  \"run\\e[2J.\\u202eusers\": 5\n  ? [a]\n"), 0o666))
	must(t, os.WriteFile("a\x1b[31m\nb.yaml", []byte("set: {run.users: 5}\n"), 0o666))
	must(t, os.WriteFile("label.csv", []byte("label,scope,x\nz\x1b[31m,1,3\n0,1,4\n"), 0o666))
	must(t, os.WriteFile("header.csv", []byte("\"la"+escape+"\novershare: error: forged\",scope,x\n1,1,3\n"), 0o666))
	for _, args := range [][]string{
		{hostile}, {"help", hostile}, {"scenarios", hostile}, {"run", hostile}, {"run", "a", hostile}, {"run", "--" + hostile}, {"run", "-\x1b"},
		{"run", "--regimes", hostile}, {"run", "--regimes", "everyone\nin-scope"}, {"run", "--scorer", "score\"card"}, {"run", "--studies", hostile},
		{"run", "--users", hostile}, {"run", "--seed", hostile}, {"run", "--workers", hostile}, {"run", "--memory", hostile}, {"run", "--format", hostile},
		{"run", "--replicates", hostile}, {"run", "--set", hostile}, {"run", "--set", "run.users=" + hostile}, {"run", "--set", hostile + "=1"},
		{"run", "--set", "sharing.regimes=[everyone" + hostile + "]"}, {"run", "--quiet=" + hostile}, {"run", "--out", hostile + "\x00"},
		{"export", hostile}, {"export", "people", "--from", hostile}, {"export", "transactions", "--from", "yesterday"},
		{"export", "items", "--regime", hostile}, {"uniqueness", "--parts", hostile}, {"uniqueness", "--targets", hostile},
		{"uniqueness", "--targets", "99999999999999999999"}, {"reidentify", "--digits", "1e1"}, {"reidentify", "--items", hostile}, {"reidentify", "--protections", hostile},
		{"evaluate", hostile}, {"evaluate", "label.csv", "--label", hostile}, {"evaluate", "label.csv", "--features", hostile}, {"evaluate", "label.csv", "--margin", "0x1p4"},
		{"evaluate", "label.csv", "--margin", "nan"}, {"evaluate", "label.csv"}, {"evaluate", "header.csv"}, {"run", "bad.yaml"}, {"scenarios", "check", "bad.yaml"},
		{long}, {"run", long}, {"run", "--" + long}, {"run", "--set", long}, {"run", "--set", "run.users=" + long}, {"run", "--users", "5", "--out", long},
		{"evaluate", long}, {"evaluate", "label.csv", "--label", long}, {"run", "--regimes", long}, {"help", long}, {"run", "--users", long}, {"run", "--memory", long},
	} {
		code, stdout, stderr := runWith(args...)
		if code == exitDone || stdout != "" || !strings.Contains(stderr, "overshare: error: ") {
			t.Errorf("%.60q: code %d, stdout %.300q, stderr %.300q", args, code, stdout, stderr)
		}
		checkPrinted(t, stdout, stderr)
	}
	for _, args := range [][]string{
		{"scenarios", "show", "title.yaml"}, {"scenarios", "check", "title.yaml"}, {"scenarios", "show", "title.yaml", "--json"},
		{"scenarios", "show", "a\x1b[31m\nb.yaml"}, {"scenarios", "check", "a\x1b[31m\nb.yaml"},
		{"run", "--users", "600", "--out", hostile}, {"run", "--users", "600", "--out", hostile, "--force", "--json"}, {"run", "a\x1b[31m\nb.yaml"},
		{"run", "--users", "600", "--out", "shown", "--quiet", "--show", "a\u200bb" + long},
	} {
		code, stdout, stderr := runWith(args...)
		if code != exitDone {
			t.Errorf("%.60q: code %d, stderr %.300q", args, code, stderr)
		}
		if strings.Contains(stdout, "\nsha256: forged") || strings.Contains(stdout, "\noverseas: forged") {
			t.Errorf("%q: a title forges a line:\n%.300s", args, stdout)
		}
		checkPrinted(t, stdout, stderr)
	}
	if left, err := filepath.Glob(".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// Letters that arrive in pieces come out whole, and what is no text does not get through.
func TestScreen(t *testing.T) {
	whole := "ab\x1b[1m\tc한글\u202e\xff\xc3\n\u0085end\xed\x95"
	for size := 1; size <= len(whole); size++ {
		var b bytes.Buffer
		s := &screen{to: &b}
		for rest := whole; rest != ""; {
			n := min(size, len(rest))
			if got, err := fmt.Fprint(s, rest[:n]); got != n || err != nil {
				t.Fatalf("wrote %d, %v", got, err)
			}
			rest = rest[n:]
		}
		if want := "ab\\u001b[1m\tc한글\\u202e\\ufffd\\ufffd\n\\u0085end"; b.String() != want {
			t.Fatalf("in pieces of %d: %q, want %q", size, b.String(), want)
		}
	}
}

// The end of a long line is seen as well as its beginning, and no letter is cut in half.
func TestLine(t *testing.T) {
	got := line("begin " + strings.Repeat("한", 5000) + " end")
	if !strings.HasPrefix(got, "begin ") || !strings.HasSuffix(got, " end") || strings.ContainsRune(got, '\ufffd') || len([]rune(got)) > longestLine+10 {
		t.Errorf("%d letters: %.50q", len([]rune(got)), got)
	}
	if got := line("one\ntwo\n"); got != `one\u000atwo` {
		t.Errorf("%q", got)
	}
	if got := results.Shown("a b\x1b"); got != `"a b\x1b"` {
		t.Errorf("%q", got)
	}
}

// A line that does not fit a terminal's width could not be taken back.
func TestProgressOnANarrowTerminal(t *testing.T) {
	p := &progress{width: func() int { return 10 }}
	if got := p.fitting("simulate: 한국 1,000 people"); len([]rune(got)) != 9 {
		t.Errorf("%q", got)
	}
	p.width = func() int { return 0 }
	if got := p.fitting("simulate: everybody"); got != "simulate: everybody" {
		t.Errorf("%q", got)
	}
}

// A dumb terminal gets lines, not escape codes.
func TestProgressKnowsDumbTerminals(t *testing.T) {
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	defer tty.Close()
	for term, live := range map[string]bool{"dumb": false, "xterm": true} {
		t.Setenv("TERM", term)
		if p := newProgress(&screen{to: tty}, nil); p.live != live {
			t.Errorf("TERM=%s: live %v", term, p.live)
		}
	}
}
