package sharing_test

import (
	"strings"
	"testing"

	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// crowded is a world in which everything happens often.
var crowded = []string{
	"platform.share_end=0.4", "adversary.takeover_rate=0.3", "adversary.mule_rate=0.2", "adversary.abuser_share=0.1",
	"people.hand_to_mouth=0.5", "wallet.awareness=0.3", "wallet.friend_share=0.9", "processor.proxy_share=1",
}

// A diary holds a block's events the simple way: for every position and day what was done, and who sent
// money to whom in the order in which it happened.
type diary struct {
	start    record.Day
	day      map[place]*doings
	sent     [ledger.BlockSize][]remittance
	received [ledger.BlockSize][]remittance
}

type place struct {
	who int
	day record.Day
}

// A looked is what a probe saw: of whom, after which night, and of which clocks something was held.
type looked struct {
	place
	some uint8
}

type remittance struct {
	other int
	day   record.Day
}

// doings are one person's day.
type doings struct {
	payments, cards, remittances, topups, withdrawals, failed, received int32
	paid, toppedUp, remitted                                            record.Won
	receivedWon, balance                                                record.Won
	own                                                                 bool // did something
}

func keep(w *ledger.World, b *ledger.Block, n int) *diary {
	d := &diary{start: w.Start, day: map[place]*doings{}}
	b.Events(func(e record.Event) { d.note(b, e) })
	b.Simulate(w, n, nil)
	b.Events(nil)
	return d
}

func (d *diary) note(b *ledger.Block, e record.Event) {
	i := int(e.Person - b.First)
	x := d.day[place{i, e.Day}]
	if x == nil {
		x = &doings{}
		d.day[place{i, e.Day}] = x
	}
	switch e.Kind {
	case record.EventCardPayment:
		x.cards++
		fallthrough
	case record.EventPayment, record.EventBillPaid:
		x.payments++
		x.paid += e.Amount
	case record.EventTopup, record.EventAutoTopup:
		x.topups++
		x.toppedUp += e.Amount
	case record.EventRemitFriend:
		d.sent[i] = append(d.sent[i], remittance{int(e.Other - b.First), e.Day})
		fallthrough
	case record.EventRemitOutside:
		x.remittances++
		x.remitted += e.Amount
	case record.EventWithdrawal:
		x.withdrawals++
	case record.EventFailed:
		x.failed++
	case record.EventPassedOn:
		x.receivedWon -= e.Amount
		return
	case record.EventReceived:
		d.received[i] = append(d.received[i], remittance{int(e.Other - b.First), e.Day})
		x.received++
		x.receivedWon += e.Amount
		return
	}
	x.own, x.balance = true, e.Balance
}

// week adds up the seven days that end with night, as far as they lie in the window. A day counts at most
// 36 of what is received and what fails.
func (d *diary) week(i int, night record.Day) (sum doings) {
	for s := max(night-6, d.start); s <= night; s++ {
		x := d.day[place{i, s}]
		if x == nil {
			continue
		}
		sum.payments += x.payments
		sum.cards += x.cards
		sum.remittances += x.remittances
		sum.topups += x.topups
		sum.withdrawals += x.withdrawals
		sum.failed += min(x.failed, 36)
		sum.received += min(x.received, 36)
		sum.paid += x.paid
		sum.toppedUp += x.toppedUp
		sum.remitted += x.remitted
	}
	return sum
}

// balance follows the wallet through the events; known is false before the first own event.
func (d *diary) balance(i int, night record.Day, cap record.Won) (won record.Won, idle record.Day, known bool) {
	for s := d.start; s <= night; s++ {
		x := d.day[place{i, s}]
		if x == nil {
			continue
		}
		if x.own {
			won, known, idle = x.balance, true, night-s
		}
		if won += x.receivedWon; x.receivedWon > 0 {
			won = min(won, cap)
		}
	}
	return won, idle, known
}

// others says what the tokens in the records held tell about i: from the eight latest remittances received
// and the four latest sent.
func (d *diary) others(i int, night record.Day, held func(j int) bool) (c record.Counterparties) {
	met := map[int]bool{}
	meet := func(j int) {
		met[j] = true
		c.Held++
		if d.week(j, night).failed > 0 {
			c.Failing++
		}
	}
	in := latest(d.received[i], night, 8)
	for _, r := range in {
		if r.day > night-28 && held(r.other) && !met[r.other] {
			c.FirstAll++
			for _, again := range in {
				if again.other == r.other && again.day > night-7 {
					c.Senders++
					break
				}
			}
			meet(r.other)
		}
	}
	for _, r := range latest(d.sent[i], night, 4) {
		if r.day > night-7 && held(r.other) && !met[r.other] {
			meet(r.other)
		}
	}
	return c
}

// latest returns the last n remittances up to night.
func latest(all []remittance, night record.Day, n int) []remittance {
	for len(all) > 0 && all[len(all)-1].day > night {
		all = all[:len(all)-1]
	}
	return all[max(len(all)-n, 0):]
}

// crosses is the rule of each regime for the record of q at the end of day d, said once more and plainly, as
// far as the processor has it on the morning after night.
func crosses(name string, c *sharing.Config, q *people.Person, d, night record.Day) bool {
	flows := c.DailyFrom <= d && d <= c.DailyTo && (name != "weekly" || (d-c.DailyFrom)%7 == 0)
	for _, bulk := range c.BulkDays {
		flows = flows || d == bulk
	}
	lives := q.Join <= d && d < q.Leave
	switch name {
	case "everyone":
		return flows && lives
	case "in-scope-no-backfill":
		return flows && lives && q.Scope <= d
	case "in-scope":
		return flows && lives && (q.Scope <= d || q.Scope-28 <= d && q.Scope <= min(night, c.DailyTo))
	case "weekly": // the nights before a registration come with the first record after it
		if q.Scope <= d || q.Scope-28 > d || q.Scope > night {
			return flows && lives && q.Scope <= d
		}
		sent := max(q.Scope, c.DailyFrom)
		for (sent-c.DailyFrom)%7 != 0 {
			sent++
		}
		return flows && lives && sent <= min(night, c.DailyTo)
	}
	return false
}

// A judge compares every sight that crosses with the one made from the diary.
type judge struct {
	t                   *testing.T
	b                   *ledger.Block
	border              *sharing.Border
	diary               *diary
	asks, looks         int
	rich, split         int // sights with counterparties, and where the regimes hold different ones
	known, old, history int
	answers             map[int32]looked
	outcomes            int
}

func (x *judge) Asked(s *sharing.Sight) int32 {
	x.asks++
	x.compare(s, false)
	return 0
}

func (x *judge) Billed(int32, *record.Bill) {}

func (x *judge) Looked(s *sharing.Sight) int32 {
	x.looks++
	x.compare(s, true)
	ref := int32(x.looks)
	x.answers[ref] = looked{place{int(s.Person - x.b.First), s.Night}, s.Some}
	return ref
}

func (x *judge) Outcome(ref int32, failed uint8) {
	x.outcomes++
	p := x.answers[ref]
	for k := range x.border.Clocks() {
		night := x.border.NightOf(k, p.day)
		if want := x.diary.week(p.who, night+7).failed > 0; p.some>>k&1 != 0 && failed>>k&1 != 0 != want && p.day-night <= 28 {
			x.t.Errorf("proxy outcome of position %d after %v, clock %d, is %v, by events %v", p.who, night, k, failed, want)
		}
	}
}

func (x *judge) compare(s *sharing.Sight, probe bool) {
	i := int(s.Person - x.b.First)
	q := &x.b.All[i]
	others := map[string]record.Counterparties{}
	for r, g := range x.border.Regimes {
		if len(g.Parts) > 0 {
			x.part(s, r, i, q, probe)
		}
		if g.Circle >= 0 && g.Name != "weekly" {
			others[g.Name] = s.Others[g.Circle]
			want := x.diary.others(i, s.Night, func(j int) bool {
				return crosses(g.Name, &x.border.Config, &x.b.All[j], s.Night, s.Night)
			})
			if file := &s.File[0]; file.Age == 0 && s.Others[g.Circle] != want {
				x.t.Errorf("%s, person %d on %v: %+v of others, by the rule %+v", g.Name, s.Person, s.Night, s.Others[g.Circle], want)
			}
		}
	}
	if others["everyone"] != (record.Counterparties{}) {
		x.rich++
	}
	if others["everyone"] != others["in-scope"] {
		x.split++
	}
}

// part compares what one regime's only flow holds.
func (x *judge) part(s *sharing.Sight, r, i int, q *people.Person, probe bool) {
	c, g := &x.border.Config, &x.border.Regimes[r]
	d, got := &s.File[g.Parts[0].Clock], s.Held[g.Parts[0].Holding]
	night := x.border.NightOf(g.Parts[0].Clock, s.Night)
	if d.Night != night || d.Age != s.Night-night {
		x.t.Errorf("%s on %v: a record of %v, age %d, newest %v", g.Name, s.Night, d.Night, d.Age, night)
	}
	var want record.Mask
	if crosses(g.Name, c, q, night, s.Night) {
		want |= 1
	}
	answer := !probe && crosses("in-scope-no-backfill", c, q, s.Night, s.Night) && s.Night >= c.DailyFrom && q.Live(s.Night+1)
	if strings.HasPrefix(g.Name, "on-request") && answer {
		want |= 1
	}
	for k, lag := range record.Lags {
		if crosses(g.Name, c, q, night-lag, s.Night) || g.Name == "on-request-28" && answer && k < 3 && q.Live(s.Night-lag) {
			want |= 2 << k
		}
	}
	if s.Night-night > record.Day(c.KeepDays) && night == c.DailyTo {
		want = 0
	}
	if probe && want&1 != 0 && crosses(g.Name, c, q, night+7, night+7) {
		want |= record.MaskOutcome
	}
	if got != want {
		x.t.Errorf("%s, person %d, newest of %v on %v, probe %v: held %b, by the rule %b", g.Name, s.Person, night, s.Night, probe, got, want)
	}
	if got&1 == 0 {
		return
	}
	x.now(d, i, q)
	if d.Age > 0 {
		x.old++
	}
	for k, lag := range record.Lags {
		var week record.Week
		if w := x.diary.week(i, d.Night-lag); d.Night-lag >= x.diary.start {
			week = record.Week{Payments: uint8(w.payments), Remittances: uint8(w.remittances), Topups: uint8(w.topups), Failed: uint8(w.failed), Received: uint8(w.received)}
		}
		if got>>(k+1)&1 != 0 {
			x.history++
			if d.Past[k] != week {
				x.t.Errorf("%s, person %d, %d days before %v: %+v, by events %+v", g.Name, d.Person, lag, d.Night, d.Past[k], week)
			}
		}
	}
}

// now compares last night's record.
func (x *judge) now(d *record.ScoringRecord, i int, q *people.Person) {
	w := x.diary.week(i, d.Night)
	want := d.Now
	want[record.ItemSignUpDate] = int32(q.Join)
	want[record.ItemTenure] = int32(d.Night - q.Join)
	want[record.ItemTopups7] = w.topups
	want[record.ItemPayments7] = w.payments
	want[record.ItemRemittances7] = w.remittances
	want[record.ItemWithdrawals7] = w.withdrawals
	want[record.ItemCardPayments7] = w.cards
	want[record.ItemPaymentAmount7] = int32(w.paid)
	want[record.ItemTopupAmount7] = int32(w.toppedUp)
	want[record.ItemRemittanceAmount7] = int32(w.remitted)
	want[record.ItemReceived7] = w.received
	want[record.ItemFailedTopups7] = w.failed
	want[record.ItemLinkedBanks], want[record.ItemLinkedCards] = int32(q.LinkedBanks), int32(q.LinkedCards)
	for _, id := range []record.Item{record.ItemPhoneHash, record.ItemEmailHash, record.ItemAccountID, record.ItemIdentityNumber, record.ItemCounterparties7} {
		want[id] = 0
	}
	won, idle, known := x.diary.balance(i, d.Night, x.b.World().Wallet.BalanceCap)
	if known {
		x.known++
		want[record.ItemBalance] = int32(won)
		if got := record.Day(d.Now[record.ItemIdleDays]); got > idle || got < 0 {
			x.t.Errorf("person %d on %v is idle for %d days, and did something %d days ago", d.Person, d.Night, got, idle)
		}
	}
	if d.Now[record.ItemIdleDays] > d.Now[record.ItemTenure] {
		x.t.Errorf("person %d on %v, %d days after joining: idle for %d", d.Person, d.Night, d.Now[record.ItemTenure], d.Now[record.ItemIdleDays])
	}
	if d.Now != want {
		for k := range want {
			if d.Now[k] != want[k] {
				x.t.Errorf("person %d on %v: %s is %d, by events %d", d.Person, d.Night, record.Items[k].Name, d.Now[k], want[k])
			}
		}
	}
}

// Every scoring record that crosses, under every regime, equals the one made the slow way: from the list of events,
// with the rule of sharing applied record by record. So do the proxy outcomes.
func TestDossiersAgainstEvents(t *testing.T) {
	for _, c := range []struct {
		scenario string
		sets     []string
	}{
		{"kakaopay-2024", crowded},
		{"cold-start-2019", append([]string{"platform.adoption_halflife_days=5"}, crowded...)}, // people come into scope, sends begin
		{"kakaopay-2024", append([]string{"evaluation.epoch=2024-05-10"}, crowded...)},         // sends end
	} {
		p := prepare(t, c.scenario, append(c.sets, "run.users=4500")...)
		b := border(t, p, "everyone", "in-scope", "none", "on-request", "in-scope-no-backfill", "weekly", "on-request-28")
		var diarist, block ledger.Block
		x := &judge{t: t, b: &block, border: b, answers: map[int32]looked{}}
		crossing := b.Cross(4500, x)
		crossing.Attach(&block)
		for n := range 9 {
			x.diary = keep(p.World, &diarist, n)
			block.Simulate(p.World, n, crossing)
			if t.Failed() {
				return
			}
		}
		if x.asks < 100 || x.looks < 500 || x.rich < 500 || x.split < 100 || x.known < 500 || x.outcomes != x.looks || x.old < 100 || x.history < 500 {
			t.Errorf("%s %v: too little seen: %d asks, %d looks, %d with counterparties, %d of them different by regime, %d balances, %d outcomes",
				c.scenario, c.sets, x.asks, x.looks, x.rich, x.split, x.known, x.outcomes)
		}
	}
}

// Only the first n people are taken down, also when the last block reaches beyond them.
func TestOnlyThePopulationIsTakenDown(t *testing.T) {
	p := prepare(t, "kakaopay-2024", crowded...)
	var b ledger.Block
	x := &highest{}
	crossing := p.Border.Cross(700, x)
	for n := range ledger.Blocks(700) {
		b.Simulate(p.World, n, crossing)
	}
	if x.last >= 700 || x.last < 650 {
		t.Errorf("the last person taken down of 700 is %d", x.last)
	}
}

type highest struct{ last record.Person }

func (h *highest) Asked(s *sharing.Sight) int32 {
	h.last = max(h.last, s.Person)
	return 0
}
func (h *highest) Looked(s *sharing.Sight) int32 { return h.Asked(s) }
func (h *highest) Billed(int32, *record.Bill)    {}
func (h *highest) Outcome(int32, uint8)          {}

// prepare returns the plan of a built-in scenario with some parameters set, as path=value.
func prepare(t testing.TB, scenario string, sets ...string) *study.Plan {
	t.Helper()
	var over []scenarios.Override
	for _, s := range sets {
		over = append(over, scenarios.Set(s))
	}
	s, err := scenarios.Load(scenario, over...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := study.NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// border returns the border of a plan's calendar with other regimes.
func border(t testing.TB, p *study.Plan, regimes ...string) *sharing.Border {
	t.Helper()
	c := p.Border.Config
	c.Regimes = regimes
	b, err := sharing.New(c, p.Border.Window, p.Run.Seed)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
