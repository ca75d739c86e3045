import { MoreOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, Empty, Form, Input, Modal, Select, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { del, patch, post, type AgentStatus, type Role, type User } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { Shown, useAct, useLoad } from '../load';
import { consoleWords } from '../words';
import { Secret } from './Secret';
import { adminWords } from './words';

interface Listed extends User { password?: boolean; created?: string }
interface Linked { link?: string; link_ends?: string }

export const roleWord = (r: Role) => `${r}Role` as const;

// Users is who may sign in, for administrators.
export default function Users({ me }: { me: User }) {
  const t = useT(adminWords), words = useT(consoleWords), l = useLanguage();
  const users = useLoad<{ users: Listed[] | null }>('users'), { act } = useAct();
  const { modal } = App.useApp();
  const [edited, setEdited] = useState<Listed | 'new'>(), [link, setLink] = useState<Linked & { name: string }>();
  const change = async (u: Listed, what: Partial<User>) => { if (await act(() => patch(`users/${encodeURIComponent(u.id)}`, what), t('saved'))) users.again(); };
  const invite = async (u: Listed) => { const r = await act(() => post<Linked>(`users/${encodeURIComponent(u.id)}/link`)); if (r) setLink({ ...r, name: u.name || u.id }); };
  const remove = (u: Listed) => void modal.confirm({ title: t('removeSure', { name: u.name || u.id }), okText: words('remove'), cancelText: words('cancel'), okButtonProps: { danger: true },
    onOk: async () => { await act(() => del(`users/${encodeURIComponent(u.id)}`)); users.again(); } });
  return (
    <>
      <div className="page-head"><h1>{t('users')}</h1><Button type="primary" onClick={() => setEdited('new')} data-testid="add-user">{t('addUser')}</Button></div>
      <div className="panel scroll">
        <Shown of={users}>{(d) => (
          <Table<Listed> size="small" rowKey="id" pagination={false} scroll={{ x: 'max-content' }} dataSource={d.users ?? []} locale={{ emptyText: <Empty description={t('noUsers')} /> }} data-testid="users" columns={[
            { title: t('id'), render: (_, u) => <><b>{u.id}</b> {u.id === me.id && <Tag>{t('you')}</Tag>}</> },
            { title: t('name'), dataIndex: 'name' },
            { title: t('role'), render: (_, u) => t(roleWord(u.role)) },
            { title: t('agent'), dataIndex: 'agent' },
            { title: t('skills'), render: (_, u) => u.skills?.join(', ') },
            { title: t('state'), render: (_, u) => <Tag color={u.disabled ? undefined : '#2e7031'}>{t(u.disabled ? 'disabled' : u.password === false ? 'invited' : 'active')}</Tag> },
            { title: t('created'), render: (_, u) => u.created && <span className="num">{new Date(u.created).toLocaleDateString(l)}</span> },
            { title: '', render: (_, u) => (
              <Space size={4}>
                <Button size="small" onClick={() => setEdited(u)} aria-label={t('changeUser', { name: u.id })}>{words('edit')}</Button>
                <Dropdown trigger={['click']} menu={{ items: [
                  { key: 'link', label: t('link'), onClick: () => void invite(u) },
                  ...(u.id === me.id ? [] : [{ key: 'able', label: t(u.disabled ? 'enable' : 'disable'), onClick: () => void change(u, { disabled: !u.disabled }) },
                    { key: 'remove', danger: true, label: words('remove'), onClick: () => remove(u) }]),
                ] }}><Button size="small" icon={<MoreOutlined />} aria-label={`${words('more')}: ${u.id}`} /></Dropdown>
              </Space>) },
          ]} />
        )}</Shown>
      </div>
      {edited && <Edit user={edited === 'new' ? undefined : edited} close={(made) => { setEdited(undefined); if (made) users.again(); if (made?.link) setLink({ ...made, name: made.name || made.id }); }} />}
      {link?.link && <Secret title={t('linkTitle', { name: link.name })} why={t('linkWhy', { name: link.name, time: link.link_ends ? new Date(link.link_ends).toLocaleString(l) : '' })} secret={location.origin + link.link} close={() => setLink(undefined)} />}
    </>
  );
}

function Edit({ user, close }: { user?: Listed; close: (made?: Listed & Linked) => void }) {
  const t = useT(adminWords), words = useT(consoleWords);
  const { act, busy } = useAct();
  const [form] = Form.useForm<User>();
  const agents = useLoad<AgentStatus[] | { agents: AgentStatus[] }>('agents').data;
  const people = Array.isArray(agents) ? agents : agents?.agents ?? [];
  const needed = [{ required: true, message: t('needed') }];
  const save = async (v: User) => {
    const body = { name: v.name, role: v.role, agent: v.agent ?? '', language: v.language ?? '', skills: v.skills ?? [] };
    const made = await act(() => (user ? patch<Listed>(`users/${encodeURIComponent(user.id)}`, body) : post<Listed & Linked>('users', { id: v.id, ...body })), user && t('saved'));
    if (made) close(made);
  };
  return (
    <Modal open title={user ? t('changeUser', { name: user.name || user.id }) : t('addUser')} onCancel={() => close()} onOk={form.submit} okText={words('save')} cancelText={words('cancel')} confirmLoading={busy}>
      <Form form={form} layout="vertical" initialValues={user ?? { role: 'agent', language: 'en' }} onFinish={(v) => void save(v)} requiredMark={false}>
        {!user && <Form.Item name="id" label={t('id')} rules={needed} extra={t('idHint')}><Input autoFocus autoCapitalize="none" spellCheck={false} autoComplete="off" /></Form.Item>}
        <Form.Item name="name" label={t('name')} rules={needed}><Input autoComplete="off" /></Form.Item>
        <Form.Item name="role" label={t('role')}><Select options={(['agent', 'supervisor', 'admin'] as const).map((value) => ({ value, label: t(roleWord(value)) }))} /></Form.Item>
        <Form.Item name="agent" label={t('agent')} extra={t('agentHint')}><Select allowClear options={people.map((a) => ({ value: a.id, label: a.name ? `${a.name} (${a.id})` : a.id }))} /></Form.Item>
        <Form.Item name="language" label={t('language')}><Select options={[{ value: 'en', label: t('english') }, { value: 'zh', label: t('chinese') }]} /></Form.Item>
        <Form.Item name="skills" label={t('skills')} extra={t('skillsHint')}><Select mode="tags" tokenSeparators={[',', ' ']} open={false} suffixIcon={null} /></Form.Item>
      </Form>
    </Modal>
  );
}
