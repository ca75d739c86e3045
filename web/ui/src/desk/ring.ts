// startRinging plays a soft two-tone ring until it is stopped. A browser that
// plays no sound before the person has touched the page stays silent.
export function startRinging(): () => void {
  const context = new AudioContext();
  const ring = () => {
    const now = context.currentTime;
    for (const [i, hz] of [523, 659, 523, 659].entries()) {
      const tone = context.createOscillator(), loud = context.createGain(), at = now + i * 0.16;
      tone.frequency.value = hz;
      loud.gain.setValueAtTime(0, at);
      loud.gain.linearRampToValueAtTime(0.12, at + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.001, at + 0.15);
      tone.connect(loud).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.16);
    }
  };
  ring();
  const timer = setInterval(ring, 2200);
  return () => { clearInterval(timer); void context.close(); };
}
