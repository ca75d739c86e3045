// Command train makes the classifiers that hotline ships: feelings.model from
// GoEmotions (Apache-2.0), abuse-en.model from ConvAbuse (CC BY 4.0) and ordinary
// requests (Banking77 CC BY 4.0, CLINC150 CC BY 3.0, NatCS Apache-2.0), abuse-zh.model from
// COLD (Apache-2.0) and ordinary requests (CrossWOZ Apache-2.0).
//
//	go run ./dialog/emotion/train -data FOLDER -to dialog/emotion
package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"log"
	"os"
	"path/filepath"
	"strings"

	"hotline/dialog/emotion/words"
)

func main() {
	data := flag.String("data", "", "folder with goemotions, convabuse, ...: one folder each, TSV of label and text")
	to := flag.String("to", ".", "folder to write the models to")
	flag.Parse()
	for _, m := range []struct {
		name string
		o    words.Options
		hold bool // leave a fifth out, to measure with
		from []source
	}{
		{"feelings", words.Feelings, false, []source{{"goemotions/train.tsv", ""}}},
		{"abuse-en", words.Abuse, true, []source{{"convabuse/train.tsv", ""}, {"banking77/train.tsv", "ok"}, {"clinc150/train.tsv", "ok"}, {"dstc11_natcs/train.tsv", "ok"}}},
		{"abuse-zh", words.Abuse, true, []source{{"cold_offensive_zh/train.tsv", ""}, {"crosswoz/train.tsv", "ok"}}},
	} {
		var all []words.Example
		for _, s := range m.from {
			got, err := s.read(*data, m.hold)
			if err != nil {
				log.Fatal(err)
			}
			all = append(all, got...)
		}
		out, err := os.Create(filepath.Join(*to, m.name+".model"))
		if err != nil {
			log.Fatal(err)
		}
		if _, err := words.Train(all, m.o).WriteTo(out); err != nil {
			log.Fatal(err)
		}
		if err := out.Close(); err != nil {
			log.Fatal(err)
		}
		fmt.Println(m.name, len(all), "rows")
	}
}

// A source is a file of rows; label, if any, stands for theirs.
type source struct{ path, label string }

func (s source) read(root string, hold bool) (out []words.Example, err error) {
	b, err := os.ReadFile(filepath.Join(root, s.path))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(b)) {
		label, text, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			return nil, fmt.Errorf("%s: a line without a tab", s.path)
		}
		switch {
		case s.label != "":
			label = s.label
		case label == "offensive":
			label = "abusive"
		case label == "safe":
			label = "ok"
		}
		h := fnv.New32a()
		if h.Write([]byte(text)); hold && h.Sum32()%5 == 0 {
			continue
		}
		out = append(out, words.Example{Class: label, Text: text})
	}
	return out, nil
}
