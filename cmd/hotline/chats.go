package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/bot"
	"hotline/store"
	"hotline/web"
)

// ChatConfig bounds the chats of customers.
type ChatConfig struct {
	Max     int      `yaml:"max"`      // at once
	MaxHost int      `yaml:"max_host"` // at once, of one address
	Turns   int      `yaml:"turns"`    // of one chat
	Text    int      `yaml:"text"`     // bytes of a turn
	Idle    Duration `yaml:"idle"`     // without a turn, before it is over
}

func (c ChatConfig) validate(bad func(string, ...any)) {
	if min(c.Max, c.MaxHost, c.Turns, c.Text) <= 0 {
		bad("chat: expected max, max_host, turns and text over 0")
	}
	if c.Idle < Duration(time.Second) {
		bad("chat.idle: expected a second or more")
	}
}

// chats are the chats of customers: each is a call in the journal, without audio.
// It implements web.Chat.
type chats struct {
	cfg    Config
	begin  beginning
	events recorder
	closed func() bool // no new chat is begun

	mu   sync.Mutex
	open map[string]*chatting // by session, which the customer alone knows
}

// A beginning begins a conversation with the bot of that name, in one of the
// languages that it speaks; nil if there is no such bot.
type beginning func(bot string, o bot.ConversationOptions) (m dialog.Manager, speaks []string)

type recorder interface {
	Append(ev hotline.Event) hotline.Event
}

func newChats(c Config, begin beginning, events recorder, closed func() bool) *chats {
	return &chats{cfg: c, begin: begin, events: events, closed: closed, open: map[string]*chatting{}}
}

// run ends the chats that nobody goes on with, and all of them when ctx ends.
func (c *chats) run(ctx context.Context) {
	idle := time.Duration(c.cfg.Chat.Idle)
	tick := time.NewTicker(idle / 20)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			c.end(func(*chatting) bool { return true }, hotline.Interrupted, hotline.Shutdown)
			return
		case now := <-tick.C:
			c.end(func(s *chatting) bool { return now.Sub(s.used) >= idle }, hotline.Completed, hotline.Idle)
		}
	}
}

// end ends the chats for which which is true, and tells how many they were.
func (c *chats) end(which func(*chatting) bool, result hotline.Result, reason string) int {
	var those []*chatting
	c.mu.Lock()
	for id, s := range c.open {
		if which(s) {
			those = append(those, s)
			delete(c.open, id)
		}
	}
	c.mu.Unlock()
	for _, s := range those {
		s.mu.Lock()
		s.end(result, reason)
		s.mu.Unlock()
	}
	return len(those)
}

// Order gives an order to a chat; ok is false if the call is none. It can only be
// ended.
func (c *chats) Order(id hotline.CallID, o hotline.Order) (ok bool, err error) {
	this := func(s *chatting) bool { return s.call == id }
	if _, hangup := o.(hotline.HangUp); hangup {
		return c.end(this, hotline.Completed, hotline.ByOperator) > 0, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.open {
		if this(s) {
			return true, &hotline.Error{Op: "order", Code: hotline.EConflict, Reason: "in_writing", Message: "this is a chat: it can only be ended"}
		}
	}
	return false, nil
}

// Turn implements web.Chat.
func (c *chats) Turn(ctx context.Context, t web.ChatTurn) (web.ChatReply, error) {
	if most := c.cfg.Chat.Text; max(len(t.Text), len(t.Keys), len(t.To)) > most {
		return web.ChatReply{}, &hotline.Error{Op: "chat", Code: hotline.EInvalid, Message: fmt.Sprintf("more than %d bytes", most)}
	}
	id, s, err := c.session(t)
	if err != nil {
		return web.ChatReply{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over { // meanwhile
		return web.ChatReply{}, errNoChat
	}
	r := web.ChatReply{Session: id}
	if t.End {
		s.end(hotline.Completed, hotline.CallerHangup)
	} else {
		r.Acts, err = s.turn(ctx, t)
	}
	if r.Ended = s.over; s.over {
		c.mu.Lock()
		delete(c.open, id)
		c.mu.Unlock()
	}
	return r, err
}

var errNoChat = &hotline.Error{Op: "chat", Code: hotline.ENotFound, Message: "there is no such session, or it has ended"}

// session finds the session of a turn, or begins one.
func (c *chats) session(t web.ChatTurn) (string, *chatting, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if s := c.open[t.Session]; s != nil {
		s.used = now
		return t.Session, s, nil
	}
	if t.Session != "" || t.End {
		return "", nil, errNoChat
	}
	of := 0
	for _, s := range c.open {
		if s.host == t.Host {
			of++
		}
	}
	if c.closed() || len(c.open) >= c.cfg.Chat.Max || t.Host != "" && of >= c.cfg.Chat.MaxHost {
		return "", nil, &hotline.Error{Op: "chat", Code: hotline.EUnavailable, Message: "too many conversations; try again later"}
	}
	n, _ := c.cfg.number(t.To)
	name := cmp.Or(t.Bot, n.Bot)
	call := store.NewCallID(now)
	m, speaks := c.begin(name, bot.ConversationOptions{Call: call, From: hotline.ByChat, Language: t.Lang})
	if m == nil {
		return "", nil, &hotline.Error{Op: "chat", Code: hotline.ENotFound, Message: fmt.Sprintf("there is no bot %q", name)}
	}
	s := &chatting{events: c.events, call: call, started: now, host: t.Host, used: now, other: c.dialled(name), most: c.cfg.Chat.Turns, language: speaks[0], manager: m}
	if slices.Contains(speaks, t.Lang) {
		s.language = t.Lang
	}
	s.emit(hotline.CallStarted{Direction: "in", From: hotline.ByChat, To: t.To, Remote: strings.TrimSpace(hotline.ByChat + " " + t.Host), Bot: name})
	s.emit(hotline.CallAnswered{})
	id := rand.Text()
	c.open[id] = s
	return id, s, nil
}

// dialled is a number that one can dial to reach the bot, and by it a person.
func (c *chats) dialled(bot string) string {
	for _, n := range c.cfg.Numbers {
		if digits := strings.TrimPrefix(n.Dial, "+"); n.Bot == bot && len(digits) > 2 && strings.Trim(digits, "0123456789") == "" {
			return n.Dial
		}
	}
	return ""
}
