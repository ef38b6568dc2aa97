package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Canonical returns every parameter as a line "path: value", in alphabetical order of paths. Two
// scenarios with the same text, and the same regimes of their own, are the same, however they were written.
func (s *Scenario) Canonical() string {
	var b strings.Builder
	for _, path := range s.registry.paths() {
		b.WriteString(path + ": " + formatValue(s.values[path]) + "\n")
	}
	return b.String()
}

// Hash returns the SHA-256, in hexadecimal, of [Scenario.Canonical] and of what the regimes in use say that are
// not built in.
func (s *Scenario) Hash() string {
	sum := sha256.Sum256([]byte(s.Canonical() + s.canonicalRegimes()))
	return hex.EncodeToString(sum[:])
}

// File returns the scenario as a file that sets every parameter, so that it no longer depends on
// defaults: loading it gives the same values.
func (s *Scenario) File() string {
	var b strings.Builder
	for _, line := range [][2]string{{"title", s.Title}, {"question", s.Question}, {"note", s.Note}} {
		if line[1] != "" {
			b.WriteString(line[0] + ": " + quoteYAML(line[1]) + "\n")
		}
	}
	b.WriteString(s.regimesText() + "set:\n")
	for line := range strings.Lines(s.Canonical()) {
		b.WriteString("  " + line)
	}
	return b.String()
}
