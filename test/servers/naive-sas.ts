/** A SAS server as they are written on the first day: it permits everything for whatever it is asked. Only to show that the SAS suite notices. */
import { createHmac } from 'node:crypto';
import { queryOf, sendJson } from '../../demo/servers/http.js';
import type { Handler } from '../../demo/servers/http.js';
import type { SasAccount } from '../contract/sas-suite.js';

/** Makes the handler of `/azure/sas` and `/azure/success`. */
export function createNaiveSasServer({ account, accountKey }: SasAccount): Handler {
  return async (request, response) => {
    if (request.url?.startsWith('/azure/success')) {
      request.resume();
      sendJson(response, 200, { success: true });
      return true;
    }
    const [sp, se, sv] = ['racwd', new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+/, ''), '2020-12-06'];
    const [, path = ''] = /^https?:\/\/[^/]+\/(.*)/s.exec(queryOf(request).get('bloburi') ?? '') ?? [];
    const text = [sp, '', se, `/blob/${account}/${path}`, '', '', '', sv, 'b', '', '', '', '', '', '', ''].join('\n');
    const sig = createHmac('sha256', Buffer.from(accountKey, 'base64')).update(text).digest('base64');
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.end(`${queryOf(request).get('bloburi')}?${new URLSearchParams({ sv, se, sr: 'b', sp, sig })}`);
    return true;
  };
}
