package storetest

import (
	"fmt"
	"strings"
	"testing"

	"hotline"
)

// sight: an agent finds the calls that came to them, and earlier ones of the same
// customers, by number or by who they are; not later ones, and nobody's who has
// neither.
func sight(t *testing.T, s Store) {
	next := uint64(1)
	for i, tt := range []struct {
		direction, from, to, customer string
		bodies                        []hotline.Body
	}{
		1:  {"in", "100", "shop", "", nil},                                                 // earlier of the same number
		2:  {"in", "200", "shop", "", nil},                                                 // nobody's business
		3:  {"out", "shop", "100", "", nil},                                                // we called that number
		4:  {"in", "web", "shop", "", nil},                                                 // a browser has no number
		5:  {"in", "100", "shop", "C7", []hotline.Body{hotline.Popped{Agent: "anna"}}},     // came to anna
		6:  {"in", "100", "shop", "", nil},                                                 // later: not hers
		7:  {"in", "web", "shop", "", []hotline.Body{hotline.Offered{Agent: "anna"}}},      // missed by anna
		8:  {"in", "999", "shop", "C7", []hotline.Body{hotline.AgentJoined{Agent: "bob"}}}, // the same person, later, with bob
		9:  {"in", "300", "shop", "", []hotline.Body{hotline.AgentJoined{Agent: "bob"}, hotline.AgentLeft{Agent: "bob"}, hotline.AgentJoined{Agent: "anna"}}},
		10: {"in", "300", "shop", "", []hotline.Body{hotline.AgentJoined{Agent: "bob"}}},
	} {
		if i == 0 {
			continue
		}
		bodies := []hotline.Body{hotline.CallStarted{Direction: tt.direction, From: tt.from, To: tt.to}}
		if tt.customer != "" {
			bodies = append(bodies, hotline.ActionDone{Caller: true, Result: map[string]string{"id": tt.customer}})
		}
		next = keep(t, s, hotline.CallID(fmt.Sprintf("call-%02d", i)), next, append(bodies, tt.bodies...)...)
	}
	for agent, want := range map[hotline.AgentID]string{
		"anna": "09 07 05 03 01",
		"bob":  "10 09 08 05",
		"carl": "",
	} {
		var got []string
		for _, c := range must[[]hotline.Call](t)(s.Calls(t.Context(), hotline.CallQuery{SeenBy: agent, Limit: 20})) {
			got = append(got, strings.TrimPrefix(string(c.ID), "call-"))
		}
		same(t, "seen by "+string(agent), strings.Join(got, " "), want)
		for i := 1; i <= 10; i++ { // one at a time says the same
			no := fmt.Sprintf("%02d", i)
			one := must[[]hotline.Call](t)(s.Calls(t.Context(), hotline.CallQuery{SeenBy: agent, ID: hotline.CallID("call-" + no), Limit: 1}))
			if (len(one) == 1) != strings.Contains(want, no) {
				t.Errorf("%s sees call %s: %v", agent, no, len(one))
			}
		}
	}
	c := must[hotline.Call](t)(s.Call(t.Context(), "call-09"))
	same(t, "agents", fmt.Sprint(c.Agents, c.On), "[bob anna] [anna]")
	if page := must[[]hotline.Call](t)(s.Calls(t.Context(), hotline.CallQuery{SeenBy: "anna", Before: "call-05", Limit: 1})); len(page) != 1 || page[0].ID != "call-03" {
		t.Errorf("the next page: %+v", page)
	}
}
