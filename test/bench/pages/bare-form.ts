/** What is possible where one policy serves all files: plain form posts, no preflight, no library, nothing signed. */
import { contestant, inParallel } from './contestant.js';

contestant((files, { bucket, connections }) =>
  inParallel(files, connections, (file) => {
    const body = new FormData();
    // As many fields, and about as long, as a signed form has.
    for (let field = 0; field < 10; field++) body.append(`x-amz-field-${field}`, 'x'.repeat(field === 0 ? 700 : 40));
    body.append('file', file, file.name);
    return new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.open('POST', `${bucket}/`);
      xhr.onload = () => (xhr.status === 200 ? resolve() : reject(new Error(String(xhr.status))));
      xhr.onerror = () => reject(new Error('network'));
      xhr.send(body);
    });
  }),
);
