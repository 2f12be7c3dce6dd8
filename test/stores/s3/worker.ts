import type { UploadFile } from '../../../src/core/types.js';
import { send } from '../../../src/http/xhr.js';
import type { FarSideAddresses } from '../../servers/far-sides.js';
import { Attempt, serverSigned } from './far-side.js';

addEventListener('message', ({ data }: MessageEvent<{ farSides: FarSideAddresses; file: UploadFile }>) => {
  new Attempt(serverSigned(data.farSides, send), data.file).carry().then(
    ({ key }) => postMessage({ key }),
    (error: unknown) => postMessage({ error: String(error) }),
  );
});
