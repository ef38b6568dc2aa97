package identity

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"overshare/sim/record"
	"overshare/sim/rng"
)

// Every element of a small domain is met exactly once, and Inverse leads back, for 200 keys.
func TestPermutationIsABijection(t *testing.T) {
	for _, side := range []uint32{1, 2, 3, 10, 100} {
		for key := range uint64(200) {
			p := NewPermutation(key, rng.PurposePhone, 0, side)
			seen := make([]bool, p.Size())
			for i := range uint32(p.Size()) {
				x := p.At(i)
				if seen[x] {
					t.Fatalf("side %d, key %d: %d is met twice", side, key, x)
				}
				seen[x] = true
				if back := p.Inverse(x); back != i {
					t.Fatalf("side %d, key %d: Inverse(At(%d)) = %d", side, key, i, back)
				}
			}
		}
	}
}

// On the full space: 2²⁰ people spread over it, and its ends, lead back to themselves, so no two of
// them share a number. The whole space: go test -tags slow ./sim/privacy/identity.
func TestPermutationLeadsBackOnTheLargeDomain(t *testing.T) {
	p := NewPermutation(1, rng.PurposePhone, 0, 10_000)
	for k := range uint64(1 << 20) {
		i := uint32(k * 95 % p.Size())
		if k == 0 {
			i = uint32(p.Size() - 1)
		}
		if x := p.At(i); uint64(x) >= p.Size() || p.Inverse(x) != i {
			t.Fatalf("At(%d) = %d, Inverse of it %d", i, x, p.Inverse(x))
		}
	}
}

// Over all keys, where an element goes must not depend on where it started. 2¹⁶ keys of a domain of
// 100, two neighbouring elements: 9,900 pairs of images, expected 6.62 each. Chi-square with 9,899
// degrees of freedom, standard deviation 140.7; 5.33 standard deviations are a false-alarm rate of
// 1e-7 by the normal tail. Keys 0 to 65,535. What it can see: TestTwoRoundsWouldShow.
func TestPermutationIsUniformOverKeys(t *testing.T) {
	if z := pairChiSquare(1<<16, func(key uint64) (a, b uint32) {
		p := NewPermutation(key, rng.PurposePhone, 0, 10)
		return p.At(41), p.At(42)
	}); math.Abs(z) > 5.33 {
		t.Errorf("z = %.2f, alpha 1e-7", z)
	}
}

// The test above sees a weaker network: the same with two rounds.
func TestTwoRoundsWouldShow(t *testing.T) {
	z := pairChiSquare(1<<16, func(key uint64) (a, b uint32) {
		p := NewPermutation(key, rng.PurposePhone, 0, 10)
		return twoRounds(p, 41), twoRounds(p, 42)
	})
	if z < 5.33 {
		t.Errorf("two rounds pass: z = %.2f", z)
	}
}

func twoRounds(p *Permutation, i uint32) uint32 {
	l, r := i/p.side, i%p.side
	l = (l + uint32(p.table[0][r])) % p.side
	r = (r + uint32(p.table[1][l])) % p.side
	return l*p.side + r
}

// The rounds as the doc comment of Permutation writes them, for every element of three domains.
func TestPermutationAgainstTheObviousTwin(t *testing.T) {
	for _, side := range []uint32{1, 10, 100} {
		p := NewPermutation(5, rng.PurposePhone, 0, side)
		for i := range uint32(p.Size()) {
			half := [2]uint32{i / side, i % side}
			for k, f := range p.table {
				half[k%2] = (half[k%2] + uint32(f[half[1-k%2]])) % side
			}
			if want := half[0]*side + half[1]; p.At(i) != want {
				t.Fatalf("side %d: At(%d) = %d, want %d", side, i, p.At(i), want)
			}
		}
	}
}

// pairChiSquare returns the standardised chi-square of ordered pairs of different elements below 100.
func pairChiSquare(keys uint64, images func(key uint64) (a, b uint32)) float64 {
	var count [100][100]int
	for key := range keys {
		a, b := images(key)
		count[a][b]++
	}
	expected, chi := float64(keys)/9900, 0.0
	for a := range count {
		for b, c := range count[a] {
			if a != b {
				d := float64(c) - expected
				chi += d * d / expected
			}
		}
	}
	return (chi - 9899) / math.Sqrt(2*9899)
}

func TestPhoneHasTheRightForm(t *testing.T) {
	form := regexp.MustCompile(`^010[0-9]{8}$`)
	d := New(1)
	for u := range record.Person(10_000) {
		x, err := d.Phone(u)
		if err != nil {
			t.Fatal(err)
		}
		digits := string(d.AppendDigits(nil, x))
		if !form.MatchString(digits) {
			t.Fatalf("person %d: a number of %d bytes with the wrong form", u, len(digits))
		}
		if slow := fmt.Sprintf("010%08d", x.n); digits != slow {
			t.Fatalf("person %d: digits differ from the slow form", u)
		}
		if d.Holder(x) != u {
			t.Fatalf("person %d: the number leads to person %d", u, d.Holder(x))
		}
	}
}

