package ledger

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"overshare/sim/adversary"
	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// How everybody starts
//
// A window opens in the middle of people's lives. What is in account and wallet then, who has not opened the
// wallet for long, who is locked out after a lost bill and who has learnt from one follow a law that no
// formula gives, because it depends on every parameter. So it is sampled: a pool of people lives through the
// year before the window from a crude start, long enough to forget it, and everybody takes over the state of
// somebody in the pool who is alike: a donor. The pool is a function of (seed, configuration) alone and knows
// neither the length of the window nor who lives in it.
//
// What a donor gives away is measured so that it fits its taker: the account above the floor and the fixed
// costs still to come, in monthly incomes. The plan of the month that has begun is the taker's own, drawn as
// every plan is: it is the same whenever the window begins.

const (
	mixedBlocks  = 8   // of people who live in the pool, buyers among others
	buyerBlocks  = 5   // of buyers alone, of whom there would be too few
	poolDays     = 500 // that they live through
	poolSeen     = 32  // days of those on which they are looked at
	poolAfter    = 16  // days after those, on which it turns out how open bills end
	poolEvery    = 4   // days between two looks at the same person
	poolBuyers   = 10  // in a mixed block one in this many has bought at the platform for a while
	settledDays  = 90  // that while
	longestPhase = 45  // days since the last salary that are told apart
	candidates   = 4   // donors compared for each person; one number has the draws of four
	near         = 16  // neighbours among which they are drawn
)

// A donor is somebody in the pool on one evening: what is given away, and what of a person decides to whom.
type donor struct {
	state
	unit     uint8 // place in Wallet.Units
	auto     bool
	activity uint16 // in eighths of a doubling
	income   uint16 // the same
	rate     uint16 // spending a month in 128ths of an income
	bought   int16  // days since registration at the platform, at most poolDays
}

// A state is what a donor gives away: few bytes, because where it lies cannot be foreseen.
type state struct {
	gap      float32 // linked account above floor and fixed costs to come, in incomes; of second accounts: in scales
	left     float32 // of those without a buffer instead: what was left of the month before, in incomes,
	taken    float32 // and what the wallet has taken since payday, less what it has given
	balance  int32
	idle     int16 // days since the wallet was opened
	freeIn   int16 // days until a customer locked out may buy, 0 = not locked out
	habitFor int16 // days until what was learnt is forgotten
	habit    habitKind
}

// A pool holds the donors by cell: phase of the pay cycle, kind of account, buyer or not.
type pool struct {
	cells   [longestPhase + 1][accountKinds][2]shelf
	nearest [longestPhase + 1][accountKinds][2]*shelf // the cell, or that of the nearest phase which has enough
	idle    [activities][]int16                       // of those who are no buyers, by activity; see idleOf
}

// Activity is told apart in eighths of a doubling from 2^-12 to 2^8.
const (
	activities  = 20 * 8
	lowActivity = (127 - 12) * 8
)

func level(activity uint16) int { return min(max(int(activity)-lowActivity, 0), activities-1) }

// idleOf draws for how many days somebody of an activity who is no buyer has not opened the wallet. How long
// people are idle hangs on their activity more than on all else, so they are compared by nothing else.
func (o *pool) idleOf(activity uint16, x uint64) int16 {
	days := o.idle[level(activity)]
	if len(days) == 0 {
		return 0
	}
	return days[rng.Below(x, uint64(len(days)))]
}

// fill makes every cell that has too few donors, and every activity that has nobody, refer to the nearest that has.
func (o *pool) fill() {
	for kind := range accountKinds {
		for who := range 2 {
			for at := range o.cells {
				if k := nearest(at, len(o.cells), func(k int) bool { return len(o.cells[k][kind][who].likes) >= candidates }); k >= 0 {
					o.nearest[at][kind][who] = &o.cells[k][kind][who]
				}
			}
		}
	}
	idle := o.idle
	for at := range idle {
		if k := nearest(at, len(idle), func(k int) bool { return len(idle[k]) > 0 }); k >= 0 {
			o.idle[at] = idle[k]
		}
	}
}

// nearest returns the place of n nearest to at that has what is looked for, the lower of two, or -1.
func nearest(at, n int, has func(k int) bool) int {
	for far := range n {
		for _, k := range [2]int{at - far, at + far} {
			if k >= 0 && k < n && has(k) {
				return k
			}
		}
	}
	return -1
}

