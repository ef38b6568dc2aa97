package facts

import (
	"math"
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// aged returns a sample in which two groups of people bounce alike in worlds of all ages, but for what change
// does to the oldest.
func aged(change func(group int, oldest *settleCounts)) *sample {
	s := &sample{}
	for g := range maxGroups {
		c := &counts{}
		for k := range ages {
			c.Settle[k] = settleCounts{People: 100, Bills: 1000, Wallets: 400, Balance: int64(4000 + 10*g), Savers: 200, Account: [2]int64{10_000, 40_000}, Week: 200, Month: 100, Payers: 100, Locked: 2}
			c.Settle[k].Causes[record.CauseBank], c.Settle[k].Causes[record.CauseOutage] = 20, 10
		}
		change(g, &c.Settle[2])
		s.add(g, c)
	}
	return s
}

func verdict(t *testing.T, s *sample, m measure) string {
	t.Helper()
	for _, r := range s.stationarity(s.leaveOneOut()) {
		if r.measure == m {
			return r.verdict
		}
	}
	t.Fatalf("no measure %d", m)
	return ""
}

// Worlds that are alike at all ages have settled; one measure that differs drifts, alone of all; one whose
// difference hangs on few people cannot be told. What a drifting measure carries is not compared.
func TestStationarity(t *testing.T) {
	for _, r := range aged(func(int, *settleCounts) {}).stationarity(aged(func(int, *settleCounts) {}).leaveOneOut()) {
		if r.verdict != isSettled && r.value[0] != 0 {
			t.Errorf("%s of equal worlds: %s", r.name, r.verdict)
		}
	}
	for name, c := range map[string]struct {
		measure
		change func(g int, c *settleCounts)
		want   string
	}{
		"6 % more in all wallets":       {balanceSettled, func(_ int, c *settleCounts) { c.Balance = c.Balance * 106 / 100 }, drifts},
		"4 % more in all wallets":       {balanceSettled, func(_ int, c *settleCounts) { c.Balance = c.Balance * 104 / 100 }, isSettled},
		"twice as much in one of 32":    {balanceSettled, func(g int, c *settleCounts) { c.Balance *= int64(1 + one(g == 0)) }, tooFew},
		"3 % more people idle":          {idleWeekSettled, func(_ int, c *settleCounts) { c.Week += 12 }, drifts},
		"fewer bounces":                 {bounceSettled, func(_ int, c *settleCounts) { c.Causes[record.CauseBank] = 10 }, drifts},
		"others causes, as many of all": {causesSettled, func(_ int, c *settleCounts) { c.Causes[record.CauseBank], c.Causes[record.CauseOutage] = 19, 11 }, drifts},
		"more locked out":               {lockedSettled, func(_ int, c *settleCounts) { c.Locked = 20 }, drifts},
		"other accounts of savers":      {saversSettled, func(_ int, c *settleCounts) { c.Account[1] = 50_000 }, drifts},
		"other accounts of others":      {othersSettled, func(_ int, c *settleCounts) { c.Account[0] = 12_000 }, drifts},
	} {
		s := aged(c.change)
		if got := verdict(t, s, c.measure); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		r := compared{figure: figure{settled: c.measure}, agreement: agrees}
		r.unless(s.stationarity(s.leaveOneOut()))
		if want := map[string]string{drifts: notSettled, tooFew: tooFew, isSettled: agrees}[c.want]; r.agreement != want {
			t.Errorf("%s: a figure that rests on it %s, want %s", name, r.agreement, want)
		}
	}
}

// The slow twin of the counts keeps the bills of a block and looks at wallets by their own events.
func TestSettleAgainstBills(t *testing.T) {
	w := prepared(t, ledger.BlockSize)
	c := w.config
	c.Start, c.Days = settleFrom-28, 28+settleDays+settleTail
	m, err := ledger.New(c)
	if err != nil {
		t.Fatal(err)
	}
	var b, again ledger.Block
	got := &counts{}
	(&settleSurvey{counts: got, block: &b}).run(m, 0)
	keep := &keeper{}
	again.Simulate(m, 0, keep)
	bills, bounced := int64(0), int64(0)
	for _, bill := range keep.bills {
		if s := bill.Ask.String(); s >= "2024-04-01" && s <= "2024-04-28" {
			bills++
			bounced += one(bill.Bounced)
		}
	}
	live := int64(0)
	for _, sunday := range []string{"2024-04-07", "2024-04-14", "2024-04-21", "2024-04-28"} {
		d, _ := record.ParseDay(sunday)
		for i := range again.All {
			live += one(again.All[i].Live(d))
		}
	}
	s := &got.Settle[0]
	if s.Bills != bills || sum(s.Causes[:]) != bounced || s.Wallets != live || bills == 0 || s.Balance == 0 || s.Account[0] == 0 || s.Account[1] == 0 || s.Savers == 0 || s.Week < s.Month || s.Month == 0 {
		t.Errorf("counted %+v; there are %d bills, %d bounced, %d wallets on Sundays", *s, bills, bounced, live)
	}
}

// keeper keeps all bills.
type keeper struct {
	bills []record.Bill
	quiet
}

func (k *keeper) Ask(*ledger.Block, int, record.Day) int32  { return 0 }
func (k *keeper) Billed(_ *ledger.Block, bill *record.Bill) { k.bills = append(k.bills, *bill) }

// The worlds of three ages share people, weeks and groups.
func TestAgesShareTheWeeks(t *testing.T) {
	w := prepared(t, 3*settlePart*ledger.BlockSize)
	all := &sample{}
	if err := w.settle(t.Context(), quietly(2), all); err != nil {
		t.Fatal(err)
	}
	if n := len(all.leaveOneOut()); n != 3 {
		t.Errorf("three blocks of people make %d groups", n)
	}
	for k := range ages {
		c := &all.total.Settle[k]
		if c.People != 3*ledger.BlockSize || c.Wallets != all.total.Settle[0].Wallets || c.Payers != all.total.Settle[0].Payers || c.Bills == 0 {
			t.Errorf("age %d: %+v, age 0: %+v", k, *c, all.total.Settle[0])
		}
	}
	for _, r := range all.stationarity(all.leaveOneOut()) {
		if math.IsNaN(r.value[2]) && r.verdict != tooFew {
			t.Errorf("%s is undefined and %s", r.name, r.verdict)
		}
	}
}
