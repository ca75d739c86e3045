package slot

import "testing"

func TestDigits(t *testing.T) {
	asked, free := Expect{4, 4, true}, Expect{4, 4, false}
	for _, tt := range []struct {
		text string
		e    Expect
		want string
	}{
		{"four five seven one", asked, "4571"},
		{"Four, five, seven, one.", asked, "4571"},
		{"it's 4571", free, "4571"},
		{"4 5 7 1", asked, "4571"},
		{"forty-five seventy one", asked, "4571"},
		{"forty five seventy-one please", asked, "4571"},
		{"four thousand five hundred and seventy one", asked, "4571"},
		{"four thousand five hundred seventy one", asked, "4571"},
		{"for five seven one", asked, "4571"},
		{"four five seven won", asked, "4571"},
		{"it's for five seven one", asked, "4571"},
		{"for ate to won", asked, "4821"},
		{"for my order", asked, ""},
		{"where is my order four five seven one", free, "4571"},
		{"it's for order 4571", asked, "4571"},
		{"double seven one two", asked, "7712"},
		{"eight oh eight oh", asked, "8080"},
		{"eighty eighty", asked, "8080"},
		{"ten eighty", asked, "1080"},
		{"twenty twenty", asked, "2020"},
		{"twelve thirty four", asked, "1234"},
		{"one two three four", asked, "1234"},
		{"triple zero five", asked, "0005"},
		{"4572, no, 4571", asked, "4571"},
		{"no 4571", asked, "4571"},
		{"no, it's four five seven one", asked, "4571"},
		{"four five seven two no one", asked, "4571"},
		{"four five seven two sorry four five seven one", asked, "4571"},
		{"order no 4571", free, "4571"},
		{"four five, uh, seven one", asked, "4571"},
		{"my number is four five seven", asked, "457"},
		{"45 7 one", asked, "4571"},
		{"四五七一", asked, "4571"},
		{"四五七幺", asked, "4571"},
		{"八洞八洞", asked, "8080"},
		{"幺两三四", asked, "1234"},
		{"四千五百七十一", asked, "4571"},
		{"四千零七十一", asked, "4071"},
		{"四千五", asked, "4500"},
		{"我的订单号是四五七一", free, "4571"},
		{"不是，是四五七一", asked, "4571"},
		{"四五七二不对四五七一", asked, "4571"},
		{"不是四五七二，是四五七一", asked, "4571"}, {"不是四五七二，是四五七一", free, "4571"}, {"不是四五七二是四五七一", asked, "4571"}, {"不是四五七二，四五七一", asked, "4571"},
		{"不是四五七二四五七一", asked, "4571"}, {"不是4572，而是4571", free, "4571"}, {"不，不是四五七二，是四五七一", asked, "4571"}, {"我说的不是四五七二，我说的是四五七一", free, "4571"},
		{"是四五七一，不是四五七二", free, "4571"}, {"是四五七一不是四五七二", asked, "4571"}, {"四五七一，而不是四五七二", asked, "4571"}, {"四五七一，不是四五七二", free, "4571"},
		{"四五七二，不是，四五七一", asked, "4571"}, {"四五七二不是四五七一", asked, "4571"}, {"四五七二，不，是四五七一", free, "4571"}, {"不是四五七一", asked, "4571"},
		{"not four five seven two, four five seven one", asked, "4571"}, {"not four five seven two four five seven one", free, "4571"}, {"not 4572 4571", asked, "4571"},
		{"no, not 4572, 4571", asked, "4571"}, {"no, not 4572, 4571", free, "4571"}, {"no, it's not 4572, it's 4571", free, "4571"}, {"it isn't 4572 but 4571", asked, "4571"},
		{"not forty-five seventy-two, forty-five seventy-one", asked, "4571"}, {"not for five seven two, for five seven one", asked, "4571"}, {"4571, not 4572", asked, "4571"}, {"it's 4571 not 4572", free, "4571"},
		{"4571 instead of 4572", free, "4571"}, {"4571 rather than 4572", asked, "4571"}, {"no sorry not four five seven two, four five seven one", asked, "4571"},
		{"not 4572", asked, ""}, {"I'm not sure, 4571", asked, "4571"}, {"4572, no, not 4572, 4571", asked, "4571"},
		{"no, not that one, 4571", asked, "4571"}, {"No, not that one. 4571.", free, "4571"}, {"which one? four five seven one", asked, "4571"}, {"the other one, four five seven one", asked, "4571"}, {"this one 4571", asked, "4571"},
		{"the wrong one, it's 4571", asked, "4571"}, {"one moment, four five seven one", asked, "4571"}, {"one of them is 4571", free, "4571"}, {"not that one", asked, ""}, {"another one please", asked, ""},
		{"the one four five seven", asked, "1457"}, {"that one two three four", asked, "1234"}, {"four five seven, that one", asked, "4571"}, {"one of one one one", asked, "1111"},
		{"不是那一个，四五七一", asked, "4571"}, {"另一个，四五七一", asked, "4571"}, {"等一下，四五七一", asked, "4571"}, {"上一单是四五七一", free, "4571"}, {"这一个", asked, ""}, {"一四五七", asked, "1457"},
		{"forty, five, seventy, one", asked, "4571"}, {"twenty, nine four", asked, "2094"}, {"one twenty, four", asked, "1204"}, {"thirty-one, twenty-two", asked, "3122"},
		{"45 七一", asked, "4571"},
		{"４５７１", asked, "4571"},
		{"三个八一", asked, "8881"},
		{"一二三四", asked, "1234"},
		{"hello", asked, ""}, {"oh and when do you open", asked, ""}, {"oh, four five seven one", asked, "4571"}, {"oh five seven one", asked, "0571"},
		{"我要两个人工", free, "2"},
		{"", asked, ""},
	} {
		if got := Digits(tt.text, tt.e); got.Digits != tt.want {
			t.Errorf("Digits(%q, %v) = %+v, want %s", tt.text, tt.e, got, tt.want)
		} else if got.Fits != (len(tt.want) == 4) {
			t.Errorf("Digits(%q).Fits = %v", tt.text, got.Fits)
		}
	}
	for _, text := range []string{"4572, no, 4571", "not 4572, 4571", "4571, not 4572", "不是四五七二，是四五七一", "是四五七一，不是四五七二"} {
		if n := Digits(text, free); !n.Changed {
			t.Errorf("%q: a correction was not noticed", text)
		}
	}
}

