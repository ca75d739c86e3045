package models

// upstream is where the sherpa-onnx project publishes converted models.
const upstream = "https://github.com/k2-fsa/sherpa-onnx/releases/download/asr-models/"

// MB is a million bytes.
const MB = 1000 * 1000

// catalogue lists what can be installed. Sizes and checksums of what comes from
// npm are in lock.json. Upstream publishes no checksums with its archives, so
// those are unknown here until somebody has fetched one and written it down;
// what they need on disk is about.
var catalogue = []Model{
	{
		Name: Runtime, Kind: "runtime", Engine: "sherpa-onnx", Licence: "Apache-2.0 (with ONNX Runtime, MIT)", Tested: true,
		About: "the native library that runs the models",
	},
	{
		Name: "silero-vad", Kind: "vad", Engine: "silero", Licence: "MIT", Tested: true,
		About: "tells speech from other sound, in any language",
	},
	{
		Name: "moonshine-tiny-en", Kind: "asr", Engine: "moonshine", Languages: []string{"en"}, Licence: "MIT", Tested: true,
		About: "small and fast English; the default",
	},
	{
		Name: "zipformer-zh-en", Kind: "asr", Engine: "online-transducer", Languages: []string{"zh", "en"}, Streaming: true, Licence: "Apache-2.0",
		About: "Chinese and English in one sentence, streaming",
		Disk:  620 * MB,
		URL:   upstream + "sherpa-onnx-streaming-zipformer-bilingual-zh-en-2023-02-20.tar.bz2",
	},
	{
		Name: "paraformer-zh-en-streaming", Kind: "asr", Engine: "online-paraformer", Languages: []string{"zh", "en"}, Streaming: true, Licence: "FunASR model licence",
		About: "Chinese and English, streaming",
		Disk:  1060 * MB,
		URL:   upstream + "sherpa-onnx-streaming-paraformer-bilingual-zh-en.tar.bz2",
	},
	{
		Name: "paraformer-zh", Kind: "asr", Engine: "paraformer", Languages: []string{"zh", "en"}, Licence: "FunASR model licence",
		About: "accurate Mandarin, whole utterances",
		Disk:  1000 * MB,
		URL:   upstream + "sherpa-onnx-paraformer-zh-2024-03-09.tar.bz2",
	},
	{
		Name: "paraformer-zh-small", Kind: "asr", Engine: "paraformer", Languages: []string{"zh", "en"}, Licence: "FunASR model licence",
		About: "Mandarin, small",
		Disk:  80 * MB,
		URL:   upstream + "sherpa-onnx-paraformer-zh-small-2024-03-09.tar.bz2",
	},
	{
		Name: "sense-voice", Kind: "asr", Engine: "sense_voice", Languages: []string{"zh", "yue", "en", "ja", "ko"}, Licence: "FunASR model licence",
		About: "five languages, tells the language and the emotion",
		Disk:  230 * MB,
		URL:   upstream + "sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2024-07-17.tar.bz2",
	},
	{
		Name: "whisper-base", Kind: "asr", Engine: "whisper", Languages: []string{"*"}, Licence: "MIT",
		About: "99 languages; slow",
		Disk:  450 * MB,
		URL:   upstream + "sherpa-onnx-whisper-base.tar.bz2",
	},
	{
		Name: "whisper-small", Kind: "asr", Engine: "whisper", Languages: []string{"*"}, Licence: "MIT",
		About: "99 languages, better; slower",
		Disk:  1340 * MB,
		URL:   upstream + "sherpa-onnx-whisper-small.tar.bz2",
	},
	{
		Name: "moonshine-base-en", Kind: "asr", Engine: "moonshine", Languages: []string{"en"}, Licence: "MIT",
		About: "English, about twice the work of tiny for a third fewer errors",
		Disk:  290 * MB,
		URL:   upstream + "sherpa-onnx-moonshine-base-en-int8.tar.bz2",
	},
}
