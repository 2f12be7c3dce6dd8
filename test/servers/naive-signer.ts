/** A signing server as they are written on the first day: it signs whatever it is asked to sign. Only to show that the signing suite notices. */
import { createHmac } from 'node:crypto';
import { queryOf, readText, sendJson } from '../../demo/servers/http.js';
import type { Handler } from '../../demo/servers/http.js';
import { signV4 } from '../../demo/servers/node/signing-server.mjs';
import { sha256 } from '../contract/signing-requests.js';

/** Makes the handler. */
export function createNaiveSigner(secretKey: string): Handler {
  return async (request, response) => {
    try {
      const text = await readText(request, 1_000_000);
      const body = JSON.parse(text) as { headers?: string; conditions?: unknown };
      const v4 = queryOf(request).get('v4') === 'true';
      const signV2 = (string: string): string => createHmac('sha1', secretKey).update(string).digest('base64');
      if (body.headers !== undefined) {
        const [algorithm, time, scope = '', ...rest] = body.headers.split('\n');
        const stringToSign = [algorithm, time, scope, sha256(rest.join('\n'))].join('\n');
        sendJson(response, 200, { signature: v4 ? signV4(secretKey, scope, stringToSign) : signV2(body.headers) });
        return true;
      }
      const policy = Buffer.from(text).toString('base64');
      const scope = /"x-amz-credential":"[^/"]*\/([^"]*)"/.exec(text)?.[1] ?? '';
      sendJson(response, 200, { policy, signature: v4 ? signV4(secretKey, scope, policy) : signV2(policy) });
    } catch {
      sendJson(response, 500, { error: 'That was too much.' });
    }
    return true;
  };
}