// TestDigitsStandTogether: numbers all over what somebody tells are not the digits of one.
func TestDigitsStandTogether(t *testing.T) {
	for _, asked := range []bool{true, false} {
		e := Expect{4, 4, asked}
		for _, text := range []string{
			"three of them were in one big box and only two came", "I had two of those, and the one that came first took three weeks, not five days", "I ordered three and one was broken so you sent two and then five came",
			"two came, one broke, three are fine and five are lost", "I want to eat the other one for free or two of them",
			"三个里面有一个坏了，另外两个", "我买了三个，有一个坏了，另外两个给你们寄回去，都等了五天了", "一共四个箱子，两个是湿的，一个空的，还有一个没到",
		} {
			if n := Digits(text, e); n.Fits || len(n.Digits) > 2 {
				t.Errorf("Digits(%q, %v) = %+v", text, e, n)
			}
		}
		for text, want := range map[string]string{
			"four five, um, then, let me see, seven one": "4571", "four five and then seven one": "4571", "it's four, uh, five, er, seven, hmm, one": "4571", "four five, I think, seven one": "4571",
			"three of them came, the order is four five seven one": "4571", "the first two are four five and after that seven one": "4571", "double four, well, double oh": "4400", "four five comma seven one": "4571",
			"三个里面坏了一个，订单是四五七一": "4571", "四五，嗯，那个，七一": "4571", "四五然后是七一": "4571", "四五，后面是七一": "4571", "四五，我看看，七一": "4571", "四五啊七一": "4571",
		} {
			if n := Digits(text, e); n.Digits != want {
				t.Errorf("Digits(%q, %v) = %+v, want %s", text, e, n, want)
			}
		}
	}
}

func TestYesNo(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Answer
	}{
		{"Yes.", Yes}, {"yeah that's right", Yes}, {"correct", Yes}, {"uh-huh", Yes}, {"no problem, yes", Yes}, {"OK", Yes},
		{"No.", No}, {"no that's not right", No}, {"that's wrong", No}, {"nope", No}, {"it isn't", No}, {"that's not right", No},
		{"know", No}, {"no, 4571", No}, {"不好", No},
		{"是的", Yes}, {"对", Yes}, {"没错", Yes}, {"嗯对", Yes}, {"好的", Yes}, {"没问题", Yes},
		{"不是", No}, {"不对", No}, {"错了", No}, {"不用了", No}, {"没有", No}, {"不是，是四五七一", No},
		{"I'm not really sure", Unclear}, {"I am not sure", Unclear}, {"not sure", Unclear}, {"hm, I'm not certain", Unclear}, {"no idea", Unclear}, {"I don't really know", Unclear},
		{"不太确定", Unclear}, {"我不太确定", Unclear}, {"我不知道", Unclear}, {"嗯，我不知道", Unclear}, {"这个我不是很清楚", Unclear}, {"说不准", Unclear}, {"不好说", Unclear},
		{"yes, but I don't know when", Yes}, {"no, I'm not sure about that", No}, {"对，但是我不知道号码", Yes}, {"不对，我不清楚", No}, {"not really", No}, {"sure", Yes}, {"I am", Yes},
		{"what", Unclear}, {"I don't know", Unclear}, {"where is my order", Unclear}, {"不知道", Unclear}, {"", Unclear}, {"我的订单在哪里", Unclear},
	} {
		if got := YesNo(tt.text); got != tt.want {
			t.Errorf("YesNo(%q) = %d, want %d", tt.text, got, tt.want)
		}
	}
}

func TestChoice(t *testing.T) {
	opts := []Option{{Value: "again", Words: []string{"again", "wait", "再试", "等"}}, {Value: "message", Words: []string{"message", "leave a message", "留言"}}}
	for text, want := range map[string]string{"try again please": "again", "I'd like to leave a message": "message", "留言": "message", "hm": "", "again or message": "message"} {
		o, ok := Choice(text, opts)
		if o.Value != want && ok || ok != (want != "") {
			t.Errorf("Choice(%q) = %q %v, want %q", text, o.Value, ok, want)
		}
	}
}

func FuzzDigits(f *testing.F) {
	for _, s := range []string{"四千零", "double", "one hundred and", "三个", "no", "十", "no no 一万", "two thousand and", "4'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, e := range []Expect{{}, {4, 4, true}, {4, 8, false}} {
			n := Digits(s, e)
			if n.Fits && !e.fits(len(n.Digits)) {
				t.Errorf("%q: %+v is said to fit %+v", s, n, e)
			}
			for _, r := range n.Digits {
				if r < '0' || r > '9' {
					t.Errorf("%q: digits %q", s, n.Digits)
				}
			}
		}
		YesNo(s)
	})
}
