package moonshine

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Tokens with a meaning of their own.
const (
	begin = 1
	end   = 2

	lastByte = 258 // from 3 on, pieces are bytes, for what no other piece can write
)

// space is how the pieces write the blank before a word.
const space = "▁"

// A vocabulary is the pieces that the model writes text with. The order of a
// piece tells how early it is merged from smaller ones, so that no other table
// is needed to cut a word (byte-pair encoding, Sennrich et al. 2016).
type vocabulary struct {
	pieces []string
	ids    map[string]int
}

// loadVocabulary reads tokens.txt: lines of a piece in base64 and its number.
func loadVocabulary(path string) (*vocabulary, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	v := &vocabulary{ids: map[string]int{}}
	sc := bufio.NewScanner(bytes.NewReader(data))
	for sc.Scan() {
		b64, id, ok := strings.Cut(sc.Text(), " ")
		if !ok { // the empty piece
			b64, id = "", strings.TrimSpace(sc.Text())
		}
		n, err := strconv.Atoi(strings.TrimSpace(id))
		piece, err64 := base64.StdEncoding.DecodeString(b64)
		if err != nil || err64 != nil || n != len(v.pieces) {
			return nil, fmt.Errorf("moonshine: %s:%d: expected a piece in base64 and its number", path, len(v.pieces)+1)
		}
		v.pieces = append(v.pieces, string(piece))
		if n <= end || n > lastByte {
			v.ids[string(piece)] = n
		}
	}
	return v, sc.Err()
}

// encode cuts text into the numbers of its pieces; a blank is a ▁.
func (v *vocabulary) encode(text string) []int64 {
	var parts []string
	for _, r := range strings.ReplaceAll(text, " ", space) {
		parts = append(parts, string(r))
	}
	for {
		best, at := len(v.pieces), -1
		for i := 0; i+1 < len(parts); i++ {
			if id, ok := v.ids[parts[i]+parts[i+1]]; ok && id < best {
				best, at = id, i
			}
		}
		if at < 0 {
			break
		}
		parts[at] += parts[at+1]
		parts = append(parts[:at+1], parts[at+2:]...)
	}
	var out []int64
	for _, p := range parts {
		if id, ok := v.ids[p]; ok {
			out = append(out, int64(id))
		}
	}
	return out
}

// text is what the pieces say.
func (v *vocabulary) text(ids []int64) string {
	var b strings.Builder
	for _, id := range ids {
		if id > end && int(id) < len(v.pieces) && !strings.HasPrefix(v.pieces[id], "<<") {
			b.WriteString(v.pieces[id])
		}
	}
	return strings.TrimSpace(strings.ReplaceAll(b.String(), space, " "))
}
