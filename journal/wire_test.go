package journal_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"hotline"
)

var update = flag.Bool("update", false, "write the golden files anew, with an example in each field that they lack")

// The JSON of each kind is a promise: testdata has one event of each with every
// field set, and it must come back from the Go type byte for byte.
func TestWire(t *testing.T) {
	for _, body := range hotline.Bodies {
		t.Run(body.Kind(), func(t *testing.T) {
			if *update {
				writeGolden(t, body)
			}
			golden, err := os.ReadFile(filepath.Join("testdata", body.Kind()+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var ev hotline.Event
			if err := json.Unmarshal(golden, &ev); err != nil {
				t.Fatal(err)
			}
			if reflect.TypeOf(ev.Body) != reflect.TypeOf(body) {
				t.Fatalf("decoded as %T", ev.Body)
			}
			for _, path := range zeros(reflect.ValueOf(ev), "") {
				t.Errorf("%s is not set: the golden file must have every field", path)
			}
			got, err := json.MarshalIndent(ev, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if got = append(got, '\n'); !bytes.Equal(got, golden) {
				t.Errorf("encoded as\n%s", got)
			}
		})
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) != len(hotline.Bodies) {
		t.Errorf("%d golden files for %d kinds, %v", len(files), len(hotline.Bodies), err)
	}
}

// writeGolden keeps what the golden file of a kind has and adds what it lacks.
func writeGolden(t *testing.T, body hotline.Body) {
	t.Helper()
	path := filepath.Join("testdata", body.Kind()+".json")
	ev := hotline.Event{Kind: body.Kind()}
	if old, err := os.ReadFile(path); err == nil {
		if err := json.Unmarshal(old, &ev); err != nil {
			t.Fatal(err)
		}
	}
	full := reflect.New(reflect.TypeOf(body)).Elem()
	if ev.Body != nil {
		full.Set(reflect.ValueOf(ev.Body))
	}
	example(full, body.Kind())
	ev.Body = full.Interface().(hotline.Body)
	example(reflect.ValueOf(&ev).Elem(), "event")
	b, err := json.MarshalIndent(ev, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(b, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// example gives every field of v that is not set a value to be seen by.
func example(v reflect.Value, name string) {
	if at, ok := v.Addr().Interface().(*time.Time); ok {
		if at.IsZero() {
			*at = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			example(v.Field(i), strings.ToLower(v.Type().Field(i).Name))
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			example(v.Index(i), name)
		}
	case reflect.Map:
		if v.Len() == 0 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			example(key, "key")
			example(value, name)
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(key, value)
		}
	case reflect.Interface: // the body, which is filled on its own
	case reflect.Bool:
		v.SetBool(true)
	default:
		if v.IsZero() {
			v.Set(reflect.ValueOf(map[bool]any{true: name, false: 1}[v.Kind() == reflect.String]).Convert(v.Type()))
		}
	}
}

// FuzzWire reads any text as an event: what is taken comes back the same.
func FuzzWire(f *testing.F) {
	for _, b := range hotline.Bodies {
		golden, err := os.ReadFile(filepath.Join("testdata", b.Kind()+".json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(golden)
	}
	f.Add([]byte(`{"kind":"key","body":null}`))
	f.Add([]byte(`{"kind":"key"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var ev, again hotline.Event
		if json.Unmarshal(text, &ev) != nil {
			return
		}
		data, err := json.Marshal(ev)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if twice, _ := json.Marshal(again); !bytes.Equal(data, twice) {
			t.Errorf("%s\ncame back as\n%s", data, twice)
		}
	})
}

// zeros is the paths of the fields of v that are not set.
func zeros(v reflect.Value, path string) (all []string) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return zeros(v.Elem(), path)
	case reflect.Struct:
		if v.Type().PkgPath() == "time" {
			break
		}
		for i := range v.NumField() {
			all = append(all, zeros(v.Field(i), path+"."+v.Type().Field(i).Name)...)
		}
		return all
	case reflect.Slice, reflect.Map:
		if v.Len() == 0 {
			return []string{path}
		}
		if v.Kind() == reflect.Slice {
			return zeros(v.Index(0), path+"[0]")
		}
		return zeros(v.MapIndex(v.MapKeys()[0]), path+"[]")
	}
	if v.IsZero() {
		return []string{path}
	}
	return nil
}

// Every kind has its section in docs/events.md, and every JSON field of it is
// in the table of its section or of a type that the section names.
func TestDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "docs", "events.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, s := range strings.Split(string(doc), "\n## ")[1:] {
		title, text, _ := strings.Cut(s, "\n")
		sections[strings.Trim(title, "`")] = text
	}
	checked := map[reflect.Type]bool{}
	var check func(title string, typ reflect.Type)
	check = func(title string, typ reflect.Type) {
		if checked[typ] {
			return
		}
		checked[typ] = true
		text, ok := sections[title]
		if !ok {
			t.Errorf("docs/events.md has no section %q", title)
			return
		}
		want := map[string]bool{}
		for name, f := range jsonFields(typ) {
			want[name] = true
			if !strings.Contains(text, fmt.Sprintf("\n| `%s` |", name)) {
				t.Errorf("section %q does not describe %q", title, name)
			}
			for f.Kind() == reflect.Slice || f.Kind() == reflect.Map {
				f = f.Elem()
			}
			if f.Kind() == reflect.Struct && f.PkgPath() == "hotline" {
				check(f.Name(), f)
			}
		}
		for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(text, -1) {
			if !want[row[1]] {
				t.Errorf("section %q describes %q, which is not there", title, row[1])
			}
		}
	}
	check("Event", reflect.TypeFor[hotline.Event]())
	for _, b := range hotline.Bodies {
		check(b.Kind(), reflect.TypeOf(b))
	}
	check(hotline.Partial{}.Kind(), reflect.TypeFor[hotline.Told]())
	if len(sections) != len(checked) {
		t.Errorf("docs/events.md has %d sections, %d are of kinds and types", len(sections), len(checked))
	}
}

// jsonFields is the types of the fields of a struct by their JSON name.
func jsonFields(typ reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for f := range typ.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			for n, t := range jsonFields(f.Type) {
				all[n] = t
			}
			continue
		}
		all[name] = f.Type
	}
	return all
}
