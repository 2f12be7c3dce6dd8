import { expect } from '@esm-bundle/chai';
import { UploadError } from '../../../src/core/errors.js';
import type { PartContext } from '../../../src/core/types.js';
import { Rig, gone } from '../rig.js';
import { settle } from '../manual-clock.js';

describe('the stall timeout of a request', () => {
  it('counts the requests that share the link, also after they have ended', async () => {
    const rig = new Rig(undefined, { maxConnections: 2 });
    rig.add(1, 1);
    await rig.store.nextRequest();
    const [first, second] = rig.store.requests;
    const asSlow = 125_000;
    expect(first?.stallTimeout(asSlow)).to.equal(32_000);
    await second?.succeed();
    expect(first?.stallTimeout(asSlow)).to.equal(32_000);
  });

  it('is not learnt from failures, however quick they are', async () => {
    const learnt = async (failure?: UploadError) => {
      const rig = new Rig();
      let limit = 0;
      rig.store.send = async (part, _session, context: PartContext) => {
        await context.connection(() => Promise.resolve({ status: failure?.status ?? 200 }));
        limit = context.stallTimeout({ bytes: 0, elapsed: 0 });
        if (failure) throw failure;
        return part;
      };
      rig.add(1, 1, 1, 1);
      await settle(20);
      return limit;
    };
    expect(await learnt()).to.equal(10_000);
    const failures = [
      gone(),
      new UploadError('No.', { status: 403, retry: 'manual' }),
      new UploadError('{"success":false}', { status: 200 }),
    ];
    for (const failure of failures) expect(await learnt(failure)).to.equal(30_000);
  });
});
