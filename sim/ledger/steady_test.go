package ledger_test

import (
	"fmt"
	"math"
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/simtest"
)

// steadyWorld is a world in which nothing but people's own luck changes with time: everybody uses the wallet as
// much in every year and at every tenure, and nothing hits many people at once, so that people are
// independent. It lasts 100 weeks, and begins so that no band falls into the short cycle of February, whose
// money lasts longer.
var steadyWorld = []string{
	"people.activity_years=[2018]", "people.activity=[1]", "people.tenure_floor=1", "people.early_use=1",
	"bank.business_days=false", "bank.region_shocks=0", "bank.national_shocks=0", "bills.bank_outages=0",
	"adversary.takeover_rate=0", "adversary.mule_rate=0", "adversary.abuser_share=0",
	"evaluation.epoch=2023-05-30", "evaluation.warmup_days=36", "evaluation.train_days=622", "evaluation.test_days=60",
}

// Bands of four weeks that are compared: weeks 5 to 8, 49 to 52, 97 to 100.
var bandsFrom = [...]int{28, 336, 672}

const (
	bandDays = 28
	phases   = 28 // days since the last salary; the last few of long months are left out
)

func bandOf(day int) int {
	for k, from := range bandsFrom {
		if day >= from && day < from+bandDays {
			return k
		}
	}
	return -1
}

// A cell holds what was observed of something in a band and phase of the pay cycle.
type cell struct{ n, sum float64 }

// An observed value of one person.
type observed struct {
	person, band, phase int
	value               float64
}

// A panel compares bands phase by phase of the pay cycle, so that it does not matter which days of the month a
// band holds.
type panel struct {
	people int
	values map[string][]observed
}

func (p *panel) add(what string, o observed) { p.values[what] = append(p.values[what], o) }

// compare returns the mean of each band, every phase weighing the same in all bands, and for each later band
// its difference from the first with its standard error, people as the unit:
//
//	d = Σ_p W_p (m_bp − m_0p),   e² = Σ_i (Σ over i's observations ± W_p / N_bp · (x − m_p))²
//
// where W_p is the phase's share of all observations and m_p its mean over all bands.
func (p *panel) compare(what string) (mean [len(bandsFrom)]float64, difference, se [len(bandsFrom)]float64) {
	var cells [len(bandsFrom)][phases]cell
	var pooled [phases]cell
	for _, o := range p.values[what] {
		c := &cells[o.band][o.phase]
		c.n, c.sum = c.n+1, c.sum+o.value
		pooled[o.phase].n, pooled[o.phase].sum = pooled[o.phase].n+1, pooled[o.phase].sum+o.value
	}
	total := 0.0
	for k := range pooled {
		if min(cells[0][k].n, cells[1][k].n, cells[2][k].n) == 0 {
			pooled[k] = cell{}
		}
		total += pooled[k].n
	}
	for b := range cells {
		for k, c := range cells[b] {
			if pooled[k].n > 0 {
				mean[b] += pooled[k].n / total * c.sum / c.n
			}
		}
	}
	for b := 1; b < len(cells); b++ {
		own := make([]float64, p.people)
		for _, o := range p.values[what] {
			if w := pooled[o.phase]; w.n > 0 && (o.band == b || o.band == 0) {
				x := w.n / total / cells[o.band][o.phase].n * (o.value - w.sum/w.n)
				if o.band == 0 {
					x = -x
				}
				own[o.person] += x
			}
		}
		squares := 0.0
		for _, x := range own {
			squares += x * x
		}
		difference[b], se[b] = mean[b]-mean[0], math.Sqrt(squares)
	}
	return mean, difference, se
}

// A follower fills a panel with the people of a block who are there from half a year before the window to its
// end, and with the bills of those who have bought at the platform for so long
// that what they have learnt from bounces has settled.
type follower struct {
	*panel
	b     *ledger.Block
	w     *ledger.World
	first int // position of the block's first person in the panel
}

func (f *follower) member(i int) bool {
	q := &f.b.All[i]
	return q.Join <= f.w.Start-180 && q.Leave >= f.w.Start+record.Day(f.w.Days)
}

func (f *follower) buyer(i int) bool {
	q := &f.b.All[i]
	return f.member(i) && q.Payer && q.Scope <= f.w.Start-400
}

