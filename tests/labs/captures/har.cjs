// A connection of Chromium to a server made with npm's ws, as Chromium's own developer tools write it down in an HTTP
// archive; with one defect seeded by its name.
const { createHash } = require('node:crypto');
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { chromium } = require('playwright-core');
const { WebSocketServer } = require('ws');

const [scenario, file, port] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const tools = port + 1;

const accept = (key) => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const sound = (key) => [`Sec-WebSocket-Accept: ${accept(key)}`, 'Sec-WebSocket-Protocol: chat'];

/** Answers a request without ws, with a defect. */
const defects = {
  opcode: sound,
  closed: sound,
  accept: (key) => [`Sec-WebSocket-Accept: ${createHash('sha1').update(key).digest('base64')}`, 'Sec-WebSocket-Protocol: chat'],
  subprotocol: (key) => [`Sec-WebSocket-Accept: ${accept(key)}`, 'Sec-WebSocket-Protocol: nobody-asked'],
};
/** Frames that follow the answer. */
const frames = { opcode: [0x83, 0], closed: [0x88, 0, 0x81, 1, 0x61] };

function serve() {
  if (!defects[scenario]) {
    const server = new WebSocketServer({ port, host: '127.0.0.1', perMessageDeflate: false, handleProtocols: () => 'chat' });
    server.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
    return;
  }
  const server = createServer().listen(port, '127.0.0.1');
  server.on('upgrade', (request, socket) => {
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write([...head, ...defects[scenario](request.headers['sec-websocket-key']), '', ''].join('\r\n'));
    if (frames[scenario]) socket.write(Buffer.from(frames[scenario]));
    socket.on('error', () => {});
  });
}

/** Runs in the page. */
const talk = (url) => new Promise((done) => {
  const socket = new WebSocket(url, 'chat');
  socket.binaryType = 'arraybuffer';
  let left = 3;
  socket.onopen = () => { socket.send('Gr\u00fc\u00dfe'); socket.send(new Uint8Array(300)); socket.send(''); };
  socket.onmessage = () => { if (--left === 0) socket.close(4001, 'enough'); };
  socket.onclose = done;
});

/** Runs in the developer tools: their modules, as they stand in Chromium 156. */
const ready = async () => {
  const { TargetManager } = await import('./core/sdk/sdk.js');
  return TargetManager.TargetManager.instance().targets().some((target) => target.inspectedURL() !== '');
};
const archive = async () => {
  const { NetworkLog } = await import('./models/logs/logs.js');
  const { Log } = await import('./models/har/har.js');
  const log = await Log.Log.build(NetworkLog.NetworkLog.instance().requests(), { sanitize: false });
  return JSON.stringify({ log }, null, 1);
};

(async () => {
  serve();
  const args = ['--no-sandbox', '--disable-gpu', `--remote-debugging-port=${tools}`, '--remote-allow-origins=*'];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  const page = await browser.newPage();
  const targets = await (await fetch(`http://127.0.0.1:${tools}/json/list`)).json();
  const { id } = targets.find(({ type }) => type === 'page');
  const view = await browser.newPage();
  await view.goto(`http://127.0.0.1:${tools}/devtools/devtools_app.html?ws=127.0.0.1:${tools}/devtools/page/${id}&panel=network`);
  for (;;) {
    await view.waitForTimeout(500);
    if (await view.evaluate(ready)) break;
  }
  await page.evaluate(talk, `ws://127.0.0.1:${port}/chat`);
  await view.waitForTimeout(1000);
  writeFileSync(file, `${await view.evaluate(archive)}\n`);
  await browser.close();
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
