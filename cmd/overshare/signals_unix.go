//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// stopSignals returns the signals that end the program in order: Ctrl-C, a closed pipe, Ctrl-\, kill, and a closed
// terminal unless nohup said to live on.
func stopSignals() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGPIPE, syscall.SIGQUIT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}
