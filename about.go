package hotline

// BotAbout is what a bot understands and can do, for people who work with it.
type BotAbout struct {
	Bot     string      `json:"bot"`
	Intents []BotIntent `json:"intents"` // by name
	Flows   []BotFlow   `json:"flows"`   // that callers may be sent to, by name
	Values  []BotValue  `json:"values"`  // that it has words for, by name
}

type (
	// BotIntent is something a caller may want.
	BotIntent struct {
		Name  string            `json:"name"`
		Title map[string]string `json:"title"` // by language; may be empty
	}
	// BotFlow is something the bot can do.
	BotFlow struct {
		Name  string            `json:"name"`
		Title map[string]string `json:"title"` // by language; may be empty
		Steps []string          `json:"steps"` // that it may begin at

		StepTitles map[string]map[string]string `json:"step_titles,omitempty"` // of those that have one, by language
	}
	// BotValue is a slot, or what an action finds: its name and its codes in words.
	BotValue struct {
		Name  string                       `json:"name"`
		Title map[string]string            `json:"title"`           // by language; may be empty
		Codes map[string]map[string]string `json:"codes,omitempty"` // titles of its values, by language
	}
)
