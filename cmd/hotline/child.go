package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/goccy/go-yaml"

	"hotline"
	"hotline/auth"
)

// A child is a `hotline serve` in a process of its own, on free loopback ports,
// for the demonstration and the measurements.
type child struct {
	serving
	cmd   *exec.Cmd
	log   string
	token string // to ask its API
	ended chan error
}

// startChild starts a server whose data folder is dir, with the models of data,
// and waits until it takes calls. config is added to its configuration.
func startChild(ctx context.Context, data, dir string, config map[string]any) (*child, error) {
	all := map[string]any{
		"http": map[string]any{"listen": "127.0.0.1:0"},
		"sip":  map[string]any{"listen": []string{"udp://127.0.0.1:0"}},
	}
	maps.Copy(all, config)
	text, err := yaml.Marshal(all)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "hotline.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	models, err := filepath.Abs(modelsDir(data))
	if err != nil {
		return nil, err
	}
	token, err := childToken(ctx, dir)
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(dir, "server.log"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	c := &child{cmd: exec.Command(self, "serve", "--config", file, "--data", dir, "--log", "info"), log: log.Name(), token: token, ended: make(chan error, 1)}
	c.cmd.Env = append(os.Environ(), "HOTLINE_MODELS="+models)
	c.cmd.Stdout, c.cmd.Stderr = log, log
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { c.ended <- c.cmd.Wait() }()
	if err := c.wait(ctx, dir); err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}

// childToken makes what the parent asks the child's API with.
func childToken(ctx context.Context, dir string) (string, error) {
	d, err := auth.Open(ctx, filepath.Join(dir, auth.Database), auth.Config{})
	if err != nil {
		return "", err
	}
	t, err := d.AddToken(ctx, commandLine, hotline.Token{Name: "parent process", Role: hotline.RoleSupervisor, Ends: time.Now().Add(24 * time.Hour)})
	return t.Secret, errors.Join(err, d.Close())
}

// wait polls until the server says where it listens and that it is ready.
func (c *child) wait(ctx context.Context, dir string) error {
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		b, err := os.ReadFile(filepath.Join(dir, "serving.json"))
		if err == nil && json.Unmarshal(b, &c.serving) == nil && c.ready(ctx) {
			return nil
		}
		select {
		case err := <-c.ended:
			c.ended <- err
			text, _ := os.ReadFile(c.log)
			return fmt.Errorf("the server ended: %v\n%s", err, bytes.TrimSpace(text))
		case <-ctx.Done():
			return fmt.Errorf("the server did not become ready; see %s", c.log)
		case <-poll.C:
		}
	}
}

func (c *child) ready(ctx context.Context) bool {
	resp, err := c.get(ctx, "/readyz")
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func (c *child) get(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.HTTP+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	return http.DefaultClient.Do(req)
}

// uri is where to call user.
func (c *child) uri(user string) string {
	return "sip:" + user + "@" + strings.TrimPrefix(c.SIP[0], "udp://")
}

// stop lets the server end its calls, and after a while does not.
func (c *child) stop() error {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-c.ended:
		c.ended <- err
		return err
	case <-time.After(15 * time.Second):
		_ = c.cmd.Process.Kill()
		c.ended <- <-c.ended
		return errors.New("the server did not end when asked to")
	}
}

// head is the sequence number of the last event.
func (c *child) head(ctx context.Context) (seq uint64, err error) {
	resp, err := c.get(ctx, "/api/v1/calls?limit=1")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var list struct {
		Seq uint64 `json:"seq"`
	}
	err = json.NewDecoder(resp.Body).Decode(&list)
	return list.Seq, err
}

// events follows the journal after the event since, until ctx ends.
func (c *child) events(ctx context.Context, since uint64) (iter.Seq[hotline.Event], error) {
	resp, err := c.get(ctx, fmt.Sprintf("/api/v1/events?follow=1&since=%d", since))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("events: %s", resp.Status)
	}
	return func(yield func(hotline.Event) bool) {
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var e hotline.Event
			if json.Unmarshal(lines.Bytes(), &e) == nil && !yield(e) {
				return
			}
		}
	}, nil
}
