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
    const learnt = async (response: unknown) => {
      const rig = new Rig(undefined, { maxConnections: 4 });
      const limits: number[] = [];
      const send = rig.store.send.bind(rig.store);
      rig.store.send = async (part, session, context: PartContext) => {
        await context.connection(() => Promise.resolve(response));
        limits.push(context.stallTimeout({ bytes: 0, elapsed: 0 }));
        return send(part, session, context);
      };
      rig.add(1, 1, 1, 1);
      await settle(20);
      return Math.min(...limits);
    };
    expect(await learnt({ status: 200 })).to.equal(10_000);
    for (const failure of [gone(), new UploadError('No.'), { status: 0 }, { status: 403 }, { status: 503 }])
      expect(await learnt(failure)).to.equal(30_000);
  });
});
