import type { UploadFile } from '../../../src/core/types.js';
import { send } from '../../../src/http/xhr.js';
import type { TestServerAddresses } from '../../servers/test-servers.js';
import { Attempt, serverSigned } from './test-store.js';

addEventListener('message', ({ data }: MessageEvent<{ testServers: TestServerAddresses; file: UploadFile }>) => {
  new Attempt(serverSigned(data.testServers, send), data.file).upload().then(
    ({ key }) => postMessage({ key }),
    (error: unknown) => postMessage({ error: String(error) }),
  );
});
