package ledger

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"overshare/sim/record"
	"overshare/sim/rng"
)

// This file has the slow, obvious twins of what is computed for several at once, in packed words or without branches:
// each from what it means, none from what the fast code made.

// arrivePlainly is the twin of arrivals for one person.
func (b *Block) arrivePlainly(i int, level float32) (passedOn bool) {
	a, c := &b.acc[i], &b.contacts[i]
	won, keeps := c.pending, float64(c.keeps*level)
	c.pending = 0
	draw := float64(uint16(a.stream.At(uint64(b.date(b.t))*256 + 0xF2)))
	if a.frozenBy == 0 && draw < 65536*(1-keeps) {
		if a.balance > a.unit {
			won += a.balance - a.unit
			a.balance = a.unit
		}
		b.bankPlainly(a, won)
		b.Kinds[record.EventPassedOn]++
		b.Amounts[record.EventPassedOn] += int64(won)
		return true
	}
	a.balance += won
	if a.balance > b.w.cap {
		b.bankPlainly(a, a.balance-b.w.cap)
		a.balance = b.w.cap
	}
	return false
}

func (b *Block) bankPlainly(a *account, won int32) {
	if int64(a.bank)+int64(won) > Most {
		b.Flows[ToSavings] += int64(a.bank) + int64(won) - Most
		won = Most - a.bank
	}
	a.bank += won
}

// What is received arrives, or is passed on, as one by one with a choice at every step.
func TestArrivalsAtOnceEqualOneByOne(t *testing.T) {
	w := &World{cap: 2_000_000}
	var fast, slow Block
	passed, full, rich := 0, 0, 0
	for round := range int16(40) {
		fast.t, fast.w, fast.credits.number = round, w, 0
		for i := range BlockSize {
			s := rng.Open(uint64(round), rng.PurposeLedger, uint64(i))
			draw := func(k, n uint64) int32 { return int32(rng.Below(s.At(k), n)) }
			fast.acc[i] = account{stream: s, bank: draw(101, Most), balance: draw(102, 2_000_000), unit: draw(103, 100_000), seen: round}
			if i%7 == 0 {
				fast.acc[i].bank = Most - draw(104, 50_000)
			}
			if i%11 == 0 {
				fast.acc[i].frozenBy = 1
			}
			fast.acc[i].floor = fast.acc[i].bank // nothing is spent
			fast.contacts[i] = contacts{pending: draw(105, 300_000), keeps: float32(draw(106, 1400)) / 1000}
			fast.credits.add(i, i%3 > 0)
		}
		slow = fast
		level := 0.5 + float32(round)/40
		list := fast.credits.of()
		fast.arrivals(list, level)
		for k, i := range list {
			on := slow.arrivePlainly(int(i), level)
			if on != (fast.credits.passed[k] > 0) {
				t.Fatalf("round %d: position %d passes on: %v, plainly %v", round, i, !on, on)
			}
			if on {
				passed++
			} else if slow.acc[i].balance == w.cap {
				full++
			}
			if slow.acc[i].bank == Most {
				rich++
			}
		}
		if fast.acc != slow.acc || fast.contacts != slow.contacts || fast.Flows != slow.Flows || fast.Kinds != slow.Kinds || fast.Amounts != slow.Amounts {
			t.Fatalf("round %d: what arrived at once is not what arrived one by one", round)
		}
	}
	if passed < 1000 || full < 100 || rich < 100 {
		t.Errorf("%d passed on, %d full wallets, %d full accounts: too few to compare", passed, full, rich)
	}
}

// Friends found for a list of remittances are those found one by one.
func TestFriendsAtOnceAreThoseOneByOne(t *testing.T) {
	var b Block
	b.w = &World{homophily: 30_000}
	b.w.Wallet.ScopeMixing = true
	found, unsure := 0, 0
	for k := range uint64(20) {
		b.circle.stream = rng.Open(k, rng.PurposeFriends, 0)
		s := rng.Open(k, rng.PurposeLedger, 0)
		for i := range b.stay {
			b.stay[i] = span{0, 10 - int16(rng.Below(s.At(uint64(i)), 3))}
			b.circle.order[(i*37+5)%BlockSize], b.circle.rank[i] = int16(i), int16((i*37+5)%BlockSize)
		}
		b.circle.skip(&b, 0, BlockSize)
		b.t = 8
		var gifts []intent
		for i := range uint64(600) {
			gifts = append(gifts, intent(s.At(1000+i)))
		}
		var to [listSize]int16
		b.circle.friends(&b.stay, b.w.homophily, b.t, gifts, &to)
		for n, g := range gifts {
			want := b.circle.friend(&b, g.who(), g.friend())
			switch {
			case to[n] == outside:
				unsure++
			case int(to[n]) != want:
				t.Fatalf("gift %d of position %d goes to %d, one by one to %d", n, g.who(), to[n], want)
			default:
				found++
			}
		}
	}
	if found < unsure || unsure < 100 {
		t.Errorf("%d found at once, %d to be asked: want most of them, and some to ask", found, unsure)
	}
}

