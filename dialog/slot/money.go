package slot

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// An Amount of money. Currency is its ISO 4217 code, empty if none was named.
type Amount struct {
	Cents    int64
	Currency string
}

// String is "12.50 EUR", or "12.50".
func (a Amount) String() string {
	return strings.TrimSpace(fmt.Sprintf("%d.%02d %s", a.Cents/100, a.Cents%100, a.Currency))
}

var currencies = map[string]string{
	"euro": "EUR", "euros": "EUR", "eur": "EUR", "欧元": "EUR", "欧": "EUR", "dollar": "USD", "dollars": "USD", "bucks": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "刀": "USD",
	"pound": "GBP", "pounds": "GBP", "quid": "GBP", "gbp": "GBP", "英镑": "GBP", "yuan": "CNY", "rmb": "CNY", "renminbi": "CNY", "cny": "CNY", "人民币": "CNY", "块": "CNY", "元": "CNY", "圆": "CNY",
}

var symbols = regexp.MustCompile(`([€$£¥￥])\s*(\d[\d.,]*)`)

var symbolNames = map[string]string{"€": "euros", "$": "dollars", "£": "pounds", "¥": "yuan", "￥": "yuan"}

// Money reads an amount: "twelve euros fifty", "$3.20", "nineteen ninety-nine",
// "eighty cents", 三块五, 十二元八角, 两百欧元. A plain number counts, without a
// currency.
func Money(text string) (Amount, bool) {
	text = symbols.ReplaceAllStringFunc(text, func(s string) string {
		m := symbols.FindStringSubmatch(s)
		return strings.TrimRight(m[2], ".,") + " " + symbolNames[m[1]] + " "
	})
	for _, s := range []string{"€", "£", "¥", "￥", "$"} {
		text = strings.ReplaceAll(text, s, " "+symbolNames[s]+" ")
	}
	ws := words(plain(text))
	for i := range ws {
		v, n := quantity(ws[i:])
		if n == 0 {
			continue
		}
		return amount(v, ws[i+n:])
	}
	return Amount{}, false
}

func amount(v float64, rest []word) (Amount, bool) {
	a := Amount{Cents: int64(math.Round(v * 100))}
	code, n := currency(rest)
	if n == 0 {
		switch small := small(rest); {
		case small > 0: // eighty cents, 五毛
			return Amount{Cents: int64(math.Round(v * float64(small)))}, true
		case len(rest) > 0 && !rest[0].han && v >= 1 && v < 1000 && v == math.Trunc(v): // nineteen ninety-nine
			if c, m := below100(rest); m > 0 && c >= 10 {
				a.Cents += int64(c)
				a.Currency, _ = currency(rest[m:])
			}
		}
		return a, true
	}
	a.Currency = code
	rest = rest[n:]
	if len(rest) > 0 && (rest[0].text == "and" || rest[0].text == "钱") {
		rest = rest[1:]
	}
	if c, m := quantity(rest); m > 0 && c < 100 && c == math.Trunc(c) {
		switch unit := small(rest[m:]); {
		case unit > 0: // 三块五毛, five euros twenty cents
			a.Cents += int64(c) * int64(unit)
			if more, k := quantity(rest[min(m+1, len(rest)):]); k > 0 && unit == 10 && more < 10 { // 三块五毛二
				a.Cents += int64(more)
			}
		case rest[0].han && c < 10: // 三块五
			a.Cents += int64(c) * 10
		case c >= 10: // twelve euros fifty
			a.Cents += int64(c)
		}
	}
	return a, true
}

func currency(ws []word) (code string, n int) {
	for n := min(3, len(ws)); n > 0; n-- {
		if !ws[0].han && n > 1 {
			continue
		}
		s := ""
		for _, w := range ws[:n] {
			s += w.text
		}
		if c := currencies[s]; c != "" {
			return c, n
		}
	}
	return "", 0
}

// small is how many hundredths the unit at the start of ws has.
func small(ws []word) int {
	if len(ws) > 0 {
		switch ws[0].text {
		case "cent", "cents", "pence", "penny", "p", "分":
			return 1
		case "毛", "角":
			return 10
		}
	}
	return 0
}
