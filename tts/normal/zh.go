package normal

import (
	"regexp"
	"strconv"
	"strings"
)

// zhMeasure are measure words and others that count things. After a number of
// any length they make it a quantity; after 2 they make it 两.
const zhMeasure = `(个|位|件|天|次|小时|分钟|秒钟|元|块|条|种|份|张|台|名|人|年|周|星期|倍|家|款|部|笔|单|双|套|箱|袋|瓶|只|本|斤|公斤|公里|米|杯|通|期|点半|字|步|项|组|句|遍|趟|辆|页|批)`

const zhClock = `([01]?[0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9]))?`

// zhTo is between the ends of a range.
const zhTo = `\s?(?:-|~|—+|至|到)\s?`

var mandarin []rule

func init() { // a table in the order of application
	mandarin = []rule{
		{braces, zhMarkup},
		{mailPattern, func(m match) (string, bool) { return spellAddress(m.g[0], " at ", "点", "杠", "下划线"), true }},
		{urlPattern, func(m match) (string, bool) { return spellURL(m, "点", "斜杠", "杠", "下划线") }},

		// Dates.
		when(`([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:T|\b)`, func(m match) (string, bool) { return zhDate(m.g[1], m.g[2], m.g[3]) }),
		when(`([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号]`, func(m match) (string, bool) { return zhDate(m.g[1], m.g[2], m.g[3]) }),
		when(`([0-9]{1,2})月([0-9]{1,2})([日号])`, func(m match) (string, bool) {
			s, ok := zhDate("", m.g[1], m.g[2])
			return strings.TrimSuffix(s, "日") + m.g[3], ok
		}),
		when(`([12][0-9]{3})年`, func(m match) (string, bool) { return zhDigits(m.g[1]) + "年", true }),
		when(`([0-9]{2})年([0-9]{1,2})月`, func(m match) (string, bool) { return zhDigits(m.g[1]) + "年" + zhInt(m.g[2]) + "月", true }),
		when(`([0-9]{1,2})月`, func(m match) (string, bool) { return zhInt(m.g[1]) + "月", true }),
		when(`([0-9]{1,2})([日号])`, func(m match) (string, bool) { return zhInt(m.g[1]) + m.g[2], true }),
		{regexp.MustCompile(`(周|星期|礼拜)([1-7])`), func(m match) (string, bool) {
			if m.g[2] == "7" {
				return m.g[1] + "日", true
			}
			return m.g[1] + zhDigits(m.g[2]), !startsWithDigit(m.after)
		}},
		{regexp.MustCompile(`((?:周|星期|礼拜)[一二三四五六日天])\s?[-~—]+\s?((?:周|星期|礼拜)?[一二三四五六日天])`), func(m match) (string, bool) { return m.g[1] + "到" + m.g[2], true }},

		// Times.
		when(zhClock+zhTo+zhClock, func(m match) (string, bool) {
			return zhTime(m.g[1], m.g[2], m.g[3]) + "到" + zhTime(m.g[4], m.g[5], m.g[6]), true
		}),
		when(zhClock, func(m match) (string, bool) { return zhTime(m.g[1], m.g[2], m.g[3]), true }),
		when(`([0-9]{1,2})点([0-9]{1,2})分`, func(m match) (string, bool) { return zhTime(m.g[1], m.g[2], ""), true }),
		when(`([0-9]{1,2})(点|时)`, func(m match) (string, bool) { return zhCount(m.g[1]) + m.g[2], true }),

		// Percentages.
		when(`(`+number+`)%?`+zhTo+`(`+number+`)%`, func(m match) (string, bool) {
			return "百分之" + zhNumber(m.g[1]) + "到百分之" + zhNumber(m.g[2]), true
		}),
		{regexp.MustCompile(`([-+])?(` + number + `)([%‰])`), func(m match) (string, bool) {
			of := map[string]string{"%": "百分之", "‰": "千分之"}[m.g[3]]
			return zhSigned(m, m.g[1], "负") + of + zhNumber(m.g[2]), !latin(m.prev())
		}},

		// Money.
		{regexp.MustCompile(`([-])?(US\$|HK\$|\$|€|£|¥|USD|EUR|GBP|CNY|RMB|HKD)\s?(` + number + `)([万亿]*)(元)?`), func(m match) (string, bool) {
			return zhSigned(m, m.g[1], "负") + zhMoney(m.g[3], m.g[4], zhCurrencies[m.g[2]]), !latin(m.prev())
		}},
		when(`(`+number+`)`+zhTo+`(`+number+`)([万亿]*)(元|块钱|块)`, func(m match) (string, bool) {
			return zhCount(m.g[1]) + "到" + zhCount(m.g[2]) + m.g[3] + m.g[4], true
		}),
		{regexp.MustCompile(`([-])?(` + number + `)([万亿]*)\s?(元|块钱|块|美元|美金|欧元|英镑|港币|港元|人民币|USD|EUR|GBP|CNY|RMB|HKD)`), func(m match) (string, bool) {
			c := m.g[4]
			if n, ok := zhCurrencies[c]; ok {
				c = n
			}
			return zhSigned(m, m.g[1], "负") + zhMoney(m.g[2], m.g[3], c), !latin(m.prev())
		}},

		// Numbers that are names: telephones, orders, codes.
		{regexp.MustCompile(`((?:电话|手机|热线|拨打|致电|拨|客服|短信|传真|联系方式)(?:号码|号|热线)?(?:是|为|：|:){0,2}\s?)(\+?[0-9][0-9 -]{1,18}[0-9])`), func(m match) (string, bool) {
			return m.g[1] + zhPhone(m.g[2]), !latin(m.next()) && !zhCounts(m.after)
		}},
		{phonePattern, func(m match) (string, bool) {
			if zhCounts(m.after) {
				return "", false
			}
			return phone(m, zhPhone)
		}},
		{regexp.MustCompile(`(?i)((?:订单|单号|编号|工号|卡号|账号|帐号|账户|验证码|校验码|尾号|密码|取件码|提货码|流水号|运单|快递单|工单|会员号|会员卡|会员|合同号|房间|房号|航班|车次|分机|车牌|代码|号码|身份证|发票|后四位|order)(?:号码|号|编号)?(?:后四位|尾号)?(?:是|为|：|:|#){0,2}\s?#?)([A-Z]{0,4}-?[0-9][A-Z0-9-]*)`), func(m match) (string, bool) {
			if latin(m.next()) || zhCounts(m.after) {
				return "", false
			}
			return m.g[1] + zhSpell(m.g[2]), true
		}},
		when(`(?:No\.\s?|#|№\s?)([0-9]+)`, func(m match) (string, bool) {
			if len(m.g[1]) > 3 {
				return zhDigits(m.g[1]) + "号", true
			}
			return zhInt(m.g[1]) + "号", true
		}),
		when(`[A-Z]{1,4}-?[0-9]{3,}[A-Z0-9-]*|[0-9]+[A-Z]{1,3}[0-9][A-Z0-9]*`, func(m match) (string, bool) { return zhSpell(m.g[0]), true }),

		// Quantities.
		when(`第([0-9]+)`, func(m match) (string, bool) { return "第" + zhInt(m.g[1]), true }),
		{regexp.MustCompile(`([-])?(` + number + `)\s?(?:°\s?C|℃)`), func(m match) (string, bool) {
			return zhSigned(m, m.g[1], "零下") + zhNumber(m.g[2]) + "摄氏度", !latin(m.prev())
		}},
		when(`(`+number+`)`+zhTo+`(`+number+`)\s?`+zhUnitPattern, func(m match) (string, bool) {
			return zhNumber(m.g[1]) + "到" + zhNumber(m.g[2]) + zhUnits[m.g[3]], true
		}),
		when(`(`+number+`)\s?`+zhUnitPattern, func(m match) (string, bool) { return zhCount(m.g[1]) + zhUnits[m.g[2]], true }),
		when(`([1-9][0-9]?)/([1-9][0-9]?)`, func(m match) (string, bool) {
			a, _ := strconv.Atoi(m.g[1])
			b, _ := strconv.Atoi(m.g[2])
			return zhInt(m.g[2]) + "分之" + zhInt(m.g[1]), a < b
		}),
		when(`(`+number+`)`+zhTo+`(`+number+`)`, func(m match) (string, bool) {
			return zhQuantity(m.g[1], m.after) + "到" + zhQuantity(m.g[2], m.after), true
		}),
		when(`[0-9]+(?:\.[0-9]+){2,}`, func(m match) (string, bool) { // a version
			p := strings.Split(m.g[0], ".")
			for i := range p {
				p[i] = zhInt(p[i])
			}
			return strings.Join(p, "点"), true
		}),
		{regexp.MustCompile(`([-])?(` + number + `)`), func(m match) (string, bool) {
			return zhSigned(m, m.g[1], "负") + zhQuantity(m.g[2], m.after), true
		}},

		// Words.
		when(`[A-Z][A-Z0-9]{1,4}s?`, func(m match) (string, bool) { return acronym(m.g[0]) }),
		{regexp.MustCompile(`\s?&\s?`), func(match) (string, bool) { return "和", true }},
		{regexp.MustCompile(`\s?@\s?`), func(match) (string, bool) { return " at ", true }},
		{regexp.MustCompile(`\s?=\s?`), func(match) (string, bool) { return "等于", true }},
		{regexp.MustCompile(`[_|<>#{}\[\]\\^~]+`), func(match) (string, bool) { return " ", true }},
	}
}

