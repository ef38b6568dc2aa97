package run_test

import (
	"testing"

	"overshare/scenarios/study"
	"overshare/scoring"
	"overshare/scoring/gbdt"
	"overshare/scoring/metric"
	"overshare/sim/adversary"
	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
)

// attacked is a world with many bad actors, so that a trace of how they were made would be learnt soon.
var attacked = []string{"adversary.takeover_rate=0.3", "adversary.mule_rate=0.1", "adversary.abuser_share=0.2", "platform.share_end=0.4"}

// A clue is what a strong learner is given of one person: numbers without meaning.
type clue struct {
	id    record.Person
	order int // of the row, within its block
	won   record.Won
	min   uint16
	bad   bool
}

// codes writes the digits and bits of a clue as columns.
func (c *clue) codes() (row []uint8) {
	at, block := int(c.id)%ledger.BlockSize, int(c.id)/ledger.BlockSize
	row = append(row, uint8(at%255)+1, uint8(at/255)+1, uint8(at%16)+1, uint8(at/16)+1, uint8(block%16)+1, uint8(c.order%250)+1, uint8(c.order/250)+1)
	for bit := range 9 {
		row = append(row, uint8(at>>bit&1)+1)
	}
	for w := c.won; len(row) < 20; w /= 10 {
		row = append(row, uint8(w%10)+1)
	}
	return append(row, uint8(c.min%60)+1)
}

func toTable(clues []clue) *scoring.Table {
	t := &scoring.Table{}
	for i := range clues {
		row := clues[i].codes()
		if i == 0 {
			for range row {
				t.Features = append(t.Features, scoring.Feature{Name: string(rune('a' + len(t.Features))), Levels: 255})
			}
		}
		t.Code, t.Bad = append(t.Code, row...), append(t.Bad, clues[i].bad)
	}
	return t
}

// blind lets gradient boosting learn from the clues of every other block and returns its AUC on the rest,
// with the interval that a score without any knowledge keeps to but once in a million.
func blind(t *testing.T, clues []clue) (auc, low, high float64, bad int) {
	t.Helper()
	var train, test []clue
	for _, c := range clues {
		if c.id/ledger.BlockSize%2 == 0 {
			train = append(train, c)
		} else {
			test = append(test, c)
		}
	}
	o := gbdt.Defaults()
	o.Workers, o.ValidShare = 2, 0
	m, err := gbdt.Train(toTable(train), o)
	if err != nil {
		t.Fatal(err)
	}
	x := toTable(test)
	out := make([]float32, x.Rows())
	if err := m.ScoreTable(x, out, 2); err != nil {
		t.Fatal(err)
	}
	for _, b := range x.Bad {
		if b {
			bad++
		}
	}
	auc, _ = metric.AUC(out, metric.Outcomes{Bad: x.Bad})
	low, high, _ = metric.NullAUC(out, x.Bad, 1e-6)
	return auc, low, high, bad
}

// A witness gathers clues while blocks live.
type witness struct {
	tap
	p        *study.Plan
	b        *ledger.Block
	people   []clue // one a person: is it a bad actor?
	sent     []clue // one a person: is this remittance part of an attack?
	bills    []clue // one a person: does this bill bounce?
	attacks  map[record.Person]map[record.Day]bool
	hit      map[record.Person]bool
	seenSent map[record.Person]int
}

// gather lives through the first blocks of a world.
func gather(p *study.Plan, blocks int) *witness {
	x := &witness{p: p, b: &ledger.Block{}}
	for n := range blocks {
		x.incidents(n)
		x.b.Events(x.event)
		x.b.Simulate(p.World, n, x)
		for i := range x.b.All {
			q := &x.b.All[i]
			x.people = append(x.people, clue{id: q.ID, bad: x.hit[q.ID] || q.Scope != people.Never && p.World.Adversary.IsAbuser(p.Run.Seed, q)})
		}
	}
	return x
}

