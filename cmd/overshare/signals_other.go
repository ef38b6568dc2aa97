//go:build !unix

package main

import (
	"os"
	"syscall"
)

// stopSignals end the program in order.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM}
