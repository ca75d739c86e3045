// Package dialog decides what the bot says and does next. It knows nothing of
// audio or phones: turns come in as text and keys, acts go out.
package dialog

import (
	"context"
	"iter"
	"time"

	"hotline"
)

// A Manager answers the turns of one conversation. It is used by one goroutine
// at a time; a turn may be cut short by ending ctx or by breaking the range,
// and the next turn then sees that its answer was not heard.
type Manager interface {
	// Respond yields the acts that answer t, each as soon as it is known. The
	// first act of a turn with words or keys is Understood.
	Respond(ctx context.Context, t Turn) iter.Seq2[Act, error]
}

// An Analyst names what an utterance means outside of the dialog, for the two
// sides of a call that is already with an agent. Managers may implement it. What
// the caller says (Text, Language, Voice) carries on how they felt with the bot;
// what others say is read by itself. It is not used while the Manager answers.
type Analyst interface {
	Analyse(t Turn, caller bool) Understood
}

// A Director knows what an agent may want of it with a Directed turn. Managers
// may implement it. Directs may be called while the Manager answers; the error
// carries hotline.EInvalid.
type Director interface {
	Directs(flow, step string) error
}

// TurnKind says what made the turn.
type TurnKind uint8

const (
	Opening  TurnKind = iota // the call was answered; nothing was said
	Words                    // the caller said Text
	Keys                     // the caller pressed Keys
	NoInput                  // the caller said nothing for the time allowed
	NoWords                  // the caller spoke, the recogniser found no words
	Returned                 // the agent did not answer or left; Reason says why
	Directed                 // an agent wants Flow done, from Step, with Slots known
)

// A Turn is what the caller just did.
type Turn struct {
	Number       int
	Kind         TurnKind
	Text         string   // with the text of earlier turns whose answer was never heard
	Alternatives []string // other readings of Text, best first
	Keys         string
	Reason       string
	Flow, Step   string            // of Directed; an empty step is the first
	Slots        map[string]string // of Directed
	Back         bool              // of Directed: Finished follows in this turn or a later one
	Language     string            // as the recogniser heard it; may be empty
	Voice        Tone              // what the voice says, if measured
	Heard        float64           // share of the last answer that the caller heard, 0 to 1
}

// Tone is what a voice says without words. The zero Tone says nothing.
type Tone struct {
	Emotion string  // from the recogniser, if it tells
	Louder  float64 // dB above this caller's own beginning
	Higher  float64 // semitones above it
	Faster  float64 // syllables a second more
	Over    float64 // seconds of talking over the bot
	Anger   float64 // 0 to 1, of the voice's sound alone; .5 and more sounds angry
}

// An Act is one thing for the session to do. The set is closed. An action that
// calls the outside world runs inside the Manager and is reported by Did.
type Act interface{ act() }

type (
	// Understood is how the turn was read.
	Understood struct {
		Intent     string
		Confidence float64
		Emotion    hotline.Emotion
		Slots      map[string]string
		Language   string // of the conversation from now on
		Why        []string
	}
	// Say is one prompt, of one or more sentences.
	Say struct {
		Text     string
		Language string
		Prompt   string  // its name in the bot, for reports
		Audio    string  // a recording to play instead (WAV or MP3); Text is what it says
		Must     bool    // may not be interrupted
		Rate     float64 // of speech; 1 is the voice's own, 0 as well
	}
	// Listen says what the next turn is expected to be. Without it, free speech.
	Listen struct {
		Digits    int           // collecting a number of about so many digits; 0 is free speech
		Number    *Number       // what a recogniser may know of it; nil is nothing
		Stop      rune          // key that ends a number, '#'
		Secret    bool          // keys are not to be kept
		Hints     []string      // words to expect
		NoInput   time.Duration // 0 is the default of the turn rules
		Languages []string
	}
	// Transfer hands the caller to a person.
	Transfer struct {
		Skill, Reason string
		Brief         hotline.Brief // what the dialog knows; the session adds the rest
	}
	Hangup struct{ Reason string }
	// Finished ends a flow that was wanted with Turn.Back: it was done, or the
	// caller would not.
	Finished struct{}
	// Did reports an action of the outside world.
	Did struct{ hotline.ActionDone }
	// Cited tells what knowledge the prompt before it is from.
	Cited struct{ hotline.AnswerFromKB }
)

func (Understood) act() {}
func (Say) act()        {}
func (Listen) act()     {}
func (Transfer) act()   {}
func (Hangup) act()     {}
func (Finished) act()   {}
func (Did) act()        {}
func (Cited) act()      {}

// A Number is one that the caller was asked for. It may be read on any goroutine.
type Number struct {
	Least, Most int                    // digits
	Known       []string               // the caller's own, of which it probably is one; may be empty
	Settled     func(text string) bool // text needs no other readings
}

// Searcher is what a flow needs of a knowledge base.
type Searcher interface {
	// Search gives at most n passages that answer q, best first; none if nothing
	// surely does. Their texts are made for the ear.
	Search(ctx context.Context, q hotline.Question, n int) ([]hotline.Passage, error)
}
