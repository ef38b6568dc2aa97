package reidentify

import "strconv"

// What a receiver would try against e-mail addresses: popular names, usual words and the habits of
// people who make up addresses, as anybody can list them. The lists are the receiver's own. They are
// neither a part nor a superset of what package identity draws from, which this package cannot see:
// some names of people are missing here, some names here are nobody's, and not every habit is known.
// Only the mail providers are the same, as a receiver knows them from its own customers.
//
// Each guess is numbered, so that any part of the list can be tried by any worker.
const (
	nameGuesses  = nGuessSurnames * nGuessNames * nGuessForms * nGuessEndings
	wordGuesses  = nGuessWords * nGuessJoins * 10_000
	emailGuesses = (nameGuesses + wordGuesses) * nGuessProviders

	nGuessSurnames  = uint64(len(guessSurnames))
	nGuessNames     = uint64(len(guessNames))
	nGuessWords     = uint64(len(guessWords))
	nGuessProviders = uint64(len(guessProviders))
	nGuessForms     = 4
	nGuessJoins     = 2
	nGuessEndings   = 1 + 100 + guessYears + 12*31
	firstGuessYear  = 1955
	guessYears      = 51 // to 2005
)

var guessProviders = [...]string{
	"example.com", "example.net", "example.org", "portal.example",
	"mail.example", "post.test", "web.test", "box.invalid",
}

var guessSurnames = [...]string{
	"kim", "lee", "park", "choi", "jung", "jeong", "kang", "cho", "yoon", "jang", "lim", "bae",
	"han", "oh", "seo", "shin", "kwon", "hwang", "ahn", "song", "yoo", "hong", "jeon", "moon",
}

var guessNames = [...]string{
	"minjun", "geonwoo", "doyoon", "yejun", "siwoo", "hajun", "jiho", "juwon", "junseo", "junwoo",
	"hyunwoo", "jihun", "gunwoo", "woojin", "sunwoo", "seojin", "minjae", "hyunjun", "yeonwoo", "jeongwoo",
	"seungwoo", "seunghyun", "jinwoo", "jihwan", "seungmin", "minseok", "donghyun", "sungmin", "junho", "sangwoo",
	"jaehyun", "minho", "taehyun", "kyungsoo", "youngho", "sungho", "jinho", "jaewoo", "changmin", "minsu",
	"youngsoo", "sanghoon", "jaeho", "dongmin", "hyunsoo", "jongmin", "kyungho", "jungho", "seoyeon", "seoyoon",
	"jiwoo", "sohyun", "minseo", "haeun", "hayun", "jiyu", "yunseo", "chaewon", "jimin", "sooah",
	"jia", "jiyoon", "dain", "subin", "yeeun", "yerin", "jiwon", "soomin", "jiyoung", "eunji",
	"minji", "yujin", "sujin", "hyejin", "jihye", "boram", "hana", "yuna", "eunjung", "miyoung",
	"sunhee", "younghee", "jiyeon", "suyeon", "hyunjung", "misook", "eunyoung", "daeun", "yewon", "nayeon",
	"soojin", "minkyung", "mina", "eunhye", "hyemin", "jisoo",
}

var guessWords = [...]string{
	"angel", "apple", "baby", "bear", "black", "blue", "boy", "cat", "cherry", "cloud",
	"coffee", "cookie", "cool", "crazy", "devil", "dog", "dream", "eagle", "family", "fire",
	"flower", "free", "friend", "girl", "gold", "good", "green", "happy", "heart", "heaven",
	"honey", "hope", "king", "lemon", "life", "light", "love", "lucky", "magic", "master",
	"moon", "music", "nice", "ocean", "orange", "pink", "prince", "princess", "queen", "rabbit",
	"rain", "rainbow", "red", "rose", "sea", "sky", "smile", "snow", "star", "summer",
	"sun", "sunny", "tiger", "white",
}

// appendGuess appends guess number i, which must be below emailGuesses.
func appendGuess(dst []byte, i uint64) []byte {
	i, provider := i/nGuessProviders, i%nGuessProviders
	if i < nameGuesses {
		dst = appendNameGuess(dst, i)
	} else {
		dst = appendWordGuess(dst, i-nameGuesses)
	}
	return append(append(dst, '@'), guessProviders[provider]...)
}

func appendNameGuess(dst []byte, i uint64) []byte {
	i, ending := i/nGuessEndings, i%nGuessEndings
	i, form := i/nGuessForms, i%nGuessForms
	surname, name := guessSurnames[i/nGuessNames], guessNames[i%nGuessNames]
	first, join, second := surname, "", name
	switch form {
	case 1:
		first, second = name, surname
	case 2:
		join = "."
	case 3:
		first, join, second = name, ".", surname
	}
	return appendEndingGuess(append(append(append(dst, first...), join...), second...), ending)
}

// appendEndingGuess appends nothing, two digits, a year of birth, or month and day.
func appendEndingGuess(dst []byte, e uint64) []byte {
	switch {
	case e == 0:
		return dst
	case e <= 100:
		return appendDigits(dst, e-1, 10)
	case e <= 100+guessYears:
		return strconv.AppendUint(dst, firstGuessYear+e-101, 10)
	}
	e -= 101 + guessYears
	return appendDigits(dst, (e/31+1)*100+e%31+1, 1000)
}

func appendWordGuess(dst []byte, i uint64) []byte {
	i, number := i/10_000, i%10_000
	dst = append(dst, guessWords[i/nGuessJoins]...)
	if i%nGuessJoins == 1 {
		dst = append(dst, '_')
	}
	return appendDigits(dst, number, 1000)
}

// appendDigits appends n with leading zeros; top is the value of the first digit.
func appendDigits(dst []byte, n, top uint64) []byte {
	for ; top > 0; top /= 10 {
		dst = append(dst, byte('0'+n/top%10))
	}
	return dst
}
