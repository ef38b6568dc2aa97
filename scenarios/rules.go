package scenarios

import (
	"fmt"
	"slices"

	"overshare/sim/record"
)

// A rule ties several parameters together. Check returns what is wrong, "" for nothing.
type rule struct {
	needs   []string // the rule is skipped unless the registry knows all of them
	warn    bool     // a doubt, not a mistake
	check   func(s *Scenario) string
	explain string // what the rule protects, for PARAMETERS.md
}

func (s *Scenario) day(path string) record.Day { return s.values[path].(record.Day) }
func (s *Scenario) days(path string) record.Day {
	return record.Day(min(s.values[path].(int64), 1<<20))
}

// notBefore words what is wrong when the date at path lies before the one at earlier.
func (s *Scenario) notBefore(path, earlier string) string {
	if s.day(path) < s.day(earlier) {
		return fmt.Sprintf("must not be before %s = %v", earlier, s.day(earlier))
	}
	return ""
}

// rules are checked after every single value is right.
var rules = []rule{
	{
		needs:   []string{"sharing.daily_to", "sharing.daily_from"},
		explain: "daily sends end no earlier than they begin",
		check: func(s *Scenario) string {
			if s.day("sharing.daily_to") < s.day("sharing.daily_from") {
				return fmt.Sprintf("must not be before sharing.daily_from = %v", s.day("sharing.daily_from"))
			}
			return ""
		},
	},
	{
		needs:   []string{"sharing.bulk_days", "sharing.daily_from"},
		explain: "bulk sends are in order and all before the daily sends, so that no day is counted twice",
		check: func(s *Scenario) string {
			days := s.values["sharing.bulk_days"].([]any)
			for i, d := range days {
				if i > 0 && d.(record.Day) <= days[i-1].(record.Day) {
					return fmt.Sprintf("must be in order of time: %v comes after %v", d, days[i-1])
				}
				if d.(record.Day) >= s.day("sharing.daily_from") {
					return fmt.Sprintf("%v must be before sharing.daily_from = %v", d, s.day("sharing.daily_from"))
				}
			}
			return ""
		},
	},
	{
		needs:   []string{"sharing.daily_from", "population.wallet_launch"},
		explain: "nothing is sent before the wallet exists",
		check: func(s *Scenario) string {
			return s.notBefore("sharing.daily_from", "population.wallet_launch")
		},
	},
	{
		needs:   []string{"sharing.bulk_days", "population.wallet_launch"},
		explain: "nothing is sent before the wallet exists, in bulk neither",
		check: func(s *Scenario) string {
			for _, d := range s.values["sharing.bulk_days"].([]any) {
				if d.(record.Day) < s.day("population.wallet_launch") {
					return fmt.Sprintf("%v must not be before population.wallet_launch = %v", d, s.day("population.wallet_launch"))
				}
			}
			return ""
		},
	},
	{
		needs:   []string{"sharing.bulk_days", "sharing.daily_from", "population.bulk_from"},
		explain: "who left before population.bulk_from is not simulated, so earlier sends are counted too low",
		warn:    true,
		check: func(s *Scenario) string {
			first := s.day("sharing.daily_from")
			if days := s.values["sharing.bulk_days"].([]any); len(days) > 0 {
				first = min(first, days[0].(record.Day))
			}
			if first < s.day("population.bulk_from") {
				return fmt.Sprintf("the first send on %v is before population.bulk_from = %v: who left in between is "+
					"missing from the counts", first, s.day("population.bulk_from"))
			}
			return ""
		},
	},
	{
		needs:   []string{"overseas.from", "population.wallet_launch"},
		explain: "overseas payments begin no earlier than the wallet",
		check: func(s *Scenario) string {
			return s.notBefore("overseas.from", "population.wallet_launch")
		},
	},
	{
		needs:   []string{"overseas.to", "overseas.from"},
		explain: "the overseas flow ends no earlier than it begins; overseas.per_day = 0 turns it off",
		check: func(s *Scenario) string {
			return s.notBefore("overseas.to", "overseas.from")
		},
	},
	{
		needs: []string{"evaluation.epoch", "evaluation.warmup_days", "evaluation.train_days",
			"population.wallet_launch"},
		explain: "the simulated window begins no earlier than the wallet",
		check: func(s *Scenario) string {
			start := s.day("evaluation.epoch") - s.days("evaluation.train_days") - s.days("evaluation.warmup_days")
			if start < s.day("population.wallet_launch") {
				return fmt.Sprintf("the window would begin on %v, with warmup and training, before "+
					"population.wallet_launch = %v", start, s.day("population.wallet_launch"))
			}
			return ""
		},
	},
	{
		needs: []string{"evaluation.warmup_days"},
		explain: fmt.Sprintf("the warmup is at least as long as records reach back, %d days, or the history of the first "+
			"training days would be cut off", record.Memory),
		check: func(s *Scenario) string {
			if s.days("evaluation.warmup_days") < record.Memory {
				return fmt.Sprintf("must be at least %d: a record with its history reaches back so many days, and what "+
					"lies before the window is missing from it; set %d or more", record.Memory, record.Memory)
			}
			return ""
		},
	},
	{
		needs:   []string{"evaluation.epoch", "evaluation.test_days", "platform.launch"},
		explain: "the test window reaches past the launch, or there are no bills",
		warn:    true,
		check: func(s *Scenario) string {
			if end := s.day("evaluation.epoch") + s.days("evaluation.test_days"); end <= s.day("platform.launch") {
				return fmt.Sprintf("the test window ends before platform.launch = %v: there will be no bills "+
					"and no detection figures", s.day("platform.launch"))
			}
			return ""
		},
	},
	{
		needs:   []string{"evaluation.epoch", "evaluation.test_days", "sharing.daily_from", "sharing.daily_to"},
		explain: "the test window lies within the daily sends, or the score is computed from old rows",
		warn:    true,
		check: func(s *Scenario) string {
			end := s.day("evaluation.epoch") + s.days("evaluation.test_days") - 1
			if s.day("evaluation.epoch") < s.day("sharing.daily_from") || end > s.day("sharing.daily_to") {
				return fmt.Sprintf("the test window from %v to %v is not within the daily sends from %v to %v: "+
					"scores are missing or stale", s.day("evaluation.epoch"), end,
					s.day("sharing.daily_from"), s.day("sharing.daily_to"))
			}
			return ""
		},
	},
}

