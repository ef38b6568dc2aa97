package export

import (
	"cmp"
	"slices"

	"overshare/results"
	"overshare/sim/ledger"
	"overshare/sim/record"
)

// An eventRow is a line of a wallet's ledger with the balance before it.
type eventRow struct {
	record.Event
	before, fromBank record.Won
}

var transactionsSchema = results.Schema{
	Name: "transactions", Title: "What happened in the wallets, by person, day and minute",
	Columns: []results.Column{
		personColumn,
		column("date", results.Date, "civil date in Korea"),
		in("minutes", column("minute", results.Integer, "minute of the day, 0 to 1439")),
		column("kind", results.String, "payment, card-payment, remittance (to a wallet), remittance-out (to a bank account), received, top-up, auto-top-up, withdrawal, failed (a top-up or debit without funds), bill-paid, bill-bounced, passed-on (received money that goes on to the bank account as it arrives, with what the wallet held beyond a usual top-up)"),
		in("won", column("amount_won", results.Integer, "amount of the line; of a failed one, what was missing or tried")),
		in("won", column("from_bank_won", results.Integer, "part of a remittance that came from the linked account in the same step")),
		in("won", column("balance_before_won", results.Integer, "prepaid balance before the line")),
		in("won", column("balance_won", results.Integer, "prepaid balance after it; money received arrives at night, up to the wallet's cap, beyond which it goes to the linked account: it is in the next day's first balance, unless it was passed on")),
		in("won", optional("hidden_linked_balance_won", results.Integer, "balance of the linked account after the line, with the living costs of the day taken out; from line to line of one person and day it changes by what the lines move, unless family pays in for a bill; between days salary, living costs and savings move it; empty for received, which moves nothing before the night")),
		optional("other_person", results.Integer, "who sent or received a remittance between wallets"),
	},
}

// A teller keeps the lines of a block, and follows the wallets when all are there.
type teller struct {
	*job
	block  *ledger.Block
	lines  []record.Event // of the block
	start  [ledger.BlockSize]record.Won
	rows   []eventRow // of the shard
	wallet wallet
}

// A wallet is followed line by line.
type wallet struct {
	owner            record.Person
	day              record.Day
	balance, pending record.Won // pending was received today
}

func (j *job) transactions() error {
	blocks := make([]ledger.Block, max(j.Workers, 1))
	return stream(j, transactionsSchema, func(worker, shard int) ([]eventRow, error) {
		t := &teller{job: j, block: &blocks[worker]}
		t.block.Events(func(e record.Event) { t.lines = append(t.lines, e) })
		t.block.Mornings(t.morning)
		j.blocks(shard, t.run)
		return t.rows, nil
	}, writeEvent)
}

// run lives through block n and puts its lines in order. Of one person and day they come in order of time,
// but for what is received, which comes when the sender's turn is.
func (t *teller) run(n int) {
	t.lines = t.lines[:0]
	t.block.Simulate(t.World, n, nil)
	slices.SortStableFunc(t.lines, func(a, b record.Event) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Minute, b.Minute))
	})
	for i := range t.lines {
		e := &t.lines[i]
		if i == 0 || e.Person != t.wallet.owner {
			t.wallet = wallet{owner: e.Person, day: e.Day, balance: t.start[e.Person-t.block.First]}
		}
		r := t.follow(e)
		if e.Day >= t.from && e.Day < t.to && t.wanted(e.Person) {
			t.rows = append(t.rows, r)
		}
	}
}

// morning reads what is in the wallets before the first day.
func (t *teller) morning(night record.Day) {
	if night >= t.World.Start {
		return
	}
	var now record.Snapshot
	for _, i := range t.block.Live() {
		t.block.Snapshot(int(i), &now)
		t.start[i] = record.Won(now[record.ItemBalance])
	}
}

// follow brings the wallet past the next line. Money received on an earlier day has arrived by now, but for
// what was passed on to the linked account.
func (t *teller) follow(e *record.Event) eventRow {
	w := &t.wallet
	if w.pending > 0 && e.Day > w.day {
		w.balance, w.pending = min(w.balance+w.pending, t.World.Wallet.BalanceCap), 0
	}
	r := eventRow{Event: *e, before: w.balance}
	switch e.Kind {
	case record.EventReceived:
		w.pending += e.Amount
		r.Balance = r.before
	case record.EventPassedOn: // all that arrives, and with it what the wallet held beyond a usual top-up
		w.pending = 0
	case record.EventRemitFriend, record.EventRemitOutside:
		r.fromBank = e.Amount - (r.before - e.Balance)
	}
	w.day, w.balance = e.Day, r.Balance
	return r
}

func writeEvent(w results.Writer, r *eventRow) {
	w.Int(int64(r.Person))
	w.Date(int32(r.Day))
	w.Int(int64(r.Minute))
	w.Text(record.EventNames[r.Kind])
	w.Int(int64(r.Amount))
	w.Int(int64(r.fromBank))
	w.Int(int64(r.before))
	w.Int(int64(r.Balance))
	if r.Kind == record.EventReceived {
		w.Empty()
	} else {
		w.Int(int64(r.Linked))
	}
	if r.Kind == record.EventRemitFriend || r.Kind == record.EventReceived {
		w.Int(int64(r.Other))
	} else {
		w.Empty()
	}
}
