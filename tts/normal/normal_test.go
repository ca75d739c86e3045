package normal

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Each line is a text and what the voice is to say.
const enCases = `
Your total is $12.50.|Your total is twelve dollars and fifty cents.
It costs $1.|It costs one dollar.
$1.01|one dollar and one cent
$0.99|ninety nine cents
$1,234.50|one thousand two hundred thirty four dollars and fifty cents
$5.5|five dollars and fifty cents
$5.00|five dollars
$3 million|three million dollars
$1.5M|one point five million dollars
a refund of -$5|a refund of minus five dollars
USD 20|twenty dollars
20 USD|twenty dollars
¥1,234.50|one thousand two hundred thirty four point five zero yuan
£3.20|three pounds and twenty pence
€1|one euro
12.5 yuan|twelve point five yuan
10% off|ten percent off
12.5%|twelve point five percent
10-15%|ten to fifteen percent
10% - 15%|ten to fifteen percent
-3%|minus three percent
on 2026-11-22|on November twenty second, twenty twenty six
2026/1/3|January third, twenty twenty six
11/22/2026|November twenty second, twenty twenty six
Nov 22|November twenty second
Nov. 22, 2026|November twenty second, twenty twenty six
November 1st|November first
22 November 2026|November twenty second, twenty twenty six
the 22nd of November|the twenty second of November
in May 2026|in May twenty twenty six
May I help you|May I help you
Mon-Fri|Monday to Friday
Mon-Fri 9:00-18:00|Monday to Friday nine AM to six PM
Sun, Nov 22|Sunday, November twenty second
The sun and the Sun|The sun and the Sun
at 14:30|at two thirty PM
at 9:05|at nine oh five AM
at 2:30 pm.|at two thirty PM
at 2pm tomorrow|at two PM tomorrow
10:00 a.m. today|ten AM today
12:00|noon
0:00|midnight
9:00-18:00|nine AM to six PM
9-5 pm|nine to five PM
9:00 - 11:30 am|nine AM to eleven thirty AM
14:30:05|two thirty and five seconds PM
24/7|twenty four seven
call 415-555-0123|call four one five, five five five, zero one two three
+1 (415) 555-0123|plus one, four one five, five five five, zero one two three
400-800-1234|four zero zero, eight zero zero, one two three four
13800138000|one three eight, zero zero one three, eight zero zero zero
138 0013 8000|one three eight, zero zero one three, eight zero zero zero
call 911|call nine one one
dial 10086 now|dial one zero zero eight six now
order 4571|order four five seven one
Order number 4571 has shipped|Order number four five seven one has shipped
order #4571|order four five seven one
order no. 4571|order number four five seven one
your order is 4571|your order is four five seven one
order number is 12|order number is one two
ticket AB-123|ticket A B, one two three
card ending in 0042|card ending in zero zero four two
ext. 204|extension two zero four
{digits:4571}|four five seven one
order {digits:45} ok|order four five ok
{phone:4008001234}|four zero zero eight zero zero one two three four
{spell:ab12}|A B one two
{number:12345}|twelve thousand three hundred forty five
{raw:OK 5}|OK 5
12345|one two three four five
12345 people|twelve thousand three hundred forty five people
12,345|twelve thousand three hundred forty five
No. 5|number five
#5|number five
the 1st, 2nd, 3rd and 22nd|the first, second, third and twenty second
the 100th|the one hundredth
the 12th|the twelfth
in 2026|in twenty twenty six
since 1999|since nineteen ninety nine
in 2005|in two thousand five
in 1905|in nineteen oh five
in 1900|in nineteen hundred
the 1990s|the nineteen nineties
2026 items|two thousand twenty six items
5 km|five kilometers
1 kg|one kilogram
2.5kg|two point five kilograms
20°C|twenty degrees Celsius
60 km/h|sixty kilometers per hour
5GB|five gigabytes
3-5 days|three to five days
3-5 kg|three to five kilograms
1/2|one half
3/4 of it|three quarters of it
3.50|three point five zero
0.5|zero point five
-5|minus five
1.2.3|one point two point three
007|zero zero seven
0|zero
1,000,000|one million
101|one hundred one
Mr. Smith|Mister Smith
Dr. Wu and Mrs. Li|Doctor Wu and Missus Li
e.g. this|for example this
St. Mary|Saint Mary
R&D|R and D
your VIP status|your V I P status
an SMS|an S M S
NASA|NASA
mail help@example.com.|mail help at example dot com.
first.last-2@mail.example.com|first dot last dash two at mail dot example dot com
https://www.example.com/help|W W W dot example dot com slash help
visit shop.example.com today|visit shop dot example dot com today
see example.com/a_b-c?x=1.|see example dot com slash a underscore b dash c.
**Hello** 😀 there|Hello there
Wait...|Wait...
hello|hello
B2B|B two B
`

