package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// texts walks the unpacked packages under root and calls f for every sentence
// that its writer ended: Chinese and English, each once.
func texts(root string, f func(sentence string)) error {
	seen := map[string]bool{}
	give := func(s string) {
		if !seen[s] {
			seen[s] = true
			f(s)
		}
	}
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return err
		}
		read := reader(path)
		if read == nil {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".gz") || strings.HasSuffix(path, ".dz") {
			z, err := gzip.NewReader(bytes.NewReader(b))
			if err != nil {
				return nil
			}
			if b, err = io.ReadAll(z); err != nil {
				return nil
			}
		}
		if utf8.Valid(b) || bytes.HasSuffix([]byte(path), []byte("mo")) || strings.HasSuffix(path, ".qm") {
			read(b, func(paragraph string) { sentences(paragraph, give) })
		}
		return nil
	})
}

// reader is what reads the paragraphs of a file of this name; nil for none.
func reader(path string) func([]byte, func(string)) {
	slash := filepath.ToSlash(path)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(slash, p) {
				return true
			}
		}
		return false
	}
	switch filepath.Ext(path) {
	case ".mo":
		if has("/zh_CN/") {
			return catalogue
		}
	case ".qm":
		if has("zh_CN", "zh-Hans") {
			return qt
		}
	case ".json":
		if has("zh-hans.json", "/en.json") {
			return messagesJSON
		}
	case ".html", ".xhtml", ".page":
		if has("/zh", "zh_CN", "zh-hans", "zh-Hans", "zh-cn", "zh-CN", "/en", "/C/", "en-US", ".zh", ".en") {
			return markup
		}
	case ".gz":
		if has("/man/zh_CN/") {
			return manual
		}
		if has(".en.txt.gz", ".zh-cn.txt.gz", "/zh_CN/") && has(".txt.gz", ".rst.gz") {
			return plain
		}
	case ".dz":
		return dictionary
	case ".txt":
		if has("/dat/descript/") && (has("/zh/") || strings.Count(slash[strings.Index(slash, "/dat/descript/"):], "/") == 3) {
			return plain
		}
	}
	return nil
}

// catalogue reads the messages of a compiled gettext catalogue (.mo), both the
// English and the translation.
func catalogue(b []byte, f func(string)) {
	if len(b) < 20 || binary.LittleEndian.Uint32(b) != 0x950412de {
		return
	}
	word := func(at uint32) uint32 {
		if int(at)+4 > len(b) {
			return 0
		}
		return binary.LittleEndian.Uint32(b[at:])
	}
	n := word(8)
	for _, table := range []uint32{word(12), word(16)} {
		for i := range n {
			size, at := word(table+8*i), word(table+8*i+4)
			if int(at)+int(size) > len(b) {
				continue
			}
			text := string(b[at : at+size])
			if _, after, ok := strings.Cut(text, "\x04"); ok { // a context
				text = after
			}
			for part := range strings.SplitSeq(text, "\x00") {
				markup([]byte(part), f)
			}
		}
	}
}

// qt reads the translations of a compiled Qt catalogue (.qm).
func qt(b []byte, f func(string)) {
	for at := 16; at+5 <= len(b); {
		tag, size := b[at], int(binary.BigEndian.Uint32(b[at+1:]))
		at += 5
		if at+size > len(b) {
			return
		}
		if tag == 0x69 {
			messages(b[at:at+size], f)
		}
		at += size
	}
}

func messages(b []byte, f func(string)) {
	for at := 0; at < len(b); {
		tag := b[at]
		at++
		if tag == 1 {
			continue
		}
		if tag == 5 { // an obsolete hash
			at += 4
			continue
		}
		if at+4 > len(b) {
			return
		}
		size := int(binary.BigEndian.Uint32(b[at:]))
		at += 4
		if size == 0xffffffff || size < 0 {
			continue
		}
		if at+size > len(b) {
			return
		}
		if tag == 3 {
			var u []uint16
			for i := at; i+1 < at+size; i += 2 {
				u = append(u, binary.BigEndian.Uint16(b[i:]))
			}
			markup([]byte(string(utf16.Decode(u))), f)
		}
		at += size
	}
}

