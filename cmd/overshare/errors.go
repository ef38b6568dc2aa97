package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
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

// errInterrupted is the cause of a context that Ctrl-C ended.
var errInterrupted = errors.New("interrupted; nothing was written")

// report tells the user what went wrong and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, context.Canceled) {
		err = errInterrupted
	}
	say(w, "error", err.Error())
	var usage *usageError
	if !errors.As(err, &usage) {
		return exitFailed
	}
	if usage.hint != "" {
		say(w, "hint", usage.hint)
	}
	return exitUsage
}

// say writes one message, each of its lines with the program's name and the kind in front.
func say(w io.Writer, kind, message string) {
	for line := range strings.Lines(message) {
		fmt.Fprintf(w, "overshare: %s: %s\n", kind, strings.TrimRight(line, "\n"))
	}
}
