import { dict } from '../../i18n';

export const adminWords = dict({
  users: 'Users', addUser: 'Add a user', changeUser: 'Change {name}', id: 'Sign-in name', name: 'Name', role: 'Role', agent: 'Agent at the desk', language: 'Language', skills: 'Skills', state: 'State',
  active: 'active', disabled: 'disabled', invited: 'invited', created: 'Since', agentRole: 'Agent', supervisorRole: 'Supervisor', adminRole: 'Administrator', english: 'English', chinese: '中文',
  idHint: 'Small letters, digits, dots and dashes.', agentHint: 'Which agent they are when calls are shared out, such as agent-1. Empty: they take no calls.', skillsHint: 'What they can do, such as billing or zh.',
  needed: 'Please fill this in.', link: 'New password link', linkTitle: 'Link for {name}', linkWhy: 'Send this link to {name}. It sets their password, works once, and only until {time}. It is not shown again.', copy: 'Copy', copied: 'Copied',
  disable: 'Disable', enable: 'Enable', removeSure: 'Remove {name}? What they did stays in the journal.', you: 'you', saved: 'Saved', noUsers: 'No users yet. Those you add appear here.',
  tokens: 'Tokens', addToken: 'Make a token', tokenFor: 'What for', tokenRole: 'May do as much as', by: 'Made by', used: 'Last used', never: 'never', ends: 'Ends', forever: 'Never ends', secretTitle: 'The new token', secretWhy: 'Copy it now: only its hash is kept, so it is not shown again. Programs send it as “Authorization: Bearer …”.',
  noTokens: 'No tokens yet. A program that uses the API needs one: a monitor, an exporter, a script.', tokenSure: 'Remove the token “{name}”? Programs that use it are locked out at once.',
  audit: 'Audit', when: 'When', who: 'Who', what: 'What', about: 'About', address: 'Address', detail: 'Detail', more: 'Show earlier entries', noAudit: 'Nothing yet. Who signed in, and who changed users and tokens, is written here and never removed.', end: 'No earlier entries.',
}, {
  users: '用户', addUser: '添加用户', changeUser: '修改 {name}', id: '登录名', name: '姓名', role: '角色', agent: '坐席编号', language: '语言', skills: '技能', state: '状态',
  active: '启用', disabled: '停用', invited: '已邀请', created: '创建于', agentRole: '客服', supervisorRole: '主管', adminRole: '管理员', english: 'English', chinese: '中文',
  idHint: '小写字母、数字、点和短横线。', agentHint: '分配通话时对应的坐席，例如 agent-1。留空则不接听电话。', skillsHint: '能处理的业务，例如 billing 或 zh。',
  needed: '请填写此项。', link: '新的密码链接', linkTitle: '{name} 的链接', linkWhy: '请将此链接发给 {name}。用于设置密码，仅可使用一次，{time} 前有效，不会再次显示。', copy: '复制', copied: '已复制',
  disable: '停用', enable: '启用', removeSure: '删除 {name}？其操作记录会保留。', you: '您', saved: '已保存', noUsers: '还没有用户，添加后会显示在这里。',
  tokens: '令牌', addToken: '创建令牌', tokenFor: '用途', tokenRole: '权限等同于', by: '创建者', used: '最近使用', never: '从未', ends: '到期', forever: '永不到期', secretTitle: '新令牌', secretWhy: '请立即复制：系统只保存其哈希，不会再次显示。程序以 “Authorization: Bearer …” 发送。',
  noTokens: '还没有令牌。使用 API 的程序需要令牌：监控、导出、脚本。', tokenSure: '删除令牌“{name}”？使用它的程序会立即失去访问权限。',
  audit: '审计', when: '时间', who: '操作者', what: '操作', about: '对象', address: '地址', detail: '详情', more: '显示更早的记录', noAudit: '还没有记录。登录以及对用户和令牌的更改会写在这里，且不会删除。', end: '没有更早的记录。',
});
