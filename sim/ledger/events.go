package ledger

import (
	"overshare/sim/record"
	"overshare/sim/rng"
)

// Draws of the minute are numbered by date; those for what happens outside sessions follow these.
const (
	minuteSession  = 0
	minuteBill     = 1 << 20
	minuteIncident = 2 << 20
	minuteKeep     = 3 << 20
)

// startMinute draws the minute of the day at which a session begins, a bill is charged or an attack happens
// to i, later than what happened to i today. Only lists of events need it.
func (b *Block) startMinute(i int, of uint64) {
	if b.events == nil {
		return
	}
	m := b.drawMinute(i, of)
	if c := b.clock[i]; c.day == b.t {
		m = max(m, c.minute)
	}
	b.clock[i] = moment{b.t, m}
}

func (b *Block) drawMinute(i int, of uint64) uint16 {
	s := rng.Open(b.w.Seed, rng.PurposeMinute, uint64(b.All[i].ID))
	u, total := s.Uniform(of+uint64(b.date(b.t))), 0.0
	for _, h := range b.w.Wallet.Hours {
		total += h
	}
	at := 0.0
	for h, x := range b.w.Wallet.Hours {
		if share := x / total; u < at+share || h == 23 {
			return uint16(float64(h*60) + float64(min((u-at)/share, .999)*60))
		} else {
			at += share
		}
	}
	return 0
}

// A moment is a minute of a day of the window.
type moment struct {
	day    int16
	minute uint16
}

// emit hands an event to whoever listens. Events of one session are a minute or two apart.
func (b *Block) emit(kind record.EventKind, a *account, i, other int, won int32) {
	c := &b.clock[i]
	if c.day != b.t { // what happens at night to somebody to whom nothing happened all day
		*c = moment{b.t, 1439}
	}
	b.spend(a, b.t) // how often makes no difference
	e := record.Event{
		Person: b.All[i].ID, Day: b.date(b.t), Minute: c.minute, Kind: kind,
		Amount: record.Won(won), Balance: record.Won(a.balance), Linked: record.Won(b.linked(i)),
	}
	if other != outside {
		e.Other = b.All[other].ID
	}
	c.minute = min(c.minute+1+uint16(won/10%2), 1439)
	b.events(e)
}

// emitReceived tells that a remittance was received, at the sender's hour.
func (b *Block) emitReceived(from, to int, won int32) {
	b.events(record.Event{
		Person: b.All[to].ID, Other: b.All[from].ID, Day: b.date(b.t), Minute: b.clock[from].minute,
		Kind: record.EventReceived, Amount: record.Won(won), Balance: record.Won(b.acc[to].balance),
	})
}

// Transactions returns the number of payments, remittances, top-ups, withdrawals and bills paid in the
// block: what wallets publish as transactions. A remittance counts once.
func (b *Block) Transactions() (n int64) {
	for k, c := range b.Kinds {
		if record.EventKind(k).Transaction() {
			n += c
		}
	}
	return n
}

// tellPassedOn tells of what was passed on tonight, the last of the day after all that was received.
func (b *Block) tellPassedOn(list []uint16) {
	for k, i := range list {
		if won := b.credits.passed[k]; won > 0 {
			b.clock[i] = moment{b.t, 1439}
			b.emit(record.EventPassedOn, &b.acc[i], int(i), outside, won)
		}
	}
}
