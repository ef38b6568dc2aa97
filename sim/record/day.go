// Package record holds the words that every part of the program shares: people, days, money, items,
// bills. Types only; it decides nothing.
package record

import (
	"fmt"
	"time"
)

// A Day is a civil date in Korea, counted in days from 1970-01-01.
type Day int32

// DayOf returns the day of a civil date.
func DayOf(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDay reads a date written as 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date such as 2024-04-01", s)
	}
	return Day(t.Unix() / 86400), nil
}

// Time returns the start of the day as a time in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// Weekday returns the day of the week, Sunday = 0.
func (d Day) Weekday() int { return int((d + 4) % 7) }

// Won is an amount of money. It is never negative in a balance.
type Won int64

// A Person is the number of a synthetic person, counted from 0.
type Person uint32
