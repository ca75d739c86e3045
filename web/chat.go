package web

import (
	"context"
	"net/http"

	"hotline"
)

// Chat is a conversation with a bot in text. It keeps the sessions, bounds their
// number and age, and keeps a record of each as of a call.
type Chat interface {
	// Turn answers one turn; the first of a session, with an empty text, is the
	// greeting.
	Turn(ctx context.Context, t ChatTurn) (ChatReply, error)
}

// ChatTurn is what the person typed.
type ChatTurn struct {
	Session string `json:"session"` // empty begins one
	Bot     string `json:"bot"`     // of a new session; empty is the default bot
	Text    string `json:"text"`
	Keys    string `json:"keys"` // in place of text
	Lang    string `json:"lang"`
	To      string `json:"to"`  // of a new session: the number whose bot it is, if Bot is empty
	End     bool   `json:"end"` // the customer leaves; nothing is answered
	Host    string `json:"-"`   // address of the customer; empty: of this machine
}

// ChatReply is what the bot does.
type ChatReply struct {
	Session string    `json:"session"`
	Acts    []ChatAct `json:"acts"`
	Ended   bool      `json:"ended"` // the session is over
}

// ChatAct is one act of the bot's; Type says which members it has.
type ChatAct struct {
	Type       string              `json:"type"` // understood, say, cited, listen, transfer, hangup, did
	Text       string              `json:"text,omitempty"`
	Language   string              `json:"language,omitempty"`
	Prompt     string              `json:"prompt,omitempty"`
	Intent     string              `json:"intent,omitempty"`
	Confidence float64             `json:"confidence,omitempty"`
	Emotion    *hotline.Emotion    `json:"emotion,omitempty"`
	Slots      map[string]string   `json:"slots,omitempty"`
	Why        []string            `json:"why,omitempty"`
	Digits     int                 `json:"digits,omitempty"`
	Skill      string              `json:"skill,omitempty"`
	Reason     string              `json:"reason,omitempty"`
	Brief      *hotline.Brief      `json:"brief,omitempty"`
	Did        *hotline.ActionDone `json:"did,omitempty"`
	Passages   []hotline.Passage   `json:"passages,omitempty"` // that the prompt before is from
}

func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	var t ChatTurn
	err := read(w, r, &t)
	switch {
	case err != nil:
	case t.Session != "" && !name.MatchString(t.Session):
		err = invalid("chat", "session is not one that was given")
	case s.cfg.Chat == nil:
		err = unavailable("chat", "there is no bot to chat with")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if a := s.clientAddr(r); !a.IsLoopback() {
		t.Host = a.Unmap().String()
	}
	if t.Session == "" && t.Host != "" && identity(r).User == "" {
		if wait := s.chats.wait(s.clientAddr(r)); wait > 0 {
			s.fail(w, r, tooMany(wait))
			return
		}
	}
	answer, err := s.cfg.Chat.Turn(r.Context(), t)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer.Acts = orEmpty(answer.Acts)
	reply(w, answer)
}
