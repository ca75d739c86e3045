package turns

import (
	"bufio"
	"encoding/binary"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// TestLexicon writes lexicon.bin from a dictionary of lines "word count kind":
//
//	HOTLINE_DICT=$(go list -m -f '{{.Dir}}' github.com/go-ego/gse)/data/dict/zh/s_1.txt go test ./dialog/turns -run Lexicon -learn
func TestLexicon(t *testing.T) {
	path := os.Getenv("HOTLINE_DICT")
	if path == "" || !*learn {
		t.Skip("HOTLINE_DICT and -learn are not set")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type entry struct {
		hash uint32
		kind byte
	}
	var all []entry
	seen := map[uint32]bool{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		c := strings.Fields(sc.Text())
		if len(c) < 3 {
			continue
		}
		rs := []rune(c[0])
		count, _ := strconv.Atoi(c[1])
		if len(rs) > 4 || count < 8 && len(rs) > 1 || strings.ContainsFunc(c[0], func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			continue
		}
		h := uint32(2166136261)
		for _, r := range rs {
			h = extend(h, r)
		}
		if !seen[h] {
			seen[h] = true
			all = append(all, entry{h, kindOf(c[2])})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].hash < all[j].hash })
	var out []byte
	for _, e := range all {
		out = append(binary.LittleEndian.AppendUint32(out, e.hash), e.kind)
	}
	t.Logf("%d words", len(all))
	if err := os.WriteFile("lexicon.bin", out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// kindOf reads a part-of-speech tag of the Peking University set.
func kindOf(tag string) byte {
	switch {
	case tag == "vn":
		return verbalNoun
	case tag[0] == 'n', tag[0] == 's', tag[0] == 'j':
		return noun
	case tag[0] == 'v':
		return verb
	case tag[0] == 'a', tag[0] == 'z':
		return adjective
	case tag[0] == 'd':
		return adverb
	case tag[0] == 'm', tag[0] == 'q', tag[0] == 't':
		return number
	case tag[0] == 'r':
		return pronoun
	case tag[0] == 'p', tag[0] == 'c', tag[0] == 'b', tag[0] == 'f':
		return link
	case tag[0] == 'i', tag[0] == 'l':
		return idiom
	case tag[0] == 'u', tag[0] == 'y', tag[0] == 'e':
		return particle
	}
	return other
}
