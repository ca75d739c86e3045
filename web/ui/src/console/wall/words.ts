import { dict } from '../../i18n';

export const wallWords = dict({
  title: 'Wall', now: 'Calls now', ringing: 'Ringing', bot: 'With the bot', waiting: 'Waiting', agent: 'With a person',
  queues: 'Queues', skill: 'Skill', longest: 'Longest wait', ready: 'Ready', staffed: 'At work', level: 'Service level', offered: 'Asked today', abandoned: 'Gave up',
  noQueues: 'No queue yet: each skill of an agent is one, and so is each skill that a caller asks for.',
  agents: 'Agents', noAgents: 'No agents yet: an administrator adds a user with the role agent, or the configuration names them.',
  calls: 'Live calls', noCalls: 'Nobody is calling. Calls appear here when they ring.',
  alerts: 'Alerts', noAlerts: 'No alerts. Angry callers, long waits and failures appear here.',
  places: 'In the queue', place: '{n}. {skill}', wait: 'about {time} more', unknownWait: 'wait not known', why: 'Why here', callbacks: 'Call-backs',
  full: 'Full screen', setState: 'Set {name}', hot: '{n} hot calls in a row', until: 'until {time}', missed: 'missed a call', sinceNow: 'for {time}', call: 'Call',
  'angry': 'Angry caller: {who}', 'long-wait': '{who} waits {time} for {skill}', 'engine-failed': '{engine} failed', 'service-level': 'Service level of {skill}: {percent} %', stale: 'Not up to date: reconnecting',
}, {
  title: '看板', now: '当前通话', ringing: '振铃', bot: '机器人接待', waiting: '排队', agent: '人工服务',
  queues: '队列', skill: '技能', longest: '最长等待', ready: '空闲', staffed: '在岗', level: '服务水平', offered: '今日请求', abandoned: '放弃',
  noQueues: '还没有队列：坐席的每项技能以及来电者请求的每项技能都是一个队列。',
  agents: '坐席', noAgents: '还没有坐席：管理员添加角色为客服的用户，或在配置中指定。',
  calls: '进行中的通话', noCalls: '现在没有来电。振铃时会出现在这里。',
  alerts: '告警', noAlerts: '没有告警。愤怒的来电者、长时间等待和故障会显示在这里。',
  places: '排队中', place: '{n}. {skill}', wait: '约还需 {time}', unknownWait: '等待时间未知', why: '排序原因', callbacks: '回拨',
  full: '全屏', setState: '设置 {name}', hot: '连续 {n} 通激动来电', until: '至 {time}', missed: '漏接', sinceNow: '已 {time}', call: '通话',
  'angry': '愤怒的来电者：{who}', 'long-wait': '{who} 等待 {skill} 已 {time}', 'engine-failed': '{engine} 出现故障', 'service-level': '{skill} 的服务水平：{percent}%', stale: '数据未更新：正在重新连接',
});
