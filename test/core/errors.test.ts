import { asUploadError, UploadError } from '../../src/core/errors.js';
import { expect } from '../tools/expect.js';

describe('asUploadError', () => {
  it('keeps ours, and makes a sentence of anything', () => {
    const ours = new UploadError('x');
    expect(asUploadError(ours)).to.equal(ours);
    expect(asUploadError(new Error('boom')).reason).to.equal('boom');
    expect(asUploadError('words').reason).to.equal('words');
    expect(asUploadError(undefined).reason).to.not.equal('');
    expect(asUploadError({}).retry).to.equal('manual');
  });
});