// Kinds of accounts that start in different ways.
const (
	ofSaver = iota
	ofOther
	ofSecond
	accountKinds
)

func (a *account) kind() int {
	switch {
	case a.secondary:
		return ofSecond
	case a.saver:
		return ofSaver
	}
	return ofOther
}

// eighths returns the logarithm of x > 0 in eighths of a doubling, linear in between.
func eighths(x float32) uint16 { return uint16(math.Float32bits(x) >> 20) }

// traits returns what of p and a decides how alike two people are on a day.
func (w *World) traits(p *people.Person, a *account, day record.Day) donor {
	rate := float32(p.FixedCost+30*p.DailyCost) / float32(max(p.Income, 1))
	unit := uint8(slices.Index(w.Wallet.Units, record.Won(a.unit)))
	return donor{unit: unit, auto: p.AutoTopup, activity: eighths(p.Activity), income: eighths(float32(max(p.Income, 1))),
		rate: uint16(min(rate, 500) * 128), bought: int16(min(max(day-p.Scope, 0), poolDays))}
}

// furnish gives i, whose last salary came on day paid, the state of a donor in the same phase of the pay cycle:
// the most alike of a few drawn from those whose automatic top-up and its unit are the same and whose activity
// is nearest. Without a pool the start is crude: a full buffer, up to two usual top-ups in the wallet.
func (b *Block) furnish(i int, paid int16) {
	p, a, t := &b.All[i], &b.acc[i], &b.contacts[i]
	a.bank = a.floor
	if b.w.pool == nil {
		a.balance = min(int32(rng.Below(a.stream.At(b.w.keyOn(0, stepStart)), uint64(2*a.unit))), b.w.cap)
		return
	}
	settled := p.Payer && p.Scope <= b.w.Start-settledDays
	pool := b.w.pool()
	list := pool.of(-paid, a.kind(), settled)
	if a.abuser || list == nil {
		return
	}
	me := b.w.traits(p, a, b.w.Start)
	d := list.choose(&me, len(b.w.Wallet.Units), a.stream.At(b.w.keyOn(0, stepStart)))
	if a.kind() == ofOther {
		b.carryOn(a, p, d, paid)
	} else {
		a.take(d, p)
	}
	idle := d.idle
	if !settled {
		idle = pool.idleOf(eighths(p.Activity), a.stream.At(b.w.keyOn(0, stepStart+8)))
	}
	a.lastActive = max(-1-idle, a.lastActive)
	if settled && d.freeIn > 0 {
		a.blocked, t.freeOn = true, d.freeIn
	}
	if settled && (d.habit != habitAuto || !a.auto) {
		t.habit, t.habitTo = d.habit, d.habitFor
		a.auto = a.auto || d.habit == habitAuto
	}
}

// take fills account and wallet with what d had, in the taker's measure.
func (a *account) take(d *state, p *people.Person) {
	coming := int64(0)
	if a.fixedDay >= 0 {
		coming = int64(a.fixed)
	}
	scale := float64(min(p.Income, Most))
	if a.secondary {
		scale = float64(a.payScale)
	}
	a.bank = int32(min(max(int64(a.floor)+coming+int64(float64(d.gap)*scale), 0), Most))
	a.balance = d.balance
}

// carryOn fills account and wallet of somebody without a buffer. What is there hangs on the floor drawn for the month:
// above what was left of the month before, the floor is where saving begins, and there is nothing to fill up with
// to it. So the month is lived through from payday on with what was left to the donor.
func (b *Block) carryOn(a *account, p *people.Person, d *state, paid int16) {
	income := float64(min(p.Income, Most))
	left := int32(min(float64(d.left)*income, Most))
	bank := int64(b.untouched(*a, p, left, paid, -1)) - int64(float64(d.taken)*income)
	a.bank = int32(min(max(bank, 0), Most))
	a.balance = d.balance
}

// of returns the donors of the phase, or of the nearest that has any.
func (o *pool) of(phase int16, kind int, buyer bool) *shelf {
	return o.nearest[min(phase, longestPhase)][kind][flag(buyer)]
}

