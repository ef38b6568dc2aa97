package export

import (
	"strconv"

	"overshare/results"
	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
)

// A personRow is a person with identity.
type personRow struct {
	people.Person
	name, email, phone, account, verification string
	abuser                                    bool
}

var peopleSchema = results.Schema{
	Name: "people", Title: "The synthetic people", Key: []string{"person"},
	Columns: []results.Column{
		personColumn,
		column("name", results.String, "made-up display name; feeds no figure"),
		column("email", results.String, "e-mail address in a domain reserved for examples; sent as a hash"),
		column("phone_token", results.String, "drawn token in the place of the telephone number, which is not written because it may belong to somebody"),
		column("account_id", results.String, "account identifier: the ten digits that are sent as they are, after the letter A, so that no program takes them for a number"),
		column("identity_number", results.String, "token generated at mobile identity verification, sent as it is"),
		column("sign_up_date", results.Date, "first day as a live account; sent"),
		optional("left_date", results.Date, "first day no longer live; empty if that lies after the days simulated"),
		optional("platform_date", results.Date, "first day registered at the platform, and so in scope; empty if never or after the days simulated; known to wallet and platform, not sent"),
		column("age_band", results.String, "known to the wallet, not sent"),
		column("sex", results.String, "known to the wallet, not sent"),
		column("region", results.String, "first-level division; known to the wallet, not sent"),
		column("iphone", results.Boolean, "phone system; known to the wallet, not sent"),
		column("id_verified", results.Boolean, "an identity document was checked; sent"),
		in("accounts", column("linked_banks", results.Integer, "linked bank accounts; sent in an invented item")),
		in("cards", column("linked_cards", results.Integer, "registered cards; sent in an invented item")),
		column("auto_topup", results.Boolean, "automatic top-up is switched on; sent in an invented item"),
		column("optional_consent", results.Boolean, "gives an optional consent; known to the wallet, not sent"),
		column("hidden_payer", results.Boolean, "buys at the platform once registered"),
		in("won", column("hidden_income_won", results.Integer, "monthly income")),
		in("day of the month", column("hidden_payday", results.Integer, "nominal payday")),
		column("hidden_saver", results.Boolean, "keeps a buffer in the linked account"),
		in("won", column("hidden_buffer_won", results.Integer, "the buffer kept; 0 for who keeps none")),
		in("won", column("hidden_fixed_costs_won", results.Integer, "leaves the linked account within days of payday")),
		in("won per day", column("hidden_daily_spending_won", results.Integer, "planned spending outside the wallet")),
		in("probability", column("hidden_notice_answered", results.Number, "probability of answering one payment notice")),
		column("hidden_activity", results.Number, "wallet use relative to the mean settled user of the reference year"),
		in("share", column("hidden_card_share", results.Number, "share of payments made by registered card")),
		column("hidden_social_position", results.Integer, "0 to 65535; friends tend to be close in it"),
		column("hidden_abuser", results.Boolean, "registered at the platform without meaning to pay"),
	},
}

func (j *job) people() error {
	last := max(j.World.Start+record.Day(j.World.Days), j.World.People.Population.GrowthTo+1)
	return stream(j, peopleSchema, func(_, shard int) (rows []personRow, err error) {
		first := shard * shardBlocks * ledger.BlockSize
		rows = make([]personRow, min(shardBlocks*ledger.BlockSize, j.users-first))
		for i := range rows {
			if err := j.person(record.Person(first+i), &rows[i]); err != nil {
				return nil, err
			}
		}
		return rows, nil
	}, func(w results.Writer, r *personRow) { r.write(w, last) })
}

// person fills a row.
func (j *job) person(u record.Person, r *personRow) (err error) {
	j.World.Pop.Person(u, &r.Person)
	r.abuser = j.World.Adversary.IsAbuser(j.Run.Seed, &r.Person)
	r.name, r.phone, r.verification = j.names.DisplayName(u), j.names.Token(phoneItem, u), j.names.Verification(u)
	if r.account, err = j.accountOf(u); err != nil {
		return err
	}
	mail, err := j.names.AppendEmail(nil, u)
	r.email = string(mail)
	return err
}

// write writes a row. What lies on or after day last has not happened yet.
func (r *personRow) write(w results.Writer, last record.Day) {
	w.Int(int64(r.ID))
	for _, s := range [...]string{r.name, r.email, r.phone, r.account, r.verification} {
		w.Text(s)
	}
	w.Date(int32(r.Join))
	dateBefore(w, r.Leave, last)
	dateBefore(w, r.Scope, last)
	w.Text(people.Ages[r.Age])
	w.Text(people.Sexes[r.Sex])
	w.Text(people.Regions[r.Region])
	w.Bool(r.IPhone)
	w.Bool(r.IDVerified)
	w.Int(int64(r.LinkedBanks))
	w.Int(int64(r.LinkedCards))
	w.Bool(r.AutoTopup)
	w.Bool(r.OptionalConsent)
	w.Bool(r.Payer)
	w.Int(int64(r.Income))
	w.Int(int64(r.Payday))
	w.Bool(r.Saver)
	w.Int(int64(r.Buffer))
	w.Int(int64(r.FixedCost))
	w.Int(int64(r.DailyCost))
	w.Num(short(r.Reminder))
	w.Num(short(r.Activity))
	w.Num(short(r.CardShare))
	w.Int(int64(r.Class))
	w.Bool(r.abuser)
}

func dateBefore(w results.Writer, d, last record.Day) {
	if d >= last {
		w.Empty()
		return
	}
	w.Date(int32(d))
}

// short returns the 64-bit number with the fewest digits that is x in 32 bits: 0.93, not 0.9300000071525574.
func short(x float32) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'g', -1, 32), 64)
	if err != nil {
		panic("export: internal error: " + err.Error())
	}
	return y
}
