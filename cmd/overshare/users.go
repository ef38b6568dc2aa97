package main

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"overshare/results"
)

// maxUsers is the largest number of people a scenario allows (TestUsersRange compares).
const maxUsers = 4_000_000_000

var (
	usersForm = regexp.MustCompile(`^([0-9][0-9_,]*)?(\.[0-9]+)?([eE]\+?[0-9]{1,3}|[kKmMbB]|bn)?$`)
	scales    = map[string]int64{"": 1, "k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9}
)

// parseUsers reads a number of people: 1000000, 40_450_000, 40,450,000, 1e6, 40.45M, 500k, 1bn.
func parseUsers(text string) (int64, error) {
	m := usersForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || m[1] == "" && m[2] == "" {
		return 0, badUsers(text, "is not a number of people")
	}
	digits := strings.NewReplacer("_", "", ",", "").Replace(m[1]) + m[2]
	scale, named := scales[strings.ToLower(m[3])]
	if !named {
		digits, scale = digits+m[3], 1
	}
	n, ok := new(big.Rat).SetString(digits)
	if !ok {
		return 0, badUsers(text, "is not a number of people")
	}
	n.Mul(n, new(big.Rat).SetInt64(scale))
	switch {
	case n.Sign() == 0:
		return 0, badUsers(text, "is no people at all")
	case n.Cmp(new(big.Rat).SetInt64(maxUsers)) > 0:
		return 0, badUsers(text, "is too many people")
	case !n.IsInt():
		return 0, badUsers(text, "is not a whole number of people")
	}
	return n.Num().Int64(), nil
}

func badUsers(text, what string) error {
	if strings.HasPrefix(text, "-") {
		what = "is a negative number of people"
	}
	return fmt.Errorf("%q %s; valid is a whole number from 1 to %s, written like 1000000, 1e6, 40.45M or 40_450_000",
		cut(text), what, results.Thousands(maxUsers))
}

// usersFlag is the value of --users; 0 means not given.
type usersFlag int64

func (f *usersFlag) Set(text string) error {
	n, err := parseUsers(text)
	*f = usersFlag(n)
	return err
}

func (f *usersFlag) String() string {
	if *f == 0 {
		return ""
	}
	return fmt.Sprint(int64(*f))
}

func (*usersFlag) Type() string { return "N" }
