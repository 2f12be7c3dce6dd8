/**
 * Plain form posts without a library and without preflights. One policy for all files needs no signatures; with `?signed`, each file has its own signature, which is
 * requested while earlier files are being sent.
 */
import { contestant, inParallel } from './contestant.js';

const signed = new URLSearchParams(location.search).has('signed');
// Fields with about the length of those in a signed form.
const fields = Array.from({ length: 10 }, (_, field) => [`x-amz-field-${field}`, 'x'.repeat(field === 0 ? 700 : 40)] as const);

function post(url: string, body: FormData | string): Promise<string> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', url);
    xhr.onload = () => (xhr.status === 200 ? resolve(xhr.responseText) : reject(new Error(String(xhr.status))));
    xhr.onerror = () => reject(new Error('network'));
    if (typeof body === 'string') xhr.setRequestHeader('Content-Type', 'application/json');
    xhr.send(body);
  });
}

contestant(async (files, { bucket, page, connections }) => {
  const sign = (index: number) =>
    post(`${page}/sign/fine-uploader`, JSON.stringify({ conditions: fields.map(([name, value]) => ({ [name]: value })), index }));
  const signatures: Promise<string>[] = [];
  await inParallel(files.entries(), connections, async ([index, file]) => {
    if (signed) {
      while (signatures.length < Math.min(files.length, index + 1 + connections)) signatures.push(sign(signatures.length));
      await signatures[index];
    }
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    body.append('file', file, file.name);
    await post(`${bucket}/`, body);
  });
});
