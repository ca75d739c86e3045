import { ExpandOutlined, WarningFilled } from '@ant-design/icons';
import { Alert, Button, Skeleton, Tag, Tooltip } from 'antd';
import { type ReactNode } from 'react';
import type { Call, Phase, Place } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { clock, emotions, partWords, useNow } from '../../parts';
import { intentName, useBots } from '../../parts/bot';
import { Link } from '../route';
import { consoleWords } from '../words';
import { Agents } from './Agents';
import { useWall, type Alarm, type Snapshot } from './useWall';
import './wall.css';
import { who } from './who';
import { wallWords } from './words';

const patient = 60_000, long = 180_000; // ms of waiting: to be watched, to be acted on

// mood of a number that grows with trouble.
export const mood = (waited: number, waiting: number, ready: number) => (waiting === 0 ? '' : waited > long ? 'act' : waited > patient || ready === 0 ? 'watch' : '');

export default function Wall() {
  const t = useT(wallWords);
  const { wall, link } = useWall();
  const now = useNow();
  return (
    <div className="wall" data-testid="wall" data-link={link}>
      <div className="page-head">
        <h1>{t('title')}</h1>
        {link !== 'live' && wall && <Alert type="warning" showIcon message={t('stale')} />}
        <Button size="small" icon={<ExpandOutlined />} onClick={() => void document.getElementById('content')?.requestFullscreen()}>{t('full')}</Button>
      </div>
      {wall ? <Sections wall={wall} now={now} /> : <Skeleton active paragraph={{ rows: 10 }} />}
    </div>
  );
}

function Sections({ wall, now }: { wall: Snapshot; now: number }) {
  const t = useT(wallWords);
  const later = Math.max(0, now - wall.at); // since the server said so
  const count = (p: Phase) => wall.calls.filter((c) => c.phase === p).length;
  const longest = Math.max(0, ...wall.queues.filter((q) => q.waiting).map((q) => q.longest_ms + later));
  const ready = wall.queues.reduce((n, q) => n + (q.waiting ? q.ready : 0), 0);
  const tile = (p: Phase, kind: string, more?: string) => (
    <div className={`tile ${kind}`} data-testid={`tile-${p}`}><b className="num">{count(p)}</b><span>{t(p as 'bot')}{more && <em className="num">{more}</em>}</span></div>
  );
  return (
    <>
      <section className="tiles" aria-label={t('now')}>
        {tile('ringing', '')}
        {tile('bot', '')}
        {tile('waiting', mood(longest, count('waiting'), ready), longest ? clock(longest) : undefined)}
        {tile('agent', '')}
      </section>
      <div className="wall-two">
        <section className="panel"><h2>{t('queues')}</h2><Queues wall={wall} later={later} /></section>
        <section className="panel" aria-live="polite"><h2>{t('alerts')}</h2><Alerts wall={wall} /></section>
      </div>
      <section className="panel"><h2>{t('agents')}</h2><Agents wall={wall} now={now} /></section>
      <div className="wall-two">
        <section className="panel"><h2>{t('calls')}</h2><Calls calls={wall.calls} now={now} /></section>
        {(wall.places.length > 0 || wall.callbacks.length > 0) && <section className="panel"><h2>{t('places')}</h2><Places wall={wall} later={later} now={now} /></section>}
      </div>
    </>
  );
}

