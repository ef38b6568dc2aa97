package features

import (
	"fmt"
	"slices"

	"overshare/scoring"
	"overshare/sim/record"
)

// What the platform knows without anything being sent: no border is crossed, so these columns are filled
// under every regime. The day of the week and of the month stand for the calendar: paydays and rents follow
// them.
var knownNames = [...]string{"platform_bills", "platform_bounces", "days_since_bill", "days_since_bounce",
	"last_bill_won", "days_registered", "day_of_month", "day_of_week"}

// FromPlatformAlone reports whether a column of that name is computed from what the platform knows itself.
func FromPlatformAlone(name string) bool { return slices.Contains(knownNames[:], name) }

// Days since something are kept exactly up to 252; 1 stands for never.
var since = coder{
	func(v int32) uint8 { return uint8(min(v, 252)) + 2 },
	func(code uint8) string {
		if code == 1 {
			return "never"
		}
		return fmt.Sprint(code - 2)
	},
	254,
}

// An amount that may not be there: 1 stands for none.
var wonOrNone = coder{
	func(v int32) uint8 {
		if v < 0 {
			return 1
		}
		return min(encodeWon(v), 253) + 1
	},
	func(code uint8) string {
		if code == 1 {
			return "none"
		}
		return labelWon(code - 1)
	},
	254,
}

var knownCoders = [NumKnown]coder{counts, counts, since, since, wonOrNone, tenure, counts, counts}

func knownColumns() (list []scoring.Feature) {
	for k, name := range knownNames {
		list = append(list, scoring.Feature{Name: name, Levels: knownCoders[k].levels, Label: knownCoders[k].label})
	}
	return list
}

// FromPlatform writes the codes of what the platform knows to dst[:NumKnown].
func FromPlatform(h *record.History, dst []uint8) {
	values := [NumKnown]int32{int32(h.Bills), int32(h.Bounces), int32(h.SinceBill), int32(h.SinceBounce),
		int32(h.LastWon), int32(h.Registered), int32(h.Ask.Time().Day()), int32(h.Ask.Weekday())}
	for k, v := range values {
		dst[k] = knownCoders[k].encode(v)
	}
}
