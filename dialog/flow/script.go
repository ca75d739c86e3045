// Package flow interprets dialogs that are written down as data: a Script holds
// prompts, slots, intents and flows, a Conversation follows it with one caller.
//
// A Conversation is a dialog.Manager. It decides in three steps: what the turn
// means (understand.go), which move that is (moves.go), and which steps follow
// until the caller is waited for (run.go). Everything that it remembers is one
// value, state, copied before each turn: a turn whose answer was never heard is
// taken back by putting the copy in place again.
//
// The script may not change while a conversation follows it.
package flow

import (
	"time"

	"hotline/dialog"
	"hotline/dialog/intent"
	"hotline/dialog/wording"
)

// Intents that every bot knows and the conversation itself acts on, in any
// state. Their examples and words are part of the language, not of a bot.
const (
	Agent   = "agent"     // a person, please
	Repeat  = "repeat"    // say that again
	Wait    = "wait"      // one moment
	Cancel  = "cancel"    // never mind
	Affirm  = "affirm"    // yes
	Deny    = "deny"      // no
	Unknown = "dont_know" // I do not have that
	Goodbye = "goodbye"
	English = "speak_en" // the caller asks for a language
	Chinese = "speak_zh"
	Slower  = "speak_slower"
	Faster  = "speak_faster"
)

// Readings that are no intent of the bot's.
const (
	Inform = "inform" // the caller gave what was asked for
	None   = intent.None
)

// Script is a bot as flows see it.
type Script struct {
	Name      string
	Languages []string // the first is the default
	Policy    Policy
	Prompts   map[string]*Prompt
	Slots     map[string]*Slot
	Intents   map[string]*Intent
	Flows     map[string]*Flow
	Starts    map[string]string // flow by intent
	Rules     *intent.Rules
	Classes   intent.Classifier
	Wordings  map[string]map[string]*wording.Model // by intent and language, of intents whose examples mark slots
	Titles    map[string]*Title                    // of values, for people
	Actions   dialog.Actions
	Search    dialog.Searcher // may be nil
}

// Policy is how the bot treats its callers.
type Policy struct {
	Pos        Pos
	Opening    []string          // prompts that open the call
	Next       string            // prompt after a flow: anything else?
	Failures   int               // turns in a row that were not understood before a person
	Confidence float64           // of an intent that is acted on
	Silence    time.Duration     // without a word before the caller is asked again; 0: the turn rules say
	Anger      float64           // score of anger or abuse that calls for a person; 0: never
	Keys       map[string]string // intent by keys pressed
	Skill      string            // of the people who take over
	SkillFor   map[string]string // by intent or emotion, emotion first
	Agents     string            // language of briefs; empty: the caller's
	Returned   string            // flow when no agent was found
	Caller     string            // action that knows the caller; its results are caller.*
	Remember   string            // action that keeps what the caller prefers: rate, language
	Segments   []string          // of callers, for variants of prompts
}

// Intent is something a caller may want.
type Intent struct {
	Name     string
	Pos      Pos
	Core     bool
	Examples map[string][]Example // by language
	Phrases  []string
	Words    []string
	Title    Lines // "order status", for people
	About    Lines // "order {order}, which is {order.state}"; the first whose values are all known
	Suggest  Lines // what an agent might say first
}

// Example is one utterance.
type Example struct {
	Text  string
	Pos   Pos
	Parts wording.Example // if it marks slots
}

// Kinds of slots.
const (
	Digits = "digits"
	Choice = "choice"
	Text   = "text"

	Count    = "number" // "two and a half"
	Money    = "money"
	Date     = "date" // a day, with or without a time
	Time     = "time" // of day
	Duration = "duration"
	Phone    = "phone"
	Email    = "email"
	ID       = "chinese_id"
)

// Kinds of slots that a bot may name; a card is digits that check, in groups
// of four, and a secret.
var Kinds = []string{Digits, Choice, Text, Count, Money, Date, Time, Duration, Phone, Email, ID, "card"}

// Title is what people read for a value and for its codes: "order number", and
// "late" for late.
type Title struct {
	Title Lines
	Codes map[string]Lines
}

// Slot is a value to get from the caller.
type Slot struct {
	Name     string
	Pos      Pos
	Kind     string
	Min, Max int // digits
	Options  []Option
	Check    string   // of digits: "luhn", or empty
	Groups   []int    // in which people say the digits; only the doubtful one is asked again
	Known    string   // value with the caller's own records, between spaces
	Ask      string   // prompt
	Again    []string // prompts of the second, third time
	Confirm  string   // prompt that reads a doubtful value back
	Always   bool     // reads back every spoken value
	Own      string   // prompt that asks if it is the one of the records that sounds like what was heard
	Same     string   // prompt that asks if it is the value of the time before
	Missing  string   // prompt when the caller does not have it
	Starts   string   // intent that the value alone means
	Secret   bool
	Anywhere bool // may be named before it is asked for
	Hints    map[string][]string
}

// Option of a Choice.
type Option struct {
	Value   string
	Pos     Pos
	Key     string
	Words   map[string][]string
	Intents []string
	Found   bool // in examples; it may have words in one language only
}

// Flow is one thing the bot can do.
type Flow struct {
	Name    string
	Pos     Pos
	Intents []string
	Title   Lines // "order status", for people; empty: that of the first intent
	Quiet   bool  // does not end with "anything else?"
	Steps   []Step
	Start   int // index of the first step
}

// Done is the index of the step after the last.
const Done = -1

// Op is what a step does.
type Op uint8

const (
	OpSay      Op = iota // say Prompts
	OpCollect            // get Slot
	OpConfirm            // ask Prompts, go on at Yes or No
	OpDecide             // go on at the first of Cases that holds
	OpAct                // do Action
	OpAnswer             // answer the caller's words from knowledge, or go on at No
	OpSet                // set variables, With
	OpCall               // run another flow and come back
	OpTransfer           // hand over to a person
	OpHangup             // say Prompts and end the call
)

// Step is one step of a flow.
type Step struct {
	ID      string // empty for most
	Title   Lines  // "order number", for people; empty: that of Slot
	Op      Op
	Pos     Pos
	Next    int
	Prompts []string
	Slot    string
	Yes, No int
	Cases   []Case
	Action  string
	With    map[string]Template
	As      string   // prefix of an action's results
	Waiting []string // prompts while the action runs
	Timeout time.Duration
	Tried   Lines // what the step did, for the brief
	Flow    string
	Skill   string
	Reason  Lines
}

// Case is one branch of a decision. Conditions all hold; none is "else".
type Case struct {
	When []Condition
	To   int
}

// Condition holds if the variable has one of the values; "*" is any value, ""
// is none.
type Condition struct {
	Var    string
	Values []string
}