// Transfers to second accounts fall on the days on which each day's draw says so, and the next and the last are the
// nearest such days.
func TestTransfersOfFourDaysAreThoseOfEach(t *testing.T) {
	for _, cut := range []uint32{1, 400, 3277, 30_000, 65_535, 65_536} {
		w := &World{transferCut: cut}
		w.Start = 19_000
		for k := range uint64(300) {
			w.Start++
			a := &account{stream: rng.Open(3, rng.PurposeLedger, k)}
			b := &Block{w: w}
			on := func(day int) bool {
				d := uint64(int(w.Start) + day)
				return uint32(uint16(a.stream.At(d/4*256+0xD4)>>(d%4*16))) < cut
			}
			last := -1
			for last > -longestTransfer && !on(last) {
				last--
			}
			next := 1
			for next < longestTransfer && !on(next-1) {
				next++
			}
			if got := b.lastTransfer(a); int(got) != last {
				t.Fatalf("cut %d, account %d: the last transfer was on day %d, day by day %d", cut, k, got, last)
			}
			if got := b.nextTransfer(a, -1); int(got) != next-1 {
				t.Fatalf("cut %d, account %d: the next transfer is on day %d, day by day %d", cut, k, got, next-1)
			}
		}
	}
}

// What is saved or refilled on payday, by hand.
func TestSavingOnPayday(t *testing.T) {
	w := &World{saved: [2][2]float64{{0, 0.9}, {0.25, 1}}}
	for _, c := range []struct {
		saver         bool
		bank          int32
		want, left    int64
		refilled, put int64
	}{
		{true, 1000, 2000, 1250, 250, 0},
		{true, 2000, 1000, 1000, 0, 1000},
		{false, 1000, 2000, 1000, 0, 0},
		{false, 2000, 1000, 1100, 0, 900},
		{true, 1000, 1000, 1000, 0, 0},
	} {
		b, a := Block{w: w}, account{saver: c.saver, bank: c.bank}
		b.save(&a, c.want)
		if int64(a.bank) != c.left || b.Flows[FromSavings] != c.refilled || b.Flows[ToSavings] != c.put {
			t.Errorf("%+v: %d left, %d refilled, %d put aside", c, a.bank, b.Flows[FromSavings], b.Flows[ToSavings])
		}
	}
}

// drawnDonor makes a donor from draws that leave nothing out.
func drawnDonor(s rng.Stream, units int) donor {
	draw := func(k, n uint64) uint64 { return rng.Below(s.At(k), n) }
	return donor{unit: uint8(draw(0, uint64(units))), auto: draw(1, 2) == 1, activity: uint16(lowActivity + draw(2, activities)),
		income: uint16(draw(3, 2048)), rate: uint16(draw(4, 1+1<<draw(5, 15))), bought: int16(draw(6, poolDays+1)),
		state: state{gap: float32(draw(7, 1<<20))}}
}

// Likenesses differ by what the traits that they hold do.
func TestLikenessDistance(t *testing.T) {
	for k := range uint64(20_000) {
		x, y := drawnDonor(rng.Open(1, rng.PurposeLedger, k), 5), drawnDonor(rng.Open(2, rng.PurposeLedger, k), 5)
		differ := func(x, y int) int { return int(math.Abs(float64(x - y))) }
		want := differ(int(x.activity), int(y.activity)) + differ(int(x.rate), int(y.rate))/2 +
			differ(int(x.income), int(y.income))/2 + differ(int(x.bought), int(y.bought))/16
		if x.auto != y.auto {
			want += 16
		}
		if got := x.likeness().distance(y.likeness()); got != want {
			t.Fatalf("%+v and %+v differ by %d, not %d", x, y, got, want)
		}
	}
}

// A shelf is sorted, and the donor chosen is the most alike of four among the sixteen nearest.
func TestChoiceFromShelf(t *testing.T) {
	const units = 3
	for k := range uint64(400) {
		var donors []donor
		for i := range 4 + 3*k {
			donors = append(donors, drawnDonor(rng.Open(k, rng.PurposeLedger, i), units))
		}
		s := newShelf(donors, units)
		place := func(d donor) []int {
			if d.auto {
				return []int{1, int(d.unit), int(d.activity)}
			}
			return []int{0, int(d.unit), int(d.activity)}
		}
		slices.SortStableFunc(donors, func(x, y donor) int { return slices.Compare(place(x), place(y)) })
		me, x := drawnDonor(rng.Open(k, rng.PurposeFriends, 0), units), rng.Open(k, rng.PurposeFriends, 1).At(0)
		at, _ := slices.BinarySearchFunc(donors, me, func(d, me donor) int { return slices.Compare(place(d), place(me)) })
		at = max(min(at-8, len(donors)-16), 0)
		var drawn []donor
		for n := range 4 {
			drawn = append(drawn, donors[at+int(rng.Below(x<<(16*n), uint64(min(16, len(donors)))))])
		}
		best := slices.MinFunc(drawn, func(x, y donor) int {
			return cmp.Compare(x.likeness().distance(me.likeness()), y.likeness().distance(me.likeness()))
		})
		if got := s.choose(&me, units, x); *got != best.state {
			t.Fatalf("shelf of %d: %+v is chosen, not %+v", len(donors), *got, best)
		}
	}
}
