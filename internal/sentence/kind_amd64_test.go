package sentence

func setKind(v, a bool) { vnni, avx2 = v, a }
