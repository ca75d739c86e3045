package emotion

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// entry is a word or phrase that tells an emotion.
type entry struct {
	words  []string
	text   string
	kind   int
	weight float64
	fixed  bool // a "not" before it changes nothing
}

//go:embed lexicon.txt
var lexiconText string

// lexicon holds the entries by their first word, longest first.
var lexicon = func() map[string][]entry {
	m := map[string][]entry{}
	kind, weight := 0, 0.0
	for line := range strings.Lines(lexiconText) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if head, ok := strings.CutPrefix(line, "= "); ok { // "= angry .6"
			name, w, _ := strings.Cut(head, " ")
			kind = neutral
			for k, n := range names {
				if n == name {
					kind = k
				}
			}
			weight, _ = strconv.ParseFloat(w, 64)
			continue
		}
		for p := range strings.SplitSeq(line, ",") {
			p, fixed := strings.CutSuffix(strings.TrimSpace(p), "*")
			ws := cut(p)
			if len(ws) == 0 {
				continue
			}
			list := m[ws[0]]
			at := len(list)
			for at > 0 && len(list[at-1].words) < len(ws) {
				at--
			}
			list = append(list[:at], append([]entry{{ws, p, kind, weight, fixed}}, list[at:]...)...)
			m[ws[0]] = list
		}
	}
	return m
}()

// lookup finds the longest entry at the start of ws.
func lookup(ws []string) (entry, int) {
	for _, e := range lexicon[ws[0]] {
		if len(e.words) <= len(ws) {
			ok := true
			for i, w := range e.words {
				if ws[i] != w {
					ok = false
					break
				}
			}
			if ok {
				return e, len(e.words)
			}
		}
	}
	return entry{}, 0
}

// patterns are what a list of words cannot say.
var patterns = []struct {
	re     *regexp.Regexp
	kind   int
	weight float64
}{
	{regexp.MustCompile(`(?i)\b(third|fourth|fifth|sixth|tenth|hundredth|millionth) time\b`), frustrated, .55},
	{regexp.MustCompile(`(?i)\b(called|told|asked|explained|said|waited)\b[^.?!]{0,30}\b(already|times|again|twice)\b`), frustrated, .45},
	{regexp.MustCompile(`(?i)\bhow (many times|much longer|long (do|must|am|is)) `), frustrated, .45},
	{regexp.MustCompile(`(?i)\bwaiting (for )?(over |more than |almost |nearly )?(an?|one|two|three|four|five|six|\d+|several|many) (hours?|days?|weeks?|months?)`), frustrated, .35},
	{regexp.MustCompile(`(?i)\b(is|are|you|this|total|absolute|complete|utter|such|piece of) (a )?(piece of )?(garbage|trash|rubbish|crooks)\b`), angry, .6},
	{regexp.MustCompile(`(?i)\b(terrible|awful|horrible|appalling|worst)( customer)? (service|company|experience|support|people|bank|shop|store)\b`), angry, .35},
	{regexp.MustCompile(`(?i)\bwhat the (hell|heck|fuck)\b`), angry, .6},
	{regexp.MustCompile(`(?i)\b(sue|lawyer|attorney|legal action|court|ombudsman|trading standards|better business bureau|consumer protection)\b`), threatening, .5},
	{regexp.MustCompile(`(?i)\b(never|not|won't) (ever )?(be )?(buy|order|shop|deal|com|us)\w* [^.?!]{0,25}\b(again|you|back)\b`), threatening, .5},
	{regexp.MustCompile(`(?i)\b(take|taking|move|moving) (all )?(of )?my (business|money|custom|accounts?) (elsewhere|somewhere else|away|to (another|a different|your))`), threatening, .6},
	{regexp.MustCompile(`(?i)\b(switch|go|move|chang)\w* (over )?to (a |one of )?(your |the )?competit(or|ors|ion)\b`), threatening, .55},
	{regexp.MustCompile(`(?i)\b(switch|leave|change|go|move|switching|leaving|changing|going|moving) [^.?!]{0,20}\b(another|a different) (company|bank|provider|shop|store|supplier|carrier|insurer)\b`), threatening, .4},
	{regexp.MustCompile(`(?i)\b(or|otherwise|unless|if)\b[^.?!]{0,40}\b(i'll|i will|i'm|i am|we'll|we will) (going to )?(leave|leaving|cancel|close|complain|report|tell everyone|post)\b`), threatening, .45},
	{regexp.MustCompile(`(?i)\b(bad|negative|terrible|one[- ]star|1[- ]star) reviews?\b`), threatening, .4},
	{regexp.MustCompile(`(第[三四五六七八九十]|好几|多少|三|四|五|几十|无数)(次|遍|回)了?`), frustrated, .45},
	{regexp.MustCompile(`(等|拖)了?[^。！？]{0,6}(好几|很久|这么久|半天|两|三|四|五|几|一个多?)(天|周|星期|月|个月|小时|了)`), frustrated, .4},
	{regexp.MustCompile(`(到底|究竟)[^。！？]{0,16}(什么|怎么|啥|不|没|谁|行|吗|呢)`), frustrated, .4},
	{regexp.MustCompile(`(什么|啥)(破|烂|垃圾|鬼|玩意|态度|服务)`), angry, .55},
	{regexp.MustCompile(`再也不(会)?(来|买|用|光顾)|以后(都|再也)?不(会)?(来|买|用)(你们|了)`), threatening, .5},
	{regexp.MustCompile(`(换|去|找|转)(到|成)?(别|其他|另外一|另一)(的)?家|(换|转)到?(其他|别的)(公司|银行|平台|运营商)`), threatening, .4},
	{regexp.MustCompile(`发(到)?(微博|网上|抖音|朋友圈)|找(记者|媒体|电视台)|(告|起诉)(你|你们)(公司)?`), threatening, .55},
	{regexp.MustCompile(`(不然|否则|要不|再不)[^。！？]{0,12}我(就|要|会)[^。！？]{0,6}(投诉|退订|注销|销户|走|告)`), threatening, .45},
}

