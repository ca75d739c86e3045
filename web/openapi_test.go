package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"hotline"
)

// The description and the server have the same routes.
func TestRoutesDescribed(t *testing.T) {
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Role        hotline.Role `json:"x-role"`
			Parameters  []struct{ Name, In string }
			Responses   map[string]any
		}
	}
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	_, s := newServer(t, nil)
	var have, described []string
	for _, r := range s.routes() {
		have = append(have, fmt.Sprintf("%s %s for %s", r.method, r.path, r.role))
	}
	ids := map[string]bool{}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			described = append(described, fmt.Sprintf("%s %s for %s", strings.ToUpper(method), path, op.Role))
			if op.OperationID == "" || ids[op.OperationID] || op.Responses["default"] == nil {
				t.Errorf("%s %s: operation id %q, default %v", method, path, op.OperationID, op.Responses["default"])
			}
			ids[op.OperationID] = true
			inPath := slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.In == "path" && p.Name == "id" })
			if strings.Contains(path, "{id}") != inPath {
				t.Errorf("%s %s: id in the path: %v", method, path, inPath)
			}
		}
	}
	slices.Sort(have)
	slices.Sort(described)
	if !slices.Equal(have, described) {
		t.Errorf("served\n%s\ndescribed\n%s", strings.Join(have, "\n"), strings.Join(described, "\n"))
	}
	served := ask(s, "GET", "/api/v1/openapi.json", "")
	if !bytes.Equal(served.Body.Bytes(), openAPI) {
		t.Error("the description that is served is another one")
	}
}

// schema is a schema of the description; OpenAPI 3.1's are JSON Schema 2020-12.
func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPI))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("mem:openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("mem:openapi.json#/components/schemas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What the server says fits the description, member for member.
func TestRepliesFit(t *testing.T) {
	_, s := newServer(t, nil)
	for _, tt := range []struct{ method, path, body, schema string }{
		{"GET", "/api/v1/calls", "", "CallList"},
		{"GET", "/api/v1/calls/call-1", "", "Call"},
		{"GET", "/api/v1/calls/call-3", "", "Call"},
		{"GET", "/api/v1/calls/none", "", "Error"},
		{"GET", "/api/v1/calls/call-2/events?limit=1", "", "Event"},
		{"POST", "/api/v1/calls/call-2/hangup", "", "Accepted"},
		{"POST", "/api/v1/calls/call-2/transfer", `{"skill":"billing"}`, "Accepted"},
		{"GET", "/api/v1/events?limit=1", "", "Event"},
		{"GET", "/api/v1/agents", "", "AgentList"},
		{"POST", "/api/v1/agents/agent-1/state", `{"state":"away"}`, "Agent"},
		{"GET", "/api/v1/queues", "", "QueueList"},
		{"POST", "/api/v1/chat", `{"text":"hello"}`, "ChatReply"},
		{"GET", "/healthz", "", "Status"},
		{"GET", "/readyz", "", "Status"},
	} {
		w := ask(s, tt.method, tt.path, tt.body)
		v, err := jsonschema.UnmarshalJSON(w.Body)
		if err != nil {
			t.Fatalf("%s: %v", tt.path, err)
		}
		if err := schema(t, tt.schema).Validate(v); err != nil {
			t.Errorf("%s %s: %v", tt.method, tt.path, err)
		}
	}
	for name, v := range map[string]any{
		"Call": hotline.Call{ID: "a", Direction: "in", Phase: "ended", Bot: "b", Result: hotline.Interrupted, Reason: "r", Language: "en", Intent: "i", Emotion: "e", Skill: "s", Agent: "a", Agents: []hotline.AgentID{"a"}, Recording: "r"},
		"ChatAct": ChatAct{Type: "did", Text: "t", Language: "en", Prompt: "p", Intent: "i", Confidence: 1, Emotion: &hotline.Emotion{}, Slots: map[string]string{"a": "b"},
			Why: []string{"w"}, Digits: 4, Skill: "s", Reason: "r", Brief: &hotline.Brief{}, Did: &hotline.ActionDone{}},
		"ChatTurn": ChatTurn{},
		"Bot": hotline.BotAbout{Bot: "shop", Intents: []hotline.BotIntent{{Name: "order", Title: map[string]string{"en": "an order"}}},
			Flows:  []hotline.BotFlow{{Name: "order", Title: map[string]string{}, Steps: []string{"number"}, StepTitles: map[string]map[string]string{"number": {"en": "order number"}}}},
			Values: []hotline.BotValue{{Name: "model", Title: map[string]string{"zh": "型号"}, Codes: map[string]map[string]string{"moon": {"zh": "小月"}}}}},
	} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema(t, name).Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The kinds and states of the description are those of the program.
func TestEnumsDescribed(t *testing.T) {
	var kinds []any
	for _, b := range hotline.Bodies {
		kinds = append(kinds, b.Kind())
	}
	var states []any
	for _, s := range hotline.AgentStates {
		states = append(states, string(s))
	}
	for name, tt := range map[string]struct {
		member string
		want   []any
	}{"Event": {"kind", kinds}, "Agent": {"state", states}} {
		if got := schema(t, name).Properties[tt.member].Enum.Values; !slices.Equal(got, tt.want) {
			t.Errorf("%s of %s: %v, want %v", tt.member, name, got, tt.want)
		}
	}
}
