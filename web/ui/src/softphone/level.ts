// rms is how loud samples of -1 to 1 are.
export function rms(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!;
  return Math.sqrt(sum / (samples.length || 1));
}

// shown is a loudness as a meter shows it, 0 to 1: -54 dB to -6 dB.
export function shown(loudness: number): number {
  return Math.max(0, Math.min(1, (20 * Math.log10(loudness || 1e-6) + 54) / 48));
}

// A Meter measures one stream, each time it is asked.
export class Meter {
  private readonly context = new AudioContext();
  private readonly ear: AnalyserNode;
  private readonly wave: Float32Array<ArrayBuffer>;

  constructor(stream: MediaStream) {
    this.ear = this.context.createAnalyser();
    this.ear.fftSize = 1024;
    this.wave = new Float32Array(this.ear.fftSize);
    this.context.createMediaStreamSource(stream).connect(this.ear);
  }
  level(): number {
    this.ear.getFloatTimeDomainData(this.wave);
    return shown(rms(this.wave));
  }
  close() { void this.context.close(); }
}
