package reidentify

import (
	"regexp"
	"strings"
	"testing"
)

// No address is guessed twice: a second try would look like a second candidate. The stems (what stands
// before the digits) of all lists differ, and so do the endings.
func TestGuessesAreDistinct(t *testing.T) {
	stems := map[string]bool{}
	add := func(stem string) {
		if stems[stem] {
			t.Errorf("stem %q is guessed twice", stem)
		}
		stems[stem] = true
	}
	for i := range nameGuesses / nGuessEndings {
		add(string(appendNameGuess(nil, i*nGuessEndings)))
	}
	for i := range wordGuesses / 10_000 {
		add(strings.TrimSuffix(string(appendWordGuess(nil, i*10_000)), "0000"))
	}
	endings := map[string]bool{}
	for e := range uint64(nGuessEndings) {
		s := string(appendEndingGuess(nil, e))
		if endings[s] {
			t.Errorf("ending %q is tried twice", s)
		}
		endings[s] = true
	}
}

func TestGuessesHaveTheRightForm(t *testing.T) {
	form := regexp.MustCompile(`^[a-z]+[._]?[a-z]*[0-9]{0,4}@(example\.(com|net|org)|[a-z]+\.(example|test|invalid))$`)
	for i := uint64(0); i < emailGuesses; i += 997 {
		if g := appendGuess(nil, i); !form.Match(g) {
			t.Fatalf("guess %d has the wrong form", i)
		}
	}
	if g := string(appendGuess(nil, 0)); g != "kimminjun@example.com" {
		t.Errorf("first guess %q", g)
	}
	if g := string(appendGuess(nil, emailGuesses-1)); g != "white_9999@box.invalid" {
		t.Errorf("last guess %q", g)
	}
}
