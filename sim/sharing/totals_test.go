package sharing

import (
	"math"
	"testing"

	"overshare/sim/people"
	"overshare/sim/record"
)

// totals are the published figures as the ledger has them.
type totals struct{ records, late, people, overseas, firstFortnight float64 }

func totalsOf(b *Border, c *Count) (x totals) {
	x.records, x.people = float64(c.Sets[0].Whole.All.Records), float64(c.Sets[0].Whole.All.People)
	x.overseas = float64(c.Overseas.All.Records)
	first, days := b.Sent(c, 0, PurposeScore)
	_, in := b.SentInScope(c, 0)
	for i, n := range days {
		if first+record.Day(i) >= date("2020-10-08") {
			x.late += float64(n)
		}
		if first+record.Day(i) < date("2019-07-11") {
			x.firstFortnight += float64(in[i])
		}
	}
	return x
}

// TestTotalsFollowThePublishedOnes counts one in a hundred people. Records per person have a standard
// deviation below 750 of a mean of 1,340, payments below 60 of 13.6 (the tail is heavy; a bound taken from
// 10⁶ people): standard errors of 750/√404,500 = 1.18 and 0.094 a person, that is 0.048 bn records and
// 3.8 M payments. The limits are 4.9 of them (alpha 1e-6 each) and half a unit of the published figure.
func TestTotalsFollowThePublishedOnes(t *testing.T) {
	const n = 404_500
	pop, b := country(t, nil), border(t, calendar())
	c := b.count(pop, 0, n)
	x := totalsOf(b, &c)
	if x.people != n {
		t.Errorf("%.0f of %d people were ever sent; the population is who was", x.people, n)
	}
	if x.firstFortnight != 0 {
		t.Errorf("%.0f records in scope before the launch", x.firstFortnight)
	}
	for _, f := range []struct {
		what             string
		got, want, limit float64
	}{
		{"records", x.records * 100, 54.2e9, 4.9*0.048e9 + 0.05e9},
		{"records from 2020-10-08", x.late * 100, 40.9e9, 4.9*0.048e9 + 0.05e9},
		{"overseas payments", x.overseas * 100, 550e6, 4.9*3.8e6 + 5e6},
	} {
		t.Logf("%s %.5g, published %.5g", f.what, f.got, f.want)
		if math.Abs(f.got-f.want) > f.limit {
			t.Errorf("%s: %.5g, published %.5g, limit of the deviation %.2g", f.what, f.got, f.want, f.limit)
		}
	}
}

// TestNested: whatever on-request sends, in-scope sends; whatever in-scope sends, everyone sends: in every
// count of all together, on every day, in every cell. A night before somebody's registration is sent in scope
// with the first record, so that people in scope alone are not nested.
func TestNested(t *testing.T) {
	pop, b := country(t, nil), border(t, calendar())
	c := b.count(pop, 0, 30_000)
	everyone, inScope, onRequest, optIn, none := b.at(t, "everyone"), b.at(t, "in-scope"), b.at(t, "on-request"), b.at(t, "opt-in"), b.at(t, "none")
	for _, pair := range [][2]string{{"none", "on-request"}, {"on-request", "in-scope-no-backfill"}, {"in-scope-no-backfill", "in-scope"},
		{"weekly", "in-scope"}, {"in-scope", "sample-7"}, {"sample-7", "sample-25"}, {"sample-25", "everyone"}, {"opt-in", "everyone"},
		{"in-scope-sample-7", "in-scope-sample-25"}, {"in-scope-sample-25", "in-scope"}, {"consenting-in-scope", "in-scope"},
		{"pseudonymous", "in-scope"}, {"in-scope", "pseudonymous"}} {
		small, large := b.at(t, pair[0]), b.at(t, pair[1])
		for f := range NumPurposes {
			x, y := b.Exposure(&c, small, f), b.Exposure(&c, large, f)
			for k, u := range numbers(x.All) {
				if v := numbers(y.All)[k]; u > v {
					t.Errorf("%s sends more than %s in flow %v, number %d: %d over %d", b.Regimes[small].Name, b.Regimes[large].Name, f, k, u, v)
				}
			}
			_, a := b.Sent(&c, small, f)
			_, z := b.Sent(&c, large, f)
			for d := range a {
				if pair[0] != "weekly" && a[d] > z[d] { // four weeks before a registration come on other nights
					t.Fatalf("%s sends more than %s in flow %v on day %d", b.Regimes[small].Name, b.Regimes[large].Name, f, d)
				}
			}
		}
		x, _ := b.Account(&c, small, PurposeScore)
		y, _ := b.Account(&c, large, PurposeScore)
		for k, u := range x.Groups {
			v := y.Groups[k]
			if u.People > v.People || u.Records > v.Records || u.OutPeople > v.OutPeople || u.OutRecords > v.OutRecords {
				t.Fatalf("%s over %s in cell %d", b.Regimes[small].Name, b.Regimes[large].Name, k)
			}
		}
	}
	if b.Whole(&c, none) != (Exposure{}) || b.Whole(&c, inScope).Out != (Tally{}) || b.Whole(&c, onRequest).All.Records == 0 {
		t.Error("a regime does not send what it says")
	}
	if b.Whole(&c, optIn).All.Records != b.Whole(&c, optIn).All.Willing || b.Whole(&c, optIn).All.Willing != b.Whole(&c, everyone).All.Willing {
		t.Error("opt-in does not send exactly the records of the willing")
	}
}

func numbers(t Tally) []int64 { return []int64{t.People, t.PersonDays, t.Records, t.Willing} }

// TestCountsMerge: a country in pieces, in whatever order, is the country.
func TestCountsMerge(t *testing.T) {
	pop, b := country(t, nil), border(t, calendar())
	whole := b.count(pop, 0, 3000)
	sum := b.NewCount()
	for _, cut := range [][2]int{{2000, 3000}, {0, 700}, {700, 700}, {700, 2000}} {
		sum.Plus(b.count(pop, cut[0], cut[1]))
	}
	for r := range b.Regimes {
		same(t, "whole", b.Whole(&sum, r), b.Whole(&whole, r))
		same(t, "window", b.InWindow(&sum, r), b.InWindow(&whole, r))
		x, _ := b.Account(&sum, r, PurposeScore)
		y, _ := b.Account(&whole, r, PurposeScore)
		same(t, "times", sparse(x.Times), sparse(y.Times))
		for f := range NumPurposes {
			_, x := b.Sent(&sum, r, f)
			_, y := b.Sent(&whole, r, f)
			same(t, f.String(), x, y)
		}
	}
	_, x := sum.LiveAccounts()
	_, y := whole.LiveAccounts()
	same(t, "live", x, y)
	same(t, "overseas", sum.Overseas.Exposure, whole.Overseas.Exposure)
}

// TestConsentAtBothEnds: with everybody willing opt-in is everyone, with nobody it is none.
func TestConsentAtBothEnds(t *testing.T) {
	for _, share := range []float64{0, 1} {
		pop, b := country(t, func(c *people.Config) { c.People.OptionalYes = share }), border(t, calendar())
		c := b.count(pop, 0, 2000)
		want := Exposure{}
		if share == 1 {
			want = b.Whole(&c, b.at(t, "everyone"))
		}
		same(t, "opt-in", b.Whole(&c, b.at(t, "opt-in")), want)
	}
}
