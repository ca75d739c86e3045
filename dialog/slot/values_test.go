package slot_test

import (
	"testing"
	"time"

	"hotline/dialog/slot"
)

func TestQuantity(t *testing.T) {
	for text, want := range map[string]float64{
		"two": 2, "twenty five please": 25, "two hundred and fifty": 250, "three and a half": 3.5, "1,234": 1234, "3.5": 3.5, "three point one four": 3.14,
		"a thousand": 1000, "a hundred": 100, "five thousand two hundred": 5200, "two million": 2e6, "half": .5, "I need about forty of them": 40,
		"一百二十三": 123, "三万五": 35000, "两亿": 2e8, "三点五": 3.5, "十二": 12, "二十": 20, "一千零五": 1005, "两千五": 2500, "一万两千三百四十五": 12345, "半": .5, "我要三个": 3, "两个半": 2.5, "三斤半吧": 3.5, "大概十个半": 10.5, "一年半": 1.5, "5万": 50000, "1.5万": 15000,
	} {
		if got, ok := slot.Quantity(text); !ok || got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "no idea", "不知道", "the lamp"} {
		if got, ok := slot.Quantity(text); ok {
			t.Errorf("%q is %v; want none", text, got)
		}
	}
}

func TestMoney(t *testing.T) {
	for text, want := range map[string]string{
		"twelve euros fifty": "12.50 EUR", "twelve euros and fifty cents": "12.50 EUR", "$3.20": "3.20 USD", "€ 1,200": "1200.00 EUR", "12€": "12.00 EUR", "nineteen ninety-nine": "19.99",
		"eighty cents": "0.80", "two hundred dollars": "200.00 USD", "fifteen quid": "15.00 GBP", "nineteen ninety nine pounds": "19.99 GBP", "45": "45.00", "it was forty five euros": "45.00 EUR",
		"三块五": "3.50 CNY", "十二元八角": "12.80 CNY", "两百欧元": "200.00 EUR", "五毛": "0.50", "一百二十块": "120.00 CNY", "三块五毛二": "3.52 CNY", "八十块钱": "80.00 CNY", "一千五百元": "1500.00 CNY", "两万美元": "20000.00 USD", "￥99": "99.00 CNY",
	} {
		if got, ok := slot.Money(text); !ok || got.String() != want {
			t.Errorf("%q is %v, %v; want %v", text, got, ok, want)
		}
	}
}

// monday is a Monday.
var monday = time.Date(2026, 5, 4, 14, 30, 0, 0, time.UTC)

