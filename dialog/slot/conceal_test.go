package slot

import "testing"

func TestConceal(t *testing.T) {
	for text, want := range map[string]string{
		"It is four, five, seven, one.":              "It is *, *, *, *.",
		"Four for ate double O, please":              "* * * * *, please",
		"for to ate":                                 "* * *",
		"4111 1111 and twenty three hundred":         "**** **** and * * *",
		"I have not got it with me, what is it for?": "I have not got it with me, what is it for?",
		"密码是幺两三四":                                    "密码是****",
		"１２３四千五百〇七":                                  "*********",
		"我没带在身上":                                     "我没带在身上",
	} {
		if got := Conceal(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
