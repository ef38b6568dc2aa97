package export

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strings"

	"overshare/results"
	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/privacy/identity"
	"overshare/sim/record"
	"overshare/sim/sharing/regime"
)

const phoneItem = identity.Phone

// An itemRow is one record of the score flow.
type itemRow struct {
	person record.Person
	night  record.Day
	values record.Snapshot
	sent   record.ItemSet
	how    [record.NumItems]regime.Protection
	text   [record.NumItems]string // of the items that are identifiers or tokens
}

// itemsSchema describes the record from the same place as everything else that speaks of items.
func itemsSchema(r *regime.Regime) results.Schema {
	columns := []results.Column{
		column("hidden_person", results.Integer, "number of the synthetic person; joins the exported tables and is never sent"),
		column("night", results.Date, "the record describes the end of this day and is sent in the night after it"),
		roleColumn("what a study of the scenario uses a bill asked the next morning for, if its outcome is known in time: train, calibrate, test, or none; the proxy model learns from one night a person among the training days"),
	}
	for i, info := range record.Items {
		c := results.Column{Name: info.Name, Type: results.Integer, Unit: info.Unit, Meaning: info.Meaning + " (" + info.Source + "); empty if the regime does not send it"}
		if info.Invented {
			c.Meaning = "INVENTED, the real item is not published: " + info.Meaning
		}
		switch item := record.Item(i); {
		case item == record.ItemSignUpDate:
			c.Type, c.Unit = results.Date, ""
		case item == record.ItemCounterparties7:
			c.Type, c.Unit, c.Required = results.String, "", false
			c.Meaning += ", separated by spaces: the first 16 digits of SHA-256 of their account_id"
		case info.Identifier:
			c.Type = results.String
		}
		if record.Item(i) == record.ItemAccountID {
			c.Meaning += "; here after the letter A, so that no program takes the ten digits for a number"
		}
		if record.Item(i) == record.ItemPhoneHash {
			c.Meaning += "; here SHA-256 of a drawn token, because the hash of a number can be undone and the number may belong to somebody"
		}
		c.Meaning += inForm(r, record.Item(i))
		columns = append(columns, c)
	}
	return results.Schema{Name: "items", Title: "Records of the score flow as sent under regime " + r.Name,
		Key: []string{"hidden_person", "night"}, Columns: columns}
}

// A clerk makes the records of a shard.
type clerk struct {
	*job
	block *ledger.Block
	rows  []itemRow
	sent  [ledger.BlockSize]ring
	names [ledger.BlockSize]*[record.NumItems]string
	keyed hash.Hash                          // HMAC-SHA256 under the key that the sender keeps
	items record.ItemSet                     // of the record at hand
	how   [record.NumItems]regime.Protection // and their form
	err   error
}

// A ring holds the four latest people somebody sent money to, as the wallet keeps them.
type ring struct {
	to  [4]record.Person
	day [4]record.Day
	n   int
}

func (j *job) items() error {
	blocks := make([]ledger.Block, max(j.Workers, 1))
	return stream(j, itemsSchema(&j.regime.Regime), func(worker, shard int) ([]itemRow, error) {
		key := j.names.Key()
		c := &clerk{job: j, block: &blocks[worker], keyed: hmac.New(sha256.New, key[:])}
		c.block.Events(c.event)
		c.block.Mornings(c.morning)
		j.blocks(shard, func(n int) {
			from := len(c.rows)
			c.sent, c.names = [ledger.BlockSize]ring{}, [ledger.BlockSize]*[record.NumItems]string{}
			c.block.Simulate(j.World, n, c)
			slices.SortFunc(c.rows[from:], func(a, b itemRow) int {
				return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.night, b.night))
			})
		})
		return c.rows, c.err
	}, func(w results.Writer, r *itemRow) { writeItems(w, r, j.role(r.night+1, true)) })
}

func (c *clerk) event(e record.Event) {
	if e.Kind == record.EventRemitFriend {
		r := &c.sent[e.Person-c.block.First]
		r.to[r.n%len(r.to)], r.day[r.n%len(r.to)] = e.Other, e.Day
		r.n++
	}
}

// morning makes the records of last night that the regime sends unasked.
func (c *clerk) morning(night record.Day) {
	if night < c.from || night >= c.to {
		return
	}
	for _, i := range c.block.Live() {
		if q := &c.block.All[i]; c.wanted(q.ID) && c.sends(q, night, false) {
			c.take(int(i), night)
		}
	}
}

