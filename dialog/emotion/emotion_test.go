package emotion

import (
	"slices"
	"strings"
	"testing"

	"hotline/dialog"
)

func TestRead(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"where is my order", Neutral},
		{"four five seven one", Neutral}, {"three three three", Neutral},
		{"thanks, that's great", Satisfied},
		{"I am not happy with this", Frustrated},
		{"I need it right now, it's urgent", Urgent},
		{"this is so frustrating, I have told you three times already", Frustrated},
		{"This is ridiculous! I am furious!", Angry},
		{"I'm not angry, I just want to know", Neutral},
		{"you are absolutely useless, this is the worst company ever", Angry},
		{"I want to make a formal complaint, my lawyer will call you", Threatening},
		{"if this is not fixed today I'll take my business elsewhere", Threatening}, {"I would like to file a complaint", Threatening},
		{"I'm going to switch to another provider", Threatening}, {"I will never buy from you again", Threatening},
		{"再不解决我就投诉到12315", Threatening}, {"我以后再也不买你们家的东西了", Threatening}, {"大不了我换别家", Threatening}, {"我要给你们差评", Threatening},
		{"this is ridiculous, I will sue you", Angry}, {"can I close my account", Neutral}, {"我想注销账户", Neutral}, {"I changed to another bank last year", Neutral},
		{"you stupid bot, fuck off", Abusive},
		{"我的订单在哪里", Neutral}, {"四五七一", Neutral}, {"麻烦查一下我的操作记录", Neutral}, {"could you say that again", Neutral},
		{"谢谢你，太好了", Satisfied}, {"我不满意", Frustrated},
		{"麻烦快点，我很着急", Urgent},
		{"都第三次打电话了，怎么还没收到", Frustrated},
		{"太过分了！我要投诉你们！", Angry},
		{"什么破公司，骗子", Angry},
		{"你他妈的有病吧", Abusive},
		{"我没生气，就是问问", Neutral},
	} {
		if got := Read(tt.text, dialog.Tone{}); got.Name != tt.want {
			t.Errorf("Read(%q) = %+v, want %s", tt.text, got, tt.want)
		}
	}
}

func TestVoice(t *testing.T) {
	calm := Read("this is ridiculous", dialog.Tone{})
	loud := Read("this is ridiculous", dialog.Tone{Louder: 9, Emotion: "angry"})
	if loud.Score <= calm.Score || !slices.Contains(loud.Why, "louder by 9 dB") {
		t.Errorf("calm %+v, loud %+v", calm, loud)
	}
	if e := Read("my order please", dialog.Tone{Louder: 8}); e.Name == Angry && e.Score > .4 {
		t.Errorf("a loud voice alone is %+v", e)
	}
}

// TestPlain: a digit that is misheard becomes a short word, and classifiers hear much.
func TestPlain(t *testing.T) {
	for text, want := range map[string]bool{
		"this is ridiculous": true, "you idiot": true, "shut up": true, "what the hell": true, "I have told you three times already": true, "垃圾": true, "太过分了": true, "什么破公司": true,
		"This poor hate is.": false, "It's nine-pound breed-dick.": false, "You, I, bitch, we are green.": false, "four five seven one": false, "I'm not furious": false, "烂": false, "": false,
	} {
		if got := Plain(text, dialog.Tone{}); got != want {
			t.Errorf("Plain(%q) is %v", text, got)
		}
	}
	if !Plain("I hate this", dialog.Tone{Louder: 9}) || !Plain("", dialog.Tone{Anger: .8}) {
		t.Error("a loud or tense voice is not plain")
	}
}

func TestTenseVoice(t *testing.T) {
	tense := dialog.Tone{Louder: 13, Higher: 4, Faster: 2, Over: 1.5, Anger: .8}
	e := Read("I have told you that already", tense)
	if e.Name != Angry || e.Score < .6 || !slices.Contains(e.Why, "louder by 13 dB") {
		t.Errorf("told you already in a tense voice is %+v", e)
	}
	var c Course
	tense = dialog.Tone{Louder: 25, Higher: 4, Faster: 2, Over: 1.5, Anger: 1}
	for i := range 30 { // .6 hands a caller over
		if e := c.Add("my order please", tense); e.Score >= .6 {
			t.Fatalf("a tense voice alone, utterance %d, is %+v", i, e)
		}
	}
}

// What no list has: the classifiers know it.
func TestLearnt(t *testing.T) {
	for _, text := range []string{"suck my balls", "you are a dirty slut", "go away you ugly bastard robot"} {
		if e := Read(text, dialog.Tone{}); e.Name != Abusive || len(e.Why) == 0 {
			t.Errorf("%q is %+v", text, e)
		}
	}
	for _, text := range []string{"I would like to dispute a charge", "my card was stolen yesterday", "the dog bit the cable and it is dead", "我想查一下黑人牙膏的订单", "河南的快递到了吗"} {
		if e := Read(text, dialog.Tone{}); e.Name == Abusive || e.Name == Angry {
			t.Errorf("%q is %+v", text, e)
		}
	}
}

func TestStays(t *testing.T) {
	var c Course
	c.Add("this is ridiculous", dialog.Tone{})
	var after []string
	for range 6 {
		after = append(after, c.Add("okay", dialog.Tone{}).Name)
	}
	if after[0] != Angry || after[5] != Neutral {
		t.Errorf("after anger: %q", after)
	}
	for i := 1; i < len(after); i++ {
		if after[i] == Angry && after[i-1] == Neutral {
			t.Errorf("anger comes back by itself: %q", after)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	Load()
	b.ReportAllocs()
	for b.Loop() {
		Read("I have been waiting for over two weeks and nobody tells me where my order is, this is ridiculous", dialog.Tone{})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		for _, f := range [][]byte{feelingsModel, abuseEnModel, abuseZhModel} {
			model(f)()
		}
	}
}

func TestCourse(t *testing.T) {
	var c Course
	c.Add("where is my order", dialog.Tone{})
	first := c.Add("oh this is ridiculous", dialog.Tone{})
	second := c.Add("it is still ridiculous", dialog.Tone{})
	if second.Score <= first.Score || second.Name != Angry {
		t.Errorf("first %+v, second %+v", first, second)
	}
	if !strings.Contains(strings.Join(second.Why, ";"), "before: ") {
		t.Errorf("the second time does not tell of the first: %q", second.Why)
	}
	for range 4 {
		c.Add("okay", dialog.Tone{})
	}
	if e := c.Add("what are your opening hours", dialog.Tone{}); e.Name != Neutral {
		t.Errorf("anger did not pass: %+v", e)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("not '' ' ！！ 不 \xff")
	f.Fuzz(func(t *testing.T, s string) {
		if e := Read(s, dialog.Tone{Louder: 20}); e.Score < 0 || e.Score > 1 {
			t.Errorf("%q: %+v", s, e)
		}
	})
}
