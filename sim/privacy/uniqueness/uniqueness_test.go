package uniqueness_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"overshare/sim/privacy/uniqueness"
	"overshare/sim/record"
)

// On 3,000 people every count of groups equals the count by text.
func TestGroupsAgainstTwin(t *testing.T) {
	o := options(t, 3000)
	o.Groups = true
	r := run(t, o)
	all := uniqueness.TakeTwin(o.World, o.Users, o.Night)
	var customers []uniqueness.Taken
	for _, x := range all {
		if x.Scope {
			customers = append(customers, x)
		}
	}
	if r.Live != int64(len(all)) || r.InScope != int64(len(customers)) || len(customers) < 100 {
		t.Fatalf("%d live and %d in scope, want %d and %d", r.Live, r.InScope, len(all), len(customers))
	}
	if len(r.Groups) != 2*len(uniqueness.Precisions)*len(uniqueness.Sets) {
		t.Fatalf("%d rows", len(r.Groups))
	}
	for _, g := range r.Groups {
		list := all
		if g.Whose == uniqueness.OfInScope {
			list = customers
		}
		if want := uniqueness.GroupsTwin(list, g.Set, g.Precision); g.Groups != want {
			t.Errorf("%s %s %s: %+v, want %+v", g.Whose, g.Precision, g.Set.Name, g.Groups, want)
		}
	}
}

// More items, finer bands or fewer people to hide among never make fewer people unique, nor fewer groups.
func TestGroupsNest(t *testing.T) {
	o := options(t, 20_000)
	o.Groups = true
	r := run(t, o)
	pairs := 0
	for _, a := range r.Groups {
		for _, b := range r.Groups {
			if a.Whose != b.Whose || !finer(a, b) {
				continue
			}
			pairs++
			for k := range a.AtMost {
				if a.AtMost[k] < b.AtMost[k] {
					t.Errorf("%s: %d people in groups of at most %d by %s %s, but %d by %s %s", a.Whose, a.AtMost[k], uniqueness.Sizes[k],
						a.Precision, a.Set.Name, b.AtMost[k], b.Precision, b.Set.Name)
				}
			}
			if a.Groups.Groups < b.Groups.Groups || a.Largest > b.Largest {
				t.Errorf("%s: %s %s %+v is not finer than %s %s %+v", a.Whose, a.Precision, a.Set.Name, a.Groups, b.Precision, b.Set.Name, b.Groups)
			}
		}
	}
	if pairs < 300 {
		t.Errorf("only %d pairs were compared", pairs)
	}
	for _, g := range r.Groups {
		if g.Set.Name == "all" && g.AtMost[0] != g.People {
			t.Errorf("%s: %d of %d people are alone with their account", g.Whose, g.AtMost[0], g.People)
		}
	}
}

// finer reports whether a knows at least what b knows.
func finer(a, b uniqueness.GroupRow) bool {
	rank := map[uniqueness.Precision]int{uniqueness.Exact: 0, uniqueness.Banded: 1, uniqueness.Coarse: 2}
	has := map[record.Item]bool{record.ItemTenure: true}
	for _, i := range a.Set.Items {
		has[i] = true
	}
	for _, i := range b.Set.Items {
		if !has[i] {
			return false
		}
	}
	return rank[a.Precision] <= rank[b.Precision]
}

// Every link between two nights is the one that comparing all pairs of records of a profile gives.
func TestLinksAgainstTwin(t *testing.T) {
	o := options(t, 20_000)
	o.Links = true
	r := run(t, o)
	first := uniqueness.TakeTwin(o.World, o.Users, o.Night)
	for _, l := range r.Links {
		a, b := first, uniqueness.TakeTwin(o.World, o.Users, o.Night+record.Day(l.NightsApart))
		if l.Whose == uniqueness.OfInScope {
			a, b = inScope(a), inScope(b)
		}
		want := uniqueness.LinkTwin(a, b, int32(l.NightsApart))
		if l.People != want.People || l.There != want.There {
			t.Fatalf("%s, %d nights: %d people and %d there, want %d and %d", l.Whose, l.NightsApart, l.People, l.There, want.People, want.There)
		}
		if l.Pseudonym != uniqueness.DailyKey {
			if l.Correct != want.There || l.Wrong+l.Ambiguous != 0 {
				t.Errorf("%s: %d of %d linked", l.Pseudonym, l.Correct, want.There)
			}
			continue
		}
		near := func(x, y float64) bool { return x-y < 1e-6 && y-x < 1e-6 }
		if l.Correct != want.Correct || l.Wrong != want.Wrong || l.Ambiguous != want.Ambiguous || l.Unlinked != want.Unlinked ||
			!near(l.Expected, want.Expected) || !near(l.Guess, want.Guess) {
			t.Errorf("%s, %d nights: %+v, want %+v", l.Whose, l.NightsApart, l, want)
		}
		if l.Whose == uniqueness.OfEveryone && l.NightsApart == 7 && (l.Wrong == 0 || l.Ambiguous == 0) {
			t.Errorf("nobody is mistaken for another: the test is too small: %+v", l)
		}
	}
}

