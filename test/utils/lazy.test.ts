import { lazy } from '../../src/utils/lazy.js';
import { expect } from '../tools/expect.js';

/** A function that fails the given number of times. */
function loader(failures: number) {
  const loads = { count: 0 };
  const load = () => (++loads.count <= failures ? Promise.reject(new Error(`failure ${loads.count}`)) : Promise.resolve('loaded'));
  return { loads, load };
}
const reasonOf = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message);

describe('lazy', () => {
  it('loads once, and then has the value', async () => {
    const { loads, load } = loader(0);
    const get = lazy(load);
    expect(get.value).to.equal(undefined);
    expect(await Promise.all([get(), get()])).to.deep.equal(['loaded', 'loaded']);
    expect(await get()).to.equal('loaded');
    expect([get.value, loads.count]).to.deep.equal(['loaded', 1]);
  });

  it('loads again after a failure', async () => {
    const { loads, load } = loader(1);
    const get = lazy(load);
    expect(await reasonOf(get())).to.equal('failure 1');
    expect(await get()).to.equal('loaded');
    expect(loads.count).to.equal(2);
  });

  it('repeats a failure until the delay is over', async () => {
    const { loads, load } = loader(1);
    const get = lazy(load, 20);
    expect(await reasonOf(get())).to.equal('failure 1');
    expect(await reasonOf(get())).to.equal('failure 1');
    expect(loads.count).to.equal(1);
    let result = await reasonOf(get());
    while (result !== 'loaded') {
      await new Promise((resolve) => setTimeout(resolve));
      result = await reasonOf(get());
    }
    expect(loads.count).to.equal(2);
  });
});
