package scenarios

import (
	"strings"
	"testing"
)

// Dates that contradict each other are refused with what to change, and those that look odd but are sound
// are not.
func TestDatesOfFlows(t *testing.T) {
	for _, c := range []struct {
		set  []string
		want string // part of the error; "" = accepted
		warn string // part of a warning
	}{
		{[]string{"sharing.daily_to=2019-06-26"}, "must not be before sharing.daily_from = 2019-06-27", ""},
		{[]string{"sharing.daily_to=2019-06-27"}, "", ""}, // one day
		{[]string{"sharing.daily_from=2014-09-04", "sharing.bulk_days=[]"}, "must not be before population.wallet_launch = 2014-09-05", ""},
		{[]string{"sharing.bulk_days=[2014-09-04]"}, "2014-09-04 must not be before population.wallet_launch", ""},
		{[]string{"sharing.bulk_days=[2018-04-27, 2018-04-27]"}, "twice", ""},
		{[]string{"sharing.bulk_days=[2018-05-31, 2018-04-27]"}, "must be in order of time", ""},
		{[]string{"sharing.bulk_days=[2019-06-27]"}, "must be before sharing.daily_from", ""},
		{[]string{"sharing.bulk_days=[]"}, "", ""},
		{[]string{"sharing.bulk_days=[2018-04-26]"}, "", "before population.bulk_from = 2018-04-27"},
		{[]string{"sharing.daily_from=2020-02-29", "sharing.daily_to=2024-02-29"}, "", ""},
		{[]string{"sharing.daily_from=2019-02-29"}, "2019-02-29", ""},
		{[]string{"overseas.from=2024-05-22"}, "overseas.to = 2024-05-21 must not be before overseas.from = 2024-05-22", ""},
		{[]string{"overseas.from=2014-01-01"}, "must not be before population.wallet_launch", ""},
		{[]string{"overseas.from=2024-05-21"}, "", ""}, // one day
	} {
		var over []Override
		for _, x := range c.set {
			over = append(over, Set(x))
		}
		s, err := Load(DefaultName, over...)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%v: %v", c.set, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%v: got %v, want an error with %q", c.set, err, c.want)
		case c.warn != "" && !strings.Contains(strings.Join(s.Warnings, "\n"), c.warn):
			t.Errorf("%v: warnings %q, want one with %q", c.set, s.Warnings, c.warn)
		}
	}
}
