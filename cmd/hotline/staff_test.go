package main

import (
	"testing"

	"hotline"
)

// Numbers outside are dialled only where a trunk says so; a supervisor's own phone
// always.
func TestOutside(t *testing.T) {
	c := defaults()
	if _, ok := c.outside("+4930123"); ok {
		t.Error("by default a number may be dialled")
	}
	c.SIP.Trunks = []TrunkConfig{{Name: "emergency", Address: "sip:a@b", Dial: []string{"110"}},
		{Name: "land", Address: "sip:c@d", Dial: []string{"+49*", "0*"}}}
	for number, want := range map[string]string{
		"110": "emergency", "1101": "", "+4930123": "land", "030123": "land", "+8610123": "", "": "", "+": "",
		"sip:anybody@example.org": "", "+49;tgrp=x": "", "+49 30": "",
	} {
		if trunk, ok := c.outside(number); trunk != want || ok != (want != "") {
			t.Errorf("%q goes through %q", number, trunk)
		}
	}
	own := func(a hotline.AgentID) (string, bool) { return "sip:boss@10.0.0.1", a == "boss" }
	s := switchboard{&calls{}, &chats{}, c, own}
	for _, tt := range []struct {
		by    hotline.AgentID
		order hotline.Order
		code  string
	}{
		{"boss", hotline.Supervise{Mode: hotline.ModeListen, Phone: "sip:boss@10.0.0.1"}, hotline.ENotFound}, // allowed, and there is no such call
		{"ann", hotline.Supervise{Mode: hotline.ModeListen, Phone: "sip:boss@10.0.0.1"}, hotline.EForbidden},
		{"ann", hotline.Consult{Whom: hotline.Whom{Number: "+8610123"}}, hotline.EForbidden},
		{"ann", hotline.Consult{Whom: hotline.Whom{Number: "+4930123"}}, hotline.ENotFound},
		{"ann", hotline.HandOver{Whom: hotline.Whom{Number: "sip:me@example.org"}}, hotline.EForbidden},
		{"ann", hotline.HandOver{Whom: hotline.Whom{Skill: "billing"}}, hotline.ENotFound},
	} {
		err := s.Order(t.Context(), "none", hotline.Person{Agent: tt.by, Every: true}, tt.order)
		if code := hotline.ErrorCode(err); code != tt.code {
			t.Errorf("%s, %+v: %v", tt.by, tt.order, err)
		}
	}
}
