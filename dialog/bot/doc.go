package bot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"hotline/dialog/flow"
	"hotline/internal/edit"
)

// A Problem is something wrong in a bot, where it is, and what was expected.
type Problem struct {
	flow.Pos
	Message string
}

func (p Problem) String() string { return p.Pos.String() + ": " + p.Message }

// Problems are all that is wrong with a bot, in the order of files and lines.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// report collects problems.
type report struct {
	list Problems
	torn bool // a file is no YAML at all
}

func (r *report) add(at flow.Pos, format string, args ...any) {
	p := Problem{at, fmt.Sprintf(format, args...)}
	if !slices.Contains(r.list, p) {
		r.list = append(r.list, p)
	}
}

// node is one value of a YAML file. Every reader of a node notes what is wrong
// with it and goes on with the zero value, so that one load finds all problems.
type node struct {
	r    *report
	at   flow.Pos
	what string // "prompts.greeting", for messages
	n    ast.Node
}

// maxFile bounds a file of a bot.
const maxFile = 4 << 20

// parse reads the one document of a file; ok is false if there is none.
func parse(r *report, file string, data []byte) (node, bool) {
	at := flow.Pos{File: file, Line: 1}
	if len(data) > maxFile {
		r.add(at, "the file has %d bytes, expected at most %d", len(data), maxFile)
		return node{}, false
	}
	f, err := parser.ParseBytes(data, 0)
	if err != nil {
		r.torn = true
		var ye yaml.Error
		if errors.As(err, &ye) {
			if tk := ye.GetToken(); tk != nil {
				at.Line = tk.Position.Line
			}
			r.add(at, "expected YAML: %s", ye.GetMessage())
		} else {
			r.add(at, "expected YAML: %v", err)
		}
		return node{}, false
	}
	var body ast.Node
	for _, d := range f.Docs {
		if d.Body == nil {
			continue
		}
		if body != nil {
			r.add(flow.Pos{File: file, Line: d.Body.GetToken().Position.Line}, "expected one YAML document in a file")
			break
		}
		body = d.Body
	}
	if body == nil {
		return node{}, false
	}
	return node{r: r, at: at, n: body}.sub("", body), true
}

// sub is a value inside of n.
func (n node) sub(name string, v ast.Node) node {
	out := node{r: n.r, at: n.at, what: name, n: v}
	if n.what != "" && name != "" {
		out.what = n.what + "." + name
	} else if name == "" {
		out.what = n.what
	}
	for {
		switch x := out.n.(type) {
		case *ast.AnchorNode:
			out.n = x.Value
			continue
		case *ast.TagNode:
			out.n = x.Value
			continue
		}
		break
	}
	if out.n != nil {
		tk := out.n.GetToken()
		if m, ok := out.n.(*ast.MappingNode); ok && len(m.Values) > 0 {
			tk = m.Values[0].Key.GetToken()
		}
		if m, ok := out.n.(*ast.MappingValueNode); ok {
			tk = m.Key.GetToken()
		}
		if tk != nil {
			out.at.Line = tk.Position.Line
		}
	}
	return out
}

func (n node) wrong(format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	if n.what != "" {
		msg = n.what + ": " + msg
	}
	n.r.add(n.at, "%s", msg)
}

// expected notes that n is not what it should be.
func (n node) expected(what string) { n.wrong("expected %s, found %s", what, n.kind()) }

func (n node) kind() string {
	switch x := n.n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a map"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AliasNode:
		return "an alias"
	case ast.ScalarNode:
		return strconv.Quote(cutAt(fmt.Sprint(x.GetValue()), 40))
	}
	return n.n.Type().String()
}

