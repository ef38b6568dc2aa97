//go:build slow

package sharing

const twinPeople = 20_000
