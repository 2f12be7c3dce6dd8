/** Sends one request, and posts the response and the upload progress. */
import { send } from '../../src/http/xhr.js';

addEventListener('message', ({ data }: MessageEvent<string>) => {
  let loadedBytes = 0;
  const { signal } = new AbortController();
  void send({ method: 'POST', url: data, body: 'hello', signal, stallTimeout: 5000, onProgress: (loaded) => (loadedBytes = loaded) }).then(
    ({ status, text }) => postMessage({ status, text, loadedBytes }),
  );
});