var negations = map[string]bool{"not": true, "no": true, "never": true, "isn't": true, "wasn't": true, "don't": true, "dont": true, "doesn't": true, "didn't": true, "aren't": true, "i'm not": true, "hardly": true, "without": true, "can't": true, "won't": true,
	"不": true, "没": true, "别": true, "非": true, "无": true}

// negated reports whether a negation governs the word at i.
func negated(ws []string, i int) bool {
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		if negations[ws[j]] {
			return true
		}
		if ws[j] == "but" || ws[j] == "and" || ws[j] == "so" && j < i-1 {
			return false
		}
	}
	return false
}

var stronger = map[string]float64{"very": 1.25, "so": 1.2, "really": 1.2, "extremely": 1.4, "absolutely": 1.35, "completely": 1.3, "totally": 1.3, "utterly": 1.4, "fucking": 1.5, "bloody": 1.3, "damn": 1.3, "too": 1.1, "incredibly": 1.35,
	"太": 1.25, "真": 1.15, "很": 1.1, "非常": 1.3, "特别": 1.25, "极": 1.3, "超": 1.2, "十分": 1.25, "完全": 1.3, "简直": 1.3}

var weaker = map[string]float64{"bit": .6, "little": .6, "slightly": .5, "somewhat": .6, "kind": .7, "sort": .7, "点": .7, "有点": .6}

// strength is the factor of the words around the n at i.
func strength(ws []string, i, n int) float64 {
	f := 1.0
	for j := max(i-2, 0); j < i; j++ {
		if x, ok := stronger[ws[j]]; ok {
			f = max(f, x)
		} else if x, ok := weaker[ws[j]]; ok {
			f = x
		}
	}
	if i >= 2 {
		if x, ok := stronger[ws[i-2]+ws[i-1]]; ok {
			f = max(f, x)
		}
	}
	return f
}

// repeated returns a word that is said three times in a row.
func repeated(ws []string) string {
	for i := 2; i < len(ws); i++ {
		w := ws[i]
		if ws[i-1] == w && ws[i-2] == w && !numberWords[w] && w[0] > '9' {
			return w
		}
	}
	return ""
}

var numberWords = map[string]bool{"one": true, "two": true, "three": true, "four": true, "five": true, "six": true, "seven": true, "eight": true, "nine": true, "zero": true, "oh": true, "o": true,
	"零": true, "一": true, "二": true, "两": true, "三": true, "四": true, "五": true, "六": true, "七": true, "八": true, "九": true, "幺": true, "洞": true, "嗯": true, "喂": true, "哈": true, "对": true, "好": true}

// cut splits text into lower-case words; a Han character is a word.
func cut(text string) []string {
	var out []string
	start := -1
	lower := strings.ToLower(strings.ReplaceAll(text, "’", "'"))
	flush := func(end int) {
		if start >= 0 {
			out = append(out, strings.Trim(lower[start:end], "'"))
			if out[len(out)-1] == "" {
				out = out[:len(out)-1]
			}
		}
		start = -1
	}
	for i, r := range lower {
		switch {
		case unicode.Is(unicode.Han, r):
			flush(i)
			out = append(out, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'':
			if start < 0 {
				start = i
			}
		default:
			flush(i)
		}
	}
	flush(len(lower))
	return out
}
