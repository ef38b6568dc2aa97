package identity

import (
	"strconv"

	"overshare/sim/record"
)

// How people make up an address, in shares of all people. No count of this is published for Korea,
// so all four are assumed; try 0.1 to 0.6 for the common names, and the rest in proportion. That
// hashed addresses are recovered by guessing in practice: Demir, Kumar, Cunche & Lauradoux 2018, "The
// pitfalls of hashing for privacy", doi:10.1109/COMST.2017.2747598.
const (
	ShareCommonNames = 0.33 // a common surname and a popular given name, with a year, date, number or nothing
	ShareRareNames   = 0.12 // the same with rarer names
	ShareWords       = 0.20 // a word and four digits
	ShareRandom      = 0.35 // ten characters without a pattern
)

// A style is one way of making up an address. Its addresses are numbered below space; the first
// people·stride of them, counted in steps of stride modulo space, are used. The stride is a prime
// that does not divide space, so no address is used twice.
type style struct {
	people uint32
	space  uint64
	local  func(dst []byte, i uint64) []byte
}

const stride = 1_000_000_007

// styles divide [0, 10⁸) in this order. Within a style every address is equally likely: the popular
// ones are taken, and who comes late adds a number, so that popular names do not crowd more than
// there are addresses for.
var styles = [...]style{
	{ShareCommonNames * MaxPeople, nameSpace(commonSurnames, len(popularNames)), commonName},
	{ShareRareNames * MaxPeople, nameSpace(rareSurnames, len(firstSyllables)*len(secondSyllables)), rareName},
	{ShareWords * MaxPeople, uint64(len(words)*len(wordJoins)*10_000) * uint64(len(domains)), word},
	{ShareRandom * MaxPeople, 10 * 36 * 36 * 36 * 36 * 36 * 36 * 36 * 36 * 36 * uint64(len(domains)), patternless},
}

// domains stand for the usual mail providers; all are reserved and lead nowhere.
// Source: RFC 2606 and RFC 6761.
var domains = [...]string{
	"example.com", "example.net", "example.org", "portal.example",
	"mail.example", "post.test", "web.test", "box.invalid",
}

// AppendEmail appends the e-mail address of a person. Two people never have the same one. It fails
// for a person beyond [MaxPeople].
//
// The person's place in a keyed permutation of [0, 10⁸) falls into one of the styles and picks one
// of its addresses. At most 36 bytes.
func (d *Directory) AppendEmail(dst []byte, u record.Person) ([]byte, error) {
	if uint64(u) >= MaxPeople {
		return dst, d.tooMany(u)
	}
	x := d.mails.At(uint32(u))
	for _, s := range styles {
		if x < s.people {
			i := uint64(x) * stride % s.space
			n := uint64(len(domains))
			dst = append(s.local(dst, i/n), '@')
			return append(dst, domains[i%n]...), nil
		}
		x -= s.people
	}
	panic("identity: internal error: the styles of addresses do not cover everyone")
}

const arrangements = 4

func nameSpace(surnames []string, given int) uint64 {
	return uint64(len(surnames)*given*arrangements*endings) * uint64(len(domains))
}

func commonName(dst []byte, i uint64) []byte {
	i, end := i/endings, i%endings
	i, form := i/arrangements, i%arrangements
	n := uint64(len(popularNames))
	dst = arrange(dst, form, commonSurnames[i/n], popularNames[i%n], "")
	return appendEnding(dst, end)
}

func rareName(dst []byte, i uint64) []byte {
	i, end := i/endings, i%endings
	i, form := i/arrangements, i%arrangements
	n, m := uint64(len(firstSyllables)), uint64(len(secondSyllables))
	dst = arrange(dst, form, rareSurnames[i/(n*m)], firstSyllables[i/m%n], secondSyllables[i%m])
	return appendEnding(dst, end)
}

// arrange appends surname and given name in one of four usual forms.
func arrange(dst []byte, form uint64, surname, given, given2 string) []byte {
	switch form {
	case 0:
		dst = append(dst, surname...)
		return append(append(dst, given...), given2...)
	case 1:
		dst = append(append(dst, given...), given2...)
		return append(dst, surname...)
	case 2:
		dst = append(append(dst, surname...), '.')
		return append(append(dst, given...), given2...)
	default:
		dst = append(append(dst, given...), given2...)
		return append(append(dst, '_'), surname...)
	}
}

// Endings after a name: nothing, two digits, a birth year 1950 to 2009, a birthday as MMDD.
const (
	firstYear, years = 1950, 60
	endings          = 1 + 100 + years + 366
)

func appendEnding(dst []byte, e uint64) []byte {
	switch {
	case e == 0:
		return dst
	case e <= 100:
		return append(dst, byte('0'+(e-1)/10), byte('0'+(e-1)%10))
	case e <= 100+years:
		return strconv.AppendUint(dst, firstYear+e-101, 10)
	default:
		return appendFour(dst, birthdays[e-101-years])
	}
}

// birthdays are the 366 days of a leap year as month·100 + day.
var birthdays = func() (all []uint32) {
	for m, n := range [...]uint32{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
		for d := range n {
			all = append(all, uint32(m+1)*100+d+1)
		}
	}
	return all
}()

func appendFour(dst []byte, n uint32) []byte { return append(dst, fourDigits[4*n:4*n+4]...) }

func word(dst []byte, i uint64) []byte {
	i, number := i/10_000, i%10_000
	n := uint64(len(wordJoins))
	dst = append(append(dst, words[i/n]...), wordJoins[i%n]...)
	return appendFour(dst, uint32(number))
}

// patternless appends a digit and nine letters or digits. All other styles begin with a letter.
func patternless(dst []byte, i uint64) []byte {
	dst = append(dst, byte('0'+i%10))
	i /= 10
	for range 9 {
		dst = append(dst, "0123456789abcdefghijklmnopqrstuvwxyz"[i%36])
		i /= 36
	}
	return dst
}