const zhCases = `
您的余额是12.5元|您的余额是十二元五角
¥1,234.50|一千二百三十四元五角
￥1,234.56|一千二百三十四元五角六分
12.05元|十二元零五分
0.5元|五角
0.05元|五分
12.00元|十二元
2元|两元
2万元|两万元
1.5亿元|一点五亿元
$12.50|十二点五零美元
100美元|一百美元
3-5元|三到五元
9.9元|九元九角
打8折|打八折
10%|百分之十
12.5%|百分之十二点五
10%-15%|百分之十到百分之十五
10-15%|百分之十到百分之十五
-3%|负百分之三
2026-11-22|二零二六年十一月二十二日
2026年11月22日|二零二六年十一月二十二日
2026/1/2|二零二六年一月二日
11月22日|十一月二十二日
11月2号|十一月二号
2月|二月
2026年|二零二六年
3年|三年
2年|两年
12号|十二号
周1到周5|周一到周五
周一-周五 9:00-18:00|周一到周五 九点到十八点
14:30|十四点三十分
14：30|十四点三十分
9:05|九点零五分
2:00|两点
09:00|九点
0:30|零点三十分
14:30:05|十四点三十分零五秒
9:00-18:00|九点到十八点
9:00至18:00|九点到十八点
下午2点|下午两点
下午2点30分|下午两点三十分
请拨打400-800-1234|请拨打四零零，八零零，幺二三四
13800138000|幺三八，零零幺三，八零零零
138 0013 8000|幺三八，零零幺三，八零零零
010-12345678|零幺零，幺二三四，五六七八
+86 13800138000|加八六，幺三八零零幺三八零零零
请拨打10086|请拨打幺零零八六
拨打110|拨打幺幺零
电话：12345|电话：幺二三四五
订单号4571|订单号四五七一
订单号 4571|订单号 四五七一
订单4571已发货|订单四五七一已发货
订单号是：12|订单号是：一二
您有2个订单|您有两个订单
2订单|二订单
验证码 0042|验证码 零零四二
尾号1234的卡|尾号一二三四的卡
运单SF123456|运单S F 一二三四五六
order 4571|order 四五七一
{digits:4571}|四五七一
{phone:110}|幺幺零
{number:12345}|一万两千三百四十五
12345|一二三四五
12345人|一万两千三百四十五人
10000元|一万元
20000元|两万元
200元|两百元
2000个|两千个
2200|两千二百
1005|一千零五
10005|一零零零五
10,005|一万零五
1050|一千零五十
100,100|十万零一百
10|十
15|十五
110个|一百一十个
1,010,000个|一百零一万个
20,030,000元|两千零三万元
120,000,000人|一亿两千万人
102,000,000人|一亿零两百万人
2件|两件
2天|两天
12个|十二个
第2次|第二次
第12页|第十二页
3-5个工作日|三到五个工作日
3~5天|三到五天
1/2|二分之一
3.14|三点一四
-5|负五
-5℃|零下五摄氏度
25°C|二十五摄氏度
5km|五公里
2kg|两公斤
100ml|一百毫升
１２３|一百二十三
No.5|五号
#5|五号
1.2.3|一点二点三
100多人|一百多人
3万|三万
2万|两万
VIP客户|V I P客户
help@example.com|help at example 点 com
www.example.com|W W W 点 example 点 com
您好，欢迎致电。|您好，欢迎致电。
你好😀|你好
0|零
`

func TestText(t *testing.T) {
	for lang, cases := range map[string]string{"en": enCases, "zh": zhCases} {
		for line := range strings.Lines(cases) {
			in, want, ok := strings.Cut(strings.TrimSpace(line), "|")
			if !ok {
				continue
			}
			if got := Text(in, lang); got != want {
				t.Errorf("%s %q\n got %q\nwant %q", lang, in, got, want)
			}
		}
	}
}

func TestPlain(t *testing.T) {
	if got, want := Plain("order {digits:4571}, call {phone:110} {x}"), "order 4571, call 110 {x}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzText(f *testing.F) {
	for line := range strings.Lines(enCases + zhCases) {
		f.Add(strings.TrimSpace(line))
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, lang := range []string{"en", "zh"} {
			out := Text(s, lang)
			if !utf8.ValidString(out) && utf8.ValidString(s) {
				t.Errorf("%s %q: %q is not UTF-8", lang, s, out)
			}
			if strings.ContainsAny(out, "0123456789") && !strings.Contains(s, "{raw:") && utf8.RuneCountInString(s) < 2000 {
				t.Errorf("%s %q: a digit is left in %q", lang, s, out)
			}
			if strings.ContainsFunc(out, kept) {
				t.Errorf("%s %q: a placeholder is left", lang, s)
			}
		}
	})
}

func BenchmarkText(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Text("Your order 4571 of $12.50 will arrive on 2026-11-22 between 9:00 and 18:00.", "en")
	}
}