// person fills out with person u of the world: of its population, or of those recruited for a pool.
func (w *World) person(u record.Person, out *people.Person) {
	if w.recruits != nil {
		*out = w.recruits[u]
		return
	}
	w.Pop.Person(u, out)
}

// before returns the world of recruits who live through some days up to the window, from a crude start.
func (w *World) before(days int, recruits []people.Person) *World {
	v := *w
	v.recruits, v.pool = recruits, nil
	v.Start, v.Days = w.Start-record.Day(days), days
	v.prepareDays()
	v.prepareHabits()
	return &v
}

// livePool lives through the pool and takes its donors. Nobody attacks there: who is attacked, and how often,
// changes nobody else's start.
func (w *World) livePool() *pool {
	const blocks = mixedBlocks + buyerBlocks
	v := w.before(poolDays, w.recruit(mixedBlocks*BlockSize, buyerBlocks*BlockSize))
	v.Adversary = adversary.Config{}
	looks := make([][]look, blocks)
	v.each(blocks, func(b *Block, n int) { looks[n] = b.donors(v, n, w.Start) })
	o := &pool{}
	var cells [longestPhase + 1][accountKinds][2][]donor
	for _, list := range looks {
		for _, l := range list {
			cell := &cells[l.phase][l.kind][l.buyer]
			*cell = append(*cell, l.donor)
			if l.buyer == 0 {
				o.idle[level(l.activity)] = append(o.idle[level(l.activity)], l.idle)
			}
		}
	}
	for phase := range cells {
		for kind := range cells[phase] {
			for who, donors := range cells[phase][kind] {
				o.cells[phase][kind][who] = newShelf(donors, len(w.Wallet.Units))
			}
		}
	}
	o.fill()
	return o
}

// each calls f for every block of a pool, several at a time; what f keeps, it must keep by block.
func (w *World) each(blocks int, f func(b *Block, n int)) {
	var all sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), blocks)
	for k := range workers {
		all.Go(func() {
			var b Block
			for n := k; n < blocks; n += workers {
				f(&b, n)
			}
		})
	}
	all.Wait()
}

// A look is a donor and its cell.
type look struct {
	donor
	phase, kind, buyer int
}

// donors lives through block n of a pool and looks at its people on some of the last mornings. Until when
// somebody with an open bill is locked out turns out on the days that follow.
func (b *Block) donors(w *World, n int, until record.Day) (list []look) {
	b.prepare(w, n, nil)
	list = make([]look, 0, len(b.live)*poolSeen/poolEvery)
	var open []openBill
	last := w.Days - poolAfter
	for t := range int16(w.Days) {
		b.payAhead(t)
		if int(t) >= last-poolSeen && int(t) < last {
			list, open = b.lookAround(list, open, t, until)
		}
		b.day(t, nil)
		open = slices.DeleteFunc(open, func(o openBill) bool { return b.ended(&list[o.look], o.who, o.on) })
	}
	return list
}

// payAhead keeps what is left in linked accounts on the morning of day t to which a salary comes that day.
func (b *Block) payAhead(t int16) {
	b.t = t
	for i := b.paid[t]; i != nobody; i = b.nextPaid[i] {
		left, _ := b.Linked(int(i))
		b.left[i] = int32(left)
	}
}

// An openBill is a look at somebody locked out, and on which day it was.
type openBill struct {
	look, who int
	on        int16
}

// ended reports whether it is known tonight when i, who was locked out when looked at on day on, may buy
// again, and writes it down.
func (b *Block) ended(l *look, i int, on int16) bool {
	free := b.t + 1
	if b.acc[i].blocked {
		free = max(free, b.contacts[i].freeOn)
	}
	if free == math.MaxInt16 {
		return false
	}
	l.freeIn = free - on
	return true
}

// lookAround appends to list one in poolEvery of the living as they stand on the morning of day t, and to open
// those of them who are locked out.
func (b *Block) lookAround(list []look, open []openBill, t int16, until record.Day) ([]look, []openBill) {
	for i := (poolEvery - int(t)%poolEvery) % poolEvery; i < len(b.live); i += poolEvery {
		if l, ok := b.look(int(b.live[i]), t, until); ok {
			if l.freeIn > 0 {
				open = append(open, openBill{len(list), int(b.live[i]), t})
			}
			list = append(list, l)
		}
	}
	return list, open
}