function Queues({ wall, later }: { wall: Snapshot; later: number }) {
  const t = useT(wallWords);
  if (wall.queues.length === 0) return <p className="muted">{t('noQueues')}</p>;
  const asked = (q: Snapshot['queues'][number]) => q.waiting > 0 || (q.offered ?? 0) > 0;
  const rows = [...wall.queues].sort((a, b) => Number(asked(b)) - Number(asked(a)) || b.waiting - a.waiting || a.skill.localeCompare(b.skill));
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('queues')}>
      <table className="big">
        <thead><tr><th>{t('skill')}</th><th>{t('waiting')}</th><th>{t('longest')}</th><th>{t('ready')}</th><th>{t('staffed')}</th><th>{t('level')}</th><th>{t('offered')}</th><th>{t('abandoned')}</th></tr></thead>
        <tbody>
          {rows.map((q) => {
            const waited = q.waiting ? q.longest_ms + later : 0;
            return (
              <tr key={q.skill} className={asked(q) ? '' : 'quiet'} data-skill={q.skill}>
                <th scope="row">{q.skill}</th>
                <td className={mood(waited, q.waiting, q.ready)}>{q.waiting}</td>
                <td className={mood(waited, q.waiting, q.ready)}>{q.waiting ? clock(waited) : '–'}</td>
                <td className={q.waiting > 0 && q.ready === 0 ? 'watch' : ''}>{q.ready}</td>
                <td>{q.staffed}</td>
                <td>{q.offered ? `${Math.round((q.service_level ?? 0) * 100)} %` : '–'}</td>
                <td>{q.offered ?? '–'}</td>
                <td>{q.abandoned ?? '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Alerts({ wall }: { wall: Snapshot }) {
  const t = useT(wallWords), words = useT(consoleWords), l = useLanguage();
  if (wall.alerts.length === 0) return <p className="muted">{t('noAlerts')}</p>;
  const text = (a: Alarm) => {
    const c = wall.calls.find((c) => c.id === a.call);
    const values = { who: c ? who(c, words) : '', skill: a.skill ?? '', engine: a.engine ?? '', time: clock((a.value ?? 0) * 1000), percent: Math.round((a.value ?? 0) * 100) };
    switch (a.kind) {
      case 'angry': case 'long-wait': return c ? t(a.kind, values) : a.text;
      case 'engine-failed': case 'service-level': return t(a.kind, values);
    }
    return a.text;
  };
  return (
    <ul className="alerts" data-testid="alerts">
      {wall.alerts.slice(0, 12).map((a) => (
        <li key={`${a.kind} ${a.call} ${a.skill} ${a.at}`}>
          <WarningFilled aria-hidden /> {a.call ? <Link to={`/calls/${a.call}`}>{text(a)}</Link> : text(a)} <time className="muted num">{new Date(a.at).toLocaleTimeString(l)}</time>
        </li>
      ))}
    </ul>
  );
}

function Calls({ calls, now }: { calls: Call[]; now: number }) {
  const t = useT(wallWords), parts = useT(partWords), words = useT(consoleWords), l = useLanguage();
  const bots = useBots(calls.map((c) => c.bot));
  if (calls.length === 0) return <p className="muted">{t('noCalls')}</p>;
  const order: Phase[] = ['waiting', 'ringing', 'agent', 'bot'];
  const rows = [...calls].sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase) || a.started.localeCompare(b.started));
  return (
    <ul className="live" data-testid="live-calls">
      {rows.map((c) => (
        <li key={c.id}>
          <Link to={`/calls/${c.id}`} data-testid="live-call">
            <b>{who(c, words)}</b>
            <span className={`phase ${c.phase}`}>{t(c.phase as 'bot')}</span>
            <span className="num">{clock(now - Date.parse(c.started))}</span>
            <span className="muted">{[c.intent && intentName(bots(c.bot), l, c.intent), c.skill, c.agent].filter(Boolean).join(' · ')}</span>
            {c.emotion && c.emotion !== 'neutral' && <Tag bordered={false} color={emotions[c.emotion]}>{parts(c.emotion as 'angry')}</Tag>}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Places({ wall, later, now }: { wall: Snapshot; later: number; now: number }) {
  const t = useT(wallWords), words = useT(consoleWords);
  const from = (p: Place) => { const c = wall.calls.find((c) => c.id === p.call); return c ? who(c, words) : p.call; };
  const why = (p: Place): ReactNode => (p.terms ?? []).map((x) => <div key={x.name}>{x.name} {x.value_ms >= 0 ? '+' : '−'}{clock(Math.abs(x.value_ms))}: {x.why}</div>);
  return (
    <ol className="places">
      {wall.places.filter((p) => !p.call_back).map((p) => (
        <li key={p.call}>
          <Link to={`/calls/${p.call}`}><b>{t('place', { n: p.position, skill: p.skill })}</b> {from(p)}</Link>{' '}
          <span className="num">{clock(p.waited_ms + later)}</span>{' '}
          <span className="muted">{p.estimate.known ? t('wait', { time: clock(Math.max(0, p.estimate.wait_ms - later)) }) : t('unknownWait')}</span>{' '}
          <Tooltip title={why(p)}><button type="button" className="why">{t('why')}</button></Tooltip>
        </li>
      ))}
      {wall.callbacks.map((c) => <li key={c.call}><Link to={`/calls/${c.call}`}>{t('callbacks')}: {c.skill} · {c.number}</Link> <span className="num">{clock(now - Date.parse(c.since))}</span></li>)}
    </ol>
  );
}
