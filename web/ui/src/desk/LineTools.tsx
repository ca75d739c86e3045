import { EditOutlined, BulbOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Form, Input, Modal, Popover, Space, Tag } from 'antd';
import { useState } from 'react';
import { post } from '../api';
import { useLanguage, useT } from '../i18n';
import type { CallView, Utterance } from '../parts/call';
import { named } from './brief';
import { useAct } from './useAct';
import { deskWords } from './words';

// LineTools is what can be done with a line: put right what the caller wanted,
// learn what the agent answered.
export function LineTools({ call, line }: { call: CallView; line: Utterance }) {
  if (line.who === 'caller' && line.intent) return <Intent call={call} line={line} />;
  if (line.who === 'agent') return <Learn call={call} line={line} />;
  return null;
}

function Intent({ call, line }: { call: CallView; line: Utterance }) {
  const t = useT(deskWords), act = useAct();
  const [open, setOpen] = useState(false), [intent, setIntent] = useState('');
  const seen = [...new Set(call.lines.map((l) => l.intent).filter((x): x is string => !!x && x !== line.intent))];
  const save = async () => {
    if (await act(() => post(`calls/${call.id}/corrections`, { n: line.n, intent: intent.trim().replaceAll(' ', '_') }), t('corrected'))) setOpen(false);
  };
  return (
    <Popover trigger="click" open={open} onOpenChange={setOpen} destroyTooltipOnHide title={t('correctIntent')} content={
      <Space.Compact>
        <AutoComplete autoFocus style={{ width: 200 }} value={intent} onChange={setIntent} options={seen.map((value) => ({ value, label: named(value) }))} placeholder={t('intentPlaceholder')} aria-label={t('correctIntent')} />
        <Button type="primary" disabled={!intent.trim()} onClick={() => void save()}>{t('save')}</Button>
      </Space.Compact>}>
      <button type="button" className="plain tool" aria-label={`${t('edit')}: ${named(line.intent!)}`}>
        <Tag bordered={false}>{named(line.intent!)}{line.corrected ? ` (${t('wasCorrected')})` : ''} <EditOutlined /></Tag>
      </button>
    </Popover>
  );
}

function Learn({ call, line }: { call: CallView; line: Utterance }) {
  const t = useT(deskWords);
  const [open, setOpen] = useState(false);
  if (call.learned.includes(line.text)) return <Tag bordered={false} color="#2e7031">{t('isLearned')}</Tag>;
  return <>
    <Button size="small" type="text" className="tool" icon={<BulbOutlined />} onClick={() => setOpen(true)}>{t('learn')}</Button>
    {open && <LearnDialog call={call} line={line} close={() => setOpen(false)} />}
  </>;
}

function LearnDialog({ call, line, close }: { call: CallView; line: Utterance; close: () => void }) {
  const t = useT(deskWords), act = useAct(), l = useLanguage();
  const before = call.lines.slice(0, call.lines.indexOf(line)).filter((u) => u.who === 'caller');
  const [busy, setBusy] = useState(false), [q, setQ] = useState(before[before.length - 1]?.text ?? ''), [a, setA] = useState(line.text);
  const go = async () => {
    setBusy(true);
    const ok = await act(() => post(`calls/${call.id}/learn`, { question: q.trim(), answer: a.trim(), language: line.language || call.language || l }), t('learned'));
    setBusy(false);
    if (ok) close();
  };
  return (
    <Modal open title={t('learnTitle')} onCancel={close} onOk={() => void go()} okText={t('learn')} cancelText={t('cancel')} okButtonProps={{ disabled: !q.trim() || !a.trim(), loading: busy }} width={520}>
      <p className="muted">{t('learnIntro')}</p>
      <Form layout="vertical">
        <Form.Item label={t('question')} htmlFor="learn-q"><Input.TextArea id="learn-q" autoSize value={q} onChange={(e) => setQ(e.target.value)} /></Form.Item>
        <Form.Item label={t('answerText')} htmlFor="learn-a"><Input.TextArea id="learn-a" autoSize={{ minRows: 2 }} value={a} onChange={(e) => setA(e.target.value)} /></Form.Item>
      </Form>
    </Modal>
  );
}
