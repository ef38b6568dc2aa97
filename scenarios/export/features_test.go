package export_test

import (
	"strconv"
	"testing"

	"overshare/scenarios/export"
	"overshare/scenarios/study"
	"overshare/scenarios/study/studytest"
)

// Features have the bills with an outcome in their roles, each once, with the probability that the study gives under that
// regime; what the regime does not hold is empty, and the platform's own columns never are.
func TestFeaturesAgreeWithStudy(t *testing.T) {
	const users = 20_000
	q := studytest.Inquire(t, "", 2, "run.users=20000", "sharing.regimes=[everyone, in-scope, none]")
	roles := map[string]string{} // of bills with an outcome in time
	for _, r := range read(t, exported(t, "bills", users, export.Options{Workers: 2})) {
		if r["role"] != "none" && r["bounced"] != "" {
			roles[r["person"]+" "+r["ask_date"]] = r["role"] + " " + r["bounced"]
		}
	}
	for k, regime := range []string{"everyone", "in-scope", "none"} {
		want := map[string][]float32{} // by person, in the order of days
		for i, p := range q.Scorers[0].Scores[k].P {
			u := strconv.FormatUint(uint64(q.Truth.Cluster[i]), 10)
			want[u] = append(want[u], p)
		}
		found, empty, missing := 0, 0, 0
		for _, r := range read(t, exported(t, "features", users, export.Options{Workers: 2, Selection: export.Selection{Regime: regime}})) {
			key := r["person"] + " " + r["ask_date"]
			if roles[key] != r["role"]+" "+r["bounced"] {
				t.Fatalf("%s: bill %s is %q here, %q in the table of bills", regime, key, r["role"]+" "+r["bounced"], roles[key])
			}
			found++
			if r["balance_won"] == "" {
				empty++
			}
			if r["platform_bills"] == "" {
				missing++
			}
			if (r["probability"] != "") != (r["role"] == string(study.RoleTest)) {
				t.Fatalf("%s: bill %s of role %s has the probability %q", regime, key, r["role"], r["probability"])
			}
			if r["probability"] == "" {
				continue
			}
			p, err := strconv.ParseFloat(r["probability"], 64)
			if err != nil || len(want[r["person"]]) == 0 || float32(p) != want[r["person"]][0] {
				t.Fatalf("%s: bill %s has the probability %s, the study %v", regime, key, r["probability"], want[r["person"]])
			}
			want[r["person"]] = want[r["person"]][1:]
		}
		if found != len(roles) || missing > 0 || (empty == 0) != (regime == "everyone") || (empty == found) != (regime == "none") {
			t.Errorf("%s: %d of %d bills, %d without a balance, %d without the platform's own", regime, found, len(roles), empty, missing)
		}
	}
}
