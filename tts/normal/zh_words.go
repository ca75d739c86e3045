package normal

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// zhDate says a date; year may be empty. It declines what is no day of any year.
func zhDate(year, month, day string) (string, bool) {
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	if !validDate(m, d) {
		return "", false
	}
	s := zhInt(month) + "月" + zhInt(day) + "日"
	if year != "" {
		s = zhDigits(year) + "年" + s
	}
	return s, true
}

// zhTime says a time of a clock of 24 hours.
func zhTime(hour, min, sec string) string {
	s := zhCount(strings.TrimPrefix(hour, "0")+zeroIfEmpty(strings.TrimPrefix(hour, "0"))) + "点"
	if m, _ := strconv.Atoi(min); m > 0 || sec != "" {
		s += zhTwoDigits(min) + "分"
	}
	if sec != "" {
		s += zhTwoDigits(sec) + "秒"
	}
	return s
}

// zhTwoDigits keeps a leading zero: 零五.
func zhTwoDigits(s string) string {
	if len(s) == 2 && s[0] == '0' && s[1] != '0' {
		return zhDigits(s)
	}
	return zhInt(s)
}

var zhCurrencies = map[string]string{"$": "美元", "US$": "美元", "USD": "美元", "美金": "美金", "€": "欧元", "EUR": "欧元", "£": "英镑", "GBP": "英镑",
	"¥": "元", "CNY": "元", "RMB": "元", "人民币": "元", "HK$": "港元", "HKD": "港元", "港币": "港币"}

// zhMoney says an amount: scale is 万 and the like, or empty. Yuan have 角 and 分.
func zhMoney(amount, scale, currency string) string {
	whole, frac, _ := strings.Cut(amount, ".")
	if strings.Trim(frac, "0") == "" && len(frac) <= 2 {
		return zhCount(whole) + scale + currency
	}
	if scale != "" || currency != "元" || len(frac) > 2 {
		return zhNumber(amount) + scale + currency
	}
	var b strings.Builder
	if strings.Trim(whole, "0,") != "" {
		b.WriteString(zhCount(whole) + "元")
	}
	if frac[0] != '0' {
		b.WriteString(zhDigits(frac[:1]) + "角")
	} else if b.Len() > 0 {
		b.WriteString("零")
	}
	if len(frac) == 2 && frac[1] != '0' {
		b.WriteString(zhDigits(frac[1:]) + "分")
	}
	return b.String()
}

// zhSpell reads digits and letters one by one.
func zhSpell(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(zhDigit[r-'0'])
		case r == '-' || r == '/':
			b.WriteString("杠")
		case latin(r):
			b.WriteString(" " + strings.ToUpper(string(r)) + " ")
		}
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "  ", " ")
}

// zhPhone reads a telephone number in its groups.
func zhPhone(s string) string { return phoneGroups(s, zhPhoneDigits, "加", "，") }

var zhUnits = map[string]string{
	"km": "公里", "m": "米", "cm": "厘米", "mm": "毫米", "kg": "公斤", "g": "克", "mg": "毫克", "t": "吨", "L": "升", "ml": "毫升", "mL": "毫升",
	"m²": "平方米", "㎡": "平方米", "m2": "平方米", "km/h": "公里每小时", "GB": " G B", "G": " G", "MB": "兆", "M": "兆", "TB": " T B", "Mbps": "兆每秒", "W": "瓦", "kW": "千瓦", "kWh": "度",
	"V": "伏", "mAh": "毫安时", "Hz": "赫兹", "h": "小时", "min": "分钟", "s": "秒", "ms": "毫秒",
}

var zhUnitPattern = unitPattern(slices.Collect(maps.Keys(zhUnits)))
