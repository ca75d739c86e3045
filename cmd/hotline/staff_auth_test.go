package main

import (
	"context"
	"net/netip"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"hotline"
	"hotline/auth"
)

// hung is a leg that says when it was hung up.
type hung chan struct{}

func (h hung) Hangup(context.Context, string) error { close(h); return nil }

// Whoever listens in on a call is out of it as soon as they are no supervisor any
// more, and when their session ends by the clock within a minute.
func TestSupervisorIsOut(t *testing.T) {
	file := filepath.Join(t.TempDir(), auth.Database)
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		d, err := auth.Open(ctx, file, auth.Config{Cost: auth.Cost{Memory: 64, Passes: 1, Threads: 1}})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		s := &server{people: d}
		if _, err := d.Add(ctx, commandLine, hotline.User{ID: "sue", Role: hotline.RoleSupervisor}, "seven green lamps"); err != nil {
			t.Fatal(err)
		}
		signIn := func() hotline.Session {
			t.Helper()
			in, err := d.SignIn(ctx, hotline.SignIn{User: "sue", Password: "seven green lamps", From: netip.MustParseAddr("192.0.2.1")})
			if err != nil {
				t.Fatal(err)
			}
			return in
		}
		lower, higher := hotline.RoleAgent, hotline.RoleSupervisor
		for name, tt := range map[string]struct {
			lose  func(in hotline.Session) error
			after time.Duration
		}{
			"signed out": {func(in hotline.Session) error { return d.SignOut(ctx, in.Secret) }, 0},
			"lowered": {func(hotline.Session) error {
				_, err := d.Change(ctx, commandLine, "sue", hotline.UserChange{Role: &lower})
				return err
			}, 0},
			"the long day":   {func(hotline.Session) error { time.Sleep(14*time.Hour - time.Minute); return nil }, 2 * time.Minute},
			"nothing at all": {nil, 0},
		} {
			in := signIn()
			leg := make(hung)
			stop := s.whileSupervisor(ctx, hotline.Identity{User: "sue", Session: in.ID, Role: hotline.RoleSupervisor}, leg)
			synctest.Wait()
			select {
			case <-leg:
				t.Fatalf("%s: out at once", name)
			default:
			}
			if tt.lose != nil {
				if err := tt.lose(in); err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				<-leg
				if took := time.Since(begin); took > tt.after {
					t.Errorf("%s: out after %v", name, took)
				}
			}
			stop()
			if _, err := d.Change(ctx, commandLine, "sue", hotline.UserChange{Role: &higher}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
