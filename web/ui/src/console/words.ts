import { dict } from '../i18n';

// What is said around the pages, and the names of what the server calls by a code.
export const consoleWords = dict({
  product: 'hotline', menu: 'Menu', wall: 'Wall', calls: 'Calls', knowledge: 'Knowledge', numbers: 'Statistics', users: 'Users', tokens: 'Tokens', audit: 'Audit',
  desk: 'My desk', again: 'Try again', nowhere: 'There is no such page.', toWall: 'To the wall', forbidden: 'This page is for administrators.', agentsOnly: 'The console is for supervisors. Your place is the desk.',
  completed: 'completed', abandoned: 'abandoned', failed: 'failed', refused: 'refused', cancelled: 'cancelled', interrupted: 'interrupted',
  all: 'All', any: 'Any', from: 'From', to: 'To', close: 'Close', save: 'Save', cancel: 'Cancel', add: 'Add', remove: 'Remove', edit: 'Change', more: 'More', unknown: 'unknown', web: 'from the web', chat: 'in writing',
}, {
  product: 'hotline', menu: '菜单', wall: '看板', calls: '通话', knowledge: '知识库', numbers: '统计', users: '用户', tokens: '令牌', audit: '审计',
  desk: '我的坐席', again: '重试', nowhere: '没有这个页面。', toWall: '前往看板', forbidden: '此页面仅供管理员使用。', agentsOnly: '控制台供主管使用，您的工作页面是坐席桌面。',
  completed: '已完成', abandoned: '放弃', failed: '失败', refused: '拒绝', cancelled: '取消', interrupted: '中断',
  all: '全部', any: '任意', from: '主叫', to: '被叫', close: '关闭', save: '保存', cancel: '取消', add: '添加', remove: '删除', edit: '修改', more: '更多', unknown: '未知', web: '网页', chat: '文字对话',
});

export const results = ['completed', 'abandoned', 'failed', 'refused', 'cancelled', 'interrupted'] as const;
