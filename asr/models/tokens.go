package models

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// Moonshine's tokenizer is Llama's 32,000 pieces and 768 special tokens.
const llamaPieces, moonshineTokens = 32000, 32768

var (
	vocabLine = regexp.MustCompile(`llama_vocab_base64\s*=\s*"([A-Za-z0-9+/=]+)"`)
	byteToken = regexp.MustCompile(`^<0x([0-9A-F]{2})>$`)
)

// llamaTokens makes tokens.txt, the vocabulary that sherpa-onnx wants for
// Moonshine, from the source of llama-tokenizer-js: a line "base64(bytes) id"
// for each id. The source holds the pieces as one base64 string constant.
func llamaTokens(dst io.Writer, js []byte) error {
	m := vocabLine.FindSubmatch(js)
	if m == nil {
		return errors.New("models: llama-tokenizer-js holds no vocabulary where it should")
	}
	vocab, err := base64.StdEncoding.AppendDecode(nil, m[1])
	if err != nil {
		return fmt.Errorf("models: llama vocabulary: %w", err)
	}
	pieces := bytes.Split(bytes.TrimSuffix(vocab, []byte("\n")), []byte("\n"))
	if len(pieces) != llamaPieces {
		return fmt.Errorf("models: llama vocabulary has %d pieces, not %d", len(pieces), llamaPieces)
	}
	w := bufio.NewWriter(dst)
	for id := range moonshineTokens {
		var piece []byte
		if id < llamaPieces {
			piece = pieces[id]
			if m := byteToken.FindSubmatch(piece); m != nil {
				piece, _ = hex.AppendDecode(nil, m[1])
			}
		} else {
			piece = fmt.Appendf(nil, "<<ST_%d>>", id-llamaPieces)
		}
		fmt.Fprintf(w, "%s %d\n", base64.StdEncoding.EncodeToString(piece), id)
	}
	return w.Flush()
}