func cutAt(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

// entry is one key of a map and its value.
type entry struct {
	key string
	at  flow.Pos
	node
}

// entries of a map, in the order of the file.
func (n node) entries() []entry {
	var values []*ast.MappingValueNode
	switch x := n.n.(type) {
	case *ast.MappingNode:
		values = x.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{x}
	default:
		n.expected("a map")
		return nil
	}
	var out []entry
	seen := map[string]int{}
	for _, v := range values {
		tk := v.Key.GetToken()
		key := tk.Value
		at := flow.Pos{File: n.at.File, Line: tk.Position.Line}
		if line := seen[key]; line > 0 {
			n.r.add(at, "%s is written twice, first in line %d", strings.TrimPrefix(n.what+"."+key, "."), line)
			continue
		}
		seen[key] = at.Line
		sub := n.sub(key, v.Value)
		if _, null := v.Value.(*ast.NullNode); null {
			sub.at = at
		}
		out = append(out, entry{key, at, sub})
	}
	return out
}

// fields reads a map whose keys are known.
func (n node) fields(read map[string]func(v node)) {
	for _, e := range n.entries() {
		if f := read[e.key]; f != nil {
			f(e.node)
			continue
		}
		var keys []string
		for k := range read {
			keys = append(keys, k)
		}
		n.r.add(e.at, "unknown key %q%s; expected %s", e.key, in(n.what), oneOf(e.key, keys))
	}
}

func in(what string) string {
	if what == "" {
		return ""
	}
	return " in " + what
}

// oneOf lists what was expected, the likeliest first.
func oneOf(got string, want []string) string {
	slices.Sort(want)
	slices.SortStableFunc(want, func(a, b string) int {
		return edit.Distance([]byte(got), []byte(a)) - edit.Distance([]byte(got), []byte(b))
	})
	if len(want) == 0 {
		return "none"
	}
	more := ""
	if len(want) > 8 {
		want, more = want[:8], ", …"
	}
	return strings.Join(want, ", ") + more
}

func (n node) isMap() bool {
	switch n.n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

func (n node) isList() bool { _, ok := n.n.(*ast.SequenceNode); return ok }

// list reads a list.
func (n node) list() []node {
	s, ok := n.n.(*ast.SequenceNode)
	if !ok {
		n.expected("a list")
		return nil
	}
	out := make([]node, len(s.Values))
	for i, v := range s.Values {
		out[i] = n.sub("", v)
	}
	return out
}

// each reads a list, or one value in place of a list of one.
func (n node) each() []node {
	if n.isList() {
		return n.list()
	}
	return []node{n}
}

// str reads a text; numbers and truth values as they are written.
func (n node) str() string {
	switch x := n.n.(type) {
	case *ast.StringNode:
		return x.Value
	case *ast.LiteralNode:
		return strings.TrimSpace(x.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return x.GetToken().Value
	}
	n.expected("a text")
	return ""
}

// raw is a text with its lines as they are.
func (n node) raw() string {
	if x, ok := n.n.(*ast.LiteralNode); ok {
		return x.Value.Value
	}
	return n.str()
}

func (n node) isBlock() bool { _, ok := n.n.(*ast.LiteralNode); return ok }

// strs reads a list of texts, or one text.
func (n node) strs() (out []string) {
	for _, v := range n.each() {
		if s := v.str(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (n node) integer(least, most int) int {
	v, err := strconv.Atoi(n.str())
	if err != nil || v < least || v > most {
		n.expected(fmt.Sprintf("a whole number from %d to %d", least, most))
		return least
	}
	return v
}

func (n node) share() float64 {
	v, err := strconv.ParseFloat(n.str(), 64)
	if err != nil || v < 0 || v > 1 {
		n.expected("a number from 0 to 1")
	}
	return v
}

func (n node) truth() bool {
	b, ok := n.n.(*ast.BoolNode)
	if !ok {
		n.expected("true or false")
		return false
	}
	return b.Value
}

func (n node) duration(most time.Duration) time.Duration {
	d, err := time.ParseDuration(n.str())
	if err != nil || d <= 0 || d > most {
		n.expected(fmt.Sprintf("a duration up to %v, such as 6s", most))
		return 0
	}
	return d
}

func (n node) template() flow.Template {
	s := n.str()
	if strings.TrimSpace(s) == "" {
		n.expected("a text")
	}
	t, err := flow.ParseTemplate(s)
	if err != nil {
		n.wrong("%v", err)
	}
	return t
}