var (
	hidden = regexp.MustCompile(`(?s)<(script|style|pre|code|head)\b.*?</(script|style|pre|code|head)>|<!--.*?-->`)
	blocks = regexp.MustCompile(`</?(p|li|td|th|h\d|div|title|dd|dt|tr|br|item|section|note|figure|a name)\b[^>]*>|\n\s*\n`)
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// markup reads HTML and Mallard.
func markup(b []byte, f func(string)) {
	s := hidden.ReplaceAllString(string(b), " ")
	for _, p := range blocks.Split(s, -1) {
		if p = html.UnescapeString(tags.ReplaceAllString(p, "")); strings.TrimSpace(p) != "" {
			f(spaces.ReplaceAllString(p, " "))
		}
	}
}

// messagesJSON reads the values of one JSON object.
func messagesJSON(b []byte, f func(string)) {
	var all map[string]any
	if json.Unmarshal(b, &all) != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if s, ok := all[name].(string); ok {
			markup([]byte(s), f)
		}
	}
}

func plain(b []byte, f func(string)) {
	for p := range strings.SplitSeq(string(b), "\n\n") {
		f(spaces.ReplaceAllString(p, " "))
	}
}

var roff = regexp.MustCompile(`\\f[BIRP]|\\f\([A-Z]+|\\-|\\&|\\\(..|\\[a-z]`)

// manual reads a page of the manual: the lines without requests.
func manual(b []byte, f func(string)) {
	var p strings.Builder
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, ".") || strings.TrimSpace(line) == "" {
			f(p.String())
			p.Reset()
			continue
		}
		p.WriteString(strings.TrimSpace(roff.ReplaceAllString(line, "")))
	}
	f(p.String())
}

// dictionary reads the indented definitions of a dictd dictionary.
func dictionary(b []byte, f func(string)) {
	for p := range strings.SplitSeq(string(b), "\n\n") {
		f(spaces.ReplaceAllString(p, " "))
	}
}

var (
	brackets = regexp.MustCompile(`\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】|\{[^{}]*\}`)
	abridged = regexp.MustCompile(`\b(e\.g|i\.e|etc|vs|Mr|Mrs|Dr|No|cf|approx|Fig|St)\.`)
	holes    = regexp.MustCompile(`%\d?\$?[-+ 0-9.]*l?[a-zA-Z]|\$\w+|[%&#_~<>\\/=*|@^{}]|--|\d+\.\d+`)
)

// sentences calls f for each sentence of a paragraph that ends in a full stop,
// a question mark or an exclamation mark and is mostly words.
func sentences(p string, f func(string)) {
	p = abridged.ReplaceAllString(brackets.ReplaceAllString(p, ""), "$1")
	start := 0
	for i, r := range p {
		end := false
		switch r {
		case '。', '！', '？', '!', '?':
			end = true
		case '.':
			rest := p[i+1:]
			end = rest == "" || rest[0] == ' ' || rest[0] == '"' || rest[0] == '\''
		case '；', ';', '：', ':', '…':
			start = i + utf8.RuneLen(r)
		}
		if !end {
			continue
		}
		s := strings.Trim(p[start:i], " \"'“”‘’「」『』-–—•·　\t\n，,")
		start = i + utf8.RuneLen(r)
		if worth(s) {
			f(s)
		}
	}
}

func worth(s string) bool {
	if holes.MatchString(s) || strings.Contains(s, "\" \"") || strings.Count(s, "「") != strings.Count(s, "」") || strings.Count(s, "“") != strings.Count(s, "”") {
		return false
	}
	han, latin, digits, words := 0, 0, 0, 1
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case r < 128 && unicode.IsLetter(r):
			latin++
		case unicode.IsDigit(r):
			digits++
		case r == ' ':
			words++
		}
	}
	if han > 0 {
		return han >= 5 && han <= 70 && latin*2 < han && digits*4 < han
	}
	first, _ := utf8.DecodeRuneInString(s)
	return words >= 4 && words <= 40 && latin > 12 && digits*8 < latin && unicode.IsUpper(first) && !strings.Contains(s, "  ")
}
