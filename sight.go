package hotline

import "slices"

// staff takes in who of the staff the call came to: Agents and On.
func (c *Call) staff(ev Event) {
	came := func(id AgentID) {
		if id != "" && !slices.Contains(c.Agents, id) {
			c.Agents = append(slices.Clip(c.Agents), id) // copies of c keep theirs
		}
	}
	switch b := ev.Body.(type) {
	case Popped:
		came(b.Agent)
	case Offered:
		came(b.Agent)
	case AgentJoined:
		came(b.Agent)
		if b.Agent != "" && !slices.Contains(c.On, b.Agent) {
			c.On = append(slices.Clip(c.On), b.Agent)
		}
	case AgentLeft:
		if i := slices.Index(c.On, b.Agent); i >= 0 {
			c.On = slices.Concat(c.On[:i], c.On[i+1:])
		}
		if len(c.On) == 0 {
			c.On = nil
		}
	case CallEnded:
		c.On = nil
	}
}
