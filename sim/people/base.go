package people

import (
	"fmt"
	"math"

	"overshare/sim/portable"
	"overshare/sim/record"
)

// The live base is given, and so is the number of people ever sent. Who joins when, and how fast accounts
// leave, follows from the two.

// LiveBase returns the number of live accounts intended on day d in a country of EverSeen people: linear
// between the first bulk send and the first daily send, and from then on
//
//	L(d) = LiveLimit − (LiveLimit − LiveAtStart) · exp(−(d − GrowthFrom) / GrowthDays).
func (p *Population) LiveBase(d record.Day) float64 {
	b := p.Population
	if d >= b.GrowthFrom {
		gone := portable.Exp(-float64(min(d, b.GrowthTo)-b.GrowthFrom) / b.GrowthDays)
		return b.LiveLimit - float64((b.LiveLimit-b.LiveAtStart)*gone)
	}
	w := float64(d-b.BulkFrom) / float64(b.GrowthFrom-b.BulkFrom)
	return b.LiveAtBulk + float64(w*(b.LiveAtStart-b.LiveAtBulk))
}

// flows are the sign-ups that keep the live base at an exit rate.
type flows struct {
	rate   float64   // at which accounts leave a day, once they can
	early  []float64 // sign-ups a day from the launch to the first bulk send, of those live then
	late   []float64 // sign-ups a day from the first bulk send on
	ever   float64   // all of them
	missed float64   // signed up before the first bulk send and left before it: never sent
	faults record.Day
}

// lives solves for the sign-ups under exit rate h. An account leaves at rate h a day from LeastStay days after
// sign-up on. The population is everybody ever sent, so who was live at the first bulk send stays until it, and
// who signed up later stays until the first daily send: others were never sent, and are left out. So on day d
//
//	joins(d) = L(d+1) − L(d) + h · R(d),
//
// R the accounts that can leave. Those live at the first bulk send signed up as the registrations before it
// went, S', thinned by those who had left:
//
//	joins(d) ∝ S'(d) · exp(−h · max(0, BulkFrom − d − LeastStay)),   d < BulkFrom.
func (p *Population) lives(h float64) flows { return p.livesOf(h, p.given()) }

// given is what the sign-ups follow from whatever the exit rate.
type given struct {
	registered []float64 // a day from the launch to the first bulk send
	live       []float64 // accounts by day from the first bulk send to GrowthTo
}

func (p *Population) given() given {
	g := given{registered: p.registrations()}
	for d := p.Population.BulkFrom; d <= p.Population.GrowthTo; d++ {
		g.live = append(g.live, p.LiveBase(d))
	}
	return g
}

func (p *Population) livesOf(h float64, g given) flows {
	b := p.Population
	f := flows{rate: h, faults: Never}
	least := record.Day(max(b.LeastStayDays, 1))
	mature := make([]float64, b.GrowthTo-b.BulkFrom) // accounts by the day from which they can leave
	wait := func(from record.Day, n float64) {
		if from < b.GrowthTo {
			mature[from-b.BulkFrom] += n
		}
	}
	all, left := 0.0, 0.0
	for i, n := range g.registered {
		f.early = append(f.early, n*portable.Exp(-h*float64(max(0, b.BulkFrom-b.WalletLaunch-record.Day(i)-least))))
		all, left = all+n, left+f.early[i]
	}
	for i := range f.early {
		f.early[i] *= b.LiveAtBulk / left
		wait(max(b.WalletLaunch+record.Day(i)+least, b.BulkFrom), f.early[i])
	}
	f.missed = b.LiveAtBulk * (all/left - 1)
	f.ever = b.LiveAtBulk
	atRisk, live := 0.0, g.live[0]
	for d := b.BulkFrom; d < b.GrowthTo; d++ {
		atRisk += mature[d-b.BulkFrom]
		leaving, next := float64(h*atRisk), g.live[d+1-b.BulkFrom]
		joins := next - live + leaving
		if joins < 0 && f.faults == Never {
			f.faults = d
		}
		f.late, f.ever = append(f.late, joins), f.ever+joins
		atRisk, live = atRisk-leaving, next
		wait(max(d+least, b.GrowthFrom), joins)
	}
	return f
}

