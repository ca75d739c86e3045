package intent

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestClauses(t *testing.T) {
	for text, want := range map[string][]string{
		"Hi, so my son gave me this lamp, and I love it. Can you tell me how to clean it?":                           {"my son gave me this lamp", "I love it", "Can you tell me how to clean it"},
		"well we moved to the country last year and I wanted to ask do you deliver out there":                        {"we moved to the country last year", "I wanted to ask do you deliver out there"},
		"喂你好，我上个礼拜在你们那儿买了个灯，我老婆不喜欢，所以想退掉":                                                                            {"我上个礼拜在你们那儿买了个灯", "我老婆不喜欢", "想退掉"},
		"我女儿平时都是晚上过来的但是今天有事请问你们几点关门":                                                                                 {"我女儿平时都是晚上过来的", "今天有事", "请问你们几点关门"},
		"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen": {"one two three four five six seven eight nine ten eleven twelve thirteen fourteen", "fifteen sixteen seventeen"},
		"where is my order": nil,
		"um":                nil,
		"":                  nil,
	} {
		var tk tokens
		tk.cut(text)
		var got []string
		for _, c := range tk.clauses(nil) {
			got = append(got, text[c.from:c.to])
		}
		if !slices.Equal(got, want) {
			t.Errorf("clauses of %q: %q, want %q", text, got, want)
		}
	}
}

// What is told around a wish does not hide it.
func TestRamblingWish(t *testing.T) {
	m := Train(small, Options{})
	for text, want := range map[string]string{
		"yeah hi good morning, so we had my parents over at the weekend and the children were ill, anyway what I wanted to ask is has my parcel been shipped": "order",
		"um you know my husband usually does this but he is away on business and I have to work so are you open on Sunday":                                    "hours",
		"喂你好，是这样的，我儿子上个月给我弄的，我也不太懂这些，现在他又出差去了，就想问问退款什么时候到账":                                                                                                   "refund",
		"we came back from the mountains and the garden was dry and the cat had run away and my neighbour had forgotten about all of it":                      None,
	} {
		if got := m.Classify(text); got.Intent != want {
			t.Errorf("Classify(%q) = %+v, want %s", text, got, want)
		}
		if m.Rambles(text) != true {
			t.Errorf("%q is no ramble", text)
		}
	}
	if m.Rambles("has my parcel been shipped") || m.Rambles("我的包裹还没到") {
		t.Error("an example is a ramble")
	}
}

// A wish at the end of much Chinese was not read: an utterance ended at 64 characters.
func TestLongChineseIsReadToItsEnd(t *testing.T) {
	m := Train(small, Options{})
	text := "喂你好，我跟你说啊，我们家最近在装修，我老公又出差去了，家里两个小孩天天吵，我妈也八十多了，邻居说让我打个电话问问，我也不知道打给谁好，反正就是这么个情况，你们几点关门"
	if got := m.Classify(text); got.Intent != "hours" {
		t.Errorf("%+v", got)
	}
}

// Who tells of their order and asks for one thing wants one thing.
func TestWhatIsToldIsNoOtherWish(t *testing.T) {
	m := Train(small, Options{})
	text := "so I was at the dentist this morning and my package has not arrived yet I think and by the way what I really wanted to ask is when do you close on Saturday"
	if got := m.Several(text); len(got) != 1 {
		t.Errorf("%+v", got)
	}
}

// A bot that says what is manners is not greeted by a clause of a long utterance.
func TestManners(t *testing.T) {
	polite := append(slices.Clone(small), Example{"hello", "greet"}, Example{"good morning", "greet"}, Example{"hi there", "greet"}, Example{"hello good morning", "greet"}, Example{"good evening", "greet"})
	m := Train(polite, Options{Manners: []string{"greet"}})
	if got := m.Classify("hello good morning"); got.Intent != "greet" {
		t.Errorf("%+v", got)
	}
	if got := m.Classify("hello there good morning to you, I am standing in the rain with two heavy bags, until when can I come in, when do you close"); got.Intent != "hours" {
		t.Errorf("%+v", got)
	}
}

// TestRamble reports how many of testdata/ramble.tsv are understood by a bank that
// knows ten examples an intent. It runs as TestCorpora does.
func TestRamble(t *testing.T) {
	root := os.Getenv("HOTLINE_DATA")
	if root == "" {
		t.Skip("HOTLINE_DATA is not set")
	}
	m := Train(readTSV(t, filepath.Join(root, "banking77/train_10shot.tsv")), Options{})
	right, all := map[bool]int{}, map[bool]int{}
	for _, e := range readTSV(t, "testdata/ramble.tsv") {
		all[e.Intent == None]++
		if r := m.Classify(e.Text); r.Intent == e.Intent {
			right[e.Intent == None]++
		} else {
			t.Logf("%q is %+v, not %s", e.Text, r, e.Intent)
		}
	}
	t.Logf("in scope %d of %d, out of scope %d of %d", right[false], all[false], right[true], all[true])
	if right[false] < 20 || right[true] < 7 {
		t.Error("too few")
	}
}
