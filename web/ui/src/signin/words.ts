import { dict } from '../i18n';

export const signinWords = dict({
  title: 'Sign in', setup: 'Welcome', name: 'User name', password: 'Password', again: 'Password again', signin: 'Sign in', sso: 'Sign in with {name}',
  wrong: 'User name or password is wrong.', refused: 'Your company’s sign-in did not let you in here. Please ask an administrator.',
  away: 'Your company’s sign-in does not answer. Please try again in a moment.', yourName: 'Your name', setPassword: 'Set the password', needed: 'Please fill this in.',
  short: 'At least 10 characters.', differ: 'The two are not the same.', setupFirst: 'You will be the administrator. Choose how you sign in from now on; this link works once.', setupFor: '{name}, choose a password. This link works once.',
  noToken: 'This page needs a one-time link. The server prints one at its first start; later ones come from an administrator.',
  used: 'This link was used already, or is too old. Ask an administrator for another.', done: 'The password is set.', capsLock: 'Caps Lock is on.',
  noWays: 'The server does not say how to sign in: {reason}', tagline: 'Calls answered, by bot and by people',
}, {
  title: '登录', setup: '欢迎', name: '用户名', password: '密码', again: '再次输入密码', signin: '登录', sso: '使用 {name} 登录',
  wrong: '用户名或密码错误。', refused: '贵公司的登录系统未允许您进入，请联系管理员。', away: '贵公司的登录系统没有响应，请稍后再试。', yourName: '您的姓名', setPassword: '设置密码', needed: '请填写此项。',
  short: '至少 10 个字符。', differ: '两次输入不一致。', setupFirst: '您将成为管理员。请设置以后的登录方式；此链接只能使用一次。', setupFor: '{name}，请设置密码。此链接只能使用一次。',
  noToken: '打开此页需要一次性链接。服务器首次启动时会打印一个；之后由管理员发放。',
  used: '此链接已使用或已过期，请向管理员索取新的链接。', done: '密码已设置。', capsLock: '大写锁定已开启。',
  noWays: '服务器没有说明如何登录：{reason}', tagline: '来电必应，机器人与人工',
});
