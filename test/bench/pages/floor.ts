/** The floor: plain XMLHttpRequests with slices of the file, with the same number of connections as the other contestants, without a library. */
import { contestant, inParallel, keyOf } from './contestant.js';

function put(url: string, body: Blob): Promise<void> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('PUT', url);
    xhr.onload = () => (xhr.status === 200 ? resolve() : reject(new Error(String(xhr.status))));
    xhr.onerror = () => reject(new Error('network'));
    xhr.send(body);
  });
}

contestant(async (files, { bucket, connections, partSize }) => {
  if (!partSize) return inParallel(files, connections, (file) => put(`${bucket}/${keyOf(file)}`, file));
  const file = files[0]!;
  const parts = Array.from({ length: Math.ceil(file.size / partSize) }, (_, index) => index);
  await inParallel(parts, connections, (index) =>
    put(
      `${bucket}/${keyOf(file)}?partNumber=${index + 1}&uploadId=floor`,
      file.slice(index * partSize, Math.min(file.size, (index + 1) * partSize)),
    ),
  );
  // The server counts it as an object.
  await new Promise<void>((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', `${bucket}/${keyOf(file)}?uploadId=floor`);
    xhr.onload = () => resolve();
    xhr.send(parts.map((index) => `<PartNumber>${index + 1}</PartNumber>`).join(''));
  });
});
