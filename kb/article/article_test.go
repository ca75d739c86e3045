package article

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestRead(t *testing.T) {
	word := docxOf(t, `<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Returns</w:t></w:r></w:p>
		<w:p><w:r><w:t xml:space="preserve">You have </w:t></w:r><w:r><w:t>30 days.</w:t></w:r><w:del><w:r><w:delText>never</w:delText></w:r></w:del></w:p>`)
	asking := docxOf(t, `<w:p><w:pPr><w:pStyle w:val="2"/></w:pPr><w:r><w:t>怎么退货？</w:t></w:r></w:p><w:p><w:r><w:t>三十天内可以退货。</w:t></w:r></w:p>
		<w:p><w:pPr><w:pStyle w:val="2"/></w:pPr><w:r><w:t>运费谁出？</w:t></w:r></w:p><w:p><w:r><w:t>我们出。</w:t></w:r></w:p>`)
	for _, c := range []struct {
		name, file string
		want       []Article
	}{
		{"returns.md", "---\nid: ret\ntitle: Returns\nquestions: [How do I return it?]\nspoken: Thirty days.\nsegment: vip\nuntil: 2026-12-31\n---\nSend it **back** within [30 days](https://a.test/x).\n\n* keep the `box`\n",
			[]Article{{ID: "ret", Language: "en", Segment: "vip", Title: "Returns", Questions: []string{"How do I return it?"}, Spoken: "Thirty days.", Until: day("2026-12-31"), Body: "Send it back within 30 days.\nkeep the box"}}},
		{"faq.md", "# FAQ\n\n## Where are you?\n\nIn Leeds.\n\n## 几点开门？\n\n九点。\n",
			[]Article{{ID: "faq-1", Language: "en", Title: "Where are you?", Questions: []string{"Where are you?"}, Body: "In Leeds."}, {ID: "faq-2", Language: "zh", Title: "几点开门？", Questions: []string{"几点开门？"}, Body: "九点。"}}},
		{"plain.md", "# Hours\n\nNine to five.\n\n## Sundays\n\nClosed.\n", []Article{{ID: "plain", Language: "en", Title: "Hours", Body: "Nine to five.\nSundays\nClosed."}}},
		{"a.csv", "id,Question,answer,lang\nx,Where?|Which street?,\"Here, \"\"there\"\"\",en\ny,何时,九点,zh\n",
			[]Article{{ID: "x", Language: "en", Questions: []string{"Where?", "Which street?"}, Body: `Here, "there"`}, {ID: "y", Language: "zh", Questions: []string{"何时"}, Body: "九点"}}},
		{"a.tsv", "title\tbody\tfrom\nHours\tNine\t2026-01-02\n", []Article{{ID: "a", Language: "en", Title: "Hours", Body: "Nine", From: day("2026-01-02")}}},
		{"a.json", `{"articles":[{"id":"x","question":"Where?","answer":"Here","until":"2026-03-01"}]}`, []Article{{ID: "x", Language: "en", Questions: []string{"Where?"}, Body: "Here", Until: day("2026-03-01")}}},
		{"a.jsonl", "{\"id\":\"x\",\"body\":\"Here\"}\n{\"id\":\"y\",\"body\":\"There\"}\n", []Article{{ID: "x", Language: "en", Body: "Here"}, {ID: "y", Language: "en", Body: "There"}}},
		{"w.docx", word, []Article{{ID: "w", Language: "en", Title: "Returns", Body: "You have 30 days."}}},
		{"z.docx", asking, []Article{{ID: "z-1", Language: "zh", Title: "怎么退货？", Questions: []string{"怎么退货？"}, Body: "三十天内可以退货。"}, {ID: "z-2", Language: "zh", Title: "运费谁出？", Questions: []string{"运费谁出？"}, Body: "我们出。"}}},
		{"p.html", `<html lang="en-GB"><title>Returns - Shop</title><body><nav><a href="/a">Home</a></nav><div class="cookies">We use cookies</div>
			<main><h1>Returns</h1><p>You have <b>30</b> days.</p><script>track()</script><ul><li>Keep the box</li></ul></main><footer>© Shop</footer>`,
			[]Article{{ID: "p", Language: "en", Title: "Returns", Body: "You have 30 days.\nKeep the box"}}},
		{"old.html", `<title>Opening hours</title><div id=menu><ul><li><a href=1>One</a><li><a href=2>Two</a></ul></div><div><div class=box><p>We are open from nine to five, Monday to Friday.</p><p>On Saturday until noon.</p></div><div><a href=1>About us</a> <a href=2>Jobs</a> <a href=3>Press</a> <a href=4>Terms</a></div></div>`,
			[]Article{{ID: "old", Language: "en", Title: "Opening hours", Body: "We are open from nine to five, Monday to Friday.\nOn Saturday until noon."}}},
		{"ld.html", `<script type="application/ld+json">{"@type":"FAQPage","mainEntity":[{"@type":"Question","name":"Do you ship abroad?","acceptedAnswer":{"text":"<p>Yes, to <b>Europe</b>.</p>"}}]}</script><main>Much else</main>`,
			[]Article{{ID: "ld", Language: "en", Title: "Do you ship abroad?", Questions: []string{"Do you ship abroad?"}, Body: "Yes, to Europe."}}},
		{"det.html", `<h1>Help</h1><details><summary>Lost your card?</summary><p>Call us.</p></details>`,
			[]Article{{ID: "det", Language: "en", Title: "Lost your card?", Questions: []string{"Lost your card?"}, Body: "Call us."}}},
	} {
		got, err := Read(c.name, strings.NewReader(c.file))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %d articles: %+v", c.name, len(got), got)
			continue
		}
		for i := range got {
			if c.want[i].Source = c.name; got[i].Hash() != c.want[i].Hash() || got[i].Source != c.name {
				t.Errorf("%s:\n got %+v\nwant %+v", c.name, got[i], c.want[i])
			}
		}
	}
}

