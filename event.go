package hotline

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// An Event is one fact about a call. Events are the only way one part of the
// system learns what happened in another.
type Event struct {
	Seq   uint64    `json:"seq"` // position in the journal; from 1, no gaps
	N     uint64    `json:"n"`   // position in its call; from 1, no gaps
	Call  CallID    `json:"call"`
	Leg   LegID     `json:"leg,omitempty"`
	At    time.Time `json:"at"`
	Media Ms        `json:"media_ms"` // media time of the call: since it was answered
	Kind  string    `json:"kind"`     // Body.Kind()
	Body  Body      `json:"body"`
}

// Body is the payload of an Event. Kind is its stable wire name.
type Body interface{ Kind() string }

type (
	// CallStarted opens every call, refused ones included.
	CallStarted struct {
		Direction string `json:"direction"` // "in", "out"
		From      string `json:"from"`
		To        string `json:"to"`
		Remote    string `json:"remote"`
		Bot       string `json:"bot,omitempty"`
		Returns   CallID `json:"returns,omitempty"` // the call whose caller is called back
	}
	CallAnswered struct {
		Codec     string `json:"codec"`
		Recording string `json:"recording,omitempty"` // path under the data folder
	}
	// Heard is a finished turn of a person.
	Heard struct {
		Who        string            `json:"who"` // "caller", "agent"
		Text       string            `json:"text"`
		Language   string            `json:"language"`
		Confidence float64           `json:"confidence"`
		Start      Ms                `json:"start_ms"` // of the speech, media time
		End        Ms                `json:"end_ms"`
		Intent     string            `json:"intent,omitempty"`
		IntentProb float64           `json:"intent_prob,omitempty"`
		Emotion    Emotion           `json:"emotion"`
		Slots      map[string]string `json:"slots,omitempty"`
		Turn       int               `json:"turn"`
	}
	// Said is a prompt of the bot's, as far as it was heard.
	Said struct {
		Text     string `json:"text"`
		Language string `json:"language,omitempty"`
		Start    Ms     `json:"start_ms"`
		Heard    Ms     `json:"heard_ms"` // how much of it the caller heard
		Length   Ms     `json:"length_ms,omitempty"`
		Cut      bool   `json:"cut"`      // barged in on
		To       string `json:"to"`       // "caller", "agent" (a whisper)
		Turn     int    `json:"turn"`     //
		Paused   int    `json:"paused"`   // times it paused for a sound that was no interruption
		PauseMs  Ms     `json:"pause_ms"` // start of the caller's speech to silence, if cut or paused
		Prompt   string `json:"prompt,omitempty"`
	}
	Key struct {
		Key string `json:"key"` // "*" in place of a digit while a secret is collected
	}
	// Turn is what each stage of one answer took.
	Turn struct {
		Turn     int `json:"turn"`
		Endpoint Ms  `json:"endpoint_ms"` // end of speech to end of turn
		ASR      Ms  `json:"asr_ms"`      // end of speech to final text
		Dialog   Ms  `json:"dialog_ms"`   // end of turn to first act
		TTS      Ms  `json:"tts_ms"`      // first act to first frame out
		Total    Ms  `json:"total_ms"`    // end of speech to first frame out
	}
	AnswerFromKB struct {
		Passages []Passage `json:"passages"`
	}
	ActionDone struct {
		Action string            `json:"action"`
		Args   map[string]string `json:"args,omitempty"`
		Result map[string]string `json:"result,omitempty"`
		Error  string            `json:"error,omitempty"`
		TookMs Ms                `json:"took_ms"`
		Tried  string            `json:"tried,omitempty"`  // what was done, in the words of the brief
		Caller bool              `json:"caller,omitempty"` // Result says who calls: name, segment, language, orders, ...
	}
	Queued struct {
		Skill  string `json:"skill"`
		Reason string `json:"reason"`
	}
	// CallBackAsked says that the customer is called when it is their turn: a caller
	// asked for it and keeps their place, or somebody promised it. The last of a call
	// counts.
	CallBackAsked struct {
		Skill  string `json:"skill"`
		Brief  Brief  `json:"brief"`            // for the agent who will have them
		By     string `json:"by,omitempty"`     // who promised it: a user, or an agent's id; empty: the caller asked
		Number string `json:"number,omitempty"` // to be called; empty: the one they called from
	}
	// CallBackForgotten says that nobody will be called after all.
	CallBackForgotten struct {
		By string `json:"by,omitempty"` // a user, or an agent's id; empty: it is too late
	}
	// CallBackMade says what came of one try to call back, on the call in which it
	// was asked for.
	CallBackMade struct {
		By      CallID `json:"by,omitempty"` // the call that was made
		Reached bool   `json:"reached"`
		Last    bool   `json:"last"` // there will be no other try
	}
	// Popped is the screen pop; it comes before the agent's phone rings.
	Popped struct {
		Agent AgentID `json:"agent"`
		Brief Brief   `json:"brief"`
	}
	Offered struct {
		Agent  AgentID `json:"agent"`
		Number string  `json:"number,omitempty"` // outside, in place of an agent
	}
	AgentJoined struct {
		Agent  AgentID `json:"agent"`
		Number string  `json:"number,omitempty"` // outside, in place of an agent
		As     string  `json:"as,omitempty"`     // AsConsulted, AsBack, AsSupervisor; empty: has the caller
	}
	AgentLeft struct {
		Agent  AgentID `json:"agent"`
		Number string  `json:"number,omitempty"`
		Reason string  `json:"reason"`          // "busy", "declined", "no-answer", "agent-hangup", ...
		Still  string  `json:"still,omitempty"` // who has the caller after that; empty: nobody
	}
	// AgentLost is that the line to an agent's browser is gone without a hangup, and
	// the caller is kept for them, or that they are back on another leg.
	AgentLost struct {
		Agent AgentID `json:"agent"`
		Back  bool    `json:"back"`
	}
	// Supervised tells how a supervisor takes part from now on, or that they left.
	Supervised struct {
		User string `json:"user"`
		Mode string `json:"mode"` // ModeListen, ModeWhisper, ModeBarge
		On   bool   `json:"on"`   // false: they left
	}
	// ConsultStarted is that the agent asks somebody else, and the caller hears
	// music.
	ConsultStarted struct {
		By     AgentID `json:"by"`
		Skill  string  `json:"skill,omitempty"`
		Agent  AgentID `json:"agent,omitempty"`
		Number string  `json:"number,omitempty"`
	}
	ConsultEnded struct {
		How string `json:"how"` // "complete", "cancel", "join", or why nobody was reached: "busy", "no-agent", ...
	}
	// ReturnedToBot is that an agent lent the caller to the bot.
	ReturnedToBot struct {
		Flow string  `json:"flow"`
		Step string  `json:"step,omitempty"`
		By   AgentID `json:"by"`
		Then string  `json:"then"` // ThenAgent, ThenEnd
	}
	Hold struct {
		On bool `json:"on"`
	}
	Transferred struct {
		To     string `json:"to"`
		Reason string `json:"reason"`
	}
	EngineFailed struct {
		Engine string `json:"engine"` // "asr moonshine", "tts espeak", "dialog shop"
		Error  string `json:"error"`
		Now    string `json:"now"` // what took over
	}
	Media struct {
		Silent bool `json:"silent"` // packets stopped; false: they came back
	}
	CallEnded struct {
		Outcome
		Code     int                  `json:"code,omitempty"` // SIP status of a refusal
		LengthMs Ms                   `json:"length_ms"`
		Stats    map[LegID]MediaStats `json:"stats,omitempty"`
	}
)

