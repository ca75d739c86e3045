import { dict, type T } from '../../i18n';

// What the audit says was done, in words, by the server's code for it.
export const auditWords = dict({
  'signed.in': 'signed in', 'signed.out': 'signed out', 'sign-in.failed': 'sign-in failed', 'password.changed': 'changed their own password', 'password.set': 'set a password',
  'link.made': 'made a password link', 'link.used': 'used a password link', 'user.added': 'added a user', 'user.changed': 'changed a user', 'user.removed': 'removed a user',
  'token.added': 'made a token', 'token.removed': 'removed a token',
}, {
  'signed.in': '登录', 'signed.out': '退出登录', 'sign-in.failed': '登录失败', 'password.changed': '修改了自己的密码', 'password.set': '设置了密码',
  'link.made': '创建了密码链接', 'link.used': '使用了密码链接', 'user.added': '添加了用户', 'user.changed': '修改了用户', 'user.removed': '删除了用户',
  'token.added': '创建了令牌', 'token.removed': '删除了令牌',
});

// done is a code in words; one of a newer server stays as it is.
export const done = (code: string, t: T<typeof auditWords.en>) => (Object.hasOwn(auditWords.en, code) ? t(code as 'signed.in') : code);
