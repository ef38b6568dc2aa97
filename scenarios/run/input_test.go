package run_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"overshare/scenarios"
	"overshare/scenarios/run"
	"overshare/scenarios/study"
)

// Scenarios that a user may well ask for and in which there is nothing to measure, or little: a result with
// its warnings, with every table there and undefined measures empty, never a panic.
func TestUnusualScenariosGiveCleanResults(t *testing.T) {
	noAttacks := []string{"adversary.takeover_rate=0", "adversary.mule_rate=0", "adversary.abuser_share=0"}
	for _, c := range []struct {
		name  string
		users int
		sets  []string
		warns string // part of a warning that must be there
	}{
		{"nobody in scope", 20_000, []string{"platform.share_end=0"}, "no bill"},
		{"nobody in scope at random", 20_000, []string{"platform.share_end=0", "platform.scope_at_random=true"}, "no bill"},
		{"everybody in scope", 20_000, []string{"platform.share_end=1", "platform.scope_at_random=true"}, ""},
		{"no attacks", 20_000, noAttacks, ""},
		{"no bills", 20_000, []string{"platform.payer_share=0", "adversary.takeover_rate=0", "adversary.abuser_share=0"}, "no bill"},
		{"nothing to buy", 20_000, []string{"platform.recurring_month=0", "platform.oneoff_month=0", "adversary.takeover_rate=0", "adversary.abuser_share=0"}, "no bill"},
		{"nobody bounces", 20_000, append([]string{"people.hand_to_mouth=0", "bills.notice_answers=1", "people.reminder_mean=1", "bills.outage_rate=0", "people.buffer_months=50"}, noAttacks...), ""},
		{"one person", 1, nil, ""},
		{"two people", 2, nil, ""},
		{"one block", 512, nil, ""},
		{"one more than a block", 513, nil, ""},
		{"before the launch", 20_000, []string{"evaluation.epoch=2019-05-01"}, "no bill"},
		{"before the daily sends", 20_000, []string{"evaluation.epoch=2018-06-01"}, "no bill"},
		{"after the suspension", 20_000, []string{"evaluation.epoch=2024-09-01"}, ""},
		{"no bulk sends", 20_000, []string{"sharing.bulk_days=[]"}, ""},
		{"no proxy rows", 20_000, []string{"processor.proxy_share=0"}, ""},
		{"every proxy row", 5_000, []string{"processor.proxy_share=1"}, ""},
		{"one day each", 20_000, []string{"evaluation.warmup_days=36", "evaluation.train_days=1", "evaluation.test_days=1", "evaluation.tail_days=0", "evaluation.calibration_days=0"}, ""},
		{"everything calibrates", 20_000, []string{"evaluation.calibration_days=42"}, ""},
		{"nothing calibrates", 20_000, []string{"evaluation.calibration_days=0"}, ""},
		{"one regime", 20_000, []string{"sharing.regimes=[in-scope]"}, ""},
		{"nothing shared", 20_000, []string{"sharing.regimes=[none]"}, ""},
		{"nothing shared first", 20_000, []string{"sharing.regimes=[none, everyone]"}, ""},
		{"no remittances", 10_000, []string{"wallet.remit_share=0", "wallet.friend_share=0"}, ""},
		{"nobody uses the wallet", 10_000, []string{"wallet.pay_share=0", "wallet.remit_share=0", "wallet.topup_share=0"}, ""},
		{"both scorers, nothing to learn", 20_000, []string{"platform.payer_share=0", "processor.scorers=[scorecard, gbdt]"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out := execute(t, load(t, "kakaopay-2024", c.users, c.sets...), 2)
			if text := strings.Join(out.Warnings, "\n"); !strings.Contains(text, c.warns) {
				t.Errorf("no warning says %q:\n%s", c.warns, text)
			}
			if out.Sentence == "" || strings.Contains(out.Sentence, "NaN") || len(out.Tables) < 6 {
				t.Errorf("sentence %q, %d tables", out.Sentence, len(out.Tables))
			}
			for name, text := range files(t, out) {
				if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
					t.Errorf("%s holds a number that is none:\n%s", name, text)
				}
			}
			c := table(t, out, "exposure")
			for r := range c.Len() {
				if n := number(t, c.Get(r, "people")); n > 20_000 || n < 0 {
					t.Errorf("%v people exposed", n)
				}
			}
		})
	}
}

// Values that contradict each other are refused with an error that names them, before anything runs.
func TestContradictionsAreRefused(t *testing.T) {
	for _, c := range []struct {
		sets string
		says string
	}{
		{"population.ever_seen=1000", "ever_seen"},
		{"population.wallet_launch=2020-01-01", "wallet_launch"},
		{"evaluation.train_days=2000", "1000"},
		{"platform.iphone_female=[0, 0, 0, 0, 0, 0]; platform.iphone_male=[0, 0, 0, 0, 0, 0]", "share_end"},
		{"evaluation.epoch=2014-01-01", "wallet_launch"},
		{"wallet.units=[10000, 20000]", "unit"},
		{"platform.oneoff_prices=[1000]", "oneoff"},
	} {
		over := []scenarios.Override{scenarios.Set("run.users=1000")}
		for _, set := range strings.Split(c.sets, "; ") {
			over = append(over, scenarios.Set(set))
		}
		s, err := scenarios.Load("kakaopay-2024", over...)
		if err == nil {
			_, err = run.Execute(context.Background(), s, study.Options{Workers: 1})
		}
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "internal error") {
			t.Errorf("%s: error %v, want one that says %q", c.sets, err, c.says)
		}
	}
}

// A run that is interrupted returns an error and no outcome.
func TestInterruptedRun(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := fmt.Errorf("stopped by the test")
	o := study.Options{Workers: 2, Progress: func(phase string, done, _ int64) {
		if done > 0 {
			cancel(cause)
		}
	}}
	out, err := run.Execute(ctx, load(t, "kakaopay-2024", 400_000), o)
	if out != nil || err == nil || !strings.Contains(err.Error(), cause.Error()) {
		t.Errorf("outcome %v, error %v", out != nil, err)
	}
}
