package sherpa

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"hotline/asr/asrtest"
	"hotline/asr/models"
)

// The library prints the config that it was given, as it understood it, when
// debug is set. TestLayout fills every string with its own name, lets the
// library print it in a process of its own, and looks for each name under the
// field that it belongs to.

// fill writes each string field's path into it, and returns the paths.
func fill(v reflect.Value, path string, skip ...string) (paths []string) {
	for i := range v.NumField() {
		f, name := v.Field(i), path+v.Type().Field(i).Name
		f = reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem() // unexported
		switch {
		case slices.Contains(skip, v.Type().Field(i).Name):
		case f.Kind() == reflect.Struct:
			paths = append(paths, fill(f, name+".", skip...)...)
		case f.Type() == reflect.TypeFor[cstr]():
			f.Set(reflect.ValueOf(c("<" + name + ">")))
			paths = append(paths, name)
		}
	}
	return paths
}

// The fields that the library does not print, or checks before it prints.
var unprinted = []string{"decodingMethod", "provider", "tokensBuf", "hotwordsBuf", "dictDir"}

func TestMain(m *testing.M) {
	dir := os.Getenv("SHERPA_LAYOUT")
	if dir == "" {
		os.Exit(m.Run())
	}
	l, err := Open(dir)
	if err != nil {
		panic(err)
	}
	off := &offlineConfig{feat: featureConfig{12345, 67}}
	fill(reflect.ValueOf(off).Elem(), "off.", unprinted...)
	off.model.debug, off.model.numThreads, off.maxActivePaths = 1, 4321, 8765
	off.lm.scale, off.hotwordsScore, off.blankPenalty = 0.125, 7.5, 0.375
	fmt.Println("offline", l.createOffline(off) == 0)
	on := &onlineConfig{feat: featureConfig{12345, 67}}
	fill(reflect.ValueOf(on).Elem(), "on.", unprinted...)
	on.model.debug, on.model.numThreads, on.maxActivePaths, on.enableEndpoint = 1, 4321, 8765, 1
	on.rule1MinTrailing, on.rule2MinTrailing, on.rule3MinUtterance = 2.125, 1.125, 20.125
	on.hotwordsScore, on.blankPenalty, on.ctcFST.maxActive = 7.5, 0.375, 2345
	fmt.Println("online", l.createOnline(on) == 0)
	os.Exit(0)
}

func TestLayout(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SHERPA_LAYOUT="+models.Path(asrtest.Models(t), models.Runtime))
	out, err := cmd.CombinedOutput()
	got := strings.ReplaceAll(string(out), "\n", "")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	paths := fill(reflect.ValueOf(&offlineConfig{}).Elem(), "off.", unprinted...)
	paths = append(paths, fill(reflect.ValueOf(&onlineConfig{}).Elem(), "on.", unprinted...)...)
	for _, p := range paths {
		before, _, ok := strings.Cut(got, `="<`+p+`>"`)
		if !ok {
			t.Errorf("%s was not printed:\n%s", p, got)
			continue
		}
		// The name it is printed under is our own, spelt as C does, or "model".
		key := strings.ToLower(strings.ReplaceAll(before[strings.LastIndexAny(before, "( ")+1:], "_", ""))
		if last := strings.ToLower(p[strings.LastIndexByte(p, '.')+1:]); key != "model" && !strings.HasPrefix(key, last) {
			t.Errorf("%s is the library's %s", p, key)
		}
	}
	for _, number := range []string{
		"sampling_rate=12345, feature_dim=67", "num_threads=4321", "max_active_paths=8765", "scale=0.125", "hotwords_score=7.5", "blank_penalty=0.375",
		"must_contain_nonsilence=False, min_trailing_silence=2.125", "must_contain_nonsilence=True, min_trailing_silence=1.125", "min_utterance_length=20.125", "max_active=2345",
	} {
		if !strings.Contains(got, number) {
			t.Errorf("no %s in\n%s", number, got)
		}
	}
	if !strings.Contains(string(out), "offline true") || !strings.Contains(string(out), "online true") {
		t.Errorf("a config of nonsense was not refused:\n%s", out)
	}
}
