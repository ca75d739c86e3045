package call

import "time"

// Limits bound a call. A zero field takes DefaultLimits'.
type Limits struct {
	Call     time.Duration // length of a call
	Queue    time.Duration // wait for a person, before the bot takes the caller back
	Consult  time.Duration // search for somebody whom an agent wants to ask
	Still    time.Duration // between two "still looking" in the queue
	Lost     time.Duration // without a packet, after the leg has said that none come
	Reload   time.Duration // for the browser of an agent to be back, before the next agent
	Filler   time.Duration // thinking, before "one moment"
	Patience time.Duration // thinking, before the caller goes to a person
	Farewell time.Duration // last words, before hanging up regardless
	Offers   int           // agents' phones rung for one transfer
	Returns  int           // times in a row that a caller comes back from the queue unserved
}

// DefaultLimits are those of a small call centre. A caller does not notice a
// pause of a second and a half if something is said then; after eight they have
// asked "hello?" twice. 45 s lets a caller through a tunnel. 10 s lets an agent load
// their page again, or start a browser that crashed.
var DefaultLimits = Limits{
	Call:     time.Hour,
	Queue:    5 * time.Minute,
	Consult:  30 * time.Second,
	Still:    30 * time.Second,
	Lost:     45 * time.Second,
	Reload:   10 * time.Second,
	Filler:   1500 * time.Millisecond,
	Patience: 8 * time.Second,
	Farewell: 10 * time.Second,
	Offers:   3,
	Returns:  2,
}

// drain is how long after the last frame of the last prompt was read the leg is
// hung up: two packets, so that the pacer has sent it, however late it runs.
const drain = 40 * time.Millisecond

func (l *Limits) fill() {
	d := DefaultLimits
	for _, f := range []struct {
		v *time.Duration
		d time.Duration
	}{{&l.Call, d.Call}, {&l.Queue, d.Queue}, {&l.Consult, d.Consult}, {&l.Still, d.Still}, {&l.Lost, d.Lost}, {&l.Reload, d.Reload}, {&l.Filler, d.Filler},
		{&l.Patience, d.Patience}, {&l.Farewell, d.Farewell}} {
		if *f.v == 0 {
			*f.v = f.d
		}
	}
	if l.Offers == 0 {
		l.Offers = d.Offers
	}
	if l.Returns == 0 {
		l.Returns = d.Returns
	}
}
