/** No motion for those who do not want it. Chromium alone can be told that somebody does not. */
import { expect } from '@open-wc/testing';
import { emulateMedia } from '@web/test-runner-commands';
import { viewHost, file } from './view-host.js';

describe('motion', () => {
  it('does not move where less motion is asked for', async () => {
    const host = await viewHost();
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

  it('a bar moves in steps where a file is fast, and where there are many: gliding would take what sends them', async () => {
    const host = await viewHost();
    const glide = (part: string) => getComputedStyle(host.all(`[part=${part}] > .bar`)[0]!).transitionDuration;
    const show = (speed: number, count = 1) =>
      host.show(
        Array.from({ length: count }, (_, index) => file(index, { status: 'uploading', uploadedBytes: 1000, speed })),
        { active: count, totalBytes: 1_000_000, speed },
      );
    await show(1e6);
    expect([glide('progress'), glide('total-progress')]).to.deep.equal(['0.3s', '0.3s']);
    await show(100e6);
    expect([glide('progress'), glide('total-progress')]).to.deep.equal(['0s', '0s']);
    await show(1e6, 100);
    expect(glide('total-progress')).to.equal('0s');
  });

  it('a bar grows from nothing once it is known how far a file is', async () => {
    const host = await viewHost();
    const show = (uploadedBytes: number) =>
      host.show([file(1, { status: 'uploading', uploadedBytes })], { active: 1, totalBytes: 1_000_000 });
    const bar = () => host.all('[part=progress] > .bar')[0]!;
    await show(0);
    expect(bar().getBoundingClientRect().right, 'before anything moves').to.be.at.most(bar().parentElement!.getBoundingClientRect().left);
    await show(180_000);
    const { left, width } = bar().parentElement!.getBoundingClientRect();
    expect((bar().getBoundingClientRect().right - left) / width).to.be.within(-0.01, 0.181);
    await emulateMedia({ reducedMotion: 'reduce' });
    try {
      await show(0);
      expect(bar().getBoundingClientRect().left, 'what does not move is seen').to.equal(left);
    } finally {
      await emulateMedia({ reducedMotion: 'no-preference' });
    }
  });
});
