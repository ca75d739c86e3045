import { Dropdown } from 'antd';
import { post, type AgentState, type AgentStatus } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { clock, partWords } from '../../parts';
import { useAct } from '../load';
import { Link } from '../route';
import { consoleWords } from '../words';
import type { Snapshot } from './useWall';
import { who } from './who';
import { wallWords } from './words';

const order: AgentState[] = ['offered', 'talking', 'ready', 'wrap-up', 'away', 'offline'];
export const stateWord = (s: AgentState) => (s === 'wrap-up' ? 'wrapUp' : s);

// Agents shows everybody and what they do; a supervisor may change it.
export function Agents({ wall, now }: { wall: Snapshot; now: number }) {
  const t = useT(wallWords);
  if (wall.agents.length === 0) return <p className="muted">{t('noAgents')}</p>;
  const rows = [...wall.agents].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name));
  return <ul className="agents" data-testid="agents">{rows.map((a) => <Agent key={a.id} a={a} now={now} wall={wall} />)}</ul>;
}

function Agent({ a, now, wall }: { a: AgentStatus; now: number; wall: Snapshot }) {
  const t = useT(wallWords), parts = useT(partWords), words = useT(consoleWords), l = useLanguage();
  const { act } = useAct();
  const since = Date.parse(a.since), call = wall.calls.find((c) => c.id === a.call);
  const more = [a.state === 'away' && a.away && (a.away === 'missed' ? t('missed') : a.away), a.hot ? t('hot', { n: a.hot }) : '',
    a.until && t('until', { time: new Date(a.until).toLocaleTimeString(l) }), a.next && `→ ${parts(stateWord(a.next))}`].filter(Boolean).join(' · ');
  return (
    <li className={`agent ${a.state}`} data-agent={a.id} data-state={a.state}>
      <Dropdown trigger={['click']} menu={{
        items: (['ready', 'away', 'offline'] as const).map((key) => ({ key, label: parts(key), disabled: a.state === key })),
        onClick: ({ key }) => void act(() => post(`agents/${encodeURIComponent(a.id)}/state`, { state: key })),
      }}>
        <button type="button" aria-label={t('setState', { name: a.name || a.id })}><b>{a.name || a.id}</b></button>
      </Dropdown>
      <span className="state"><i aria-hidden />{parts(stateWord(a.state))} <span className="num">{a.state !== 'offline' && since > 0 ? clock(now - since) : ''}</span></span>
      {a.call && <Link to={`/calls/${a.call}`}>{call ? who(call, words) : t('call')}</Link>}
      {more && <small className="muted">{more}</small>}
    </li>
  );
}