func zhMarkup(m match) (string, bool) {
	switch s := m.g[2]; m.g[1] {
	case "digits":
		return zhSpell(s), true
	case "spell":
		return zhSpell(s), true
	case "phone":
		return zhPhone(s), true
	case "number":
		return zhNumber(s), true
	default:
		return m.g[2], true
	}
}

// zhSigned reads a sign, if it is one: after a letter, a digit or a character
// it is a dash.
func zhSigned(m match, s, minus string) string {
	switch {
	case s == "":
		return ""
	case latin(m.prev()) || kept(m.prev()):
		return " "
	}
	return minus
}

// zhQuantity is a number that says how many, unless its length says that it is
// a name.
func zhQuantity(s, after string) string {
	digits := strings.TrimLeft(s, "0123456789") == ""
	counts := zhCounts(after)
	switch {
	case digits && (len(s) > 1 && s[0] == '0' || len(s) >= 5 && !counts):
		return zhDigits(s)
	case counts:
		return zhCount(s)
	}
	return zhNumber(s)
}

var zhMeasureAhead = regexp.MustCompile(`^\s?(?:[多余几]?[万亿]|多|余|` + zhMeasure[1:len(zhMeasure)-1] + `)`)

// zhCounts reports whether what follows a number makes it a quantity.
func zhCounts(after string) bool { return zhMeasureAhead.MatchString(after) }
