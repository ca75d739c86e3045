import { ArrowLeftOutlined } from '@ant-design/icons';
import { Alert, Result, Tabs, Tag } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { errorWords, explain } from '../../api';
import { LineTools } from '../../desk/LineTools';
import { Remarks } from '../../desk/Remarks';
import { useLanguage, useT } from '../../i18n';
import { BotContext, intentName, useBots } from '../../parts/bot';
import { clock, EmotionLine, emotions, partWords, Transcript, useNow, Waveform, type Player } from '../../parts';
import { Link } from '../route';
import { who } from '../wall/who';
import { consoleWords } from '../words';
import './calls.css';
import { Events, Known, Packets, Timings } from './Details';
import { Supervise } from './Supervise';
import { useCall } from './useCall';
import { callWords } from './words';

// CallPage is one call: as it happens, with a way into it, or afterwards, with
// its recording.
export default function CallPage({ id }: { id: string }) {
  const t = useT(callWords), words = useT(consoleWords), parts = useT(partWords), errors = useT(errorWords), l = useLanguage();
  const one = useCall(id), { view, call } = one;
  const live = view.n > 0 && view.phase !== 'ended';
  const now = useNow(live);
  const player = useRef<Player>(null);
  const [at, setAt] = useState<number>();
  const bot = useBots([view.bot])(view.bot);
  const seek = useCallback((ms: number) => player.current?.seek(ms), []);
  if (one.missing) return <Result status="404" title={t('notFound')} extra={<Link to="/calls">{t('title')}</Link>} />;
  const playable = view.phase === 'ended' && !!view.recording;
  const name = view.n === 0 ? '' : who({ from: view.from, name: call?.name }, words);
  const facts = [call?.segment, call?.language, call?.intent && intentName(bot, l, call.intent), call?.skill, call?.agent, call?.disposition].filter(Boolean).join(' · ');
  return (
    <BotContext.Provider value={bot}><div className="call" data-testid="call" data-phase={view.phase} data-events={view.n}>
      <div className="page-head">
        <h1><Link to="/calls" aria-label={t('title')}><ArrowLeftOutlined /></Link> {name} → {view.to}</h1>
        <span className="facts">
          {live ? <Tag color="#0b6b6b">{t('live')}: {parts(view.phase === 'bot' ? 'withBot' : view.phase === 'agent' ? 'withAgent' : view.phase as 'waiting')}</Tag> : view.result && <Tag>{words(view.result as 'completed')}, {view.reason}</Tag>}
          {call?.emotion && call.emotion !== 'neutral' && <Tag bordered={false} color={emotions[call.emotion]}>{parts(call.emotion as 'angry')}</Tag>}
          <span className="num">{view.started && new Date(view.started).toLocaleString(l)} · {clock(live ? now - Date.parse(view.started) : view.length)}</span>
          <span className="muted">{facts}</span>
        </span>
      </div>
      {one.problem !== undefined && <Alert type="warning" showIcon message={explain(one.problem, errors)} />}
      {live && <div className="panel"><Supervise view={view} /></div>}
      <div className="call-two">
        <section className="panel talk" aria-label={parts('transcript')}>
          {playable ? <Waveform ref={player} url={`/api/v1/calls/${encodeURIComponent(id)}/recording.wav`} time={setAt} height={56} />
            : view.n > 0 && <p className="muted">{view.chat ? t('written') : live ? t('recordingSoon') : t('unrecorded')}</p>}
          <EmotionLine moods={view.moods} length={view.length} seek={playable ? seek : undefined} />
          <Transcript lines={view.lines} saying={view.saying} seek={playable ? seek : undefined} at={playable ? at : undefined} extra={(u) => <LineTools call={view} line={u} />} />
        </section>
        <section className="panel">
          <Tabs size="small" tabBarGutter={16} items={[
            { key: 'events', label: t('events'), children: <Events view={view} seek={playable ? seek : undefined} /> },
            { key: 'remarks', label: t('remarks'), children: <Remarks call={view} /> },
            { key: 'timings', label: t('timings'), children: <><Timings turns={one.turns} />{one.ended?.stats && <><h3>{t('stats')}</h3><Packets stats={one.ended.stats} /></>}</> },
            { key: 'known', label: t('known'), children: <Known view={view} call={call} /> },
          ]} />
        </section>
      </div>
    </div></BotContext.Provider>
  );
}
