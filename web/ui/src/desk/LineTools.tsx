import { EditOutlined, BulbOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Popover, Select, Space, Tag } from 'antd';
import { useState } from 'react';
import { post } from '../api';
import { useLanguage, useT } from '../i18n';
import type { CallView, Utterance } from '../parts/call';
import { useBot, useIntentName } from '../parts/bot';
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
  const t = useT(deskWords), act = useAct(), bot = useBot(), name = useIntentName();
  const [open, setOpen] = useState(false), [intent, setIntent] = useState<string>();
  const choices = (bot?.intents.map((i) => i.name) ?? call.lines.map((u) => u.intent ?? '')).filter((x, i, all) => x && x !== line.intent && all.indexOf(x) === i);
  const titled = Object.keys(bot?.intents.find((i) => i.name === line.intent)?.title ?? {}).length > 0; // yes, no and the like are not worth a word
  const save = async () => {
    if (await act(() => post(`calls/${call.id}/corrections`, { n: line.n, intent }), t('corrected'))) setOpen(false);
  };
  return (
    <Popover trigger="click" open={open} onOpenChange={setOpen} destroyTooltipOnHide title={t('correctIntent')} content={
      <Space.Compact>
        <Select<string> autoFocus showSearch optionFilterProp="label" style={{ width: 220 }} value={intent} onChange={setIntent} placeholder={t('choose')} aria-label={t('correctIntent')}
          options={choices.map((value) => ({ value, label: name(value) })).sort((a, b) => a.label.localeCompare(b.label))} />
        <Button type="primary" disabled={!intent} onClick={() => void save()}>{t('save')}</Button>
      </Space.Compact>}>
      <button type="button" className="plain tool" aria-label={`${t('edit')}: ${name(line.intent!)}`}>
        <Tag bordered={false}>{bot && !titled ? '' : name(line.intent!)}{line.corrected ? ` (${t('wasCorrected')})` : ''} <EditOutlined /></Tag>
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
