package sip

import (
	"context"

	"hotline"
	"hotline/media"
)

// Server is a stub.
type Server struct{}

func Listen(c Config) (*Server, error) { panic("todo") }

func (s *Server) Addrs() []string { panic("todo") }

func (s *Server) Serve(ctx context.Context, accept func(context.Context, *Leg)) error { panic("todo") }

func (s *Server) Drain() { panic("todo") }

func (s *Server) Dial(ctx context.Context, to Target) (*Leg, error) { panic("todo") }

// Leg is a stub.
type Leg struct{}

func (l *Leg) Info() hotline.LegInfo                            { panic("todo") }
func (l *Leg) Answer(ctx context.Context) (media.Stream, error) { panic("todo") }
func (l *Leg) Hangup(ctx context.Context, reason string) error  { panic("todo") }
func (l *Leg) Signals() <-chan hotline.Signal                   { panic("todo") }
func (l *Leg) Stats() hotline.MediaStats                        { panic("todo") }
func (l *Leg) SendKeys(ctx context.Context, keys string) error  { panic("todo") }
func (l *Leg) Hold(ctx context.Context) error                   { panic("todo") }
func (l *Leg) Resume(ctx context.Context) error                 { panic("todo") }
func (l *Leg) LocalSDP() string                                 { panic("todo") }
