package ledger_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/sim/ledger"
	"overshare/sim/record"
)

// prepare returns the world of a built-in scenario with some parameters set, as path=value.
func prepare(t testing.TB, scenario string, sets ...string) *ledger.World {
	t.Helper()
	w, err := try(scenario, sets...)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func try(scenario string, sets ...string) (*ledger.World, error) {
	var over []scenarios.Override
	for _, s := range sets {
		over = append(over, scenarios.Set(s))
	}
	s, err := scenarios.Load(scenario, over...)
	if err != nil {
		return nil, err
	}
	p, err := study.NewPlan(s)
	if err != nil {
		return nil, err
	}
	return p.World, nil
}

// crowded is a world in which everything happens often: many customers of the platform, many attacks.
var crowded = []string{
	"platform.share_end=0.6", "platform.scope_at_random=true", "adversary.takeover_rate=0.3", "adversary.mule_rate=0.2",
	"adversary.abuser_share=0.1", "people.hand_to_mouth=0.5", "bills.outage_rate=0.05",
}

// A parameter as the schema of scenarios describes it.
type parameter struct {
	Type     string
	Min      *float64 `json:"minimum"`
	Max      *float64 `json:"maximum"`
	Above    *float64 `json:"exclusiveMinimum"`
	Below    *float64 `json:"exclusiveMaximum"`
	Default  any
	ToTry    []any `json:"x-try"`
	path     string
	low, top float64
}

// numbers returns the numeric parameters of the areas that make the world.
func numbers(t testing.TB) (list []parameter) {
	t.Helper()
	var schema struct {
		Defs map[string]json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(scenarios.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	for path, text := range schema.Defs {
		var p parameter
		area, _, _ := strings.Cut(path, ".")
		if !slices.Contains([]string{"people", "platform", "wallet", "bank", "bills", "adversary"}, area) ||
			json.Unmarshal(text, &p) != nil || p.Type != "number" && p.Type != "integer" {
			continue
		}
		p.path = path
		for _, end := range []struct {
			value *float64
			to    *float64
		}{{p.Min, &p.low}, {p.Above, &p.low}, {p.Max, &p.top}, {p.Below, &p.top}} {
			if end.value != nil {
				*end.to = *end.value
			}
		}
		if p.top > p.low {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b parameter) int { return strings.Compare(a.path, b.path) })
	return list
}

// draw picks a value in the range of p: its ends, and anything between on a linear or a geometric scale.
func (p *parameter) draw(t *rapid.T) string {
	u := rapid.Float64Range(0, 1).Draw(t, p.path)
	v := p.low + u*(p.top-p.low)
	if p.top > 1000*max(p.low, 1) {
		v = max(p.low, 1) * math.Pow(p.top/max(p.low, 1), u)
	}
	switch rapid.IntRange(0, 5).Draw(t, p.path+" end") {
	case 0:
		v = p.low
	case 1:
		v = p.top
	}
	if p.Type == "integer" {
		return fmt.Sprintf("%s=%d", p.path, int64(v))
	}
	return fmt.Sprintf("%s=%.6g", p.path, v)
}

// random draws a world whose parameters lie anywhere in their ranges.
func random(t *rapid.T, all []parameter) *ledger.World {
	sets := []string{
		fmt.Sprintf("run.seed=%d", rapid.IntRange(0, 1<<40).Draw(t, "seed")),
		fmt.Sprintf("evaluation.train_days=%d", rapid.IntRange(1, 120).Draw(t, "days")),
		fmt.Sprintf("platform.scope_at_random=%v", rapid.Bool().Draw(t, "at random")),
		fmt.Sprintf("wallet.scope_mixing=%v", rapid.Bool().Draw(t, "mixing")),
	}
	base := rapid.SampledFrom([]string{"kakaopay-2024", "cold-start-2019", "all-in-scope"}).Draw(t, "base")
	if rapid.Bool().Draw(t, "crowded") {
		sets = append(sets, crowded...)
	}
	for range rapid.IntRange(0, 12).Draw(t, "changes") {
		p := rapid.SampledFrom(all).Draw(t, "which")
		sets = append(sets, p.draw(t))
	}
	w, err := try(base, sets...)
	if err != nil {
		t.Skip(err) // values that contradict each other, told so
	}
	return w
}

// watch follows a block through its events and bills and reports what must not be.
type watch struct {
	t       errorer
	w       *ledger.World
	b       *ledger.Block
	first   map[record.Person]bounce // the latest first charge that failed
	bills   []record.Bill
	events  []record.Event
	bounced int
	last    map[record.Person]record.Event
}

type errorer interface {
	Errorf(format string, args ...any)
}

// A bounce is what an account held when a first charge failed.
type bounce struct {
	day             record.Day
	won             int64
	bank, balance   int64
	frozen          record.Cause
	drained, abuser bool
	auto, cutOff    bool
}

// follow simulates block n of w under watch.
func follow(t errorer, w *ledger.World, b *ledger.Block, n int) *watch {
	x := &watch{t: t, w: w, b: b, first: map[record.Person]bounce{}, last: map[record.Person]record.Event{}}
	b.Events(x.event)
	b.Simulate(w, n, x)
	b.Events(nil)
	return x
}

func (x *watch) event(e record.Event) {
	i := int(e.Person - x.b.First)
	q := &x.b.All[i]
	if !q.Live(e.Day) {
		x.t.Errorf("%v of person %d on %v, who lives from %v to %v", record.EventNames[e.Kind], e.Person, e.Day, q.Join, q.Leave)
	}
	if e.Day != x.b.Today() || e.Amount <= 0 || e.Balance < 0 || e.Minute > 1439 {
		x.t.Errorf("event %+v on %v", e, x.b.Today())
	}
	bank, balance, pending := x.b.Holdings(i)
	if bank < 0 || balance < 0 || pending < 0 || e.Balance != record.Won(balance) {
		x.t.Errorf("after %+v person %d has %d in the bank, %d in the wallet, %d coming", e, e.Person, bank, balance, pending)
	}
	if e.Kind != record.EventReceived {
		if was, ok := x.last[e.Person]; ok && was.Day == e.Day && was.Minute > e.Minute {
			x.t.Errorf("%+v comes after %+v", e, was)
		}
		x.last[e.Person] = e
	}
	if by, _, _, _ := x.b.Frozen(i); by != record.CauseNone && e.Kind != record.EventBillBounced && e.Kind != record.EventReceived {
		x.t.Errorf("a frozen wallet did %+v", e)
	}
	if e.Kind == record.EventBillBounced {
		by, drained, auto, abuser := x.b.Frozen(i)
		if _, again := x.first[e.Person]; !again {
			x.first[e.Person] = bounce{e.Day, int64(e.Amount), bank, balance, by, drained, abuser, auto, x.b.CutOff(i)}
		}
	}
	x.events = append(x.events, e)
}

func (x *watch) Ask(b *ledger.Block, i int, d record.Day) int32 {
	if !b.All[i].InScope(d) {
		x.t.Errorf("a score was asked for person %d on %v, registered from %v to %v", b.All[i].ID, d, b.All[i].Scope, b.All[i].Leave)
	}
	if by, _, _, _ := b.Frozen(i); by != record.CauseNone {
		x.t.Errorf("person %d bought on %v with a frozen account", b.All[i].ID, d)
	}
	return int32(i)
}

func (x *watch) Billed(b *ledger.Block, bill *record.Bill) {
	i := int(bill.Ref)
	if b.All[i].ID != bill.Person || bill.Settle < bill.Ask || bill.Closed < bill.Settle || bill.Items == 0 || bill.Amount <= 0 {
		x.t.Errorf("bill %+v", *bill)
	}
	if bill.Settle >= b.All[i].Leave || bill.Closed > b.All[i].Leave || int(bill.Settle-bill.Ask) > x.w.Bills.WindowDays {
		x.t.Errorf("bill %+v of somebody who leaves on %v", *bill, b.All[i].Leave)
	}
	if bill.Bounced != (bill.Cause != record.CauseNone) || bill.Recovered && !bill.Bounced {
		x.t.Errorf("label and cause contradict each other: %+v", *bill)
	}
	if bill.Bounced {
		x.bounced++
		x.cause(bill)
	}
	delete(x.first, bill.Person)
	x.bills = append(x.bills, *bill)
}

// cause checks that a bounced bill was not covered when it was first charged, for the reason stated.
func (x *watch) cause(bill *record.Bill) {
	f, ok := x.first[bill.Person]
	if !ok || f.day != bill.Settle || f.won != int64(bill.Amount) {
		x.t.Errorf("bill %+v has no failed charge on its day: %+v", *bill, f)
		return
	}
	need := f.won - f.balance
	lift := need
	if f.auto {
		u := int64(x.w.Bills.TopupUnit)
		lift = (need + u - 1) / u * u
	}
	good := false
	switch bill.Cause {
	case record.CauseBank:
		good = need > 0 && f.bank < lift
	case record.CauseForgot:
		good = need > 0 && !f.auto && f.bank >= lift
	case record.CauseOutage:
		good = need > 0 && (f.auto || f.cutOff) && f.bank >= lift
	case record.CauseAbuse:
		good = need > 0 && f.abuser
	case record.CauseTakeover:
		good = f.frozen == record.CauseTakeover || need > 0 && f.drained
	case record.CauseMule:
		good = f.frozen == record.CauseMule
	}
	if !good {
		x.t.Errorf("bill %+v bounced for %s, with %+v", *bill, record.CauseNames[bill.Cause], f)
	}
}

func (x *watch) Probe(*ledger.Block, int) (record.Day, bool)          { return 0, false }
func (x *watch) Look(*ledger.Block, int, record.Day) int32            { return 0 }
func (x *watch) Outcome(_ *ledger.Block, _ int, _ int32, failed bool) {}

// conserved checks that what came in and did not leave is still there.
func (x *watch) conserved() {
	var flow, held int64
	for f, won := range x.b.Flows {
		switch ledger.MoneyFlow(f) {
		case ledger.FromStart, ledger.FromSalary, ledger.FromSavings, ledger.FromMain:
			flow += won
		default:
			flow -= won
		}
		if won < 0 {
			x.t.Errorf("flow %d is negative: %d", f, won)
		}
	}
	for _, i := range x.b.Live() {
		bank, balance, pending := x.b.Holdings(int(i))
		if bank < 0 || balance < 0 || pending != 0 {
			x.t.Errorf("position %d ends with %d in the bank, %d in the wallet, %d coming", i, bank, balance, pending)
		}
		held += bank + balance
	}
	if flow != held {
		x.t.Errorf("%d won came in and did not leave, %d are there; flows %v", flow, held, x.b.Flows)
	}
}