// Partial is what a recogniser makes of a turn that goes on. It is no event,
// though it travels as one whose Seq is 0: nobody keeps it. A later one of the
// same party replaces it, and so does the Heard of the turn.
type Partial struct {
	Who      string `json:"who"`  // "caller", "agent"
	Text     string `json:"text"` // all of the turn so far; empty: it came to nothing
	Language string `json:"language,omitempty"`
	Start    Ms     `json:"start_ms"` // of the speech, media time
}

// Kind implements Body.
func (Partial) Kind() string { return "partial" }

// Told is a Partial as those who watch the call read it.
type Told struct {
	Call  CallID    `json:"call"`
	Leg   LegID     `json:"leg,omitempty"`
	At    time.Time `json:"at"`
	Media Ms        `json:"media_ms"`
	Partial
}

// Remarks are facts that people add to a call, during it and afterwards. They
// alone may come after its CallEnded. By is who: a user, or an agent's id.
type (
	// Noted is a note on the call.
	Noted struct {
		By   string `json:"by"`
		Text string `json:"text"`
	}
	// Disposed says what came of the call.
	Disposed struct {
		By   string `json:"by"`
		Code string `json:"code"` // one of the configured dispositions
		Text string `json:"text,omitempty"`
	}
	// Corrected says what a Heard of the call, or a number that ended with a Key, really
	// meant.
	Corrected struct {
		N      uint64            `json:"n"` // of the event that was wrong
		By     string            `json:"by"`
		Intent string            `json:"intent,omitempty"` // empty: it was right
		Slots  map[string]string `json:"slots,omitempty"`  // those that were wrong; an empty value: there was none
	}
	// Learned is an answer given in the call that is to be given again.
	Learned struct {
		By       string `json:"by"`
		Question string `json:"question"`
		Answer   string `json:"answer"`
		Language string `json:"language"`
		Article  string `json:"article,omitempty"` // the draft made of it
	}
)