func TestWhen(t *testing.T) {
	for text, want := range map[string]string{
		"today": "2026-05-04", "tomorrow": "2026-05-05", "the day after tomorrow": "2026-05-06", "yesterday": "2026-05-03",
		"on Friday": "2026-05-08", "this Friday": "2026-05-08", "next Friday": "2026-05-15", "a week on Friday": "2026-05-15", "Friday week": "2026-05-15", "last Friday": "2026-05-01", "two weeks on Friday": "2026-05-22",
		"Monday": "2026-05-11", "in three days": "2026-05-07", "in two weeks": "2026-05-18", "in a month": "2026-06-04", "three days ago": "2026-05-01", "a week from today": "2026-05-11", "a week from tomorrow": "2026-05-12",
		"May 6th": "2026-05-06", "the sixth of May": "2026-05-06", "May third": "2027-05-03", "December twenty-fourth": "2026-12-24", "24 December 2027": "2027-12-24", "2026-08-01": "2026-08-01", "on the fifteenth": "2026-05-15", "the 2nd": "2026-06-02",
		"tomorrow at half past three in the afternoon": "2026-05-05T15:30", "tomorrow at 3 pm": "2026-05-05T15:00", "Friday at quarter to nine": "2026-05-08T08:45", "Wednesday afternoon": "2026-05-06 afternoon",
		"at ten": "10:00", "three thirty pm": "15:30", "at nine o'clock in the morning": "09:00", "15:45": "15:45", "9:30 pm": "21:30", "noon": "12:00", "tomorrow at noon": "2026-05-05T12:00", "ten past four": "04:10", "twenty to six in the evening": "17:40", "tonight at eight": "2026-05-04T20:00", "next week": "2026-05-11", "five oh five pm": "17:05", "12 am": "00:00",
		"not this Friday, the one after": "2026-05-15", "not tomorrow, Thursday": "2026-05-07", "Saturday rather than Friday": "2026-05-09", "not on Friday but the week after in the morning": "2026-05-15 morning", "not Tuesday, the following week": "2026-05-12", "why not Friday": "2026-05-08",
		"不是周五，是周六": "2026-05-09", "不是这周五，是下周五": "2026-05-15", "不是这周五，是再下一个": "2026-05-15", "不要明天，后天上午": "2026-05-06 morning",
		"今天": "2026-05-04", "明天": "2026-05-05", "后天": "2026-05-06", "大后天": "2026-05-07", "昨天": "2026-05-03",
		"下周三下午": "2026-05-13 afternoon", "周三": "2026-05-06", "星期一": "2026-05-11", "这周五": "2026-05-08", "上周五": "2026-05-01", "下下周二": "2026-05-19", "下个星期天": "2026-05-17", "礼拜六上午十点": "2026-05-09T10:00", "周末": "2026-05-09",
		"五月六号": "2026-05-06", "五月三号": "2027-05-03", "十二月二十四号": "2026-12-24", "2027年1月5日": "2027-01-05", "二〇二七年一月五号": "2027-01-05", "明年三月一号": "2027-03-01", "15号": "2026-05-15", "三天后": "2026-05-07", "两周后": "2026-05-18", "一个月后": "2026-06-04", "三天前": "2026-05-01",
		"后天上午十点半": "2026-05-06T10:30", "下午三点": "15:00", "晚上八点一刻": "20:15", "明天下午三点四十": "2026-05-05T15:40", "中午": "12:00", "凌晨两点": "02:00", "明晚七点": "2026-05-05T19:00", "十五点": "15:00", "下个月三号": "2026-06-03", "明早九点": "2026-05-05T09:00",
	} {
		if got, ok := slot.ReadWhen(text, monday); !ok || got.String() != want {
			t.Errorf("%q is %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "four five seven one", "my lamp", "不知道", "not on Friday", "不要明天", "the thirty-second of May", "二月三十号"} {
		if got, ok := slot.ReadWhen(text, monday); ok {
			t.Errorf("%q is %v; want none", text, got)
		}
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]string{
		"two weeks": "P14D", "an hour and a half": "PT1H30M", "half an hour": "PT30M", "ninety minutes": "PT1H30M", "two and a half hours": "PT2H30M", "a quarter of an hour": "PT15M", "a couple of days": "P2D", "three months": "P3M",
		"one year": "P12M", "about 10 days": "P10D", "two hours and fifteen minutes": "PT2H15M", "a day": "P1D", "1.5 hours": "PT1H30M",
		"半小时": "PT30M", "半个小时": "PT30M", "一个半小时": "PT1H30M", "两天": "P2D", "三个月": "P3M", "十五分钟": "PT15M", "两个星期": "P14D", "一年半": "P18M", "两天三小时": "P2DT3H", "大概一周": "P7D",
	} {
		if got, ok := slot.Duration(text); !ok || got.String() != want {
			t.Errorf("%q is %v, %v; want %v", text, got, ok, want)
		}
	}
}

func TestPhone(t *testing.T) {
	for text, want := range map[string]string{
		"oh one seven one, five five five, one two three four": "01715551234", "plus four nine one seven one five five five one two": "+4917155512", "0049 30 1234567": "+49301234567", "my number is 555 867 5309": "5558675309", "oh two oh double seven triple four five": "020774445",
		"幺三八零零幺三八零零零": "13800138000", "我的手机是13912345678": "13912345678", "加八六幺三九幺二三四五六七八": "+8613912345678",
	} {
		if got, ok := slot.Phone(text); !ok || got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"four five", "no", ""} {
		if got, ok := slot.Phone(text); ok {
			t.Errorf("%q is %q; want none", text, got)
		}
	}
}

func TestEmail(t *testing.T) {
	for text, want := range map[string]string{
		"john.smith@example.com": "john.smith@example.com", "my email is John dot Smith at example dot com": "john.smith@example.com", "it's j o h n underscore 7 at g mail dot com": "john_7@gmail.com", "anna dash lee at my dash shop dot co dot uk please": "anna-lee@my-shop.co.uk",
		"mary double seven at example dot org.": "mary77@example.org", "sam four two at example dot com": "sam42@example.com",
		"我的邮箱是 li 点 ming 艾特 example 点 com": "li.ming@example.com", "wang123@qq.com": "wang123@qq.com", "zhao 下划线 八八 艾特 example 点 cn": "zhao_88@example.cn",
	} {
		if got, ok := slot.Email(text); !ok || got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "at", "meet me at the shop", "john smith"} {
		if got, ok := slot.Email(text); ok {
			t.Errorf("%q is %q; want none", text, got)
		}
	}
}

func TestName(t *testing.T) {
	names := []string{"Aurora", "Meridian", "Little Moon", "Harbour", "晨曦", "明月", "静夜"}
	for text, want := range map[string]string{"the aurora please": "Aurora", "I think it was meridien": "Meridian", "a little moon lamp": "Little Moon", "harbor": "Harbour", "是明月那款": "明月", "名月": "明月", "陈希": "晨曦", "太阳": "", "晨希": "晨曦"} {
		if got, _, ok := slot.Name(text, names); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestChecks(t *testing.T) {
	for s, want := range map[string]bool{"4242424242424242": true, "4242424242424241": false, "79927398713": true, "79927398710": false, "": false, "4a": false} {
		if slot.Luhn(s) != want {
			t.Errorf("Luhn(%q) is %v", s, !want)
		}
	}
	for s, want := range map[string]bool{"11010519491231002X": true, "110105194912310021": false, "440524188001010014": true, "11010519491331002X": false, "1101051949123100": false} {
		if slot.ChineseID(s) != want {
			t.Errorf("ChineseID(%q) is %v", s, !want)
		}
	}
}

// TestBest reads a number from several versions of an utterance.
func TestBest(t *testing.T) {
	mine := func(d string) bool { return d == "4571" || d == "1234" }
	card := slot.Expect{Min: 16, Max: 16, Asked: true}
	four := slot.Expect{Min: 4, Max: 4, Asked: true}
	for _, c := range []struct {
		what     string
		texts    []string
		expect   slot.Expect
		check    func(string) bool
		groups   []int
		digits   string
		checked  bool
		from, to int
	}{
		{"the caller's own record wins over the best text", []string{"four five seven nine", "four five seven one"}, four, mine, nil, "4571", true, 0, 0},
		{"a mixture that is one of the records", []string{"four nine seven one", "four five seven nine"}, four, mine, nil, "4571", true, 0, 0},
		{"none is a record", []string{"nine nine nine nine"}, four, mine, nil, "9999", false, 0, 4},
		{"the checksum picks the reading", []string{"4242 4242 4249 4242", "4242 4242 4242 4242"}, card, slot.Luhn, []int{4, 4, 4, 4}, "4242424242424242", true, 0, 0},
		{"only the doubtful group is asked again", []string{"4242 4242 4919 4242", "4242 4242 4559 4242"}, card, slot.Luhn, []int{4, 4, 4, 4}, "4242424249194242", false, 8, 12},
		{"two records hold: what tells them apart is asked again", []string{"four five seven or", "4571", "4579"}, four, func(d string) bool { return d == "4571" || d == "4579" }, nil, "4571", true, 3, 4},
		{"the first text holds: no other counts", []string{"4571", "1234"}, four, mine, nil, "4571", true, 0, 0},
		{"a guess that checks by chance", []string{"8473740. 116 to 115 to 7.", "8467374211621527"}, card, slot.Luhn, nil, "8467374211621527", true, 0, 0},
		{"a guess that checks, and nothing else", []string{"for five seven one", "1111"}, four, mine, nil, "4571", true, 0, 0},
		{"no check: the best text", []string{"four five seven one", "four five seven nine"}, four, nil, nil, "4571", true, 0, 0},
		{"no check: the one without guesses", []string{"for five seven one", "four five seven nine"}, four, nil, nil, "4571", true, 0, 0},
		{"两个读法，一个对", []string{"四五七九", "四五七幺"}, four, mine, nil, "4571", true, 0, 0},
	} {
		r := slot.Best(c.texts, c.expect, c.check, c.groups)
		if said := slot.Digits(c.texts[0], c.expect).Digits; r.Digits != c.digits || r.Checked != c.checked || r.From != c.from || r.To != c.to || r.Checked && r.Instead != (c.check != nil && r.Digits != said) {
			t.Errorf("%s: %+v", c.what, r)
		}
	}
}

func FuzzValues(f *testing.F) {
	for _, s := range []string{"two hundred and fifty", "三万五千", "next friday at half past three", "下周三下午三点半", "an hour and a half", "j dot smith at example dot com", "€3.50", "半个", "点五", "a", "point", "double", "十十", "百", "0:0", "99月99号"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if v, ok := slot.Quantity(text); ok && (v < 0 || v > 1e12) {
			t.Errorf("Quantity(%q) is %v", text, v)
		}
		slot.Money(text)
		if w, ok := slot.ReadWhen(text, monday); ok && (w.Time.Year() < 900 || w.Time.Year() > 12100) {
			t.Errorf("ReadWhen(%q) is %v", text, w.Time)
		}
		slot.Duration(text)
		if p, ok := slot.Phone(text); ok && len(p) < 7 {
			t.Errorf("Phone(%q) is %q", text, p)
		}
		slot.Email(text)
		slot.Name(text, []string{"Aurora", "晨曦"})
		r := slot.Best([]string{text, text + " 1"}, slot.Expect{Min: 4, Max: 8, Asked: true}, slot.Luhn, []int{4, 4})
		if r.From < 0 || r.From > r.To || r.To > len(r.Digits) || r.Checked && !slot.Luhn(r.Digits) {
			t.Errorf("Best(%q) is %+v", text, r)
		}
	})
}
