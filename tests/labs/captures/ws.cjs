// A client and a server made with npm's ws (and Chromium as the client), with one defect seeded by its name.
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { mkdtempSync, readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { createServer: createSecureServer } = require('node:https');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { constants, deflateRawSync } = require('node:zlib');
const { WebSocket, WebSocketServer, Sender } = require('ws');

const [scenario, port] = [process.argv[2], Number(process.argv[3])];
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const closed = (socket) => new Promise((done) => socket.once('close', done));
const opened = (socket) => new Promise((done, failed) => socket.once('open', done).once('error', failed));

/** Frames as ws makes them, with options that no application can give. */
function frame(payload, options) {
  const parts = Sender.frame(Buffer.from(payload), {
    fin: true, rsv1: false, opcode: 1, mask: true, readOnly: false, generateMask: undefined, ...options,
  });
  return Buffer.concat(parts);
}

/** What the client does once it is connected, by scenario. */
const clients = {
  unmasked: (socket) => socket._socket.write(frame('not masked', { mask: false })),
  rsv1: (socket) => socket._socket.write(frame('compressed?', { rsv1: true })),
  opcode: (socket) => socket._socket.write(frame('what', { opcode: 3 })),
  'long-ping': (socket) => socket._socket.write(frame('x'.repeat(126), { opcode: 9 })),
  'split-ping': (socket) => socket._socket.write(frame('part', { opcode: 9, fin: false })),
  utf8: (socket) => socket.send(Buffer.from([0x67, 0x72, 0xfc, 0xdf, 0x65]), { binary: false }),
  'cut-utf8': (socket) => {
    socket.send(Buffer.from('gr\u00fc').subarray(0, 3), { binary: false, fin: false });
    socket.send(Buffer.from('\u00dfe'), { binary: false, fin: true });
  },
  interleaved: (socket) => {
    socket.send('first half', { fin: false });
    socket._socket.write(frame('another message', {}));
  },
  continuation: (socket) => socket._socket.write(frame('of nothing', { opcode: 0 })),
  length: (socket) => {
    const payload = Buffer.from('short');
    socket._socket.write(Buffer.concat([Buffer.from([0x82, 0xfe, 0, payload.length, 0, 0, 0, 0]), payload]));
  },
  'close-1005': (socket) => socket._socket.write(frame([0x03, 0xed], { opcode: 8 })),
  'close-one-byte': (socket) => socket._socket.write(frame([0x03], { opcode: 8 })),
  terminated: (socket) => socket.terminate(),
  reset: (socket) => socket._socket.resetAndDestroy(),
  'deflate-utf8': (socket) => socket.send(Buffer.from([0x67, 0x72, 0xfc, 0xdf, 0x65]), { binary: false }),
  'deflate-garbage': (socket) => socket._socket.write(frame([0xff, 0xff, 0xff], { rsv1: true })),
  'deflate-continuation': (socket) => {
    const half = deflateRawSync('in two halves', { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    socket._socket.write(frame(half.subarray(0, 5), { rsv1: true, fin: false }));
    socket._socket.write(frame(half.subarray(5), { rsv1: true, opcode: 0 }));
  },
  'deflate-ping': (socket) => socket._socket.write(frame('ping', { rsv1: true, opcode: 9 })),
};

/** What the server does with a connection, by scenario. */
const servers = {
  'masked-server': (socket) => socket._socket.write(frame('masked by the server', {})),
};

/** A certificate that nobody trusts, and its key. */
function certificate() {
  const [key, cert] = ['key', 'cert'].map((name) => join(mkdtempSync(join(tmpdir(), 'wsdraft-')), name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

async function talk() {
  const perMessageDeflate = scenario.includes('deflate') && { threshold: 0 };
  const options = { port, host: '127.0.0.1', perMessageDeflate, handleProtocols: () => 'chat' };
  let server;
  if (scenario === 'accept') {
    // The usual mistake: the key is hashed without the protocol's own text.
    const http = createServer().listen(port, '127.0.0.1');
    http.on('upgrade', (request, socket) => {
      const accept = createHash('sha1').update(request.headers['sec-websocket-key']).digest('base64');
      socket.end(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
      socket.on('error', () => {});
    });
    server = http;
    await new Promise((done) => http.once('listening', done));
  } else {
    const web = scenario === 'tls' ? createSecureServer(certificate()) : createServer();
    server = new WebSocketServer({ ...options, port: undefined, server: web });
    await new Promise((done) => web.listen(port, '127.0.0.1', done));
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('message', (data, binary) => socket.send(data, { binary }));
      servers[scenario]?.(socket);
    });
  }
  if (scenario.startsWith('chromium-')) {
    const { chromium } = require('playwright-core');
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    const page = await browser.newPage();
    await page.evaluate((url) => new Promise((done) => {
      const socket = new WebSocket(url, 'chat');
      socket.binaryType = 'arraybuffer';
      let left = 3;
      socket.onopen = () => { socket.send('Gr\u00fc\u00dfe'); socket.send(new Uint8Array(300)); socket.send(''); };
      socket.onmessage = () => { if (--left === 0) socket.close(4001, 'enough'); };
      socket.onclose = done;
    }), `ws://127.0.0.1:${port}/chat`);
    await browser.close();
  } else {
    const url = `${scenario === 'tls' ? 'wss' : 'ws'}://127.0.0.1:${port}/chat?room=1`;
    const socket = new WebSocket(url, ['chat'], { perMessageDeflate, rejectUnauthorized: false });
    socket.on('error', () => {});
    const end = closed(socket);
    if (scenario !== 'accept') {
      await opened(socket);
      socket.send('hello');
      await wait(100);
    }
    if (scenario.endsWith('clean')) {
      socket.send('Gr\u00fc\u00dfe');
      socket.send(Buffer.alloc(70_000, 7));
      socket.send('in ', { fin: false });
      socket.ping('between');
      socket.send('pieces', { fin: true });
      await wait(200);
      socket.close(1000, 'done');
    } else {
      clients[scenario]?.(socket);
      await wait(200);
      if (socket.readyState === WebSocket.OPEN) socket.close(1000);
    }
    await Promise.race([end, wait(3000)]);
  }
  await wait(100);
  process.exit(0);
}

talk().catch((error) => { console.error(error); process.exit(1); });
