package codec

// G.722 at 64 kbit/s (ITU-T G.722, mode 1): a quadrature mirror filter splits 16
// kHz audio into two bands of 8 kHz, and each is coded by ADPCM, the low band with
// 6 bits and the high band with 2. Names are those of the Recommendation where it
// has them; all arithmetic is its 16-bit fixed point, so streams are bit-exact.

type g722Encoder struct {
	qmf       g722Window
	low, high g722Band
}

func newG722Encoder() *g722Encoder {
	return &g722Encoder{low: g722Band{det: 32}, high: g722Band{det: 8}}
}

func (e *g722Encoder) Encode(dst []byte, pcm []int16) []byte {
	for ; len(pcm) >= 2; pcm = pcm[2:] {
		a, b := e.qmf.push(int32(pcm[0]), int32(pcm[1]))
		xl, xh := (b+a)>>14, (b-a)>>14
		dst = append(dst, e.encodeHigh(xh)<<6|e.encodeLow(xl))
	}
	return dst
}

// encodeLow quantises the difference to the prediction with 60 levels (block 1L,
// QUANTL) and follows it with the 4-bit decoder that every mode shares.
func (e *g722Encoder) encodeLow(xl int32) byte {
	b := &e.low
	el := saturate(xl - b.s)
	wd := el
	if el < 0 {
		wd = -(el + 1)
	}
	m := 1 // the first level that is above, 30 if none: binary search
	for step := 16; step > 0; step /= 2 {
		if n := m - 1 + step; n < len(q6) && wd >= q6[n]*b.det>>12 {
			m += step
		}
	}
	il := 62 - int32(m) // positive: 61 down to 32
	if el < 0 {
		if il = 34 - int32(m); m < 3 { // 31 down to 4; the smallest two are 63 and 62
			il = 64 - int32(m)
		}
	}
	b.adaptLow(il >> 2)
	return byte(il)
}

// encodeHigh quantises with 4 levels (block 1H, QUANTH).
func (e *g722Encoder) encodeHigh(xh int32) byte {
	b := &e.high
	eh := saturate(xh - b.s)
	wd := eh
	if eh < 0 {
		wd = -(eh + 1)
	}
	ih := int32(3)
	if eh < 0 {
		ih = 1
	}
	if wd >= 564*b.det>>12 {
		ih--
	}
	b.adaptHigh(ih)
	return byte(ih)
}

type g722Decoder struct {
	qmf       g722Window
	low, high g722Band
}

func newG722Decoder() *g722Decoder {
	return &g722Decoder{low: g722Band{det: 32}, high: g722Band{det: 8}}
}

func (d *g722Decoder) Decode(dst []int16, payload []byte) []int16 {
	for _, code := range payload {
		il, ih := int32(code&63), int32(code>>6)
		rl := limit(d.low.s+d.low.det*qm6[il]>>15, 16384)
		d.low.adaptLow(il >> 2)
		rh := limit(d.high.adaptHigh(ih), 16384)
		b, a := d.qmf.push(rl+rh, rl-rh)
		dst = append(dst, int16(saturate(a>>11)), int16(saturate(b>>11)))
	}
	return dst
}

// g722Window is the delay line of the quadrature mirror filter: the last 24
// samples, kept twice so that they always lie in one piece.
type g722Window struct {
	x  [48]int32
	at int // of the oldest pair
}

// push takes a pair of samples and returns the filter's two sums: over the first
// and over the second samples of the pairs.
func (w *g722Window) push(a, b int32) (first, second int32) {
	w.x[w.at], w.x[w.at+1] = a, b
	w.x[w.at+24], w.x[w.at+25] = a, b
	w.at = (w.at + 2) % 24
	x := w.x[w.at : w.at+24]
	for i, h := range &qmfTaps {
		first += x[2*i] * h
		second += x[2*i+1] * qmfTaps[11-i]
	}
	return first, second
}

// g722Band is the adaptive predictor and quantiser of one band.
type g722Band struct {
	s, sz int32    // predicted signal, and the zero section's part of it
	nb    int32    // logarithm of the step
	det   int32    // the step
	r2, p [2]int32 // reconstructed signal doubled, and partially reconstructed, newest first
	a     [2]int32 // pole section
	d2, b [6]int32 // quantised differences doubled, newest first, and zero section
}

// adaptLow updates the low band by the upper four bits of its code.
func (b *g722Band) adaptLow(ril int32) {
	d := b.det * qm4[ril] >> 15
	b.step(wl[rl42[ril]], 18432, 8)
	b.predict(d)
}

// adaptHigh updates the high band by its code and returns the signal as decoded.
func (b *g722Band) adaptHigh(ih int32) int32 {
	d := b.det * qm2[ih] >> 15
	y := b.s + d
	b.step(wh[ih], 22528, 10)
	b.predict(d)
	return y
}

// step adapts the quantiser's step (LOGSCL and SCALEL, LOGSCH and SCALEH).
func (b *g722Band) step(w, most, shift int32) {
	b.nb = min(max(b.nb*127>>7+w, 0), most)
	v := ilb[b.nb>>6&31]
	if n := shift - b.nb>>11; n < 0 {
		v <<= -n
	} else {
		v >>= n
	}
	b.det = v << 2
}

// predict adapts the predictor to the quantised difference d and predicts the
// next sample (block 4).
func (b *g722Band) predict(d int32) {
	r, p := saturate(b.s+d), saturate(b.sz+d)

	// UPPOL2 and UPPOL1: the pole section follows the signs of p.
	a2 := saturate(b.a[0] << 2)
	if sameSign(p, b.p[0]) {
		a2 = min(-a2, 32767)
	}
	a2 >>= 7
	if sameSign(p, b.p[1]) {
		a2 += 128
	} else {
		a2 -= 128
	}
	a2 = min(max(a2+b.a[1]*32512>>15, -12288), 12288)
	a1 := b.a[0] * 32640 >> 15
	if sameSign(p, b.p[0]) {
		a1 += 192
	} else {
		a1 -= 192
	}
	edge := saturate(15360 - a2)
	a1 = min(max(saturate(a1), -edge), edge)

	// UPZERO and FILTEZ: the zero section follows the signs of d. Its
	// coefficients cannot overflow: 32767*32640/32768 + 128 = 32767.
	gain := int32(128)
	if d == 0 {
		gain = 0
	}
	var sz int32
	next := saturate(2 * d)
	for i := range b.b {
		differ := (d ^ b.d2[i]) >> 31 // 0 or -1
		c := b.b[i]*32640>>15 + (gain ^ differ) - differ
		b.b[i] = c
		sz += c * next >> 15
		b.d2[i], next = next, b.d2[i]
	}

	// FILTEP and PREDIC.
	b.a = [2]int32{a1, a2}
	b.p = [2]int32{p, b.p[0]}
	b.r2 = [2]int32{saturate(2 * r), b.r2[0]}
	sp := saturate(a1*b.r2[0]>>15 + a2*b.r2[1]>>15)
	b.sz = saturate(sz)
	b.s = saturate(sp + b.sz)
}

func sameSign(a, b int32) bool { return (a^b)>>31 == 0 }

func saturate(v int32) int32 { return min(max(v, -32768), 32767) }

func limit(v, to int32) int32 { return min(max(v, -to), to-1) }
