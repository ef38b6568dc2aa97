package export

import (
	"cmp"
	"errors"
	"slices"

	"overshare/results"
	"overshare/scenarios/study"
)

// featuresSchema describes the coded columns that a scorer reads under a regime.
func featuresSchema(regime, scorer string) results.Schema {
	columns := []results.Column{
		personColumn,
		column("ask_date", results.Date, "the platform asked for a score and opened the bundle"),
		roleColumn("what the study uses the bill for: train the scorer, calibrate its score, or test it"),
		column("bounced", results.Boolean, "the first charge was not covered: the label"),
		optional("probability", results.Number, "of a bounce, as "+scorer+" says of test bills; empty for others"),
	}
	for _, c := range study.CodedColumns() {
		columns = append(columns, optional(c.Name, results.Integer, c.Meaning+"; empty if the regime does not hold it"))
	}
	return results.Schema{Name: "features", Title: "Bills with an outcome as " + scorer + " reads them under regime " + regime,
		Key: []string{"person", "ask_date"}, Columns: columns}
}

// features trains the scenario's first scorer under the regime asked for and writes what it read. Unlike other tables
// these rows are no function of person and seed alone: the proxy score is learnt from everybody simulated.
func (j *job) features() error {
	plan, name := j.Plan, j.Regime
	if name == "" {
		name = plan.Border.Regimes[0].Name
	}
	plan, err := plan.Under(name)
	if err != nil {
		return &SelectionError{err}
	}
	s, err := plan.Collect(j.ctx, j.Workers, j.Progress)
	if err != nil {
		return err
	}
	scorer := plan.Processor.Scorers[0]
	coded, err := plan.Code(j.ctx, s, study.Whole(0), scorer, j.Workers)
	if err != nil {
		return err
	}
	var rows []study.CodedBill
	for b, err := range coded.Bills(j.Workers) {
		if err != nil {
			return err
		}
		rows = append(rows, b)
	}
	slices.SortFunc(rows, func(a, b study.CodedBill) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Ask, b.Ask))
	})
	return j.writeFeatures(rows, featuresSchema(name, scorer))
}

func (j *job) writeFeatures(rows []study.CodedBill, schema results.Schema) error {
	out, err := j.open(schema)
	if err != nil {
		return err
	}
	for i := range rows {
		writeCoded(out, &rows[i])
		if err = cmp.Or(j.ctx.Err(), out.EndRow()); err != nil {
			break
		}
	}
	return errors.Join(err, closing(out, err))
}

func writeCoded(w results.Writer, b *study.CodedBill) {
	w.Int(int64(b.Person))
	w.Date(int32(b.Ask))
	w.Text(string(b.Role))
	w.Bool(b.Bad)
	if b.Role == study.RoleTest {
		w.Num(float64(b.P))
	} else {
		w.Empty()
	}
	for _, code := range b.Code {
		if code == study.NotHeld {
			w.Empty()
		} else {
			w.Int(int64(code))
		}
	}
}

// featureBytes is what a bill takes while features are exported, besides what a run takes: its codes and their place.
const featureBytes = 64 + 64

// featuresMemory returns about how much memory an export of features takes.
func featuresMemory(p *study.Plan, workers int, rows int64) int64 {
	memory, _ := p.Estimate(workers)
	return memory + rows*featureBytes
}
