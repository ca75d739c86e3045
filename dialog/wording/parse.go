package wording

import (
	"encoding/json"
	"fmt"
	"strings"
)

func parse(text string) (Example, error) {
	var out Example
	for text != "" {
		open := strings.IndexByte(text, '[')
		if open < 0 {
			out = append(out, Part{Text: text})
			break
		}
		if open > 0 {
			out = append(out, Part{Text: text[:open]})
		}
		inside, rest, ok := strings.Cut(text[open+1:], "]")
		if !ok || strings.Contains(inside, "[") {
			return nil, fmt.Errorf("a [ without a ] in %q", text)
		}
		p := Part{Text: inside}
		switch {
		case strings.HasPrefix(rest, "("):
			label, after, ok := strings.Cut(rest[1:], ")")
			if !ok {
				return nil, fmt.Errorf("a ( without a ) in %q", text)
			}
			p.Slot, p.Value, _ = strings.Cut(label, ":")
			rest = after
		case strings.HasPrefix(rest, "{"):
			label, after, ok := strings.Cut(rest, "}")
			var v struct{ Entity, Role, Group, Value string }
			if !ok || json.Unmarshal([]byte(label+"}"), &v) != nil {
				return nil, fmt.Errorf("expected {\"entity\": \"name\"} after [%s]", inside)
			}
			p.Slot, p.Value, rest = v.Entity, v.Value, after
		default:
			return nil, fmt.Errorf("expected (slot) after [%s]", inside)
		}
		if strings.TrimSpace(p.Slot) == "" {
			return nil, fmt.Errorf("expected the name of a slot after [%s]", inside)
		}
		out = append(out, p)
		text = rest
	}
	return out, nil
}

// Text is the example as it is said.
func (e Example) Text() string {
	var b strings.Builder
	for _, p := range e {
		b.WriteString(p.Text)
	}
	return b.String()
}
