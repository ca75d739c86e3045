package espeak

import (
	"strings"
	"unicode"
)

// markup is text as SSML in which each run of one script has its own voice:
// Chinese characters that of Chinese, and letters, in a text for the Chinese
// voice, that of English. What belongs to no script stays with what it follows.
func markup(text, voice string, voices map[string]string) string {
	latin, chinese := voice, voices["zh"]
	if voice == chinese {
		latin = voices["en"]
	}
	var b strings.Builder
	run, cur := strings.Builder{}, ""
	flush := func() {
		if run.Len() == 0 {
			return
		}
		s := run.String()
		if cur == chinese {
			s = polyphones.Replace(s)
		}
		b.WriteString(`<voice name="` + cur + `">` + s + `</voice>`)
		run.Reset()
	}
	for _, r := range text {
		want := cur
		switch {
		case unicode.Is(unicode.Han, r):
			want = chinese
		case unicode.IsLetter(r):
			want = latin
		case cur == "":
			want = voice
		}
		if want != cur {
			flush()
			cur = want
		}
		switch {
		case r == '<':
			run.WriteString("&lt;")
		case r == '&':
			run.WriteString("&amp;")
		case r == '\n', r == '\t':
			run.WriteByte(' ')
		case unicode.IsControl(r):
		default:
			run.WriteRune(r)
		}
	}
	flush()
	return b.String()
}

// polyphones are words in which a character is not read as it is alone, with
// the syllables that the program is given in their place. They are the ones of
// shops, banks and telephones.
var polyphones = strings.NewReplacer(
	"银行", " yin2 hang2 ", "行业", " hang2 ye4 ", "行李", " xing2 li5 ",
	"重新", " chong2 xin1 ", "重复", " chong2 fu4 ", "重试", " chong2 shi4 ", "重置", " chong2 zhi4 ", "重启", " chong2 qi3 ",
	"还款", " huan2 kuan3 ", "退还", " tui4 huan2 ", "归还", " gui1 huan2 ", "返还", " fan3 huan2 ", "还钱", " huan2 qian2 ", "偿还", " chang2 huan2 ",
	"音乐", " yin1 yue4 ", "快乐", " kuai4 le4 ",
	"便宜", " pian2 yi5 ", "睡觉", " shui4 jiao4 ", "处长", " chu4 zhang3 ", "校长", " xiao4 zhang3 ", "经理长", " jing1 li3 zhang3 ", "家长", " jia1 zhang3 ", "增长", " zeng1 zhang3 ",
	"了解", " liao3 jie3 ", "为了", " wei4 le5 ", "了结", " liao3 jie2 ", "不了", " bu4 liao3 ", "得了", " de2 liao3 ",
	"着急", " zhao2 ji2 ", "处理", " chu3 li3 ", "处罚", " chu3 fa2 ", "处置", " chu3 zhi4 ",
	"首都", " shou3 du1 ", "成都", " cheng2 du1 ", "都市", " du1 shi4 ", "都", " dou1 ",
	"调整", " tiao2 zheng3 ", "空调", " kong1 tiao2 ", "调节", " tiao2 jie2 ", "协调", " xie2 tiao2 ", "调解", " tiao2 jie3 ",
	"供应", " gong1 ying4 ", "答应", " da1 ying5 ", "反应", " fan3 ying4 ", "响应", " xiang3 ying4 ",
	"得到", " de2 dao4 ", "取得", " qu3 de2 ", "获得", " huo4 de2 ", "必须得", " bi4 xu1 dei3 ",
	"地址", " di4 zhi3 ", "地区", " di4 qu1 ", "地方", " di4 fang5 ", "地点", " di4 dian3 ", "地图", " di4 tu2 ", "当地", " dang1 di4 ", "目的地", " mu4 di4 di4 ", "目的", " mu4 di4 ",
	"朝阳", " chao2 yang2 ", "参差", " cen1 ci1 ", "出差", " chu1 chai1 ", "快递员", " kuai4 di4 yuan2 ",
	"给予", " ji3 yu3 ", "转账", " zhuan3 zhang4 ", "下载", " xia4 zai4 ", "记载", " ji4 zai3 ",
	"假期", " jia4 qi1 ", "请假", " qing3 jia4 ", "放假", " fang4 jia4 ", "休假", " xiu1 jia4 ", "暑假", " shu3 jia4 ",
	"数一数", " shu3 yi4 shu3 ", "倒数", " dao4 shu3 ", "没收", " mo4 shou1 ", "更新", " geng1 xin1 ", "更改", " geng1 gai3 ", "更换", " geng1 huan4 ", "变更", " bian4 geng1 ",
	"应该", " ying1 gai1 ", "相应", " xiang1 ying4 ", "薄弱", " bo2 ruo4 ", "大夫", " dai4 fu5 ", "什么", " shen2 me5 ", "觉得", " jue2 de5 ",
)