// look describes i as it stands on the morning of day t.
func (b *Block) look(i int, t int16, until record.Day) (l look, ok bool) {
	a, p, flows := b.acc[i], &b.All[i], b.Flows
	if a.abuser || a.drained || a.frozenBy != 0 || !b.stay[i].covers(t) || !b.stay[i].covers(max(t-settledDays, 0)) {
		return l, false
	}
	b.spend(&a, t-1)
	b.Flows = flows
	l.donor, l.kind = b.w.traits(p, &a, b.date(t)), a.kind()
	phase, scale, coming := t-a.paidOn(b.w), float64(max(min(p.Income, Most), 1)), int64(0)
	if a.secondary {
		scale = float64(max(a.payScale, 1))
	}
	if a.fixedDay >= t {
		coming = int64(a.fixed)
	}
	l.phase = int(min(max(phase, 0), longestPhase))
	l.gap = float32(float64(int64(a.bank)-int64(a.floor)-coming) / scale)
	if l.kind == ofOther {
		l.left = float32(float64(b.left[i]) / scale)
		l.taken = float32(float64(b.untouched(a, p, b.left[i], a.paidOn(b.w), t-1)-a.bank) / scale)
	}
	l.balance, l.idle = a.balance, min(t-1-a.lastActive, 900)
	if p.Payer && p.Scope <= until-settledDays {
		l.buyer = 1
		l.freeIn, l.habit, l.habitFor = b.owes(i, t), b.contacts[i].habit, b.contacts[i].habitTo-t
	}
	return l, true
}

// owes returns in how many days i may buy again, 0 for now. Who still has retries to come counts as free at
// the next, unless it turns out otherwise (see ended).
func (b *Block) owes(i int, t int16) int16 {
	if !b.acc[i].blocked {
		return 0
	}
	free := b.contacts[i].freeOn
	for k := range b.bundles {
		if u := &b.bundles[k]; int(u.who) == i && u.bill.Items > 0 && u.retry > 0 {
			free = int16(u.bill.Closed - b.w.Start)
		}
	}
	return max(free-t, 0)
}

// recruit returns people for a pool, live when the window opens: first mixed ones, of whom one in poolBuyers, at
// evenly spread places, is a buyer who registered a while ago, then buyers alone. They are people whose numbers
// no country reaches. Where the country has too few buyers, as before the platform's launch, others are taken
// for them.
func (w *World) recruit(mixed, buyers int) []people.Person {
	more := mixed / poolBuyers
	kinds := w.enlist(mixed-more, more+buyers)
	all := make([]people.Person, 0, mixed+buyers)
	for k := range mixed + buyers {
		kind := 0
		if k >= mixed || k%poolBuyers == 0 && len(kinds[1]) > buyers {
			kind = 1
		}
		if len(kinds[kind]) == 0 {
			kind = 1 - kind
		}
		all = append(all, kinds[kind][0])
		kinds[kind] = kinds[kind][1:]
	}
	return all
}

// enlist looks for others and buyers.
func (w *World) enlist(others, buyers int) (found [2][]people.Person) {
	want := [2]int{others, buyers}
	var p people.Person
	for k := 0; k < 64*(others+buyers) && (len(found[0]) < others || len(found[1]) < buyers); k++ {
		u := math.MaxUint32 - record.Person(k)
		join, leave, scope := w.Pop.Life(u)
		if join >= w.Start || leave <= w.Start || scope > w.Start-settledDays && len(found[0]) == others {
			continue // seen at a third of the cost of the whole person
		}
		w.Pop.Person(u, &p)
		kind := 0
		if p.Payer && p.Scope <= w.Start-settledDays {
			kind = 1
		}
		if len(found[kind]) < want[kind] {
			found[kind] = append(found[kind], p)
		}
	}
	for kind := range found {
		for k := record.Person(0); len(found[kind]) < want[kind]; k++ {
			w.Pop.Person(math.MaxUint32/2-record.Person(kind)<<20-k, &p)
			p.Join, p.Leave, p.Scope = min(p.Join, w.Start-2*poolDays), people.Never, people.Never
			if kind == 1 {
				p.Payer, p.Scope = true, w.Start-2*poolDays
			}
			found[kind] = append(found[kind], p)
		}
	}
	return found
}
