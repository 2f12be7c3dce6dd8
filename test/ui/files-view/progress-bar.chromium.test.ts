/** Transitions and animations of progress bars. Only Chromium can emulate `prefers-reduced-motion`. */
import { expect } from '@open-wc/testing';
import { emulateMedia } from '@web/test-runner-commands';
import { viewHost, file } from '../view-host.js';

describe('progress bars', () => {
  it('have no transition or animation with prefers-reduced-motion', async () => {
    const host = await viewHost();
    await host.show([file(1, { status: 'uploading' })], { active: 1, totalBytes: 1_000_000 });
    const countMoving = () =>
      host.all('*').filter((element) => {
        const { animationName, transitionDuration } = getComputedStyle(element);
        return animationName !== 'none' || /[1-9]/.test(transitionDuration);
      }).length;
    expect(countMoving()).to.be.above(0);
    await emulateMedia({ reducedMotion: 'reduce' });
    try {
      expect(countMoving()).to.equal(0);
    } finally {
      await emulateMedia({ reducedMotion: 'no-preference' });
    }
  });

  it('have no transition for fast uploads and for many files', async () => {
    const host = await viewHost();
    const transitionOf = (part: string) => getComputedStyle(host.all(`[part=${part}] > .bar`)[0]!).transitionDuration;
    const show = (speed: number, count = 1) =>
      host.show(
        Array.from({ length: count }, (_, index) => file(index, { status: 'uploading', uploadedBytes: 1000, speed })),
        { active: count, totalBytes: 1_000_000, speed },
      );
    await show(1e6);
    expect([transitionOf('progress'), transitionOf('total-progress')]).to.deep.equal(['0.3s', '0.3s']);
    await show(100e6);
    expect([transitionOf('progress'), transitionOf('total-progress')]).to.deep.equal(['0s', '0s']);
    await show(1e6, 100);
    expect(transitionOf('total-progress')).to.equal('0s');
  });

  it('grow from 0 when the progress becomes known', async () => {
    const host = await viewHost();
    const show = (uploadedBytes: number) =>
      host.show([file(1, { status: 'uploading', uploadedBytes })], { active: 1, totalBytes: 1_000_000 });
    const bar = () => host.all('[part=progress] > .bar')[0]!;
    await show(0);
    expect(bar().getBoundingClientRect().right, 'before any progress').to.be.at.most(bar().parentElement!.getBoundingClientRect().left);
    await show(180_000);
    const { left, width } = bar().parentElement!.getBoundingClientRect();
    expect((bar().getBoundingClientRect().right - left) / width).to.be.within(-0.01, 0.181);
    await emulateMedia({ reducedMotion: 'reduce' });
    try {
      await show(0);
      expect(bar().getBoundingClientRect().left, 'the bar without animation is visible').to.equal(left);
    } finally {
      await emulateMedia({ reducedMotion: 'no-preference' });
    }
  });
});