// checkRules applies all rules whose parameters are themselves right, and returns the doubts.
func (s *Scenario) checkRules(skip map[string]bool, problems *Problems) (warnings []string) {
	for i := range rules {
		r := &rules[i]
		if !s.applies(r.needs, skip) {
			continue
		}
		message := r.check(s)
		if message == "" {
			continue
		}
		problem := s.blame(r.needs, message)
		if r.warn {
			warnings = append(warnings, problem.Error())
			continue
		}
		problems.add(problem)
	}
	s.checkPairs(skip, problems)
	return warnings
}

// applies reports whether all that a rule needs exists and is itself right.
func (s *Scenario) applies(needs []string, skip map[string]bool) bool {
	return s.registry.knows(needs) && !slices.ContainsFunc(needs, func(path string) bool { return skip[path] })
}

// knows reports whether the registry has all of paths.
func (r *Registry) knows(paths []string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool { return !r.has(path) })
}

// checkPairs compares the lengths of lists that go together.
func (s *Scenario) checkPairs(skip map[string]bool, problems *Problems) {
	for i := range s.registry.parameters {
		p := &s.registry.parameters[i]
		other := p.items.pairsWith
		if other == "" || !s.applies([]string{p.Path, other}, skip) {
			continue
		}
		n, m := len(s.values[p.Path].([]any)), len(s.values[other].([]any))
		if n != m {
			problems.add(s.blame([]string{p.Path, other},
				fmt.Sprintf("needs one item for each of %s: %d and %d", other, n, m)))
		}
	}
}

// blame places the message: at the first parameter that the user set, or else at the first of all.
func (s *Scenario) blame(needs []string, message string) Problem {
	for _, path := range needs {
		if o := s.places[path].Origin; o != FromDefault && o != FromScenario {
			if path != needs[0] {
				message = fmt.Sprintf("%s = %s %s", needs[0], formatValue(s.values[needs[0]]), message)
			}
			return Problem{Place: s.places[path], Path: path, Value: formatValue(s.values[path]), Message: message}
		}
	}
	return Problem{Place: s.places[needs[0]], Path: needs[0], Value: formatValue(s.values[needs[0]]), Message: message}
}
