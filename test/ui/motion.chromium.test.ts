/** No motion for those who do not want it. Chromium alone can be told that somebody does not. */
import { expect } from '@open-wc/testing';
import { emulateMedia } from '@web/test-runner-commands';
import { faceHost, file } from './face-host.js';

describe('motion', () => {
  it('does not move where less motion is asked for', async () => {
    const host = await faceHost();
    await host.show([file(1, { status: 'uploading' })], { active: 1, totalBytes: 1_000_000 });
    const moving = () =>
      host.all('*').filter((element) => {
        const { animationName, transitionDuration } = getComputedStyle(element);
        return animationName !== 'none' || /[1-9]/.test(transitionDuration);
      }).length;
    expect(moving()).to.be.above(0);
    await emulateMedia({ reducedMotion: 'reduce' });
    try {
      expect(moving()).to.equal(0);
    } finally {
      await emulateMedia({ reducedMotion: 'no-preference' });
    }
  });
});