// incidents notes who is attacked or attacks in block n, and when.
func (x *witness) incidents(n int) {
	w := x.p.World
	all, end := make([]people.Person, ledger.BlockSize), w.Start+record.Day(w.Days)
	for i := range all {
		w.Pop.Person(record.Person(n*ledger.BlockSize+i), &all[i])
	}
	x.attacks, x.hit, x.seenSent = map[record.Person]map[record.Day]bool{}, map[record.Person]bool{}, map[record.Person]int{}
	for _, k := range w.Adversary.Plan(x.p.Run.Seed, all[0].ID, all, w.Start, end, nil) {
		id := all[k.Person].ID
		switch k.Kind {
		case adversary.Takeover, adversary.Scam, adversary.Cashout:
			if x.attacks[id] == nil {
				x.attacks[id] = map[record.Day]bool{}
			}
			x.attacks[id][k.Day] = true
			x.hit[id] = x.hit[id] || k.Kind != adversary.Scam
		}
	}
}

// event takes the first large remittance of an attack on a person, or else the person's first of all. The
// choice itself would show in the order of rows, which is therefore not given here.
func (x *witness) event(e record.Event) {
	if e.Kind != record.EventRemitOutside && e.Kind != record.EventRemitFriend || e.Amount < 100_000 {
		return
	}
	c := clue{e.Person, 0, e.Amount, e.Minute, x.attacks[e.Person][e.Day]}
	if k, seen := x.seenSent[e.Person]; !seen {
		x.seenSent[e.Person] = len(x.sent)
		x.sent = append(x.sent, c)
	} else if c.bad && !x.sent[k].bad {
		x.sent[k] = c
	}
}

func (x *witness) Ask(*ledger.Block, int, record.Day) int32    { return 0 }
func (x *witness) Probe(*ledger.Block, int) (record.Day, bool) { return 0, false }
func (x *witness) Look(*ledger.Block, int, record.Day) int32   { return 0 }
func (x *witness) Outcome(*ledger.Block, int, int32, bool)     {}
func (x *witness) Billed(_ *ledger.Block, bill *record.Bill) {
	if n := len(x.bills); n == 0 || x.bills[n-1].id != bill.Person {
		x.bills = append(x.bills, clue{id: bill.Person, order: n, won: bill.Amount % 100, bad: bill.Bounced})
	}
}

// No giveaways: given only the person's number and its bits, the place in the block, the order of rows, the
// last digits of amounts and the minute, a strong learner is at chance in telling bad actors from others,
// the remittances of attacks from others, and bills that bounce from others. One row a person, so that
// rows are independent; false-alarm rate 1e-6 each. With about 4,000 bad rows a true AUC of 0.53 is found
// 99 times in 100.
func TestNoGiveaways(t *testing.T) {
	x := gather(plan(t, "kakaopay-2024", 1_000_000, attacked...), 250)
	for _, c := range []struct {
		what  string
		clues []clue
	}{{"bad actors", x.people}, {"remittances of attacks", x.sent}, {"bills that bounce", oneEach(x.bills)}} {
		auc, low, high, bad := blind(t, c.clues)
		if auc < low || auc > high || bad < 300 {
			t.Errorf("%s: AUC %.4f, at chance from %.4f to %.4f, %d bad of %d test rows, seed 2024", c.what, auc, low, high, bad, len(c.clues)/2)
		}
	}
}

// The learner would find a trace: with amounts that end as thefts once did, in thousands, it is far outside.
func TestGiveawaysWouldBeFound(t *testing.T) {
	x := gather(plan(t, "kakaopay-2024", 1_000_000, attacked...), 120)
	for k := range x.sent {
		if c := &x.sent[k]; c.bad {
			c.won += record.Won(c.min) % 5 * 1000
		}
	}
	if auc, _, high, _ := blind(t, x.sent); auc < high+0.1 {
		t.Errorf("AUC %.4f with a planted trace, at chance up to %.4f", auc, high)
	}
	for k := range x.people {
		if c := &x.people[k]; c.id%512 < 60 && c.id%7 == 0 {
			c.bad = true
		}
	}
	if auc, _, high, _ := blind(t, x.people); auc < high {
		t.Errorf("AUC %.4f with bad actors at low numbers, at chance up to %.4f", auc, high)
	}
}

// oneEach keeps the first clue of every person.
func oneEach(clues []clue) (list []clue) {
	seen := map[record.Person]bool{}
	for _, c := range clues {
		if !seen[c.id] {
			seen[c.id] = true
			list = append(list, c)
		}
	}
	return list
}
