import { Alert, Button, Card, Grid, Spin, Tabs } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { errorWords, explain } from '../api';
import { useT } from '../i18n';
import { EmotionLine } from '../parts/EmotionLine';
import { Transcript } from '../parts/Transcript';
import { phone, usePhone } from '../softphone';
import { BotContext, type BotAbout } from '../parts/bot';
import { BriefPanel } from './BriefPanel';
import { CallBar } from './CallBar';
import { Clip, type Moment } from './Clip';
import { Knowledge } from './Knowledge';
import { LineTools } from './LineTools';
import { Remarks } from './Remarks';
import { startRinging } from './ring';
import { useShortcuts } from './shortcuts';
import type { Store, View } from './store';
import { useLoad } from './useLoad';
import { deskWords } from './words';

// CallPage is one call: who and why, what is said, what to answer, what came of
// it. On a phone the four are tabs.
export default function CallPage({ store, view }: { store: Store; view: View }) {
  const t = useT(deskWords), errors = useT(errorWords);
  const wide = Grid.useBreakpoint().lg ?? innerWidth >= 992;
  const c = view.call, stage = view.desk.stage;
  const [moment, setMoment] = useState<Moment>(), [tab, setTab] = useState('call');
  const talk = useRef<HTMLDivElement>(null);
  const seek = useCallback((ms: number, call?: string) => setMoment({ call: call ?? view.desk.call, ms, at: Date.now() }), [view.desk.call]);
  useRinging(stage === 'ringing', c?.customer.name || c?.from || '');
  useRejoin(view);
  useEffect(() => { if (stage === 'talking') setTab('talk'); else if (stage === 'wrap') setTab('notes'); }, [stage]);
  useShortcuts({
    talk: () => { setTab('talk'); setTimeout(() => talk.current?.querySelector<HTMLElement>('[role=log]')?.focus()); },
    search: () => { setTab('help'); setTimeout(() => document.getElementById('kb-search')?.focus()); },
    note: () => { setTab('notes'); setTimeout(() => document.getElementById('note')?.focus()); },
    disposition: () => { setTab('notes'); setTimeout(() => document.getElementById('disposition')?.focus()); },
  });
  const bot = useLoad<BotAbout>(c?.bot ? `bots/${encodeURIComponent(c.bot)}` : '').data;
  if (!c) return <Spin />;

  const heard = c.recording || c.answered;
  const brief = <BriefPanel key="brief" call={c} seek={heard ? seek : undefined} open={(id) => store.open(id)} canOpen={stage === 'review' || stage === 'wrap'} />;
  const transcript = (
    <Card size="small" className="talk" key="talk" title={<EmotionLine moods={c.moods} length={c.length} height={40} seek={heard ? seek : undefined} />}>
      <div ref={talk} className="talkbox">
        {view.problem ? <Alert type="error" message={t('loadFailed', { reason: explain(view.problem, errors) })} action={<Button onClick={() => store.retry()}>{t('reload')}</Button>} />
          : view.loading ? <Spin /> : <Transcript lines={c.lines} saying={c.saying} seek={heard ? seek : undefined} extra={(u) => <LineTools call={c} line={u} />} />}
      </div>
      {moment && <Clip moment={moment} close={() => setMoment(undefined)} />}
    </Card>
  );
  const knowledge = <Knowledge key="kb" call={c} canSay={stage === 'talking' && !view.desk.consulted} pushed={view.desk.suggest} />;
  const remarks = <Remarks key="remarks" call={c} />;
  return (
    <BotContext.Provider value={bot}><div className="callpage">
      <CallBar store={store} view={view} call={c} />
      {wide ? (
        <div className="three">
          <div className="col">{brief}</div>
          <div className="col">{transcript}</div>
          <div className="col">{stage === 'wrap' || stage === 'review' ? [remarks, knowledge] : [knowledge, remarks]}</div>
        </div>
      ) : (
        <Tabs activeKey={tab} onChange={setTab} className="tabs" centered destroyInactiveTabPane={false} items={[
          { key: 'call', label: t('tabCall'), children: brief },
          { key: 'talk', label: t('tabTalk'), children: transcript },
          { key: 'help', label: t('tabHelp'), children: knowledge },
          { key: 'notes', label: t('tabNotes'), children: remarks },
        ]} />
      )}
    </div></BotContext.Provider>
  );
}

// useRinging rings, and says so in the window's title.
function useRinging(on: boolean, who: string) {
  const t = useT(deskWords);
  useEffect(() => {
    if (!on) return;
    const title = document.title, stop = startRinging();
    document.title = `☎ ${t('incoming')} ${who}`;
    return () => { stop(); document.title = title; };
  }, [on, who, t]);
}

// useRejoin joins the call by itself when the caller is kept for us: the page was
// loaded anew, or the line was lost.
function useRejoin(view: View) {
  const leg = usePhone();
  const { stage, me } = view.desk, call = view.call;
  const kept = stage === 'talking' && call?.lost && call.lost === me?.id ? call.id : '';
  useEffect(() => {
    if (!kept || leg.leg !== 'idle') return;
    const timer = setTimeout(() => { phone().answer(kept, true).catch(() => {}); }, leg.error ? 1000 : 0); // the bar offers it, too
    return () => clearTimeout(timer);
  }, [kept, leg]);
}
