package flow

import (
	"fmt"
	"maps"

	"hotline"
	"hotline/dialog"
)

var _ dialog.Director = (*Conversation)(nil)

// Directs implements dialog.Director. The script does not change, so it may be
// asked at any time.
func (c *Conversation) Directs(flow, step string) error {
	_, err := c.script.start(flow, step)
	return err
}

// start is where a flow begins: at the step with the id, if it is not empty.
func (s *Script) start(flow, step string) (int, error) {
	f := s.Flows[flow]
	if f == nil {
		return 0, &hotline.Error{Op: "flow", Code: hotline.EInvalid, Message: fmt.Sprintf("the bot has no flow %q", flow)}
	}
	if step == "" {
		return f.Start, nil
	}
	for i := range f.Steps {
		if f.Steps[i].ID == step {
			return i, nil
		}
	}
	return 0, &hotline.Error{Op: "flow", Code: hotline.EInvalid, Message: fmt.Sprintf("the flow %s has no step with the id %q", flow, step)}
}

// direct does what an agent wants done. What was under way is forgotten: the
// caller has talked to a person since.
func (a *answer) direct() {
	at, err := a.script.start(a.turn.Flow, a.turn.Step)
	if err != nil {
		a.fail(err)
		return
	}
	a.now.stack, a.now.failures, a.now.silences = nil, 0, 0
	a.now.returned, a.now.left = 0, false
	a.now.directed = a.turn.Back
	fills := map[string]string{}
	for k, v := range a.turn.Slots {
		if a.script.Slots[k] != nil {
			fills[k] = v
		} else {
			a.now.vars[k] = v
		}
	}
	a.push(a.turn.Flow, fills)
	a.now.top().at = at
	maps.Copy(a.now.vars, fills)
	a.run()
}

// directed says that what an agent wanted is over, done or not.
func (a *answer) directed() {
	if a.now.directed && len(a.now.stack) == 0 && !a.stopped {
		a.now.directed, a.now.offered = false, false
		a.emit(dialog.Finished{})
	}
}
