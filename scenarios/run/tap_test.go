package run_test

import (
	"fmt"

	"overshare/sim/record"
	"overshare/sim/sharing"
)

// A tap writes down everything that crosses the border, line by line.
type tap struct{ lines []string }

func (x *tap) say(format string, args ...any) {
	x.lines = append(x.lines, fmt.Sprintf(format, args...))
}

func (x *tap) Asked(s *sharing.Sight) int32 {
	x.say("asked %+v", *s)
	return int32(len(x.lines))
}

func (x *tap) Billed(ref int32, b *record.Bill) { x.say("billed %d %+v", ref, *b) }

func (x *tap) Looked(s *sharing.Sight) int32 {
	x.say("looked %+v", *s)
	return int32(len(x.lines))
}

func (x *tap) Outcome(ref int32, failed uint8) { x.say("outcome %d %v", ref, failed) }
