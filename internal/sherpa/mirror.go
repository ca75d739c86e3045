package sherpa

// The C structs of sherpa-onnx/c-api/c-api.h, series 1.13, field by field. A zero
// field takes the library's default. The layout test reads them back through
// the library itself.

type (
	featureConfig    struct{ sampleRate, featureDim int32 }
	transducerConfig struct{ encoder, decoder, joiner cstr }
	whisperConfig    struct {
		encoder, decoder, language, task                             cstr
		tailPaddings, enableTokenTimestamps, enableSegmentTimestamps int32
	}
	senseVoiceConfig struct {
		model, language cstr
		useITN          int32
	}
	moonshineConfig struct{ preprocessor, encoder, uncachedDecoder, cachedDecoder, mergedDecoder cstr }
	pairConfig      struct{ encoder, decoder cstr }
	canaryConfig    struct {
		encoder, decoder, srcLang, tgtLang cstr
		usePnc                             int32
	}
	funASRNanoConfig struct {
		encoderAdaptor, llm, embedding, tokenizer, systemPrompt, userPrompt cstr
		maxNewTokens                                                        int32
		temperature, topP                                                   float32
		seed                                                                int32
		language                                                            cstr
		itn                                                                 int32
		hotwords                                                            cstr
	}
	qwen3Config struct {
		convFrontend, encoder, decoder, tokenizer cstr
		maxTotalLen, maxNewTokens                 int32
		temperature, topP                         float32
		seed                                      int32
		hotwords                                  cstr
	}
	cohereConfig struct {
		encoder, decoder, language cstr
		usePunct, useITN           int32
	}
	offlineModelConfig struct {
		transducer                                              transducerConfig
		paraformer, nemoCTC                                     cstr
		whisper                                                 whisperConfig
		tdnn, tokens                                            cstr
		numThreads, debug                                       int32
		provider, modelType, modelingUnit, bpeVocab, teleSpeech cstr
		senseVoice                                              senseVoiceConfig
		moonshine                                               moonshineConfig
		fireRed                                                 pairConfig
		dolphin, zipformerCTC                                   cstr
		canary                                                  canaryConfig
		wenetCTC, omnilingual, medASR                           cstr
		funASRNano                                              funASRNanoConfig
		fireRedCTC                                              cstr
		qwen3                                                   qwen3Config
		cohere                                                  cohereConfig
	}
	lmConfig struct {
		model cstr
		scale float32
	}
	homophoneConfig struct{ dictDir, lexicon, ruleFSTs cstr }
	offlineConfig   struct {
		feat               featureConfig
		model              offlineModelConfig
		lm                 lmConfig
		decodingMethod     cstr
		maxActivePaths     int32
		hotwordsFile       cstr
		hotwordsScore      float32
		ruleFSTs, ruleFARs cstr
		blankPenalty       float32
		hr                 homophoneConfig
	}
	offlineResult struct {
		text              cstr
		timestamps        *float32
		count             int32
		tokens            cstr
		tokensArr         *cstr
		json              cstr
		lang              cstr
		emotion           cstr
		event             cstr
		durations         *float32
		ysLogProbs        *float32
		segmentTimestamps *float32
		segmentDurations  *float32
		segmentTexts      cstr
		segmentTextsArr   *cstr
		segmentCount      int32
	}
)

type (
	onlineModelConfig struct {
		transducer                        transducerConfig
		paraformer                        pairConfig
		zipformer2CTC                     cstr
		tokens                            cstr
		numThreads                        int32
		provider                          cstr
		debug                             int32
		modelType, modelingUnit, bpeVocab cstr
		tokensBuf                         cstr
		tokensBufSize                     int32
		nemoCTC, tOneCTC                  cstr
	}
	ctcFSTConfig struct {
		graph     cstr
		maxActive int32
	}
	onlineConfig struct {
		feat               featureConfig
		model              onlineModelConfig
		decodingMethod     cstr
		maxActivePaths     int32
		enableEndpoint     int32
		rule1MinTrailing   float32
		rule2MinTrailing   float32
		rule3MinUtterance  float32
		hotwordsFile       cstr
		hotwordsScore      float32
		ctcFST             ctcFSTConfig
		ruleFSTs, ruleFARs cstr
		blankPenalty       float32
		hotwordsBuf        cstr
		hotwordsBufSize    int32
		hr                 homophoneConfig
	}
	onlineResult struct {
		text       cstr
		tokens     cstr
		tokensArr  *cstr
		timestamps *float32
		count      int32
		json       cstr
	}
)