func TestSmallDirectoryHasFewerDigits(t *testing.T) {
	for _, digits := range []int{2, 4, 6} {
		d, err := NewSmall(1, digits)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("010%0*d", digits, 7)
		if got := string(d.AppendDigits(nil, d.Nth(7))); got != want {
			t.Errorf("%d digits: %q, want %q", digits, got, want)
		}
	}
	for _, digits := range []int{-1, 0, 7, 10} {
		if _, err := NewSmall(1, digits); err == nil {
			t.Errorf("%d digits are accepted", digits)
		}
	}
}

func TestTooManyPeople(t *testing.T) {
	d := New(1)
	if _, err := d.Phone(MaxPeople - 1); err != nil {
		t.Error(err)
	}
	_, err := d.Phone(MaxPeople)
	if err == nil || !strings.Contains(err.Error(), "100000000 people") {
		t.Errorf("phone: error %v", err)
	}
	if _, err := d.AppendEmail(nil, MaxPeople); err == nil {
		t.Error("an e-mail address for person 10⁸")
	}
	if _, err := d.Account(MaxPeople); err == nil {
		t.Error("an account for person 10⁸")
	}
}

// A number must not come out of any way of printing it.
func TestNumberIsNeverPrinted(t *testing.T) {
	x, _ := New(1).Phone(12345)
	digits := fmt.Sprint(x.n)
	j, err := json.Marshal(map[string]any{"phone": x, "list": []Number{x}})
	if err != nil {
		t.Fatal(err)
	}
	printed := []string{string(j), x.String(), fmt.Sprint(x, &x)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%d", "%x", "%s", "%q", "%T"} {
		printed = append(printed, fmt.Sprintf(verb, x), fmt.Sprintf(verb, []Number{x}), fmt.Sprintf(verb, struct{ N Number }{x}))
	}
	for _, s := range printed {
		if strings.Contains(s, digits) || strings.Contains(s, fmt.Sprintf("%x", x.n)) {
			t.Errorf("a number was printed in a text of %d bytes", len(s))
		}
	}
}

func TestAccountsAreDistinct(t *testing.T) {
	d, seen := New(1), map[string]bool{}
	form := regexp.MustCompile(`^20[0-9]{8}$`)
	for u := range record.Person(100_000) {
		a, err := d.Account(u)
		if err != nil || !form.MatchString(a) || seen[a] {
			t.Fatalf("person %d: account %q, error %v", u, a, err)
		}
		seen[a] = true
	}
}

func TestVerificationToken(t *testing.T) {
	d := New(1)
	form := regexp.MustCompile(`^[A-Za-z0-9+/]{86}==$`)
	seen := map[string]bool{}
	for u := range record.Person(10_000) {
		v := d.Verification(u)
		if !form.MatchString(v) || seen[v] {
			t.Fatalf("person %d: %q", u, v)
		}
		seen[v] = true
	}
}

// A token stands alone: it differs by item and person, and it is not made from the number.
func TestTokensSayNothing(t *testing.T) {
	d := New(1)
	seen := map[string]bool{}
	for u := range record.Person(10_000) {
		for _, item := range []Identifier{Phone, Email} {
			token := d.Token(item, u)
			if len(token) != 16 || seen[token] {
				t.Fatalf("person %d: token %q", u, token)
			}
			seen[token] = true
		}
	}
}

func TestDisplayNameIsKeyed(t *testing.T) {
	a, b := New(1), New(2)
	same := 0
	for u := range record.Person(200) {
		if first, again := a.DisplayName(u), a.DisplayName(u); first != again || first == "" {
			t.Fatalf("person %d: %q, then %q", u, first, again)
		}
		if a.DisplayName(u) == b.DisplayName(u) || a.DisplayName(u) == a.DisplayName(u+1) {
			same++
		}
	}
	if same > 5 {
		t.Errorf("%d of 200 names are those of another seed or of the neighbour", same)
	}
}

func BenchmarkPhone(b *testing.B) {
	d := New(1)
	var x uint32
	for i := range b.N {
		n, _ := d.Phone(record.Person(i % MaxPeople))
		x += n.n
	}
	sink = uint64(x)
}

func BenchmarkEmail(b *testing.B) {
	d := New(1)
	buf := make([]byte, 0, 64)
	for i := range b.N {
		buf, _ = d.AppendEmail(buf[:0], record.Person(i%MaxPeople))
	}
	sink = uint64(len(buf))
}

var sink uint64