// morning looks at every member once in four days.
func (f *follower) morning(record.Day) {
	day := int(f.b.Today() - f.w.Start)
	band := bandOf(day)
	if band < 0 {
		return
	}
	for _, i := range f.b.Live() {
		k := int(i)
		phase := f.b.Phase(k)
		if !f.member(k) || phase >= phases || (day+k)%4 != 0 {
			continue
		}
		o := observed{person: f.first + k, band: band, phase: phase}
		see := func(what string, x float64) { o.value = x; f.add(what, o) }
		_, balance, _ := f.b.Holdings(k)
		bank, _ := f.b.Linked(k)
		idle, locked := f.b.Idle(k)
		see("balance", float64(balance))
		see("balance above 20 k", float64(oneIf(balance > 20_000)))
		see("idle days up to 90", float64(min(idle, 90)))
		see("idle for 30 days", float64(oneIf(idle >= 30)))
		switch q := &f.b.All[k]; {
		case q.Secondary:
			see("second account", float64(bank))
		case q.Saver:
			see("account of savers", float64(bank))
		default:
			see("account of others", float64(bank))
		}
		if f.buyer(k) {
			see("locked out", float64(oneIf(locked)))
			see("learnt something", float64(oneIf(f.b.Learnt(k) > 0)))
		}
	}
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Ask keeps the phase in which a bill is opened; a person has one open bundle at a time, but one that is tried
// again may close after the next was opened, so the phase travels with the bill.
func (f *follower) Ask(b *ledger.Block, i int, d record.Day) int32 {
	return int32(i | min(b.Phase(i), 63)<<16)
}

func (f *follower) Billed(b *ledger.Block, bill *record.Bill) {
	i, phase, band := int(bill.Ref&0xffff), int(bill.Ref>>16), bandOf(int(bill.Ask-f.w.Start))
	if band < 0 || phase >= phases || !f.buyer(i) {
		return
	}
	o := observed{person: f.first + i, band: band, phase: phase}
	f.bill("bills that bounce", o, bill.Bounced)
	f.bill("items that fail", o, bill.ItemsBad > 0)
	for _, c := range []record.Cause{record.CauseBank, record.CauseForgot, record.CauseOutage} {
		f.bill("bills that bounce for "+record.CauseNames[c], o, bill.Cause == c)
	}
}

func (f *follower) bill(what string, o observed, is bool) {
	o.value = float64(oneIf(is))
	f.add(what, o)
}

func (*follower) Probe(*ledger.Block, int) (record.Day, bool) { return 0, false }
func (*follower) Look(*ledger.Block, int, record.Day) int32   { return -1 }
func (*follower) Outcome(*ledger.Block, int, int32, bool)     {}

// live fills a panel with the people of blocks.
func live(w *ledger.World, blocks int) *panel {
	p := &panel{people: blocks * ledger.BlockSize, values: map[string][]observed{}}
	var b ledger.Block
	for n := range blocks {
		f := &follower{panel: p, b: &b, w: w, first: n * ledger.BlockSize}
		b.Mornings(f.morning)
		b.Simulate(w, n, f)
	}
	return p
}

// checkSteady compares weeks 49 to 52 and 97 to 100 with weeks 5 to 8.
func checkSteady(t *testing.T, a simtest.Acceptance, p *panel) {
	for what := range p.values {
		mean, difference, se := p.compare(what)
		text := fmt.Sprintf("%-28s weeks 5 to 8: %.5g", what, mean[0])
		for b := 1; b < len(bandsFrom); b++ {
			text += fmt.Sprintf("   weeks %d to %d: %.5g (z %.1f)", bandsFrom[b]/7+1, bandsFrom[b]/7+4, mean[b], difference[b]/se[b])
			a.Mean(fmt.Sprintf("%s, weeks %d to %d less weeks 5 to 8", what, bandsFrom[b]/7+1, bandsFrom[b]/7+4), difference[b], se[b], 1, 0)
		}
		t.Log(text)
	}
}

// The country of week 5 is that of week 50 and of week 100: what people hold, how long they have been idle, who
// is locked out, what has been learnt, how many bills bounce and for what. Each of 28 comparisons has a false
// alarm rate of 1e-6; a difference of eight of the standard errors that a failure prints is found 999 times in
// 1,000. For the mean account of savers that is about 1 %, for the rate of bounces half of it: the slow test,
// with ten times the people, sees a third of that.
func TestSteadyState(t *testing.T) {
	w := prepare(t, "kakaopay-2024", steadyWorld...)
	if w.Days < bandsFrom[2]+bandDays {
		t.Fatalf("the window has %d days", w.Days)
	}
	checkSteady(t, simtest.Accept(t, 2024), live(w, 60))
}
