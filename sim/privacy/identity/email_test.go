package identity

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"overshare/sim/record"
)

// Reserved by RFC 2606 (example.com and its sisters) and RFC 6761 (the top-level names).
var reserved = regexp.MustCompile(`^[a-z0-9._]+@(example\.(com|net|org)|[a-z]+\.(example|test|invalid))$`)

func TestEmailsAreReservedAndDistinct(t *testing.T) {
	d, seen := New(1), map[string]bool{}
	buf := make([]byte, 0, 64)
	for u := range record.Person(300_000) {
		buf, _ = d.AppendEmail(buf[:0], u)
		if !reserved.Match(buf) || len(buf) > 36 {
			t.Fatalf("person %d: an address of %d bytes outside the reserved domains", u, len(buf))
		}
		if seen[string(buf)] {
			t.Fatalf("person %d: address given twice", u)
		}
		seen[string(buf)] = true
	}
}

// Distinct by construction: within a style the step leads to every address once, and the stems of
// all styles (what stands before the first digit) differ, so that endings cannot be confused.
func TestStylesCannotCollide(t *testing.T) {
	total := uint32(0)
	for k, s := range styles {
		if uint64(s.people) > s.space || s.space%stride == 0 {
			t.Errorf("style %d: %d people in a space of %d", k, s.people, s.space)
		}
		total += s.people
	}
	if total != MaxPeople {
		t.Errorf("the styles hold %d people", total)
	}
	seen := map[string]int{}
	add := func(style int, stem []byte) {
		if other, ok := seen[string(stem)]; ok {
			t.Errorf("stem %q of style %d is also one of style %d", stem, style, other)
		}
		seen[string(stem)] = style
	}
	for k := range styles[0].space / uint64(len(domains)) / endings {
		add(0, commonName(nil, k*endings))
	}
	for k := range styles[1].space / uint64(len(domains)) / endings {
		add(1, rareName(nil, k*endings))
	}
	for k := range styles[2].space / uint64(len(domains)) / 10_000 {
		stem := word(nil, k*10_000)
		add(2, stem[:len(stem)-4])
	}
}

func TestEndingsAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for e := range uint64(endings) {
		s := string(appendEnding(nil, e))
		if seen[s] || strings.Trim(s, "0123456789") != "" {
			t.Errorf("ending %d is %q", e, s)
		}
		seen[s] = true
	}
}

func TestPatternlessIsOneToOne(t *testing.T) {
	seen := map[string]bool{}
	for i := range uint64(100_000) {
		s := string(patternless(nil, i*7919))
		if len(s) != 10 || s[0] > '9' || seen[s] {
			t.Fatalf("%d gives %q", i, s)
		}
		seen[s] = true
	}
}

// Shares of the styles among 200,000 people are those stated, within 5.33 standard errors each (false
// alarm 1e-7 a style; binomial, as drawing without replacement from 10⁸ varies a little less). Seed 1.
func TestShareOfStyles(t *testing.T) {
	const n = 200_000
	d := New(1)
	var count [4]int
	for u := range record.Person(n) {
		x := d.mails.At(uint32(u))
		k := 0
		for ; x >= styles[k].people; k++ {
			x -= styles[k].people
		}
		count[k]++
	}
	for k, p := range []float64{ShareCommonNames, ShareRareNames, ShareWords, ShareRandom} {
		se := math.Sqrt(p * (1 - p) / n)
		if z := (float64(count[k])/n - p) / se; math.Abs(z) > 5.33 {
			t.Errorf("style %d: %d of %d people, expected share %g, se %g, z = %.2f", k, count[k], n, p, se, z)
		}
	}
}
