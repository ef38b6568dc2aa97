package people_test

import (
	"math"
	"testing"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/simtest"
)

// Salaries come on the last banking day: before weekends, before Lunar New Year and Chuseok with the days around
// them, before substitute holidays. The dates were looked up in calendars of those years.
func TestLastBankingDay(t *testing.T) {
	for due, want := range map[string]string{
		"2018-02-15": "2018-02-14", // Lunar New Year's eve
		"2019-08-25": "2019-08-23", // a Sunday
		"2020-10-01": "2020-09-29", // Chuseok
		"2021-10-11": "2021-10-08", // substitute for Hangul Day
		"2022-09-10": "2022-09-08", // Chuseok
		"2023-10-02": "2023-09-27", // temporary holiday after Chuseok
		"2023-01-25": "2023-01-25", // the day after the substitute for Lunar New Year
		"2024-04-10": "2024-04-09", // polling day
		"2024-05-01": "2024-04-30", // Labour Day
		"2024-03-25": "2024-03-25",
	} {
		d, err := record.ParseDay(due)
		if err != nil {
			t.Fatal(err)
		}
		if got := people.LastBankingDay(d).String(); got != want {
			t.Errorf("a salary due on %s comes on %s, want %s", due, got, want)
		}
	}
}

// The table has every year of the flow, only weekdays, and in each year the number of holidays on weekdays that
// the calendars of those years show; other years have those with a date of their own.
func TestHolidaysOfAYear(t *testing.T) {
	want := map[int]int{2017: 8, 2018: 16, 2019: 14, 2020: 13, 2021: 12, 2022: 13, 2023: 14, 2024: 17, 2025: 8}
	for year, n := range want {
		got := 0
		for d := record.DayOf(year, 1, 1); d < record.DayOf(year+1, 1, 1); d++ {
			if wd := d.Weekday(); wd > 0 && wd < 6 && !people.BankingDay(d) {
				got++
			}
		}
		if known := year >= 2018 && year <= 2024; got != n || people.HolidaysKnown(year) != known {
			t.Errorf("%d has %d holidays on weekdays, want %d; known %v", year, got, n, people.HolidaysKnown(year))
		}
	}
}

// Whatever the tie to activity, the share that registers is what is asked for, and payers buy as often. With a
// tie, those who register use the wallet more. 300,000 people: a share of 0.17 wrong by 0.0055 is found.
func TestRegistrationFollowsActivity(t *testing.T) {
	for _, tie := range []string{"0", "0.3", "1", "2"} {
		p := population(t, "platform.activity_tie="+tie, "platform.launch=2014-09-05", "platform.adoption_halflife_days=0",
			"platform.join_delay_days=0")
		all := first(p, 300_000)
		a := simtest.Accept(t, seed)
		var in, activity, others, appetite float64
		for i := range all {
			if q := &all[i]; q.Scope != people.Never {
				in++
				activity += float64(q.Activity)
				appetite += float64(q.Appetite)
			} else {
				others += float64(q.Activity)
			}
		}
		a.Share("registered at a tie of "+tie, int64(in), int64(len(all)), p.Platform.ShareEnd)
		ratio := activity / in / (others / (float64(len(all)) - in))
		if tie == "0" && math.Abs(ratio-1) > 0.05 || tie != "0" && ratio < 1.2 {
			t.Errorf("at a tie of %s the registered use the wallet %.2f times as much as others", tie, ratio)
		}
		if mean := appetite / in; math.Abs(mean-1) > 0.08 {
			t.Errorf("at a tie of %s the registered buy %.3f times what is configured", tie, mean)
		}
	}
}