func day(s string) time.Time {
	d, err := date(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Files that must be refused, and quickly.
func TestReadRefuses(t *testing.T) {
	bomb := func() string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, _ := z.Create("word/document.xml")
		zeros := bytes.Repeat([]byte("<p>"), 1<<20)
		for range 20 {
			_, _ = w.Write(zeros)
		}
		_ = z.Close()
		return b.String()
	}()
	for name, file := range map[string]string{
		"a.exe": "x", "empty.md": "", "open.md": "---\ntitle: x\n", "unknown.md": "---\ncolour: red\n---\nx", "twice.jsonl": `{"id":"a","body":"x"} {"id":"a","body":"y"}`,
		"col.csv": "colour\nred\n", "date.csv": "body,from\nx,tomorrow\n", "back.csv": "body,from,until\nx,2026-02-01,2026-01-01\n", "not.docx": "PK", "other.docx": docxOther(t), "bomb.docx": bomb,
		"deep.html": strings.Repeat("<div>", 100_000), "deep.docx": docxOf(t, strings.Repeat("<w:p>", 1000)), "brackets.md": strings.Repeat("[", 100_000), "slash.json": `{"id":"a","segment":"x/y","body":"z"}`,
		"big.md": strings.Repeat("word ", MaxBytes/5+1), "quote.csv": "body\n\"open\n",
	} {
		if got, err := Read(name, strings.NewReader(file)); err == nil {
			t.Errorf("%s: %d articles", name, len(got))
		}
	}
}

func TestSay(t *testing.T) {
	long := strings.Repeat("This sentence has some thirty letters. ", 20)
	for _, c := range []struct{ body, spoken, want string }{
		{"Body.", "Ear.", "Ear."},
		{"One. Two.", "", "One. Two."},
		{long, "", strings.TrimSpace(long[:39*5])},
		{"版本 3.5 可以用。还有。", "", "版本 3.5 可以用。还有。"},
		{"no end at all", "", "no end at all"},
	} {
		if got := (&Article{Body: c.body, Spoken: c.spoken}).Say(); got != c.want {
			t.Errorf("%.20q: %q", c.body, got)
		}
	}
}

func docxOf(t testing.TB, body string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func docxOther(t testing.TB) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create("xl/workbook.xml"); err != nil {
		t.Fatal(err)
	}
	_ = z.Close()
	return b.String()
}

// Whatever the file, reading ends without a panic and what it gives is sound.
func FuzzRead(f *testing.F) {
	for i, s := range []string{"---\nid: a\n---\n# T\n\n[x](y)", "id,body\na,b\n", `[{"id":"a","body":"b"}]`, "<main><p>x</main>", docxOf(f, "<w:p><w:r><w:t>x</w:t></w:r></w:p>"), "a\tb\n"} {
		f.Add(uint8(i), []byte(s))
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		name := "f" + Formats[int(kind)%len(Formats)]
		got, err := Read(name, bytes.NewReader(data))
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, a := range got {
			if err := a.Check(); err != nil || seen[a.Key()] {
				t.Errorf("%s %v", a.Key(), err)
			}
			seen[a.Key()] = true
			_ = a.Say()
		}
	})
}
