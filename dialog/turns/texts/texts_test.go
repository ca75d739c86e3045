package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestTexts(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"doc/zh/a.html":     "<h1>标题没有句号</h1><p>这是第一个完整的句子。第二个句子（见附录）也很完整！</p><pre>这里是程序不是句子。</pre><p>100% 的 %s 不算句子。</p>",
		"doc/en/b.html":     "<p>This is a whole sentence. See e.g. the manual for more of them.</p><p>No full stop here</p>",
		"doc/de/c.html":     "<p>Das ist kein englischer Satz hier.</p>",
		"doc/zh/twice.html": "<p>这是第一个完整的句子。</p>",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	if err := texts(dir, func(s string) { got = append(got, s) }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	want := []string{"See e.g the manual for more of them", "This is a whole sentence", "第二个句子也很完整", "这是第一个完整的句子"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBroken(t *testing.T) {
	for _, read := range []func([]byte, func(string)){catalogue, qt, messagesJSON, manual, plain, markup} {
		for _, b := range []string{"", "\xde\x12\x04\x95\x00\x00\x00\x00\xff\xff\x00\x00\x1c\x00\x00\x00\x1c\x00\x00\x00", "0123456789abcdef\x69\x00\x00\x00\x05\x03\xff\xff\xff\x7f", "{", "<"} {
			read([]byte(b), func(string) {})
		}
	}
}
