package facts

import (
	"bytes"
	"context"
	"flag"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
)

var update = flag.Bool("update", false, "rewrite testdata/facts.csv")

func loaded(t *testing.T, users int) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Load("", scenarios.Set("run.users="+strconv.Itoa(users)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func prepared(t *testing.T, users int) *world {
	t.Helper()
	p, err := study.NewPlan(loaded(t, users))
	if err != nil {
		t.Fatal(err)
	}
	return &world{p.Run.Seed, users, p.World.Config, p.World.Pop, p.Border}
}

func quietly(workers int) study.Options {
	return study.Options{Workers: workers, Progress: func(string, int64, int64) {}}
}

// file returns facts.csv of the default scenario.
func file(t *testing.T, users, workers int) []byte {
	t.Helper()
	found, err := Execute(t.Context(), loaded(t, users), Options{Options: study.Options{Workers: workers}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := results.NewCSV(&out, found.Tables[0].Schema)
	if err := found.Tables[0].WriteRows(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Run with -update after a change that is meant to move a figure.
func TestGolden(t *testing.T) {
	const name = "testdata/facts.csv"
	got := file(t, 20_000, 2)
	if *update {
		if err := os.WriteFile(name, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("the facts differ (-want +got):\n%s", diff)
	}
	if again := file(t, 20_000, 3); !bytes.Equal(again, got) {
		t.Error("3 workers give other bytes")
	}
}

// The public record of what was sent, at two million people: every row agrees. The sampling error of the records is
// 0.03 %, a sixth of their tolerance; seed 2024, the scenario's own.
func TestAcceptance(t *testing.T) {
	w := prepared(t, DefaultUsers)
	all := &sample{}
	if err := w.base(t.Context(), quietly(2), all); err != nil {
		t.Fatal(err)
	}
	parts := all.leaveOneOut()
	for _, f := range w.acceptance() {
		if r := f.compare(all, parts); r.agreement != agrees {
			low, high := f.allowed()
			t.Errorf("%s: allowed %v to %v, simulated %v, standard error %v, n = 2e6, seed 2024: %s",
				r.name, low, high, r.value, r.se, r.agreement)
		}
	}
	if all.total.Base.Early == 0 || all.total.Base.EarlyIn != 0 {
		t.Errorf("%d of %d records before the platform opened are of people in scope", all.total.Base.EarlyIn, all.total.Base.Early)
	}
}

// The slow twin counts records person by person and day by day.
func TestRecordsAgainstEveryDay(t *testing.T) {
	w := prepared(t, 2000)
	all := &sample{}
	if err := w.base(t.Context(), quietly(1), all); err != nil {
		t.Fatal(err)
	}
	s, err := newBaseSurvey(w)
	if err != nil {
		t.Fatal(err)
	}
	var want baseCounts
	for u := range record.Person(2000) {
		var q people.Person
		w.pop.Person(u, &q)
		for d := record.DayOf(2018, 1, 1); d <= lastSend; d++ {
			if !s.everyone.Sends(0, &q, d) {
				continue
			}
			want.Records++
			if d >= recordsFrom {
				want.Late++
			}
			if d >= firstSend && d < platformOpen {
				want.Early++
			}
			if q.InScope(d) {
				want.RecordsIn++
			}
		}
	}
	got := all.total.Base
	if got.Records != want.Records || got.Late != want.Late || got.Early != want.Early || got.RecordsIn != want.RecordsIn {
		t.Errorf("records, late, early, in scope: %d %d %d %d, day by day %d %d %d %d",
			got.Records, got.Late, got.Early, got.RecordsIn, want.Records, want.Late, want.Early, want.RecordsIn)
	}
}

// The slow twin of the month's counts keeps every event of a block and counts afterwards; the balances are
// what the ledger still holds, by the law that every won has a source and a sink.
func TestMonthAgainstEvents(t *testing.T) {
	w := prepared(t, ledger.BlockSize)
	all := &sample{}
	if err := w.month(t.Context(), quietly(1), all); err != nil {
		t.Fatal(err)
	}
	c := w.config
	c.Start, c.Days = monthStart, monthDays
	m, err := ledger.New(c)
	if err != nil {
		t.Fatal(err)
	}
	var b ledger.Block
	var events []record.Event
	b.Events(func(e record.Event) { events = append(events, e) })
	b.Simulate(m, 0, nil)
	var want monthCounts
	active := map[record.Person]int{}
	for _, e := range events {
		if e.Kind == record.EventReceived || e.Kind == record.EventPassedOn || e.Kind == record.EventFailed || e.Kind == record.EventBillBounced {
			continue
		}
		if s := e.Day.String(); strings.HasPrefix(s, "2024-04-") {
			want.Number[e.Kind]++
			want.Won[e.Kind] += int64(e.Amount)
			active[e.Person]++
		}
		if s := e.Day.String(); s >= "2024-03-04" && s <= "2024-04-28" {
			want.Weekday[e.Day.Time().Weekday()]++
		}
	}
	got := &all.total.Month
	if got.Number != want.Number || got.Won != want.Won || got.Weekday != want.Weekday || got.Active != int64(len(active)) {
		t.Errorf("counts %v, weekdays %v, active %d; the events give %v, %v, %d", got.Number, got.Weekday, got.Active, want.Number, want.Weekday, len(active))
	}
	if sum(got.Number[:]) < 1000 || got.Salaries < 100 || sum(got.Payments[:]) == 0 || got.Bills == 0 {
		t.Errorf("hardly anything was counted: %v", got.Number)
	}
}

// People are looked at once at the end of March, once for every week they are there, and at most once for
// their salary, which nearly all of the employed have in March: the numbers follow from when they come and go.
func TestMonthLooksOnce(t *testing.T) {
	const users = 4 * ledger.BlockSize
	w := prepared(t, users)
	all := &sample{}
	if err := w.month(t.Context(), quietly(2), all); err != nil {
		t.Fatal(err)
	}
	var holders, weeks, salaries int64
	for u := range record.Person(users) {
		var q people.Person
		w.pop.Person(u, &q)
		if q.Live(record.DayOf(2024, 3, 31)) {
			holders++
		}
		for monday := record.DayOf(2024, 3, 4); monday < record.DayOf(2024, 4, 29); monday += 7 {
			if q.Join <= monday && q.Live(monday+6) {
				weeks++
			}
		}
		if q.Age > 0 && q.Age < 5 && !q.Secondary && q.Join < record.DayOf(2024, 4, 1) && q.Leave > record.DayOf(2024, 3, 1) {
			salaries++
		}
	}
	got := &all.total.Month
	if got.Holders != holders || got.Weeks != weeks || got.Salaries > salaries || got.Salaries < salaries*9/10 {
		t.Errorf("looked at %d wallets, %d weeks, %d salaries; there are %d, %d, and salaries of %d people",
			got.Holders, got.Weeks, got.Salaries, holders, weeks, salaries)
	}
}

// The slow twin of a quarter keeps every event of a block and counts afterwards.
func TestPathAgainstEvents(t *testing.T) {
	const q = 4*(2021-firstYear) + 2
	w := prepared(t, ledger.BlockSize)
	m, err := w.quarter(q)
	if err != nil {
		t.Fatal(err)
	}
	var b, again ledger.Block
	got := &counts{}
	(&pathSurvey{counts: got, block: &b, quarter: q}).run(m, 0)
	var volume int64
	var spent [cohorts]int64
	again.Events(func(e record.Event) {
		joined := again.All[e.Person].Join.Time().Year()
		switch s := e.Day.String(); {
		case s < "2021-07-01" || s > "2021-09-30":
			return
		case e.Kind == record.EventReceived, e.Kind == record.EventPassedOn, e.Kind == record.EventFailed, e.Kind == record.EventBillBounced:
			return
		}
		volume += int64(e.Amount)
		shop := e.Kind == record.EventPayment || e.Kind == record.EventCardPayment || e.Kind == record.EventBillPaid
		if shop && joined >= 2016 && joined <= 2019 {
			spent[joined-2016] += int64(e.Amount)
		}
	})
	again.Simulate(m, 0, nil)
	c := &got.Path
	if c.Won[5] != volume || c.Nine != volume || volume == 0 {
		t.Errorf("volume %d, nine months %d; the events give %d", c.Won[5], c.Nine, volume)
	}
	for k := range spent {
		if c.Spent[k][5] != spent[k] || spent[k] == 0 {
			t.Errorf("joiners of %d spent %d; the events give %d", 2016+k, c.Spent[k][5], spent[k])
		}
	}
}

// All quarters of the same people belong to one group: a group is a part of the people, not of the time.
func TestGroupsAreOfPeople(t *testing.T) {
	w := prepared(t, 3*pathPart*ledger.BlockSize)
	all := &sample{}
	if err := w.path(t.Context(), quietly(2), all); err != nil {
		t.Fatal(err)
	}
	if n := len(all.leaveOneOut()); n != 3 {
		t.Errorf("three blocks of people make %d groups", n)
	}
	for g := range 3 {
		if c := &all.groups[g].Path; c.People != ledger.BlockSize || c.Won[0] == 0 || c.Won[years-1] == 0 {
			t.Errorf("group %d: %d people, volumes %v", g, c.People, c.Won)
		}
	}
}

// Looking at the ledger changes nothing in it.
func TestLookingChangesNothing(t *testing.T) {
	w := prepared(t, ledger.BlockSize)
	c := w.config
	c.Start, c.Days = monthStart, monthDays
	m, err := ledger.New(c)
	if err != nil {
		t.Fatal(err)
	}
	var watched, alone ledger.Block
	var looks int64
	watched.Mornings(func(night record.Day) {
		for _, i := range watched.Live() {
			balance, _ := watched.Linked(int(i))
			looks += int64(balance) & 1
		}
	})
	watched.Simulate(m, 0, nil)
	alone.Simulate(m, 0, nil)
	if watched.Flows != alone.Flows || watched.Kinds != alone.Kinds || watched.Amounts != alone.Amounts {
		t.Errorf("flows %v when watched, %v alone", watched.Flows, alone.Flows)
	}
	if looks == 0 {
		t.Error("nothing was looked at")
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Execute(ctx, loaded(t, 5000), Options{Options: study.Options{Workers: 2}}); err == nil {
		t.Error("an interrupted comparison ends without an error")
	}
}

// One person is too few for most figures: cells stay empty, with a warning, and nothing fails.
func TestOnePerson(t *testing.T) {
	found, err := Execute(t.Context(), loaded(t, 1), Options{Options: study.Options{Workers: 2}, HeldOut: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Warnings) == 0 {
		t.Error("no warning that one person is too few")
	}
}

// Every figure has what a reader needs, and no two of a group have one name.
func TestFiguresAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range prepared(t, 100).list() {
		if seen[f.group+f.name] || f.name == "" || f.unit == "" || f.source == "" || f.mark == "" || f.people == nil || f.simulated == nil {
			t.Errorf("figure %q of group %q is incomplete or there twice", f.name, f.group)
		}
		if math.IsNaN(f.published) != (f.mark == none) || math.IsNaN(f.published) != (f.because == "") {
			t.Errorf("figure %q: mark %s, reason for its tolerance %q", f.name, f.mark, f.because)
		}
		seen[f.group+f.name] = true
	}
}
