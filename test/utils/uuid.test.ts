import { uuid } from '../../src/utils/uuid.js';
import { expect } from '../tools/expect.js';

const version4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('uuid', () => {
  it('is random and of version 4', () => {
    expect(uuid()).to.match(version4);
    expect(uuid()).to.not.equal(uuid());
  });

  it('is the same in an insecure context, which has no crypto.randomUUID', () => {
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
    try {
      expect(uuid()).to.match(version4);
      expect(uuid()).to.not.equal(uuid());
    } finally {
      Reflect.deleteProperty(crypto, 'randomUUID');
    }
    expect(crypto.randomUUID).to.be.a('function');
  });
});