// registrations returns the published registrations a day from the launch to the first bulk send, interpolated.
func (p *Population) registrations() []float64 {
	b, c := p.Population, curve{}
	c.add(float64(b.WalletLaunch), 0)
	for i, d := range b.RegisteredOn {
		c.add(float64(d), b.Registered[i])
	}
	days := make([]float64, b.BulkFrom-b.WalletLaunch)
	for i := range days {
		d := float64(b.WalletLaunch) + float64(i)
		days[i] = c.at(d+1) - c.at(d)
	}
	return days
}

// solve finds the exit rate at which EverSeen people are ever live: the more leave, the more have to join.
// Bisection to the last bit; ok is false when even without anybody leaving there are more.
func (p *Population) solve() (f flows, ok bool) {
	b, g := p.Population, p.given()
	if p.livesOf(0, g).ever > b.EverSeen {
		return f, false
	}
	lo, hi := 0.0, 1.0/30
	for range 60 {
		if h := (lo + hi) / 2; p.livesOf(h, g).ever < b.EverSeen {
			lo = h
		} else {
			hi = h
		}
	}
	return p.livesOf(hi, g), true
}

// ExitRate returns the rate per day at which accounts leave once they can.
func (p *Population) ExitRate() float64 { return p.flows.rate }

// NeverSent returns how many people of the country signed up before day d, from the first bulk send on, and left
// before any record of them was sent: those who left before the first bulk send, and those who signed up
// after it and left before the first daily send. They are not simulated, and published sign-ups count them.
func (p *Population) NeverSent(d record.Day) float64 {
	b, f := p.Population, &p.flows
	sum := f.missed
	for i, n := range f.late[:max(0, min(d, b.GrowthFrom)-b.BulkFrom)] {
		days := b.GrowthFrom - b.BulkFrom - record.Day(i) - record.Day(b.LeastStayDays)
		sum += float64(n * (portable.Exp(f.rate*float64(max(0, days))) - 1))
	}
	return sum
}

func (p *Population) prepareBase() error {
	b := p.Population
	if !(b.WalletLaunch < b.BulkFrom && b.BulkFrom < b.GrowthFrom && b.GrowthFrom < b.GrowthTo) {
		return fmt.Errorf("population: wallet_launch %v, bulk_from %v, growth_from %v and growth_to %v must follow each other in time",
			b.WalletLaunch, b.BulkFrom, b.GrowthFrom, b.GrowthTo)
	}
	if err := b.checkRegistered(); err != nil {
		return err
	}
	f, ok := p.solve()
	if !ok {
		return fmt.Errorf("population: ever_seen %.0f is below the %.0f people that the live base needs even if nobody leaves; raise ever_seen or lower the live base",
			b.EverSeen, p.lives(0).ever)
	}
	if f.faults != Never {
		return fmt.Errorf("population: the live base falls faster than accounts leave near %v; lower the fall or raise ever_seen", f.faults)
	}
	p.flows = f
	p.early = b.LiveAtBulk / b.EverSeen
	p.joinPre = cumulated(b.WalletLaunch, f.early).quantiles(1 << 10)
	p.joinPost = cumulated(b.BulkFrom, f.late).quantiles(1 << 13)
	for i := range p.unitExp {
		p.unitExp[i] = float32(-portable.Log(1 - float64(min(float64(i), 4095.75)/(1<<tableBits))))
		p.stay[i] = float32(math.Min(float64(p.unitExp[i])/math.Max(f.rate, 1e-12), 1e6))
	}
	return nil
}

// checkRegistered refuses a curve of registrations that does not rise from the launch to the first bulk send.
func (b *Base) checkRegistered() error {
	if len(b.RegisteredOn) != len(b.Registered) || len(b.Registered) == 0 {
		return fmt.Errorf("population: registered_on has %d days, registered %d numbers; they must pair up and not be empty", len(b.RegisteredOn), len(b.Registered))
	}
	day, n := b.WalletLaunch, 0.0
	for i, d := range b.RegisteredOn {
		if d <= day || b.Registered[i] <= n {
			return fmt.Errorf("population: registered_on and registered must rise from wallet_launch %v on; look at %v", b.WalletLaunch, d)
		}
		day, n = d, b.Registered[i]
	}
	if day < b.BulkFrom {
		return fmt.Errorf("population: registered_on ends on %v; it must reach bulk_from %v", day, b.BulkFrom)
	}
	return nil
}

// cumulated returns the curve of a number a day.
func cumulated(from record.Day, daily []float64) *curve {
	c, sum := &curve{}, 0.0
	c.add(float64(from), 0)
	for i, n := range daily {
		sum += n
		c.add(float64(from)+float64(i+1), sum)
	}
	return c
}
