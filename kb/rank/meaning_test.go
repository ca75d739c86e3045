package rank

import "testing"

// What is asked in words that no document has is found by what it means.
func TestMeaning(t *testing.T) {
	x, err := New(t.Context(), []Doc{
		{Questions: []string{"How do I reset my password?"}, Body: "Follow the link."},
		{Questions: []string{"What does delivery cost?"}, Body: "It is free."},
		{Questions: []string{"When are you open?"}, Body: "Nine to five."},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for text, want := range map[string]int{"um okay how expensive is shipping": 1, "how can i set my password again": 0} {
		res, err := x.Search(t.Context(), Query{Text: text}, 3)
		if err != nil || len(res) == 0 || res[0].Doc != want || res[0].Features[Meaning] == 0 {
			t.Errorf("%q: %+v %v", text, res, err)
		}
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"Ok great, thanks. uh do you um take cards": "do you take cards", "okay": "okay", "no": "no", "is that okay": "is that okay",
	} {
		if got := plain(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestUnnamed(t *testing.T) {
	for _, c := range [][3]string{
		{"Can I park at the Grant Hotel?", "Grant Hotel", "Can I park at it?"}, {"Are pets allowed?", "Grant Hotel", "Are pets allowed?"},
		{"Grant Hotel", "Grant Hotel", "Grant Hotel"}, {"Is the ſ open", "ſ", "Is the ſ open"}, {"", "", ""},
	} {
		if got := unnamed(c[0], c[1]); got != c[2] {
			t.Errorf("%q: %q", c, got)
		}
	}
}

func TestShort(t *testing.T) {
	for title, want := range map[string]string{"Laurel Inn, a Joie de Vivre Hotel": "Laurel Inn", "Super Duper - Union Square": "Super Duper", "Grant Hotel": "", "A, B": "", "友邦保险（上海）": "友邦保险"} {
		if got := short(title); got != want {
			t.Errorf("%q: %q", title, got)
		}
	}
}
