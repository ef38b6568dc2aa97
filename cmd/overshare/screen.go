package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A screen is where the program prints. All text on standard output and standard error goes through one, so
// that nothing from a file, a flag or a name can steer a terminal: control characters but line ends and tabs,
// and those that reverse the direction of writing, become \u001b and the like, which JSON reads as the same.
type screen struct {
	mu   sync.Mutex
	to   io.Writer
	rest []byte // the beginning of a letter whose end is still to come
	err  error  // the first failure to write
}

// Write prints p. It reports the first error of the screen's life.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := append(s.rest, p...)
	whole := len(text)
	for k := 1; k < utf8.UTFMax && k <= len(text); k++ {
		if tail := text[len(text)-k:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				whole -= k
			}
			break
		}
	}
	s.rest = bytes.Clone(text[whole:])
	s.put(string(text[:whole]))
	return len(p), s.err
}

// put writes text without what could steer a terminal.
func (s *screen) put(text string) {
	if _, err := io.WriteString(s.to, escaped(text, "\n\t")); err != nil && s.err == nil {
		s.err = err
	}
}

// failed returns the first error of writing.
func (s *screen) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// beneath returns what a screen prints to, for those who steer the terminal on purpose.
func beneath(w io.Writer) io.Writer {
	if s, ok := w.(*screen); ok {
		return s.to
	}
	return w
}

// steers reports whether a terminal does anything but show the character.
func steers(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// escaped writes what steers a terminal as \u001b and bytes that are no text as \ufffd. Characters in keep
// stay as they are.
func escaped(text, keep string) string {
	odd := func(r rune) bool { return r == utf8.RuneError || steers(r) && !strings.ContainsRune(keep, r) }
	if strings.IndexFunc(text, odd) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if odd(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// longestLine bounds a message: whatever is quoted in it, its beginning and its end are seen.
const longestLine = 1200

// line makes one line of a message.
func line(text string) string {
	text = escaped(strings.TrimRight(text, "\n"), "")
	if letters := []rune(text); len(letters) > longestLine {
		text = string(letters[:longestLine*2/3]) + " [...] " + string(letters[len(letters)-longestLine/3:])
	}
	return text
}

// cut shortens what the user typed to what a message has room for.
func cut(value string) string {
	if letters := []rune(value); len(letters) > 80 {
		return string(letters[:77]) + "..."
	}
	return value
}
