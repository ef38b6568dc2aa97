//go:build !slow

package sharing

const twinPeople = 2_000
