package turns

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	for text, want := range map[string]State{
		"I would like to return the shoes that I bought": Finished, "where is my order": Finished, "can you tell me how much it is": Finished, "Yes.": Finished,
		"I would like to": Unfinished, "can you tell me where my": Unfinished, "I have a question about the.": Unfinished,
		"hold on a second": Wait, "please be quiet": Wait, "I can not find it, just a moment": Wait,
		"我想退货": Finished, "请问你们几点关门": Finished, "我的订单什么时候到": Finished,
		"我想查一下我的": Unfinished, "请问这个": Unfinished, "能不能帮我把": Unfinished,
		"请等一下": Wait, "你先别说话": Wait, "": Unsure, "…": Unsure,
	} {
		if got := Judge(text); got.State != want {
			t.Errorf("Judge(%q) = %v %.2f, want %v", text, got.State, got.Confidence, want)
		}
	}
}

func TestJudgeDoesNotAllocate(t *testing.T) {
	var s scratch
	if n := testing.AllocsPerRun(100, func() {
		s.cut("could you please tell me where the 我的订单 is")
		s.asksToWait()
		s.odds()
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestMeasured reports the recall of each state on labelled utterances in the
// files test_en.tsv and test_zh.tsv of the folder HOTLINE_TURNS.
func TestMeasured(t *testing.T) {
	root := os.Getenv("HOTLINE_TURNS")
	if root == "" {
		t.Skip("HOTLINE_TURNS is not set")
	}
	for _, name := range []string{"test_en.tsv", "test_zh.tsv"} {
		f, err := os.Open(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all, right := map[string]float64{}, map[string]float64{}
		for sc := bufio.NewScanner(f); sc.Scan(); {
			label, text, _ := strings.Cut(sc.Text(), "\t")
			all[label]++
			if j := Judge(text); j.State.String() == label {
				right[label]++
			} else if testing.Verbose() {
				t.Logf("%s taken for %v %.2f: %s", label, j.State, j.Confidence, text)
			}
		}
		for label, n := range all {
			t.Logf("%s %s %.3f", name, label, right[label]/n)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Judge("hello I would like to know where my order is please")
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("where is my 订单 4571 \xff")
	f.Fuzz(func(t *testing.T, s string) {
		if j := Judge(s); j.Confidence < 0 || j.Confidence > 1 {
			t.Errorf("%q: %v", s, j)
		}
	})
}
