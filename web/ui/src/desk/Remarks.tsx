import { Button, Card, Input, Select } from 'antd';
import { useState } from 'react';
import { post } from '../api';
import { useLanguage, useT } from '../i18n';
import type { CallView } from '../parts/call';
import { draft, keepDraft } from './drafts';
import { useAct } from './useAct';
import { useLoad } from './useLoad';
import { deskWords } from './words';

interface Disposition { code: string; name: Record<string, string> }

// Remarks is what the agent writes about the call: notes and what came of it.
export function Remarks({ call }: { call: CallView }) {
  const t = useT(deskWords), l = useLanguage(), act = useAct();
  const [text, setText] = useState(() => draft(call.id)), [busy, setBusy] = useState(false);
  const { data } = useLoad<{ dispositions: Disposition[] | null }>('dispositions');
  const list = data?.dispositions ?? [];
  const write = (s: string) => { setText(s); keepDraft(call.id, s); };
  const keep = async () => {
    setBusy(true);
    if (await act(() => post(`calls/${call.id}/notes`, { text: text.trim() }), t('noteKeptNow'))) write('');
    setBusy(false);
  };
  return (
    <Card size="small" className="remarks" title={t('notes')} data-testid="remarks">
      {call.notes.length === 0 ? <p className="muted flat">{t('notesEmpty')}</p> : (
        <ul className="notes" data-testid="notes">{call.notes.map((n) => <li key={n.n}>{n.text} <span className="muted small">{n.by} <time className="num" dateTime={n.at}>{new Date(n.at).toLocaleTimeString(l === 'zh' ? 'zh-CN' : 'en-GB', { hour: '2-digit', minute: '2-digit' })}</time></span></li>)}</ul>
      )}
      <label htmlFor="note" className="visually-hidden">{t('note')}</label>
      <Input.TextArea id="note" autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4000} placeholder={t('note')} value={text} onChange={(e) => write(e.target.value)}
        onKeyDown={(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && text.trim()) { e.preventDefault(); void keep(); } }} />
      <Button size="small" onClick={() => void keep()} disabled={!text.trim()} loading={busy} data-testid="keep-note">{t('addNote')}</Button>
      <h2><label htmlFor="disposition">{t('disposition')}</label></h2>
      {data && list.length === 0 ? <p className="muted flat">{t('dispositionNone')}</p> : (
        <Select id="disposition" showSearch optionFilterProp="label" style={{ width: '100%' }} placeholder={t('pick')} value={call.disposition?.code} loading={!data}
          onChange={(code) => void act(() => post(`calls/${call.id}/disposition`, { code }), t('chosen'))}
          options={list.map((d) => ({ value: d.code, label: d.name[l] ?? d.name.en ?? d.code }))} />
      )}
    </Card>
  );
}
