package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"overshare/sim/engine"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// A usageError is a mistake on the command line or in a scenario.
type usageError struct {
	err  error
	hint string // the next step, may be empty
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// misuse returns a usageError with a hint.
func misuse(hint, format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...), hint}
}

// errInterrupted is the cause of a context that a signal ended.
var errInterrupted = errors.New("interrupted; nothing was written")

// report tells the user what went wrong and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, context.Canceled) {
		err = errInterrupted
	}
	for _, m := range messages(err) {
		say(w, "error", m)
	}
	if p := (*engine.Panic)(nil); errors.As(err, &p) {
		for l := range strings.Lines(string(p.Stack)) {
			say(w, "error", l)
		}
	}
	var usage *usageError
	if !errors.As(err, &usage) {
		return exitFailed
	}
	if usage.hint != "" {
		say(w, "hint", usage.hint)
	}
	return exitUsage
}

// messages returns the text of every one of several errors that were joined, with what was put before them
// all. So a line end is never taken from a text: it could be anybody's.
func messages(err error) (all []string) {
	whole := err.Error()
	for e := err; e != nil; e = errors.Unwrap(e) {
		list, several := e.(interface{ Unwrap() []error })
		if !several {
			continue
		}
		before, is := strings.CutSuffix(whole, e.Error())
		rest := e.Error()
		var parts []string
		for _, child := range list.Unwrap() {
			after, found := strings.CutPrefix(rest, child.Error())
			is = is && found
			rest = strings.TrimPrefix(after, "\n")
			parts = append(parts, messages(child)...)
		}
		if !is {
			break // several errors in one sentence
		}
		if rest != "" {
			parts = append(parts, rest)
		}
		for _, p := range parts {
			all = append(all, before+p)
		}
		return all
	}
	return []string{whole}
}

// say prints one message as one line, with the program's name and the kind in front.
func say(w io.Writer, kind, message string) {
	fmt.Fprintf(w, "overshare: %s: %s\n", kind, line(message))
}

// reasonOf words why a file or stream could not be written, without the name of the operation.
func reasonOf(err error) string {
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

// flagFault words what is wrong with a flag's value where the parser of the flag speaks as a library.
func flagFault(f *pflag.Flag, text string, err error) error {
	number, list := (*strconv.NumError)(nil), (*csv.ParseError)(nil)
	switch {
	case errors.As(err, &list):
		return fmt.Errorf("%q is not a list such as a,b", cut(text))
	case !errors.As(err, &number):
		return err
	case f.Value.Type() == "bool":
		return fmt.Errorf("%q is neither true nor false", cut(text))
	case errors.Is(err, strconv.ErrRange):
		return fmt.Errorf("%q is too large a number", cut(text))
	}
	return fmt.Errorf("%q is not a whole number", cut(text))
}

// closedPipe reports whether the reader of an output went away, as head does when it has seen enough.
func closedPipe(err error) bool {
	return runtime.GOOS != "windows" && errors.Is(err, syscall.EPIPE)
}
