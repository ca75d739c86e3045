import { useEffect, useState } from 'react';

// useNow is the time, told again each step while on.
export function useNow(on = true, step = 1000): number {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    if (!on) return;
    set(Date.now());
    const timer = setInterval(() => set(Date.now()), step);
    return () => clearInterval(timer);
  }, [on, step]);
  return now;
}
