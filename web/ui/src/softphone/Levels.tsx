import { useEffect, useRef } from 'react';
import { useT } from '../i18n';
import './levels.css';
import { phoneWords } from './words';

// Levels shows how loud both sides are, without React in the way of each frame.
export function Levels({ read }: { read: () => { near: number; far?: number } }) {
  const t = useT(phoneWords);
  const near = useRef<HTMLMeterElement>(null), far = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      const l = read();
      if (near.current) near.current.value = l.near;
      if (far.current) far.current.value = l.far ?? 0;
    }, 80);
    return () => clearInterval(timer);
  }, [read]);
  const both = read().far !== undefined;
  return (
    <div className="levels">
      <label>{t('yourLevel')} <meter ref={near} min={0} max={1} data-testid="level-near" /></label>
      {both && <label>{t('theirLevel')} <meter ref={far} min={0} max={1} data-testid="level-far" /></label>}
    </div>
  );
}
