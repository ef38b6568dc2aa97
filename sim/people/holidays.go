package people

import (
	"slices"
	"time"

	"overshare/sim/record"
)

// holidays are the public holidays of Korea that fall on a weekday, by year, as month·100 + day: national
// holidays, Lunar New Year and Chuseok with the days around them, Buddha's Birthday, Labour Day (1 May, on
// which banks are closed), polling days, temporary holidays and substitute holidays. Those on a Saturday or
// Sunday change nothing and are left out.
//
// Source: the Korean Presidential Decree on Holidays of Public Offices (관공서의 공휴일에 관한 규정), with the
// amendment of 4 August 2021 that extended substitute holidays; polling days and temporary holidays by the
// notices of the government (2020-08-17, 2023-10-02, 2024-10-01 among them).
var holidays = map[int][]int{
	2018: {101, 215, 216, 301, 501, 507, 522, 606, 613, 815, 924, 925, 926, 1003, 1009, 1225},
	2019: {101, 204, 205, 206, 301, 501, 506, 606, 815, 912, 913, 1003, 1009, 1225},
	2020: {101, 124, 127, 415, 430, 501, 505, 817, 930, 1001, 1002, 1009, 1225},
	2021: {101, 211, 212, 301, 505, 519, 816, 920, 921, 922, 1004, 1011},
	2022: {131, 201, 202, 301, 309, 505, 601, 606, 815, 909, 912, 1003, 1010},
	2023: {123, 124, 301, 501, 505, 529, 606, 815, 928, 929, 1002, 1003, 1009, 1225},
	2024: {101, 209, 212, 301, 410, 501, 506, 515, 606, 815, 916, 917, 918, 1001, 1003, 1009, 1225},
}

// fixedHolidays are the holidays with a date of their own. In years without a table they are the only ones
// known: lunar and substitute holidays of such years are missing, so a few paydays fall on another day than
// in life.
var fixedHolidays = []int{101, 301, 501, 505, 606, 815, 1003, 1009, 1225}

// HolidaysKnown reports whether the public holidays of a year are from the table, lunar ones included.
func HolidaysKnown(year int) bool { return holidays[year] != nil }

// BankingDay reports whether banks are open on d: no Saturday, no Sunday, no public holiday.
func BankingDay(d record.Day) bool {
	if wd := d.Weekday(); wd == int(time.Sunday) || wd == int(time.Saturday) {
		return false
	}
	t := d.Time()
	list, known := holidays[t.Year()]
	if !known {
		list = fixedHolidays
	}
	return !slices.Contains(list, int(t.Month())*100+t.Day())
}

// LastBankingDay returns d, or the last banking day before it: the day on which a salary due on d is paid.
func LastBankingDay(d record.Day) record.Day {
	for !BankingDay(d) {
		d--
	}
	return d
}
