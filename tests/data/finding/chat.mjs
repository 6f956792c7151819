const chat = new WebSocket(process.argv[2] ?? 'ws://127.0.0.1:8765/');
chat.onopen = () => {
  chat.send('hello');
  chat.send('a table at the café');
  chat.send('tonight?');
};
chat.onmessage = ({ data }) => console.log('message', data);
chat.onclose = ({ code, reason, wasClean }) => console.log('close', code, JSON.stringify(reason), 'clean:', wasClean);
