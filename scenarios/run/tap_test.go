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

func (x *tap) Asked(d *record.Dossier, seen []sharing.Seen) int32 {
	x.say("asked %+v %+v", *d, seen)
	return int32(len(x.lines))
}

func (x *tap) Billed(ref int32, b *record.Bill) { x.say("billed %d %+v", ref, *b) }

func (x *tap) Looked(d *record.Dossier, seen []sharing.Seen) int32 {
	x.say("looked %+v %+v", *d, seen)
	return int32(len(x.lines))
}

func (x *tap) Outcome(ref int32, failed bool) { x.say("outcome %d %v", ref, failed) }
