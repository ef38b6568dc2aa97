//go:build unix

package main

import (
	"os"
	"syscall"
)

// stopSignals end the program in order: Ctrl-C, a closed terminal, a closed pipe, Ctrl-\, and kill.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGHUP, syscall.SIGPIPE, syscall.SIGQUIT, syscall.SIGTERM}
