package eval

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Manifest reads a TSV file whose first line names its columns: the columns that
// are asked for, of each row. An error names the file, and the line if it is one's.
func Manifest(path string, columns ...string) (rows [][]string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var at []int
	for _, c := range columns {
		at = append(at, slices.Index(header, c))
	}
	if slices.Contains(at, -1) {
		return nil, fmt.Errorf("%s:1: the header must name the columns %s", path, strings.Join(columns, ", "))
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if line, _ := r.FieldPos(0); len(row) <= slices.Max(at) {
			return nil, fmt.Errorf("%s:%d: too few columns", path, line)
		}
		var picked []string
		for _, k := range at {
			picked = append(picked, row[k])
		}
		rows = append(rows, picked)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: no recordings", path)
	}
	return rows, nil
}
