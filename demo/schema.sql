-- The demonstration company. Rows that are there already stay as they are.
CREATE TABLE IF NOT EXISTS customers (phone TEXT PRIMARY KEY, name TEXT NOT NULL, segment TEXT NOT NULL, language TEXT NOT NULL, rate TEXT NOT NULL, email TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS states (status TEXT PRIMARY KEY, en TEXT NOT NULL, zh TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, status TEXT NOT NULL REFERENCES states, phone TEXT NOT NULL, item_en TEXT NOT NULL, item_zh TEXT NOT NULL, shipped_en TEXT NOT NULL, shipped_zh TEXT NOT NULL, expected_en TEXT NOT NULL, expected_zh TEXT NOT NULL, total TEXT NOT NULL, address TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS refunds (order_id TEXT PRIMARY KEY REFERENCES orders, status TEXT NOT NULL, amount TEXT NOT NULL, when_en TEXT NOT NULL, when_zh TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS returns (id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders, reason TEXT NOT NULL, email TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS invoices (id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders, email TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS complaints (id TEXT PRIMARY KEY, order_id TEXT NOT NULL, phone TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS products (name TEXT PRIMARY KEY, title_en TEXT NOT NULL, title_zh TEXT NOT NULL, price TEXT NOT NULL, stock INTEGER NOT NULL, about_en TEXT NOT NULL, about_zh TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS done (key TEXT PRIMARY KEY, status INTEGER NOT NULL, body BLOB NOT NULL);

INSERT OR IGNORE INTO states VALUES ('late', 'late', '已延误'), ('shipped', 'on its way', '正在配送'), ('delivered', 'delivered', '已签收'), ('packing', 'being packed', '正在打包'), ('cancelled', 'cancelled', '已取消');
INSERT OR IGNORE INTO customers VALUES ('100', 'Anna Berg', '', '', '', 'anna@lantern.example'), ('200', 'Wei Li', 'vip', 'zh', '', 'wei@lantern.example'), ('300', 'Tom Hale', 'new', 'en', '0.8', 'tom@lantern.example');
INSERT OR IGNORE INTO orders (id, status, phone, item_en, item_zh, shipped_en, shipped_zh, expected_en, expected_zh, total) VALUES
  ('4571', 'late', '100', 'a brass desk lamp', '黄铜台灯', 'the third of May', '五月三号', 'Friday', '星期五', '49.90 EUR'),
  ('1234', 'shipped', '100', 'two paper lanterns', '两个纸灯笼', 'Monday', '星期一', 'tomorrow', '明天', '24.00 EUR'),
  ('8080', 'delivered', '200', 'a floor lamp', '落地灯', 'the first of May', '五月一号', 'the fourth of May', '五月四号', '129.00 EUR'),
  ('2468', 'packing', '200', 'a reading light', '阅读灯', 'tomorrow', '明天', 'Thursday', '星期四', '35.50 EUR'),
  ('7007', 'cancelled', '300', 'a set of candles', '一套蜡烛', 'never', '没有发货', 'never', '不会送达', '18.00 EUR'),
  ('5519', 'late', '300', 'a ceiling lamp', '吸顶灯', 'last Tuesday', '上星期二', 'next Monday', '下星期一', '89.00 EUR'),
  ('3140', 'delivered', '100', 'a bedside lamp', '床头灯', 'the ninth of May', '五月九号', 'the twelfth of May', '五月十二号', '59.00 EUR');
INSERT OR IGNORE INTO refunds VALUES
  ('7007', 'paid', '18.00 EUR', 'on Monday', '星期一'),
  ('8080', 'pending', '129.00 EUR', 'within five working days', '五个工作日内');
INSERT OR IGNORE INTO products VALUES
  ('aurora', 'the Aurora desk lamp', '晨曦台灯', '49.90 EUR', 12, 'It is brass, dimmable, and thirty-eight centimetres high.', '黄铜灯身，可以调光，高三十八厘米。'),
  ('meridian', 'the Meridian floor lamp', '子午落地灯', '129.00 EUR', 4, 'It is black or white, with a foot switch, and one metre sixty high.', '有黑白两色，脚踏开关，高一米六。'),
  ('harbour', 'the Harbour ceiling lamp', '海港吸顶灯', '89.00 EUR', 0, 'It is flat, bright, and made for damp rooms too.', '超薄高亮，浴室也能用。'),
  ('moon', 'the Little Moon bedside lamp', '小月床头灯', '59.00 EUR', 30, 'It is a soft warm light that you can dim by touch.', '柔和暖光，触摸调光。'),
  ('page', 'the Page reading light', '书页阅读灯', '35.50 EUR', 8, 'It clips to a shelf and runs for twenty hours on one charge.', '夹式设计，充一次电可用二十小时。');
