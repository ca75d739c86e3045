import { dict } from '../../i18n';

export const numberWords = dict({
  title: 'Statistics', today: 'Today', week: '7 days', month: '30 days', own: 'Choose', period: 'Period', hour: 'by hour', day: 'by day', bucket: 'Step',
  calls: 'Calls', contained: 'By the bot alone', transferred: 'To a person', abandoned: 'Gave up waiting', failed: 'Failed', other: 'Other', answer: 'Answer time', wait: 'Wait for a person', level: 'Service level', handle: 'Talk with a person',
  p50: 'half within {time}', p95: '95 % within {time}', mean: 'on average', of: '{percent} of calls', within: 'had a person within 20 s',
  volume: 'How many call, and who helps them?', waits: 'How long do they wait for a person?', intents: 'What do they want, and can the bot do it?', emotions: 'How do they feel, at worst?', people: 'Who takes the calls?', clockTitle: 'When is it busy?',
  none: 'No call has ended in this time. Every call is counted here when it ends.', noWaits: 'Nobody has asked for a person in this time.', noIntents: 'No intent was understood yet: it comes with the first words of a caller.', noEmotions: 'Nobody has shown a feeling yet.', noAgents: 'No person has taken a call yet.',
  agent: 'Agent', talk: 'Talk, on average', agentCalls: 'Calls', seconds: 's', table: 'As a table', at: 'Time', needed: 'needed a person', hourOfDay: 'Hour of the day', total: 'In all', phone: 'by phone', browser: 'by browser', chat: 'in writing',
}, {
  title: '统计', today: '今天', week: '7 天', month: '30 天', own: '选择', period: '时段', hour: '按小时', day: '按天', bucket: '粒度',
  calls: '来电', contained: '机器人独立完成', transferred: '转人工', abandoned: '放弃等待', failed: '失败', other: '其他', answer: '应答时间', wait: '等待人工', level: '服务水平', handle: '人工通话',
  p50: '半数在 {time} 内', p95: '95% 在 {time} 内', mean: '平均', of: '占来电 {percent}', within: '20 秒内接通人工',
  volume: '来电多少，由谁接待？', waits: '等待人工多久？', intents: '来电者想要什么，机器人能办到吗？', emotions: '最差时情绪如何？', people: '谁接听了来电？', clockTitle: '什么时候最忙？',
  none: '这段时间没有已结束的通话。每通电话结束后会计入这里。', noWaits: '这段时间没有人要求转人工。', noIntents: '还没有识别出意图：来电者开口后才会出现。', noEmotions: '还没有人表现出情绪。', noAgents: '还没有人工接听过来电。',
  agent: '坐席', talk: '平均通话', agentCalls: '通话数', seconds: '秒', table: '表格', at: '时间', needed: '需要人工', hourOfDay: '一天中的小时', total: '合计', phone: '电话', browser: '网页语音', chat: '文字对话',
});
