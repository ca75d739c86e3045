import { Button, DatePicker, Empty, Form, Input, Modal, Popconfirm, Select, Table } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { del, post, type Role } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { Shown, useAct, useLoad } from '../load';
import { consoleWords } from '../words';
import { Secret } from './Secret';
import { roleWord } from './Users';
import { adminWords } from './words';

interface Token { id: string; name: string; role: Role; agent?: string; by: string; created: string; ends?: string; used?: string; secret?: string }

// Tokens let programs in, for administrators.
export default function Tokens() {
  const t = useT(adminWords), words = useT(consoleWords), l = useLanguage();
  const tokens = useLoad<{ tokens: Token[] | null }>('tokens'), { act, busy } = useAct();
  const [open, setOpen] = useState(false), [made, setMade] = useState<Token>();
  const [form] = Form.useForm<{ name: string; role: Role; ends?: Dayjs }>();
  const day = (at?: string) => (at ? <span className="num">{new Date(at).toLocaleString(l)}</span> : undefined);
  const make = async ({ name, role, ends }: { name: string; role: Role; ends?: Dayjs }) => {
    const r = await act(() => post<Token>('tokens', { name, role, ...(ends ? { ends: ends.endOf('day').toISOString() } : {}) }));
    if (r) { setOpen(false); setMade(r); tokens.again(); form.resetFields(); }
  };
  return (
    <>
      <div className="page-head"><h1>{t('tokens')}</h1><Button type="primary" onClick={() => setOpen(true)} data-testid="add-token">{t('addToken')}</Button></div>
      <div className="panel scroll">
        <Shown of={tokens}>{(d) => (
          <Table<Token> size="small" rowKey="id" pagination={false} scroll={{ x: 'max-content' }} dataSource={d.tokens ?? []} locale={{ emptyText: <Empty description={t('noTokens')} /> }} data-testid="tokens" columns={[
            { title: t('tokenFor'), dataIndex: 'name' },
            { title: t('role'), render: (_, k) => t(roleWord(k.role)) },
            { title: t('by'), dataIndex: 'by' },
            { title: t('created'), render: (_, k) => day(k.created) },
            { title: t('used'), render: (_, k) => day(k.used) ?? t('never') },
            { title: t('ends'), render: (_, k) => day(k.ends) ?? t('forever') },
            { title: '', render: (_, k) => (
              <Popconfirm title={t('tokenSure', { name: k.name })} okText={words('remove')} cancelText={words('cancel')} onConfirm={async () => { if (await act(async () => { await del(`tokens/${encodeURIComponent(k.id)}`); return true; })) tokens.again(); }}>
                <Button size="small" danger aria-label={`${words('remove')}: ${k.name}`}>{words('remove')}</Button>
              </Popconfirm>) },
          ]} />
        )}</Shown>
      </div>
      <Modal open={open} title={t('addToken')} onCancel={() => setOpen(false)} onOk={form.submit} okText={words('add')} cancelText={words('cancel')} confirmLoading={busy} destroyOnClose>
        <Form form={form} layout="vertical" initialValues={{ role: 'supervisor' }} onFinish={(v) => void make(v)} requiredMark={false}>
          <Form.Item name="name" label={t('tokenFor')} rules={[{ required: true, message: t('needed') }]}><Input autoFocus autoComplete="off" /></Form.Item>
          <Form.Item name="role" label={t('tokenRole')}><Select options={(['supervisor', 'admin'] as const).map((value) => ({ value, label: t(roleWord(value)) }))} /></Form.Item>
          <Form.Item name="ends" label={t('ends')}><DatePicker minDate={dayjs()} placeholder={t('forever')} style={{ width: '100%' }} /></Form.Item>
        </Form>
      </Modal>
      {made?.secret && <Secret title={t('secretTitle')} why={t('secretWhy')} secret={made.secret} close={() => setMade(undefined)} />}
    </>
  );
}