// Ask implements [ledger.Observer]: on request, last night's record is the answer.
func (c *clerk) Ask(b *ledger.Block, i int, d record.Day) int32 {
	night, q := d-1, &b.All[i]
	if night >= c.from && night < c.to && c.wanted(q.ID) && c.sends(q, night, true) {
		c.take(i, night)
	}
	return -1
}

// sends reports whether some items of the record of q of a night are sent, unasked or on request, and notes
// which and in which form.
func (c *clerk) sends(q *people.Person, night record.Day, asked bool) bool {
	c.items = 0
	c.flow.EachSent(0, q, night, asked, func(f *regime.Flow) {
		c.items |= f.Items
		for _, item := range f.Items.List() {
			c.how[item] = f.How[item]
		}
	})
	return c.items != 0
}

// Billed implements [ledger.Observer].
func (*clerk) Billed(*ledger.Block, *record.Bill) {}

// Probe implements [ledger.Observer].
func (*clerk) Probe(*ledger.Block, int) (record.Day, bool) { return 0, false }

// Look implements [ledger.Observer].
func (*clerk) Look(*ledger.Block, int, record.Day) int32 { return 0 }

// Outcome implements [ledger.Observer].
func (*clerk) Outcome(*ledger.Block, int, int32, bool) {}

// take makes the record of the person at position i at the end of night.
func (c *clerk) take(i int, night record.Day) {
	r := itemRow{person: c.block.All[i].ID, night: night, sent: c.items, how: c.how}
	c.block.Snapshot(i, &r.values)
	c.protect(&r)
	if c.names[i] == nil {
		c.names[i] = c.identify(r.person)
	}
	r.text = *c.names[i]
	r.text[record.ItemCounterparties7] = c.counterparties(&c.sent[i], night, r.how[record.ItemCounterparties7].Form)
	for item, info := range record.Items {
		if info.Identifier && r.sent.Has(record.Item(item)) && r.how[item].Form == regime.Keyed {
			r.text[item] = c.underKey(c.names[i][item])
		}
	}
	c.rows = append(c.rows, r)
}

// identify returns the identifiers of somebody in the form in which they are sent.
func (c *clerk) identify(u record.Person) *[record.NumItems]string {
	mail, err := c.job.names.AppendEmail(nil, u)
	account, also := c.accountOf(u)
	if err = cmp.Or(err, also); err != nil {
		c.err = err
	}
	return &[record.NumItems]string{
		record.ItemPhoneHash:      hashed(c.job.names.Token(phoneItem, u)),
		record.ItemEmailHash:      hashed(string(mail)),
		record.ItemAccountID:      account,
		record.ItemIdentityNumber: c.job.names.Verification(u),
	}
}

// counterparties returns the tokens of the people sent money to in the seven days that end with night.
func (c *clerk) counterparties(r *ring, night record.Day, form regime.Form) string {
	var tokens []string
	for k := range min(r.n, len(r.to)) {
		if r.day[k] <= night-7 {
			continue
		}
		account, err := c.accountOf(r.to[k])
		if err != nil {
			continue // beyond the last person who has an identity
		}
		seal := hashed
		if form == regime.Keyed {
			seal = c.underKey
		}
		if t := seal(account)[:16]; !slices.Contains(tokens, t) {
			tokens = append(tokens, t)
		}
	}
	slices.Sort(tokens)
	return strings.Join(tokens, " ")
}

// accountOf returns an account identifier as tables show it: a letter keeps programs that guess types from
// reading ten digits as a number.
func (j *job) accountOf(u record.Person) (string, error) {
	digits, err := j.names.Account(u)
	return "A" + digits, err
}

func hashed(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func writeItems(w results.Writer, r *itemRow, role string) {
	w.Int(int64(r.person))
	w.Date(int32(r.night))
	w.Text(role)
	for i, v := range r.values {
		switch item := record.Item(i); {
		case !r.sent.Has(item):
			w.Empty()
		case record.Items[i].Identifier, item == record.ItemCounterparties7:
			w.Text(r.text[i])
		case item == record.ItemSignUpDate:
			w.Date(v)
		default:
			w.Int(int64(v))
		}
	}
}
