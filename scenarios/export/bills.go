package export

import (
	"cmp"
	"slices"

	"overshare/results"
	"overshare/sim/ledger"
	"overshare/sim/record"
)

// A billRow is a bill, or of one not closed when the days simulated end, what is known of it.
type billRow struct {
	record.Bill
	closed bool
}

var billsSchema = results.Schema{
	Name: "bills", Title: "The platform's bills, by person and day asked", Key: []string{"person", "ask_date"},
	Columns: []results.Column{
		personColumn,
		column("ask_date", results.Date, "the platform asked for a score and opened the bundle"),
		roleColumn("what a study of the scenario uses the bill for, where its record was sent: train the score, calibrate it, test it, or none (its outcome came after training, or it lies outside the days)"),
		optional("settle_date", results.Date, "first charge; this and what follows is empty for a bill not closed when the days simulated end"),
		optional("closed_date", results.Date, "paid or given up"),
		in("won", optional("amount_won", results.Integer, "sum of the purchases in the bundle")),
		in("purchases", optional("items", results.Integer, "purchases in the bundle")),
		optional("bounced", results.Boolean, "the first charge was not covered: the label"),
		optional("recovered", results.Boolean, "bounced, then paid by a retry"),
		optional("hidden_cause", results.String, "why it bounced: nsf-bank, nsf-forgot, nsf-outage, abuse, takeover, mule; none if it did not"),
		in("purchases", optional("hidden_items_declined", results.Integer, "purchases that would have been declined if charged one by one")),
		in("won", optional("hidden_items_declined_won", results.Integer, "their amount")),
	},
}

// A biller takes down the bills of a shard.
type biller struct {
	*job
	rows []billRow
}

func (j *job) bills() error {
	blocks := make([]ledger.Block, max(j.Workers, 1))
	return stream(j, billsSchema, func(worker, shard int) ([]billRow, error) {
		b := &biller{job: j}
		j.blocks(shard, func(n int) { blocks[worker].Simulate(j.World, n, b) })
		slices.SortFunc(b.rows, func(x, y billRow) int {
			return cmp.Or(cmp.Compare(x.Person, y.Person), cmp.Compare(x.Ask, y.Ask))
		})
		return b.rows, nil
	}, func(w results.Writer, r *billRow) {
		writeBill(w, r, j.role(r.Ask, r.closed && r.Settle < j.Evaluation.Epoch))
	})
}

var _ ledger.Observer = (*biller)(nil)

// Ask implements [ledger.Observer].
func (b *biller) Ask(block *ledger.Block, i int, d record.Day) int32 {
	u := block.All[i].ID
	if d < b.from || d >= b.to || !b.wanted(u) {
		return -1
	}
	b.rows = append(b.rows, billRow{Bill: record.Bill{Person: u, Ask: d}})
	return int32(len(b.rows) - 1)
}

// Billed implements [ledger.Observer].
func (b *biller) Billed(_ *ledger.Block, bill *record.Bill) {
	if bill.Ref >= 0 {
		b.rows[bill.Ref] = billRow{*bill, true}
	}
}

// Probe implements [ledger.Observer].
func (*biller) Probe(*ledger.Block, int) (record.Day, bool) { return 0, false }

// Look implements [ledger.Observer].
func (*biller) Look(*ledger.Block, int, record.Day) int32 { return 0 }

// Outcome implements [ledger.Observer].
func (*biller) Outcome(*ledger.Block, int, int32, bool) {}

func writeBill(w results.Writer, r *billRow, role string) {
	w.Int(int64(r.Person))
	w.Date(int32(r.Ask))
	w.Text(role)
	if !r.closed {
		for range billsSchema.Columns[3:] {
			w.Empty()
		}
		return
	}
	w.Date(int32(r.Settle))
	w.Date(int32(r.Closed))
	w.Int(int64(r.Amount))
	w.Int(int64(r.Items))
	w.Bool(r.Bounced)
	w.Bool(r.Recovered)
	w.Text(record.CauseNames[r.Cause])
	w.Int(int64(r.ItemsBad))
	w.Int(int64(r.ItemsBadWn))
}
