import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../i18n';
import { clock } from '../parts/time';
import { deskWords } from './words';

export interface Moment { call: string; ms: number; at: number } // at tells two wishes for one moment apart

// Clip plays a recording from a moment, for the agent alone. That of a live call
// is asked for anew, as it grows.
export function Clip({ moment, close }: { moment: Moment; close: () => void }) {
  const t = useT(deskWords);
  const audio = useRef<HTMLAudioElement>(null);
  const [now, setNow] = useState(moment.ms);
  useEffect(() => {
    const a = audio.current!;
    const from = () => { a.currentTime = moment.ms / 1000; void a.play().catch(() => {}); };
    a.src = `/api/v1/calls/${moment.call}/recording.wav?at=${moment.at}`;
    a.addEventListener('loadedmetadata', from, { once: true });
    return () => { a.removeEventListener('loadedmetadata', from); a.pause(); };
  }, [moment]);
  return (
    <div className="clip" role="group" aria-label={t('listen')} data-testid="clip">
      <span className="num">{t('listening', { time: clock(now) })}</span>
      <audio ref={audio} controls preload="none" onTimeUpdate={(e) => setNow(e.currentTarget.currentTime * 1000)} />
      <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t('stop')} onClick={close} />
    </div>
  );
}
