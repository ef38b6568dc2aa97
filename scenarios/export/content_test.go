package export_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"

	"overshare/scenarios/export"
	"overshare/scenarios/study"
	"overshare/sim/people"
	"overshare/sim/privacy/identity"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// The bills of the test days are those that a study judges: as many, as many bounced, as many left open.
func TestBillsAgreeWithStudy(t *testing.T) {
	const users = 12_000
	p, err := study.NewPlan(loaded(t, users))
	if err != nil {
		t.Fatal(err)
	}
	sample, err := p.Collect(t.Context(), 2, func(string, int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	var want, got [3]int // open, paid, bounced: the states of a study's rows
	for _, rows := range sample.Test {
		for _, s := range rows.State {
			want[s]++
		}
	}
	part := export.Selection{From: p.Evaluation.Epoch.String(), To: (p.Evaluation.TestEnd() - 1).String()}
	for _, r := range read(t, exported(t, "bills", users, export.Options{Workers: 2, Selection: part})) {
		switch r["bounced"] {
		case "":
			got[0]++
		case "false":
			got[1]++
		case "true":
			got[2]++
		}
		if (r["hidden_cause"] == "none") != (r["bounced"] == "false") && r["bounced"] != "" {
			t.Errorf("person %s, %s: bounced %s with cause %s", r["person"], r["ask_date"], r["bounced"], r["hidden_cause"])
		}
	}
	roles, wantRoles := map[string]int{}, map[string]int{}
	from := int32(p.Evaluation.CalibrateFrom(p.World.People.Platform.Launch))
	for _, rows := range sample.Train {
		for i, s := range rows.State {
			switch {
			case s == 0:
				wantRoles["none"]++
			case rows.Day[i]+1 >= from:
				wantRoles["calibrate"]++
			default:
				wantRoles["train"]++
			}
		}
	}
	for _, rows := range sample.Test {
		wantRoles["test"] += rows.Len()
	}
	for _, r := range read(t, exported(t, "bills", users, export.Options{Workers: 2})) {
		roles[r["role"]]++
	}
	if !maps.Equal(roles, wantRoles) || len(roles) < 3 {
		t.Errorf("roles %v, the study has %v", roles, wantRoles)
	}
	if got != want || got[2] < 20 {
		t.Errorf("open, paid, bounced: %v, the study has %v", got, want)
	}
}

// Lines of a wallet follow from each other, and from what was received on the days before: every won of a
// balance is accounted for. The records sent each night show the same balance.
func TestMoneyAddsUp(t *testing.T) {
	const users = 3000
	const balanceCap = 2_000_000 // default of wallet.balance_cap
	days := export.Selection{From: "2024-02-01", To: "2024-04-30"}
	lines := read(t, exported(t, "transactions", users, export.Options{Workers: 2, Selection: days}))
	balance := map[string]map[string]int64{} // by person and day, at its end
	var person, day string
	var have, pending int64
	moved := 0
	close := func() {
		if pending > 0 {
			have = min(have+pending, balanceCap)
		}
		pending = 0
		if balance[person] == nil {
			balance[person] = map[string]int64{}
		}
		balance[person][day] = have
	}
	for i, r := range lines {
		if i > 0 && (r["person"] != person || r["date"] != day) {
			close()
		}
		before, after := r.int(t, "balance_before_won"), r.int(t, "balance_won")
		if r["person"] == person && i > 0 && before != have {
			t.Fatalf("person %s, %s, minute %s: balance %d before, %d after what came earlier", person, r["date"], r["minute"], before, have)
		}
		want := before + effect(t, r)
		if r["kind"] == "passed-on" { // what arrived, and with it what the wallet held beyond a usual top-up
			want -= r.int(t, "amount_won") - pending
		}
		if after != want || after < 0 {
			t.Fatalf("person %s, %s: %s of %s turns %d into %d, not %d", r["person"], r["date"], r["kind"], r["amount_won"], before, after, want)
		}
		person, day, have = r["person"], r["date"], after
		switch r["kind"] {
		case "received":
			pending += r.int(t, "amount_won")
		case "passed-on": // goes on to the bank as it arrives
			if pending == 0 || r.int(t, "amount_won") < pending {
				t.Fatalf("person %s, %s: %d won of what arrived was not passed on", r["person"], r["date"], pending)
			}
			pending = 0
			moved++
		}
	}
	close()
	compared := 0
	nights := export.Selection{From: "2024-03-28", To: "2024-04-03"}
	for _, r := range read(t, exported(t, "items", users, export.Options{Workers: 2, Selection: nights})) {
		if want, ok := balance[r["hidden_person"]][r["night"]]; ok {
			compared++
			if got := r.int(t, "balance_won"); got != want {
				t.Errorf("person %s, %s: record says %d won, the ledger %d", r["hidden_person"], r["night"], got, want)
			}
		}
	}
	if compared < 1000 || moved < 1000 {
		t.Errorf("only %d balances compared, %d times money passed on as it arrived", compared, moved)
	}
}

// Wallet and linked account together lose what leaves them and nothing else, from line to line of one person and
// day: what salary, living costs and savings do, they do between days. Whoever has the file can check it. There
// are two exceptions: family that pays in for a bill leaves nothing behind in the linked account, and who has
// linked a second account fills it from the main one when a payment would fail, by less than the full ten
// thousands that are lacking.
func TestMoneyIsConserved(t *testing.T) {
	days := export.Selection{From: "2024-03-01", To: "2024-04-30"}
	checked, helped, filled, left := 0, 0, 0, int64(0)
	var person, day string
	for _, r := range read(t, exported(t, "transactions", 3000, export.Options{Workers: 2, Selection: days})) {
		if r["kind"] == "received" {
			if r["hidden_linked_balance_won"] != "" {
				t.Fatalf("a linked balance before the money is there: %v", r)
			}
			continue
		}
		now, won := r.int(t, "hidden_linked_balance_won"), r.int(t, "amount_won")
		if r["person"] == person && r["date"] == day {
			want := left - r.int(t, "from_bank_won")
			switch r["kind"] {
			case "top-up", "auto-top-up":
				want -= won
			case "withdrawal", "passed-on":
				want += won
			}
			switch {
			case now == want:
				checked++
			case r["kind"] == "top-up" && now == 0 && want < 0:
				helped++
			case now > want && (now-want)%10_000 == 0 && want < 0 && now < 10_000+won:
				filled++
			default:
				t.Fatalf("person %s, %s, minute %s: %s of %d leaves %d in the linked account, not %d", person, day, r["minute"], r["kind"], won, now, want)
			}
		}
		person, day, left = r["person"], r["date"], now
	}
	if checked < 1000 || helped > checked/100 || filled > checked/50 {
		t.Errorf("%d lines follow, %d times family helped, %d times a second account was filled", checked, helped, filled)
	}
}

// effect returns by how much a line changes the balance.
func effect(t *testing.T, r row) int64 {
	won, bank := r.int(t, "amount_won"), r.int(t, "from_bank_won")
	remits := strings.HasPrefix(r["kind"], "remittance")
	if won < 0 || bank < 0 || bank > won || bank > 0 && !remits || (r["other_person"] != "") != (r["kind"] == "remittance" || r["kind"] == "received") {
		t.Fatalf("impossible line %v", r)
	}
	switch r["kind"] {
	case "top-up", "auto-top-up":
		return won
	case "payment", "withdrawal", "bill-paid", "remittance", "remittance-out":
		return bank - won
	case "card-payment", "failed", "bill-bounced", "received", "passed-on":
		return 0
	}
	t.Fatalf("unknown kind %q", r["kind"])
	return 0
}

// As many records are written for a night as the exposure ledger counts for it, and those of people in
// scope are the same rows among everyone's.
func TestItemsAgreeWithExposure(t *testing.T) {
	const users = 4000
	p, err := study.NewPlan(loaded(t, users))
	if err != nil {
		t.Fatal(err)
	}
	from := record.DayOf(2024, 4, 9)
	nights := export.Selection{From: "2024-04-09", To: "2024-04-10"}
	files := map[string][]byte{}
	for _, regime := range []string{"everyone", "in-scope-no-backfill", "opt-in", "none"} {
		c := p.Border.Config
		c.Regimes = []string{regime}
		b, err := sharing.New(c, sharing.Window{}, p.Run.Seed)
		if err != nil {
			t.Fatal(err)
		}
		n := b.NewCount()
		counter := b.Counter(&n, from, from+2)
		for u := range record.Person(users) {
			var q people.Person
			p.World.Pop.Person(u, &q)
			counter.Add(p.World.Pop, &q)
		}
		counter.Close()
		part := nights
		part.Regime = regime
		files[regime] = exported(t, "items", users, export.Options{Workers: 2, Selection: part})
		if got, want := int64(len(read(t, files[regime]))), b.InWindow(&n, 0).All.Records; got != want {
			t.Errorf("%s: %d rows, the exposure ledger counts %d records", regime, got, want)
		}
	}
	whole := strings.Split(string(files["everyone"]), "\n")
	for _, line := range strings.Split(string(files["in-scope-no-backfill"]), "\n") {
		if !slices.Contains(whole, line) {
			t.Fatalf("in-scope sends a record that everyone does not: %s", line)
		}
	}
}

// The items that the scores learn from are in a table as the ledger's own snapshot has them; tokens lead to
// the accounts of the people whom the ledger shows as sent to.
func TestCounterpartiesLeadToAccounts(t *testing.T) {
	const users = 2048
	nights := export.Selection{From: "2024-04-07", To: "2024-04-07"}
	week := export.Selection{From: "2024-04-01", To: "2024-04-07"}
	account := map[string]string{}
	for _, r := range read(t, exported(t, "people", users, export.Options{})) {
		account[r["person"]] = r["account_id"]
	}
	sent := map[string][]string{} // tokens of all wallets sent to in the week
	for _, r := range read(t, exported(t, "transactions", users, export.Options{Selection: week})) {
		if r["kind"] == "remittance" {
			h := sha256.Sum256([]byte(account[r["other_person"]]))
			sent[r["person"]] = append(sent[r["person"]], hex.EncodeToString(h[:])[:16])
		}
	}
	found := 0
	for _, r := range read(t, exported(t, "items", users, export.Options{Selection: nights})) {
		tokens, all := strings.Fields(r["counterparties_7d"]), sent[r["hidden_person"]]
		last := all[max(len(all)-4, 0):]
		slices.Sort(last)
		if last = slices.Compact(last); !slices.Equal(tokens, last) && len(tokens)+len(last) > 0 {
			t.Errorf("person %s: tokens %v, want %v", r["hidden_person"], tokens, last)
		}
		found += len(tokens)
	}
	if found < 100 {
		t.Errorf("only %d tokens", found)
	}
}

// No table holds a telephone number, in any form that leads to it, and every address is a reserved one.
func TestNobodyCanBeReached(t *testing.T) {
	const users = 1000
	d := identity.New(2024)
	plain := identity.NewSealer(identity.Plain, d.Secret(identity.Plain))
	for _, table := range []string{"people", "items"} {
		file := exported(t, table, users, export.Options{Workers: 2})
		for u := range record.Person(users) {
			number, err := d.Phone(u)
			if err != nil {
				t.Fatal(err)
			}
			digits := d.AppendDigits(nil, number)
			hash := hex.EncodeToString(plain.Seal(nil, digits))
			if bytes.Contains(file, digits[3:]) || bytes.Contains(file, []byte(hash[:16])) {
				t.Fatalf("%s: the number of person %d can be found", table, u)
			}
		}
	}
	reserved := []string{"example.com", "example.net", "example.org", ".example", ".test", ".invalid"}
	for _, r := range read(t, exported(t, "people", users, export.Options{})) {
		if !slices.ContainsFunc(reserved, func(s string) bool { return strings.HasSuffix(r["email"], s) }) {
			t.Errorf("address %q may be somebody's", r["email"])
		}
		if r["left_date"] > "2024-05-21" || r["platform_date"] > "2024-05-21" {
			t.Errorf("person %s: %s or %s has not happened yet", r["person"], r["left_date"], r["platform_date"])
		}
	}
}
