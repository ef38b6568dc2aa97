//go:build !unix

package main

import (
	"os"
	"syscall"
)

// stopSignals returns the signals that end the program in order.
func stopSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }
