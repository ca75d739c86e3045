import { Empty, Tag, Tooltip } from 'antd';
import { memo, useEffect, useRef, type ReactNode } from 'react';
import { useT } from '../i18n';
import type { Saying } from '../api/types';
import type { Utterance } from './call';
import { emotions } from './theme';
import { clock } from './time';
import './transcript.css';
import { partWords } from './words';

interface Props {
  lines: Utterance[];
  saying?: Saying[]; // what is being said: it grows below the lines
  seek?: (ms: number) => void; // plays from there; without it times are text
  at?: number; // media time that plays now
  extra?: (u: Utterance) => ReactNode; // shown at the end of a line: corrections
  empty?: string;
}

const silence: Saying[] = [];

// Transcript shows who said what, and is saying. It follows the newest line while the reader is
// at its end, or the line that plays now.
export function Transcript({ lines, saying = silence, seek, at, extra, empty }: Props) {
  const t = useT(partWords);
  const box = useRef<HTMLDivElement>(null), atEnd = useRef(true);
  const playing = at === undefined ? -1 : lines.findLastIndex((l) => l.start <= at);
  useEffect(() => {
    const b = box.current;
    if (b && atEnd.current && at === undefined) b.scrollTop = b.scrollHeight;
  }, [lines, saying, at]);
  useEffect(() => {
    if (playing >= 0) box.current?.querySelectorAll('li')[playing]?.scrollIntoView({ block: 'nearest' });
  }, [playing]);
  if (lines.length === 0 && saying.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty ?? t('nothingSaid')} />;
  return (
    <div className="transcript" ref={box} role="log" aria-label={t('transcript')} tabIndex={0} data-testid="transcript"
      onScroll={(e) => { const b = e.currentTarget; atEnd.current = b.scrollHeight - b.scrollTop - b.clientHeight < 24; }}>
      <ol>{lines.map((u, i) => <Row key={u.n} u={u} seek={seek} now={i === playing} extra={extra} />)}</ol>
      {saying.length > 0 && <ol aria-live="off">{saying.map((s) => ( /* read aloud once it is said */
        <li key={s.leg} className={`line saying ${s.who}`} data-saying={s.who}>
          <span className="time num">{clock(s.start_ms)}</span><b className="who">{t(s.who)}</b><span className="text" lang={s.language}>{s.text.replace(/[.。]+$/, '')}…</span>
        </li>
      ))}</ol>}
    </div>
  );
}

const Row = memo(function Row({ u, seek, now, extra }: { u: Utterance; seek?: (ms: number) => void; now: boolean; extra?: (u: Utterance) => ReactNode }) {
  const t = useT(partWords);
  const time = clock(u.start);
  const strong = u.emotion && u.emotion !== 'neutral';
  return (
    <li className={`line ${u.who}${now ? ' now' : ''}`} data-who={u.who}>
      {seek ? <button type="button" className="time num" aria-label={t('playFrom', { time })} onClick={() => seek(u.start)}>{time}</button> : <span className="time num">{time}</span>}
      <b className="who">{t(u.who)}</b>
      <span className="text">
        <span lang={u.language}>{u.text}</span>
        {u.cutAfter !== undefined && <small className="muted"> {t('cut', { seconds: (u.cutAfter / 1000).toFixed(1) })}</small>}
        {strong && <Tooltip title={u.why?.join(', ')}><Tag bordered={false} className="mood" color={emotions[u.emotion!]}>{t(u.emotion as 'angry')}</Tag></Tooltip>}
        {extra?.(u)}
      </span>
    </li>
  );
});
