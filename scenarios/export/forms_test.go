package export_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"overshare/scenarios/export"
	"overshare/sim/privacy/identity"
	"overshare/sim/record"
	"overshare/sim/simtest"
)

// sent exports two nights under a regime that sends whom in-scope sends, in another form, and pairs its rows with
// in-scope's.
func sent(t *testing.T, name string) (plain, sent []row) {
	t.Helper()
	rows := func(name string) []row {
		part := export.Selection{Regime: name, From: "2024-04-09", To: "2024-04-10"}
		return read(t, exported(t, "items", 4000, export.Options{Workers: 2, Selection: part}))
	}
	plain, sent = rows("in-scope"), rows(name)
	if len(plain) != len(sent) || len(plain) < 500 {
		t.Fatalf("%s has %d rows, in-scope %d", name, len(sent), len(plain))
	}
	return plain, sent
}

// lowest returns the lower end of the band that a value lies in, to within the 9 % in which the score reads amounts
// (a value just below a band may be read as in it).
func lowest(info *record.ItemInfo, v int64) (ends []string) {
	for _, x := range []int64{v, v + v/10} {
		end := int32(0)
		for _, low := range info.Bands {
			if int64(low) <= x {
				end = low
			}
		}
		ends = append(ends, strconv.Itoa(int(end)))
	}
	return ends
}

// Banded, a record shows of every value that has bands the lower end of its band, and nothing else changes.
func TestBandedItemsAreBands(t *testing.T) {
	plain, banded := sent(t, "banded")
	moved := map[string]int{}
	for i, p := range plain {
		for _, info := range record.Items {
			want := []string{p[info.Name]}
			if len(info.Bands) > 1 {
				want = lowest(&info, p.int(t, info.Name))
			}
			got := banded[i][info.Name]
			if !slices.Contains(want, got) {
				t.Fatalf("person %s, %s: %s is sent as %s, want the band %v", p["hidden_person"], info.Name, p[info.Name], got, want)
			}
			if got != p[info.Name] {
				moved[info.Name]++
			}
		}
	}
	for _, info := range record.Items {
		if strings.HasSuffix(info.Name, "_won") && moved[info.Name] < len(plain)/5 {
			t.Errorf("%s: only %d of %d amounts are not sent as they are", info.Name, moved[info.Name], len(plain))
		}
	}
}

// Pseudonymous, every identifier and token crosses as its HMAC-SHA256 under the sender's key: the same for the same
// person every night, and tokens still lead to accounts.
func TestKeyedItemsAreUnderTheKey(t *testing.T) {
	plain, keyed := sent(t, "pseudonymous")
	key := identity.New(2024).Key()
	under := func(s string) string {
		h := hmac.New(sha256.New, key[:])
		h.Write([]byte(s))
		return hex.EncodeToString(h.Sum(nil))
	}
	account := map[string]string{} // plain token to keyed token
	for i, p := range plain {
		h := sha256.Sum256([]byte(p["account_id"]))
		account[hex.EncodeToString(h[:])[:16]] = keyed[i]["account_id"][:16]
	}
	led := 0
	for i, p := range plain {
		for _, info := range record.Items {
			want := p[info.Name]
			if info.Identifier {
				want = under(strings.TrimPrefix(want, "'")) // which keeps spreadsheets from calculating
			}
			if got := keyed[i][info.Name]; got != want && info.Name != "counterparties_7d" {
				t.Fatalf("%s: %s is sent as %s, want %s", info.Name, p[info.Name], got, want)
			}
		}
		one, other := strings.Fields(p["counterparties_7d"]), strings.Fields(keyed[i]["counterparties_7d"])
		if len(one) != len(other) {
			t.Fatalf("%d tokens, %d under the key", len(one), len(other))
		}
		for _, token := range one {
			if slices.Contains(other, token) {
				t.Fatalf("the plain token %s crosses", token)
			}
			if want, known := account[token]; known {
				led++
				if !slices.Contains(other, want) {
					t.Fatalf("token %s is not the beginning of the keyed account %s", token, want)
				}
			}
		}
	}
	if led < 5 {
		t.Errorf("only %d tokens lead to accounts", led)
	}
}

// With noise, a value crosses as the lower end of a band, which is the right one as often as randomised response
// says: with n bands and a budget of e for the value, exp(e) / (exp(e) + n - 1). Exact binomial, false-alarm rate
// 1e-6; of 1,000 values and more a share wrong by 0.08 is found 999 times in 1,000.
func TestNoisyItemsAreAnsweredAtRandom(t *testing.T) {
	plain, noisy := sent(t, "local-dp-30")
	accept := simtest.Accept(t, 2024)
	const items = 18 // of the record that local-dp-E sends, the identifier left out
	for _, info := range record.Items {
		got := noisy[0][info.Name]
		switch {
		case info.Name == "account_id":
			if got != plain[0][info.Name] {
				t.Errorf("account_id is sent as %s", got)
			}
			continue
		case len(info.Bands) < 2:
			if got != "" {
				t.Errorf("%s is sent as %s", info.Name, got)
			}
			continue
		}
		right := int64(0)
		for i := range plain {
			if slices.Contains(lowest(&info, plain[i].int(t, info.Name)), noisy[i][info.Name]) {
				right++
			}
			if !slices.Contains(info.Bands, int32(noisy[i].int(t, info.Name))) {
				t.Fatalf("%s is sent as %s, not the end of a band", info.Name, noisy[i][info.Name])
			}
		}
		if strings.HasSuffix(info.Name, "_won") {
			continue // near the end of a band two answers pass for right
		}
		e := math.Exp(30.0 / items)
		accept.Share(info.Name, right, int64(len(plain)), e/(e+float64(len(info.Bands)-1)))
	}
}
