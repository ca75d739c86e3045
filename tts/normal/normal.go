package normal

func Text(text, language string) string { return text }
