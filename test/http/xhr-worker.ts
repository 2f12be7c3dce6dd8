import { send } from '../../src/http/xhr.js';

addEventListener('message', ({ data }: MessageEvent<string>) => {
  let told = 0;
  const { signal } = new AbortController();
  void send({ method: 'POST', url: data, body: 'hello', signal, stallTimeout: 5000, onProgress: (loaded) => (told = loaded) }).then(
    ({ status, text }) => postMessage({ status, text, told }),
  );
});