func inScope(list []uniqueness.Taken) (some []uniqueness.Taken) {
	for _, x := range list {
		if x.Scope {
			some = append(some, x)
		}
	}
	return some
}

// Every unicity equals that of comparing all payments of all people.
func TestUnicityAgainstTwin(t *testing.T) {
	o := options(t, 1500)
	o.Payments, o.Targets, o.PaymentDays = true, 150, 30
	r := run(t, o)
	want := uniqueness.UnicityTwinOf(t, o)
	if !reflect.DeepEqual(r.Unicity, want) {
		for i := range want {
			if r.Unicity[i] != want[i] {
				t.Errorf("%+v, want %+v", r.Unicity[i], want[i])
			}
		}
	}
	partly := 0
	for _, u := range want {
		if u.Unique > 0 && u.Unique < u.Targets {
			partly++
		}
	}
	if partly < 20 {
		t.Errorf("only %d rows are neither 0 nor 1", partly)
	}
}

// The number of workers changes nothing, to the last bit; nor does what else is asked for.
func TestWorkersChangeNothing(t *testing.T) {
	o := options(t, 70_000) // three shards
	o.Targets, o.LinkPeople, o.PaymentDays = 200, 30_000, 20
	want := run(t, o)
	for _, workers := range []int{1, 5} {
		o.Workers = workers
		if got := run(t, o); !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: another report", workers)
		}
	}
	o.Groups = true
	if got := run(t, o); !reflect.DeepEqual(got.Groups, want.Groups) || got.Links != nil || got.Unicity != nil {
		t.Error("groups alone differ from groups among others")
	}
}

// Whole profiles are drawn: those drawn are about as many as wanted, and about as hard to link as all.
func TestLinksOfDrawnProfiles(t *testing.T) {
	o := options(t, 60_000)
	o.Links = true
	all := run(t, o)
	o.LinkPeople = 15_000
	some := run(t, o)
	for i, l := range some.Links {
		whole := all.Links[i]
		if whole.Sampled || l.Sampled != (l.Pseudonym == uniqueness.DailyKey) {
			t.Errorf("%+v: sampled is wrong", l)
		}
		if share := float64(l.People) / float64(whole.People); share < 0.23 || share > 0.27 {
			t.Errorf("a share of %.3f was drawn, want 0.25", share) // ± 5 standard errors are ± 0.012 at 43,000 profiles
		}
		exact := float64(whole.Correct) / float64(whole.People)
		// Five standard errors: the interval is 1.96 of them to each side.
		mid, half := (l.Low+l.High)/2, (l.High-l.Low)/2/1.96*5
		if l.Sampled && l.Whose == uniqueness.OfEveryone && (exact < mid-half || exact > mid+half || half == 0 || half > 0.05) {
			t.Errorf("%s, %d nights: %.4f of all are linked, %.4f ± %.4f of those drawn", l.Whose, l.NightsApart, exact, mid, half)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		change func(*uniqueness.Options)
		want   string
	}{
		{func(o *uniqueness.Options) { o.Users = 0 }, "simulate at least one"},
		{func(o *uniqueness.Options) { o.Night = o.World.Start + 35 }, "lengthen the window or move the night"},
		{func(o *uniqueness.Options) { o.Night = o.World.Start + record.Day(o.World.Days) - 8 }, "lengthen the window or move the night"},
		{func(o *uniqueness.Options) { o.PaymentDays = o.World.Days + 1 }, "take fewer days"},
		{func(o *uniqueness.Options) { o.Targets = -1 }, "both must be at least 1"},
	} {
		o := options(t, 100)
		c.change(&o)
		if _, err := uniqueness.Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	o := options(t, 100)
	o.Night = o.World.Start + record.Day(o.World.Days) - 9 // the last that is possible
	run(t, o)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := uniqueness.Run(ctx, o); err == nil {
		t.Error("an interrupted run reports")
	}
}

// Worlds of one person, and of nobody live on the night.
func TestTinyWorlds(t *testing.T) {
	for n := 1; n <= 3; n++ {
		r := run(t, options(t, n))
		for _, g := range r.Groups {
			if g.People > int64(n) || g.People > 0 && g.Largest == 0 {
				t.Errorf("%d people: %+v", n, g)
			}
		}
		for _, u := range r.Unicity {
			if u.Drawn != int64(n) || u.Unique > u.Targets || u.Targets > int64(n) {
				t.Errorf("%d people: %+v", n, u)
			}
		}
	}
}