func (CallStarted) Kind() string       { return "call.started" }
func (CallAnswered) Kind() string      { return "call.answered" }
func (Heard) Kind() string             { return "heard" }
func (Said) Kind() string              { return "said" }
func (Key) Kind() string               { return "key" }
func (Turn) Kind() string              { return "turn" }
func (AnswerFromKB) Kind() string      { return "answer.from.kb" }
func (ActionDone) Kind() string        { return "action.done" }
func (Queued) Kind() string            { return "queued" }
func (CallBackAsked) Kind() string     { return "callback.asked" }
func (CallBackMade) Kind() string      { return "callback.made" }
func (CallBackForgotten) Kind() string { return "callback.forgotten" }
func (Popped) Kind() string            { return "popped" }
func (Offered) Kind() string           { return "offered" }
func (AgentJoined) Kind() string       { return "agent.joined" }
func (AgentLeft) Kind() string         { return "agent.left" }
func (AgentLost) Kind() string         { return "agent.lost" }
func (Supervised) Kind() string        { return "supervised" }
func (ConsultStarted) Kind() string    { return "consult.started" }
func (ConsultEnded) Kind() string      { return "consult.ended" }
func (ReturnedToBot) Kind() string     { return "returned.to.bot" }
func (Hold) Kind() string              { return "hold" }
func (Transferred) Kind() string       { return "transferred" }
func (EngineFailed) Kind() string      { return "engine.failed" }
func (Media) Kind() string             { return "media" }
func (CallEnded) Kind() string         { return "call.ended" }
func (Noted) Kind() string             { return "noted" }
func (Disposed) Kind() string          { return "disposed" }
func (Corrected) Kind() string         { return "corrected" }
func (Learned) Kind() string           { return "learned" }

// IsRemark tells whether b may be added to a call that has ended.
func IsRemark(b Body) bool {
	switch b.(type) {
	case Noted, Disposed, Corrected, Learned, CallBackAsked, CallBackMade, CallBackForgotten:
		return true
	}
	return false
}

// Bodies has one value of every kind there is.
var Bodies = []Body{CallStarted{}, CallAnswered{}, Heard{}, Said{}, Key{}, Turn{}, AnswerFromKB{}, ActionDone{},
	Queued{}, CallBackAsked{}, CallBackMade{}, CallBackForgotten{}, Popped{}, Offered{}, AgentJoined{}, AgentLeft{}, AgentLost{}, Hold{}, Transferred{}, Supervised{}, ConsultStarted{}, ConsultEnded{}, ReturnedToBot{},
	EngineFailed{}, Media{}, CallEnded{},
	Noted{}, Disposed{}, Corrected{}, Learned{}}

// Values of AgentJoined.As.
const (
	AsConsulted  = "consulted"  // talks to the agent; the caller does not hear them
	AsBack       = "back"       // has the caller back from the bot
	AsSupervisor = "supervisor" // a supervisor who barged in has the caller, as the agent left
)

var bodyTypes = func() map[string]reflect.Type {
	m := map[string]reflect.Type{}
	for _, b := range Bodies {
		m[b.Kind()] = reflect.TypeOf(b)
	}
	return m
}()

// DecodeBody is the inverse of json.Marshal for a body of that kind.
func DecodeBody(kind string, data []byte) (Body, error) {
	t, ok := bodyTypes[kind]
	if !ok {
		return nil, fmt.Errorf("event of unknown kind %q", kind)
	}
	v := reflect.New(t)
	if err := json.Unmarshal(data, v.Interface()); err != nil {
		return nil, fmt.Errorf("event %s: %w", kind, err)
	}
	return v.Elem().Interface().(Body), nil
}

// UnmarshalJSON decodes the body by its kind.
func (e *Event) UnmarshalJSON(data []byte) error {
	type plain Event
	var raw struct {
		*plain
		Body json.RawMessage `json:"body"`
	}
	raw.plain = (*plain)(e)
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	var err error
	e.Body, err = DecodeBody(e.Kind, raw.Body)
	return err
}
